//! Thirty days without a line, and then a bad one.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{DateTime, Days, Utc};

use super::folder;
use super::line::{Line, Quality, Traffic};
use super::process::{Process, backlog, free_address, kulakan, move_hub};
use super::trade::{LINES, Trade};

const DAYS: u64 = 30;
const SALES: u32 = 200;

/// A shop that has agreed with its hub and then traded for a month alone.
async fn month_offline(folder: &Path) -> i64 {
    let (shop, hub) = (folder.join("shop"), folder.join("hub"));
    kulakan(&hub, &["hub", "init", "--name", "Distributor Makmur"]);
    let code = kulakan(&hub, &["hub", "shop", "add", "--name", "Warung Bu Sri"]);
    let daemon = Process::start("hub", &hub, free_address(), None);
    let founded: DateTime<Utc> = "2026-09-30T23:00:00Z".parse().unwrap();
    let mut trade = Trade::open(&shop, founded).await;
    let url = format!("http://{}", daemon.address);
    trade.shop.pair(&url, &code).await.unwrap();
    trade.shop.exchange().await.unwrap();
    drop(daemon);
    let first = founded.date_naive() + Days::new(1);
    for day in 0..DAYS {
        trade.day(first + Days::new(day), SALES).await;
    }
    backlog(&shop).0
}

struct Drained {
    events: i64,
    seconds: f64,
    /// Looks at which the last exchange had failed.
    failing: bool,
    traffic: Traffic,
}

async fn over(quality: Quality, seed: u64) -> Drained {
    let folder = folder();
    let events = month_offline(folder.path()).await;
    let (shop, hub) = (folder.path().join("shop"), folder.path().join("hub"));
    let daemon = Process::start("hub", &hub, free_address(), None);
    let line = Line::to(daemon.address, quality, seed).await;
    move_hub(&shop, &format!("http://{}", line.address));
    let begun = Instant::now();
    let _running = Process::start("shop", &shop, free_address(), None);
    let (seconds, failing) = drained(&shop, begun).await;
    Drained {
        events,
        seconds,
        failing,
        traffic: line.traffic(),
    }
}

async fn drained(shop: &Path, begun: Instant) -> (f64, bool) {
    let mut failing = false;
    loop {
        let (left, failures) = backlog(shop);
        failing |= failures > 0;
        if left == 0 {
            return (begun.elapsed().as_secs_f64(), failing);
        }
        assert!(begun.elapsed() < Duration::from_mins(20), "{left} left");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

pub async fn measure() {
    let clean = over(Quality::PERFECT, 0).await;
    let lines = f64::from(SALES) * DAYS as f64 * LINES as f64;
    println!(
        "{DAYS} days offline: {} events, {lines} sales lines, a plan each night",
        clean.events
    );
    println!(
        "  perfect line      {:.1} s, {} bytes up, {} down, {:.1} a line",
        clean.seconds,
        clean.traffic.up,
        clean.traffic.down,
        clean.traffic.bytes() as f64 / lines
    );
    println!("  64 kbit/s, 600 ms, 5 % of packets lost, stalls (aim: under 120 s)");
    for seed in 1..=3 {
        let Drained {
            seconds,
            failing,
            traffic,
            ..
        } = over(Quality::BAD, seed).await;
        println!(
            "  seed {seed}            {seconds:.1} s, {} bytes up ({} sent twice), {} of {} packets lost, {} pushes, {} of \
             {} calls answered, {} connections, an exchange failed: {failing}",
            traffic.up,
            traffic.up.saturating_sub(clean.traffic.up),
            traffic.lost,
            traffic.packets,
            traffic.pushes,
            traffic.answers,
            traffic.pushes + 2,
            traffic.connections,
        );
    }
}

/// The emulated line; its namespaces go with it.
struct Namespaces(Child);

impl Drop for Namespaces {
    fn drop(&mut self) {
        // Closing its input ends it, and lets it put things in order.
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

impl Namespaces {
    fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/sync/bad_line.py");
        let mut child = Command::new("python3")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        let output = child.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut ready).unwrap();
        assert_eq!(ready.trim(), "ready");
        Self(child)
    }
}

pub async fn measure_in_namespaces() {
    println!("the same in two network namespaces, real TCP over packets dropped on the way");
    for _ in 0..3 {
        let folder = folder();
        month_offline(folder.path()).await;
        let (shop, hub) = (folder.path().join("shop"), folder.path().join("hub"));
        let line = Namespaces::start();
        let address = "10.77.0.2:7272".parse().unwrap();
        let _hub = Process::start("hub", &hub, address, Some("kulakan-hub"));
        tokio::time::sleep(Duration::from_secs(1)).await;
        move_hub(&shop, &format!("http://{address}"));
        let begun = Instant::now();
        let _shop = Process::start("shop", &shop, free_address(), Some("kulakan-shop"));
        let (seconds, failing) = drained(&shop, begun).await;
        drop(line);
        println!("  {seconds:.1} s, an exchange failed: {failing}");
    }
}
