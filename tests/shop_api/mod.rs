//! The shop's API, through real HTTP on a real database.

mod fuzz;
mod imports;
mod imports_excel;
mod invariants;
mod problems;
mod products;
mod returns;
mod sales;
mod sales_recorded;
mod stock;

use serde_json::{Value, json};

use crate::harness::shop::TestShop;

/// Adds a product and expects it to be taken.
pub async fn define(shop: &TestShop, product: Value) -> Value {
    shop.post("/products", &product).await.expect(201)
}

/// Instant noodles: by the piece at Rp3.500, by the carton of 40 at Rp132.000.
pub async fn noodles(shop: &TestShop) {
    define(
        shop,
        json!({
            "sku": "MIE", "name": "Mie goreng", "cost": 2_900, "order_unit": "dus",
            "units": [
                { "name": "pcs", "price": 3_500, "barcodes": ["8991234500010"] },
                { "name": "dus", "factor": 40, "price": 132_000, "barcodes": ["18991234500017"] },
            ],
        }),
    )
    .await;
}

/// Rice: weighed, at Rp14.000 the kilogram, with a price for a sack of 25 kg.
pub async fn rice(shop: &TestShop) {
    define(
        shop,
        json!({
            "sku": "BERAS", "name": "Beras", "unit": "kg", "price": 14_000, "cost": 12_000,
            "units": [{ "name": "karung", "factor": 25_000, "price": 340_000 }],
        }),
    )
    .await;
}

/// Takes goods in.
pub async fn receive(shop: &TestShop, sku: &str, quantity: i64, expires: Option<&str>) -> Value {
    let line = json!({ "sku": sku, "quantity": quantity, "expires": expires });
    shop.post("/stock/receipts", &json!({ "lines": [line] }))
        .await
        .expect(201)
}

/// A cash sale of one line.
pub fn sale(id: &str, sku: &str, quantity: impl Into<Value>) -> Value {
    json!({
        "id": id,
        "lines": [{ "sku": sku, "quantity": quantity.into() }],
        "payment": { "method": "cash" },
    })
}

/// On hand by `GET /stock/{sku}`.
pub async fn on_hand(shop: &TestShop, sku: &str) -> i64 {
    let stock = shop.get(format!("/stock/{sku}")).await.expect(200);
    stock["on_hand"].as_i64().expect("a number")
}

/// Adds a line to a sale.
pub fn add_line(sale: &mut Value, line: Value) {
    sale["lines"].as_array_mut().expect("lines").push(line);
}
