//! Backing a database up: now, and once a night.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::backup::{Copied, Soundness, copy};
use super::folder::{Backups, Failure, has_room};
use super::{Options, Schema, connection, disk};
use crate::error::{Error, Result};

/// After a failure it is not tried again before so long: what is wrong with a disk is not over in a minute.
const PATIENCE: Duration = Duration::hours(1);

/// A database that is in use, to be copied.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// What it must look like.
    pub schema: &'static Schema,
    /// How it is opened.
    pub options: Options,
}

/// What nightly backups remember between nights.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nightly {
    /// The local date that has its backup.
    pub date: Option<NaiveDate>,
    /// The last attempt, if it failed.
    pub failure: Option<Failure>,
}

impl Nightly {
    /// As it was kept; what cannot be read is as good as nothing.
    #[must_use]
    pub fn parse(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    /// To be kept.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be written as text.
    pub fn text(&self) -> Result<String> {
        serde_json::to_string(self)
            .map_err(|error| Error::Internal(format!("keeping the state of backups: {error}")))
    }

    /// The state after the backup of `due` came to `outcome` at `now`.
    #[must_use]
    pub fn after<T>(self, due: NaiveDate, now: DateTime<Utc>, outcome: &Result<T>) -> Self {
        match outcome {
            Ok(_) => Self {
                date: Some(due),
                failure: None,
            },
            Err(error) => Self {
                date: self.date,
                failure: Some(Failure {
                    at: now,
                    error: error.to_string(),
                }),
            },
        }
    }
}

/// When nightly backups last failed in this run of the program, so that they are not tried every minute.
#[derive(Debug, Default)]
pub struct Patience(Option<DateTime<Utc>>);

impl Patience {
    /// Whether to wait longer. A clock that was set back ends the wait.
    #[must_use]
    pub fn waits(&self, now: DateTime<Utc>) -> bool {
        self.0.is_some_and(|at| at <= now && now - at < PATIENCE)
    }

    /// Takes note of how it went at `now`.
    pub fn note(&mut self, failed: bool, now: DateTime<Utc>) {
        self.0 = failed.then_some(now);
    }
}

impl Source {
    /// Copies it to `target` and checks the copy, see [`copy`].
    ///
    /// # Errors
    /// As there.
    pub async fn copy_to<H>(
        &self,
        target: PathBuf,
        soundness: Soundness,
        head: fn(&Connection) -> Result<H>,
    ) -> Result<Copied<H>>
    where
        H: PartialEq + Send + 'static,
    {
        let source = self.clone();
        tokio::task::spawn_blocking(move || {
            let reader = connection::open_reader(&source.path, source.options)?;
            copy(
                &reader,
                &source.path,
                &target,
                source.schema,
                soundness,
                head,
            )
        })
        .await
        .map_err(|_| Error::Internal("a backup ended abnormally".to_owned()))?
    }

    /// Copies it to `target`, which may be a folder, or else among its own backups under the name of `now`; a copy of
    /// which only the pages are known to be whole gets a name that says so.
    ///
    /// # Errors
    /// As [`Source::copy_to`], and [`Error::Refused`] while another backup is under way there or when the disk has no
    /// room: what older ones take is not given up for one that somebody asks for.
    pub async fn back_up<H>(
        &self,
        own: &Backups,
        target: Option<&Path>,
        now: DateTime<Utc>,
        soundness: Soundness,
        head: fn(&Connection) -> Result<H>,
    ) -> Result<Copied<H>>
    where
        H: PartialEq + Send + 'static,
    {
        let name = match soundness {
            Soundness::References => Backups::file,
            Soundness::Pages => Backups::before_repair,
        };
        let file = own.unused(now, name);
        let size = disk::database_size(&self.path);
        let Some(target) = target else {
            let _alone = own.begin(&self.path)?;
            has_room(size, disk::free(own.folder()))?;
            return self.copy_to(file, soundness, head).await;
        };
        let target = match file.file_name() {
            Some(name) if target.is_dir() => target.join(name),
            _ => target.to_owned(),
        };
        let place = std::path::absolute(&target).ok();
        has_room(
            size,
            place.as_deref().and_then(Path::parent).and_then(disk::free),
        )?;
        self.copy_to(target, soundness, head).await
    }

    /// Copies it among its own backups, and lets those go that newer ones stand for or that the disk has no room for;
    /// how many went.
    ///
    /// # Errors
    /// As [`Source::back_up`], and [`Error::Refused`] when the disk has no room. No earlier backup is gone then, unless
    /// for room.
    pub async fn back_up_and_rotate<H>(
        &self,
        own: &Backups,
        now: DateTime<Utc>,
        zone: Tz,
        head: fn(&Connection) -> Result<H>,
    ) -> Result<(Copied<H>, usize)>
    where
        H: PartialEq + Send + 'static,
    {
        let _alone = own.begin(&self.path)?;
        let size = disk::database_size(&self.path);
        let crowded_out = own.make_room(size, now, || disk::free(own.folder()))?;
        if crowded_out > 0 {
            tracing::warn!(
                crowded_out,
                "the disk is short: the oldest backups were removed"
            );
        }
        let copied = self
            .copy_to(own.unused(now, Backups::file), Soundness::References, head)
            .await?;
        let outlived = own.rotate(now, zone, &copied.path)?;
        Ok((copied, crowded_out + outlived))
    }
}
