//! What a check of a database came to.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rusqlite::Connection;
use serde::Serialize;

use super::Schema;
use super::backup::{open_to_read, page_faults, reference_faults, with_suffix};
use super::connection;
use crate::error::{Error, Result};

/// The most faults of one check that are told in words.
const TOLD: usize = 5;

/// How often a database that is being written is looked at again before what was seen is taken for its state.
const LOOKS: usize = 3;

/// Checks of what is rebuilt from other records.
pub const REBUILT: [&str; 4] = ["stock", "flows", "products", "links"];

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What: a word for programs.
    pub name: &'static str,
    /// Whether it is as it should be; not so where it could not be looked at.
    pub ok: bool,
    /// What was looked at, or what is wrong with it.
    pub detail: String,
}

/// What a check of a whole database came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether all is as it should be.
    pub ok: bool,
    /// The checks, in their order.
    pub checks: Vec<Check>,
    /// What was repaired, line by line.
    pub repaired: Vec<String>,
    /// The backup that was taken before the repair.
    pub backup: Option<PathBuf>,
}

impl Report {
    /// Of these checks.
    #[must_use]
    pub fn new(checks: Vec<Check>) -> Self {
        Self {
            ok: checks.iter().all(|check| check.ok),
            checks,
            repaired: Vec::new(),
            backup: None,
        }
    }

    /// Whether all that is wrong can be rebuilt from what is right.
    #[must_use]
    pub fn repairable(&self) -> bool {
        self.checks
            .iter()
            .all(|check| check.ok || REBUILT.contains(&check.name))
    }

    /// Whether there is nothing to rebuild.
    #[must_use]
    pub fn needs_no_repair(&self) -> bool {
        self.checks
            .iter()
            .all(|check| check.ok || !REBUILT.contains(&check.name))
    }

    /// Whether the check of this name was passed.
    #[must_use]
    pub fn passed(&self, name: &str) -> bool {
        self.checks
            .iter()
            .any(|check| check.name == name && check.ok)
    }
}

/// Faults as they are found: the first few in words, the rest counted.
#[derive(Debug, Default)]
pub struct Faults {
    told: Vec<String>,
    count: u64,
}

impl Faults {
    /// One more; its words are made only if they are told.
    pub fn add(&mut self, words: impl FnOnce() -> String) {
        self.count += 1;
        if self.told.len() < TOLD {
            self.told.push(words());
        }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The verdict under `name`, with `looked_at` where nothing was found.
    #[must_use]
    pub fn verdict(self, name: &'static str, looked_at: String) -> Check {
        if self.count == 0 {
            return Check {
                name,
                ok: true,
                detail: looked_at,
            };
        }
        let further = self.count - self.told.len() as u64;
        let mut detail = self.told.join("; ");
        if further > 0 {
            detail.push_str(&format!("; and {further} more"));
        }
        Check {
            name,
            ok: false,
            detail,
        }
    }
}

/// Carries a check out; one that fails on the way has not been passed.
pub fn check(name: &'static str, look: impl FnOnce() -> Result<Check>) -> Check {
    look().unwrap_or_else(|error| Check {
        name,
        ok: false,
        detail: format!("could not be looked at: {error}"),
    })
}

/// Kind, schema, pages and indexes of the database at `path`.
#[must_use]
pub fn integrity(connection: &Connection, path: &Path, schema: &Schema) -> Check {
    check("integrity", || {
        connection::check_kind(connection, path, schema)?;
        let mut faults = Faults::default();
        for fault in page_faults(connection, 100).map_err(|error| error.at(path))? {
            faults.add(|| fault);
        }
        let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        Ok(faults.verdict("integrity", format!("{pages} pages are whole")))
    })
}

/// References between rows.
#[must_use]
pub fn foreign_keys(connection: &Connection) -> Check {
    check("foreign_keys", || {
        let mut faults = Faults::default();
        for fault in reference_faults(connection, 100)? {
            faults.add(|| fault);
        }
        Ok(faults.verdict("foreign_keys", "every reference has its row".to_owned()))
    })
}

/// Opens the database at `path` to read, changing nothing, and lets `look` see one snapshot of it. Whatever it comes to
/// is the state of a moment, even when a program begins to write there meanwhile.
///
/// # Errors
/// [`Error::NotFound`] without a file, [`Error::Io`] for one that cannot be opened; what is in it is for `look` to say.
pub fn look_at<T>(path: &Path, look: impl Fn(&Connection) -> T) -> Result<T> {
    let mut seen;
    let mut looks = 0;
    loop {
        let before = trace(path);
        let connection = open_to_read(path)?;
        // One that cannot even begin to read is seen as it is, check by check.
        let _ = connection.execute_batch("BEGIN");
        seen = look(&connection);
        drop(connection);
        looks += 1;
        // With a log there was a snapshot; without one, the file was read as it lay there and may have moved meanwhile.
        if before.logged || before == trace(path) || looks == LOOKS {
            return Ok(seen);
        }
    }
}

/// What of a file changes when somebody writes it.
#[derive(Debug, PartialEq, Eq)]
struct Trace {
    bytes: u64,
    written: Option<SystemTime>,
    logged: bool,
}

fn trace(path: &Path) -> Trace {
    let about = std::fs::metadata(path).ok();
    Trace {
        bytes: about.as_ref().map_or(0, std::fs::Metadata::len),
        written: about.and_then(|about| about.modified().ok()),
        logged: std::fs::metadata(with_suffix(path, "-wal")).is_ok_and(|log| log.len() > 0),
    }
}

/// Refuses a repair of a database whose pages are damaged, and says what to do instead.
///
/// # Errors
/// [`Error::Refused`].
pub fn refuse_damaged(report: &Report, side: &str, newest: Option<&Path>) -> Result<()> {
    if report.passed("integrity") {
        return Ok(());
    }
    let advice = newest.map_or_else(
        || "there is no backup here to restore".to_owned(),
        |newest| {
            format!(
                "put the last backup in its place: kulakan {side} restore {}",
                newest.display()
            )
        },
    );
    Err(Error::Refused(format!(
        "the file itself is damaged, which cannot be repaired from within; {advice}"
    )))
}
