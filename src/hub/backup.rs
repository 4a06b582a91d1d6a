//! Backups of the hub on SQLite: on demand, every night, and back into place. A hub on PostgreSQL is backed up by that
//! server's own tools.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::database::only_for_a_file;
use super::store::check::{self, Counted, DeviceEnds};
use super::store::sqlite::{FILE_NAME, SCHEMA, on_connection};
use super::store::{Tenant, audit, identity, settings};
use super::{Hub, LOCK_FILE, options, store};
use crate::clock::SharedClock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::store::FileLock;
use crate::store::backup::{
    self, Backups, Copied, Nightly, Patience, Soundness, Source, open_to_read,
};

pub use crate::store::backup::BackupsStatus;

/// What the nightly backup remembers, in the hub's settings.
const NIGHTLY: &str = "backup.nightly";

/// The hour of the hub's night at which its backup is taken.
const HOUR: chrono::Duration = chrono::Duration::hours(3);

/// The longest that the nightly task sleeps: a clock that was set must not keep a night waiting.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

/// A backup that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Where it is.
    pub file: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Devices whose logs are in it.
    pub devices: usize,
    /// How many earlier ones were removed, because newer ones stand for their time or the disk is short.
    pub removed: usize,
}

/// What a hub's database holds, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// The distributor's name.
    pub hub: String,
    /// Its shops.
    pub shops: i64,
    /// Events held of them.
    pub events: i64,
}

/// A hub that was put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// The file it came from.
    pub from: PathBuf,
    /// What is in place now.
    pub restored: Figures,
    /// What was replaced; absent where there was nothing, or nothing that could be read.
    pub replaced: Option<Figures>,
    /// Where that is kept.
    pub kept_as: Option<PathBuf>,
    /// The life that begins: by it the shops notice that they have to send again.
    pub incarnation: Uuid,
}

/// The backups in a hub's data folder.
pub(super) fn backups(data: &Path) -> Backups {
    Backups::of(data, "hub")
}

/// The date of the night whose backup is due, if a night has begun since the hub was set up.
fn due(now: DateTime<Utc>, since: DateTime<Utc>, zone: Tz) -> Option<NaiveDate> {
    let night = |moment: DateTime<Utc>| (moment.with_timezone(&zone).naive_local() - HOUR).date();
    (night(now) > night(since)).then(|| night(now))
}

impl Hub {
    fn source(&self) -> Source {
        Source {
            path: self.config.data().join(FILE_NAME),
            schema: &SCHEMA,
            options: options(&self.config),
        }
    }

    /// Takes a backup while the hub runs: to `target`, which may be a folder, or else among the hub's own backups.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the file exists, [`Error::Refused`] while another backup is under way, and what the
    /// disk said. Nothing is left behind then.
    pub async fn back_up(&self, target: Option<&Path>) -> Result<Taken> {
        self.copy(target, Soundness::References).await
    }

    /// The same among the hub's own backups whatever else is wrong, for a repair to go back to.
    pub(super) async fn back_up_as_it_is(&self) -> Result<PathBuf> {
        Ok(self.copy(None, Soundness::Pages).await?.file)
    }

    fn must_be_a_file(&self) -> Result<()> {
        only_for_a_file(
            &self.config,
            "back it up with that server's own tools, such as pg_dump --format=custom --file=hub.dump DATABASE, and put \
             it back with pg_restore",
        )
    }

    async fn copy(&self, target: Option<&Path>, soundness: Soundness) -> Result<Taken> {
        self.must_be_a_file()?;
        let own = backups(self.config.data());
        let source = self.source();
        let copied = source
            .back_up(&own, target, self.now(), soundness, check::devices)
            .await?;
        Ok(taken(copied, 0))
    }

