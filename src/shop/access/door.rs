//! What stands between a passer-by and the pages: whether a PIN is asked for, and after how long a page locks itself.

use std::sync::atomic::Ordering;

use rusqlite::Connection;

use super::OWNER;
use crate::error::{Error, Result};
use crate::shop::Shop;
use crate::shop::store::{audit, people, settings};
use crate::store::WriteTx;

/// The shop's setting for how many minutes without use end a session.
pub const LOCK_MINUTES: &str = "lock_minutes";

/// The shop's setting for how often all sessions were ended at once.
const SESSIONS_ENDED: &str = "sessions_ended";

/// Where nobody has set it.
const USUAL_LOCK_MINUTES: u32 = 10;

/// The longest: a morning.
const LONGEST_LOCK_MINUTES: u32 = 240;

/// What stands between a passer-by and the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// A PIN is asked for.
    pub has_pin: bool,
    /// Minutes without use that end a session; 0 for a page that does not lock, which only one without a PIN may be.
    pub lock_minutes: u32,
    /// How often all sessions were ended at once: those begun under another figure are over.
    pub sessions_ended: u64,
}

impl Door {
    fn load(connection: &Connection) -> Result<Self> {
        let minutes = match settings::get(connection, LOCK_MINUTES)? {
            None => USUAL_LOCK_MINUTES,
            Some(text) => text.parse().map_err(|_| {
                Error::Corrupt(format!("settings.{LOCK_MINUTES} is {text:?}, no number"))
            })?,
        };
        Ok(Self {
            has_pin: people::owner_has_pin(connection)?,
            lock_minutes: minutes,
            sessions_ended: sessions_ended(connection)?,
        })
    }

    /// How long a session lasts without use.
    #[must_use]
    pub fn idle(&self) -> chrono::Duration {
        let minutes = if self.lock_minutes == 0 {
            USUAL_LOCK_MINUTES
        } else {
            self.lock_minutes
        };
        chrono::Duration::minutes(i64::from(minutes))
    }
}

fn sessions_ended(connection: &Connection) -> Result<u64> {
    match settings::get(connection, SESSIONS_ENDED)? {
        None => Ok(0),
        Some(text) => text.parse().map_err(|_| {
            Error::Corrupt(format!("settings.{SESSIONS_ENDED} is {text:?}, no number"))
        }),
    }
}

/// Ends every session, at a daemon too that runs on the same database.
pub(super) fn end_sessions(tx: &WriteTx<'_>) -> Result<()> {
    let times = sessions_ended(tx)?.saturating_add(1);
    settings::set(tx, SESSIONS_ENDED, &times.to_string())
}

impl Shop {
    /// How the pages are guarded at this moment.
    ///
    /// # Errors
    /// What the database said, and [`Error::Corrupt`] for a setting that no program of ours wrote.
    pub async fn door(&self) -> Result<Door> {
        let door = self.db.read(Door::load).await?;
        self.has_pin.store(door.has_pin, Ordering::Relaxed);
        Ok(door)
    }

    /// Whether the owner has set a PIN, as this process last saw it.
    #[must_use]
    pub fn has_pin(&self) -> bool {
        self.has_pin.load(Ordering::Relaxed)
    }

    /// Has sessions end after so many minutes without use from now on.
    ///
    /// # Errors
    /// [`Error::Invalid`] beyond 0 to 240, and for 0 where a PIN is set.
    pub async fn set_lock_minutes(&self, minutes: u32) -> Result<()> {
        if minutes > LONGEST_LOCK_MINUTES {
            return Err(Error::invalid(LOCK_MINUTES, "must be 0 to 240"));
        }
        self.record(move |tx, now| {
            if minutes == 0 && people::owner_has_pin(tx)? {
                return Err(Error::invalid(
                    LOCK_MINUTES,
                    "must be at least 1 where a PIN is set",
                ));
            }
            let minutes = minutes.to_string();
            settings::set(tx, LOCK_MINUTES, &minutes)?;
            audit::record(tx, now, OWNER, "setting.changed", LOCK_MINUTES, &minutes)
        })
        .await
    }
}
