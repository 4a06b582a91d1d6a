//! What a page writes into its fields reads back as the same, whatever a unit contains, and in the unit that the page
//! showed.

use proptest::test_runner::{Config, TestRunner};
use reqwest::Method;
use rusqlite::{Connection, params};
use serde_json::json;

use super::{on_hand, value};
use crate::harness::counter::{Counter, OWNERS_PIN, Visitor};
use kulakan::shop::Shop;

/// What the distributor announced.
fn announce(counter: &Counter, id: &str, sku: &str, quantity: i64) {
    let database = Connection::open(Shop::file(counter.folder.path())).unwrap();
    database
        .execute(
            "INSERT INTO deliveries (id, state, expected_on, announced_at_utc)
             VALUES (?1, 'dispatched', '2026-11-24', '2026-11-23T02:00:00Z')",
            [id],
        )
        .unwrap();
    database
        .execute(
            "INSERT INTO delivery_lines (delivery_id, line_no, sku, name, quantity) VALUES (?1, 1, ?2, ?2, ?3)",
            params![id, sku, quantity],
        )
        .unwrap();
}

/// The fields of a product on a page, as they stand.
fn as_shown(page: &str, names: &[&str]) -> Vec<(String, String)> {
    names
        .iter()
        .map(|name| ((*name).to_owned(), value(page, name)))
        .collect()
}

async fn send(owner: &Visitor, path: &str, fields: &[(String, String)]) -> u16 {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    owner.post(path, &fields).await.status
}

/// Every page that writes a quantity into a field, for goods whose main unit has `factor` pieces.
async fn reads_back(factor: i64, quantity: i64) {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let owner = counter.owner().await;
    let told = format!("{quantity} of {factor}");
    for sku in ["TEH", "KUE"] {
        let product = json!({
            "sku": sku, "name": sku, "unit": "dus", "cost": 30_000, "minimum_order": quantity,
            "units": [{ "name": "dus", "factor": factor, "price": 36_000 }],
        });
        counter.api(Method::POST, "/products", Some(&product)).await;
    }
    // A delivery is taken in as it was announced.
    announce(&counter, "d1", "TEH", quantity);
    let page = owner.get("/kiriman/d1").await.expect(200);
    let fields = as_shown(&page, &["factor.TEH", "came.TEH", "damaged.TEH"]);
    assert_eq!(send(&owner, "/kiriman/d1", &fields).await, 303, "{told}");
    assert_eq!(on_hand(&counter, "TEH").await, quantity, "{told}");
    // A product is saved as it is.
    let page = owner.get("/barang/kode/TEH").await.expect(200);
    let mut names = vec![
        "seen",
        "name",
        "cost",
        "u.0.name",
        "u.0.content",
        "u.0.price",
        "minimum_order",
    ];
    if page.contains("minimum_order.dasar") {
        names.push("minimum_order.dasar");
    }
    let mut fields = as_shown(&page, &names);
    fields.push(("active".to_owned(), "1".to_owned()));
    let status = send(&owner, "/barang/kode/TEH", &fields).await;
    assert_eq!(status, 303, "{told}: {fields:?}");
    let product = counter.shop.product("TEH").await.unwrap();
    assert_eq!(product.minimum_order.0, quantity, "{told}");
    // What was counted is set to what it says.
    let count = owner.post("/opname", &[("scope", "free")]).await.leads();
    let so_far = [
        ("tap", "t1"),
        ("code", "TEH"),
        ("dasar", "1"),
        ("quantity", &*quantity.to_string()),
        ("action", "set"),
    ];
    owner.post(&count, &so_far).await.leads();
    let page = owner.get(&count).await.expect(200);
    let row = page.split("data-sku=\"TEH\"").nth(1).unwrap();
    let mut fields = as_shown(row, &["dasar"]);
    let shown = row.split("name=\"quantity\"").nth(1).unwrap();
    let shown = shown.split("value=\"").nth(1).unwrap().split('"').next();
    for (name, value) in [
        ("quantity", shown.unwrap()),
        ("tap", "t2"),
        ("code", "TEH"),
        ("action", "set"),
    ] {
        fields.push((name.to_owned(), value.to_owned()));
    }
    assert_eq!(send(&owner, &count, &fields).await, 303, "{told}");
    let counted = "SELECT quantity FROM count_entries ORDER BY seq DESC LIMIT 1";
    assert_eq!(counter.number(counted), quantity, "{told}");
    assert_eq!(
        counter.number("SELECT count(*) FROM count_entries"),
        2,
        "{told}"
    );
    // What is left of goods on consignment.
    let consignor = owner
        .post("/titip-jual", &[("name", "Bu Kue")])
        .await
        .leads();
    let list = owner.post(&format!("{consignor}/masuk"), &[]).await.leads();
    super::press(&owner, &list, "pick.KUE", &[]).await;
    let left = [("lines.0.quantity", "100"), ("lines.0.price", "30000")];
    super::press(&owner, &list, "save", &left).await;
    let lines = json!([{ "sku": "KUE", "quantity": 7 }]);
    counter.sell("s1", lines, json!({ "method": "cash" })).await;
    let gone = json!({ "sku": "KUE", "quantity": 1, "reason": "waste" });
    counter
        .api(Method::POST, "/stock/adjustments", Some(&gone))
        .await;
    let pay = format!("{consignor}/bayar");
    let page = owner.get(&pay).await.expect(200);
    let fields = as_shown(&page, &["factor.KUE", "returned.KUE", "remaining.KUE"]);
    assert_eq!(send(&owner, &pay, &fields).await, 200, "{told}");
}

