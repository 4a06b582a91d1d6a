//! What a sale is answered with, and what is refused.

use serde_json::{Value, json};

use super::{define, noodles, receive, rice, sale};
use crate::harness::shop::TestShop;

#[tokio::test]
async fn a_sale_is_answered_with_its_receipt() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    rice(&shop).await;
    receive(&shop, "MIE", 100, None).await;
    let request = json!({
        "id": "9b2d-1",
        "lines": [
            { "sku": "MIE", "quantity": 3, "discount": 500 },
            { "barcode": "18991234500017", "quantity": "1" },
            { "sku": "BERAS", "quantity": 0.25, "unit_price": 13_500 },
        ],
        "payment": { "method": "cash", "tendered": 150_000 },
    });
    let receipt = shop.post("/sales", &request).await.expect(201);
    let line = |sku: &str,
                name: &str,
                unit: &str,
                quantity: Value,
                price: i64,
                discount: i64,
                total: i64,
                over: bool| {
        json!({
            "sku": sku, "name": name, "unit": unit, "quantity": quantity, "unit_price": price, "discount": discount,
            "total": total, "oversold": over,
        })
    };
    assert_eq!(
        receipt,
        json!({
            "id": "9b2d-1", "number": 1, "total": 145_375, "rounding": 0, "change": 4_625,
            "lines": [
                line("MIE", "Mie goreng", "pcs", json!(3), 3_500, 500, 10_000, false),
                line("MIE", "Mie goreng", "dus", json!(1), 132_000, 0, 132_000, false),
                line("BERAS", "Beras", "kg", json!(0.25), 13_500, 0, 3_375, true),
            ],
            "sold_at": "2026-11-23T09:00:00.000+07:00", "business_date": "2026-11-23", "clock_suspect": false,
            "payment": { "method": "cash", "tendered": 150_000 },
        })
    );
    assert_eq!(shop.get("/sales/9b2d-1").await.expect(200), receipt);
    let stock = shop.get("/stock/BERAS").await.expect(200);
    assert_eq!(
        (&stock["on_hand"], &stock["position"]),
        (&json!(-250), &json!(-250))
    );
    assert_eq!(shop.get("/sales/9b2d-2").await.status, 404);
}

#[tokio::test]
async fn the_same_request_again_has_the_same_answer_to_the_byte() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    let first = shop.post("/sales", &sale("s1", "MIE", 2)).await;
    first.expect(201);
    // Whatever happened since: another price, another name, another day, taken back, no longer sold.
    shop.post("/sales/s1/void", &json!({ "reason": "salah" }))
        .await
        .expect(200);
    let patch = json!({ "name": "Mie baru", "price": 9_999, "active": false });
    shop.patch("/products/MIE", &patch).await.expect(200);
    shop.at("2026-12-24T02:00:00Z");
    for same in [json!(2), json!("2"), json!("2,0"), json!(2.0)] {
        let again = shop.post("/sales", &sale("s1", "MIE", same)).await;
        assert_eq!((again.status, &again.text), (200, &first.text));
    }
    let mut zero_discount = sale("s1", "MIE", 2);
    zero_discount["lines"][0]["discount"] = json!(0);
    assert_eq!(shop.post("/sales", &zero_discount).await.text, first.text);
    for (field, value) in [
        ("quantity", json!(3)),
        ("sku", json!("BERAS")),
        ("unit", json!("dus")),
        ("unit_price", json!(3_500)),
    ] {
        let mut other = sale("s1", "MIE", 2);
        other["lines"][0][field] = value;
        let problem = shop.post("/sales", &other).await.problem(409);
        assert_eq!(
            problem, "the sale s1 is recorded with other content, as receipt 1",
            "{field}"
        );
    }
    let mut other = sale("s1", "MIE", 2);
    other["payment"]["method"] = json!("qris");
    shop.post("/sales", &other).await.problem(409);
    assert_eq!(shop.number("SELECT count(*) FROM sales"), 1);
    assert_eq!(
        shop.number("SELECT count(*) FROM events WHERE kind = 'sale.recorded'"),
        1
    );
}

