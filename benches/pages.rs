//! What a shopkeeper waits for: the pages of a shop with 20,000 products, by the real program, over HTTP and in a real
//! browser, at its own speed and four times slower, as on a cheap telephone.
//!
//! `cargo bench --bench pages` prints every figure beside its limit and fails where more than one in a hundred misses it.
//! Wants Chromium and its chromedriver; `./tests/run` installs them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code, unused_imports, reason = "the tests use more of it")]
#[path = "../tests/browser/mod.rs"]
mod browser;
#[path = "pages/counter.rs"]
mod counter;
#[path = "pages/figures.rs"]
mod figures;
#[path = "pages/goods.rs"]
mod goods;
#[allow(dead_code, reason = "the bench of sync uses more of it")]
#[path = "sync/process.rs"]
mod process;
#[path = "pages/relay.rs"]
mod relay;
#[path = "pages/search.rs"]
mod search;
#[path = "pages/warung.rs"]
mod warung;
#[path = "pages/weight.rs"]
mod weight;

use std::process::ExitCode;

use figures::Table;
use warung::Warung;

fn main() -> ExitCode {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut table = Table::default();
        let warung = Warung::open().await;
        weight::measure(&warung, &mut table).await;
        search::measure(&warung, &mut table).await;
        counter::measure(&warung, &mut table).await;
        table.verdict()
    })
}
