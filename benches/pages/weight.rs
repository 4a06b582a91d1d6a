//! What pages weigh when a browser opens them for the first time, and how soon the daemon has them ready.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::browser::Browser;
use crate::figures::Table;
use crate::relay::Relay;
use crate::warung::Warung;

/// The most bytes that opening a page may take.
const LIMIT: u64 = 100_000;

/// How soon a page is ready at the daemon.
const READY: Duration = Duration::from_millis(150);

/// The pages that are opened all day, and the heavy ones.
const PAGES: [&str; 11] = [
    "/kasir",
    "/",
    "/barang",
    "/saran",
    "/stok",
    "/hari",
    "/penjualan",
    "/kasbon",
    "/barang-masuk",
    "/laporan",
    "/lainnya",
];

/// Asked at the daemon so often.
const TIMES: usize = 20;

/// What was asked for on the page, whoever it was asked of.
const ASKED: &str = "return performance.getEntries().map((entry) => entry.name).filter((name) => name.includes('://'))";

/// Weighs each page in a browser that has seen nothing yet.
pub async fn measure(warung: &Warung, table: &mut Table) {
    let relay = Relay::start(&warung.base).await;
    let base = format!("http://{}", relay.address);
    let mut elsewhere = Vec::new();
    let mut errors = Vec::new();
    for page in PAGES {
        let browser = Browser::start(360, 740).await;
        relay.seen();
        browser.goto(&format!("{base}{page}")).await;
        settled(&relay).await;
        let asked = browser.script(ASKED).await;
        elsewhere.extend(others(&asked, &base));
        errors.extend(browser.errors().await);
        browser.close().await;
        let answers = relay.seen();
        let total = answers.iter().map(|answer| answer.bytes).sum();
        table.bytes(&format!("{page} opened for the first time"), total, LIMIT);
        if page == "/kasir" {
            for answer in &answers {
                let about = format!("{:>7} {} {}", answer.bytes, answer.status, answer.encoding);
                Table::note(&format!("    {}", answer.path), about.trim_end());
            }
        }
        again(&relay, &base, page).await;
    }
    table.nothing("requests that leave the machine", &elsewhere);
    table.nothing("errors on the console", &errors);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for page in PAGES {
        warung.ask(&http, page).await;
        let mut times = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            times.push(warung.ask(&http, page).await);
        }
        table.times(&format!("{page} ready at the daemon"), times, READY);
    }
}

/// Waits until what makes the pages an app is there, too: it is fetched after the page itself.
async fn settled(relay: &Relay) {
    let started = Instant::now();
    while !relay.has_answered("/assets/closed.js") {
        assert!(started.elapsed() < Duration::from_secs(20), "no app");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What the page takes when the browser has been there before.
async fn again(relay: &Relay, base: &str, page: &str) {
    let browser = Browser::start(360, 740).await;
    browser.goto(&format!("{base}/lainnya")).await;
    browser.goto(&format!("{base}{page}")).await;
    browser.goto(&format!("{base}/lainnya")).await;
    relay.seen();
    browser.goto(&format!("{base}{page}")).await;
    let answers = relay.seen();
    browser.close().await;
    let bytes: u64 = answers.iter().map(|answer| answer.bytes).sum();
    let figure = format!("{bytes:>7} bytes in {} requests", answers.len());
    Table::note(&format!("{page} opened again"), &figure);
}

/// The addresses in `asked` that are not of `base`.
fn others(asked: &Value, base: &str) -> Vec<String> {
    let asked = asked.as_array().expect("a list");
    asked
        .iter()
        .filter_map(Value::as_str)
        .filter(|url| !url.starts_with(base))
        .map(str::to_owned)
        .collect()
}
