//! Stock: receipts, counts, adjustments, missed demand, positions.

use serde_json::{Value, json};

use super::{define, noodles, on_hand, receive, rice, sale};
use crate::harness::shop::TestShop;

#[tokio::test]
async fn goods_come_in_as_lots_and_teach_the_last_cost() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    rice(&shop).await;
    let body = json!({
        "id": "beli-1", "supplier": "Toko Agung",
        "lines": [
            { "sku": "MIE", "quantity": 2, "unit": "dus", "expires": "2027-05-01", "cost": 120_000 },
            { "sku": "MIE", "quantity": 5 },
            { "sku": "BERAS", "quantity": "12,5", "cost": 11_000 },
        ],
    });
    let first = shop.post("/stock/receipts", &body).await;
    let answer = first.expect(201);
    assert_eq!(
        answer["lines"][0],
        json!({ "sku": "MIE", "quantity": 80, "expires": "2027-05-01", "on_hand": 80 })
    );
    assert_eq!(answer["lines"][1]["on_hand"], 85);
    assert_eq!(
        answer["lines"][2],
        json!({ "sku": "BERAS", "quantity": 12_500, "on_hand": 12_500 })
    );
    assert_eq!(
        (&answer["id"], &answer["business_date"]),
        (&json!("beli-1"), &json!("2026-11-23"))
    );
    assert_eq!(
        shop.get("/products/MIE").await.expect(200)["cost"],
        3_000,
        "per piece"
    );
    assert_eq!(
        shop.get("/products/BERAS").await.expect(200)["cost"],
        11_000
    );
    let again = shop.post("/stock/receipts", &body).await;
    assert_eq!((again.status, &again.text), (200, &first.text));
    let mut other = body.clone();
    other["lines"][1]["quantity"] = json!(6);
    shop.post("/stock/receipts", &other).await.problem(409);
    let as_count = json!({ "id": "beli-1", "lines": [{ "sku": "MIE", "counted": 5 }] });
    shop.post("/stock/counts", &as_count).await.problem(409);
    assert_eq!(on_hand(&shop, "MIE").await, 85);
    let lots = shop.get("/stock/MIE").await.expect(200)["lots"].clone();
    assert_eq!(
        lots,
        json!([
            { "expires": "2027-05-01", "quantity": 80, "received_on": "2026-11-23" },
            { "quantity": 5, "received_on": "2026-11-23" },
        ])
    );
    assert_eq!(
        shop.number("SELECT count(*) FROM events WHERE kind = 'stock.received'"),
        1
    );
    assert_eq!(shop.number("SELECT sum(inflow) FROM daily_flows"), 12_585);
}

#[tokio::test]
async fn a_wrong_line_brings_nothing_in() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    let good = json!({ "sku": "MIE", "quantity": 5 });
    for (line, message) in [
        (
            json!({ "sku": "TEH", "quantity": 1 }),
            "lines[1].sku: no product has the code \"TEH\"",
        ),
        (
            json!({ "sku": "MIE", "quantity": 0 }),
            "lines[1].quantity: must be more than 0",
        ),
        (
            json!({ "sku": "MIE", "quantity": -3 }),
            "lines[1].quantity: must be more than 0",
        ),
        (
            json!({ "sku": "MIE", "quantity": 99_999_999_999_i64 }),
            "lines[1].quantity: is beyond",
        ),
        (
            json!({ "sku": "MIE", "quantity": 1, "unit": "peti" }),
            "lines[1].unit: Mie goreng has no unit \"peti\"",
        ),
        (
            json!({ "sku": "MIE", "quantity": 1, "cost": -1 }),
            "lines[1].cost: must be 0",
        ),
        (
            json!({ "sku": "MIE", "quantity": 1, "expires": "1027-01-01" }),
            "lines[1].expires: must be from 2000",
        ),
        (
            json!({ "sku": "MIE", "quantity": 1, "expires": "2027-02-30" }),
            "expires",
        ),
    ] {
        let body = json!({ "lines": [good, line] });
        let problem = shop.post("/stock/receipts", &body).await.problem(422);
        assert!(problem.contains(message), "{message} in {problem}");
    }
    shop.post("/stock/receipts", &json!({ "lines": [] }))
        .await
        .problem(422);
    shop.post("/stock/receipts", &json!({ "id": "a b", "lines": [good] }))
        .await
        .problem(422);
    assert_eq!(shop.number("SELECT count(*) FROM stock_movements"), 0);
    assert_eq!(shop.number("SELECT count(*) FROM lots"), 0);
}

