//! Off-site backups: with the owner's consent, every night's backup goes to the hub, sealed on this device.
//!
//! The hub sees sizes, counts and times. What it keeps opens with the owner's passphrase alone, which leaves this device
//! neither in the clear nor otherwise, and which a night does not need: see [`key`]. A night costs what changed in it,
//! see [`pack`]; what has to be sent is kept until it has gone through, see [`folder`]; and a new device gets the shop
//! back with a one-time code of the hub and the passphrase, see [`restore`].

mod calls;
pub mod folder;
pub mod key;
mod manifest;
pub mod pack;
mod prepare;
pub mod restore;
mod upload;

use std::time::Duration;

use rusqlite::Connection;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::Shop;
use super::store::offsite::{self as rows, Offsite};
use super::store::{audit, sync_state};
use super::transport::Transport;
use crate::error::{Error, Result};
use crate::store::FileLock;
use crate::store::backup::{Kept, Patience};
use crate::wire::event::moment_text;
use calls::Calls;
use folder::Folder;
use key::Passphrase;
pub use upload::Sent;

/// How often it is looked whether there is a night's backup to send.
const TICK: Duration = Duration::from_mins(1);

/// What was agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// For the first time, or with a new passphrase: the next night sends everything.
    Begun,
    /// Again: what the hub has is gone on with.
    Resumed,
}

/// How off-site backups stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OffsiteStatus {
    /// The owner consents.
    pub enabled: bool,
    /// When that was last decided, RFC 3339.
    pub changed_at: Option<String>,
    /// When a backup last went through, RFC 3339.
    pub last_success_at: Option<String>,
    /// What the hub calls it.
    pub last_set: Option<String>,
    /// The bytes that it took.
    pub last_sent_bytes: Option<i64>,
    /// Bytes that are packed and not yet known to be at the hub.
    pub waiting_bytes: u64,
    /// Attempts that failed in a row.
    pub failures: u32,
    /// Not tried again before, RFC 3339.
    pub next_attempt_at: Option<String>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

impl OffsiteStatus {
    /// From what is known.
    pub(super) fn read(connection: &Connection, folder: &Folder) -> Result<Self> {
        let Some(state) = rows::load(connection)? else {
            return Ok(Self {
                enabled: false,
                changed_at: None,
                last_success_at: None,
                last_set: None,
                last_sent_bytes: None,
                waiting_bytes: 0,
                failures: 0,
                next_attempt_at: None,
                last_error: None,
            });
        };
        let pending = folder.pending();
        Ok(Self {
            enabled: state.enabled,
            changed_at: Some(moment_text(state.changed_at)),
            last_success_at: state.last_success_at.map(moment_text),
            last_set: state.last_set.map(|set| set.to_string()),
            last_sent_bytes: state.last_sent_bytes,
            waiting_bytes: pending.map_or(0, |set| set.sent_bytes),
            failures: state.failures,
            next_attempt_at: state.next_attempt_at.map(moment_text),
            last_error: state.last_error,
        })
    }
}

impl Shop {
    fn offsite_folder(&self) -> Folder {
        Folder::of(self.config.data())
    }

    /// Lets one at a time prepare and send.
    fn alone_offsite(&self) -> Result<FileLock> {
        let folder = self.offsite_folder();
        let place = folder.path();
        std::fs::create_dir_all(place)
            .map_err(Error::io(format!("creating {}", place.display())))?;
        let lock = place.with_extension("lock");
        FileLock::take(&lock, "another off-site backup is under way")
    }

    /// How off-site backups stand.
    ///
    /// # Errors
    /// What the database said.
    pub async fn offsite_status(&self) -> Result<OffsiteStatus> {
        let folder = self.offsite_folder();
        self.db
            .read(move |connection| OffsiteStatus::read(connection, &folder))
            .await
    }

    /// The owner consents: from now on every night's backup goes to the hub, sealed with a key that `passphrase` opens.
    /// Where there is a key already, the passphrase must be its own, and what the hub has is gone on with; `anew` makes
    /// another key and begins from nothing.
    ///
    /// # Errors
    /// [`Error::Refused`] for another passphrase than the key's.
    pub async fn offsite_on(&self, passphrase: Passphrase, anew: bool) -> Result<Consent> {
        let known = self.db.read(rows::load).await?.filter(|_| !anew);
        if let Some(known) = known {
            let opened =
                tokio::task::spawn_blocking(move || key::open(&known.key_file, &passphrase));
            match opened.await.map_err(|error| ended(&error))? {
                Ok(_) => {}
                Err(Error::Refused(_)) => {
                    return Err(Error::Refused(
                        "earlier off-site backups have another passphrase: give that one, or --new-passphrase to begin \
                         anew with this one"
                            .to_owned(),
                    ));
                }
                Err(error) => return Err(error),
            }
            self.record(move |tx, now| {
                rows::set_enabled(tx, now.utc, true)?;
                audit::record(tx, now, "owner", "offsite.on", "", "")
            })
            .await?;
            return Ok(Consent::Resumed);
        }
        let made = tokio::task::spawn_blocking(move || key::make(&passphrase));
        let made = made.await.map_err(|error| ended(&error))??;
        self.record(move |tx, now| {
            rows::consent(tx, now.utc, &made.recipient, &made.key_file)?;
            audit::record(tx, now, "owner", "offsite.on", "", "new key")
        })
        .await?;
        Ok(Consent::Begun)
    }

