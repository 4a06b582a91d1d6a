//! Orders to suppliers, step by step: decided, sent, received in parts, taken back, closed.

use serde_json::{Value, json};
use uuid::Uuid;

use super::super::hub_api::Distributor;
use super::case;

const SUPPLIERS: &str = "name,lead_time_days,email\nGrosir,3,grosir@example.com\n";

const OFFERS: &str = "sku,supplier,price\nP1,Grosir,50\nP2,Grosir,75\nP3,Grosir,140\n";

async fn start() -> Distributor {
    case(SUPPLIERS, OFFERS, "sku,quantity\nP1,40\nP2,9000\nP3,70\n").await
}

async fn made(distributor: &Distributor, lines: Value) -> String {
    let body = json!({ "supplier": "Grosir", "lines": lines });
    let (status, order) = distributor.post("/supplier-orders", body).await;
    assert_eq!(
        (status, &order["state"]),
        (201, &json!("recommended")),
        "{order}"
    );
    format!("/supplier-orders/{}", order["id"].as_str().unwrap())
}

async fn step(distributor: &Distributor, path: &str, step: &str, body: Value) -> (u16, Value) {
    distributor.post(&format!("{path}/{step}"), body).await
}

async fn stock(distributor: &Distributor, code: &str) -> (i64, i64) {
    let stock = distributor.get(&format!("/stock/{code}")).await;
    (
        stock["on_hand"].as_i64().unwrap(),
        stock["on_order"].as_i64().unwrap(),
    )
}

