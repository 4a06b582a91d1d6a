//! Pushes and epochs: what is taken, what is skipped, what is refused.

use chrono::Duration;
use kulakan::hub::store::{self, audit, devices, events, shops};
use kulakan::wire::event::Hash;
use kulakan::wire::exchange::{EpochReply, EpochRequest, Head, Rejection, RejectionBody};
use kulakan::wire::{CLOCK_HEADER, EPOCHS_PATH, EVENTS_PATH, HEAD_PATH, MAX_DECOMPRESSED_BYTES};
use serde_json::Value;
use uuid::Uuid;

use crate::harness::backend::Backend;

use super::{Daemon, Shop, answer, day, known, receipt, sale};

fn rejected(answer: (u16, Value)) -> (Rejection, Head) {
    assert_eq!(answer.0, 409, "{}", answer.1);
    let body: RejectionBody = serde_json::from_value(answer.1).unwrap();
    (body.code.unwrap(), body.head.unwrap())
}

fn taken(answer: &(u16, Value)) -> (i64, Hash) {
    assert_eq!(answer.0, 200, "{}", answer.1);
    let hash = Hash::parse(answer.1["ack_hash"].as_str().unwrap()).unwrap();
    (answer.1["ack_seq"].as_i64().unwrap(), hash)
}

async fn shop_with_sales(daemon: &Daemon, sales: usize) -> Shop {
    let mut shop = daemon.shop("Warung Bu Sri").await;
    shop.record(&receipt("A", 100));
    for _ in 0..sales {
        shop.record(&sale("A", 1));
    }
    shop
}

async fn ask_epoch(daemon: &Daemon, shop: &Shop, seen: Head, nonce: Uuid) -> (u16, Value) {
    let request = EpochRequest { seen, nonce };
    answer(daemon.post(EPOCHS_PATH, &shop.token).json(&request)).await
}

fn granted(answer: (u16, Value)) -> Head {
    assert_eq!(answer.0, 200, "{}", answer.1);
    serde_json::from_value::<EpochReply>(answer.1).unwrap().head
}

#[tokio::test]
async fn a_push_is_acknowledged_with_the_shops_own_hash_and_overlap_is_skipped() {
    let daemon = Daemon::start().await;
    let shop = shop_with_sales(&daemon, 9).await;
    assert_eq!(taken(&daemon.push(&shop, 0..4).await), (4, shop.hash_at(4)));
    assert_eq!(taken(&daemon.push(&shop, 2..7).await), (7, shop.hash_at(7)));
    assert_eq!(taken(&daemon.push(&shop, 0..3).await), (7, shop.hash_at(7)));
    assert_eq!(taken(&daemon.push(&shop, 7..7).await), (7, shop.hash_at(7)));
    assert_eq!(
        taken(&daemon.push(&shop, 0..10).await),
        (10, shop.hash_at(10))
    );
    assert_eq!(daemon.stock(&shop, "A").await, 91);
    let (_, body) = answer(daemon.get(HEAD_PATH, &shop.token)).await;
    assert_eq!(body["seq"], 10);
    assert_eq!(body["hash"], shop.hash_at(10).to_string());
    assert_eq!(body["server_time"], "2026-11-22T03:00:00.000Z");
}

#[tokio::test]
async fn a_gap_and_a_fork_are_answered_with_the_head_and_change_nothing() {
    let daemon = Daemon::start().await;
    let shop = shop_with_sales(&daemon, 9).await;
    taken(&daemon.push(&shop, 0..5).await);
    let head = Head {
        epoch: 1,
        seq: 5,
        hash: shop.hash_at(5),
    };
    assert_eq!(
        rejected(daemon.push(&shop, 6..8).await),
        (Rejection::Gap, head)
    );

    // Another history from the third event on.
    let mut clone = shop.clone();
    clone.log.truncate(2);
    for _ in 0..6 {
        clone.record(&sale("A", 2));
    }
    for range in [0..8, 2..4, 4..8, 5..8] {
        let answer = rejected(daemon.push(&clone, range.clone()).await);
        assert_eq!(answer, (Rejection::Fork, head), "{range:?}");
    }
    let mut lying = shop.push(5..6);
    lying.prev_hash = shop.hash_at(4);
    assert_eq!(
        rejected(daemon.send(&shop, &lying).await),
        (Rejection::Fork, head)
    );
    let mut first_lying = shop.push(0..1);
    first_lying.prev_hash = shop.hash_at(4);
    let answer = rejected(daemon.send(&shop, &first_lying).await);
    assert_eq!(answer, (Rejection::Fork, head));
    assert_eq!(daemon.stock(&shop, "A").await, 96);
    taken(&daemon.push(&shop, 5..10).await);
}

