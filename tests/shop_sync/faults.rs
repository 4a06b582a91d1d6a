//! Calls that go wrong on the way, wherever it happens.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kulakan::shop::transport::{Body, Call, HttpTransport, NoReply, Reply, Transport};
use kulakan::wire::exchange::Push;
use kulakan::wire::{EPOCHS_PATH, EVENTS_PATH, HEAD_PATH, NOTES_PATH};

use kulakan::clock::ManualClock;
use kulakan::shop::Shop;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::{NEVER, NOW, Pair, copy_of, deliveries, from, http, number, on_hand, sell};
use crate::harness::running::{ShopFolder, moment};

type Meddle = Box<dyn Fn(usize, &Call, Reply) -> Result<Reply, NoReply> + Send + Sync>;

/// The real way to the hub, on which answers are lost or changed after the hub has given them.
struct Meddled {
    way: HttpTransport,
    calls: Mutex<usize>,
    meddle: Meddle,
}

impl Meddled {
    fn new(
        meddle: impl Fn(usize, &Call, Reply) -> Result<Reply, NoReply> + Send + Sync + 'static,
    ) -> Self {
        Self {
            way: http(),
            calls: Mutex::new(0),
            meddle: Box::new(meddle),
        }
    }

    fn calls(&self) -> usize {
        *self.calls.lock().unwrap()
    }
}

