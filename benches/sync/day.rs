//! A day of 200 sales and a day of none, counted on a perfect line.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use chrono::{DateTime, Utc};
use kulakan::clock::{Clock, SharedClock};
use kulakan::config::Config;
use kulakan::hub::{Hub, NewHub};
use kulakan::shop::transport::{Body, Call, HttpTransport, NoReply, Reply, Transport};
use tokio_util::sync::CancellationToken;

use super::folder;
use super::line::{Line, Quality, Traffic};
use super::trade::{LINES, Trade};

const SALES: u32 = 200;

/// HTTP, with the bytes of the pushes counted.
#[derive(Default)]
struct Counting {
    way: HttpTransport,
    bodies: AtomicUsize,
}

impl Transport for Counting {
    async fn call(&self, hub_url: &str, call: Call) -> Result<Reply, NoReply> {
        if let Some(Body::Zstd(bytes)) = &call.body {
            self.bodies.fetch_add(bytes.len(), Relaxed);
        }
        self.way.call(hub_url, call).await
    }
}

pub async fn measure() {
    let folder = folder();
    let founded: DateTime<Utc> = "2026-11-21T23:00:00Z".parse().unwrap();
    let mut trade = Trade::open(&folder.path().join("shop"), founded).await;
    let clock: SharedClock = trade.clock.clone();
    let (hub, code) = hub(&folder.path().join("hub"), &clock).await;
    let line = Line::to(hub, Quality::PERFECT, 1).await;
    let url = format!("http://{}", line.address);
    trade.shop.pair(&url, &code).await.unwrap();
    trade.shop.exchange().await.unwrap();

    let lines = (SALES as usize * LINES) as f64;
    let counting = Counting::default();
    trade.day("2026-11-22".parse().unwrap(), SALES).await;
    let before = line.traffic();
    trade.shop.exchange_over(&counting).await.unwrap();
    let evening = line.traffic().since(before);
    let body = counting.bodies.load(Relaxed);
    println!(
        "a day of {SALES} sales of {LINES} lines, pushed in the evening with the night's plan"
    );
    println!(
        "  push bodies       {body} bytes, {:.1} a line (aim: at most 25)",
        body as f64 / lines
    );
    println!(
        "  whole HTTP        {} bytes up, {} down, {:.1} a line",
        evening.up,
        evening.down,
        evening.bytes() as f64 / lines
    );

    // The same day as the daemon lives through it.
    let till = Till::open(&trade, &folder.path().join("shop")).await;
    till.walk_to(&line, trade.clock.now() + chrono::Duration::hours(5))
        .await;
    let before = line.traffic();
    let morning: DateTime<Utc> = "2026-11-24T00:00:00Z".parse().unwrap();
    for number in 0..SALES {
        let at = morning + chrono::Duration::seconds(i64::from(number) * 50_400 / i64::from(SALES));
        till.walk_to(&line, at).await;
        till.sell(&trade.next_sale()).await;
        settled(&line).await;
    }
    till.walk_to(&line, morning + chrono::Duration::hours(24))
        .await;
    let day = line.traffic().since(before);
    println!("the same as the daemon sends it through the day");
    println!(
        "  whole HTTP        {} bytes up, {} down, {:.1} a line, in {} pushes of {} calls",
        day.up,
        day.down,
        day.bytes() as f64 / lines,
        day.pushes,
        day.answers
    );
    let before = line.traffic();
    till.walk_to(&line, morning + chrono::Duration::hours(48))
        .await;
    let idle = line.traffic().since(before);
    println!("an idle day, the plan of its night included (aim: under 20 KB without TLS)");
    println!(
        "  whole HTTP        {} bytes up, {} down, {} in {} calls",
        idle.up,
        idle.down,
        idle.bytes(),
        idle.answers
    );
    till.stop.cancel();
}

async fn hub(folder: &std::path::Path, clock: &SharedClock) -> (SocketAddr, String) {
    let new = NewHub {
        name: "Distributor Makmur".into(),
        timezone: "Asia/Jakarta".into(),
        pin: None,
    };
    let config = Config::for_folder(folder).unwrap();
    let hub = Hub::create(config.clone(), new, clock.clone())
        .await
        .unwrap();
    let (_, code) = hub.add_shop("Warung Bu Sri").await.unwrap();
    drop(hub);
    let listener = kulakan::web::serve::listen("127.0.0.1:0".parse().unwrap())
        .await
        .unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(kulakan::hub::run(config, listener, clock.clone(), stop));
    (address, code)
}

/// The shop's daemon under the walked clock, and its API.
struct Till {
    clock: std::sync::Arc<kulakan::clock::ManualClock>,
    http: reqwest::Client,
    url: String,
    token: String,
    stop: CancellationToken,
}

impl Till {
    async fn open(trade: &Trade, folder: &std::path::Path) -> Self {
        let token = trade.shop.create_token("bench").await.unwrap();
        let listener = kulakan::web::serve::listen("127.0.0.1:0".parse().unwrap())
            .await
            .unwrap();
        let url = format!("http://{}/api/v1/sales", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let config = Config::for_folder(folder).unwrap();
        let clock: SharedClock = trade.clock.clone();
        tokio::spawn(kulakan::shop::run(config, listener, clock, stop.clone()));
        Self {
            clock: trade.clock.clone(),
            http: reqwest::Client::new(),
            url,
            token,
            stop,
        }
    }

    async fn sell(&self, sale: &serde_json::Value) {
        let request = self
            .http
            .post(&self.url)
            .bearer_auth(&self.token)
            .json(sale);
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 201);
    }

    /// Lets time pass, half a minute at a time, and the daemon do what it does meanwhile.
    async fn walk_to(&self, line: &Line, at: DateTime<Utc>) {
        while self.clock.now() < at {
            let next = self.clock.now() + chrono::Duration::seconds(30);
            self.clock.set(next.min(at));
            settled(line).await;
        }
    }
}

/// Waits until nothing moves on the line.
async fn settled(line: &Line) {
    let figures = |traffic: Traffic| (traffic.up, traffic.down);
    let mut still = 0;
    while still < 3 {
        let before = figures(line.traffic());
        tokio::time::sleep(Duration::from_millis(3)).await;
        still = if figures(line.traffic()) == before {
            still + 1
        } else {
            0
        };
    }
}
