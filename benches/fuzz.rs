//! Feeds one of the fuzz targets of `tests/wire/fuzz` for as long as it is told: `cargo bench --bench fuzz -- TARGET
//! SECONDS [SEED]`. Without arguments each target is fed for ten seconds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code
)]

#[path = "../tests/harness"]
mod harness {
    pub mod xlsx;
}

#[path = "../tests/wire/fuzz/mod.rs"]
mod fuzz;

use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

fn main() {
    // A panic of any thread counts, not only of the one that feeds.
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |about| {
        fuzz::PANICS.fetch_add(1, Relaxed);
        before(about);
    }));
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'));
    let target = arguments.next();
    let mut number = |usual: u64| {
        let given = arguments.next();
        given.map_or(usual, |text| text.parse().expect("a whole number"))
    };
    let seconds = number(10);
    let seed = number(1);
    for name in fuzz::TARGETS {
        if target.as_deref().is_some_and(|wanted| wanted != name) {
            continue;
        }
        let begun = Instant::now();
        let limit = fuzz::Limit::Time(Duration::from_secs(seconds));
        let cases = fuzz::run(name, seed, &limit);
        println!(
            "{name}: seed {seed}, {cases} inputs in {:.0} s, nothing broke",
            begun.elapsed().as_secs_f64()
        );
    }
}