    /// Backs up night after night until stopped. Whatever comes of it, the hub runs on.
    pub(super) async fn back_up_nightly(self, stop: CancellationToken) {
        if self.must_be_a_file().is_err() {
            return;
        }
        let mut patience = Patience::default();
        loop {
            let now = self.now();
            let sleep = self.clock.wait(LONGEST_SLEEP);
            if !patience.waits(now) {
                let outcome = self.back_up_if_due(now).await;
                patience.note(outcome.is_err(), now);
                match outcome {
                    Ok(Some(taken)) => {
                        tracing::info!(file = %taken.file.display(), removed = taken.removed, "backed up");
                    }
                    Ok(None) => {}
                    Err(error) => tracing::error!(%error, "the nightly backup failed"),
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep => {}
            }
        }
    }

    async fn back_up_if_due(&self, now: DateTime<Utc>) -> Result<Option<Taken>> {
        let zone = self.identity.timezone;
        let Some(due) = due(now, self.identity.created_at, zone) else {
            return Ok(None);
        };
        let known = self.nightly().await?;
        // A clock that was set back gets another one; one too many does no harm.
        if known.date == Some(due) {
            return Ok(None);
        }
        let own = backups(self.config.data());
        let outcome = self
            .source()
            .back_up_and_rotate(&own, now, zone, check::devices)
            .await;
        let text = known.after(due, now, &outcome).text()?;
        store::write(self.store(), move |tx| settings::set(tx, NIGHTLY, &text)).await?;
        let (copied, removed) = outcome?;
        Ok(Some(taken(copied, removed)))
    }

    async fn nightly(&self) -> Result<Nightly> {
        let text = store::read(self.store(), |tx| settings::get(tx, NIGHTLY)).await?;
        Ok(Nightly::parse(text.as_deref()))
    }

    /// How the backups stand.
    ///
    /// # Errors
    /// What the database said.
    pub async fn backups(&self) -> Result<BackupsStatus> {
        if self.must_be_a_file().is_err() {
            return Ok(BackupsStatus::elsewhere(self.config.data()));
        }
        let failure = self.nightly().await?.failure;
        let since = self.identity.created_at;
        Ok(backups(self.config.data()).status(since, self.now(), failure))
    }
}

fn taken(copied: Copied<Vec<DeviceEnds>>, removed: usize) -> Taken {
    Taken {
        file: copied.path,
        bytes: copied.bytes,
        devices: copied.head.len(),
        removed,
    }
}

/// Puts the backup `file` in the place of the hub's database, or of none, and keeps what it replaces. The restored hub
/// begins another life, so that every shop compares its log with the hub's and sends again what is missing.
///
/// # Errors
/// [`Error::Refused`] while the hub runs; [`Error::NotADatabase`], [`Error::NewerDatabase`], [`Error::NotFound`] for a
/// file that is no sound backup of a hub; what the disk said. The hub is as it was then.
pub async fn restore(config: Config, file: &Path, clock: SharedClock) -> Result<Restored> {
    only_for_a_file(
        &config,
        "put a backup back with that server's own tools, such as pg_restore --dbname=DATABASE hub.dump",
    )?;
    let file = file.to_owned();
    tokio::task::spawn_blocking(move || put_back(&config, &file, clock.now()))
        .await
        .map_err(|_| Error::Internal("a restore ended abnormally".to_owned()))?
}

fn put_back(config: &Config, file: &Path, now: DateTime<Utc>) -> Result<Restored> {
    let data = config.data();
    // Before anything is written: what is wrong with the file has nothing to do with the hub.
    let has_hub = backup::check(file, &SCHEMA, Soundness::References, check::has_hub)?;
    if !has_hub {
        return Err(Error::NotADatabase {
            path: file.to_owned(),
            reason: "holds no hub".to_owned(),
        });
    }
    std::fs::create_dir_all(data).map_err(Error::io(format!("creating {}", data.display())))?;
    let _closed = FileLock::take(
        &data.join(LOCK_FILE),
        format!(
            "the hub in {} is running: stop it first (systemctl stop kulakan-hub, or Ctrl-C where it runs)",
            data.display()
        ),
    )?;
    let current = data.join(FILE_NAME);
    let replaced = open_to_read(&current)
        .and_then(|connection| figures(&connection))
        .ok();
    let incarnation = Uuid::now_v7();
    let look = (&SCHEMA, options(config));
    let (restored, kept_as) =
        backup::put_back(&current, file, look, (&backups(data), now), |tx| {
            let figures = figures(tx)?;
            let from = file.display().to_string();
            on_connection(tx, &Tenant::default(), |tx| {
                identity::begin_life(tx, incarnation)
            })?;
            for tenant in check::tenants(tx)? {
                on_connection(tx, &tenant, |tx| {
                    identity::begin_life_of_devices(tx)?;
                    audit::record(tx, now, "owner", "hub.restored", &from, "")
                })?;
            }
            Ok(figures)
        })?;
    Ok(Restored {
        from: file.to_owned(),
        restored,
        replaced,
        kept_as,
        incarnation,
    })
}

fn figures(connection: &rusqlite::Connection) -> Result<Figures> {
    Ok(Figures {
        hub: on_connection(connection, &Tenant::default(), identity::load)?.name,
        shops: check::count(connection, Counted::Shops)?,
        events: check::count(connection, Counted::Events)?,
    })
}
