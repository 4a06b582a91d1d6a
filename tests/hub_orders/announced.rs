//! Every kind of event that is named is announced when it happens, once, to a system that really answers.

use std::collections::BTreeSet;

use chrono::Duration;
use kulakan::hub::HubImport;
use kulakan::hub::messages::KINDS;
use serde_json::{Value, json};
use uuid::Uuid;

use super::messages::with_calls;
use super::sinks::CallSink;
use super::{Distributor, morning};

/// What another system was told so far, in order: the kind and the whole call.
struct Listener {
    sink: CallSink,
    seconds: i64,
}

impl Listener {
    async fn of(distributor: &Distributor, kinds: Value) -> Self {
        let sink = CallSink::start().await;
        let new = json!({ "url": sink.url(), "kinds": kinds });
        distributor.api.post("/webhooks", new).await;
        Self { sink, seconds: 0 }
    }

    /// The calls, once there are `count` and nothing waits to be sent any more.
    async fn calls(&mut self, distributor: &Distributor, count: usize) -> Vec<(String, Value)> {
        self.seconds += 6;
        let later = morning() + Duration::seconds(self.seconds);
        distributor.clock.set(later);
        let sent = |list: &Value| {
            let mut items = list["items"].as_array().unwrap().iter();
            items.all(|message| message["channel"] != "webhook" || message["state"] == "sent")
        };
        distributor.api.until("/messages", sent).await;
        let calls = self.sink.calls(count).await;
        let calls: Vec<(String, Value)> = calls
            .iter()
            .map(|call| {
                let body: Value = serde_json::from_str(&call.body).unwrap();
                assert_eq!(
                    call.headers["kulakan-event"],
                    body["kind"].as_str().unwrap()
                );
                (body["kind"].as_str().unwrap().to_owned(), body)
            })
            .collect();
        calls
    }
}

async fn twice(distributor: &Distributor, path: &str, body: Value) -> Value {
    let first = distributor.api.post(path, body.clone()).await;
    distributor.api.post(path, body).await;
    first
}

fn id(made: &Value) -> &str {
    made["id"].as_str().unwrap()
}

async fn order_lives(distributor: &Distributor) {
    let made = json!([{ "sku": "KUE", "quantity": 1, "kind": "made" }]);
    let order = distributor.order(made, false).await;
    for (step, body) in [
        ("confirm", json!({})),
        ("stage", json!({ "sku": "KUE", "stage": 1 })),
        ("stage", json!({ "sku": "KUE", "stage": 2 })),
        ("ready", json!({})),
    ] {
        twice(distributor, &format!("/orders/{}/{step}", id(&order)), body).await;
    }
    let parcel = json!({ "id": Uuid::now_v7() });
    twice(distributor, &format!("/orders/{}/ship", id(&order)), parcel).await;
    twice(
        distributor,
        &format!("/orders/{}/deliver", id(&order)),
        json!({}),
    )
    .await;
    distributor.stock("MIE", 40).await;
    let order = distributor
        .order(json!([{ "sku": "MIE", "quantity": 40 }]), true)
        .await;
    let parcel = Uuid::now_v7();
    let path = |step: &str| format!("/orders/{}/{step}", id(&order));
    twice(distributor, &path("ship"), json!({ "id": parcel })).await;
    twice(distributor, &path("return"), json!({ "parcel": parcel })).await;
    twice(distributor, &path("cancel"), json!({ "reason": "salah" })).await;
}

async fn shipments_live(distributor: &Distributor) {
    let (shop, _) = distributor.hub.add_shop("Warung Ani").await.unwrap();
    let lines = json!([{ "sku": "TEH", "quantity": 3 }]);
    let new = json!({ "shop_id": shop, "lines": lines });
    let shipment = distributor.api.post("/shipments", new.clone()).await;
    let path = |step: &str| format!("/shipments/{}/{step}", id(&shipment));
    twice(distributor, &path("confirm"), json!({})).await;
    twice(distributor, &path("dispatch"), json!({})).await;
    let unloaded = json!({ "lines": [{ "sku": "TEH", "unloaded": 3 }] });
    twice(distributor, &path("unloaded"), unloaded).await;
    let shipment = distributor.api.post("/shipments", new).await;
    let path = format!("/shipments/{}/cancel", id(&shipment));
    twice(distributor, &path, json!({ "reason": "hujan" })).await;
}

async fn supplier_orders_live(distributor: &Distributor) -> (String, String) {
    let lines = json!([{ "sku": "MIE", "quantity": 80 }]);
    let new = json!({ "supplier": "Grosir Jaya", "lines": lines });
    let order = distributor.api.post("/supplier-orders", new.clone()).await;
    let path = |step: &str| format!("/supplier-orders/{}/{step}", id(&order));
    twice(distributor, &path("confirm"), json!({})).await;
    twice(distributor, &path("send"), json!({})).await;
    for quantity in [40, 40] {
        let lines = json!([{ "sku": "MIE", "quantity": quantity }]);
        let came = json!({ "id": Uuid::now_v7(), "lines": lines });
        twice(distributor, &path("receipts"), came).await;
    }
    let other = distributor.api.post("/supplier-orders", new).await;
    let off = format!("/supplier-orders/{}/cancel", id(&other));
    twice(distributor, &off, json!({ "reason": "harga naik" })).await;
    (id(&order).to_owned(), id(&other).to_owned())
}

