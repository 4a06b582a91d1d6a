//! What a night and a morning cost a distributor: planning, a day's draft and the pages at 100, 1,000 and 10,000 shops.
//!
//! `cargo bench --bench hub` (or `-- 100 1000` for other sizes, `-- postgres 1000` for a hub on a real PostgreSQL server,
//! started from Debian's package) fills a hub's database as years of intake would have, in
//! bulk, and then plans it as `kulakan hub plan --save` does: the first night reads every shop's days and packs them, the
//! following ones read the packing and the latest days. Each product of each shop sold as one of 1,015 products of 20
//! real stores did in a year (`tests/data/store_sales_daily.csv`): 47 days with sales on average, a quarter of them
//! fewer than 31, some hundreds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code
)]

#[path = "../tests/harness/postgres.rs"]
mod postgres;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Days, NaiveDate, Utc};
use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::hub::shipments::draft::DraftRequest;
use kulakan::hub::store::{self, HubTx, Value};
use kulakan::hub::{Hub, HubImport, NewHub};
use tokio_util::sync::CancellationToken;

const PRODUCTS: usize = 100;
const NOW: &str = "2026-11-22T01:00:00Z";

/// What is opened when everything is planned and drafted: the first page first.
const PAGES: [&str; 16] = [
    "/",
    "/toko",
    "/barang",
    "/barang/P000",
    "/jadwal",
    "/kiriman?tanggal=2026-11-23",
    "/kiriman/muat?tanggal=2026-11-23",
    "/perangkat",
    "/biaya",
    "/gudang",
    "/belanja",
    "/pesanan/tertunda",
    "/metrics",
    "/api/v1/status",
    "/api/v1/schedule?date=2026-11-23",
    "/api/v1/positions?sku=P000",
];

/// The days of a real product on which it sold, as days before the last one of the year, and how many.
type Year = Vec<(u64, i64)>;

#[tokio::main]
async fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let asked: Vec<usize> = std::env::args()
        .filter_map(|size| size.parse().ok())
        .collect();
    let sizes = if asked.is_empty() {
        vec![100, 1_000, 10_000]
    } else {
        asked
    };
    let server = std::env::args()
        .any(|argument| argument == "postgres")
        .then(|| postgres::Postgres::start_durable().unwrap());
    let years = years();
    println!(
        "{:>7} {:>10} {:>11} {:>9} {:>11} {:>10} {:>9} {:>10} {:>10} {:>9} {:>8}",
        "shops",
        "days held",
        "filled in s",
        "GB",
        "1st night s",
        "2nd night s",
        "us/line",
        "peak MB",
        "today ms",
        "drafted s",
        "visits"
    );
    for shops in sizes {
        measure(shops, &years, server.as_ref()).await;
    }
}

async fn measure(shops: usize, years: &[Year], server: Option<&postgres::Postgres>) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let now: DateTime<Utc> = NOW.parse().unwrap();
    let clock = ManualClock::at(now);
    let database = format!("shops_{shops}");
    if let Some(server) = server {
        server.psql(&format!("CREATE DATABASE {database}")).unwrap();
        let settings = format!("database = \"{}\"\n", server.url_of("kulakan", &database));
        std::fs::write(folder.path().join("config.toml"), settings).unwrap();
    }
    let hub = found(folder.path(), clock.clone()).await;
    let started = Instant::now();
    let held = fill(&hub, shops, years).await;
    let filled = started.elapsed().as_secs_f64();
    let size = match server {
        None => std::fs::metadata(folder.path().join("hub.db"))
            .unwrap()
            .len() as f64,
        Some(server) => {
            // As its own housekeeping would have, in the months in which a hub fills.
            let url = server.url_of("kulakan", &database);
            server.psql_on(&url, "VACUUM ANALYZE").unwrap();
            let told = server.psql_on(&url, &format!("SELECT pg_database_size('{database}')"));
            told.unwrap().trim().parse().unwrap()
        }
    } / 1e9;
    forget_peak();
    let date = hub.today();
    let first = hub.plan_all(date).await.unwrap();
    let tomorrow = date + Days::new(1);
    clock.set(now + chrono::Duration::days(1));
    let second = hub.plan_all(tomorrow).await.unwrap();
    assert_eq!(second.products, shops * PRODUCTS);
    let started = Instant::now();
    let request = DraftRequest {
        date: Some(tomorrow),
        route_id: None,
        days_ahead: 0,
    };
    let drafted = hub.draft_day("owner", request).await.unwrap();
    let draft = started.elapsed().as_secs_f64();
    let peak = peak();
    let token = hub.create_token("measuring").await.unwrap();
    let opened = pages(folder.path(), clock, shops, &token).await;
    let seconds = |milliseconds: u128| milliseconds as f64 / 1e3;
    println!(
        "{shops:>7} {held:>10} {filled:>11.1} {size:>9.2} {:>11.2} {:>11.2} {:>9.1} {peak:>10.0} {:>10.1} {draft:>9.1} {:>8}",
        seconds(first.milliseconds),
        seconds(second.milliseconds),
        second.milliseconds as f64 * 1e3 / second.products as f64,
        opened[0],
        drafted.made,
    );
    for (path, milliseconds) in PAGES.iter().zip(&opened).skip(1) {
        println!("{shops:>7} {milliseconds:>10.1} ms {path}");
    }
}

