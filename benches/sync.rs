//! What sync costs: bytes on the wire for a day of sales and for an idle day, a month offline over a bad line, and a
//! year's backlog in memory and in the till's way.
//!
//! `cargo bench --bench sync -- [day] [month] [namespace] [year]`: without a name, all but `namespace`, which wants
//! root, `ip` and Python for a line of real packets between two network namespaces.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "sync/day.rs"]
mod day;
#[path = "sync/line.rs"]
mod line;
#[path = "sync/month.rs"]
mod month;
#[path = "sync/process.rs"]
mod process;
#[path = "sync/trade.rs"]
mod trade;
#[path = "sync/year.rs"]
mod year;

fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let wanted = |name: &str| asked.is_empty() || asked.iter().any(|one| one == name);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if wanted("day") {
        runtime.block_on(day::measure());
    }
    if wanted("month") {
        runtime.block_on(month::measure());
    }
    if asked.iter().any(|one| one == "namespace") {
        runtime.block_on(month::measure_in_namespaces());
    }
    if wanted("year") {
        runtime.block_on(year::measure());
    }
}

/// On the disk that the build is on: a temporary folder may lie in memory, where a flush costs nothing.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}