impl Transport for Meddled {
    async fn call(&self, hub_url: &str, call: Call) -> Result<Reply, NoReply> {
        let number = {
            let mut calls = self.calls.lock().unwrap();
            *calls += 1;
            *calls
        };
        let reply = self.way.call(hub_url, call.clone()).await?;
        (self.meddle)(number, &call, reply)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_anywhere_loses_nothing_and_doubles_nothing() {
    let pair = Pair::new().await;
    let mut sold = 0;
    for lost in 1..=4 {
        for _ in 0..3 {
            sold += 1;
            sell(&pair.shop, &format!("s-{sold}")).await;
        }
        let way = Meddled::new(move |number, _, reply| {
            if number == lost {
                Err(NoReply::Timeout)
            } else {
                Ok(reply)
            }
        });
        let ended = pair.shop.exchange_over(&way).await;
        let status = pair.shop.sync_status().await.unwrap();
        // A push that timed out is tried again in halves, so the session itself may get over it.
        assert!(ended.is_err() || way.calls() > lost || status.backlog == 0);
        pair.shop.exchange().await.unwrap();
        assert_eq!(pair.shop.sync_status().await.unwrap().backlog, 0);
        assert_eq!(pair.sales_at_hub(), sold, "call {lost} was lost");
    }
    assert_eq!(pair.stock_at_hub("MIE").await, 1000 - sold);
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_epoch_whose_grant_was_lost_is_asked_for_again_and_is_the_same() {
    let pair = Pair::new().await;
    pair.shop.exchange().await.unwrap();
    let (backup, _) = copy_of(&Shop::file(&pair.folder.path));
    sell(&pair.shop, "lost").await;
    pair.shop.exchange().await.unwrap();

    let folder = ShopFolder::at(
        backup.path().to_owned(),
        ManualClock::at(moment(NOW)),
        NEVER,
    );
    let restored = folder.open().await;
    sell(&restored, "after").await;
    let way = Meddled::new(|_, call, reply| match call.path {
        EPOCHS_PATH => Err(NoReply::Timeout),
        _ => Ok(reply),
    });
    restored.exchange_over(&way).await.unwrap_err();
    assert_eq!(restored.sync_status().await.unwrap().epoch, 1);
    restored.exchange().await.unwrap();
    let status = restored.sync_status().await.unwrap();
    assert_eq!((status.epoch, status.backlog), (2, 0));
    assert_eq!(pair.sales_at_hub(), 2);
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_is_too_large_comes_in_halves() {
    let pair = Pair::new().await;
    for number in 0..40 {
        sell(&pair.shop, &format!("s-{number}")).await;
    }
    let sizes = Arc::new(Mutex::new(Vec::new()));
    let seen = sizes.clone();
    let way = Meddled::new(move |_, call, reply| {
        let Some(Body::Zstd(packed)) = &call.body else {
            return Ok(reply);
        };
        let push: Push = serde_json::from_slice(&zstd::decode_all(&packed[..]).unwrap()).unwrap();
        let mut seen = seen.lock().unwrap();
        seen.push(push.events.len());
        match seen.len() {
            1 | 2 => Ok(Reply {
                status: 413,
                retry_after: None,
                body: Vec::new(),
            }),
            3 => Err(NoReply::Timeout),
            _ => Ok(reply),
        }
    });
    pair.shop.exchange_over(&way).await.unwrap();
    let all = pair.shop.sync_status().await.unwrap().head_seq as usize;
    assert_eq!(sizes.lock().unwrap()[..4], [all, all / 2, all / 4, all / 8]);
    assert_eq!(pair.shop.sync_status().await.unwrap().backlog, 0);
    assert_eq!(pair.sales_at_hub(), 40);
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_asks_for_patience_gets_it() {
    let pair = Pair::new().await;
    let way = Meddled::new(|_, _, _| {
        Ok(Reply {
            status: 503,
            retry_after: Some(Duration::from_mins(2)),
            body: b"{}".to_vec(),
        })
    });
    pair.shop.exchange_over(&way).await.unwrap_err();
    let status = pair.shop.sync_status().await.unwrap();
    // Never earlier, and later by chance: the hub told other shops the same.
    let next = status.next_attempt_at.unwrap();
    assert!(
        ("2026-11-23T02:02:00.000Z".."2026-11-23T02:02:05.001Z").contains(&next.as_str()),
        "{next}"
    );
    assert_eq!(status.failures, 1);
    pair.shop.exchange().await.unwrap();
    let status = pair.shop.sync_status().await.unwrap();
    assert_eq!(
        (status.failures, status.next_attempt_at, status.last_error),
        (0, None, None)
    );
    pair.daemon.stop().await;
}

/// A hub that says it has everything, and keeps nothing.
struct Forgetful(HttpTransport);

impl Transport for Forgetful {
    async fn call(&self, hub_url: &str, call: Call) -> Result<Reply, NoReply> {
        if call.path != EVENTS_PATH {
            return self.0.call(hub_url, call).await;
        }
        let head = Call {
            path: HEAD_PATH,
            body: None,
            ..call
        };
        let mut reply = self.0.call(hub_url, head).await?;
        let mut body: Value = serde_json::from_slice(&reply.body).unwrap();
        body["ack_seq"] = json!(2);
        body["ack_hash"] = json!("ab".repeat(32));
        reply.body = serde_json::to_vec(&body).unwrap();
        Ok(reply)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgement_of_another_log_is_not_believed() {
    let pair = Pair::new().await;
    pair.shop
        .exchange_over(&Forgetful(http()))
        .await
        .unwrap_err();
    let status = pair.shop.sync_status().await.unwrap();
    assert_eq!((status.acked_seq, status.backlog), (0, status.head_seq));
    pair.shop.exchange().await.unwrap();
    assert_eq!(pair.shop.sync_status().await.unwrap().backlog, 0);
    assert_eq!(pair.stock_at_hub("MIE").await, 1000);
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_is_no_hub_is_named() {
    let pair = Pair::new().await;
    let way = Meddled::new(|_, _, _| {
        Ok(Reply {
            status: 200,
            retry_after: None,
            body: b"<html>".to_vec(),
        })
    });
    let error = pair.shop.exchange_over(&way).await.unwrap_err().to_string();
    assert!(error.contains("is no kulakan hub"), "{error}");
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_of_an_unknown_kind_is_set_aside_and_delays_no_other() {
    let pair = Pair::new().await;
    let file = pair.hub.folder.path().join("products.csv");
    let rows = "sku,name,unit,price\nA,Gula,pcs,100\nB,Kopi,pcs,200\n";
    std::fs::write(&file, rows).unwrap();
    let hub = pair.hub.open().await;
    hub.import(kulakan::hub::HubImport::Products, &file, false)
        .await
        .unwrap();
    let way = Meddled::new(|_, call, mut reply| {
        if call.path == NOTES_PATH {
            let mut page: Value = serde_json::from_slice(&reply.body).unwrap();
            if page["notes"][0]["position"] == 1 {
                page["notes"][0]["kind"] = json!("catalogue.of_the_future");
            }
            reply.body = serde_json::to_vec(&page).unwrap();
        }
        Ok(reply)
    });
    let done = pair.shop.exchange_over(&way).await.unwrap();
    assert_eq!(done.notes, 2);
    assert_eq!(pair.shop.sync_status().await.unwrap().quarantined, 1);
    let offered = number(
        &Shop::file(&pair.folder.path),
        "SELECT count(*) FROM hub_catalogue",
    );
    assert_eq!(offered, 1);
    let status = pair.shop.status().await.unwrap();
    let shown = &status.sync.set_aside[0];
    assert_eq!(
        (shown.position, shown.kind.as_str()),
        (1, "catalogue.of_the_future")
    );
    assert!(shown.reason.contains("unknown variant"), "{shown:?}");
    // It is kept as it came, and still not understood.
    assert_eq!(pair.shop.retry_notes().await.unwrap(), 0);
    assert_eq!(pair.shop.exchange().await.unwrap().notes, 0);
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_understood_late_undoes_nothing_of_what_came_after_it() {
    let pair = Pair::new().await;
    let of_the_future = Meddled::new(|_, call, mut reply| {
        if call.path == NOTES_PATH {
            let mut page: Value = serde_json::from_slice(&reply.body).unwrap();
            for note in page["notes"].as_array_mut().unwrap() {
                if note["kind"] == "delivery.announced" {
                    note["version"] = json!(9);
                }
            }
            reply.body = serde_json::to_vec(&page).unwrap();
        }
        Ok(reply)
    });
    let id = deliveries::dispatched_over(&pair, &of_the_future).await;
    assert_eq!(pair.shop.sync_status().await.unwrap().quarantined, 1);
    let receipt = json!({ "lines": [{ "sku": "MIE", "received": 80 }] });
    pair.shop
        .receive_delivery(&id, from(receipt))
        .await
        .unwrap();
    // The program is upgraded: what it could not read then it can now.
    let file = Shop::file(&pair.folder.path);
    let upgrade = "UPDATE notes SET version = 1";
    Connection::open(&file)
        .unwrap()
        .execute_batch(upgrade)
        .unwrap();
    assert_eq!(pair.shop.retry_notes().await.unwrap(), 1);
    let received = "SELECT count(*) FROM deliveries WHERE state = 'received'";
    assert_eq!(number(&file, received), 1);
    assert_eq!(on_hand(&pair.shop, "MIE").await, 1080);
    assert_eq!(pair.shop.sync_status().await.unwrap().quarantined, 0);
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_understood_only_after_it_was_cancelled_is_not_awaited() {
    let pair = Pair::new().await;
    let of_the_future = Meddled::new(|_, call, mut reply| {
        if call.path == NOTES_PATH {
            let mut page: Value = serde_json::from_slice(&reply.body).unwrap();
            for note in page["notes"].as_array_mut().unwrap() {
                if note["kind"] != "delivery.cancelled" {
                    note["version"] = json!(9);
                }
            }
            reply.body = serde_json::to_vec(&page).unwrap();
        }
        Ok(reply)
    });
    let id = deliveries::dispatched_over(&pair, &of_the_future).await;
    let hub = pair.hub.open().await;
    hub.cancel_shipment("test", &id, "truk rusak")
        .await
        .unwrap();
    pair.shop.exchange_over(&of_the_future).await.unwrap();
    let file = Shop::file(&pair.folder.path);
    Connection::open(&file)
        .unwrap()
        .execute_batch("UPDATE notes SET version = 1")
        .unwrap();
    assert!(pair.shop.retry_notes().await.unwrap() > 0);
    let awaited = "SELECT count(*) FROM deliveries WHERE state <> 'cancelled'";
    assert_eq!(number(&file, awaited), 0);
    pair.daemon.stop().await;
}
