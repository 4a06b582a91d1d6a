//! Five hundred shops that find their hub again at the same moment, after a day offline.
//!
//! `cargo bench --bench reconnect -- [shops] [sales a shop]`. The hub is the program itself, a process of its own, once
//! on SQLite and once on a real PostgreSQL server; the shops speak the protocol over HTTP, each on a connection of its
//! own, and when they are told to come back later they wait as a shop does: as long as they were told, and the chance of its
//! `backoff` besides.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code
)]

#[path = "../tests/harness/postgres.rs"]
mod postgres;
#[path = "sync/process.rs"]
mod process;
mod shops;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kulakan::shop::sync::decide::{backoff, obeyed};
use kulakan::wire::exchange::Push;
use kulakan::wire::{EVENTS_PATH, HEAD_PATH, NOTES_PATH, PROTOCOL, VERSION_HEADER};
use process::Process;
use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;
use reqwest::{Client, RequestBuilder, StatusCode};
use shops::{Generated, new_hub};

fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut numbers = std::env::args()
        .skip(1)
        .filter_map(|text| text.parse().ok());
    let shops: usize = numbers.next().unwrap_or(500);
    let sales: usize = numbers.next().unwrap_or(150);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    println!("{shops} shops at once, {sales} sales each");
    println!(
        "database     lines  all in after  half after  told to wait  peak MB at rest  peak MB"
    );
    runtime.block_on(measure("SQLite", shops, sales, None));
    match postgres::Postgres::start_durable() {
        Ok(server) => runtime.block_on(measure("PostgreSQL", shops, sales, Some(&server))),
        Err(why) => println!("PostgreSQL was not measured: {why}"),
    }
}

async fn measure(name: &str, shops: usize, sales: usize, server: Option<&postgres::Postgres>) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let hub = new_hub(folder.path(), server, "rush").await;
    let mut generated = Vec::new();
    let mut lines = 0;
    for index in 0..shops {
        let shop = Generated::paired(&hub, index, sales).await;
        lines += shop.lines;
        // A shop's own work is not what is measured.
        let pushes: Vec<Vec<u8>> = shop.pushes.iter().map(packed).collect();
        generated.push((shop.token, pushes));
    }
    drop(hub);
    let process = Process::start("hub", folder.path(), process::free_address(), None);
    let at_rest = process.peak_megabytes();
    let url = format!("http://{}", process.address);
    let told_to_wait = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let clients: Vec<_> = generated
        .into_iter()
        .enumerate()
        .map(|(index, (token, pushes))| {
            let visit = Visit {
                url: url.clone(),
                client: Client::builder().no_proxy().build().unwrap(),
                token,
                chance: Pcg64::new(index as u128, 11),
                told_to_wait: Arc::clone(&told_to_wait),
            };
            tokio::spawn(async move {
                visit.exchange(pushes).await;
                started.elapsed()
            })
        })
        .collect();
    let mut ended = Vec::new();
    for client in clients {
        ended.push(client.await.unwrap());
    }
    ended.sort_unstable();
    println!(
        "{name:<10} {lines:>7} {:>11.1} s {:>9.1} s {:>13} {at_rest:>16.0} {:>8.0}",
        ended[ended.len() - 1].as_secs_f64(),
        ended[ended.len() / 2].as_secs_f64(),
        told_to_wait.load(Ordering::Relaxed),
        process.peak_megabytes(),
    );
}

fn packed(push: &Push) -> Vec<u8> {
    zstd::encode_all(&*serde_json::to_vec(push).unwrap(), 3).unwrap()
}

/// One shop that found its hub.
struct Visit {
    url: String,
    client: Client,
    token: String,
    chance: Pcg64,
    told_to_wait: Arc<AtomicUsize>,
}

impl Visit {
    /// Where does my log end there, here is what you have not, what is new?
    async fn exchange(mut self, pushes: Vec<Vec<u8>>) {
        self.done(|client, url| client.get(format!("{url}{HEAD_PATH}")))
            .await;
        for body in pushes {
            self.done(|client, url| {
                client
                    .post(format!("{url}{EVENTS_PATH}"))
                    .body(body.clone())
            })
            .await;
        }
        self.done(|client, url| client.get(format!("{url}{NOTES_PATH}")))
            .await;
    }

    /// Asks until it is done.
    async fn done(&mut self, request: impl Fn(&Client, &str) -> RequestBuilder) {
        let mut failures = 0;
        loop {
            let answer = request(&self.client, &self.url)
                .header(VERSION_HEADER, PROTOCOL)
                .bearer_auth(&self.token)
                .send()
                .await
                .unwrap();
            if answer.status() == StatusCode::OK {
                answer.bytes().await.unwrap();
                return;
            }
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            self.told_to_wait.fetch_add(1, Ordering::Relaxed);
            let wait = answer.headers()["retry-after"].to_str().unwrap();
            let wait = Duration::from_secs(wait.parse().unwrap());
            failures += 1;
            tokio::time::sleep(obeyed(wait) + backoff(failures, self.chance.next_u64())).await;
        }
    }
}