async fn count(shop: &TestShop, lines: Value) -> Value {
    shop.post("/stock/counts", &json!({ "lines": lines }))
        .await
        .expect(201)
}

#[tokio::test]
async fn a_count_holds_whatever_was_sold_while_it_was_taken() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    receive(&shop, "MIE", 50, Some("2027-01-15")).await;
    let seq = shop.get("/stock").await.expect(200)["ledger_seq"].clone();
    // 48 are on the shelf; while the list goes back to the counter, 5 are sold.
    shop.post("/sales", &sale("s1", "MIE", 5)).await.expect(201);
    let counted = count(
        &shop,
        json!([{ "sku": "MIE", "counted": 48, "at_seq": seq }]),
    )
    .await;
    assert_eq!(
        counted["lines"],
        json!([{ "sku": "MIE", "counted": 48, "difference": -2, "on_hand": 43 }])
    );
    // Taken against the same figures again, it finds nothing more to change.
    let counted = count(
        &shop,
        json!([{ "sku": "MIE", "counted": 48, "at_seq": seq }]),
    )
    .await;
    assert_eq!(
        (
            &counted["lines"][0]["difference"],
            &counted["lines"][0]["on_hand"]
        ),
        (&json!(0), &json!(43))
    );
    // Without a place it is now; cartons and pieces are added up; what is found has no date.
    let both =
        json!([{ "sku": "MIE", "counted": 1, "unit": "dus" }, { "sku": "MIE", "counted": 7 }]);
    let counted = count(&shop, both).await;
    assert_eq!(
        counted["lines"],
        json!([{ "sku": "MIE", "counted": 47, "difference": 4, "on_hand": 47 }])
    );
    let lots = shop.get("/stock/MIE").await.expect(200)["lots"].clone();
    assert_eq!(lots[1], json!({ "quantity": 4 }));
    assert_eq!(
        shop.number("SELECT count(*) FROM events WHERE kind = 'stock.counted'"),
        2
    );
    for (line, message) in [
        (
            json!([{ "sku": "MIE", "counted": -1 }]),
            "lines[0].counted: must be 0 or more",
        ),
        (
            json!([{ "sku": "MIE", "counted": 1, "at_seq": 999 }]),
            "lines[0].at_seq: must be 0 to",
        ),
        (
            json!([{ "sku": "MIE", "counted": 1, "at_seq": -1 }]),
            "lines[0].at_seq",
        ),
        (
            json!([{ "sku": "MIE", "counted": 1, "at_seq": 0 }, { "sku": "MIE", "counted": 1 }]),
            "lines[1].at_seq: differs",
        ),
        (json!([{ "sku": "TEH", "counted": 1 }]), "lines[0].sku"),
    ] {
        let problem = shop
            .post("/stock/counts", &json!({ "lines": line }))
            .await
            .problem(422);
        assert!(problem.contains(message), "{problem}");
    }
    assert_eq!(on_hand(&shop, "MIE").await, 47);
}

#[tokio::test]
async fn only_a_correction_has_a_sign() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    receive(&shop, "MIE", 20, Some("2026-12-01")).await;
    receive(&shop, "MIE", 20, Some("2027-12-01")).await;
    let adjust = async |reason: &str, quantity: Value| {
        let body = json!({ "sku": "MIE", "quantity": quantity, "reason": reason });
        shop.post("/stock/adjustments", &body).await
    };
    for (reason, left) in [("expired", 18), ("waste", 1), ("own_use", 2), ("return", 3)] {
        let before = on_hand(&shop, "MIE").await;
        let answer = adjust(reason, json!(left)).await.expect(201);
        assert_eq!(
            (&answer["quantity"], &answer["reason"]),
            (&json!(-left), &json!(reason))
        );
        assert_eq!(answer["on_hand"], before - left);
        for refused in [json!(-1), json!(0)] {
            let problem = adjust(reason, refused).await.problem(422);
            assert_eq!(problem, "quantity: must be more than 0");
        }
    }
    let lots = shop.get("/stock/MIE").await.expect(200)["lots"].clone();
    assert_eq!(
        lots[0]["expires"], "2027-12-01",
        "the earlier lot went first"
    );
    assert_eq!(
        adjust("correction", json!(-2)).await.expect(201)["on_hand"],
        14
    );
    assert_eq!(
        adjust("correction", json!("6")).await.expect(201)["on_hand"],
        20
    );
    assert_eq!(
        adjust("correction", json!(0)).await.problem(422),
        "quantity: must not be 0"
    );
    assert!(
        adjust("stolen", json!(1))
            .await
            .problem(422)
            .contains("stolen")
    );
    let body = json!({ "id": "r1", "sku": "MIE", "quantity": 1, "unit": "dus", "reason": "waste" });
    let first = shop.post("/stock/adjustments", &body).await;
    assert_eq!(
        first.expect(201)["on_hand"],
        -20,
        "the book may be wrong, what is broken is broken"
    );
    let again = shop.post("/stock/adjustments", &body).await;
    assert_eq!((again.status, &again.text), (200, &first.text));
    let reasons = "SELECT count(DISTINCT reason) FROM stock_movements WHERE kind = 'adjustment'";
    assert_eq!(shop.number(reasons), 5);
}