async fn runs_live(distributor: &Distributor) {
    let file = distributor.folder.path().join("made.csv");
    std::fs::write(&file, "sku,line\nKUE,Oven\n").unwrap();
    distributor
        .hub
        .import(HubImport::Production, &file, false)
        .await
        .unwrap();
    let new = json!({ "line": "Oven", "lines": [{ "sku": "KUE", "quantity": 2 }] });
    let run = distributor.api.post("/production-plans", new.clone()).await;
    for step in ["confirm", "start", "finish"] {
        let path = format!("/production-plans/{}/{step}", id(&run));
        twice(distributor, &path, json!({})).await;
    }
    let path = format!("/production-plans/{}/take-back", id(&run));
    twice(distributor, &path, json!({})).await;
    let run = distributor.api.post("/production-plans", new).await;
    let path = format!("/production-plans/{}/cancel", id(&run));
    twice(distributor, &path, json!({ "reason": "oven rusak" })).await;
}

/// More leaves than was booked in, and then some more, and a count mends it.
async fn stock_goes_below_nothing(distributor: &Distributor) {
    let out = |quantity: i64| json!({ "id": Uuid::now_v7(), "sku": "GAS", "quantity": quantity, "reason": "waste", "beyond_book": true });
    distributor.stock("GAS", 5).await;
    for quantity in [7, 1] {
        twice(distributor, "/stock/adjustments", out(quantity)).await;
    }
    distributor.stock("GAS", 4).await;
}

#[tokio::test]
async fn every_kind_of_event_is_announced_when_it_happens() {
    let distributor = with_calls().await;
    let mut listener = Listener::of(&distributor, json!(["*"])).await;
    order_lives(&distributor).await;
    shipments_live(&distributor).await;
    supplier_orders_live(&distributor).await;
    runs_live(&distributor).await;
    stock_goes_below_nothing(&distributor).await;
    let calls = listener.calls(&distributor, KINDS.len()).await;
    let told: BTreeSet<&str> = calls.iter().map(|(kind, _)| kind.as_str()).collect();
    let named: BTreeSet<&str> = KINDS.iter().copied().collect();
    assert_eq!(told, named);
    let mut keys: Vec<(&str, &str)> = calls
        .iter()
        .map(|(kind, body)| (kind.as_str(), body["key"].as_str().unwrap()))
        .collect();
    keys.sort_unstable();
    let all = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), all, "each is told of once: {keys:?}");
    distributor.stop().await;
}

#[tokio::test]
async fn an_order_to_a_supplier_tells_of_each_step_once_and_of_each_delivery() {
    let distributor = with_calls().await;
    let mut listener = Listener::of(&distributor, json!(["supplier_order.*"])).await;
    let (order, other) = supplier_orders_live(&distributor).await;
    let calls = listener.calls(&distributor, 5).await;
    let of = |wanted: &str| -> Vec<(String, Value)> {
        let mine = calls
            .iter()
            .filter(|(_, body)| body["data"]["id"] == wanted);
        mine.map(|(kind, body)| (kind.clone(), body["data"].clone()))
            .collect()
    };
    let told = of(&order);
    let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "supplier_order.confirmed",
            "supplier_order.sent",
            "supplier_order.received",
            "supplier_order.received"
        ]
    );
    assert_eq!(
        (&told[0].1["number"], &told[0].1["supplier"]),
        (&json!("PO-2026-0001"), &json!("Grosir Jaya"))
    );
    let received: Vec<(&Value, &Value)> = told[2..]
        .iter()
        .map(|(_, data)| (&data["state"], &data["lines"][0]["received"]))
        .collect();
    assert_eq!(
        received,
        [
            (&json!("part_received"), &json!(40)),
            (&json!("received"), &json!(80))
        ]
    );
    let off = of(&other);
    assert_eq!(
        (off.len(), off[0].0.as_str(), &off[0].1["reason"]),
        (1, "supplier_order.cancelled", &json!("harga naik"))
    );
    distributor.stop().await;
}

#[tokio::test]
async fn stock_below_nothing_is_told_when_it_comes_about_and_again_only_after_it_was_mended() {
    let distributor = with_calls().await;
    let mut listener = Listener::of(&distributor, json!(["stock.negative"])).await;
    stock_goes_below_nothing(&distributor).await;
    let calls = listener.calls(&distributor, 1).await;
    assert_eq!(calls.len(), 1, "{calls:?}");
    let data = &calls[0].1["data"];
    assert_eq!(
        (&data["sku"], &data["quantity"], &data["reason"]),
        (&json!("GAS"), &json!(-2), &json!("adjustment"))
    );
    stock_goes_below_nothing(&distributor).await;
    let calls = listener.calls(&distributor, 2).await;
    assert_eq!(calls.len(), 2, "{calls:?}");
    distributor.stop().await;
}

#[test]
fn the_papers_name_the_kinds_that_there_are() {
    let text = std::fs::read_to_string("docs/webhooks.md").unwrap();
    let (_, kinds) = text.split_once("## Kinds").unwrap();
    let named: BTreeSet<&str> = kinds
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.contains('.') && !word.contains('*'))
        .collect();
    assert_eq!(named, KINDS.iter().copied().collect());
}