#[tokio::test]
async fn an_order_goes_its_way_once_however_often_it_is_told() {
    let distributor = start().await;
    let id = Uuid::now_v7();
    let new = json!({ "id": id, "supplier": "Grosir", "note": "antar pagi" });
    let (status, made) = distributor.post("/supplier-orders", new.clone()).await;
    assert_eq!(status, 201, "{made}");
    let codes: Vec<&str> = made["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["sku"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["P1", "P3"], "what is due, by name");
    assert!(made["lines"][0]["reason"]["reorder_point"].is_number());
    assert_eq!(
        distributor.post("/supplier-orders", new.clone()).await,
        (200, made.clone())
    );
    let mut other = new;
    other["note"] = json!("antar sore");
    assert_eq!(distributor.post("/supplier-orders", other).await.0, 409);
    let path = format!("/supplier-orders/{id}");
    assert_eq!(
        step(&distributor, &path, "send", json!({})).await.0,
        409,
        "nobody has decided"
    );

    let edits = json!({ "version": made["version"], "lines": [
        { "sku": "P1", "quantity": 300 }, { "sku": "P3", "quantity": 0 }, { "sku": "P2", "quantity": 24, "price": 74 },
    ]});
    let (status, confirmed) = step(&distributor, &path, "confirm", edits.clone()).await;
    assert_eq!(
        (status, &confirmed["number"]),
        (200, &json!("PO-2026-0001")),
        "{confirmed}"
    );
    assert_eq!(confirmed["value"], 300 * 50 + 24 * 74);
    assert_eq!(confirmed["expected_on"], "2026-11-25");
    for _ in 0..2 {
        let again = json!({ "lines": [{ "sku": "P1", "quantity": 300 }] });
        assert_eq!(
            step(&distributor, &path, "confirm", again).await,
            (200, confirmed.clone())
        );
    }
    let differently = json!({ "lines": [{ "sku": "P1", "quantity": 301 }] });
    assert_eq!(
        step(&distributor, &path, "confirm", differently).await.0,
        409
    );
    assert_eq!(stock(&distributor, "P1").await, (40, 300));
    let (_, sent) = step(&distributor, &path, "send", json!({})).await;
    assert_eq!(
        step(&distributor, &path, "send", json!({})).await,
        (200, sent)
    );
    let late = json!({ "promised_on": "2026-11-27", "note": "jalan banjir", "lines": [{ "sku": "P2", "quantity": 12 }] });
    let (_, promised) = step(&distributor, &path, "promise", late).await;
    assert_eq!(
        (&promised["promised_on"], &promised["lines"][1]["promised"]),
        (&json!("2026-11-27"), &json!(12))
    );
}

#[tokio::test]
async fn goods_come_in_parts_with_damages_and_more_than_ordered() {
    let distributor = start().await;
    let path = made(
        &distributor,
        json!([{ "sku": "P1", "quantity": 100 }, { "sku": "P3", "quantity": 10 }]),
    )
    .await;
    let came = json!({ "id": Uuid::now_v7(), "note": "SJ 12", "lines": [
        { "sku": "P1", "quantity": 60, "damaged": 5, "lot": "L1", "expires": "2027-01-31" },
    ]});
    assert_eq!(
        step(&distributor, &path, "receipts", came.clone()).await.0,
        409,
        "nothing was ordered yet"
    );
    step(&distributor, &path, "confirm", json!({})).await;
    step(&distributor, &path, "send", json!({})).await;
    let (status, part) = step(&distributor, &path, "receipts", came.clone()).await;
    assert_eq!(
        (status, &part["state"], &part["lines"][0]["open"]),
        (200, &json!("part_received"), &json!(35)),
        "{part}"
    );
    assert_eq!(
        step(&distributor, &path, "receipts", came.clone()).await,
        (200, part)
    );
    assert_eq!(
        stock(&distributor, "P1").await,
        (100, 35),
        "damaged goods are not taken in"
    );
    assert_eq!(
        step(&distributor, &path, "cancel", json!({ "reason": "salah" }))
            .await
            .0,
        409
    );
    let mut other = came;
    other["lines"][0]["quantity"] = json!(61);
    assert_eq!(step(&distributor, &path, "receipts", other).await.0, 409);

    let closed = json!({ "reason": "sisanya tidak ada" });
    let (_, short) = step(&distributor, &path, "close", closed.clone()).await;
    assert_eq!(short["state"], "closed_short");
    assert_eq!(
        step(&distributor, &path, "close", closed).await,
        (200, short)
    );
    assert_eq!(stock(&distributor, "P1").await, (100, 0));
    assert_eq!(
        step(&distributor, &path, "reopen", json!({})).await.1["state"],
        "part_received"
    );
    let rest =
        json!({ "lines": [{ "sku": "P1", "quantity": 50 }, { "sku": "P3", "quantity": 10 }] });
    let (_, whole) = step(&distributor, &path, "receipts", rest).await;
    assert_eq!(
        (&whole["state"], &whole["lines"][0]["received"]),
        (&json!("received"), &json!(110)),
        "{whole}"
    );
    assert_eq!(stock(&distributor, "P1").await, (150, 0));

    // The second delivery was another supplier's.
    let receipts = distributor.get(&path).await["receipts"].clone();
    let wrong = format!("receipts/{}/undo", receipts[1]["id"].as_str().unwrap());
    for _ in 0..2 {
        let (status, back) = step(&distributor, &path, &wrong, json!({})).await;
        assert_eq!(
            (status, &back["state"]),
            (200, &json!("part_received")),
            "{back}"
        );
        assert_eq!(stock(&distributor, "P1").await, (100, 35));
    }
    let gone = json!({ "sku": "P1", "quantity": 60, "reason": "own_use", "lot": "L1", "expires": "2027-01-31" });
    assert_eq!(distributor.post("/stock/adjustments", gone).await.0, 201);
    let first = format!("receipts/{}/undo", receipts[0]["id"].as_str().unwrap());
    let (status, refused) = step(&distributor, &path, &first, json!({})).await;
    assert_eq!(
        (status, &refused["state"]),
        (409, &json!("part_received")),
        "{refused}"
    );
}

#[tokio::test]
async fn what_an_order_cannot_hold_is_refused_by_field() {
    let distributor = start().await;
    for (lines, field) in [
        (json!([]), "lines"),
        (json!([{ "sku": "APA", "quantity": 1 }]), "lines[0].sku"),
        // There is plenty of it, so that the plan has no quantity for it either.
        (json!([{ "sku": "P2" }]), "lines[0].quantity"),
        (
            json!([{ "sku": "P1", "quantity": -1 }]),
            "lines[0].quantity",
        ),
        (
            json!([{ "sku": "P1", "quantity": 1, "price": -5 }]),
            "lines[0].price",
        ),
        (
            json!([{ "sku": "P1", "quantity": 1 }, { "sku": "P1", "quantity": 2 }]),
            "lines[1].sku",
        ),
    ] {
        let body = json!({ "supplier": "Grosir", "lines": lines });
        let (status, problem) = distributor.post("/supplier-orders", body).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (422, &json!(field)),
            "{problem}"
        );
    }
    let unknown = json!({ "supplier": "Siapa" });
    assert_eq!(distributor.post("/supplier-orders", unknown).await.0, 404);
    let path = made(&distributor, json!([{ "sku": "P1", "quantity": 10 }])).await;
    step(&distributor, &path, "confirm", json!({})).await;
    for line in [
        json!({ "sku": "P2", "quantity": 1 }),
        json!({ "sku": "P1", "quantity": 0 }),
        json!({ "sku": "P1", "quantity": 1, "expires": "2026-11-01" }),
        json!({ "sku": "P1", "quantity": 1, "lot": "x".repeat(50) }),
    ] {
        let body = json!({ "lines": [line] });
        assert_eq!(
            step(&distributor, &path, "receipts", body.clone()).await.0,
            422,
            "{body}"
        );
    }
    assert_eq!(stock(&distributor, "P1").await, (40, 10));
    assert_eq!(distributor.get(&path).await["receipts"], json!([]));
}
