//! Backups of the shop: on demand, every night, and back into place.

mod restore;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Shop;
use super::schedule::Schedule;
use super::store::events::{self, LogHead};
use super::store::settings;
use crate::error::{Error, Result};
use crate::store::backup::{Backups, Copied, Failure, Soundness};
use crate::store::disk;

pub use crate::store::backup::BackupsStatus;
pub use restore::{Figures, Restored, restore};

/// What the nightly backup remembers, in the shop's settings.
const NIGHTLY: &str = "backup.nightly";

/// After a failure it is not tried again before so long: what is wrong with a disk is not over in a minute.
const PATIENCE: Duration = Duration::hours(1);

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

/// What the nightly backup remembers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Nightly {
    /// The local date that has its backup.
    date: Option<NaiveDate>,
    /// The last attempt, if it failed.
    failure: Option<Failure>,
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
    /// [`Error::Conflict`] when the file exists, [`Error::Refused`] while another backup is under way, and what the
    /// disk said. Nothing is left behind then.
    pub async fn back_up(&self, target: Option<&Path>) -> Result<Taken> {
        let own = backups(self.config.data());
        let file = own.file(self.clock.now());
        let Some(target) = target else {
            let _alone = own.begin(self.db.path())?;
            return Ok(taken(self.copy_to(&file, Soundness::References).await?, 0));
        };
        let target = match file.file_name() {
            Some(name) if target.is_dir() => target.join(name),
            _ => target.to_owned(),
        };
        Ok(taken(
            self.copy_to(&target, Soundness::References).await?,
            0,
        ))
    }

    /// The same among the shop's own backups whatever else is wrong, for a repair to go back to.
    pub(super) async fn back_up_as_it_is(&self) -> Result<PathBuf> {
        let own = backups(self.config.data());
        let _alone = own.begin(self.db.path())?;
        let file = own.file(self.clock.now());
        Ok(self.copy_to(&file, Soundness::Pages).await?.path)
    }

    async fn copy_to(&self, target: &Path, soundness: Soundness) -> Result<Copied<LogHead>> {
        self.db.backup_to(target, soundness, events::head).await
    }

    /// Takes the backup of the night if the schedule has fired on a date that has none. Whatever comes of it, the shop
    /// sells on.
    ///
    /// `failed_at` is when this last failed.
    pub(super) async fn back_up_nightly(
        &self,
        schedule: &Schedule,
        failed_at: &mut Option<DateTime<Utc>>,
    ) {
        let now = self.clock.now();
        if failed_at.is_some_and(|at| at <= now && now - at < PATIENCE) {
            return;
        }
        *failed_at = None;
        match self.back_up_if_due(schedule).await {
            Ok(Some(taken)) => {
                tracing::info!(file = %taken.file.display(), removed = taken.removed, "backed up");
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%error, "the nightly backup failed");
                *failed_at = Some(now);
            }
        }
    }

    async fn back_up_if_due(&self, schedule: &Schedule) -> Result<Option<Taken>> {
        let now = self.clock.now();
        let Some(due) = schedule.due_date(now, self.info.founded_at) else {
            return Ok(None);
        };
        let known = self.db.read(nightly).await?;
        // A clock that was set back gets another one; one too many does no harm.
        if known.date == Some(due) {
            return Ok(None);
        }
        let taken = self.back_up_and_rotate(now).await;
        let (date, failure) = match &taken {
            Ok(_) => (Some(due), None),
            Err(error) => (
                known.date,
                Some(Failure {
                    at: now,
                    error: error.to_string(),
                }),
            ),
        };
        self.remember_night(Nightly { date, failure }).await?;
        taken.map(Some)
    }

    async fn back_up_and_rotate(&self, now: DateTime<Utc>) -> Result<Taken> {
        let own = backups(self.config.data());
        let _alone = own.begin(self.db.path())?;
        let size = disk::database_size(self.db.path());
        let crowded_out = own.make_room(size, || disk::free(own.folder()))?;
        if crowded_out > 0 {
            tracing::warn!(
                crowded_out,
                "the disk is short: the oldest backups were removed"
            );
        }
        let copied = self.copy_to(&own.file(now), Soundness::References).await?;
        let outlived = own.rotate(self.info.timezone, &copied.path)?;
        Ok(taken(copied, crowded_out + outlived))
    }

    async fn remember_night(&self, night: Nightly) -> Result<()> {
        let text = serde_json::to_string(&night)
            .map_err(|error| Error::Internal(format!("keeping the state of backups: {error}")))?;
        self.db
            .write(move |tx| settings::set(tx, NIGHTLY, &text))
            .await
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

/// What the nightly backup remembers; what cannot be read is as good as nothing.
fn nightly(connection: &rusqlite::Connection) -> Result<Nightly> {
    let text = settings::get(connection, NIGHTLY)?;
    Ok(text
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}
