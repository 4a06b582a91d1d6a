//! What events do to what the hub knows, and what happens to those that it cannot read.

use kulakan::hub::store::devices;
use kulakan::hub::store::events::{self, State};
use kulakan::hub::store::postings::Postings;
use kulakan::hub::store::projections::{self, DayRow};
use kulakan::hub::store::{self, shops};
use kulakan::model::{AdjustmentReason, BaseUnit, Quantity};
use kulakan::wire::event::{Fact, HistoryRow, LotMove, ProductFacts, ReceivedRow};
use uuid::Uuid;

use super::{Daemon, Shop, answer, day, known, part, receipt, sale, sku};

fn product(code: &str, name: &str) -> Fact {
    Fact::ProductDefined(ProductFacts {
        sku: sku(code),
        name: name.to_owned(),
        base_unit: BaseUnit::Piece,
        unit: "bungkus".to_owned(),
        unit_factor: 1,
        pack_name: "dus".to_owned(),
        pack_size: Quantity(40),
        minimum_order: Quantity(40),
        shelf_life_days: None,
        consignment: false,
        active: true,
    })
}

async fn names(daemon: &Daemon, shop: &Shop) -> Vec<String> {
    let id = shop.id.clone();
    let found = store::read(daemon.hub.store(), move |tx| projections::products(tx, &id)).await;
    found.unwrap().into_iter().map(|facts| facts.name).collect()
}

async fn states(daemon: &Daemon, shop: &Shop) -> Vec<(State, Option<String>)> {
    let device = shop.device;
    let stored = store::read(daemon.hub.store(), move |tx| {
        let device = devices::find(tx, device)?.unwrap();
        events::of_device(tx, &device)
    })
    .await;
    stored
        .unwrap()
        .into_iter()
        .map(|stored| (stored.state, stored.error))
        .collect()
}

fn row(code: &str, date: &str, figures: [i64; 5], moved: bool) -> DayRow {
    let [sold, imported, missed, net, inflow] = figures.map(Quantity);
    DayRow {
        sku: sku(code),
        date: day(date),
        sold,
        imported,
        missed,
        net,
        inflow,
        moved,
    }
}

