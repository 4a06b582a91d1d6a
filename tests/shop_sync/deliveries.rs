//! Deliveries from the hub's note to the shop's shelf, and back to the hub.

use kulakan::hub::HubImport;
use kulakan::hub::shipments::{LineRequest, Made, NewShipment};
use kulakan::model::{Quantity, Sku};
use kulakan::shop::Shop;
use kulakan::shop::deliveries::DeliveryQuery;
use kulakan::shop::outcome::Outcome;
use kulakan::shop::store::deliveries::Delivery;
use kulakan::shop::transport::Transport;
use rusqlite::Connection;
use serde_json::json;

use super::{Pair, from, http, on_hand};

fn line(sku: &str, quantity: i64, expires: Option<&str>) -> LineRequest {
    LineRequest {
        sku: Sku::parse(sku).unwrap(),
        quantity: Some(Quantity(quantity)),
        expires: expires.map(|date| date.parse().unwrap()),
    }
}

/// A shipment of MIE (which the shop has) and ROTI (which it does not), confirmed and announced.
async fn announced(pair: &Pair) -> String {
    announced_over(pair, &http()).await
}

async fn announced_over(pair: &Pair, way: &impl Transport) -> String {
    let file = pair.hub.folder.path().join("products.csv");
    let rows = "sku,name,unit,price,pack_name,pack_size,shelf_life_days\n\
                MIE,Mie,pcs,2500,dus,40,\nROTI,Roti tawar,bungkus,9000,bungkus,1,5\n";
    std::fs::write(&file, rows).unwrap();
    let hub = pair.hub.open().await;
    hub.import(HubImport::Products, &file, false).await.unwrap();
    pair.shop.exchange().await.unwrap();
    let new = NewShipment {
        id: None,
        shop_id: pair.shop_id.clone(),
        date: None,
        lines: Some(vec![
            line("MIE", 80, None),
            line("ROTI", 12, Some("2026-11-27")),
        ]),
    };
    let Made::Created(shipment) = hub.create_shipment("test", new).await.unwrap() else {
        panic!("made twice");
    };
    hub.confirm_shipment("test", &shipment.id, Vec::new())
        .await
        .unwrap();
    pair.shop.exchange_over(way).await.unwrap();
    shipment.id
}

async fn dispatched(pair: &Pair) -> String {
    dispatched_over(pair, &http()).await
}

/// A delivery on its way, whose notes came over `way`.
pub async fn dispatched_over(pair: &Pair, way: &impl Transport) -> String {
    let id = announced_over(pair, way).await;
    let hub = pair.hub.open().await;
    hub.dispatch_shipment("test", &id, Vec::new())
        .await
        .unwrap();
    pair.shop.exchange_over(way).await.unwrap();
    id
}

async fn position(shop: &Shop, sku: &str) -> (i64, i64, i64) {
    let stock = shop.stock_of(sku).await.unwrap();
    (stock.on_hand.0, stock.on_order.0, stock.in_transit.0)
}

