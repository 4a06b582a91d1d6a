//! A durable sale through the HTTP API against a bare rusqlite transaction that writes the same rows with the same
//! pragmas on the same disk, in the same run.
//!
//! `cargo bench --bench sale`: compare the items per second of `bare` with those of `http`, one client and eight.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use divan::Bencher;
use divan::counter::ItemsCount;
use kulakan::clock::{SharedClock, SystemClock};
use kulakan::config::Config;
use kulakan::shop::import::{ImportKind, ImportOptions};
use kulakan::shop::{NewShop, Shop};
use rusqlite::{Connection, TransactionBehavior, params};
use serde_json::json;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

fn main() {
    divan::main();
}

/// Sales per measured round; enough for the flush to disk to dominate as it does in a shop's rush.
const ROUND: usize = 64;

const PRODUCTS: &str =
    "sku,name,unit,price,cost\nA,Mi goreng,bungkus,3500,3000\nB,Gula,kg,18000,16000\n";

/// On the disk that the build is on: a temporary folder may lie in memory, where a flush costs nothing.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

fn bare_database(path: &std::path::Path) -> Connection {
    let db = Connection::open(path).unwrap();
    for (name, value) in [
        ("journal_mode", "WAL"),
        ("synchronous", "FULL"),
        ("foreign_keys", "ON"),
    ] {
        db.pragma_update(None, name, value).unwrap();
    }
    db.execute_batch(include_str!("../schema/shop/0001_shop.sql"))
        .unwrap();
    db.execute_batch(
        "INSERT INTO shop VALUES (1, 'd', 'n', 'Asia/Jakarta', 'IDR', 't', '2026-01-01', NULL, 0, NULL, 0);
         INSERT INTO sync_state (id, epoch, head_seq, head_hash, acked_seq) VALUES (1, 1, 0, x'00', 0);
         INSERT INTO trading_days VALUES ('2026-11-22', 1, 't', NULL, 0);
         INSERT INTO products VALUES (1, 'A', 'Mi goreng', '', 'piece', 'bungkus', 'bungkus', 3000, NULL, 0, '', 0, 1, 't', 't');
         INSERT INTO products VALUES (2, 'B', 'Gula', '', 'gram', 'kg', 'kg', 16000, NULL, 0, '', 0, 1, 't', 't');
         INSERT INTO product_units VALUES (1, 1, 'bungkus', 1, 3500, 't', NULL);
         INSERT INTO product_units VALUES (2, 2, 'kg', 1000, 18000, 't', NULL);",
    )
    .unwrap();
    db
}

/// The rows of one sale of two lines and nothing else: no check, no JSON, no hash.
fn bare_sale(db: &mut Connection, number: u64) {
    let number = i64::try_from(number).unwrap();
    let (hash, payload) = ([7_u8; 32], "x".repeat(160));
    let tx = db
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .unwrap();
    let id = format!("{number:036}");
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        tx.prepare_cached(sql).unwrap().execute(values).unwrap();
    };
    run(
        "INSERT INTO sales (id, number, content_hash, business_date, sold_at_utc, utc_offset_minutes, lines_total, total,
                            payment_method) VALUES (?1, ?2, ?3, '2026-11-22', '2026-11-22T02:00:00.000Z', 420, 8000, 8000, 'cash')",
        params![id, number, hash],
    );
    for (line, product) in [(1_i64, 1_i64), (2, 2)] {
        run(
            "INSERT INTO sale_lines (sale_id, line_no, product_id, unit_id, sku, name, unit, factor, quantity, unit_price,
                                     total, cost) VALUES (?1, ?2, ?3, ?3, 'A', 'Mi goreng', 'bungkus', 1, 1, 3500, 3500, 3000)",
            params![id, line, product],
        );
        run(
            "INSERT INTO stock_movements (product_id, quantity, kind, reference, business_date, at_utc)
             VALUES (?1, -1, 'sale', ?2, '2026-11-22', '2026-11-22T02:00:00.000Z')",
            params![product, id],
        );
        run(
            "INSERT INTO lot_stock VALUES (?1, 0, -1) ON CONFLICT DO UPDATE SET on_hand = on_hand - 1",
            params![product],
        );
        run(
            "INSERT INTO daily_flows (product_id, business_date, sold, net, moved) VALUES (?1, '2026-11-22', 1, -1, 1)
             ON CONFLICT DO UPDATE SET sold = sold + 1, net = net - 1",
            params![product],
        );
    }
    run(
        "INSERT INTO events VALUES (1, ?1, ?2, 'sale.recorded', 1, '2026-11-22T02:00:00.000Z', 420, '2026-11-22', ?3, ?4, ?4)",
        params![number, id, payload, hash],
    );
    run(
        "UPDATE sync_state SET head_seq = ?1, head_hash = ?2",
        params![number, hash],
    );
    run(
        "INSERT INTO audit VALUES (?1, '2026-11-22T02:00:00.000Z', 'till', 'sale', ?2, ?3, ?4, ?4)",
        params![number, id, payload, hash],
    );
    tx.commit().unwrap();
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn bare(bencher: Bencher) {
    let folder = folder();
    let mut db = bare_database(&folder.path().join("bare.db"));
    let mut number = 0;
    bencher.counter(ItemsCount::new(ROUND)).bench_local(|| {
        for _ in 0..ROUND {
            number += 1;
            bare_sale(&mut db, number);
        }
    });
}

