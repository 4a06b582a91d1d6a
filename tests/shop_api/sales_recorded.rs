//! What a sale and its void do to lots, days, numbers and demand.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{noodles, on_hand, receive, rice, sale};
use crate::harness::shop::TestShop;

/// `(expires, quantity)` of every lot that has goods.
async fn lots(shop: &TestShop, sku: &str) -> Vec<(Option<String>, i64)> {
    let stock = shop.get(format!("/stock/{sku}")).await.expect(200);
    let lots = stock["lots"].as_array().expect("lots").clone();
    lots.iter()
        .map(|lot| {
            let expires = lot["expires"].as_str().map(ToOwned::to_owned);
            (expires, lot["quantity"].as_i64().expect("a quantity"))
        })
        .collect()
}

fn dated(date: &str, quantity: i64) -> (Option<String>, i64) {
    (Some(date.to_owned()), quantity)
}

#[tokio::test]
async fn what_expires_first_leaves_first_and_a_void_brings_it_back_where_it_was() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    receive(&shop, "MIE", 10, None).await;
    receive(&shop, "MIE", 5, Some("2027-03-01")).await;
    receive(&shop, "MIE", 4, Some("2027-01-15")).await;
    let before = lots(&shop, "MIE").await;
    assert_eq!(
        before,
        [dated("2027-01-15", 4), dated("2027-03-01", 5), (None, 10)]
    );
    shop.post("/sales", &sale("s1", "MIE", 6)).await.expect(201);
    assert_eq!(
        lots(&shop, "MIE").await,
        [dated("2027-03-01", 3), (None, 10)]
    );
    shop.post("/sales", &sale("s2", "MIE", 4)).await.expect(201);
    assert_eq!(lots(&shop, "MIE").await, [(None, 9)]);
    shop.post("/sales/s1/void", &json!({ "reason": "salah" }))
        .await
        .expect(200);
    assert_eq!(
        lots(&shop, "MIE").await,
        [dated("2027-01-15", 4), dated("2027-03-01", 2), (None, 9)]
    );
    shop.post("/sales/s2/void", &json!({ "reason": "salah" }))
        .await
        .expect(200);
    assert_eq!(lots(&shop, "MIE").await, before);
    // A product on two lines comes back once for each.
    let mut twice = sale("s3", "MIE", 1);
    super::add_line(&mut twice, json!({ "sku": "MIE", "quantity": 4 }));
    shop.post("/sales", &twice).await.expect(201);
    shop.post("/sales/s3/void", &json!({ "reason": "salah" }))
        .await
        .expect(200);
    assert_eq!(lots(&shop, "MIE").await, before);
}

#[tokio::test]
async fn a_receipt_makes_good_what_was_sold_without_being_there() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    let receipt = shop.post("/sales", &sale("s1", "MIE", 3)).await.expect(201);
    assert_eq!(receipt["lines"][0]["oversold"], true);
    assert_eq!(on_hand(&shop, "MIE").await, -3);
    receive(&shop, "MIE", 10, Some("2027-01-15")).await;
    assert_eq!(lots(&shop, "MIE").await, [dated("2027-01-15", 7)]);
    // Exactly what is there is not too much.
    let receipt = shop.post("/sales", &sale("s2", "MIE", 7)).await.expect(201);
    assert_eq!(receipt["lines"][0]["oversold"], false);
    let mut two_lines = sale("s3", "MIE", 1);
    receive(&shop, "MIE", 1, None).await;
    super::add_line(&mut two_lines, json!({ "sku": "MIE", "quantity": 1 }));
    let receipt = shop.post("/sales", &two_lines).await.expect(201);
    assert_eq!(receipt["lines"][0]["oversold"], false);
    assert_eq!(receipt["lines"][1]["oversold"], true);
}

#[tokio::test]
async fn a_sale_is_taken_back_once() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    receive(&shop, "MIE", 10, None).await;
    shop.post("/sales", &sale("s1", "MIE", 4)).await.expect(201);
    shop.at("2026-11-25T02:00:00Z");
    let first = shop
        .post("/sales/s1/void", &json!({ "reason": " salah hitung " }))
        .await;
    let voided = first.expect(200);
    assert_eq!(
        voided["voided"],
        json!({
            "reason": "salah hitung", "voided_at": "2026-11-25T02:00:00.000Z", "business_date": "2026-11-25",
            "amount": 14_000,
        })
    );
    let again = shop
        .post("/sales/s1/void", &json!({ "reason": "salah hitung" }))
        .await;
    assert_eq!((again.status, &again.text), (200, &first.text));
    let problem = shop
        .post("/sales/s1/void", &json!({ "reason": "lain" }))
        .await
        .problem(409);
    assert!(problem.contains("salah hitung"), "{problem}");
    assert_eq!(on_hand(&shop, "MIE").await, 10);
    assert_eq!(shop.get("/sales/s1").await.expect(200), voided);
    assert_eq!(
        shop.post("/sales/s2/void", &json!({ "reason": "x" }))
            .await
            .status,
        404
    );
    assert_eq!(
        shop.post("/sales/s1/void", &json!({ "reason": " " }))
            .await
            .problem(422),
        "reason: is empty"
    );
    assert_eq!(
        shop.number("SELECT count(*) FROM events WHERE kind = 'sale.voided'"),
        1
    );
    // Demand on the day of the sale, goods on the day of the void.
    let flow = |column: &str, date: &str| {
        shop.number(&format!(
            "SELECT {column} FROM daily_flows WHERE business_date = '{date}'"
        ))
    };
    assert_eq!(
        (flow("sold", "2026-11-23"), flow("net", "2026-11-23")),
        (0, 6)
    );
    assert_eq!(
        (flow("sold", "2026-11-25"), flow("net", "2026-11-25")),
        (0, 4)
    );
    assert_eq!(
        flow("inflow", "2026-11-25"),
        0,
        "what came back is no supply"
    );
}

