//! What was unloaded, told by whoever drove and by the shop, each counted once; and what comes back.

use kulakan::model::Quantity;
use kulakan::wire::event::{Fact, ReceivedRow};
use serde_json::{Value, json};

use super::super::hub_api::{Distributor, line, position};
use super::super::hub_sync::{part, sku};
use super::{noodles, of_noodles, stocked};

fn came(shipment_id: &str, received: i64, damaged: i64) -> Fact {
    Fact::DeliveryReceived {
        shipment_id: shipment_id.to_owned(),
        lines: vec![ReceivedRow {
            sku: sku("MIE"),
            received: Quantity(received),
            damaged: Quantity(damaged),
        }],
        moves: vec![part("MIE", received - damaged)],
    }
}

async fn differences(distributor: &Distributor, settled: bool) -> Vec<Value> {
    let found = distributor
        .get(&format!("/differences?settled={settled}"))
        .await;
    found["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_driver_tells_first_and_the_shops_own_record_counts_the_goods_once() {
    let distributor = stocked(200).await;
    let mut ani = distributor.shop("Ani").await;
    let before = position(&distributor, &ani, "MIE").await["on_hand"]
        .as_i64()
        .unwrap();
    let id = of_noodles(&distributor, &ani, 80).await;
    distributor.step(&id, "confirm", json!({})).await;
    distributor.step(&id, "dispatch", json!({})).await;
    let record = json!({
        "lines": [{ "sku": "MIE", "unloaded": 78, "damaged": 3 }],
        "returns": [{ "sku": "ROTI", "quantity": 2, "reason": "expired", "expires": "2026-11-20" }],
    });
    for _ in 0..2 {
        let (status, body) = distributor.step(&id, "unloaded", record.clone()).await;
        assert_eq!((status, &body["state"]), (200, &json!("short")), "{body}");
    }
    let other = json!({ "lines": [{ "sku": "MIE", "unloaded": 10 }] });
    assert_eq!(distributor.step(&id, "unloaded", other).await.0, 409);
    // For the shop's stock the good ones are still to be taken in; the shop is told that these are to come.
    let mie = position(&distributor, &ani, "MIE").await;
    assert_eq!(
        (&mie["on_hand"], &mie["in_transit"]),
        (&json!(before), &json!(75))
    );
    let notes = distributor.delivery_notes(&ani).await;
    let last = notes.last().unwrap();
    assert_eq!(last.0, "delivery.dispatched");
    assert_eq!(line(&last.1, "MIE")["quantity"], 75);

    distributor.tell(&mut ani, &came(&id, 75, 0)).await;
    let mie = position(&distributor, &ani, "MIE").await;
    assert_eq!(
        (&mie["on_hand"], &mie["in_transit"]),
        (&json!(before + 75), &json!(0))
    );
    let open = differences(&distributor, false).await;
    let told: Vec<_> = open
        .iter()
        .map(|one| (&one["kind"], &one["told_by"], &one["quantity"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!("missing"), &json!("driver"), &json!(2)),
            (&json!("damaged"), &json!("driver"), &json!(3)),
        ]
    );
    assert_eq!(open[0]["value"], 6_200);

    // The two that were missing lie in the van; the damaged ones are the distributor's loss.
    let settle = |one: &Value, how: &str| {
        let path = format!("/differences/{}/settle", one["id"].as_str().unwrap());
        let body = json!({ "settlement": how, "remark": "di mobil" });
        let distributor = &distributor;
        async move { distributor.post(&path, body).await }
    };
    assert_eq!(settle(&open[1], "charge").await.0, 422);
    for _ in 0..2 {
        assert_eq!(settle(&open[0], "stock").await.0, 200);
    }
    assert_eq!(settle(&open[0], "lost").await.0, 409);
    assert_eq!(settle(&open[1], "credit").await.0, 200);
    assert_eq!(noodles(&distributor).await, (122, 0, 122));
    assert!(differences(&distributor, false).await.is_empty());
    assert_eq!(differences(&distributor, true).await.len(), 2);
    assert_eq!(
        distributor.get("/returns?state=collected").await["items"][0]["number"],
        "RT-2026-000001"
    );
}

#[tokio::test]
async fn a_driver_whose_word_comes_after_the_shops_changes_no_stock() {
    let distributor = stocked(200).await;
    let mut ani = distributor.shop("Ani").await;
    let id = of_noodles(&distributor, &ani, 80).await;
    distributor.step(&id, "confirm", json!({})).await;
    distributor.step(&id, "dispatch", json!({})).await;
    distributor.tell(&mut ani, &came(&id, 80, 0)).await;
    let late = json!({ "lines": [{ "sku": "MIE", "unloaded": 79 }] });
    for _ in 0..2 {
        let (status, body) = distributor.step(&id, "unloaded", late.clone()).await;
        assert_eq!(
            (status, &body["state"]),
            (200, &json!("received")),
            "{body}"
        );
    }
    let mie = position(&distributor, &ani, "MIE").await;
    assert_eq!(
        (&mie["on_hand"], &mie["in_transit"]),
        (&json!(120), &json!(0))
    );
    let open = differences(&distributor, false).await;
    assert_eq!(
        (open.len(), &open[0]["kind"], &open[0]["told_by"]),
        (1, &json!("missing"), &json!("driver"))
    );
}

#[tokio::test]
async fn goods_that_came_without_anybody_noting_their_departure_have_left_all_the_same() {
    let distributor = stocked(200).await;
    let mut ani = distributor.shop("Ani").await;
    let id = of_noodles(&distributor, &ani, 80).await;
    distributor.step(&id, "confirm", json!({})).await;
    assert_eq!(noodles(&distributor).await, (200, 80, 120));
    distributor.tell(&mut ani, &came(&id, 82, 1)).await;
    assert_eq!(noodles(&distributor).await, (118, 0, 118));
    let open = differences(&distributor, false).await;
    let told: Vec<_> = open
        .iter()
        .map(|one| (&one["kind"], &one["told_by"], &one["quantity"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!("surplus"), &json!("shop"), &json!(2)),
            (&json!("damaged"), &json!("shop"), &json!(1)),
        ]
    );
}

#[tokio::test]
async fn returned_goods_go_back_to_their_date_or_are_written_off_once() {
    let distributor = stocked(200).await;
    let ani = distributor.shop("Ani").await;
    let body = json!({
        "id": "01890000-0000-7000-8000-00000000000a", "shop_id": ani.id,
        "lines": [
            { "sku": "MIE", "quantity": 10, "reason": "unsold", "expires": "2027-03-01" },
            { "sku": "MIE", "quantity": 4, "reason": "expired", "expires": "2026-11-01" },
        ],
    });
    let (first, made) = distributor.post("/returns", body.clone()).await;
    let (again, same) = distributor.post("/returns", body.clone()).await;
    assert_eq!((first, again, &made), (201, 200, &same));
    let mut other = body;
    other["lines"][0]["quantity"] = json!(11);
    assert_eq!(distributor.post("/returns", other).await.0, 409);
    assert_eq!(noodles(&distributor).await.0, 200);
    let path = format!("/returns/{}/take-in", made["id"].as_str().unwrap());
    for _ in 0..2 {
        let (status, taken) = distributor.post(&path, json!({})).await;
        assert_eq!((status, &taken["state"]), (200, &json!("taken_in")));
    }
    let fates = json!({ "fates": ["stock", "stock"] });
    assert_eq!(distributor.post(&path, fates).await.0, 409);
    assert_eq!(noodles(&distributor).await, (210, 0, 210));
    for (lines, field) in [
        (json!([]), "lines"),
        (
            json!([{ "sku": "MIE", "quantity": 0, "reason": "unsold" }]),
            "lines[0].quantity",
        ),
        (
            json!([{ "sku": "NONE", "quantity": 1, "reason": "unsold" }]),
            "lines[0].sku",
        ),
        (
            json!([{ "sku": "MIE", "quantity": 1, "reason": "bored" }]),
            "lines[0].reason",
        ),
    ] {
        let body = json!({ "shop_id": ani.id, "lines": lines });
        let (status, problem) = distributor.post("/returns", body).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (422, &json!(field))
        );
    }
}
