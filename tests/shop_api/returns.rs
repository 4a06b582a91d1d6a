//! Some of a sale comes back by the API: by the line's unit or a smaller one, once, and never for more than was paid.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::{add_line, noodles, on_hand, receive, rice, sale};
use crate::harness::shop::TestShop;

/// Some of the first line comes back.
fn back(id: &str, quantity: impl Into<Value>, unit: Option<&str>) -> Value {
    let mut line = json!({ "line": 1, "quantity": quantity.into() });
    if let Some(unit) = unit {
        line["unit"] = json!(unit);
    }
    json!({ "id": id, "lines": [line], "reason": "penyok", "refund": "cash" })
}

/// Two cartons sold by the carton, at Rp132.000.
async fn cartons(shop: &TestShop) {
    noodles(shop).await;
    receive(shop, "MIE", 100, None).await;
    let mut sold = sale("s1", "MIE", 2);
    sold["lines"][0]["unit"] = json!("dus");
    shop.post("/sales", &sold).await.expect(201);
}

#[tokio::test]
async fn of_a_carton_single_pieces_come_back_once_and_the_sale_tells() {
    let shop = TestShop::start().await;
    cartons(&shop).await;
    assert_eq!(shop.get("/sales/s1").await.expect(200).get("returns"), None);
    let three = back("r1", 3, Some("pcs"));
    let told = shop.post("/sales/s1/returns", &three).await.expect(201);
    // Three of eighty pieces for Rp264.000.
    assert_eq!(told["amount"], 9_900);
    let line =
        json!({ "line": 1, "name": "Mie goreng", "quantity": 3, "unit": "pcs", "spoiled": false });
    assert_eq!(told["lines"], json!([line]));
    assert_eq!(on_hand(&shop, "MIE").await, 23);
    // Sent again it is the same; with other content it is another.
    let again = shop.post("/sales/s1/returns", &three).await.expect(200);
    assert_eq!(again, told);
    let other = back("r1", 4, Some("pcs"));
    shop.post("/sales/s1/returns", &other).await.problem(409);
    assert_eq!(on_hand(&shop, "MIE").await, 23);

    let carton = back("r2", 1, None);
    let whole = shop.post("/sales/s1/returns", &carton).await.expect(201);
    assert_eq!(
        (&whole["amount"], &whole["lines"][0]["unit"]),
        (&json!(132_000), &json!("dus"))
    );
    let sold = shop.get("/sales/s1").await.expect(200);
    assert_eq!(sold["returns"], json!([told, whole]));
    let too_many = back("r3", 38, Some("pcs"));
    let why = shop.post("/sales/s1/returns", &too_many).await.problem(422);
    assert_eq!(
        why,
        "lines[0].quantity: is more than the 37 pcs that did not come back"
    );
    let rest = back("r4", 37, Some("pcs"));
    let rest = shop.post("/sales/s1/returns", &rest).await.expect(201);
    assert_eq!(rest["amount"], 264_000 - 9_900 - 132_000);
    assert_eq!(on_hand(&shop, "MIE").await, 100);
}

#[tokio::test]
async fn what_cannot_come_back_is_named_by_its_field() {
    let shop = TestShop::start().await;
    cartons(&shop).await;
    for (wrong, told) in [
        (
            back("r1", 1, Some("karung")),
            "lines[0].unit: must be dus or pcs",
        ),
        (
            back("r1", "0.5", None),
            "lines[0].quantity: must be a whole number of this unit",
        ),
        (
            back("r1", 0, Some("pcs")),
            "lines[0].quantity: must be more than 0",
        ),
        (back("r 1", 1, None), "id: "),
        (
            json!({ "id": "r1", "lines": [], "reason": "x", "refund": "cash" }),
            "lines: are missing",
        ),
        (
            json!({ "id": "r1", "lines": [{ "line": 2, "quantity": 1 }], "reason": "x", "refund": "cash" }),
            "lines[0].line: is not on the receipt",
        ),
        (
            json!({ "id": "r1", "lines": [{ "line": 1, "quantity": 1 }], "reason": "x", "refund": "debt" }),
            "refund: nobody owes anything for the sale",
        ),
    ] {
        let problem = shop.post("/sales/s1/returns", &wrong).await.problem(422);
        assert!(problem.starts_with(told), "{problem}");
    }
    shop.post("/sales/nothing/returns", &back("r1", 1, None))
        .await
        .problem(404);
    shop.post("/sales/s1/void", &json!({ "reason": "salah" }))
        .await
        .expect(200);
    shop.post("/sales/s1/returns", &back("r1", 1, None))
        .await
        .problem(409);
    assert_eq!(shop.number("SELECT count(*) FROM returns"), 0);
}

