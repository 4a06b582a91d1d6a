//! The life of shipments, and what shops are told of them.

use chrono::Duration;
use kulakan::hub::store::{self, audit};
use kulakan::model::Quantity;
use kulakan::wire::event::{Fact, ReceivedRow};
use serde_json::{Value, json};

use super::super::hub_sync::{answer, day, part, sku};
use super::{Distributor, line, position};

#[tokio::test]
async fn a_shipment_lives_from_the_plan_to_a_short_receipt() {
    let distributor = Distributor::start().await;
    let mut shop = distributor.shop("Sri").await;
    let id = distributor.shipment(&shop).await;
    let made = distributor.get(&format!("/shipments/{id}")).await;
    let plan = distributor
        .get(&format!("/shops/{}/plan?date=2026-11-22", shop.id))
        .await;
    for planned in plan["lines"].as_array().unwrap() {
        let quantity = line(&made, planned["sku"].as_str().unwrap())["quantity"].as_i64();
        let wanted = planned["quantity"]
            .as_i64()
            .filter(|quantity| *quantity > 0);
        assert_eq!(quantity, wanted, "{planned}");
    }
    assert_eq!(line(&made, "MIE")["reason"]["reason"]["window_days"], 30);
    assert_eq!(
        (&made["date"], &made["expected_on"]),
        (&json!("2026-11-22"), &json!("2026-11-24"))
    );
    assert!(distributor.delivery_notes(&shop).await.is_empty());
    assert_eq!(position(&distributor, &shop, "MIE").await["on_order"], 0);

    let edits =
        json!({ "lines": [{ "sku": "MIE", "quantity": 80 }, { "sku": "GULA", "quantity": 0 }] });
    for _ in 0..2 {
        let (status, confirmed) = distributor.step(&id, "confirm", edits.clone()).await;
        assert_eq!((status, &confirmed["state"]), (200, &json!("confirmed")));
    }
    assert_eq!(position(&distributor, &shop, "MIE").await["on_order"], 80);
    assert_eq!(position(&distributor, &shop, "GULA").await["on_order"], 0);

    distributor.daemon.advance(Duration::days(1));
    let loaded = json!({ "lines": [{ "sku": "MIE", "quantity": 79, "expires": "2027-05-01" }] });
    for _ in 0..2 {
        let (status, dispatched) = distributor.step(&id, "dispatch", loaded.clone()).await;
        assert_eq!((status, &dispatched["state"]), (200, &json!("dispatched")));
    }
    let mie = position(&distributor, &shop, "MIE").await;
    assert_eq!(
        (&mie["on_order"], &mie["in_transit"], &mie["position"]),
        (&json!(0), &json!(79), &json!(119))
    );

    let notes = distributor.delivery_notes(&shop).await;
    let kinds: Vec<&str> = notes.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["delivery.announced", "delivery.dispatched"]);
    assert!(
        notes
            .iter()
            .all(|(_, note)| note["shipment_id"] == id.as_str())
    );
    assert_eq!(line(&notes[0].1, "MIE")["quantity"], 80);
    assert_eq!(line(&notes[0].1, "GULA"), &Value::Null);
    assert_eq!(
        (
            &line(&notes[1].1, "MIE")["quantity"],
            &line(&notes[1].1, "MIE")["expires"]
        ),
        (&json!(79), &json!("2027-05-01"))
    );

    let came = |code: &str, received, damaged| ReceivedRow {
        sku: sku(code),
        received: Quantity(received),
        damaged: Quantity(damaged),
    };
    let roti = line(&notes[1].1, "ROTI")["quantity"].as_i64().unwrap();
    let fact = Fact::DeliveryReceived {
        shipment_id: id.clone(),
        lines: vec![came("MIE", 79, 1), came("ROTI", roti, 0)],
        moves: vec![part("MIE", 78), part("ROTI", roti)],
    };
    distributor.tell(&mut shop, &fact).await;
    let received = distributor.get(&format!("/shipments/{id}")).await;
    assert_eq!(received["state"], "short");
    assert_eq!(
        (
            &line(&received, "MIE")["received"],
            &line(&received, "MIE")["damaged"]
        ),
        (&json!(79), &json!(1))
    );
    let mie = position(&distributor, &shop, "MIE").await;
    assert_eq!(
        (&mie["on_hand"], &mie["in_transit"], &mie["position"]),
        (&json!(118), &json!(0), &json!(118))
    );
    assert_eq!(
        distributor.get("/shipments?state=short").await["items"][0]["id"],
        id.as_str()
    );
    let broken = store::read(distributor.daemon.hub.store(), audit::first_broken_link).await;
    assert_eq!(broken.unwrap(), None);
}

