//! The stockroom through its pages: taking in, counting, what left unsold, and goods of others.

mod asked;
mod bring_in;
mod browse;
mod consigned;
mod counting;
mod fields;
mod laws;
mod leaving;
mod receiving;
mod scanning;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::counter::{Counter, OWNERS_PIN, Visitor};

/// A shop with noodles by the packet and the carton, sugar by weight, and somebody else's bread; and its owner.
pub async fn stockroom() -> (Counter, Visitor) {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let noodles = json!({
        "sku": "MIE", "name": "Mi goreng", "unit": "bungkus", "cost": 3000, "category": "Mi",
        "units": [
            { "name": "bungkus", "factor": 1, "price": 3500, "barcodes": ["8996001600146"] },
            { "name": "dus", "factor": 40, "price": 131_000, "barcodes": ["8998866200578"] },
        ],
        "order_unit": "dus",
    });
    let sugar = json!({ "sku": "GULA", "name": "Gula pasir", "unit": "kg", "price": 18_000, "cost": 16_500 });
    for product in [noodles, sugar] {
        counter.api(Method::POST, "/products", Some(&product)).await;
    }
    counter.product("ROTI", "Roti sobek", 5000, 0).await;
    let owner = counter.owner().await;
    (counter, owner)
}

/// The value of the field of this name in a page.
pub fn value(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page
        .split_once(&start)
        .unwrap_or_else(|| panic!("no {name} in {page}"))
        .1;
    rest.split_once('"').unwrap().0.to_owned()
}

/// Begins a list of goods; gives its path.
pub async fn begin(person: &Visitor) -> String {
    person.post("/barang-masuk", &[]).await.leads()
}

/// Presses a button of a list, with these fields.
pub async fn press(person: &Visitor, list: &str, action: &str, fields: &[(&str, &str)]) -> String {
    let version = value(&person.get(list).await.expect(200), "version");
    let mut sent = vec![("version", version.as_str()), ("action", action)];
    sent.extend_from_slice(fields);
    person.post(list, &sent).await.leads()
}

/// Takes so many cartons of noodles in.
pub async fn take_in_noodles(person: &Visitor, cartons: &str) {
    let list = begin(person).await;
    press(person, &list, "add", &[("code", "8998866200578")]).await;
    let receipt = press(person, &list, "save", &[("lines.0.quantity", cartons)]).await;
    person.get(&receipt).await.expect(200);
}

/// What a product's stock is.
pub async fn stock(counter: &Counter, sku: &str) -> Value {
    counter
        .api(Method::GET, &format!("/stock/{sku}"), None)
        .await
}

/// On hand of a product, base units.
pub async fn on_hand(counter: &Counter, sku: &str) -> i64 {
    stock(counter, sku).await["on_hand"].as_i64().unwrap()
}

/// Sells pieces for cash.
pub async fn sell(counter: &Counter, id: &str, sku: &str, quantity: i64) {
    let lines = json!([{ "sku": sku, "quantity": quantity }]);
    counter.sell(id, lines, json!({ "method": "cash" })).await;
}