/// A sale of cartons and rice with a discount, and the parts in which it comes back: line, pieces or grams.
#[derive(Debug, Clone)]
struct Parts {
    cartons: i64,
    rice: i64,
    discount: i64,
    rounding: i64,
    parts: Vec<(bool, i64)>,
}

fn parts() -> impl Strategy<Value = Parts> {
    let part = (any::<bool>(), 1_i64..60);
    let all = (
        1_i64..4,
        1_i64..3_000,
        0_i64..9_999,
        0_usize..3,
        prop::collection::vec(part, 1..12),
    );
    all.prop_map(|(cartons, rice, discount, rounding, parts)| Parts {
        cartons,
        rice,
        discount,
        rounding: [0, 100, 500][rounding],
        parts,
    })
}

/// Sends the parts one by one, then the rest; every sum on the way is at most what was paid, and the last is exactly it.
async fn come_back(shop: &TestShop, id: &str, parts: &Parts) {
    shop.shop.set_cash_rounding(parts.rounding).await.unwrap();
    let mut sold = sale(id, "MIE", parts.cartons);
    sold["lines"][0]["unit"] = json!("dus");
    let grams = format!("{}.{:03}", parts.rice / 1000, parts.rice % 1000);
    add_line(&mut sold, json!({ "sku": "BERAS", "quantity": grams }));
    sold["discount"] = json!(parts.discount);
    let receipt = shop.post("/sales", &sold).await.expect(201);
    let paid = receipt["total"].as_i64().unwrap();
    let mut left = [parts.cartons * 40, parts.rice];
    let mut given = 0;
    let rest = [(true, i64::MAX), (false, i64::MAX)];
    for (number, (noodles, quantity)) in parts.parts.iter().chain(&rest).enumerate() {
        let line = usize::from(!noodles);
        let each = if *noodles { 1 } else { 50 };
        let quantity = quantity.saturating_mul(each).min(left[line]);
        if quantity == 0 {
            continue;
        }
        left[line] -= quantity;
        let told = if *noodles {
            json!({ "line": 1, "quantity": quantity, "unit": "pcs" })
        } else {
            let grams = format!("{}.{:03}", quantity / 1000, quantity % 1000);
            json!({ "line": 2, "quantity": grams })
        };
        let back = json!({ "id": format!("{id}-{number}"), "lines": [told], "reason": "x", "refund": "cash" });
        let path = format!("/sales/{id}/returns");
        let amount = shop.post(path, &back).await.expect(201)["amount"]
            .as_i64()
            .unwrap();
        assert!(amount >= 0, "{parts:?}: {amount}");
        given += amount;
        assert!(given <= paid, "{parts:?}: {given} of {paid}");
        let coins = parts.rounding.max(1);
        assert!(left == [0, 0] || given % coins == 0, "{parts:?}: {given}");
    }
    assert_eq!(given, paid, "{parts:?}");
}

#[test]
fn however_a_sale_comes_back_in_parts_it_is_what_was_paid() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let shop = runtime.block_on(async {
        let shop = TestShop::start().await;
        noodles(&shop).await;
        rice(&shop).await;
        shop
    });
    let mut runner = TestRunner::new(Config {
        cases: 48,
        ..Config::default()
    });
    let number = std::cell::Cell::new(0);
    let run = runner.run(&parts(), |parts| {
        number.set(number.get() + 1);
        let id = format!("p{}", number.get());
        runtime.block_on(come_back(&shop, &id, &parts));
        Ok(())
    });
    run.unwrap_or_else(|fault| panic!("{fault}"));
}