#[tokio::test]
async fn a_wrong_envelope_is_refused_whole() {
    let daemon = Daemon::start().await;
    let shop = shop_with_sales(&daemon, 3).await;
    let mut skipping = shop.push(0..3);
    skipping.events.remove(1);
    let (status, body) = daemon.send(&shop, &skipping).await;
    assert_eq!(status, 422);
    assert_eq!(body["errors"][0]["field"], "events[1].seq");
    let mut below = shop.push(0..0);
    below.from_seq = 0;
    assert_eq!(daemon.send(&shop, &below).await.0, 422);
    let request = daemon.post(EVENTS_PATH, &shop.token).body("no zstd");
    assert_eq!(answer(request).await.0, 400);
    let not_a_push = zstd::encode_all(&b"{}"[..], 1).unwrap();
    let request = daemon.post(EVENTS_PATH, &shop.token).body(not_a_push);
    assert_eq!(answer(request).await.0, 400);
    assert_eq!(daemon.stock(&shop, "A").await, 0);
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_a_single_large_event_is_not() {
    let daemon = Daemon::start().await;
    let mut shop = shop_with_sales(&daemon, 500).await;
    assert_eq!(daemon.push(&shop, 0..501).await.0, 413);
    let bomb = zstd::encode_all(&vec![b' '; MAX_DECOMPRESSED_BYTES + 1][..], 1).unwrap();
    assert!(bomb.len() < 10_000);
    let request = daemon.post(EVENTS_PATH, &shop.token).body(bomb);
    assert_eq!(answer(request).await.0, 413);

    // Three megabytes that hardly compress.
    let mut noise = 1_u64;
    let names: Vec<String> = (0..190_000)
        .map(|_| {
            noise = noise
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            format!("{noise:016x}")
        })
        .collect();
    shop.log.clear();
    let big = names.concat();
    let payload = serde_json::json!({ "sale_id": big, "moves": [] }).to_string();
    shop.record_raw(
        Uuid::now_v7(),
        day("2026-11-22"),
        "sale.recorded",
        1,
        &payload,
    );
    shop.record(&receipt("A", 1));
    assert_eq!(
        daemon.push(&shop, 0..2).await.0,
        413,
        "not together with another"
    );
    assert_eq!(taken(&daemon.push(&shop, 0..1).await).0, 1);
    assert_eq!(taken(&daemon.push(&shop, 1..2).await).0, 2);
}

#[tokio::test]
async fn an_epoch_is_granted_by_compare_and_set_and_once_per_nonce() {
    let daemon = Daemon::start().await;
    let mut shop = shop_with_sales(&daemon, 9).await;
    taken(&daemon.push(&shop, 0..6).await);
    let head = Head {
        epoch: 1,
        seq: 6,
        hash: shop.hash_at(6),
    };
    let stale = Head {
        seq: 5,
        hash: shop.hash_at(5),
        ..head
    };
    let nonce = Uuid::now_v7();
    let answer = rejected(ask_epoch(&daemon, &shop, stale, nonce).await);
    assert_eq!(answer, (Rejection::Fork, head));

    let second = granted(ask_epoch(&daemon, &shop, head, nonce).await);
    assert_eq!((second.epoch, second.seq, second.hash), (2, 0, head.hash));
    assert_eq!(
        granted(ask_epoch(&daemon, &shop, head, nonce).await),
        second
    );
    let other = rejected(ask_epoch(&daemon, &shop, head, Uuid::now_v7()).await);
    assert_eq!(other, (Rejection::StaleEpoch, second));

    let before = shop.clone();
    assert_eq!(
        rejected(daemon.push(&before, 6..10).await),
        (Rejection::StaleEpoch, second)
    );
    shop.begin_epoch(2, second.hash, 4);
    let mut early = shop.push(0..1);
    early.epoch = 3;
    assert_eq!(
        rejected(daemon.send(&shop, &early).await),
        (Rejection::Fork, second)
    );
    let (seq, hash) = taken(&daemon.push(&shop, 0..6).await);
    assert_eq!((seq, hash), (6, shop.hash_at(6)));
    assert_eq!(
        daemon.stock(&shop, "A").await,
        91,
        "two of the six came before"
    );
    assert_eq!(
        granted(ask_epoch(&daemon, &shop, head, nonce).await),
        second
    );
    assert_eq!(
        taken(&daemon.push(&shop, 0..2).await).0,
        6,
        "overlap from the start"
    );

    let device = shop.device;
    let (stored, broken) = store::read(daemon.hub.store(), move |tx| {
        let known = devices::find(tx, device)?.unwrap();
        Ok((
            events::of_device(tx, &known)?,
            audit::first_broken_link(tx)?,
        ))
    })
    .await
    .unwrap();
    let states: Vec<events::State> = stored
        .iter()
        .filter(|stored| stored.epoch == 2)
        .map(|stored| stored.state)
        .collect();
    assert_eq!(states[..2], [events::State::Duplicate; 2]);
    assert_eq!(states[2..], [events::State::Applied; 4]);
    assert_eq!(broken, None);
}

#[tokio::test]
async fn a_restart_keeps_all_and_a_second_daemon_is_refused() {
    let daemon = Daemon::start().await;
    let shop = shop_with_sales(&daemon, 9).await;
    taken(&daemon.push(&shop, 0..6).await);
    let before = known(&daemon.hub, &shop.id).await;
    let (_, incarnation) = answer(daemon.get(HEAD_PATH, &shop.token)).await;

    if super::super::BACKEND == Backend::Sqlite {
        a_second_daemon_is_refused(&daemon).await;
    }

    let daemon = daemon.restart().await;
    assert_eq!(known(&daemon.hub, &shop.id).await, before);
    let (status, head) = answer(daemon.get(HEAD_PATH, &shop.token)).await;
    assert_eq!((status, &head["seq"]), (200, &6.into()));
    assert_eq!(head["incarnation"], incarnation["incarnation"]);
    assert_eq!(taken(&daemon.push(&shop, 4..10).await).0, 10);
    assert_eq!(daemon.stock(&shop, "A").await, 91);
}

/// The file of a folder is one daemon's alone; a server's database is for many.
async fn a_second_daemon_is_refused(daemon: &Daemon) {
    let config = kulakan::config::Config::for_folder(daemon.folder.path()).unwrap();
    let listener = kulakan::web::serve::listen("127.0.0.1:0".parse().unwrap())
        .await
        .unwrap();
    let already = tokio_util::sync::CancellationToken::new();
    already.cancel();
    let second = kulakan::hub::run(config, listener, daemon.clock.clone(), already);
    let refused = second.await.unwrap_err().to_string();
    assert!(
        refused.contains("another kulakan hub is running"),
        "{refused}"
    );
}

#[tokio::test]
async fn each_contact_is_noted_and_so_is_a_clock_that_is_off() {
    let daemon = Daemon::start().await;
    let shop = shop_with_sales(&daemon, 1).await;
    daemon.advance(Duration::hours(2));
    let request = daemon
        .get(HEAD_PATH, &shop.token)
        .header(CLOCK_HEADER, "2026-11-22T04:00:00Z");
    assert_eq!(answer(request).await.0, 200);
    daemon.advance(Duration::hours(1));
    taken(&daemon.push(&shop, 0..1).await);
    let id = shop.id.clone();
    let seen = store::read(daemon.hub.store(), move |tx| shops::get(tx, &id))
        .await
        .unwrap();
    let expected = super::start_of_time() + Duration::hours(3);
    assert_eq!(seen.last_contact, Some(expected));
    assert_eq!(seen.skew_seconds, Some(-3600));
    assert_eq!(seen.timezone, "Asia/Makassar");
}

#[tokio::test]
async fn no_shop_reaches_into_anothers_log() {
    let daemon = Daemon::start().await;
    let first = shop_with_sales(&daemon, 3).await;
    let mut second = daemon.shop("Toko Jaya").await;
    second.record(&receipt("A", 7));
    taken(&daemon.push(&first, 0..4).await);
    taken(&daemon.push(&second, 0..1).await);
    // The right token, the other's events: they do not hash to this device's chain.
    let (_, hash) = taken(
        &daemon
            .send(&second, &{
                let mut borrowed = first.push(1..2);
                borrowed.prev_hash = second.hash_at(1);
                borrowed
            })
            .await,
    );
    assert_ne!(hash, first.hash_at(2));
    assert_eq!(daemon.stock(&first, "A").await, 97);
    assert_eq!(daemon.stock(&second, "A").await, 7 - 1);
}

#[tokio::test]
async fn what_asks_for_much_memory_or_holds_a_nul_is_refused_and_leaves_nothing() {
    let daemon = Daemon::start().await;
    let shop = shop_with_sales(&daemon, 1).await;
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(25).unwrap();
    std::io::Write::write_all(&mut encoder, &serde_json::to_vec(&shop.push(0..1)).unwrap())
        .unwrap();
    let wide = encoder.finish().unwrap();
    let request = daemon.post(EVENTS_PATH, &shop.token).body(wide);
    assert_eq!(answer(request).await.0, 400);

    for (kind, payload) in [("sale\0", "{}"), ("sale.recorded", "\0")] {
        let mut odd = shop.clone();
        odd.log.clear();
        odd.record_raw(Uuid::now_v7(), day("2026-11-22"), kind, 1, payload);
        let (status, body) = daemon.push(&odd, 0..1).await;
        assert_eq!(
            (status, &body["errors"][0]["field"]),
            (422, &Value::from("events[0]"))
        );
    }
    assert_eq!(taken(&daemon.push(&shop, 0..1).await).0, 1);
}
