//! Nothing ordered is lost or made up: whatever is done to orders in whatever order, every line adds up, and the warehouse
//! has reserved exactly what orders have set aside.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Distributor, figures};
use crate::harness::backend::Backend;

/// What may be done: to which order, and with how much.
#[derive(Debug, Clone)]
enum Deed {
    Order(i64),
    Receive(i64),
    Confirm(usize),
    Ship(usize, i64),
    Return(usize),
    Deliver(usize),
    Cancel(usize, i64),
    Ready(usize),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let which = 0..4_usize;
    let much = 1..60_i64;
    let deed = prop_oneof![
        2 => much.clone().prop_map(Deed::Order),
        2 => much.clone().prop_map(Deed::Receive),
        3 => which.clone().prop_map(Deed::Confirm),
        3 => (which.clone(), much.clone()).prop_map(|(order, much)| Deed::Ship(order, much)),
        1 => which.clone().prop_map(Deed::Return),
        1 => which.clone().prop_map(Deed::Deliver),
        2 => (which.clone(), much).prop_map(|(order, much)| Deed::Cancel(order, much)),
        1 => which.prop_map(Deed::Ready),
    ];
    prop::collection::vec(deed, 5..25)
}

async fn do_it(distributor: &Distributor, orders: &mut Vec<Value>, deed: &Deed) {
    let order = |index: &usize| orders.get(*index).cloned();
    let lines = |much: &i64| json!([{ "sku": "MIE", "quantity": much }]);
    let (order, step, body) = match deed {
        Deed::Order(much) => {
            orders.push(distributor.order(lines(much), false).await);
            return;
        }
        Deed::Receive(much) => {
            distributor.stock("MIE", *much).await;
            distributor.hub.fill_backorders("test").await.unwrap();
            return;
        }
        Deed::Confirm(index) => (order(index), "confirm", json!({})),
        Deed::Ship(index, much) => (
            order(index),
            "ship",
            json!({ "id": Uuid::now_v7(), "lines": lines(much) }),
        ),
        Deed::Return(index) => {
            let Some(order) = order(index) else { return };
            let seen = distributor.look(&order).await;
            let Some(parcel) = seen["parcels"].as_array().and_then(|all| all.last()) else {
                return;
            };
            (Some(order), "return", json!({ "parcel": parcel["id"] }))
        }
        Deed::Deliver(index) => (order(index), "deliver", json!({})),
        Deed::Cancel(index, much) => (
            order(index),
            "cancel",
            json!({ "reason": "berubah", "lines": lines(much) }),
        ),
        Deed::Ready(index) => (order(index), "ready", json!({})),
    };
    if let Some(order) = order {
        let (status, answer) = distributor.step(&order, step, body).await;
        assert!(matches!(status, 200 | 409 | 422), "{status} {answer}");
    }
}

#[test]
fn every_line_adds_up_and_the_warehouse_reserves_what_orders_set_aside() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config {
        // On a server each case founds a database.
        cases: if super::super::BACKEND == Backend::Sqlite {
            12
        } else {
            3
        },
        ..Config::default()
    });
    runner
        .run(&deeds(), |deeds| {
            runtime.block_on(async {
                let distributor = Distributor::start().await;
                distributor.stock("MIE", 30).await;
                let (mut orders, mut received) = (Vec::new(), 30);
                for deed in &deeds {
                    if let Deed::Receive(much) = deed {
                        received += much;
                    }
                    do_it(&distributor, &mut orders, deed).await;
                    let (mut set_aside, mut left) = (0, 0);
                    for order in &orders {
                        let seen = distributor.look(order).await;
                        let [reserved, shipped, backordered, cancelled] = figures(&seen);
                        let ordered = seen["lines"][0]["quantity"].as_i64().unwrap();
                        assert_eq!(reserved + shipped + backordered + cancelled, ordered);
                        assert!(seen["lines"][0]["delivered"].as_i64().unwrap() <= shipped);
                        set_aside += reserved;
                        left += shipped;
                    }
                    let (on_hand, reserved) = distributor.in_warehouse("MIE").await;
                    assert_eq!(reserved, set_aside, "after {deed:?}");
                    assert_eq!(on_hand, received - left, "after {deed:?}");
                    assert!(reserved <= on_hand, "after {deed:?}");
                }
                distributor.stop().await;
            });
            Ok(())
        })
        .unwrap();
}
