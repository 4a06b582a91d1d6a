//! What stands between a passer-by and the pages: whether a PIN is asked for, and after how long a page locks itself.

use std::sync::atomic::Ordering;

use rusqlite::Connection;

use super::OWNER;
use crate::error::{Error, Result};
use crate::shop::Shop;
use crate::shop::store::{audit, people, settings};

/// The shop's setting for how many minutes without use end a session.
pub const LOCK_MINUTES: &str = "lock_minutes";

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
