//! What a sale may hold, through the API: discount, notes, who sold, parts of a payment, debts and their limits.

use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::harness::shop::TestShop;

async fn shop() -> TestShop {
    let shop = TestShop::start().await;
    let tea =
        json!({ "sku": "TEH", "name": "Teh", "unit": "kotak", "price": 7_550, "cost": 6_300 });
    shop.post("/products", &tea).await.expect(201);
    let greens =
        json!({ "sku": "SAYUR", "name": "Sayur", "unit": "ikat", "price": 0, "cost": 1_000 });
    shop.post("/products", &greens).await.expect(201);
    by_hand(
        &shop,
        "INSERT INTO price_tiers (product_id, unit, from_quantity, price)
         SELECT id, 'kotak', 3, 7000 FROM products WHERE sku = 'TEH';
         INSERT INTO price_tiers (product_id, unit, from_quantity, price)
         SELECT id, 'kotak', 10, 6500 FROM products WHERE sku = 'TEH';
         UPDATE products SET open_price = 1 WHERE sku = 'SAYUR'",
    );
    shop
}

fn by_hand(shop: &TestShop, sql: &str) {
    let beside = shop.file("beside", "");
    let database = Connection::open(beside.with_file_name("shop.db")).unwrap();
    database.execute_batch(sql).unwrap();
}

fn tea(id: &str, quantity: i64, payment: Value) -> Value {
    json!({ "id": id, "lines": [{ "sku": "TEH", "quantity": quantity }], "payment": payment })
}

fn number(value: &Value, field: &str) -> i64 {
    value[field]
        .as_i64()
        .unwrap_or_else(|| panic!("{field}: {value}"))
}

#[tokio::test]
async fn many_at_once_cost_less_each_and_open_prices_are_asked_for() {
    let shop = shop().await;
    let cash = json!({ "method": "cash" });
    for (quantity, total) in [
        (1, 7_550),
        (2, 15_100),
        (3, 21_000),
        (9, 63_000),
        (10, 65_000),
    ] {
        let request = tea(&format!("t{quantity}"), quantity, cash.clone());
        let receipt = shop.post("/sales", &request).await.expect(201);
        assert_eq!(number(&receipt, "total"), total, "{quantity}");
    }
    let mut request =
        json!({ "id": "o", "lines": [{ "sku": "SAYUR", "quantity": 2 }], "payment": cash });
    let told = shop.post("/sales", &request).await.problem(422);
    assert_eq!(
        told,
        "lines[0].unit_price: is needed: it has no fixed price"
    );
    request["lines"][0]["unit_price"] = json!(4_000);
    let receipt = shop.post("/sales", &request).await.expect(201);
    assert_eq!(number(&receipt, "total"), 8_000);
}

#[tokio::test]
async fn a_sale_has_a_discount_notes_and_who_sold_it() {
    let shop = shop().await;
    let request = json!({
        "id": "d", "discount": 1_000, "note": "untuk arisan", "by": "Sari",
        "lines": [{ "sku": "TEH", "quantity": 2, "discount": 100, "note": "dus penyok" }],
        "payment": { "method": "cash", "tendered": 20_000 },
    });
    let receipt = shop.post("/sales", &request).await.expect(201);
    assert_eq!(number(&receipt, "total"), 14_000);
    assert_eq!(number(&receipt, "discount"), 1_000);
    assert_eq!(number(&receipt, "change"), 6_000);
    assert_eq!(receipt["note"], "untuk arisan");
    assert_eq!(receipt["sold_by"], "Sari");
    assert_eq!(receipt["lines"][0]["note"], "dus penyok");
    let by = "SELECT count(*) FROM audit WHERE action = 'sale.recorded' AND actor = 'Sari'";
    assert_eq!(shop.number(by), 1);
    // Somebody else at another page who sends the same sale is answered the same.
    let mut again = request.clone();
    again["by"] = json!("Budi");
    assert_eq!(shop.post("/sales", &again).await.expect(200), receipt);
    again["discount"] = json!(999);
    shop.post("/sales", &again).await.problem(409);

    for (field, value, told) in [
        (
            "discount",
            json!(15_001),
            "discount: must be 0 to the lines' 15000",
        ),
        (
            "discount",
            json!(-1),
            "discount: must be 0 to the lines' 15000",
        ),
        (
            "note",
            json!("x".repeat(201)),
            "note: is longer than 200 characters",
        ),
        ("by", json!("a\u{7}b"), "by: holds a control character"),
    ] {
        let mut wrong = request.clone();
        wrong["id"] = json!("wrong");
        wrong[field] = value;
        assert_eq!(shop.post("/sales", &wrong).await.problem(422), told);
    }
}

