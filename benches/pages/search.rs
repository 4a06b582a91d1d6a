//! Searching as one types, letter by letter: at the daemon, and from the key to the list on the screen.

use std::time::Duration;

use crate::browser::Browser;
use crate::counter::{Meter, slowed};
use crate::figures::Table;
use crate::warung::Warung;

/// What people look for: names, parts of words, words in another order, accents left out, codes, the digits under bars.
const QUERIES: [&str; 16] = [
    "mi goreng",
    "kopi susu gula aren",
    "indo",
    "gula pasir 1 kg",
    "susu kental manis cokelat",
    "sabun cuci piring",
    "cuci sabun jeruk nipis",
    "teh melati isi 25",
    "minyak 2 l",
    "creme brulee",
    "MIG-00120",
    "8991104",
    "899",
    "a",
    "s m",
    "xyzzy",
];

/// Rounds at the daemon.
const ROUNDS: usize = 8;

const AT_THE_DAEMON: Duration = Duration::from_millis(50);
const ON_SCREEN: Duration = Duration::from_millis(100);

/// Times each.
pub async fn measure(warung: &Warung, table: &mut Table) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut times = Vec::new();
    let mut slowest = (Duration::ZERO, String::new());
    for _ in 0..ROUNDS {
        for prefix in QUERIES.iter().flat_map(|query| prefixes(query)) {
            let path = format!("/kasir/cari?q={}", encoded(prefix));
            let took = warung.ask(&http, &path).await;
            if took > slowest.0 {
                slowest = (took, prefix.to_owned());
            }
            times.push(took);
        }
    }
    table.times("search as one types, at the daemon", times, AT_THE_DAEMON);
    Table::note("    slowest", &format!("{:?}", slowest.1));
    for rate in [1, 4] {
        let browser = Browser::start(360, 740).await;
        browser.goto(&format!("{}/kasir", warung.base)).await;
        slowed(&browser, rate).await;
        let meter = Meter::install(&browser).await;
        let mut times = Vec::new();
        for query in QUERIES {
            // The last query goes letter by letter too, and each time the list follows.
            browser
                .script("document.getElementById('cari').select()")
                .await;
            for (at, letter) in query.char_indices() {
                let typed = &query[..at + letter.len_utf8()];
                meter
                    .expect(&format!(
                        "document.getElementById('hasil').dataset.of === {}",
                        serde_json::json!(typed.trim())
                    ))
                    .await;
                browser
                    .find("#cari")
                    .await
                    .send_keys(&letter.to_string())
                    .await
                    .unwrap();
                // A space asks for nothing new.
                if letter != ' ' {
                    times.push(meter.read().await);
                }
            }
        }
        browser.close().await;
        table.times(
            &format!("from key to list on screen, {rate}x slower"),
            times,
            ON_SCREEN,
        );
    }
}

fn prefixes(query: &str) -> impl Iterator<Item = &str> {
    query
        .char_indices()
        .map(|(at, letter)| &query[..at + letter.len_utf8()])
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
