//! Backups of the shop: on demand, every night, and back into place.

mod restore;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use serde::Serialize;

use super::Shop;
use super::offsite::restore::clear_abandoned;
use super::schedule::Schedule;
use super::store::events::{self, LogHead};
use super::store::settings;
use crate::error::Result;
use crate::store::backup::{Backups, Copied, Nightly, Patience, Soundness};

pub use crate::store::backup::BackupsStatus;
pub use restore::{Figures, Restored, restore};

/// What the nightly backup remembers, in the shop's settings.
const NIGHTLY: &str = "backup.nightly";

/// A backup that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Where it is.
    pub file: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Where its event log ends.
    pub epoch: i64,
    /// The last event of that epoch in it.
    pub seq: i64,
    /// How many earlier ones were removed, because newer ones stand for their time or the disk is short.
    pub removed: usize,
}

/// The backups in a shop's data folder.
pub(super) fn backups(data: &Path) -> Backups {
    Backups::of(data, "shop")
}

impl Shop {
    /// Takes a backup while the shop goes on selling: to `target`, which may be a folder, or else among the shop's own
    /// backups.
    ///
    /// # Errors
    /// [`crate::error::Error::Conflict`] when the file exists, [`crate::error::Error::Refused`] while another backup is
    /// under way, and what the disk said. Nothing is left behind then.
    pub async fn back_up(&self, target: Option<&Path>) -> Result<Taken> {
        let (own, now) = (backups(self.config.data()), self.clock.now());
        let source = self.db.source();
        let copied = source
            .back_up(&own, target, now, Soundness::References, events::head)
            .await?;
        Ok(taken(copied, 0))
    }

    /// The same among the shop's own backups whatever else is wrong, for a repair to go back to.
    pub(super) async fn back_up_as_it_is(&self) -> Result<PathBuf> {
        let (own, now) = (backups(self.config.data()), self.clock.now());
        let source = self.db.source();
        let copied = source
            .back_up(&own, None, now, Soundness::Pages, events::head)
            .await?;
        Ok(copied.path)
    }

    /// Takes the backup of the night if the schedule has fired on a date that has none. Whatever comes of it, the shop
    /// sells on.
    pub(super) async fn back_up_nightly(&self, schedule: &Schedule, patience: &mut Patience) {
        let now = self.clock.now();
        if patience.waits(now) {
            return;
        }
        let outcome = self.back_up_if_due(schedule, now).await;
        patience.note(outcome.is_err(), now);
        match outcome {
            Ok(Some(taken)) => {
                tracing::info!(file = %taken.file.display(), removed = taken.removed, "backed up");
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the nightly backup failed"),
        }
    }

    async fn back_up_if_due(
        &self,
        schedule: &Schedule,
        now: DateTime<Utc>,
    ) -> Result<Option<Taken>> {
        let Some(due) = schedule.due_date(now, self.info.founded_at) else {
            return Ok(None);
        };
        let known = self.db.read(nightly).await?;
        // A clock that was set back gets another one; one too many does no harm.
        if known.date == Some(due) {
            return Ok(None);
        }
        // Parts and a leave that nobody goes on with take room and open a shop to whoever finds them.
        if let Err(error) = clear_abandoned(self.config.data(), now) {
            tracing::warn!(%error, "what a restore left could not be cleared away");
        }
        let own = backups(self.config.data());
        let outcome = self
            .db
            .source()
            .back_up_and_rotate(&own, now, self.info.timezone, events::head)
            .await;
        let text = known.after(due, now, &outcome).text()?;
        self.db
            .write(move |tx| settings::set(tx, NIGHTLY, &text))
            .await?;
        let (copied, removed) = outcome?;
        Ok(Some(taken(copied, removed)))
    }

    /// How the backups stand.
    ///
    /// # Errors
    /// What the database said.
    pub async fn backups(&self) -> Result<BackupsStatus> {
        let known = self.db.read(nightly).await?;
        let now = self.clock.now();
        Ok(backups(self.config.data()).status(self.info.founded_at, now, known.failure))
    }
}

fn taken(copied: Copied<LogHead>, removed: usize) -> Taken {
    Taken {
        file: copied.path,
        bytes: copied.bytes,
        epoch: copied.head.epoch,
        seq: copied.head.seq,
        removed,
    }
}

fn nightly(connection: &Connection) -> Result<Nightly> {
    Ok(Nightly::parse(
        settings::get(connection, NIGHTLY)?.as_deref(),
    ))
}
