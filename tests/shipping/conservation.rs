//! Whatever is done with shipments in whatever order, no goods come from nothing and none are promised twice.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use super::{noodles, of_noodles, stocked};

const STOCK: i64 = 200;

#[derive(Debug, Clone)]
enum Doing {
    Confirm(usize),
    Edit(usize, i64),
    Dispatch(usize),
    Correct(usize, i64),
    Cancel(usize),
    Unload(usize, i64),
}

fn doing() -> impl Strategy<Value = Doing> {
    let shipment = 0..3_usize;
    let quantity = 0..130_i64;
    prop_oneof![
        shipment.clone().prop_map(Doing::Confirm),
        (shipment.clone(), quantity.clone()).prop_map(|(at, quantity)| Doing::Edit(at, quantity)),
        shipment.clone().prop_map(Doing::Dispatch),
        (shipment.clone(), quantity.clone())
            .prop_map(|(at, quantity)| Doing::Correct(at, quantity)),
        shipment.clone().prop_map(Doing::Cancel),
        (shipment, quantity).prop_map(|(at, quantity)| Doing::Unload(at, quantity)),
    ]
}

#[test]
fn goods_are_here_or_out_and_no_more_is_promised_than_is_here() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&prop::collection::vec(doing(), 1..14), |doings| {
            runtime.block_on(holds(doings));
            Ok(())
        })
        .unwrap();
}

async fn holds(doings: Vec<Doing>) {
    let distributor = stocked(STOCK).await;
    let mut ids = Vec::new();
    for name in ["Ani", "Budi", "Citra"] {
        let shop = distributor.daemon.shop(name).await;
        ids.push(of_noodles(&distributor, &shop, 90).await);
    }
    for doing in &doings {
        let lines = |quantity: i64| json!({ "lines": [{ "sku": "MIE", "quantity": quantity }] });
        let (id, step, body) = match doing {
            Doing::Confirm(at) => (&ids[*at], "confirm", json!({})),
            Doing::Edit(at, quantity) => (&ids[*at], "edit", lines(*quantity)),
            Doing::Dispatch(at) => (&ids[*at], "dispatch", json!({})),
            Doing::Correct(at, quantity) => (&ids[*at], "correct", lines(*quantity)),
            Doing::Cancel(at) => (&ids[*at], "cancel", json!({ "reason": "batal" })),
            Doing::Unload(at, unloaded) => {
                let body = json!({ "lines": [{ "sku": "MIE", "unloaded": unloaded }] });
                (&ids[*at], "unloaded", body)
            }
        };
        let (status, body) = distributor.step(id, step, body).await;
        assert!(
            matches!(status, 200 | 409 | 422),
            "{doing:?}: {status} {body}"
        );
        let (on_hand, reserved, _) = noodles(&distributor).await;
        let mut out = 0;
        for id in &ids {
            let trip = distributor.get(&format!("/shipments/{id}/trip")).await;
            let lots = trip["lots"].as_array().unwrap();
            out += lots
                .iter()
                .map(|lot| lot["quantity"].as_i64().unwrap())
                .sum::<i64>();
        }
        assert_eq!(on_hand + out, STOCK, "after {doing:?} of {doings:?}");
        assert!(
            (0..=on_hand).contains(&reserved),
            "after {doing:?} of {doings:?}: {reserved} of {on_hand}"
        );
    }
}
