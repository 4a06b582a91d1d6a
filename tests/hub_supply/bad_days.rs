//! Bad days: a supplier that is gone with orders open, and two people at once.

use serde_json::json;

use super::super::hub_api::Distributor;
use super::{case, planned};

const SUPPLIERS: &str = "name,lead_time_days\nUtama,2\nCadangan,3\n";

const OFFERS: &str = "sku,supplier,rank,price\nP1,Utama,1,50\nP1,Cadangan,2,51\nP2,Utama,1,75\n";

async fn start() -> Distributor {
    case(SUPPLIERS, OFFERS, "sku,quantity\nP1,10\nP2,10\n").await
}

#[tokio::test]
async fn a_supplier_is_switched_off_and_its_open_orders_still_come_in() {
    let distributor = start().await;
    let order = json!({ "supplier": "Utama", "lines": [{ "sku": "P1", "quantity": 30 }] });
    let (_, open) = distributor.post("/supplier-orders", order).await;
    let path = format!("/supplier-orders/{}", open["id"].as_str().unwrap());
    distributor
        .post(&format!("{path}/confirm"), json!({}))
        .await;
    let (_, draft) = distributor
        .post("/supplier-orders", json!({ "supplier": "Utama" }))
        .await;
    let mut told = Vec::new();
    for _ in 0..2 {
        let (status, off) = distributor
            .post("/suppliers/Utama/switch-off", json!({}))
            .await;
        assert_eq!(
            (status, &off["open_orders"]),
            (200, &json!(["PO-2026-0001"])),
            "{off}"
        );
        told.push(off);
    }
    assert_eq!(told[0], told[1], "again is as once");
    let products = json!([
        { "sku": "P1", "name": "Produk satu", "supplier": "Cadangan" },
        { "sku": "P2", "name": "Produk dua", "supplier": null },
    ]);
    assert_eq!(told[0]["products"], products);
    let draft = distributor
        .get(&format!(
            "/supplier-orders/{}",
            draft["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(draft["state"], "cancelled");
    let new = json!({ "supplier": "Utama", "lines": [{ "sku": "P1", "quantity": 1 }] });
    assert_eq!(distributor.post("/supplier-orders", new).await.0, 409);
    let plan = distributor.get("/supply-plan").await;
    let (supplier, line) = planned(&plan, "P1");
    assert_eq!(
        (supplier, &line["switch"]["why"]["kind"]),
        ("Cadangan", &json!("switched_off"))
    );
    let came = json!({ "lines": [{ "sku": "P1", "quantity": 30 }] });
    let (status, received) = distributor.post(&format!("{path}/receipts"), came).await;
    assert_eq!(
        (status, &received["state"]),
        (200, &json!("received")),
        "{received}"
    );
    assert_eq!(distributor.get("/stock/P1").await["on_hand"], 40);
    let overview = distributor.get("/suppliers/Utama").await;
    assert_eq!(
        (&overview["active"], &overview["open_orders"]),
        (&json!(false), &json!(0))
    );
}

#[tokio::test]
async fn two_who_confirm_at_once_make_one_order_with_one_number() {
    let distributor = start().await;
    let (_, order) = distributor
        .post("/supplier-orders", json!({ "supplier": "Utama" }))
        .await;
    let path = format!("/supplier-orders/{}/confirm", order["id"].as_str().unwrap());
    let body = |quantity: i64| json!({ "version": order["version"], "lines": [{ "sku": "P1", "quantity": quantity }] });
    let (one, other) = tokio::join!(
        distributor.post(&path, body(24)),
        distributor.post(&path, body(48)),
    );
    let mut statuses = [one.0, other.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{one:?} {other:?}");
    let orders = distributor.get("/supplier-orders?state=confirmed").await;
    assert_eq!(orders["items"].as_array().unwrap().len(), 1);
    assert_eq!(orders["items"][0]["number"], "PO-2026-0001");
    let won = if one.0 == 200 { 24 } else { 48 };
    assert_eq!(distributor.get("/stock/P1").await["on_order"], won);
    // An edit made from what is not there any more.
    let stale = json!({ "version": order["version"], "lines": [{ "sku": "P1", "quantity": 99 }] });
    let path = format!("/supplier-orders/{}", order["id"].as_str().unwrap());
    let (status, told) = distributor
        .call(reqwest::Method::PATCH, &path, Some(&stale))
        .await;
    assert_eq!(status, 409, "{told}");
    assert_eq!(distributor.get("/stock/P1").await["on_order"], won);
}