#[tokio::test]
async fn a_request_of_an_earlier_program_keeps_its_digest() {
    let shop = shop().await;
    shop.post(
        "/sales",
        &tea("old", 2, json!({ "method": "cash", "tendered": 20_000 })),
    )
    .await
    .expect(201);
    // As every program digested it before sales knew more: each field by its length and text, or a zero for none.
    let mut digest = Sha256::new();
    let fields = [
        Some("sale 1"),
        Some("1"),
        Some("TEH"),
        None,
        None,
        Some("2"),
        None,
        Some("0"),
        Some("cash"),
        Some("20000"),
        Some(""),
    ];
    for field in fields {
        match field {
            Some(text) => {
                digest.update([1]);
                digest.update((text.len() as u64).to_le_bytes());
                digest.update(text.as_bytes());
            }
            None => digest.update([0]),
        }
    }
    let expected: [u8; 32] = digest.finalize().into();
    let kept: [u8; 32] = shop
        .database()
        .query_row(
            "SELECT content_hash FROM sales WHERE id = 'old'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(kept, expected);
}

#[tokio::test]
async fn a_payment_in_parts_comes_to_the_total_and_only_its_cash_is_rounded() {
    let shop = shop().await;
    shop.shop.set_cash_rounding(500).await.unwrap();
    // 15.100: 5.000 by transfer leaves 10.100, of which 10.000 can be paid in coins.
    let parts = json!([{ "method": "transfer", "amount": 5_000 }, { "method": "cash" }]);
    let request = tea("p1", 2, json!({ "parts": parts, "tendered": 20_000 }));
    let receipt = shop.post("/sales", &request).await.expect(201);
    assert_eq!(number(&receipt, "total"), 15_000);
    assert_eq!(number(&receipt, "rounding"), -100);
    assert_eq!(number(&receipt, "change"), 10_000);
    assert_eq!(receipt["payment"]["method"], "cash");
    assert_eq!(
        receipt["payment"]["parts"],
        json!([{ "method": "transfer", "amount": 5_000 }, { "method": "cash", "amount": 10_000 }])
    );
    assert_eq!(shop.post("/sales", &request).await.expect(200), receipt);
    // Whoever names the cash may name it as due or as paid.
    for (id, cash) in [("p2", 10_100), ("p3", 10_000)] {
        let parts =
            json!([{ "method": "qris", "amount": 5_000 }, { "method": "cash", "amount": cash }]);
        let receipt = shop
            .post("/sales", &tea(id, 2, json!({ "parts": parts })))
            .await
            .expect(201);
        assert_eq!(number(&receipt, "total"), 15_000, "{id}");
    }
    // Without cash nothing is rounded.
    let parts = json!([{ "method": "qris", "amount": 5_000 }, { "method": "transfer" }]);
    let receipt = shop
        .post("/sales", &tea("p4", 2, json!({ "parts": parts })))
        .await
        .expect(201);
    assert_eq!(number(&receipt, "total"), 15_100);
    assert_eq!(receipt["payment"]["method"], "transfer");

    let part = |method: &str, amount: i64| json!({ "method": method, "amount": amount });
    for (payment, told) in [
        (json!({}), "payment.method: is missing"),
        (json!({ "parts": [] }), "payment.parts: are missing"),
        (
            json!({ "method": "cash", "parts": [part("qris", 15_100)] }),
            "payment.method: is given together with parts",
        ),
        (
            json!({ "parts": [part("qris", 5_000), part("qris", 10_100)] }),
            "payment.parts[1].method: qris is there twice",
        ),
        (
            json!({ "parts": [part("qris", 5_000), part("cash", 0)] }),
            "payment.parts[1].amount: must be 1 to 1000000000000",
        ),
        (
            json!({ "parts": [part("qris", 5_000), part("cash", 9_000)] }),
            "payment.parts: come to 14000, to pay are 15100",
        ),
        (
            json!({ "parts": [part("qris", 15_000), part("transfer", 5_000)] }),
            "payment.parts: come to 20000, to pay are 15100",
        ),
        (
            json!({ "parts": [part("qris", 15_100), { "method": "cash" }] }),
            "payment.parts: come to 15100, to pay are 15100",
        ),
        (
            json!({ "parts": [part("qris", 15_000), { "method": "cash" }] }),
            "payment.parts[1].amount: 100 is less than the smallest coin",
        ),
        (
            json!({ "parts": [{ "method": "qris" }, { "method": "cash" }] }),
            "payment.parts: only one may go without an amount",
        ),
        (
            json!({ "parts": [part("qris", 5_000), { "method": "cash" }], "tendered": 9_999 }),
            "payment.tendered: is less than the cash part of 10000",
        ),
        (
            json!({ "parts": [part("qris", 5_000), { "method": "debt" }] }),
            "payment.customer_id: is needed for a debt",
        ),
    ] {
        let told_really = shop
            .post("/sales", &tea("no", 2, payment.clone()))
            .await
            .problem(422);
        assert_eq!(told_really, told, "{payment}");
    }
    let apart = "SELECT count(*) FROM sales s WHERE total <> (SELECT sum(amount) FROM sale_payments p WHERE p.sale_id = s.id)
                 OR total <> lines_total - discount + rounding";
    assert_eq!(shop.number(apart), 0);
}

#[tokio::test]
async fn a_debt_is_written_with_its_sale_and_kept_within_its_limit() {
    let shop = shop().await;
    let owed = "SELECT coalesce(sum(amount), 0) FROM customer_ledger WHERE customer_id = 'ibu-sri'";
    let all = json!({ "method": "debt", "customer_id": "ibu-sri" });
    shop.post("/sales", &tea("k1", 2, all.clone()))
        .await
        .expect(201);
    shop.post("/sales", &tea("k1", 2, all.clone()))
        .await
        .expect(200);
    assert_eq!(shop.number(owed), 15_100);
    assert_eq!(
        shop.number("SELECT count(*) FROM customers WHERE name = 'ibu-sri'"),
        1
    );
    let parts = json!([{ "method": "cash", "amount": 5_100 }, { "method": "debt" }]);
    let part = json!({ "parts": parts, "customer_id": "ibu-sri" });
    shop.post("/sales", &tea("k2", 2, part)).await.expect(201);
    assert_eq!(shop.number(owed), 25_100);

    by_hand(
        &shop,
        "UPDATE customers SET debt_limit = 40000 WHERE id = 'ibu-sri'",
    );
    let told = shop
        .post("/sales", &tea("k3", 2, all.clone()))
        .await
        .problem(409);
    assert_eq!(
        told,
        "ibu-sri would owe 40200, which is more than the limit of 40000"
    );
    assert_eq!(shop.number("SELECT count(*) FROM sales WHERE id = 'k3'"), 0);
    assert_eq!(shop.number(owed), 25_100);
    let anyway = json!({ "method": "debt", "customer_id": "ibu-sri", "allow_over_limit": true });
    shop.post("/sales", &tea("k3", 2, anyway)).await.expect(201);
    assert_eq!(shop.number(owed), 40_200);
    by_hand(
        &shop,
        "UPDATE customers SET retired_at_utc = '2026-11-23T03:00:00.000Z' WHERE id = 'ibu-sri'",
    );
    let told = shop.post("/sales", &tea("k4", 1, all)).await.problem(422);
    assert_eq!(told, "payment.customer_id: ibu-sri buys here no longer");
    // What customers owe is the shop's own business.
    let told = "SELECT count(*) FROM events WHERE payload LIKE '%ibu-sri%'";
    assert_eq!(shop.number(told), 0);
}
