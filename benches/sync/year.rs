//! A year's backlog: how much memory sending and taking it needs, and how the till answers meanwhile.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Days, Utc};
use reqwest::Client;
use serde_json::json;

use super::folder;
use super::process::{Process, backlog, free_address, kulakan};
use super::trade::{LINES, Trade};

const DAYS: u64 = 325;
const SALES: u32 = 225;
/// Sales measured without sync; as many again as fit into it are measured with it.
const MEASURED: usize = 2000;

pub async fn measure() {
    let disk = folder();
    let shop = disk.path().join("shop");
    // The hub is another machine: its flushes must not wait for the same disk.
    let memory = Path::new("/dev/shm");
    let away = if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        folder()
    };
    let hub = away.path().join("hub");
    kulakan(&hub, &["hub", "init", "--name", "Distributor Makmur"]);
    let code = kulakan(&hub, &["hub", "shop", "add", "--name", "Warung Bu Sri"]);
    let address = free_address();
    let daemon = Process::start("hub", &hub, address, None);
    let founded: DateTime<Utc> = "2026-01-01T00:30:00Z".parse().unwrap();
    let mut trade = Trade::open(&shop, founded).await;
    trade
        .shop
        .pair(&format!("http://{address}"), &code)
        .await
        .unwrap();
    trade.shop.exchange().await.unwrap();
    drop(daemon);
    let begun = Instant::now();
    let first = founded.date_naive() + Days::new(1);
    for day in 0..DAYS {
        trade.day(first + Days::new(day), SALES).await;
    }
    let token = trade.shop.create_token("bench").await.unwrap();
    println!(
        "a year's backlog: {} events, {} sales lines, made in {:.0} s",
        backlog(&shop).0,
        DAYS * u64::from(SALES) * LINES as u64,
        begun.elapsed().as_secs_f64()
    );

    let running = Process::start("shop", &shop, free_address(), None);
    let till = Till {
        http: Client::builder().no_proxy().build().unwrap(),
        base: format!("http://{}/api/v1", running.address),
        token,
    };
    for _ in 0..200 {
        till.sell(&trade.next_sale()).await;
    }
    let mut without = Vec::new();
    for _ in 0..MEASURED {
        without.push(till.sell(&trade.next_sale()).await);
    }
    println!(
        "  before the sync   shop {:.1} MB at most",
        running.peak_megabytes()
    );
    let daemon = Process::start("hub", &hub, address, None);
    let before_hub = daemon.peak_megabytes();
    let begun = Instant::now();
    let exchange = {
        let (http, url, token) = (
            till.http.clone(),
            format!("{}/sync", till.base),
            till.token.clone(),
        );
        tokio::spawn(async move {
            let request = http.post(url).bearer_auth(token).json(&json!({}));
            request.send().await.unwrap().status().as_u16()
        })
    };
    let mut during = Vec::new();
    while !exchange.is_finished() {
        during.push(till.sell(&trade.next_sale()).await);
    }
    assert_eq!(exchange.await.unwrap(), 200);
    println!(
        "  synced            in {:.1} s; shop {:.1} MB at most, hub {:.1} MB at most ({before_hub:.1} at its start)",
        begun.elapsed().as_secs_f64(),
        running.peak_megabytes(),
        daemon.peak_megabytes()
    );
    let (calm, busy) = (Latency::of(without), Latency::of(during));
    println!("  a sale, no sync   {calm}");
    println!("  a sale, syncing   {busy}");
    println!(
        "  p99               {:.2} times that without (aim: at most 2)",
        busy.p99.as_secs_f64() / calm.p99.as_secs_f64()
    );
}

struct Till {
    http: Client,
    base: String,
    token: String,
}

impl Till {
    async fn sell(&self, sale: &serde_json::Value) -> Duration {
        let request = self
            .http
            .post(format!("{}/sales", self.base))
            .bearer_auth(&self.token)
            .json(sale);
        let begun = Instant::now();
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 201);
        response.bytes().await.unwrap();
        begun.elapsed()
    }
}

struct Latency {
    count: usize,
    median: Duration,
    p99: Duration,
    longest: Duration,
}

impl Latency {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let count = times.len();
        Self {
            count,
            median: times[count / 2],
            p99: times[count * 99 / 100],
            longest: times[count - 1],
        }
    }
}

impl std::fmt::Display for Latency {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        write!(
            out,
            "median {:.2} ms, p99 {:.2} ms, longest {:.1} ms of {}",
            ms(self.median),
            ms(self.p99),
            ms(self.longest),
            self.count
        )
    }
}