#[tokio::test]
async fn what_cannot_be_sold_is_named_by_line_and_leaves_nothing_behind() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    rice(&shop).await;
    define(
        &shop,
        json!({ "sku": "LAMA", "name": "Lama", "price": 1, "active": false }),
    )
    .await;
    let (movements, events) = (
        shop.number("SELECT count(*) FROM stock_movements"),
        shop.told(),
    );
    let line = |line: Value| json!({ "id": "x", "lines": [line], "payment": { "method": "cash" } });
    let cases = [
        (
            json!({ "sku": "TEH", "quantity": 1 }),
            "lines[0].sku: no product has the code \"TEH\"",
        ),
        (
            json!({ "barcode": "123", "quantity": 1 }),
            "lines[0].barcode: no product has the barcode \"123\"",
        ),
        (json!({ "quantity": 1 }), "lines[0].sku: is missing"),
        (
            json!({ "sku": "MIE", "barcode": "1", "quantity": 1 }),
            "lines[0].barcode: is given together with a code",
        ),
        (
            json!({ "sku": "LAMA", "quantity": 1 }),
            "lines[0].sku: Lama is no longer sold",
        ),
        (
            json!({ "sku": "MIE", "unit": "rak", "quantity": 1 }),
            "lines[0].unit: Mie goreng is not sold by \"rak\"",
        ),
        (
            json!({ "barcode": "18991234500017", "unit": "pcs", "quantity": 1 }),
            "lines[0].unit: the barcode",
        ),
        (
            json!({ "sku": "MIE", "quantity": 0 }),
            "lines[0].quantity: must be more than 0",
        ),
        (
            json!({ "sku": "MIE", "quantity": -1 }),
            "lines[0].quantity: must be more than 0",
        ),
        (
            json!({ "sku": "MIE", "quantity": 1.5 }),
            "lines[0].quantity: must be a whole number",
        ),
        (
            json!({ "sku": "MIE", "unit": "dus", "quantity": 0.5 }),
            "lines[0].quantity: must be a whole number",
        ),
        (
            json!({ "sku": "BERAS", "quantity": 0.0001 }),
            "lines[0].quantity: is not a whole number of base units",
        ),
        (
            json!({ "sku": "MIE", "quantity": 1_000_000_001 }),
            "lines[0].quantity: is beyond the limit",
        ),
        (
            json!({ "sku": "MIE", "quantity": 1e300 }),
            "lines[0].quantity: is beyond the limit",
        ),
        (
            json!({ "sku": "MIE", "quantity": "banyak" }),
            "lines[0].quantity: is not a number",
        ),
        (
            json!({ "sku": "MIE", "quantity": 1, "unit_price": -1 }),
            "lines[0].unit_price: must be 0",
        ),
        (
            json!({ "sku": "MIE", "quantity": 2, "unit_price": 1_000_000_000_000_i64 }),
            "comes to more than",
        ),
        (
            json!({ "sku": "MIE", "quantity": 1, "discount": 3_501 }),
            "lines[0].discount: must be 0 to the line's 3500",
        ),
        (
            json!({ "sku": "MIE", "quantity": 1, "discount": -1 }),
            "lines[0].discount: must be 0",
        ),
    ];
    for (wrong, message) in cases {
        let problem = shop.post("/sales", &line(wrong.clone())).await.problem(422);
        assert!(problem.contains(message), "{wrong}: {problem}");
    }
    let payments = [
        (
            json!({ "method": "cash", "tendered": 3_499 }),
            "payment.tendered: is less than the total of 3500",
        ),
        (
            json!({ "method": "qris", "tendered": 4_000 }),
            "payment.tendered: is more than the total",
        ),
        (
            json!({ "method": "debt" }),
            "payment.customer_id: is needed for a debt",
        ),
    ];
    for (payment, message) in payments {
        let mut request = sale("x", "MIE", 1);
        request["payment"] = payment;
        let problem = shop.post("/sales", &request).await.problem(422);
        assert!(problem.contains(message), "{problem}");
    }
    for (request, message) in [
        (
            json!({ "id": "x", "lines": [], "payment": { "method": "cash" } }),
            "lines: are missing",
        ),
        (sale("", "MIE", 1), "id: is empty"),
        (sale("a/b", "MIE", 1), "id: holds a character"),
        (
            json!({ "id": "x", "lines": [{ "sku": "MIE" }], "payment": { "method": "cash" } }),
            "quantity",
        ),
        (
            json!({ "id": "x", "lines": [], "payment": { "method": "card" } }),
            "card",
        ),
    ] {
        let problem = shop.post("/sales", &request).await.problem(422);
        assert!(problem.contains(message), "{problem}");
    }
    // Two faults in one request are told together.
    let mut two = sale("x", "TEH", 1);
    super::add_line(&mut two, json!({ "sku": "MIE", "quantity": 0 }));
    let problem = shop.post("/sales", &two).await.problem(422);
    assert!(
        problem.contains("lines[0].sku") && problem.contains("lines[1].quantity"),
        "{problem}"
    );
    assert_eq!(shop.number("SELECT count(*) FROM sales"), 0);
    assert_eq!(shop.number("SELECT count(*) FROM trading_days"), 0);
    assert_eq!(
        shop.number("SELECT count(*) FROM stock_movements"),
        movements
    );
    assert_eq!(shop.told(), events);
}

