//! The exchanges of `docs/protocol.md` as they went over the line, in `tests/data/golden`: each file is a request and its
//! answer, byte for byte, in the order in which they happened. The shop must ask so, and the hub must answer so.
//!
//! Left out is what is no part of the protocol: the address, the program's name, the date header. What is compressed is
//! compared by its text, which another version of the compressor packs otherwise.
//!
//! To record anew, remove the files and run the tests of this module with `KULAKAN_RECORD=1`.

mod message;
mod sides;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use kulakan::shop::Shop;
use kulakan::wire::event::Hash;
use kulakan::wire::exchange::{EpochRequest, Head, PairRequest, Push};
use kulakan::wire::{EPOCHS_PATH, EVENTS_PATH, HEAD_PATH, NOTES_PATH, PAIR_PATH};
use rstest::rstest;
use serde::Serialize;

use super::{RECORD, data, files};
use message::{Exchange, Message, Tape, ask};
use sides::{CODE, DEVICE, FixedHub, FixedShop, NONCE, TOKEN, event};

fn recorded() -> BTreeMap<String, Exchange> {
    files("golden")
        .iter()
        .map(|path| {
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap();
            let bytes = std::fs::read(path).unwrap();
            let (request, rest) = Message::parse(&bytes).unwrap();
            let (answer, rest) = Message::parse(rest).unwrap();
            assert!(rest.is_empty(), "{name}");
            (name.to_owned(), Exchange { request, answer })
        })
        .collect()
}

fn keep(name: &str, exchange: &Exchange) {
    let folder = data("golden");
    std::fs::create_dir_all(&folder).unwrap();
    let bytes = [exchange.request.bytes(), exchange.answer.bytes()].concat();
    std::fs::write(folder.join(format!("{name}.http")), bytes).unwrap();
}

/// What a shop and its hub say to each other from pairing to a restored backup, in order.
const STORY: [&str; 12] = [
    "01-pairing",
    "02-head",
    "03-push",
    "04-notes",
    "05-head-nothing-new",
    "06-head-again",
    "07-push-of-one",
    "08-head-of-a-restored-shop",
    "09-epoch-granted",
    "10-head-of-the-new-epoch",
    "11-push-in-the-new-epoch",
    "12-log-of-the-other-copy",
];

/// Lives through the story with the hub, or with what is recorded of it, at `hub`.
async fn story(hub: SocketAddr) {
    let url = format!("http://{hub}");
    let folder = FixedShop::found().await;
    folder.append(1, &[event(0), event(1), event(2)]);
    folder.will_pair_with(&url);
    let shop = folder.open().await;
    shop.pair(&url, CODE).await.unwrap();
    shop.exchange().await.unwrap();
    assert_eq!(shop.exchange().await.unwrap().pushed, 0);
    drop(shop);
    let backup = folder.backup().await;
    folder.append(1, &[event(3)]);
    let shop = folder.open().await;
    assert_eq!(shop.exchange().await.unwrap().pushed, 1);
    // The backup is put into use on another machine, and sells on.
    backup.append(1, &[event(4)]);
    backup.will_ask_for_an_epoch_with(NONCE);
    let shop = backup.open().await;
    let done = shop.exchange().await.unwrap();
    assert_eq!(done.pushed, 1);
}