#[divan::bench(args = [1, 8], sample_count = 20, sample_size = 1)]
fn http(bencher: Bencher, clients: usize) {
    let runtime = Runtime::new().unwrap();
    let folder = folder();
    let till = Arc::new(runtime.block_on(Till::open(folder.path())));
    runtime.block_on(Till::round(&till, clients, clients * 2));
    bencher
        .counter(ItemsCount::new(ROUND))
        .bench_local(|| runtime.block_on(Till::round(&till, clients, ROUND)));
    till.stop.cancel();
}

struct Till {
    http: reqwest::Client,
    url: String,
    token: String,
    next: AtomicU64,
    stop: CancellationToken,
}

impl Till {
    async fn open(folder: &std::path::Path) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let clock: SharedClock = Arc::new(SystemClock);
        let file = folder.join("products.csv");
        std::fs::write(&file, PRODUCTS).unwrap();
        let config = Config::for_folder(folder).unwrap();
        let new = NewShop {
            name: "Bench".into(),
            timezone: "Asia/Jakarta".into(),
            currency: "IDR".into(),
            pin: None,
        };
        let shop = Shop::create(config.clone(), new, clock.clone())
            .await
            .unwrap();
        shop.import(
            ImportKind::Products,
            &file,
            ImportOptions::default(),
            &mut |_| {},
        )
        .await
        .unwrap();
        let token = shop.create_token("bench").await.unwrap();
        drop(shop);
        let listener = kulakan::web::serve::listen("127.0.0.1:0".parse().unwrap())
            .await
            .unwrap();
        let url = format!("http://{}/api/v1/sales", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        tokio::spawn(kulakan::shop::run(config, listener, clock, stop.clone()));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            http,
            url,
            token,
            next: AtomicU64::new(1),
            stop,
        }
    }

    async fn round(till: &Arc<Self>, clients: usize, sales: usize) {
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..clients {
            let till = Arc::clone(till);
            running.spawn(async move {
                for _ in 0..sales / clients {
                    till.sell().await;
                }
            });
        }
        while let Some(done) = running.join_next().await {
            done.unwrap();
        }
    }

    async fn sell(&self) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let body = json!({
            "id": format!("{number:036}"),
            "lines": [{ "sku": "A", "quantity": 1 }, { "sku": "B", "quantity": 0.25 }],
            "payment": { "method": "cash", "tendered": 50_000 },
        });
        let response = self
            .http
            .post(&self.url)
            .bearer_auth(&self.token)
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status().as_u16(), 201);
        response.bytes().await.unwrap();
    }
}