#[tokio::test]
async fn goods_past_their_date_are_no_position() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    receive(&shop, "MIE", 20, Some("2026-11-24")).await;
    receive(&shop, "MIE", 5, None).await;
    shop.at("2026-11-24T10:00:00Z");
    let stock = shop.get("/stock/MIE").await.expect(200);
    assert_eq!(
        (&stock["expiring"], &stock["position"]),
        (&json!(0), &json!(25)),
        "good until the end of its day"
    );
    shop.at("2026-11-25T00:00:00Z");
    let stock = shop.get("/stock/MIE").await.expect(200);
    assert_eq!(
        (&stock["on_hand"], &stock["expiring"], &stock["position"]),
        (&json!(25), &json!(20), &json!(5))
    );
    assert_eq!(
        (
            &stock["on_order"],
            &stock["in_transit"],
            &stock["backordered"]
        ),
        (&json!(0), &json!(0), &json!(0))
    );
    shop.get("/stock/TEH").await.problem(404);
}

#[tokio::test]
async fn stock_is_listed_in_pages_with_the_place_in_the_ledger() {
    let shop = TestShop::start().await;
    for number in 0..5 {
        let sku = format!("P{number}");
        define(&shop, json!({ "sku": sku, "name": sku, "price": 1 })).await;
        receive(&shop, &sku, number + 1, None).await;
    }
    let first = shop.get("/stock?limit=2").await.expect(200);
    assert_eq!(first["ledger_seq"], 5);
    assert_eq!(
        (&first["items"][1]["sku"], &first["items"][1]["on_hand"]),
        (&json!("P1"), &json!(2))
    );
    let second = shop.get("/stock?limit=2&cursor=P1").await.expect(200);
    assert_eq!(first["next_cursor"], "P1");
    assert_eq!(second["items"][0]["sku"], "P2");
    let last = shop.get("/stock?limit=2&cursor=P3").await.expect(200);
    assert_eq!(
        (
            last["items"].as_array().map(Vec::len),
            last.get("next_cursor")
        ),
        (Some(1), None)
    );
}

#[tokio::test]
async fn what_was_asked_for_in_vain_is_demand() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    let body = json!({ "id": "m1", "sku": "MIE", "quantity": 1, "unit": "dus" });
    let first = shop.post("/demand/missed", &body).await;
    assert_eq!(
        first.expect(201),
        json!({ "sku": "MIE", "quantity": 40, "business_date": "2026-11-23" })
    );
    assert_eq!(shop.post("/demand/missed", &body).await.status, 200);
    shop.post("/demand/missed", &json!({ "sku": "MIE", "quantity": 2 }))
        .await
        .expect(201);
    assert_eq!(shop.number("SELECT sum(missed) FROM daily_flows"), 42);
    assert_eq!(shop.number("SELECT sum(quantity) FROM missed_demand"), 42);
    assert_eq!(
        shop.number("SELECT sum(moved) FROM daily_flows"),
        0,
        "nothing moved"
    );
    assert_eq!(
        shop.number("SELECT count(*) FROM events WHERE kind = 'demand.missed'"),
        2
    );
    for (body, message) in [
        (json!({ "sku": "TEH", "quantity": 2 }), "sku: no product"),
        (
            json!({ "sku": "MIE", "quantity": -2 }),
            "quantity: must be more than 0",
        ),
    ] {
        let problem = shop.post("/demand/missed", &body).await.problem(422);
        assert!(problem.starts_with(message), "{problem}");
    }
}