    /// The owner does not consent any more: nothing further is sent. With `forget`, the hub deletes what it has.
    ///
    /// # Errors
    /// [`Error::Refused`] where there is nothing to end, [`Error::Remote`] when the hub could not be told to forget;
    /// nothing further is sent all the same.
    pub async fn offsite_off(&self, forget: bool) -> Result<()> {
        if self.db.read(rows::load).await?.is_none() {
            return Err(Error::Refused(
                "this shop never had off-site backups".to_owned(),
            ));
        }
        self.record(move |tx, now| {
            rows::set_enabled(tx, now.utc, false)?;
            audit::record(tx, now, "owner", "offsite.off", "", "")
        })
        .await?;
        if !forget {
            return Ok(());
        }
        let _alone = self.alone_offsite()?;
        self.offsite_folder().clear()?;
        let calls = self.offsite_calls(&*self.transport).await?;
        calls.forget().await?;
        self.record(|tx, now| audit::record(tx, now, "owner", "offsite.forgotten", "", ""))
            .await
    }

    async fn offsite_calls<'t, T: Transport>(&self, transport: &'t T) -> Result<Calls<'t, T>> {
        let state = self.db.read(sync_state::load).await?;
        let Some((url, token)) = state.pairing() else {
            return Err(Error::Refused(
                "this shop has no hub yet: run kulakan shop pair --hub URL --code CODE".to_owned(),
            ));
        };
        Ok(Calls {
            transport,
            url: url.to_owned(),
            token: Some(token.to_owned()),
            clock: self.clock.clone(),
        })
    }

    /// Sends each night's backup, until stopped.
    pub(super) async fn keep_offsite(self, stop: CancellationToken) {
        let mut patience = Patience::default();
        loop {
            // Made before looking at the clock, so that setting it meanwhile ends this wait.
            let tick = self.clock.wait(TICK);
            let turn = tokio::select! {
                turn = self.offsite_turn(&patience) => turn,
                () = stop.cancelled() => return,
            };
            let unnoted = match &turn {
                Ok(_) | Err(Error::Refused(_)) => false,
                Err(_) => !self.offsite_waits().await,
            };
            if unnoted {
                patience.note(true, self.clock.now());
            }
            match turn {
                Ok(Some(sent)) => tracing::info!(bytes = sent.bytes, "backed up off-site"),
                Ok(None) => {}
                Err(error) => tracing::info!(%error, "no off-site backup"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tick => {}
            }
        }
    }

    /// Whether the database knows when to try again; it does not where what failed is to write into it.
    async fn offsite_waits(&self) -> bool {
        let state = self.db.read(rows::load).await;
        let next = state.ok().flatten().and_then(|state| state.next_attempt_at);
        next.is_some_and(|next| next > self.clock.now())
    }

    async fn offsite_turn(&self, patience: &Patience) -> Result<Option<Sent>> {
        if patience.waits(self.clock.now()) {
            return Ok(None);
        }
        let state = self.db.read(rows::load).await?;
        let paired = self.db.read(sync_state::load).await?.pairing().is_some();
        let Some(state) = state.filter(|state| state.enabled && paired) else {
            return Ok(None);
        };
        let pause = super::sync::decide::pause_until(state.next_attempt_at, self.clock.now());
        if !pause.is_zero() || !self.is_offsite_due(&state) {
            return Ok(None);
        }
        self.send_offsite().await.map(Some)
    }

    /// A backup is under way, or there is a newer one than went through last.
    fn is_offsite_due(&self, state: &Offsite) -> bool {
        if self.offsite_folder().pending().is_some() {
            return true;
        }
        self.newest_backup()
            .is_some_and(|newest| state.last_copy != prepare::name_of(&newest.file))
    }

    /// The latest local backup. One of a time to come was taken while the clock was wrong.
    fn newest_backup(&self) -> Option<Kept> {
        let now = self.clock.now();
        let mut found = super::backup::backups(self.config.data())
            .list()
            .into_iter();
        found.find(|kept| kept.at <= now)
    }
}

fn ended(error: &tokio::task::JoinError) -> Error {
    Error::Internal(format!("off-site backup: {error}"))
}
