//! Products: defining, changing, finding.

use serde_json::{Value, json};

use super::{define, noodles, rice, sale};
use crate::harness::shop::TestShop;

#[tokio::test]
async fn a_product_reads_back_as_it_was_defined() {
    let shop = TestShop::start().await;
    let defined = define(
        &shop,
        json!({
            "sku": "KOPI-SCH", "name": " Kopi sachet ", "category": "Minuman", "cost": 1_100, "shelf_life_days": 360,
            "minimum_order": 120, "supplier": "Toko Agung", "order_unit": "dus", "unit": "pcs", "price": 1_500,
            "barcode": "8991234500027",
            "units": [
                { "name": "dus", "factor": 120, "price": 150_000, "barcodes": [] },
                { "name": "renceng", "factor": 10, "price": 13_000, "barcodes": ["8991234500034", "KOPI10"] },
            ],
        }),
    )
    .await;
    let expected = json!({
        "sku": "KOPI-SCH", "name": "Kopi sachet", "category": "Minuman", "base_unit": "piece", "unit": "pcs",
        "units": [
            { "name": "pcs", "factor": 1, "price": 1_500, "barcodes": ["8991234500027"] },
            { "name": "renceng", "factor": 10, "price": 13_000, "barcodes": ["8991234500034", "KOPI10"] },
            { "name": "dus", "factor": 120, "price": 150_000, "barcodes": [] },
        ],
        "order_unit": "dus", "pack_size": 120, "cost": 1_100, "shelf_life_days": 360, "minimum_order": 120,
        "supplier": "Toko Agung", "consignment": false, "active": true,
    });
    assert_eq!(defined, expected);
    assert_eq!(shop.get("/products/KOPI-SCH").await.expect(200), expected);
}

#[tokio::test]
async fn the_name_of_a_measure_says_what_stock_counts() {
    let shop = TestShop::start().await;
    rice(&shop).await;
    let rice = shop.get("/products/BERAS").await.expect(200);
    assert_eq!(rice["base_unit"], "gram");
    assert_eq!(rice["units"][0]["factor"], 1000);
    assert_eq!(rice["pack_size"], 1000);
    let unnamed = json!({ "sku": "MINYAK", "name": "Minyak", "unit": "jeriken", "base_unit": "millilitre", "price": 1 });
    let problem = shop.post("/products", &unnamed).await.problem(422);
    assert_eq!(
        problem,
        "units[0].factor: is missing: how many base units are in it?"
    );
}

#[tokio::test]
async fn a_taken_code_or_barcode_names_who_has_it() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    let again = json!({ "sku": "MIE", "name": "Mie lain", "price": 1 });
    let problem = shop.post("/products", &again).await.problem(409);
    assert!(problem.contains("Mie goreng"), "{problem}");
    let barcode =
        json!({ "sku": "MIE2", "name": "Mie kuah", "price": 1, "barcode": "18991234500017" });
    let problem = shop.post("/products", &barcode).await.problem(409);
    assert_eq!(
        problem,
        "the barcode 18991234500017 is on dus of \"Mie goreng\" (code MIE)"
    );
    rice(&shop).await;
    let units = json!([{ "name": "kg", "price": 14_000, "barcodes": ["8991234500010"] }]);
    let problem = shop
        .patch("/products/BERAS", &json!({ "units": units }))
        .await
        .problem(409);
    assert!(problem.contains("(code MIE)"), "{problem}");
    assert_eq!(shop.get("/products/MIE2").await.status, 404);
    let rice = shop.get("/products/BERAS").await.expect(200);
    assert_eq!(rice["units"].as_array().map(Vec::len), Some(2), "{rice}");
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_kept() {
    let shop = TestShop::start().await;
    let wrong = json!({
        "sku": "SATU", "name": "", "unit": "pcs", "cost": -1, "shelf_life_days": 0, "minimum_order": -5,
        "units": [
            { "name": "pcs", "price": -1, "barcodes": ["8991234500011", "A B"] },
            { "name": "pcs", "factor": 0, "price": 1 },
            { "name": "dus", "factor": 2_000_000, "price": 1 },
        ],
    });
    let problem = shop.post("/products", &wrong).await.problem(422);
    for field in [
        "name: is empty",
        "cost: must be 0",
        "shelf_life_days: must be 1",
        "minimum_order: must be 0",
        "units[0].price: must be 0",
        "units[0].barcodes[0]: has a wrong check digit",
        "units[0].barcodes[1]: must be 1 to 48 visible",
        "units[1].name: is there twice",
        "units[1].factor: must be 1",
        "units[2].factor: must be 1",
    ] {
        assert!(problem.contains(field), "{field} in {problem}");
    }
    for (body, status, wanted) in [
        (
            json!({ "sku": "A B", "name": "x", "price": 1 }),
            422,
            "sku: holds a character",
        ),
        (json!({ "sku": "A", "name": "x" }), 422, "price: is missing"),
        (
            json!({ "sku": "A", "name": "x", "price": 1, "order_unit": "dus" }),
            422,
            "order_unit: \"dus\" is none",
        ),
        (
            json!({ "sku": "A", "name": "x", "price": 1, "prize": 2 }),
            422,
            "prize",
        ),
        (json!({ "name": "x", "price": 1 }), 422, "sku"),
        (json!([1]), 422, ""),
    ] {
        let problem = shop.post("/products", &body).await.problem(status);
        assert!(problem.contains(wanted), "{wanted} in {problem}");
    }
    let problem = shop
        .post_text("/products", "{".to_owned())
        .await
        .problem(400);
    assert!(problem.contains("JSON"), "{problem}");
    assert_eq!(shop.number("SELECT count(*) FROM products"), 0);
    assert_eq!(shop.told(), 0);
}