#[test]
fn what_a_page_writes_into_a_field_reads_back() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        cases: 10,
        failure_persistence: None,
        max_shrink_iters: 20,
        ..Config::default()
    };
    // 40 pieces of a carton of 12 are what no decimal says.
    runtime.block_on(reads_back(12, 40));
    TestRunner::new(config)
        .run(&(1..60_i64, 1..5_000_i64), |(factor, quantity)| {
            runtime.block_on(reads_back(factor, quantity));
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn a_delivery_is_read_in_the_unit_that_its_page_showed() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let owner = counter.owner().await;
    counter.product("MIE", "Mi goreng", 3_500, 3_000).await;
    announce(&counter, "d1", "MIE", 12);
    let page = owner.get("/kiriman/d1").await.expect(200);
    let fields = as_shown(&page, &["factor.MIE", "came.MIE", "damaged.MIE"]);
    // Meanwhile the owner speaks of it in cartons.
    let patch = json!({ "unit": "dus", "units": [
        { "name": "dus", "factor": 40, "price": 131_000 }, { "name": "bungkus", "factor": 1, "price": 3_500 },
    ] });
    counter
        .api(Method::PATCH, "/products/MIE", Some(&patch))
        .await;
    assert_eq!(send(&owner, "/kiriman/d1", &fields).await, 303);
    assert_eq!(on_hand(&counter, "MIE").await, 12);
}

#[tokio::test]
async fn a_thousand_is_a_thousand_in_deliveries_and_settlements_too() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let owner = counter.owner().await;
    counter.product("MIE", "Mi goreng", 3_500, 3_000).await;
    announce(&counter, "d1", "MIE", 1_200);
    let page = owner.get("/kiriman/d1").await.expect(200);
    let mut fields = as_shown(&page, &["factor.MIE", "came.MIE", "damaged.MIE"]);
    fields[1].1 = "1.000".to_owned();
    assert_eq!(send(&owner, "/kiriman/d1", &fields).await, 303);
    assert_eq!(on_hand(&counter, "MIE").await, 1_000);

    counter.product("KUE", "Kue lapis", 5_000, 4_000).await;
    let consignor = owner
        .post("/titip-jual", &[("name", "Bu Kue")])
        .await
        .leads();
    let list = owner.post(&format!("{consignor}/masuk"), &[]).await.leads();
    super::press(&owner, &list, "pick.KUE", &[]).await;
    let left = [("lines.0.quantity", "1.200"), ("lines.0.price", "4000")];
    super::press(&owner, &list, "save", &left).await;
    let pay = format!("{consignor}/bayar");
    let page = owner.get(&pay).await.expect(200);
    let fields = [
        ("id", &*value(&page, "id")),
        ("at_seq", &*value(&page, "at_seq")),
        ("returned.KUE", "0"),
        ("remaining.KUE", "1.000"),
        ("paid", "800.000"),
        ("from", "drawer"),
        ("action", "save"),
    ];
    owner.post(&pay, &fields).await.leads();
    assert_eq!(on_hand(&counter, "KUE").await, 1_000);
}

#[tokio::test]
async fn a_settlement_sent_again_with_other_figures_is_told_so() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let owner = counter.owner().await;
    counter.product("KUE", "Kue lapis", 5_000, 4_000).await;
    let consignor = owner
        .post("/titip-jual", &[("name", "Bu Kue")])
        .await
        .leads();
    let list = owner.post(&format!("{consignor}/masuk"), &[]).await.leads();
    super::press(&owner, &list, "pick.KUE", &[]).await;
    let left = [("lines.0.quantity", "10"), ("lines.0.price", "4000")];
    super::press(&owner, &list, "save", &left).await;
    let pay = format!("{consignor}/bayar");
    let page = owner.get(&pay).await.expect(200);
    let (id, at) = (value(&page, "id"), value(&page, "at_seq"));
    let with = |returned: &'static str, remaining: &'static str, paid: &'static str| {
        vec![
            ("id", id.clone()),
            ("at_seq", at.clone()),
            ("returned.KUE", returned.to_owned()),
            ("remaining.KUE", remaining.to_owned()),
            ("paid", paid.to_owned()),
            ("from", "drawer".to_owned()),
            ("action", "save".to_owned()),
        ]
    };
    let send = async |fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        owner.post(&pay, &fields).await
    };
    let note = send(with("1", "6", "12000")).await.leads();
    assert_eq!(send(with("1", "6", "12000")).await.leads(), note);
    for (returned, remaining, paid) in [
        ("1", "5", "12000"),
        ("2", "6", "12000"),
        ("1", "6", "11000"),
    ] {
        let told = send(with(returned, remaining, paid)).await.expect(409);
        assert!(told.contains("sudah tersimpan dengan angka lain"), "{told}");
    }
    assert_eq!(on_hand(&counter, "KUE").await, 6);
}

#[tokio::test]
async fn a_cashier_does_not_say_that_a_list_was_paid_out_of_the_drawer() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let owner = counter.owner().await;
    counter.product("MIE", "Mi goreng", 3_500, 3_000).await;
    let (_, siti) = counter.cashier("Siti", "2468").await;
    let list = super::begin(&owner).await;
    super::press(&owner, &list, "add", &[("code", "MIE")]).await;
    let priced = [
        ("lines.0.quantity", "10"),
        ("lines.0.price", "3000"),
        ("paid_how", "other"),
    ];
    super::press(&owner, &list, "keep", &priced).await;
    let sent = [("lines.0.quantity", "10"), ("paid_how", "drawer")];
    super::press(&siti, &list, "save", &sent).await;
    assert_eq!(on_hand(&counter, "MIE").await, 10);
    assert_eq!(counter.number("SELECT count(*) FROM drawer_entries"), 0);
    assert_eq!(
        counter.number("SELECT count(*) FROM purchases WHERE paid_how = 'other' AND total = 30000"),
        1
    );
}
