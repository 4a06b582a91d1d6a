//! The warehouse: goods in, counted, adjusted, taken back; the stock is always the sum of its ledger.

use kulakan::hub::HubImport;
use kulakan::hub::store::warehouse::{self, MoveReason, StockMove};
use kulakan::hub::store::{self};
use kulakan::model::Quantity;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::hub_api::Distributor;
use super::super::hub_sync::{day, sku};

async fn on_hand(distributor: &Distributor, code: &str) -> i64 {
    let stock = distributor.get(&format!("/stock/{code}")).await;
    let lots: i64 = quantities(&stock["lots"]);
    assert_eq!(stock["on_hand"].as_i64().unwrap_or(0), lots, "{stock}");
    lots
}

fn quantities(rows: &Value) -> i64 {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["quantity"].as_i64().unwrap()).sum()
}

fn lots(stock: &Value) -> Vec<(String, String, i64)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = stock["lots"].as_array().unwrap().iter();
    rows.map(|row| {
        let quantity = row["quantity"].as_i64().unwrap();
        (text(&row["lot"]), text(&row["expires"]), quantity)
    })
    .collect()
}

fn lot(code: &str, expires: &str, quantity: i64) -> (String, String, i64) {
    (code.to_owned(), expires.to_owned(), quantity)
}