async fn found(folder: &Path, clock: Arc<ManualClock>) -> Hub {
    let new = NewHub {
        name: "Distributor Makmur".to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        pin: None,
    };
    let config = Config::for_folder(folder).unwrap();
    let hub = Hub::create(config, new, clock).await.unwrap();
    let mut catalogue = "sku,name,unit,price,cost,pack_name,pack_size\n".to_owned();
    for number in 0..PRODUCTS {
        let price = 1_000 + 37 * number;
        let cost = price * 9 / 10;
        let _ = writeln!(
            catalogue,
            "P{number:03},Barang {number},bungkus,{price},{cost},dus,12"
        );
    }
    let file = folder.join("products.csv");
    std::fs::write(&file, catalogue).unwrap();
    hub.import(HubImport::Products, &file, false).await.unwrap();
    hub
}

/// The real products, each with its year.
fn years() -> Vec<Year> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/store_sales_daily.csv"
    );
    let mut products: BTreeMap<(String, String), Year> = BTreeMap::new();
    let last: NaiveDate = "2018-01-01".parse().unwrap();
    let mut reader = csv::Reader::from_path(path).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        let date: NaiveDate = row[2].parse().unwrap();
        let quantity: i64 = row[3].parse::<f64>().unwrap().round() as i64;
        let before = (last - date).num_days() as u64;
        let key = (row[0].to_owned(), row[1].to_owned());
        products
            .entry(key)
            .or_default()
            .push((before, quantity.max(1)));
    }
    products.into_values().collect()
}

