//! What a night of off-site backup costs a shop that is a year old: bytes for the line, time, memory and disk.
//!
//! `cargo bench --bench offsite` sells 75,000 tickets through the library, takes a copy of the database, then sells
//! another 200 a day and packs each day's changes as the shop does. Ticket ids are random (UUID v4), which scatters the
//! rows of a day over the whole file: the dearest kind for a difference.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Duration, Utc};
use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::shop::import::{ImportKind, ImportOptions};
use kulakan::shop::offsite::{key, pack};
use kulakan::shop::till::SaleRequest;
use kulakan::shop::{NewShop, Shop};
use serde_json::json;
use uuid::Builder;

const DAYS: i64 = 375;
const SALES_A_DAY: u64 = 200;
const PRODUCTS: u64 = 150;
const NIGHTS: i64 = 5;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let start: DateTime<Utc> = "2026-11-22T01:00:00Z".parse().unwrap();
    let clock = ManualClock::at(start);
    let shop = found(folder.path(), clock.clone()).await;
    let mut random = Random(7);
    let started = Instant::now();
    for day in 0..DAYS {
        clock.set(start + Duration::days(day));
        sell_a_day(&shop, &mut random).await;
        shop.plan_and_save(None).await.unwrap();
    }
    let taken = started.elapsed().as_secs_f64();
    println!("sold              {DAYS} days of {SALES_A_DAY} tickets in {taken:.0} s");
    let locked = key::make(&key::Passphrase::new("a year of sales".to_owned()).unwrap()).unwrap();
    let recipient = key::recipient(&locked.recipient).unwrap();
    let parts = folder.path().join("parts");
    std::fs::create_dir(&parts).unwrap();
    let mut earlier = copy(folder.path(), 0);
    println!("key made          peak memory {:.1} MB", peak());
    forget_peak();
    println!("before            {:.1} MB", peak());
    let started = Instant::now();
    let whole = pack::whole(&earlier, &recipient, &parts).unwrap();
    println!(
        "whole             {:.1} MB of {:.1} MB in {} parts, {:.1} s",
        whole.bytes as f64 / 1e6,
        whole.file_bytes as f64 / 1e6,
        whole.parts.len(),
        started.elapsed().as_secs_f64()
    );
    println!("                  peak memory {:.1} MB", peak());
    let mut sha256 = whole.sha256;
    for night in 1..=NIGHTS {
        clock.set(start + Duration::days(DAYS + night));
        sell_a_day(&shop, &mut random).await;
        shop.plan_and_save(None).await.unwrap();
        let next = copy(folder.path(), night);
        forget_peak();
        let started = Instant::now();
        let packed = pack::changes(&earlier, sha256, &next, &recipient, &parts)
            .unwrap()
            .unwrap();
        println!(
            "night {night}           {:.1} kB in {} parts, {:.2} s, peak memory {:.1} MB",
            packed.bytes as f64 / 1e3,
            packed.parts.len(),
            started.elapsed().as_secs_f64(),
            peak()
        );
        (sha256, earlier) = (packed.sha256, next);
    }
    let shop_again = copy(folder.path(), 99);
    let idle = pack::changes(&earlier, sha256, &shop_again, &recipient, &parts).unwrap();
    println!("unchanged         {} bytes", idle.unwrap().bytes);
}

async fn found(folder: &Path, clock: Arc<ManualClock>) -> Shop {
    let new = NewShop {
        name: "Warung Contoh".to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        currency: "IDR".to_owned(),
        pin: None,
    };
    let shop = Shop::create(Config::for_folder(folder).unwrap(), new, clock)
        .await
        .unwrap();
    let mut products = String::from("sku,name,unit,price,cost\n");
    for number in 0..PRODUCTS {
        writeln!(
            products,
            "P{number:04},Barang contoh nomor {number},bungkus,3500,3000"
        )
        .unwrap();
    }
    let file = folder.join("products.csv");
    std::fs::write(&file, products).unwrap();
    shop.import(
        ImportKind::Products,
        &file,
        ImportOptions::default(),
        &mut |_| {},
    )
    .await
    .unwrap();
    shop
}

async fn sell_a_day(shop: &Shop, random: &mut Random) {
    let sales = (0..SALES_A_DAY).map(|_| {
        let lines: Vec<_> = (0..=random.below(5))
            .map(|_| json!({ "sku": format!("P{:04}", random.below(PRODUCTS)), "quantity": 1 + random.below(3) }))
            .collect();
        let id = Builder::from_random_bytes(random.bytes()).into_uuid();
        let sale = json!({ "id": id, "lines": lines, "payment": { "method": "cash" } });
        let sale: SaleRequest = serde_json::from_value(sale).unwrap();
        let shop = shop.clone();
        tokio::spawn(async move { shop.sell(sale).await.unwrap() })
    });
    for sale in sales.collect::<Vec<_>>() {
        sale.await.unwrap();
    }
}

/// A copy of the database as a backup takes it.
fn copy(folder: &Path, number: i64) -> std::path::PathBuf {
    let target = folder.join(format!("copy-{number}.db"));
    let source = rusqlite::Connection::open(folder.join("shop.db")).unwrap();
    source
        .backup("main", &target, None::<fn(rusqlite::backup::Progress)>)
        .unwrap();
    target
}

/// What the process held at most so far is forgotten.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The most memory that this process held since, MB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kibibytes: Option<f64> = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    kibibytes.unwrap_or_default() * 1024.0 / 1e6
}

/// A small generator, so that every run sells the same.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn bytes(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.next().to_le_bytes());
        bytes[8..].copy_from_slice(&self.next().to_le_bytes());
        bytes
    }
}
