//! What a hub takes in: sale lines a second through its own door, against a bare batched insertion of the very rows that
//! come of them into the same tables, on SQLite and on a real PostgreSQL server that flushes what it commits.
//!
//! `cargo bench --bench intake -- [shops] [events a shop]`. The server is started from Debian's package; without it only
//! SQLite is measured. The generated shops sell one to five products a time out of a hundred, the few popular ones most
//! often, and push as after a night offline: 500 events at a time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code
)]

#[path = "../tests/harness/postgres.rs"]
mod postgres;
mod shops;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kulakan::hub::Hub;
use kulakan::hub::intake::Answer;
use kulakan::hub::store::transfer::{self, Pace, Table};
use kulakan::hub::store::{self, Scoped, Value};
use shops::{Generated, IN_ONE_PUSH, new_hub};

/// What works at once: two cores, and a wait for the disk or the server in between.
const WORKERS: usize = 4;

/// What a hub that takes in writes, and the bare insertion too.
const TABLES: [&str; 4] = ["applied_events", "events", "shop_daily", "shop_lots"];

fn main() {
    let mut numbers = std::env::args()
        .skip(1)
        .filter_map(|text| text.parse().ok());
    let shops: usize = numbers.next().unwrap_or(40);
    let events: usize = numbers.next().unwrap_or(2000);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    println!("{shops} shops, {events} sales each, {WORKERS} at once");
    println!("database     lines    taken in     bare    share");
    runtime.block_on(measure("SQLite", shops, events, None));
    match postgres::Postgres::start_durable() {
        Ok(server) => runtime.block_on(measure("PostgreSQL", shops, events, Some(&server))),
        Err(why) => println!("PostgreSQL was not measured: {why}"),
    }
}

async fn measure(name: &str, shops: usize, events: usize, server: Option<&postgres::Postgres>) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let hub = new_hub(&folder.path().join("hub"), server, "taken").await;
    let mut pushes = Vec::new();
    let mut lines = 0;
    for index in 0..shops {
        let shop = Generated::paired(&hub, index, events).await;
        lines += shop.lines;
        let contact = shop.contact;
        let in_turn = shop.pushes.into_iter().map(|push| (contact, push));
        pushes.push(in_turn.collect::<VecDeque<_>>());
    }
    let work = Arc::new(Mutex::new(pushes));
    let taken_in = timed(|| {
        let (hub, work) = (hub.clone(), Arc::clone(&work));
        async move {
            // A shop has one push under way at a time.
            while let Some(mut of_shop) = pop(&work) {
                while let Some((contact, push)) = of_shop.pop_front() {
                    let answer = hub.push(contact, push).await.unwrap();
                    assert!(matches!(answer, Answer::Accepted(_)));
                }
            }
        }
    })
    .await;
    let bare = bare(&hub, &folder.path().join("bare"), server).await;
    let a_second = |time: Duration| lines as f64 / time.as_secs_f64();
    println!(
        "{name:<10} {lines:>7} {:>9.0}/s {:>7.0}/s {:>6.0} %",
        a_second(taken_in),
        a_second(bare),
        100.0 * bare.as_secs_f64() / taken_in.as_secs_f64()
    );
}

/// The same rows into the same tables of an empty hub: as many at a time and at once.
async fn bare(hub: &Hub, folder: &Path, server: Option<&postgres::Postgres>) -> Duration {
    let file = new_hub(&folder.join("tables"), None, "").await;
    let tables = store::read(file.store(), transfer::tables).await.unwrap();
    let mut pages = Vec::new();
    for table in tables
        .into_iter()
        .filter(|table| TABLES.contains(&table.name.as_str()))
    {
        let table = Arc::new(table);
        for rows in rows_of(hub.store(), &table).await.chunks(IN_ONE_PUSH) {
            pages.push((Arc::clone(&table), rows.to_vec()));
        }
    }
    let empty = new_hub(&folder.join("hub"), server, "bare").await;
    let work = Arc::new(Mutex::new(pages));
    timed(|| {
        let (store, work) = (empty.store().clone(), Arc::clone(&work));
        async move {
            while let Some((table, rows)) = pop(&work) {
                store::write_held(&store, move |tx| table.put(tx, &rows))
                    .await
                    .unwrap();
            }
        }
    })
    .await
}

async fn rows_of(store: &Scoped, table: &Arc<Table>) -> Vec<Vec<Value>> {
    let table = Arc::clone(table);
    store::read(store, move |tx| {
        let (mut rows, mut after, mut pace): (Vec<Vec<Value>>, _, _) =
            (Vec::new(), None, Pace::default());
        loop {
            let page = table.page(tx, after.as_deref(), &mut pace)?;
            let Some(last) = page.last() else {
                return Ok(rows);
            };
            after = Some(table.key_of(last));
            rows.extend(page);
        }
    })
    .await
    .unwrap()
}

/// How long it takes that many workers to find nothing more to do.
async fn timed<W>(worker: impl Fn() -> W) -> Duration
where
    W: Future<Output = ()> + Send + 'static,
{
    let started = Instant::now();
    let workers: Vec<_> = (0..WORKERS).map(|_| tokio::spawn(worker())).collect();
    for worker in workers {
        worker.await.unwrap();
    }
    started.elapsed()
}

fn pop<T>(work: &Mutex<Vec<T>>) -> Option<T> {
    work.lock().unwrap().pop()
}