/// Shops with a year behind them; how many days of products they hold.
async fn fill(hub: &Hub, shops: usize, years: &[Year]) -> usize {
    let mut held = 0;
    let mut random = Random(7);
    let today = hub.today();
    for first in (0..shops).step_by(10) {
        let chosen: Vec<Vec<(Year, i64)>> = (first..shops.min(first + 10))
            .map(|_| {
                let product = |_| {
                    let year = &years[random.next() as usize % years.len()];
                    let stock = (random.next() % 24) as i64 - 2;
                    (year.clone(), stock.max(0))
                };
                (0..PRODUCTS).map(product).collect()
            })
            .collect();
        held += chosen
            .iter()
            .flatten()
            .map(|(year, _)| year.len() + 1)
            .sum::<usize>();
        store::write(hub.store(), move |tx| {
            for (place, products) in chosen.iter().enumerate() {
                add_shop(tx, first + place, products, today)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    }
    held
}

fn add_shop(
    tx: &mut dyn HubTx,
    number: usize,
    products: &[(Year, i64)],
    today: NaiveDate,
) -> kulakan::error::Result<()> {
    let id = format!("{number:08}-0000-7000-8000-000000000000");
    tx.execute(
        "INSERT INTO shops (tenant_id, id, name, timezone, created_at_utc, active, note_position, last_contact_utc)
         VALUES (tenant(), $1, $2, 'Asia/Jakarta', '2025-11-01T00:00:00.000Z', 1, 0, '2026-11-22T00:30:00.000Z')",
        &[(&id).into(), format!("Warung {number}").into()],
    )?;
    let (mut facts, mut lots, mut days) = (Vec::new(), Vec::new(), Vec::new());
    for (product, (year, stock)) in products.iter().enumerate() {
        let sku = format!("P{product:03}");
        facts.push(vec![
            (&id).into(),
            (&sku).into(),
            format!("Barang {product}").into(),
        ]);
        if *stock > 0 {
            lots.push(vec![(&id).into(), (&sku).into(), (*stock).into()]);
        }
        let sold: i64 = year.iter().map(|(_, quantity)| quantity).sum();
        let mut day = |before: u64, sold: i64, net: i64, inflow: i64| {
            let date = today - Days::new(before + 1);
            days.push(vec![
                (&id).into(),
                (&sku).into(),
                date.into(),
                sold.into(),
                net.into(),
                inflow.into(),
            ]);
        };
        // What it was opened with lasted for the year, and what is left is there.
        day(366, 0, sold + stock, sold + stock);
        for (before, quantity) in year {
            day(*before, *quantity, -quantity, 0);
        }
    }
    insert(
        tx,
        "INSERT INTO shop_products (tenant_id, shop_id, sku, name, base_unit, unit, unit_factor, pack_name, pack_size,
             minimum_order, consignment, active) VALUES ",
        "'piece', 'bungkus', 1, 'dus', 12, 0, 0, 1",
        &facts,
    )?;
    insert(
        tx,
        "INSERT INTO shop_lots (tenant_id, shop_id, sku, quantity, expires) VALUES ",
        "''",
        &lots,
    )?;
    insert(
        tx,
        "INSERT INTO shop_daily (tenant_id, shop_id, sku, business_date, sold, net, inflow, imported, missed, moved)
         VALUES ",
        "0, 0, 1",
        &days,
    )
}

/// Many rows by statements of a hundred, each row followed by the same `rest`.
fn insert(
    tx: &mut dyn HubTx,
    head: &str,
    rest: &str,
    rows: &[Vec<Value>],
) -> kulakan::error::Result<()> {
    for part in rows.chunks(100) {
        let mut sql = head.to_owned();
        let mut params = Vec::new();
        for (place, row) in part.iter().enumerate() {
            sql.push_str(if place == 0 {
                "(tenant()"
            } else {
                ", (tenant()"
            });
            for value in row {
                params.push(value.clone());
                let _ = write!(sql, ", ${}", params.len());
            }
            let _ = write!(sql, ", {rest})");
        }
        tx.execute(&sql, &params)?;
    }
    Ok(())
}

/// How long each page and call takes at its quickest, in milliseconds, from the first byte asked to the last received.
async fn pages(folder: &Path, clock: Arc<ManualClock>, shops: usize, token: &str) -> Vec<f64> {
    let listener = kulakan::web::serve::listen("127.0.0.1:0".parse().unwrap())
        .await
        .unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let config = Config::for_folder(folder).unwrap();
    let running = tokio::spawn(kulakan::hub::run(config, listener, clock, stop.clone()));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut quickest = Vec::new();
    for path in PAGES {
        let mut best = Duration::MAX;
        for _ in 0..4 {
            let started = Instant::now();
            let request = client.get(format!("{base}{path}")).bearer_auth(token);
            let answer = request.send().await.unwrap();
            assert!(answer.status().is_success(), "{path}: {}", answer.status());
            let page = answer.text().await.unwrap();
            best = best.min(started.elapsed());
            // Of a login, or of a hub that has not been planned, nothing would be learnt.
            let told = format!(">{}<", grouped(shops));
            assert!(path != "/" || page.contains(&told), "{page}");
        }
        quickest.push(best.as_secs_f64() * 1e3);
    }
    stop.cancel();
    running.await.unwrap().unwrap();
    quickest
}

/// As the page writes numbers.
fn grouped(number: usize) -> String {
    match number / 1_000 {
        0 => number.to_string(),
        thousands => format!("{thousands}.{:03}", number % 1_000),
    }
}

/// Marsaglia's xorshift: the same shops each time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }
}

/// The most memory that this process had since [`forget_peak`], in MB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    number.unwrap_or_default() / 1e3
}

fn forget_peak() {
    // As proc(5) says; where it may not be written the peak is of the whole run.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