#[tokio::test]
async fn cash_is_rounded_to_coins_and_nothing_else_is() {
    let shop = TestShop::start().await;
    define(&shop, json!({ "sku": "A", "name": "A", "price": 3_330 })).await;
    let pay = async |id: &str, method: &str, tendered: Option<i64>| -> (i64, i64, i64) {
        let mut request = sale(id, "A", 1);
        request["payment"] =
            json!({ "method": method, "tendered": tendered, "customer_id": "ibu-sri" });
        let receipt = shop.post("/sales", &request).await.expect(201);
        let number = |field: &str| receipt[field].as_i64().expect("a number");
        (number("total"), number("rounding"), number("change"))
    };
    assert_eq!(pay("none", "cash", Some(5_000)).await, (3_330, 0, 1_670));
    shop.shop.set_cash_rounding(100).await.expect("set");
    assert_eq!(pay("100", "cash", Some(5_000)).await, (3_300, -30, 1_700));
    assert_eq!(pay("exact", "cash", None).await, (3_300, -30, 0));
    assert_eq!(pay("qris", "qris", None).await, (3_330, 0, 0));
    assert_eq!(pay("debt", "debt", None).await, (3_330, 0, 0));
    shop.shop.set_cash_rounding(500).await.expect("set");
    assert_eq!(pay("500", "cash", Some(3_500)).await, (3_500, 170, 0));
    assert!(shop.shop.set_cash_rounding(50).await.is_err());
    assert_eq!(shop.shop.cash_rounding().await.expect("a setting"), 500);
    let total = "SELECT sum(total - lines_total - rounding) FROM sales";
    assert_eq!(shop.number(total), 0);
}

#[tokio::test]
async fn sales_are_listed_by_date_in_pages() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    for (day, count) in [("23", 3), ("24", 4), ("25", 2)] {
        shop.at(&format!("2026-11-{day}T05:00:00Z"));
        for number in 0..count {
            let id = format!("{day}-{number}");
            shop.post("/sales", &sale(&id, "MIE", 1)).await.expect(201);
        }
    }
    shop.post("/sales/24-1/void", &json!({ "reason": "tukar" }))
        .await
        .expect(200);
    let mut cursor = String::new();
    let mut ids = Vec::new();
    loop {
        let path = format!("/sales?from=2026-11-24&to=2026-11-24&limit=3{cursor}");
        let page = shop.get(path).await.expect(200);
        for item in page["items"].as_array().expect("items") {
            ids.push(item["id"].as_str().expect("an id").to_owned());
            assert_eq!(item.get("voided").is_some(), item["id"] == "24-1");
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(ids, ["24-3", "24-2", "24-1", "24-0"]);
    let all = shop.get("/sales?limit=200").await.expect(200);
    assert_eq!(all["items"].as_array().map(Vec::len), Some(9));
    assert_eq!(shop.get("/sales?from=kemarin").await.status, 400);
    shop.get("/sales?cursor=x").await.problem(422);
}