#[tokio::test]
async fn absent_members_stay_and_null_clears() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    let set = json!({ "category": "Makanan", "supplier": "Agung", "shelf_life_days": 90, "minimum_order": 40 });
    let all = shop.patch("/products/MIE", &set).await.expect(200);
    let same = shop.patch("/products/MIE", &json!({})).await.expect(200);
    assert_eq!(all, same);
    let cleared = json!({
        "category": null, "supplier": null, "shelf_life_days": null, "minimum_order": null, "order_unit": null,
    });
    let cleared = shop.patch("/products/MIE", &cleared).await.expect(200);
    assert_eq!(cleared["category"], "");
    assert_eq!(cleared["supplier"], "");
    assert_eq!(cleared.get("shelf_life_days"), None);
    assert_eq!(cleared["minimum_order"], 0);
    assert_eq!(
        (&cleared["order_unit"], &cleared["pack_size"]),
        (&json!("pcs"), &json!(1))
    );
    assert_eq!(cleared["units"], all["units"]);
    let problem = shop.patch("/products/TEH", &json!({})).await.problem(404);
    assert!(problem.contains("TEH"), "{problem}");
    let problem = shop
        .patch("/products/MIE", &json!({ "name": " ", "price": -2 }))
        .await
        .problem(422);
    assert_eq!(problem, "name: is empty; price: must be 0 to 1000000000000");
    let refused = shop.patch("/products/MIE", &json!({ "sku": "LAIN" })).await;
    assert!(refused.problem(422).contains("sku"));
}

#[tokio::test]
async fn another_main_unit_takes_its_share_of_the_cost() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    let by_carton = shop
        .patch("/products/MIE", &json!({ "unit": "dus" }))
        .await
        .expect(200);
    assert_eq!(by_carton["cost"], 2_900 * 40);
    assert_eq!(by_carton["units"][0]["name"], "dus");
    let gone = json!({ "units": [{ "name": "pcs", "factor": 1, "price": 3_500 }] });
    let problem = shop.patch("/products/MIE", &gone).await.problem(422);
    assert_eq!(problem, "unit: \"dus\" is none of the product's units");
}

/// The hub learns what it plans with, and no price: kinds and payloads of all events.
fn events(shop: &TestShop) -> Vec<(String, Value)> {
    let database = shop.database();
    let mut statement = database
        .prepare("SELECT kind, payload FROM events WHERE kind <> 'policy.set' ORDER BY seq")
        .expect("a statement");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)));
    rows.expect("rows")
        .map(|row| row.expect("a row"))
        .map(|(kind, payload)| (kind, serde_json::from_str(&payload).expect("JSON")))
        .collect()
}

