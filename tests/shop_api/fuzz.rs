//! Whatever is posted as a sale, the answer is a receipt or a problem, and the books stay in order.

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::{noodles, rice};
use crate::harness::shop::TestShop;

fn any_text() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just("MIE"),
        Just("BERAS"),
        Just("dus"),
        Just("kg"),
        Just("18991234500017"),
        Just("cash"),
        Just(""),
        Just("'; DROP TABLE sales; --"),
        Just("\u{0}\u{202e}💥"),
        Just("999999999999999999999999"),
        Just("1e9"),
        Just("-0,000"),
        Just("."),
    ]
    .prop_map(Value::from)
}

fn any_number() -> impl Strategy<Value = Value> {
    prop_oneof![
        12 => (1_i64..50).prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(|number| json!(number)),
        1 => prop_oneof![
            Just(i64::MAX),
            Just(i64::MIN),
            Just(1_000_000_000),
            Just(1_000_000_000_000)
        ]
        .prop_map(Value::from),
        2 => (0.0_f64..5.0).prop_map(|number| json!((number * 1000.0).round() / 1000.0)),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => any_text(),
        4 => any_number(),
        1 => Just(Value::Null),
        1 => Just(json!([])),
        1 => Just(json!({})),
        1 => any::<bool>().prop_map(Value::from),
    ]
}

fn member(
    name: &'static str,
    usual: Value,
    often: u32,
) -> impl Strategy<Value = Option<(String, Value)>> {
    prop_oneof![
        often => Just(Some((name.to_owned(), usual))),
        2 => any_value().prop_map(move |value| Some((name.to_owned(), value))),
        2 => Just(None),
    ]
}

fn object(members: Vec<Option<(String, Value)>>) -> Value {
    Value::Object(members.into_iter().flatten().collect())
}

fn any_line() -> impl Strategy<Value = Value> {
    (
        member("sku", json!("MIE"), 20),
        prop_oneof![5 => Just(None), 1 => member("barcode", json!("18991234500017"), 3)],
        prop_oneof![3 => Just(None), 1 => member("unit", json!("dus"), 3)],
        prop_oneof![
            3 => any_number().prop_map(|number| Some(("quantity".to_owned(), number))),
            1 => member("quantity", json!(1), 3),
        ],
        prop_oneof![2 => Just(None), 1 => any_number().prop_map(|n| Some(("unit_price".to_owned(), n)))],
        prop_oneof![2 => Just(None), 1 => any_number().prop_map(|n| Some(("discount".to_owned(), n)))],
    )
        .prop_map(|(a, b, c, d, e, f)| object(vec![a, b, c, d, e, f]))
}

fn any_sale() -> impl Strategy<Value = Value> {
    let payment = (
        member("method", json!("cash"), 20),
        prop_oneof![2 => Just(None), 1 => any_number().prop_map(|n| Some(("tendered".to_owned(), n)))],
        member("customer_id", json!("ibu-sri"), 3),
    )
        .prop_map(|(a, b, c)| object(vec![a, b, c]));
    let lines = prop::collection::vec(any_line(), 0..4).prop_map(Value::from);
    let id = prop_oneof![4 => (0..30).prop_map(|id| json!(format!("s{id}"))), 1 => any_value()];
    let whole = (id, lines, payment)
        .prop_map(|(id, lines, payment)| json!({ "id": id, "lines": lines, "payment": payment }));
    prop_oneof![20 => whole, 1 => any_value()]
}

#[test]
fn no_body_of_a_sale_is_too_strange_to_be_answered() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let shop = runtime.block_on(async {
        let shop = TestShop::start().await;
        noodles(&shop).await;
        rice(&shop).await;
        shop
    });
    let seen = RefCell::new([0_u32; 600]);
    let mut runner = TestRunner::new(Config {
        cases: 600,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&any_sale(), |body| {
        let reply = runtime.block_on(shop.post("/sales", &body));
        seen.borrow_mut()[usize::from(reply.status)] += 1;
        match reply.status {
            200 | 201 => {
                let receipt = reply.json();
                let number = |value: &Value| value.as_i64().expect("a number");
                let lines: i64 = receipt["lines"]
                    .as_array()
                    .expect("lines")
                    .iter()
                    .map(|line| number(&line["total"]))
                    .sum();
                prop_assert_eq!(
                    lines + number(&receipt["rounding"]),
                    number(&receipt["total"])
                );
                prop_assert!(number(&receipt["change"]) >= 0);
                let again = runtime.block_on(shop.post("/sales", &body));
                prop_assert_eq!((again.status, again.text), (200, reply.text));
            }
            400 | 409 | 422 => prop_assert!(!reply.problem(reply.status).is_empty()),
            other => prop_assert!(false, "{other}: {} for {body}", reply.text),
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let seen = seen.into_inner();
    assert!(
        seen[201] > 10 && seen[422] > 50,
        "the bodies are neither all good nor all bad: {} recorded, {} refused",
        seen[201],
        seen[422]
    );
    assert_eq!(shop.number("SELECT max(number) - count(*) FROM sales"), 0);
    assert_eq!(
        shop.number("SELECT sum(quantity) FROM stock_movements"),
        -shop.number("SELECT sum(quantity) FROM sale_lines")
    );
}
