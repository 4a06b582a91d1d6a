//! An order's life, step by step, for each kind of line.

use serde_json::json;
use uuid::Uuid;

use super::{Distributor, figures};

#[tokio::test]
async fn what_is_there_is_backlog_and_the_rest_a_backorder_with_a_promised_date() {
    let distributor = Distributor::start().await;
    distributor.stock("MIE", 60).await;
    let order = distributor
        .order(json!([{ "sku": "MIE", "quantity": 100 }]), false)
        .await;
    assert_eq!(
        (&order["phase"], &order["number"], figures(&order)),
        (&json!("received"), &json!("SO-2026-0001"), [0, 0, 100, 0])
    );
    assert_eq!(distributor.in_warehouse("MIE").await, (60, 0));
    let (status, order) = distributor.step(&order, "confirm", json!({})).await;
    assert_eq!((status, figures(&order)), (200, [60, 0, 40, 0]), "{order}");
    let line = &order["lines"][0];
    assert_eq!(
        (
            &line["promised_on"],
            &line["promised_by"],
            &line["promise_reference"]
        ),
        (
            &json!("2026-11-26"),
            &json!("lead_time"),
            &json!("Grosir Jaya")
        )
    );
    assert_eq!(distributor.in_warehouse("MIE").await, (60, 60));
    let backlog = distributor.api.get("/backlog").await;
    assert_eq!(
        (&backlog["backlog_value"], &backlog["backorder_value"]),
        (&json!(60 * 3100), &json!(40 * 3100))
    );
    assert_eq!(
        (
            &backlog["items"][0]["blocker"],
            &backlog["items"][0]["blocked_by"]
        ),
        (&json!("not_ordered"), &json!("Grosir Jaya"))
    );
    assert_eq!(
        (
            &backlog["missed"][0]["sku"],
            &backlog["missed"][0]["orders"]
        ),
        (&json!("MIE"), &json!(1))
    );
    // A part leaves, once however often it is sent.
    let parcel = json!({ "id": Uuid::now_v7(), "lines": [{ "sku": "MIE", "quantity": 50 }] });
    for _ in 0..2 {
        let (status, order) = distributor.step(&order, "ship", parcel.clone()).await;
        assert_eq!((status, figures(&order)), (200, [10, 50, 40, 0]), "{order}");
    }
    assert_eq!(distributor.in_warehouse("MIE").await, (10, 10));
    let (status, problem) = distributor.step(&order, "ready", json!({})).await;
    assert_eq!((status, &problem["phase"]), (409, &json!("confirmed")));
    // Goods come in: the order gets them without anybody's help.
    distributor.stock("MIE", 100).await;
    distributor
        .clock
        .set(super::morning() + chrono::Duration::minutes(2));
    let path = format!("/orders/{}", order["id"].as_str().unwrap());
    let order = distributor
        .api
        .until(&path, |order| figures(order) == [50, 50, 0, 0])
        .await;
    let (status, order) = distributor.step(&order, "ready", json!({})).await;
    assert_eq!((status, &order["phase"]), (200, &json!("ready")));
    let (_, order) = distributor
        .step(&order, "ship", json!({ "id": Uuid::now_v7() }))
        .await;
    assert_eq!(
        (&order["phase"], figures(&order)),
        (&json!("shipped"), [0, 100, 0, 0])
    );
    assert_eq!(distributor.in_warehouse("MIE").await, (60, 0));
    for _ in 0..2 {
        let (status, order) = distributor.step(&order, "deliver", json!({})).await;
        assert_eq!((status, &order["phase"]), (200, &json!("delivered")));
    }
    let (status, _) = distributor
        .step(&order, "cancel", json!({ "reason": "late" }))
        .await;
    assert_eq!(status, 200, "nothing is open: nothing changes");
    assert_eq!(distributor.look(&order).await["phase"], json!("delivered"));
    distributor.stop().await;
}

#[tokio::test]
async fn what_is_made_to_order_goes_through_its_stages_and_no_other_way() {
    let distributor = Distributor::start().await;
    let lines = json!([{ "sku": "KUE", "quantity": 1, "kind": "made" }]);
    let order = distributor.order(lines, true).await;
    assert_eq!(order["lines"][0]["promised_by"], json!("production"));
    let (status, problem) = distributor
        .step(&order, "stage", json!({ "sku": "KUE", "stage": 2 }))
        .await;
    assert_eq!(status, 409, "{problem}");
    for (stage, phase, done) in [
        (1, "in_production", 0),
        (1, "in_production", 0),
        (2, "confirmed", 1),
    ] {
        let body = json!({ "sku": "KUE", "stage": stage });
        let (status, order) = distributor.step(&order, "stage", body).await;
        assert_eq!(
            (status, &order["phase"], figures(&order)[0]),
            (200, &json!(phase), done),
            "{order}"
        );
    }
    let (status, _) = distributor
        .step(&order, "stage", json!({ "sku": "KUE", "stage": 9 }))
        .await;
    assert_eq!(status, 422);
    let (_, order) = distributor.step(&order, "ready", json!({})).await;
    let (_, order) = distributor
        .step(&order, "ship", json!({ "id": Uuid::now_v7() }))
        .await;
    assert_eq!(order["phase"], json!("shipped"));
    let phases: Vec<&str> = order["phases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["phase"].as_str().unwrap())
        .collect();
    assert_eq!(
        phases,
        [
            "confirmed",
            "in_production",
            "confirmed",
            "ready",
            "shipped"
        ]
    );
    distributor.stop().await;
}

#[tokio::test]
async fn what_a_supplier_sends_never_touches_the_warehouse_and_leaves_when_it_is_named() {
    let distributor = Distributor::start().await;
    distributor.stock("GAS", 5).await;
    let lines = json!([{ "sku": "GAS", "quantity": 2, "kind": "dropship" }]);
    let order = distributor.order(lines, true).await;
    assert_eq!(
        (figures(&order), &order["lines"][0]["supplier"]),
        ([0, 0, 2, 0], &json!("Agen Gas"))
    );
    assert_eq!(
        order["lines"][0]["promised_on"],
        json!("2026-11-24"),
        "the supplier's lead time"
    );
    let (status, _) = distributor
        .step(&order, "ship", json!({ "id": Uuid::now_v7() }))
        .await;
    assert_eq!(
        status, 409,
        "the hub does not know that the supplier has sent it"
    );
    let named = json!({ "id": Uuid::now_v7(), "lines": [{ "sku": "GAS", "quantity": 2 }] });
    let (status, order) = distributor.step(&order, "ship", named).await;
    assert_eq!((status, &order["phase"]), (200, &json!("shipped")));
    assert_eq!(distributor.in_warehouse("GAS").await, (5, 0));
    let nobody = json!([{ "sku": "KUE", "quantity": 1, "kind": "dropship" }]);
    let body = json!({ "customer": { "name": "Ani" }, "lines": nobody });
    let (status, problem) = distributor.try_post("/orders", body).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (422, &json!("lines[0].supplier"))
    );
    distributor.stop().await;
}

