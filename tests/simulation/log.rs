//! What a run did: its trace, from which the digest of a replay is made, and how often each thing happened.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::dice::Dice;

/// An invariant that does not hold: its number in the design, 0 for an operation that failed as none may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub invariant: u8,
    pub what: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "invariant {}: {}", self.invariant, self.what)
    }
}

pub type Check<T = ()> = Result<T, Violation>;

pub fn violation<T>(invariant: u8, what: impl Into<String>) -> Check<T> {
    Err(Violation {
        invariant,
        what: what.into(),
    })
}

/// Returns from the function with a [`Violation`] unless the condition holds.
macro_rules! hold {
    ($invariant:expr, $condition:expr, $($what:tt)+) => {
        if !$condition {
            return $crate::simulation::log::violation($invariant, format!($($what)+));
        }
    };
}
pub(super) use hold;

/// How often each thing happened.
pub type Tally = BTreeMap<&'static str, u64>;

/// Shared by the network and the world, which never run at the same time.
pub struct Log {
    inner: Mutex<Inner>,
}

struct Inner {
    dice: Dice,
    trace: Vec<String>,
    tally: Tally,
}

impl Log {
    pub fn new(seed: u64) -> Self {
        Self {
            inner: Mutex::new(Inner {
                dice: Dice::new(seed),
                trace: Vec::new(),
                tally: Tally::new(),
            }),
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Asks chance.
    pub fn dice<T>(&self, ask: impl FnOnce(&mut Dice) -> T) -> T {
        self.with(|inner| ask(&mut inner.dice))
    }

    /// Notes what happened, without anything that differs from run to run of one seed (identities, hashes).
    pub fn note(&self, line: impl Into<String>) {
        self.with(|inner| inner.trace.push(line.into()));
    }

    /// Counts that something happened.
    pub fn count(&self, name: &'static str) {
        self.add(name, 1);
    }

    pub fn add(&self, name: &'static str, times: u64) {
        self.with(|inner| *inner.tally.entry(name).or_default() += times);
    }

    pub fn finish(&self) -> (Vec<String>, Tally) {
        self.with(|inner| (inner.trace.clone(), inner.tally.clone()))
    }
}

/// A digest of all that a run did.
pub fn digest(trace: &[String]) -> String {
    let mut digest = Sha256::new();
    for line in trace {
        digest.update(line.as_bytes());
        digest.update([b'\n']);
    }
    let bytes: [u8; 32] = digest.finalize().into();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