#[tokio::test]
async fn only_what_the_hub_may_know_is_told_and_every_change_is_on_record() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    let told = events(&shop);
    assert_eq!(told.len(), 1);
    assert_eq!(
        told[0].1,
        json!({
            "sku": "MIE", "name": "Mie goreng", "base_unit": "piece", "unit": "pcs", "unit_factor": 1,
            "pack_name": "dus", "pack_size": 40, "minimum_order": 0, "consignment": false, "active": true,
        })
    );
    shop.patch(
        "/products/MIE",
        &json!({ "price": 3_600, "cost": 3_000, "category": "x" }),
    )
    .await
    .expect(200);
    assert_eq!(events(&shop).len(), 1, "prices stay in the shop");
    let units = json!([{ "name": "pcs", "price": 3_600 }, { "name": "dus", "factor": 48, "price": 150_000 }]);
    shop.patch("/products/MIE", &json!({ "units": units }))
        .await
        .expect(200);
    let told = events(&shop);
    assert_eq!(told.len(), 2);
    assert_eq!(
        (told[1].0.as_str(), &told[1].1["pack_size"]),
        ("product.defined", &json!(48))
    );
    let entries =
        shop.number("SELECT count(*) FROM audit WHERE action LIKE 'product.%' AND subject = 'MIE'");
    assert_eq!(entries, 3);
    let was = shop.number(
        "SELECT detail ->> '$.cost.was' FROM audit WHERE action = 'product.changed' ORDER BY seq",
    );
    assert_eq!(was, 2_900);
    // Nothing is forgotten: two piece prices, and two carton sizes.
    assert_eq!(
        shop.number("SELECT count(*) FROM product_units WHERE name = 'pcs'"),
        2
    );
    assert_eq!(
        shop.number("SELECT count(*) FROM product_units WHERE name = 'dus'"),
        2
    );
    let current = "SELECT count(*) FROM product_units WHERE retired_at_utc IS NULL";
    assert_eq!(shop.number(current), 2);
}

#[tokio::test]
async fn a_unit_that_is_no_longer_listed_is_no_longer_sold() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    let units = json!([{ "name": "pcs", "price": 3_500 }]);
    let body = json!({ "units": units, "order_unit": null });
    shop.patch("/products/MIE", &body).await.expect(200);
    let mut carton = sale("s1", "MIE", 1);
    carton["lines"][0]["unit"] = json!("dus");
    let problem = shop.post("/sales", &carton).await.problem(422);
    assert_eq!(problem, "lines[0].unit: Mie goreng is not sold by \"dus\"");
    // Its barcode is free for another product.
    define(
        &shop,
        json!({ "sku": "B", "name": "B", "price": 1, "barcode": "18991234500017" }),
    )
    .await;
}

#[tokio::test]
async fn products_are_found_by_name_code_and_barcode() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    rice(&shop).await;
    for number in 0..7 {
        let name = if number % 2 == 0 { "Teh" } else { "teh" };
        let sku = format!("T{number}");
        let product = json!({ "sku": sku, "name": format!("{name} {number}"), "price": 1, "active": number < 6 });
        define(&shop, product).await;
    }
    define(
        &shop,
        json!({ "sku": "TEH", "name": "Zakar 100%", "price": 1 }),
    )
    .await;
    let skus = async |query: &str| -> Vec<String> {
        let page = shop.get(format!("/products?{query}")).await.expect(200);
        let items = page["items"].as_array().expect("items").clone();
        items
            .iter()
            .map(|item| item["sku"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(skus("q=GORENG").await, ["MIE"]);
    assert_eq!(skus("q=18991234500017").await, ["MIE"]);
    assert_eq!(skus("q=eras").await, ["BERAS"]);
    assert_eq!(
        skus("q=00%25").await,
        ["TEH"],
        "a percent sign is a percent sign"
    );
    assert_eq!(skus("q=1%25%25").await, Vec::<String>::new());
    assert_eq!(skus("q=%25").await, ["TEH"], "alone too");
    assert_eq!(skus("q=_").await, Vec::<String>::new());
    let found = skus("q=TEH").await;
    assert_eq!(
        found,
        ["TEH", "T0", "T1", "T2", "T3", "T4", "T5", "T6"],
        "the exact code first"
    );
    assert_eq!(skus("q=TEH&active=true").await.len(), 7);
    for limit in 1..5 {
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = shop
                .get(format!("/products?q=TEH&limit={limit}{cursor}"))
                .await
                .expect(200);
            for item in page["items"].as_array().expect("items") {
                paged.push(item["sku"].as_str().expect("a code").to_owned());
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(paged, found, "in pages of {limit}");
    }
    assert_eq!(shop.get("/products?lmit=3").await.status, 400);
}