#[tokio::test]
async fn goods_in_are_kept_by_lot_and_date_and_taken_back_while_they_are_there() {
    let distributor = Distributor::start().await;
    let fresh = distributor.get("/stock/MIE").await;
    assert_eq!(
        (&fresh["counted"], &fresh["on_hand"]),
        (&json!(false), &Value::Null)
    );
    let id = Uuid::now_v7();
    let receipt = json!({ "id": id, "note": "Toko grosir", "lines": [
        { "sku": "ROTI", "quantity": 30, "lot": "B7", "expires": "2026-11-25" },
        { "sku": "ROTI", "quantity": 20, "lot": "B8", "expires": "2026-11-24" },
        { "sku": "MIE", "quantity": 80 },
    ]});
    let (status, first) = distributor.post("/stock/receipts", receipt.clone()).await;
    assert_eq!(
        (status, &first["kind"]),
        (201, &json!("receipt")),
        "{first}"
    );
    let (status, again) = distributor.post("/stock/receipts", receipt.clone()).await;
    assert_eq!((status, &again), (200, &first));
    let mut other = receipt.clone();
    other["lines"][0]["quantity"] = json!(31);
    assert_eq!(distributor.post("/stock/receipts", other).await.0, 409);
    let roti = distributor.get("/stock/ROTI").await;
    assert_eq!(
        lots(&roti),
        [lot("B8", "2026-11-24", 20), lot("B7", "2026-11-25", 30)]
    );
    assert_eq!(roti["expiring"], 50);
    assert_eq!(roti["next_expiry"], "2026-11-24");
    assert_eq!(roti["moves"][0]["actor"], "token test");

    let waste = json!({ "sku": "ROTI", "quantity": 25, "reason": "waste", "note": "jatuh" });
    let (status, wasted) = distributor.post("/stock/adjustments", waste).await;
    assert_eq!(status, 201, "{wasted}");
    let roti = distributor.get("/stock/ROTI").await;
    assert_eq!(
        lots(&roti),
        [lot("B7", "2026-11-25", 25)],
        "the first to expire leave first"
    );
    let undo = |id: &Value| format!("/stock/documents/{}/undo", id.as_str().unwrap());
    let (status, refused) = distributor.post(&undo(&first["id"]), json!({})).await;
    assert_eq!(status, 409);
    assert!(
        refused["detail"].as_str().unwrap().contains("ROTI"),
        "{refused}"
    );
    assert_eq!(
        on_hand(&distributor, "MIE").await,
        80,
        "nothing of a refused step is done"
    );
    for _ in 0..2 {
        assert_eq!(
            distributor.post(&undo(&wasted["id"]), json!({})).await.0,
            200
        );
        assert_eq!(on_hand(&distributor, "ROTI").await, 50);
    }
    assert_eq!(
        distributor.post(&undo(&first["id"]), json!({})).await.0,
        200
    );
    assert_eq!(
        on_hand(&distributor, "ROTI").await + on_hand(&distributor, "MIE").await,
        0
    );
    let seqs: Vec<i64> = distributor.get("/stock/ROTI").await["moves"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["seq"].as_i64().unwrap())
        .collect();
    assert_eq!(seqs, (1..=seqs.len() as i64).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_field_and_leaves_nothing() {
    let distributor = Distributor::start().await;
    let long = "x".repeat(41);
    let receipt = json!({ "lines": [
        { "sku": "MIE", "quantity": 10 },
        { "sku": "APA", "quantity": 0 },
        { "sku": "ROTI", "quantity": 5, "expires": "2026-11-21" },
        { "sku": "ROTI", "quantity": 1_000_000_001_i64, "lot": long, "expires": "9999-01-01" },
    ]});
    let (status, body) = distributor.post("/stock/receipts", receipt).await;
    let fields: Vec<&str> = body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    assert_eq!(status, 422);
    let wanted = [
        "lines[1].sku",
        "lines[1].quantity",
        "lines[2].expires",
        "lines[3].quantity",
        "lines[3].lot",
        "lines[3].expires",
    ];
    assert_eq!(fields, wanted);
    for (path, body) in [
        ("/stock/receipts", json!({ "lines": [] })),
        ("/stock/counts", json!({ "lines": [{ "sku": "MIE" }] })),
        (
            "/stock/counts",
            json!({ "lines": [{ "sku": "MIE", "counted": -1 }] }),
        ),
        (
            "/stock/counts",
            json!({ "lines": [{ "sku": "MIE", "counted": 1, "at_seq": 7 }] }),
        ),
        (
            "/stock/counts",
            json!({ "lines": [{ "sku": "MIE", "counted": 1 }, { "sku": "MIE", "counted": 2 }] }),
        ),
        (
            "/stock/adjustments",
            json!({ "sku": "MIE", "quantity": -1, "reason": "waste" }),
        ),
        (
            "/stock/adjustments",
            json!({ "sku": "MIE", "quantity": 0, "reason": "correction" }),
        ),
    ] {
        assert_eq!(
            distributor.post(path, body.clone()).await.0,
            422,
            "{path} {body}"
        );
    }
    assert_eq!(
        distributor.get("/stock/documents").await["items"],
        json!([])
    );
    assert_eq!(distributor.get("/stock/MIE").await["counted"], false);
}

#[tokio::test]
async fn a_count_holds_from_the_position_it_was_taken_at() {
    let distributor = Distributor::start().await;
    let receipt = json!({ "lines": [{ "sku": "MIE", "quantity": 100 }] });
    distributor.post("/stock/receipts", receipt).await;
    let seen = distributor.get("/stock/MIE").await["last_seq"].clone();
    // While the shelf is counted, a carton leaves.
    let gone = json!({ "sku": "MIE", "quantity": 40, "reason": "own_use" });
    distributor.post("/stock/adjustments", gone).await;
    let count = json!({ "lines": [{ "sku": "MIE", "counted": 97, "at_seq": seen }] });
    let (status, counted) = distributor.post("/stock/counts", count).await;
    assert_eq!(
        (status, &counted["lines"][0]["quantity"]),
        (201, &json!(-3)),
        "{counted}"
    );
    assert_eq!(on_hand(&distributor, "MIE").await, 57);
    let path = format!("/stock/documents/{}/undo", counted["id"].as_str().unwrap());
    assert_eq!(distributor.post(&path, json!({})).await.0, 409);
}

#[tokio::test]
async fn stock_below_zero_is_flagged_and_mended_by_a_count() {
    let distributor = Distributor::start().await;
    let receipt = json!({ "lines": [{ "sku": "ROTI", "quantity": 10, "lot": "B1", "expires": "2026-11-26" }] });
    distributor.post("/stock/receipts", receipt).await;
    let more = |beyond: bool| json!({ "sku": "ROTI", "quantity": 14, "reason": "own_use", "beyond_book": beyond });
    assert_eq!(
        distributor.post("/stock/adjustments", more(false)).await.0,
        409
    );
    assert_eq!(
        distributor.post("/stock/adjustments", more(true)).await.0,
        201
    );
    let roti = distributor.get("/stock/ROTI").await;
    assert_eq!(
        (lots(&roti), &roti["below_zero"]),
        (vec![lot("", "", -4)], &json!(true))
    );
    assert_eq!(roti["available"], 0);
    let receipt = json!({ "lines": [{ "sku": "ROTI", "quantity": 20, "lot": "B2", "expires": "2026-11-27" }] });
    distributor.post("/stock/receipts", receipt).await;
    let count = json!({ "lines": [{ "sku": "ROTI", "counted": 16 }] });
    let (_, counted) = distributor.post("/stock/counts", count).await;
    assert_eq!(
        counted["lines"][0]["quantity"], 0,
        "the book was right as a whole"
    );
    let roti = distributor.get("/stock/ROTI").await;
    assert_eq!(
        (lots(&roti), &roti["below_zero"]),
        (vec![lot("B2", "2026-11-27", 16)], &json!(false))
    );
}

#[tokio::test]
async fn an_opening_stock_is_imported_whole_or_not_at_all() {
    let distributor = Distributor::start().await;
    let wrong = "sku,quantity,expires,lot\nMIE,5,,\nAPA,1,,\nROTI,x,,\nROTI,1,kemarin,\n";
    let refused = distributor
        .import(HubImport::Stock, wrong)
        .await
        .unwrap_err()
        .to_string();
    for place in ["line 3, sku", "line 4, quantity", "line 5, expires"] {
        assert!(refused.contains(place), "{place} in {refused}");
    }
    assert_eq!(distributor.get("/stock/MIE").await["counted"], false);
    let opening = "sku,quantity,expires,lot\nGULA,12.5,,\nROTI,4,2026-11-24,B1\nROTI,6,2026-11-26,B2\nMIE,0,,\n";
    let report = distributor.import(HubImport::Stock, opening).await.unwrap();
    assert_eq!((report.rows, report.added), (4, 4));
    assert_eq!(on_hand(&distributor, "GULA").await, 12_500);
    assert_eq!(on_hand(&distributor, "ROTI").await, 10);
    assert_eq!(
        distributor.get("/stock/MIE").await["counted"],
        true,
        "nothing there is something known"
    );
    // Counted again: the lots that are not named are gone.
    let again = "sku;quantity;expires;lot\nROTI;5;2026-11-26;B2\n";
    distributor.import(HubImport::Stock, again).await.unwrap();
    assert_eq!(
        lots(&distributor.get("/stock/ROTI").await),
        [lot("B2", "2026-11-26", 5)]
    );
    assert_eq!(on_hand(&distributor, "GULA").await, 12_500);
}

/// What may happen to a product's stock.
#[derive(Debug, Clone)]
enum Happening {
    Post(u8, Option<u8>, i64),
    Take(i64),
    Reserve(u8, i64),
    Release(u8),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        (0..3_u8, prop::option::of(0..6_u8), -50..200_i64)
            .prop_map(|(lot, day, n)| Happening::Post(lot, day, n)),
        (0..150_i64).prop_map(Happening::Take),
        (0..3_u8, 0..80_i64).prop_map(|(subject, n)| Happening::Reserve(subject, n)),
        (0..3_u8).prop_map(Happening::Release),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_is_the_sum_of_the_ledger_and_what_is_taken_leaves_in_order_of_its_dates() {
    let distributor = Distributor::start().await;
    let hub = distributor.daemon.hub.clone();
    let handle = tokio::runtime::Handle::current();
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 60,
        ..ProptestConfig::default()
    });
    let products = std::cell::Cell::new(0);
    let ran = tokio::task::block_in_place(|| {
        runner.run(&prop::collection::vec(happening(), 1..25), |happenings| {
            products.set(products.get() + 1);
            let code = sku(&format!("P{}", products.get()));
            let job = store::write(hub.store(), move |tx| {
                let today = day("2026-11-22");
                let (mut sum, mut reserved) = (0, [0_i64; 3]);
                for happening in &happenings {
                    match *happening {
                        Happening::Post(lot, date, n) => {
                            let moved = StockMove {
                                sku: code.clone(),
                                lot: format!("L{lot}"),
                                expires: date.map(|date| {
                                    today + chrono::Days::new(date.into()) - chrono::Days::new(2)
                                }),
                                quantity: Quantity(n),
                                reason: MoveReason::Receipt,
                                reference: "r".to_owned(),
                            };
                            warehouse::post(tx, hub_now(), "test", &[moved])?;
                            sum += n;
                        }
                        Happening::Take(n) => {
                            let before = warehouse::lots(tx, &code)?;
                            let good: i64 = before
                                .iter()
                                .filter(|lot| !lot.is_expired(today))
                                .map(|lot| lot.quantity.0.max(0))
                                .sum();
                            let moves = warehouse::take(tx, today, &code, Quantity(n))?;
                            let out: i64 = moves.iter().map(|moved| -moved.quantity.0).sum();
                            assert_eq!(out, n, "all that was asked for leaves");
                            assert!(
                                moves
                                    .iter()
                                    .all(|moved| moved.expires.is_none_or(|date| date >= today))
                            );
                            let dates: Vec<_> = moves
                                .iter()
                                .map(|moved| (moved.expires.is_none(), moved.expires))
                                .collect();
                            assert!(dates.is_sorted(), "{dates:?}");
                            warehouse::post(tx, hub_now(), "test", &moves)?;
                            let after = warehouse::lots(tx, &code)?;
                            let below = |lots: &[warehouse::StockLot]| {
                                lots.iter().map(|lot| lot.quantity.0.min(0)).sum::<i64>()
                            };
                            assert_eq!(
                                below(&before) - below(&after),
                                (n - good).max(0).min(n),
                                "only what is not there is owed"
                            );
                            sum -= n;
                        }
                        Happening::Reserve(subject, n) => {
                            warehouse::reserve(
                                tx,
                                &code,
                                Quantity(n),
                                "order",
                                &format!("{code}-{subject}"),
                            )?;
                            reserved[usize::from(subject)] = n;
                        }
                        Happening::Release(subject) => {
                            warehouse::release(tx, "order", &format!("{code}-{subject}"))?;
                            reserved[usize::from(subject)] = 0;
                        }
                    }
                }
                let there = warehouse::availability(tx, today)?.get(&code).copied();
                let lots: i64 = warehouse::lots(tx, &code)?
                    .iter()
                    .map(|lot| lot.quantity.0)
                    .sum();
                assert_eq!(lots, sum);
                if warehouse::head(tx, &code)? > 0 {
                    let there = there.unwrap();
                    assert_eq!(there.on_hand.0, sum);
                    assert_eq!(there.reserved.0, reserved.iter().sum::<i64>());
                } else {
                    assert_eq!(there, None, "what never moved is not kept count of");
                }
                Ok(())
            });
            handle.block_on(job).unwrap();
            Ok(())
        })
    });
    ran.unwrap();
}

fn hub_now() -> chrono::DateTime<chrono::Utc> {
    "2026-11-22T03:00:00Z".parse().unwrap()
}
