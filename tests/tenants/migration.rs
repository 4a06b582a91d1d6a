//! A hub from before there were several distributors in one.

use chrono::NaiveDate;
use kulakan::config::Config;
use kulakan::hub::Hub;
use serde_json::{Value, json};

use crate::harness::older;
use crate::harness::program::{done, json as printed, run_on};
use crate::harness::world::{World, jakarta};

const CATALOGUE: &str = "sku,name,unit,price,cost,barcode\nMIE,Mi goreng,bungkus,3500,3000,899\nROTI,Roti tawar,bungkus,17000,14000,\n";

/// What people see of the hub, as its API tells it.
async fn told(world: &World) -> Value {
    let shops = world.hub.get("/shops").await;
    let mut of_shops = Vec::new();
    for shop in shops["items"].as_array().unwrap() {
        let id = shop["id"].as_str().unwrap();
        of_shops.push(world.hub.get(&format!("/shops/{id}/positions")).await);
        of_shops.push(world.hub.get(&format!("/shops/{id}/plan")).await);
    }
    json!({
        "shops": shops, "of_shops": of_shops, "demand": world.hub.get("/demand").await,
        "shipments": world.hub.get("/shipments").await,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_of_one_distributor_goes_on_as_the_first_of_several() {
    let monday = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let mut world = World::start(jakarta(monday, 9, 0), CATALOGUE, &["Warung A", "Warung B"]).await;
    for shop in 0..2 {
        let lines = json!([{ "sku": "MIE", "quantity": 30, "expires": "2027-05-01" }]);
        let api = &world.shops[shop].api;
        api.post("/stock/receipts", json!({ "lines": lines })).await;
        let sale = json!({ "id": "s1", "lines": [{ "sku": "MIE", "quantity": 2 + shop }], "payment": { "method": "cash" } });
        api.post("/sales", sale).await;
        world.drained(shop).await;
    }
    let shops = world.hub.get("/shops").await;
    let shop = shops["items"][0]["id"].as_str().unwrap();
    let shipment = json!({ "shop_id": shop, "lines": [{ "sku": "ROTI", "quantity": 12 }] });
    let shipment = world.hub.post("/shipments", shipment).await;
    let id = shipment["id"].as_str().unwrap();
    world
        .hub
        .post(&format!("/shipments/{id}/confirm"), json!({}))
        .await;
    let before = told(&world).await;

    let address = world.stop_hub().await;
    let folder = world.folder.path().join("hub");
    older::hub(&folder, 3);
    world.start_hub(address).await;
    assert_eq!(told(&world).await, before);

    // Devices and tokens are known as before, and the loop goes round.
    world
        .hub
        .post(&format!("/shipments/{id}/dispatch"), json!({}))
        .await;
    let sale = json!({ "id": "s2", "lines": [{ "sku": "MIE", "quantity": 5 }], "payment": { "method": "cash" } });
    world.shops[0].api.post("/sales", sale).await;
    world.drained(0).await;
    let positions = world.hub.get(&format!("/shops/{shop}/positions")).await;
    let of = |sku: &str| {
        let items = positions["items"].as_array().unwrap();
        items.iter().find(|row| row["sku"] == sku).unwrap().clone()
    };
    assert_eq!(of("MIE")["on_hand"], 23);
    assert_eq!(of("ROTI")["in_transit"], 12);
    let hub = Hub::open(Config::for_folder(&folder).unwrap(), world.clock.clone())
        .await
        .unwrap();
    assert_eq!(hub.identity().name, "Distributor");
    drop(hub);
    world.stop_hub().await;
    let report = printed(&run_on(&folder, &["hub", "doctor", "--json"]));
    assert!(
        report["checks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|check| check["ok"] == true),
        "{report}"
    );
    done(&run_on(&folder, &["hub", "status"]));
    world.stop().await;
}