#[tokio::test]
async fn another_carton_size_changes_no_past_sale() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    receive(&shop, "MIE", 100, None).await;
    let mut carton = sale("s1", "MIE", 1);
    carton["lines"][0]["unit"] = json!("dus");
    let old = shop.post("/sales", &carton).await;
    assert_eq!(on_hand(&shop, "MIE").await, 60);
    let units = json!([
        { "name": "pcs", "price": 3_500 }, { "name": "dus", "factor": 24, "price": 80_000, "barcodes": ["18991234500017"] },
    ]);
    shop.patch("/products/MIE", &json!({ "units": units }))
        .await
        .expect(200);
    let receipt = shop.get("/sales/s1").await;
    assert_eq!(receipt.text, old.text);
    assert_eq!(receipt.json()["lines"][0]["unit_price"], 132_000);
    carton["id"] = json!("s2");
    shop.post("/sales", &carton).await.expect(201);
    assert_eq!(on_hand(&shop, "MIE").await, 36);
    shop.post("/sales/s1/void", &json!({ "reason": "retur" }))
        .await
        .expect(200);
    assert_eq!(on_hand(&shop, "MIE").await, 76, "the carton of then had 40");
    let factors = "SELECT count(DISTINCT unit_id) FROM sale_lines WHERE unit = 'dus'";
    assert_eq!(shop.number(factors), 2);
}

#[tokio::test]
async fn a_clock_of_1970_stops_no_sale() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    shop.post("/sales", &sale("s1", "MIE", 1)).await.expect(201);
    shop.at("1970-01-01T00:00:30Z");
    let receipt = shop.post("/sales", &sale("s2", "MIE", 1)).await.expect(201);
    assert_eq!(receipt["business_date"], "2026-11-23");
    assert_eq!(receipt["clock_suspect"], true);
    assert_eq!(receipt["number"], 2);
    assert!(
        receipt["sold_at"]
            .as_str()
            .expect("a moment")
            .starts_with("1970-01-01T07:0"),
        "{receipt}"
    );
    assert_eq!(shop.post("/sales", &sale("s2", "MIE", 1)).await.status, 200);
    shop.at("2026-11-24T02:00:00Z");
    let receipt = shop.post("/sales", &sale("s3", "MIE", 1)).await.expect(201);
    assert_eq!(
        (&receipt["business_date"], &receipt["clock_suspect"]),
        (&json!("2026-11-24"), &json!(false))
    );
}

#[tokio::test]
async fn a_new_shop_with_a_clock_of_1970_sells_on_its_founding_day() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    shop.at("1970-01-01T00:00:30Z");
    let receipt = shop.post("/sales", &sale("s1", "MIE", 1)).await.expect(201);
    assert_eq!(
        (&receipt["business_date"], &receipt["clock_suspect"]),
        (&json!("2026-11-23"), &json!(true))
    );
}

#[tokio::test]
async fn fifty_tills_at_once_leave_no_gap_and_no_piece_unaccounted() {
    let shop = std::sync::Arc::new(TestShop::start().await);
    noodles(&shop).await;
    rice(&shop).await;
    receive(&shop, "MIE", 100, Some("2027-01-15")).await;
    let tills = (0..50).map(|till: i64| {
        let shop = std::sync::Arc::clone(&shop);
        tokio::spawn(async move {
            let mut request = sale(&format!("till-{till}"), "MIE", till % 4 + 1);
            if till % 5 == 0 {
                super::add_line(&mut request, json!({ "sku": "TEH", "quantity": 1 }));
                return (till, shop.post("/sales", &request).await.expect(422));
            }
            let receipt = shop.post("/sales", &request).await;
            // A lost answer is asked for again, by several at once.
            let (a, b) = tokio::join!(shop.post("/sales", &request), shop.post("/sales", &request));
            assert_eq!((a.status, b.status), (200, 200));
            assert_eq!((&a.text, &b.text), (&receipt.text, &receipt.text));
            (till, receipt.expect(201))
        })
    });
    let tills: Vec<_> = tills.collect();
    let mut numbers = BTreeSet::new();
    let mut sold = 0;
    for till in tills {
        let (till, receipt) = till.await.expect("a till");
        if till % 5 != 0 {
            numbers.insert(receipt["number"].as_i64().expect("a number"));
            sold += till % 4 + 1;
        }
    }
    assert_eq!(numbers, (1..=40).collect());
    assert_eq!(on_hand(&shop, "MIE").await, 100 - sold);
    assert_eq!(
        shop.number("SELECT sum(quantity) FROM stock_movements"),
        100 - sold
    );
    assert_eq!(
        shop.number("SELECT sum(on_hand) FROM lot_stock"),
        100 - sold
    );
    assert_eq!(shop.number("SELECT max(seq) - count(*) FROM events"), 0);
    let oversold: Value = shop.get("/sales?limit=200").await.expect(200);
    assert_eq!(oversold["items"].as_array().map(Vec::len), Some(40));
}
