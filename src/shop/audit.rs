//! The audit log as its owner reads it.

use chrono::{DateTime, Days, NaiveDate, TimeZone as _, Utc};

use super::Shop;
use super::store::audit;
use crate::error::Result;

pub use super::store::audit::Entry;

/// Which entries to read.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Of this day on the shop's wall.
    pub day: Option<NaiveDate>,
    /// By whom.
    pub actor: Option<String>,
    /// What was done.
    pub action: Option<String>,
    /// Only entries before this number.
    pub before: Option<i64>,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Log {
    /// The newest first.
    pub entries: Vec<Entry>,
    /// There are more before them.
    pub more: bool,
    /// The first entry that is not as it was written, if any.
    pub broken_at: Option<i64>,
    /// Everybody who did something.
    pub actors: Vec<String>,
    /// Everything that was done.
    pub actions: Vec<String>,
}

/// Entries on one page.
const ROWS: usize = 100;

impl Shop {
    /// Entries of the audit log, and whether the whole of it is as it was written.
    ///
    /// # Errors
    /// What the database said.
    pub async fn audit_log(&self, wanted: Wanted) -> Result<Log> {
        let bounds = wanted.day.map(|day| self.bounds(day));
        self.db
            .read(move |connection| {
                let filter = audit::Filter {
                    from: bounds.map(|(from, _)| from),
                    until: bounds.map(|(_, until)| until),
                    actor: wanted.actor.as_deref(),
                    action: wanted.action.as_deref(),
                    before: wanted.before,
                };
                let mut entries = audit::list(connection, &filter, ROWS + 1)?;
                let more = entries.len() > ROWS;
                entries.truncate(ROWS);
                Ok(Log {
                    entries,
                    more,
                    broken_at: audit::first_broken_link(connection)?,
                    actors: audit::actors(connection)?,
                    actions: audit::actions(connection)?,
                })
            })
            .await
    }

    /// When a day begins and ends on the shop's wall.
    fn bounds(&self, day: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
        let zone = self.info.timezone;
        let begins = |day: NaiveDate| {
            let midnight = day.and_time(chrono::NaiveTime::MIN);
            // Where the clocks are put forward at midnight, the day begins an hour later.
            zone.from_local_datetime(&midnight)
                .earliest()
                .map_or_else(|| midnight.and_utc(), |begin| begin.with_timezone(&Utc))
        };
        let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
        (begins(day), begins(next))
    }
}