#[tokio::test]
async fn a_step_that_changes_no_line_needs_no_body() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    let id = distributor.shipment(&shop).await;
    for (step, state) in [("confirm", "confirmed"), ("dispatch", "dispatched")] {
        let url = format!("/api/v1/shipments/{id}/{step}");
        let bare = reqwest::Client::new().post(distributor.daemon.url(&url));
        let (status, shipment) = answer(bare.bearer_auth(&distributor.token)).await;
        assert_eq!((status, &shipment["state"]), (200, &json!(state)));
    }
}

#[tokio::test]
async fn every_other_step_is_refused_and_says_where_the_shipment_is() {
    let distributor = Distributor::start().await;
    let mut shop = distributor.shop("Sri").await;
    let refused = async |id: &str, step: &str, state: &str| {
        let body = if step == "cancel" {
            json!({ "reason": "late" })
        } else {
            json!({})
        };
        let (status, problem) = distributor.step(id, step, body).await;
        assert_eq!(
            (status, &problem["state"]),
            (409, &json!(state)),
            "{step}: {problem}"
        );
        assert!(
            problem["detail"].as_str().unwrap().contains(state),
            "{problem}"
        );
    };
    let id = distributor.shipment(&shop).await;
    refused(&id, "dispatch", "recommended").await;
    distributor.step(&id, "confirm", json!({})).await;
    let others = json!({ "lines": [{ "sku": "MIE", "quantity": 1 }] });
    let (status, problem) = distributor.step(&id, "confirm", others).await;
    assert_eq!((status, &problem["state"]), (409, &json!("confirmed")));
    distributor.step(&id, "dispatch", json!({})).await;
    refused(&id, "confirm", "dispatched").await;
    let shipment = distributor.get(&format!("/shipments/{id}")).await;
    let lines = shipment["lines"].as_array().unwrap().iter();
    let lines = lines
        .map(|line| ReceivedRow {
            sku: sku(line["sku"].as_str().unwrap()),
            received: Quantity(line["quantity"].as_i64().unwrap()),
            damaged: Quantity::ZERO,
        })
        .collect();
    let fact = Fact::DeliveryReceived {
        shipment_id: id.clone(),
        lines,
        moves: Vec::new(),
    };
    distributor.tell(&mut shop, &fact).await;
    for step in ["confirm", "dispatch", "cancel"] {
        refused(&id, step, "received").await;
    }
    for step in ["confirm", "dispatch"] {
        assert_eq!(distributor.step("none", step, json!({})).await.0, 404);
    }
    assert_eq!(distributor.delivery_notes(&shop).await.len(), 2);
}

#[tokio::test]
async fn a_cancelled_shipment_is_told_once_to_a_shop_that_knew_of_it() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    let unknown = distributor.shipment(&shop).await;
    for _ in 0..2 {
        let (status, body) = distributor
            .step(&unknown, "cancel", json!({ "reason": "no van" }))
            .await;
        assert_eq!(
            (status, &body["state"], &body["cancel_reason"]),
            (200, &json!("cancelled"), &json!("no van"))
        );
    }
    assert!(distributor.delivery_notes(&shop).await.is_empty());
    let id = distributor.shipment(&shop).await;
    assert_eq!(
        distributor
            .step(&id, "cancel", json!({ "reason": " " }))
            .await
            .0,
        422
    );
    distributor.step(&id, "confirm", json!({})).await;
    distributor.step(&id, "dispatch", json!({})).await;
    for _ in 0..2 {
        assert_eq!(
            distributor
                .step(&id, "cancel", json!({ "reason": "flood" }))
                .await
                .0,
            200
        );
    }
    let notes = distributor.delivery_notes(&shop).await;
    assert_eq!(notes.len(), 3);
    assert_eq!(
        (notes[2].0.as_str(), &notes[2].1["reason"]),
        ("delivery.cancelled", &json!("flood"))
    );
    assert_eq!(position(&distributor, &shop, "MIE").await["in_transit"], 0);
    for step in ["confirm", "dispatch"] {
        assert_eq!(
            distributor.step(&id, step, json!({})).await.1["state"],
            "cancelled"
        );
    }
}

