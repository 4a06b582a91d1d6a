//! Orders of shops go with their shipments; orders come in by file.

use kulakan::hub::HubImport;
use serde_json::json;

use super::{Distributor, figures};

#[tokio::test]
async fn an_order_of_a_shop_joins_its_shipment_and_leaves_and_comes_back_with_it() {
    let distributor = Distributor::start().await;
    let (shop, _) = distributor.hub.add_shop("Warung Sri").await.unwrap();
    distributor.stock("MIE", 10).await;
    let body =
        json!({ "shop_id": shop, "lines": [{ "sku": "MIE", "quantity": 10 }], "confirm": true });
    let order = distributor.api.post("/orders", body).await;
    assert_eq!(distributor.in_warehouse("MIE").await, (10, 10));
    let lines = json!([{ "sku": "MIE", "quantity": 8 }]);
    let new = json!({ "shop_id": shop, "lines": lines });
    let shipment = distributor.api.post("/shipments", new).await;
    let id = shipment["id"].as_str().unwrap();
    // What is set aside for the shop's own order is there for its shipment, and reserved once.
    let (status, answer) = distributor
        .try_post(&format!("/shipments/{id}/confirm"), json!({}))
        .await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(distributor.in_warehouse("MIE").await, (10, 10));
    let seen = distributor.look(&order).await;
    assert_eq!(
        (figures(&seen), &seen["parcels"][0]["state"]),
        ([10, 0, 0, 0], &json!("planned"))
    );
    let (status, problem) = distributor
        .step(&order, "cancel", json!({ "reason": "tidak jadi" }))
        .await;
    assert_eq!(status, 409, "{problem}");
    distributor
        .api
        .post(&format!("/shipments/{id}/dispatch"), json!({}))
        .await;
    let seen = distributor.look(&order).await;
    assert_eq!(
        (figures(&seen), &seen["parcels"][0]["state"]),
        ([2, 8, 0, 0], &json!("shipped"))
    );
    assert_eq!(distributor.in_warehouse("MIE").await, (2, 2));
    distributor
        .api
        .post(
            &format!("/shipments/{id}/cancel"),
            json!({ "reason": "banjir" }),
        )
        .await;
    let seen = distributor.look(&order).await;
    assert_eq!(
        (figures(&seen), &seen["parcels"][0]["state"]),
        ([10, 0, 0, 0], &json!("returned"))
    );
    assert_eq!(distributor.in_warehouse("MIE").await, (10, 10));
    distributor.stop().await;
}

#[tokio::test]
async fn a_file_of_orders_is_entered_once_and_whole_or_not_at_all() {
    let distributor = Distributor::start().await;
    let import = async |text: &str, dry_run| {
        let file = distributor.folder.path().join("orders.csv");
        std::fs::write(&file, text).unwrap();
        distributor
            .hub
            .import(HubImport::Orders, &file, dry_run)
            .await
    };
    let good = "order,customer,sku,quantity,phone\nA-1,Bu Ani,MIE,3,0812345678\nA-1,Bu Ani,TEH,2,0812345678\nB-7,Pak Budi,TEH,1,\n";
    let tried = import(good, true).await.unwrap();
    assert_eq!(tried.added, 2);
    let entered = async || {
        let orders = distributor.api.get("/orders").await;
        orders["items"].as_array().unwrap().len()
    };
    assert_eq!(entered().await, 0, "only tried");
    assert_eq!(import(good, false).await.unwrap().added, 2);
    assert_eq!(import(good, false).await.unwrap().unchanged, 2);
    assert_eq!(entered().await, 2);
    let wrong = "order,customer,sku,quantity\nC-1,Bu Ani,MIE,3\nC-2,Bu Ani,NONE,x\n";
    let fault = import(wrong, false).await.unwrap_err().to_string();
    assert!(fault.contains("line 3"), "{fault}");
    assert_eq!(entered().await, 2, "nothing of the file");
    distributor.stop().await;
}