#[tokio::test]
async fn a_parcel_that_comes_back_gives_each_lot_what_it_gave() {
    let distributor = Distributor::start().await;
    distributor.stock("MIE", 40).await;
    let order = distributor
        .order(json!([{ "sku": "MIE", "quantity": 40 }]), true)
        .await;
    let parcel = Uuid::now_v7();
    distributor
        .step(&order, "ship", json!({ "id": parcel }))
        .await;
    assert_eq!(distributor.in_warehouse("MIE").await, (0, 0));
    for _ in 0..2 {
        let (status, order) = distributor
            .step(&order, "return", json!({ "parcel": parcel }))
            .await;
        assert_eq!((status, figures(&order)), (200, [40, 0, 0, 0]), "{order}");
    }
    assert_eq!(distributor.in_warehouse("MIE").await, (40, 40));
    let (status, order) = distributor
        .step(&order, "cancel", json!({ "reason": "pembeli pindah" }))
        .await;
    assert_eq!(
        (status, &order["phase"], figures(&order)),
        (200, &json!("cancelled"), [0, 0, 0, 40])
    );
    assert_eq!(distributor.in_warehouse("MIE").await, (40, 0));
    distributor.stop().await;
}

#[tokio::test]
async fn the_same_order_again_is_one_order_and_another_under_its_id_is_refused() {
    let distributor = Distributor::start().await;
    let mut body = json!({
        "id": Uuid::now_v7(), "customer": { "name": "Pak Budi", "phone": "0812-3456-789" },
        "lines": [{ "sku": "TEH", "quantity": 3 }],
    });
    let (first, made) = distributor.try_post("/orders", body.clone()).await;
    let (again, same) = distributor.try_post("/orders", body.clone()).await;
    assert_eq!((first, again, &made), (201, 200, &same));
    body["lines"][0]["quantity"] = json!(4);
    assert_eq!(distributor.try_post("/orders", body).await.0, 409);
    let orders = distributor.api.get("/orders").await;
    assert_eq!(orders["items"].as_array().unwrap().len(), 1);
    let cases = [
        (json!([]), "lines"),
        (json!([{ "sku": "NONE", "quantity": 1 }]), "lines[0].sku"),
        (
            json!([{ "sku": "MIE", "quantity": 0 }]),
            "lines[0].quantity",
        ),
        (
            json!([{ "sku": "MIE", "quantity": 1 }, { "sku": "MIE", "quantity": 2 }]),
            "lines[1].sku",
        ),
        (
            json!([{ "sku": "MIE", "quantity": 2_000_000_000_000_i64 }]),
            "lines[0].quantity",
        ),
        (
            json!([{ "sku": "MIE", "quantity": 1, "price": -1 }]),
            "lines[0].price",
        ),
    ];
    for (lines, field) in cases {
        let body = json!({ "customer": { "name": "Ani" }, "lines": lines });
        let (status, problem) = distributor.try_post("/orders", body).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (422, &json!(field)),
            "{problem}"
        );
    }
    let (status, problem) = distributor
        .try_post(
            "/orders",
            json!({ "customer": { "name": "", "phone": "x" }, "lines": [{ "sku": "MIE", "quantity": 1 }] }),
        )
        .await;
    assert_eq!(status, 422, "{problem}");
    let (status, _) = distributor
        .try_post(
            "/orders",
            json!({ "shop_id": "nobody", "lines": [{ "sku": "MIE", "quantity": 1 }] }),
        )
        .await;
    assert_eq!(status, 404);
    distributor.stop().await;
}

#[tokio::test]
async fn what_a_shop_has_ordered_and_not_got_is_owed_to_it_on_top_of_its_plan() {
    let distributor = Distributor::start().await;
    let (shop, _) = distributor.hub.add_shop("Warung Sri").await.unwrap();
    let body =
        json!({ "shop_id": shop, "lines": [{ "sku": "MIE", "quantity": 7 }], "confirm": true });
    distributor.stock("MIE", 3).await;
    let order = distributor.api.post("/orders", body).await;
    assert_eq!(figures(&order), [3, 0, 4, 0]);
    let owed = {
        let id = shop.clone();
        kulakan::hub::store::read(distributor.hub.store(), move |tx| {
            kulakan::hub::store::order_board::owed_to_shop(tx, &id)
        })
        .await
        .unwrap()
    };
    assert_eq!(owed.values().map(|it| it.0).collect::<Vec<_>>(), [7]);
    distributor.stop().await;
}
