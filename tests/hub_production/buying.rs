//! Material for planned runs, and runs that are taken back.

use kulakan::hub::HubImport;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::hub_api::Distributor;
use super::ten_breads;

/// A bakery with two sacks of flour, and a mill that sells it.
async fn with_flour() -> (Distributor, String) {
    let distributor = ten_breads().await;
    for (kind, text) in [
        (HubImport::Suppliers, "name,lead_time_days\nGilingan,2\n"),
        (
            HubImport::SupplierProducts,
            "sku,supplier,price,pack_name,pack_size\nTEPUNG,Gilingan,11000,karung,25\n",
        ),
        (HubImport::Stock, "sku,quantity\nTEPUNG,50\n"),
    ] {
        distributor.import(kind, text).await.unwrap();
    }
    let body = json!({ "line": "Oven" });
    let (status, plan) = distributor.post("/production-plans", body).await;
    assert_eq!(status, 201, "{plan}");
    let id = plan["id"].as_str().unwrap().to_owned();
    (distributor, id)
}

async fn flour(distributor: &Distributor, id: &str) -> Value {
    let all = distributor
        .get(&format!("/production-plans/{id}/materials"))
        .await;
    all["items"][0].clone()
}

async fn on_hand(distributor: &Distributor, code: &str) -> i64 {
    let stock = distributor.get(&format!("/stock/{code}")).await;
    stock["on_hand"].as_i64().unwrap_or(0)
}

#[tokio::test]
async fn what_a_run_lacks_is_recommended_once_and_counts_when_it_is_ordered() {
    let (distributor, id) = with_flour().await;
    let before = flour(&distributor, &id).await;
    assert_eq!(before["available"], 50_000);
    let planned = before["planned"].as_i64().unwrap();
    assert_eq!(before["missing"].as_i64(), Some(planned - 50_000));
    // The day's plan knows it without being asked.
    let supply = distributor.get("/supply-plan").await;
    let line = &supply["items"][0]["lines"][0];
    assert_eq!(
        (&supply["items"][0]["supplier"], &line["sku"]),
        (&json!("Gilingan"), &json!("TEPUNG"))
    );
    assert!(
        line["quantity"].as_i64().unwrap() >= planned - 50_000,
        "{line}"
    );

    let path = format!("/production-plans/{id}/supplier-orders");
    let request = json!({ "id": Uuid::now_v7() });
    let (status, made) = distributor.post(&path, request.clone()).await;
    assert_eq!(status, 200, "{made}");
    let order = made["items"][0].clone();
    let ordered = order["lines"][0]["quantity"].as_i64().unwrap();
    assert!(
        ordered >= planned - 50_000 && ordered % 25_000 == 0,
        "{order}"
    );
    let (status, again) = distributor.post(&path, request).await;
    assert_eq!((status, &again["items"][0]["id"]), (200, &order["id"]));
    let orders = distributor.get("/supplier-orders?state=recommended").await;
    assert_eq!(orders["items"].as_array().unwrap().len(), 1, "{orders}");
    // Somebody asks anew: what was recommended is replaced, not ordered twice.
    let (status, _) = distributor.post(&path, json!({})).await;
    assert_eq!(status, 200);
    let orders = distributor.get("/supplier-orders?state=recommended").await;
    let orders = orders["items"].as_array().unwrap().clone();
    assert_eq!(orders.len(), 1, "{orders:?}");

    let confirm = format!(
        "/supplier-orders/{}/confirm",
        orders[0]["id"].as_str().unwrap()
    );
    let (status, told) = distributor.post(&confirm, json!({})).await;
    assert_eq!(status, 200, "{told}");
    let after = flour(&distributor, &id).await;
    assert_eq!(
        (&after["missing"], &after["on_order"]),
        (&json!(0), &json!(ordered))
    );
    let (status, told) = distributor.post(&path, json!({})).await;
    assert_eq!(status, 409, "{told}");
}

#[tokio::test]
async fn a_run_that_is_called_off_takes_nothing_and_orders_nothing() {
    let (distributor, id) = with_flour().await;
    let cancel = format!("/production-plans/{id}/cancel");
    let (status, _) = distributor
        .post(&cancel, json!({ "reason": "listrik" }))
        .await;
    assert_eq!(status, 200);
    assert_eq!(flour(&distributor, &id).await["for_runs"], 0);
    let path = format!("/production-plans/{id}/supplier-orders");
    assert_eq!(distributor.post(&path, json!({})).await.0, 409);
}

#[tokio::test]
async fn a_run_booked_in_wrongly_is_taken_back_as_long_as_it_is_there() {
    let (distributor, id) = with_flour().await;
    let step = |name: &'static str, body: Value| {
        let (distributor, path) = (&distributor, format!("/production-plans/{id}/{name}"));
        async move { distributor.post(&path, body).await }
    };
    assert_eq!(step("take-back", json!({})).await.0, 409, "a draft");
    assert_eq!(step("confirm", json!({})).await.0, 200);
    let outcome = |made: i64, used: i64| json!({ "lines": [{ "sku": "KECIL", "made": made }], "used": [{ "sku": "TEPUNG", "quantity": used }] });
    for (made, used) in [(880, 30_000), (600, 20_000)] {
        assert_eq!(step("finish", outcome(made, used)).await.0, 200);
        assert_eq!(on_hand(&distributor, "KECIL").await, made);
        assert_eq!(on_hand(&distributor, "TEPUNG").await, 50_000 - used);
        for _ in 0..2 {
            let (status, plan) = step("take-back", json!({})).await;
            assert_eq!((status, &plan["state"]), (200, &json!("started")), "{plan}");
        }
        assert_eq!(on_hand(&distributor, "KECIL").await, 0);
        assert_eq!(on_hand(&distributor, "TEPUNG").await, 50_000);
    }
    assert_eq!(step("finish", outcome(700, 40_000)).await.0, 200);
    let waste = json!({ "sku": "KECIL", "quantity": 1, "reason": "waste", "note": "jatuh" });
    let (status, told) = distributor.post("/stock/adjustments", waste).await;
    assert_eq!(status, 201, "{told}");
    let (status, told) = step("take-back", json!({})).await;
    assert_eq!((status, &told["state"]), (409, &json!("done")), "{told}");
    assert_eq!(on_hand(&distributor, "KECIL").await, 699);
    assert_eq!(on_hand(&distributor, "TEPUNG").await, 10_000);
}
