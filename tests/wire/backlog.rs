//! A backlog is sent and taken piece by piece: what it takes in memory does not grow with how long a shop was away.

use std::path::Path;

use kulakan::wire::event::{Event, GENESIS, Hash};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::crash::program::Running;
use crate::harness::program::{command, done, run_on};

/// Writes `count` sales of three lines into the log of a shop that nobody has open.
fn append_sales(folder: &Path, count: i64) {
    let mut database = Connection::open(folder.join("shop.db")).unwrap();
    let tx = database.transaction().unwrap();
    let device: String = tx
        .query_row("SELECT device_id FROM shop", [], |row| row.get(0))
        .unwrap();
    let device = Uuid::parse_str(&device).unwrap();
    let (seq, hash): (i64, [u8; 32]) = tx
        .query_row("SELECT head_seq, head_hash FROM sync_state", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    let mut hash = if seq == 0 { GENESIS } else { Hash(hash) };
    for seq in seq + 1..=seq + count {
        let moves: Vec<String> = (0..3)
            .map(|line| {
                let sku = (seq * 7 + line * 31) % 300;
                format!(
                    r#"{{"sku":"{:06}","quantity":-{}}}"#,
                    sku * 3301,
                    seq % 4 + 1
                )
            })
            .collect();
        let event = Event {
            seq,
            event_id: Uuid::now_v7(),
            kind: "sale.recorded".to_owned(),
            version: 1,
            at_utc: "2026-11-23T02:00:00.000Z".to_owned(),
            utc_offset_minutes: 420,
            business_date: "2026-11-23".parse().unwrap(),
            payload: format!(
                r#"{{"sale_id":"{}","moves":[{}]}}"#,
                Uuid::now_v7(),
                moves.join(",")
            ),
        };
        let link = event.hash(device, 1, hash);
        tx.prepare_cached(
            "INSERT INTO events (epoch, seq, event_id, kind, version, at_utc, utc_offset_minutes, business_date,
                 payload, prev_hash, hash)
             VALUES (1, ?1, ?2, ?3, 1, ?4, 420, '2026-11-23', ?5, ?6, ?7)",
        )
        .unwrap()
        .execute(params![
            seq,
            event.event_id.to_string(),
            event.kind,
            event.at_utc,
            event.payload,
            hash.0,
            link.0
        ])
        .unwrap();
        hash = link;
    }
    tx.execute(
        "UPDATE sync_state SET head_seq = head_seq + ?1, head_hash = ?2",
        params![count, hash.0],
    )
    .unwrap();
    tx.commit().unwrap();
}

/// The most memory that a process has held, in KiB.
fn peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let figure = line.and_then(|line| line.split_whitespace().nth(1));
    figure.unwrap().parse().unwrap()
}

/// Peaks of the shop's daemon and the hub's after a backlog of `sales` went from one to the other.
fn peaks(sales: i64) -> (u64, u64) {
    let folder = tempfile::tempdir().unwrap();
    let (shop, hub) = (folder.path().join("shop"), folder.path().join("hub"));
    done(&run_on(&hub, &["hub", "init", "--name", "Distributor"]));
    let code = done(&run_on(&hub, &["hub", "shop", "add", "--name", "Warung"]));
    let mut at_hub = command(&["hub", "run", "--listen", "127.0.0.1:0"]);
    at_hub.env("KULAKAN_LOG", "info");
    let at_hub = Running::start_command(at_hub, &hub);
    let url = format!("http://{}", at_hub.address);
    done(&run_on(&shop, &["shop", "init", "--name", "Warung"]));
    done(&run_on(
        &shop,
        &["shop", "pair", "--hub", &url, "--code", code.trim()],
    ));
    append_sales(&shop, sales);
    let token = done(&run_on(&shop, &["shop", "token", "create", "--label", "t"]));
    let at_shop = Running::start(&shop);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let url = format!("http://{}/api/v1/sync", at_shop.address);
    let answer = runtime.block_on(async {
        let request = reqwest::Client::new().post(url).bearer_auth(token.trim());
        request.send().await.unwrap().text().await.unwrap()
    });
    let status: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(status["backlog"], 0, "{answer}");
    (peak(at_shop.pid()), peak(at_hub.pid()))
}

#[test]
fn ten_times_the_backlog_takes_no_more_memory_on_either_side() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let few = peaks(2_000);
    let many = peaks(20_000);
    // The whole of it is 6 MiB as text and more as values; a page cache that fills up is allowed for.
    let allowed = 8 * 1024;
    println!("KiB of shop and hub: {few:?} for 2,000 sales, {many:?} for 20,000");
    assert!(
        many.0 < few.0 + allowed,
        "shop: {} to {} KiB",
        few.0,
        many.0
    );
    assert!(many.1 < few.1 + allowed, "hub: {} to {} KiB", few.1, many.1);
}