fn recorded(outcome: Outcome<Delivery>) -> Delivery {
    match outcome {
        Outcome::Recorded(delivery) => delivery,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_announced_is_on_order_and_what_is_sent_is_in_transit() {
    let pair = Pair::new().await;
    let id = announced(&pair).await;
    assert_eq!(position(&pair.shop, "MIE").await, (1000, 80, 0));
    let hub = pair.hub.open().await;
    hub.dispatch_shipment("test", &id, Vec::new())
        .await
        .unwrap();
    pair.shop.exchange().await.unwrap();
    assert_eq!(position(&pair.shop, "MIE").await, (1000, 0, 80));
    let deliveries = pair
        .shop
        .deliveries(DeliveryQuery::default())
        .await
        .unwrap();
    assert_eq!(
        (deliveries.len(), deliveries[0].state.as_str()),
        (1, "dispatched")
    );
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_really_came_goes_into_stock_and_back_to_the_hub() {
    let pair = Pair::new().await;
    let id = dispatched(&pair).await;
    let receipt = json!({ "lines": [
        { "sku": "MIE", "received": 70, "damaged": 3 }, { "sku": "ROTI", "received": 12 },
    ] });
    let delivery = pair
        .shop
        .receive_delivery(&id, from(receipt.clone()))
        .await
        .unwrap();
    let delivery = recorded(delivery);
    assert_eq!(delivery.state, "received");
    assert_eq!(position(&pair.shop, "MIE").await, (1067, 0, 0));
    let bread = pair.shop.stock_of("ROTI").await.unwrap();
    assert_eq!(bread.on_hand, Quantity(12));
    assert_eq!(bread.lots[0].expires, Some("2026-11-27".parse().unwrap()));
    let product = pair.shop.product("ROTI").await.unwrap();
    assert_eq!((product.cost.0, product.units[0].price.0), (9000, 0));

    let again = pair
        .shop
        .receive_delivery(&id, from(receipt))
        .await
        .unwrap();
    assert!(matches!(again, Outcome::Already(_)), "{again:?}");
    let other = json!({ "lines": [{ "sku": "MIE", "received": 80 }] });
    let conflict = pair.shop.receive_delivery(&id, from(other)).await.unwrap();
    assert!(matches!(conflict, Outcome::Conflict(_)), "{conflict:?}");
    assert_eq!(on_hand(&pair.shop, "MIE").await, 1067);

    pair.shop.exchange().await.unwrap();
    assert_eq!(pair.stock_at_hub("MIE").await, 1067);
    assert_eq!(pair.stock_at_hub("ROTI").await, 12);
    let shipment = pair.hub.open().await.shipment(&id).await.unwrap();
    assert_eq!(format!("{:?}", shipment.state), "Short");
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_that_come_again_change_nothing() {
    let pair = Pair::new().await;
    let id = dispatched(&pair).await;
    let receipt = json!({ "lines": [{ "sku": "MIE", "received": 80 }] });
    recorded(
        pair.shop
            .receive_delivery(&id, from(receipt))
            .await
            .unwrap(),
    );
    let file = Shop::file(&pair.folder.path);
    let forget = "UPDATE sync_state SET cursor = ''";
    Connection::open(&file)
        .unwrap()
        .execute_batch(forget)
        .unwrap();
    let again = pair.shop.exchange().await.unwrap();
    assert!(again.notes > 0);
    assert_eq!(position(&pair.shop, "MIE").await, (1080, 0, 0));
    let deliveries = pair
        .shop
        .deliveries(DeliveryQuery::default())
        .await
        .unwrap();
    assert_eq!(deliveries[0].state, "received");
    assert_eq!(deliveries[0].lines[0].received, Some(Quantity(80)));
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_mentioned_did_not_come_and_what_was_not_announced_may() {
    let pair = Pair::new().await;
    let id = dispatched(&pair).await;
    super::product(&pair.shop, "GULA").await;
    let stranger = json!({ "lines": [{ "sku": "ENTAH", "received": 1 }] });
    let error = pair
        .shop
        .receive_delivery(&id, from(stranger))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("ENTAH"), "{error}");
    let receipt = json!({ "lines": [{ "sku": "GULA", "received": 4 }] });
    let delivery = recorded(
        pair.shop
            .receive_delivery(&id, from(receipt))
            .await
            .unwrap(),
    );
    let received: Vec<(&str, i64)> = delivery
        .lines
        .iter()
        .map(|line| (line.sku.as_str(), line.received.unwrap().0))
        .collect();
    assert_eq!(received, [("MIE", 0), ("ROTI", 0), ("GULA", 4)]);
    assert_eq!(position(&pair.shop, "MIE").await, (1000, 0, 0));
    assert_eq!(on_hand(&pair.shop, "GULA").await, 4);
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_cannot_be_is_refused_field_by_field() {
    let pair = Pair::new().await;
    let id = dispatched(&pair).await;
    let receipt = json!({ "lines": [
        { "sku": "MIE", "received": -1 },
        { "sku": "ROTI", "received": 2, "damaged": 3 },
        { "sku": "MIE", "received": 5 },
        { "sku": "", "received": 5 },
        { "sku": "GULA", "received": 2_000_000_000 },
    ] });
    let error = pair
        .shop
        .receive_delivery(&id, from(receipt))
        .await
        .unwrap_err()
        .to_string();
    for named in [
        "lines[0].received",
        "lines[1].damaged",
        "lines[2].sku",
        "lines[3].sku",
        "lines[4].received",
    ] {
        assert!(error.contains(named), "{named}: {error}");
    }
    assert_eq!(position(&pair.shop, "MIE").await, (1000, 0, 80));
    let nothing = json!({ "lines": [] });
    let error = pair
        .shop
        .receive_delivery("no-such", from(nothing))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("no-such"), "{error}");
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_delivery_is_no_longer_awaited_and_cannot_be_received() {
    let pair = Pair::new().await;
    let id = announced(&pair).await;
    let hub = pair.hub.open().await;
    hub.cancel_shipment("test", &id, "truk rusak")
        .await
        .unwrap();
    pair.shop.exchange().await.unwrap();
    assert_eq!(position(&pair.shop, "MIE").await, (1000, 0, 0));
    let receipt = json!({ "lines": [{ "sku": "MIE", "received": 80 }] });
    let error = pair
        .shop
        .receive_delivery(&id, from(receipt))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("cancelled"), "{error}");
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hubs_rhythm_holds_in_the_shops_plan() {
    let pair = Pair::new().await;
    pair.shop.exchange().await.unwrap();
    let before = pair.shop.plan_now(None).await.unwrap();
    assert_eq!(
        (before.policy.review_days, before.policy.lead_time_days),
        (7, 2)
    );
    let hub = pair.hub.open().await;
    let any_day = kulakan::hub::delivery_days::DeliveryDays::default();
    hub.set_delivery_policy("test", &pair.shop_id, Some(3), Some(1), any_day)
        .await
        .unwrap();
    pair.shop.exchange().await.unwrap();
    let after = pair.shop.plan_now(None).await.unwrap();
    assert_eq!(
        (after.policy.review_days, after.policy.lead_time_days),
        (3, 1)
    );
    pair.daemon.stop().await;
}
