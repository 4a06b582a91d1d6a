//! A shop that is as large as one gets: its goods, two months of history, a month of receipts, last night's plan, and the
//! program that runs it.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

use crate::figures::Table;
use crate::goods::{self, good};
use crate::process::{Process, free_address, kulakan};

/// Days of sales history from before the program came.
const HISTORY_DAYS: u64 = 60;

/// Different products that are sold in a day.
const SOLD_A_DAY: usize = 400;

/// Products of which anything is ever sold; the others stand there.
const SOLD_AT_ALL: usize = 2_000;

/// Receipts at its own till: a month of 200 a day.
const RECEIPTS: usize = 6_000;

/// The shop; its daemon ends with it.
pub struct Warung {
    pub base: String,
    _daemon: Process,
    _folder: TempDir,
}

impl Warung {
    /// Makes the shop and starts it.
    pub async fn open() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let at = folder.path();
        kulakan(at, &["shop", "init", "--name", "Warung Bu Sri"]);
        let started = Instant::now();
        for (kind, content) in [
            ("products", goods::products()),
            ("sales", history()),
            ("stock", stock()),
        ] {
            let file = at.join(format!("{kind}.csv"));
            std::fs::write(&file, content).unwrap();
            kulakan(at, &["shop", "import", kind, file.to_str().unwrap()]);
        }
        kulakan(at, &["shop", "plan", "--save"]);
        let token = kulakan(at, &["shop", "token", "create", "--label", "till"]);
        let address = free_address();
        let daemon = Process::start("shop", at, address, None);
        let base = format!("http://{address}");
        sell(&base, &token).await;
        let made = format!(
            "{} products, {RECEIPTS} receipts, in {:.0} s",
            goods::COUNT,
            started.elapsed().as_secs_f64()
        );
        Table::note("a shop", &made);
        Self {
            base,
            _daemon: daemon,
            _folder: folder,
        }
    }

    /// Asks for a page as a browser does, and reads all of it: how long it took.
    pub async fn ask(&self, http: &reqwest::Client, path: &str) -> Duration {
        let started = Instant::now();
        let answer = http
            .get(format!("{}{path}", self.base))
            .header("accept-encoding", "gzip, deflate, br, zstd")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        answer.bytes().await.unwrap();
        started.elapsed()
    }
}

/// The `nth` product to be sold, the first ones far more often than the rest.
fn sold(nth: usize) -> usize {
    let scattered = nth * 7919 % SOLD_AT_ALL;
    scattered * scattered / SOLD_AT_ALL * (goods::COUNT / SOLD_AT_ALL)
}

fn history() -> String {
    let mut lines = String::from("date,sku,quantity\n");
    let today = chrono::Local::now().date_naive();
    for day in 1..=HISTORY_DAYS {
        let date = today - chrono::Days::new(day);
        let mut products: Vec<usize> = (0..SOLD_A_DAY)
            .map(|nth| sold(nth + day as usize))
            .collect();
        products.sort_unstable();
        for same in products.chunk_by(|one, next| one == next) {
            writeln!(lines, "{date},{},{}", good(same[0]).sku, same.len()).unwrap();
        }
    }
    lines
}

fn stock() -> String {
    let mut lines = String::from("sku,quantity\n");
    for number in 0..goods::COUNT {
        writeln!(lines, "{},{}", good(number).sku, 1 + number * 37 % 90).unwrap();
    }
    lines
}

async fn sell(base: &str, token: &str) {
    const CLIENTS: usize = 8;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let call = Arc::new((http, format!("{base}/api/v1/sales"), token.to_owned()));
    let mut running = tokio::task::JoinSet::new();
    for client in 0..CLIENTS {
        let call = Arc::clone(&call);
        running.spawn(async move {
            let (http, url, token) = &*call;
            for nth in (client..RECEIPTS).step_by(CLIENTS) {
                let lines: Vec<_> = (0..3)
                    .map(|line| json!({ "sku": good(sold(nth * 3 + line)).sku, "quantity": 1 }))
                    .collect();
                let payment = json!({ "method": "qris" });
                let sale =
                    json!({ "id": format!("receipt-{nth}"), "lines": lines, "payment": payment });
                let answer = http.post(url).bearer_auth(token).json(&sale).send();
                let answer = answer.await.unwrap();
                assert_eq!(answer.status().as_u16(), 201);
                answer.bytes().await.unwrap();
            }
        });
    }
    while let Some(done) = running.join_next().await {
        done.unwrap();
    }
}