/// What no shop of this program says, or only in need: the requests, made by hand.
fn by_hand(told: &BTreeMap<String, Exchange>) -> Vec<(&'static str, Message)> {
    let base = |name: &str| {
        let text = told[name].answer.text();
        let reply: serde_json::Value = serde_json::from_slice(&text).unwrap();
        let head = reply.get("head").unwrap_or(&reply).clone();
        serde_json::from_value::<Head>(head).unwrap()
    };
    let granted = base("09-epoch-granted");
    let before = base("08-head-of-a-restored-shop");
    let first = event(4).with_seq(1);
    let link = first.hash(DEVICE, granted.epoch, granted.hash);
    let push = |epoch: i64, from_seq: i64, prev_hash: Hash, events| {
        packed(&Push {
            epoch,
            from_seq,
            prev_hash,
            events,
        })
    };
    let two = vec![first, event(5).with_seq(2)];
    let changed = vec![event(6).with_seq(1)];
    let ask_epoch = |seen: Head, nonce| {
        let body = serde_json::to_vec(&EpochRequest { seen, nonce }).unwrap();
        Message::post(EPOCHS_PATH, &body)
    };
    let pair = |code: &str, device: u128| {
        let request = PairRequest {
            code: code.to_owned(),
            device: uuid::Uuid::from_u128(device),
            name: "Warung Bu Sri".to_owned(),
            timezone: "Asia/Jakarta".to_owned(),
            token: TOKEN.replace('t', "u"),
        };
        Message::post(PAIR_PATH, &serde_json::to_vec(&request).unwrap()).without("authorization")
    };
    // A frame of 100 blocks that each repeat one byte 131,072 times.
    let bomb: Vec<u8> = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]
        .into_iter()
        .chain((1..=100).flat_map(|block| [2 | u8::from(block == 100), 0, 16, b' ']))
        .collect();
    vec![
        (
            "13-push-that-overlaps",
            push(granted.epoch, 1, granted.hash, two),
        ),
        (
            "14-gap",
            push(granted.epoch, 9, link, vec![event(6).with_seq(9)]),
        ),
        ("15-fork", push(granted.epoch, 1, granted.hash, changed)),
        (
            "16-stale-epoch",
            push(before.epoch, 5, before.hash, vec![event(6).with_seq(5)]),
        ),
        (
            "17-epoch-never-granted",
            push(9, 1, granted.hash, vec![event(6).with_seq(1)]),
        ),
        ("18-same-nonce-again", ask_epoch(before, NONCE)),
        (
            "19-epoch-of-another-head",
            ask_epoch(before, uuid::Uuid::from_u128(7)),
        ),
        (
            "20-unknown-protocol",
            Message::get(HEAD_PATH).with("kulakan-protocol", "9"),
        ),
        (
            "21-no-protocol",
            Message::get(HEAD_PATH).without("kulakan-protocol"),
        ),
        (
            "22-no-token",
            Message::get(HEAD_PATH).without("authorization"),
        ),
        (
            "23-wrong-token",
            Message::get(HEAD_PATH).with("authorization", "Bearer of-somebody-else"),
        ),
        (
            "24-too-large",
            Message::post(EVENTS_PATH, &bomb).with("content-encoding", "zstd"),
        ),
        (
            "25-malformed",
            Message::post(EVENTS_PATH, b"{}").with("content-encoding", "zstd"),
        ),
        ("26-wrong-code", pair("ZZZZ-ZZZZ", 8)),
        ("27-used-code", pair(CODE, 8)),
        ("28-notes-from-the-beginning", Message::get(NOTES_PATH)),
        (SNAPSHOT, Message::get(NOTES_PATH)),
    ]
}

/// Before this one a month passes, and a newer note takes the place of an older.
const SNAPSHOT: &str = "29-notes-snapshot";