#[tokio::test]
async fn every_kind_of_event_has_its_effect() {
    let daemon = Daemon::start().await;
    let mut shop = daemon.shop("Warung Bu Sri").await;
    let (monday, tuesday) = (day("2026-11-23"), day("2026-11-24"));
    let dated = |quantity| LotMove {
        expires: Some(day("2026-12-31")),
        ..part("A", quantity)
    };
    let history = |quantity| Fact::HistoryImported {
        rows: vec![HistoryRow {
            sku: sku("A"),
            date: monday,
            quantity: Quantity(quantity),
        }],
    };
    shop.record_on(monday, &product("A", "Mi goreng"));
    shop.record_on(
        monday,
        &Fact::PolicySet(serde_json::json!({ "review_days": 5 })),
    );
    let moves = vec![dated(40), part("A", 2)];
    shop.record_on(monday, &Fact::StockReceived { moves });
    let moves = vec![dated(-6), part("A", -1)];
    let sale_id = "s-1".to_owned();
    shop.record_on(monday, &Fact::SaleRecorded { sale_id, moves });
    shop.record_on(
        tuesday,
        &Fact::SaleVoided {
            sale_id: "s-1".to_owned(),
            sale_date: monday,
            moves: vec![dated(2)],
        },
    );
    shop.record_on(
        tuesday,
        &Fact::StockCounted {
            moves: vec![dated(-3), part("B", 5)],
        },
    );
    shop.record_on(
        tuesday,
        &Fact::StockAdjusted {
            reason: AdjustmentReason::Correction,
            moves: vec![part("B", 1)],
        },
    );
    shop.record_on(
        tuesday,
        &Fact::StockAdjusted {
            reason: AdjustmentReason::Waste,
            moves: vec![part("B", -2)],
        },
    );
    shop.record_on(
        tuesday,
        &Fact::DemandMissed {
            sku: sku("C"),
            quantity: Quantity(4),
        },
    );
    shop.record_on(tuesday, &history(30));
    shop.record_on(tuesday, &history(20));
    shop.record_on(
        tuesday,
        &Fact::PlanSaved {
            plan_id: "p-1".to_owned(),
            lines: vec![],
        },
    );
    shop.record_on(
        tuesday,
        &Fact::DeliveryReceived {
            shipment_id: "unknown".to_owned(),
            lines: vec![],
            moves: vec![part("B", 10)],
        },
    );
    let (status, body) = daemon.push(&shop, 0..shop.log.len()).await;
    assert_eq!(status, 200, "{body}");

    let (lots, days) = known(&daemon.hub, &shop.id).await;
    let lots: Vec<(&str, Option<_>, i64)> = lots
        .iter()
        .map(|lot| (lot.sku.as_str(), lot.expires, lot.quantity.0))
        .collect();
    let new_year = Some(day("2026-12-31"));
    assert_eq!(lots, [("A", None, 1), ("A", new_year, 33), ("B", None, 14)]);
    assert_eq!(
        days,
        [
            row("A", "2026-11-23", [7 - 2, 20, 0, 42 - 7, 42], true),
            row("A", "2026-11-24", [0, 0, 0, 2 - 3, 0], true),
            row("B", "2026-11-24", [0, 0, 0, 14, 16], true),
            row("C", "2026-11-24", [0, 0, 4, 0, 0], false),
        ]
    );
    assert_eq!(names(&daemon, &shop).await, ["Mi goreng"]);
    let id = shop.id.clone();
    let found = store::read(daemon.hub.store(), move |tx| shops::get(tx, &id)).await;
    assert_eq!(found.unwrap().policy_json.unwrap(), r#"{"review_days":5}"#);
    let last = states(&daemon, &shop).await.pop().unwrap();
    assert_eq!(last.0, State::Applied);
    assert!(last.1.unwrap().contains("shipment unknown is unknown"));
}

#[tokio::test]
async fn an_event_that_cannot_be_applied_is_set_aside_and_delays_no_other() {
    let daemon = Daemon::start().await;
    let mut shop = daemon.shop("Warung Bu Sri").await;
    shop.record(&receipt("A", 10));
    let today = day("2026-11-22");
    let mut poison = |kind: &str, version: u32, payload: &str| {
        shop.record_raw(Uuid::now_v7(), today, kind, version, payload);
    };
    poison("sale.recorded", 2, r#"{"sale_id":"x","moves":[]}"#);
    poison("moon.landed", 1, "{}");
    poison("sale.recorded", 1, "no json");
    poison(
        "sale.recorded",
        1,
        r#"{"sale_id":"x","moves":[{"sku":"a/b","quantity":-1}]}"#,
    );
    poison(
        "sale.recorded",
        1,
        r#"{"sale_id":"x","moves":[{"sku":"A","quantity":-9000000000000}]}"#,
    );
    poison(
        "demand.missed",
        1,
        r#"{"sku":"A","quantity":9223372036854775807}"#,
    );
    poison("policy.set", 1, "7");
    let expires = r#"{"moves":[{"sku":"A","expires":"+99999-01-01","quantity":1}]}"#;
    poison("stock.received", 1, expires);
    let aside = shop.log.len() - 1;
    shop.record(&sale("A", 3));
    let (status, body) = daemon.push(&shop, 0..shop.log.len()).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(daemon.stock(&shop, "A").await, 7);
    let states = states(&daemon, &shop).await;
    assert_eq!(
        (states[0].0, states[aside + 1].0),
        (State::Applied, State::Applied)
    );
    for (state, error) in &states[1..=aside] {
        assert_eq!(*state, State::Quarantined);
        assert!(error.is_some());
    }
    let id = shop.id.clone();
    let count = store::read(daemon.hub.store(), move |tx| {
        events::quarantined_count(tx, &id)
    });
    assert_eq!(count.await.unwrap(), aside as i64);
}

#[tokio::test]
async fn what_is_set_aside_is_shown_with_its_place_and_its_reason() {
    let daemon = Daemon::start().await;
    let mut shop = daemon.shop("Warung Bu Sri").await;
    shop.record(&receipt("A", 10));
    shop.record_raw(Uuid::now_v7(), day("2026-11-22"), "moon.landed", 3, "{}");
    assert_eq!(daemon.push(&shop, 0..2).await.0, 200);
    let token = daemon.hub.create_token("test").await.unwrap();
    let (status, body) = answer(daemon.get("/api/v1/quarantine", &token)).await;
    assert_eq!(status, 200, "{body}");
    let items = body["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{body}");
    assert_eq!(items[0]["shop_name"], "Warung Bu Sri");
    assert_eq!(items[0]["device"], shop.device.to_string());
    let place = (&items[0]["seq"], &items[0]["kind"], &items[0]["version"]);
    assert_eq!(place, (&2.into(), &"moon.landed".into(), &3.into()));
    let reason = items[0]["reason"].as_str().unwrap();
    assert!(reason.contains("moon.landed"), "{reason}");
    let (_, status) = answer(daemon.get("/api/v1/status", &token)).await;
    assert_eq!(status["quarantined"], 1);
    assert_eq!(status["set_aside"], body["items"]);
    let told = kulakan::hub::render::status(&daemon.hub.status().await.unwrap());
    assert!(told.contains("moon.landed v3"), "{told}");
}

#[tokio::test]
async fn quarantine_is_tried_again_at_each_start_and_settings_keep_their_order() {
    let daemon = Daemon::start().await;
    let mut shop = daemon.shop("Warung Bu Sri").await;
    shop.record(&product("A", "first"));
    shop.record(&product("A", "second"));
    shop.record(&receipt("A", 5));
    shop.record(&product("A", "third"));
    assert_eq!(daemon.push(&shop, 0..4).await.0, 200);
    // As an older program would have left them that understood neither the second nor the third.
    let (device, id) = (shop.device, shop.id.clone());
    store::write(daemon.hub.store(), move |tx| {
        let device = devices::find(tx, device)?.unwrap();
        for stored in events::of_device(tx, &device)?.iter().skip(1).take(2) {
            events::set_state(tx, stored, State::Quarantined, Some("unknown"))?;
            let undo = "DELETE FROM applied_events WHERE tenant_id = tenant() AND event_id = $1";
            tx.execute(undo, &[stored.event.event_id.into()])?;
        }
        let mut undone = Postings::default();
        for lot in projections::lots(tx, &id)? {
            undone.add_to_lot(&lot.sku, lot.expires, -lot.quantity);
        }
        undone.write(tx, &id)
    })
    .await
    .unwrap();
    assert_eq!(daemon.stock(&shop, "A").await, 0);

    let daemon = daemon.restart().await;
    // The daemon answers only after it has tried.
    assert_eq!(daemon.push(&shop, 0..4).await.0, 200);
    assert_eq!(daemon.stock(&shop, "A").await, 5);
    assert_eq!(names(&daemon, &shop).await, ["third"]);
    let states = states(&daemon, &shop).await;
    assert!(
        states
            .iter()
            .all(|(state, error)| *state == State::Applied && error.is_none())
    );
}

#[tokio::test]
async fn a_receipt_closes_its_shipment() {
    let daemon = Daemon::start().await;
    let mut shop = daemon.shop("Warung Bu Sri").await;
    let id = shop.id.clone();
    store::write(daemon.hub.store(), move |tx| {
        for shipment in ["whole", "part", "broken"] {
            tx.execute(
                "INSERT INTO shipments (tenant_id, id, shop_id, state, plan_date, expected_on, created_at_utc, request_hash)
                 VALUES (tenant(), $1, $2, 'dispatched', '2026-11-20', '2026-11-22', '2026-11-20T00:00:00.000Z', $3)",
                &[shipment.into(), (&id).into(), Vec::new().into()],
            )?;
            for (line, code) in [(1, "A"), (2, "B")] {
                tx.execute(
                    "INSERT INTO shipment_lines (tenant_id, shop_id, shipment_id, line_no, sku, name, recommended,
                         quantity)
                     VALUES (tenant(), $1, $2, $3, $4, $4, 10, 10)",
                    &[(&id).into(), shipment.into(), line.into(), code.into()],
                )?;
            }
        }
        Ok(())
    })
    .await
    .unwrap();
    let came = |code: &str, received, damaged| ReceivedRow {
        sku: sku(code),
        received: Quantity(received),
        damaged: Quantity(damaged),
    };
    let deliver = |shipment: &str, lines: Vec<ReceivedRow>| Fact::DeliveryReceived {
        shipment_id: shipment.to_owned(),
        moves: lines
            .iter()
            .map(|line| part(line.sku.as_str(), line.received.0 - line.damaged.0))
            .collect(),
        lines,
    };
    shop.record(&deliver("whole", vec![came("A", 10, 0), came("B", 12, 2)]));
    shop.record(&deliver("part", vec![came("A", 10, 1), came("C", 3, 0)]));
    shop.record(&deliver("part", vec![came("A", 1, 0)]));
    shop.record(&deliver("broken", vec![came("A", 10, 1), came("B", 10, 0)]));
    assert_eq!(daemon.push(&shop, 0..4).await.0, 200);

    let rows = store::read(daemon.hub.store(), |tx| {
        let lines = tx.query(
            "SELECT s.id, s.state, l.sku, l.received, l.damaged FROM shipments s
             JOIN shipment_lines l ON l.shipment_id = s.id ORDER BY s.id DESC, l.line_no",
            &[],
        )?;
        lines
            .iter()
            .map(|row| {
                let figures = (row.integer("received")?, row.integer("damaged")?);
                Ok((
                    row.text("id")?,
                    row.text("state")?,
                    row.text("sku")?,
                    figures,
                ))
            })
            .collect::<kulakan::error::Result<Vec<_>>>()
    })
    .await
    .unwrap();
    let rows: Vec<(&str, &str, &str, (i64, i64))> = rows
        .iter()
        .map(|(id, state, sku, figures)| (&**id, &**state, &**sku, *figures))
        .collect();
    assert_eq!(
        rows,
        [
            ("whole", "received", "A", (10, 0)),
            ("whole", "received", "B", (12, 2)),
            ("part", "short", "A", (10, 1)),
            ("part", "short", "B", (0, 0)),
            ("part", "short", "C", (3, 0)),
            ("broken", "short", "A", (10, 1)),
            ("broken", "short", "B", (10, 0)),
        ]
    );
    assert_eq!(daemon.stock(&shop, "A").await, 10 + 9 + 1 + 9);
    assert!(
        states(&daemon, &shop).await[2]
            .1
            .as_ref()
            .unwrap()
            .contains("before")
    );
}
