//! Figures beside their limits.

use std::process::ExitCode;
use std::time::Duration;

/// What was measured, and what of it was too much.
#[derive(Default)]
pub struct Table {
    missed: Vec<String>,
}

impl Table {
    /// Something that has no limit.
    pub fn note(what: &str, figure: &str) {
        println!("{what:<58} {figure}");
    }

    /// How long something took, each time. `limit` holds for 99 of 100 of them: now and then the machine
    /// does something else.
    pub fn times(&mut self, what: &str, mut times: Vec<Duration>, limit: Duration) {
        times.sort_unstable();
        let at = |share: usize| milliseconds(times[(times.len() - 1) * share / 100]);
        let worst = times.last().copied().unwrap_or_default();
        let figure = format!(
            "p50 {:>6.1}  p95 {:>6.1}  p99 {:>6.1}  worst {:>6.1} ms of {:.0} ({} times)",
            at(50),
            at(95),
            at(99),
            milliseconds(worst),
            milliseconds(limit),
            times.len(),
        );
        let slow = times[(times.len() - 1) * 99 / 100];
        self.judge(what, &figure, slow < limit);
    }

    /// How many bytes something is.
    pub fn bytes(&mut self, what: &str, bytes: u64, limit: u64) {
        let figure = format!("{bytes:>7} bytes of {limit}");
        self.judge(what, &figure, bytes < limit);
    }

    /// Something that must not happen, and where it did.
    pub fn nothing(&mut self, what: &str, found: &[String]) {
        let figure = if found.is_empty() {
            "none".to_owned()
        } else {
            found.join("; ")
        };
        self.judge(what, &figure, found.is_empty());
    }

    fn judge(&mut self, what: &str, figure: &str, holds: bool) {
        let mark = if holds { "" } else { "  MISSED" };
        println!("{what:<58} {figure}{mark}");
        if !holds {
            self.missed.push(what.to_owned());
        }
    }

    /// Fails where a limit was missed.
    pub fn verdict(self) -> ExitCode {
        if self.missed.is_empty() {
            println!("every limit held");
            return ExitCode::SUCCESS;
        }
        println!("missed: {}", self.missed.join("; "));
        ExitCode::FAILURE
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