fn packed(push: &impl Serialize) -> Message {
    let text = serde_json::to_vec(push).unwrap();
    let body = zstd::encode_all(&*text, 3).unwrap();
    Message::post(EVENTS_PATH, &body).with("content-encoding", "zstd")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_asks_as_it_is_recorded() {
    if std::env::var_os(RECORD).is_some() && !data("golden").is_dir() {
        return record().await;
    }
    let told = recorded();
    let script = STORY.iter().map(|name| told[*name].clone()).collect();
    let tape = Tape::play(script).await;
    story(tape.address).await;
    tape.ended();
}

async fn record() {
    let hub = FixedHub::start().await;
    let tape = Tape::record(hub.address).await;
    story(tape.address).await;
    let heard = tape.heard();
    assert_eq!(heard.len(), STORY.len(), "{heard:?}");
    let mut told = BTreeMap::new();
    for (name, exchange) in STORY.iter().zip(heard) {
        keep(name, &exchange);
        told.insert((*name).to_owned(), exchange);
    }
    for (name, request) in by_hand(&told) {
        if name == SNAPSHOT {
            hub.a_month_later().await;
        }
        let answer = ask(hub.address, &request).await;
        keep(name, &Exchange { request, answer });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_answers_as_it_is_recorded() {
    if std::env::var_os(RECORD).is_some() && !data("golden").is_dir() {
        return;
    }
    let hub = FixedHub::start().await;
    for (name, exchange) in recorded() {
        if name == SNAPSHOT {
            hub.a_month_later().await;
        }
        let answer = ask(hub.address, &exchange.request).await;
        if let Err(why) = answer.is_as(&exchange.answer) {
            panic!("{name}: {why}");
        }
    }
}

/// A shop that was just paired, at a tape of its first session of which the push is answered otherwise first.
#[rstest]
#[case::gap("14-gap")]
#[case::fork("15-fork")]
#[case::stale_epoch("16-stale-epoch")]
#[tokio::test(flavor = "multi_thread")]
async fn a_shop_asks_for_the_head_again_when_its_push_does_not_fit(#[case] refusal: &str) {
    let told = recorded();
    let refused = Exchange {
        request: told["03-push"].request.clone(),
        answer: told[refusal].answer.clone(),
    };
    let of = |name: &str| told[name].clone();
    let script = vec![
        of("01-pairing"),
        of("02-head"),
        refused,
        of("02-head"),
        of("03-push"),
        of("04-notes"),
    ];
    let tape = Tape::play(script).await;
    let (_folder, shop) = paired(&tape).await;
    assert_eq!(shop.exchange().await.unwrap().pushed, 3);
    tape.ended();
}

async fn paired(tape: &Tape) -> (FixedShop, Shop) {
    let folder = FixedShop::found().await;
    folder.append(1, &[event(0), event(1), event(2)]);
    let url = format!("http://{}", tape.address);
    folder.will_pair_with(&url);
    let shop = folder.open().await;
    shop.pair(&url, CODE).await.unwrap();
    (folder, shop)
}

/// A hub of another protocol, in its head or in its refusal, and one that knows the device no more: the shop stops there,
/// says what is to be done, and keeps its log.
#[rstest]
#[case::refused("20-unknown-protocol", "upgrade the older")]
#[case::unknown("23-wrong-token", "token")]
#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_is_refused_says_why_and_keeps_its_log(
    #[case] refusal: &str,
    #[case] says: &str,
) {
    let told = recorded();
    let refused = Exchange {
        request: told["02-head"].request.clone(),
        answer: told[refusal].answer.clone(),
    };
    // The notes are asked for all the same: trouble with the log must not keep a delivery from the shop.
    let notes = Exchange {
        request: told["04-notes"].request.clone(),
        answer: told[refusal].answer.clone(),
    };
    let tape = Tape::play(vec![told["01-pairing"].clone(), refused, notes]).await;
    let (_folder, shop) = paired(&tape).await;
    let error = shop.exchange().await.unwrap_err().to_string();
    assert!(error.contains(says), "{error}");
    assert_eq!(shop.sync_status().await.unwrap().backlog, 3);
    tape.ended();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_older_than_its_hub_says_that_it_must_be_upgraded() {
    let told = recorded();
    let mut newer = told["02-head"].clone();
    newer.answer.replace("\"protocol\":1", "\"protocol\":9");
    newer
        .answer
        .replace("\"oldest_protocol\":1", "\"oldest_protocol\":9");
    let tape = Tape::play(vec![
        told["01-pairing"].clone(),
        newer,
        told["04-notes"].clone(),
    ])
    .await;
    let (_folder, shop) = paired(&tape).await;
    let error = shop.exchange().await.unwrap_err().to_string();
    assert!(error.contains("upgrade kulakan here"), "{error}");
    assert_eq!(shop.sync_status().await.unwrap().backlog, 3);
}