#[tokio::test]
async fn making_a_shipment_again_is_the_same_shipment_and_a_new_one_replaces_it() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    let id = "01890000-0000-7000-8000-000000000001";
    let lines = json!([{ "sku": "MIE", "quantity": 40 }]);
    let body = json!({ "id": id, "shop_id": shop.id, "date": "2026-11-22", "lines": lines });
    let (first, made) = distributor.post("/shipments", body.clone()).await;
    let (again, same) = distributor.post("/shipments", body.clone()).await;
    assert_eq!((first, again, &made), (201, 200, &same));
    assert_eq!(line(&made, "MIE")["quantity"], 40);
    let mut other = body.clone();
    other["lines"][0]["quantity"] = json!(80);
    assert_eq!(distributor.post("/shipments", other).await.0, 409);
    let newer = distributor.shipment(&shop).await;
    let recommended = distributor.get("/shipments?state=recommended").await;
    assert_eq!(recommended["items"].as_array().unwrap().len(), 1);
    assert_eq!(recommended["items"][0]["id"], newer.as_str());
    let (status, replaced) = distributor.post("/shipments", body).await;
    assert_eq!((status, &replaced["state"]), (200, &json!("cancelled")));
}

#[tokio::test]
async fn lines_that_cannot_be_sent_are_refused_and_nothing_is_made() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    let cases = [
        (json!([{ "sku": "NONE", "quantity": 1 }]), "lines[0].sku"),
        (
            json!([{ "sku": "MIE", "quantity": 1 }, { "sku": "GULA", "quantity": -1 }]),
            "lines[1].quantity",
        ),
        (
            json!([{ "sku": "MIE", "quantity": 2_000_000_000_000_i64 }]),
            "lines[0].quantity",
        ),
        (
            json!([{ "sku": "MIE", "quantity": 1 }, { "sku": "MIE", "quantity": 2 }]),
            "lines[1].sku",
        ),
        (
            json!([{ "sku": "MIE", "quantity": 1, "expires": "2026-11-01" }]),
            "lines[0].expires",
        ),
        (json!([{ "sku": "MIE", "quantity": 0 }]), "lines"),
        (json!([]), "lines"),
    ];
    for (lines, field) in cases {
        let body = json!({ "shop_id": shop.id, "lines": lines });
        let (status, problem) = distributor.post("/shipments", body).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (422, &json!(field)),
            "{problem}"
        );
    }
    let (status, _) = distributor
        .post("/shipments", json!({ "shop_id": "nobody" }))
        .await;
    assert_eq!(status, 404);
    let body = json!({ "shop_id": shop.id, "quantity": 1 });
    let status = distributor.post("/shipments", body).await.0;
    assert!(status == 400 || status == 422, "{status}");
    assert_eq!(distributor.get("/shipments").await["items"], json!([]));
    let empty = distributor.daemon.shop("Baru").await;
    let (status, problem) = distributor
        .post("/shipments", json!({ "shop_id": empty.id }))
        .await;
    assert_eq!(status, 409, "{problem}");
    let expired = day("2026-11-21");
    let id = distributor.shipment(&shop).await;
    let late = json!({ "lines": [{ "sku": "MIE", "expires": expired }] });
    assert_eq!(distributor.step(&id, "confirm", late).await.0, 422);
    assert_eq!(
        distributor.get(&format!("/shipments/{id}")).await["state"],
        "recommended"
    );
}
