//! Sync with the hub: the log goes up, notes come down. Nothing at the till ever waits for it.
//!
//! [`decide`] has the rules as pure functions, `session` the calls of one exchange, `notes` what arrives.

pub mod decide;
mod notes;
mod pairing;
mod recover;
mod session;

use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::copies;
use super::store::notes as rows;
use super::store::recovered;
use super::store::sync_state::{self, SyncState};
use super::transport::Transport;
use super::{Shop, chance};
use crate::error::{Error, Result};
use crate::wire::event::moment_text;
use decide::{backoff, obeyed, pause_until};
pub use pairing::Paired;
pub use session::Exchanged;
use session::{Session, unless_full};

/// How often the loop looks whether there is something to send: another process (an import, pairing) tells it nothing.
const TICK: Duration = Duration::from_secs(5);

/// Notes set aside that the status shows.
const SHOWN: i64 = 20;

/// How often is written beside the database how far its log has come, so that an older copy in its place is noticed.
const MARK_EVERY: chrono::Duration = chrono::Duration::minutes(5);

/// Why an exchange did not go through.
#[derive(Debug)]
enum Failure {
    /// Nothing came back.
    NoReply(String),
    /// The hub answered, but no.
    Hub {
        text: String,
        retry_after: Option<Duration>,
    },
    /// This side failed.
    Own(Error),
}

impl Failure {
    fn hub(text: String) -> Self {
        Self::Hub {
            text,
            retry_after: None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NoReply(text) | Failure::Hub { text, .. } => Self::Remote(text),
            Failure::Own(error) => error,
        }
    }
}

/// How the shop stands with its hub.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SyncStatus {
    /// Identity of this device.
    pub device: String,
    /// Whether the shop has a hub.
    pub paired: bool,
    /// Where the hub is.
    pub hub_url: Option<String>,
    /// What the hub calls itself.
    pub hub_name: Option<String>,
    /// What the shop's distributors call themselves, the first one first; empty where there is no further one.
    pub distributors: Vec<String>,
    /// The epoch of the event log.
    pub epoch: i64,
    /// The last event's seq.
    pub head_seq: i64,
    /// The last seq that the hub acknowledged.
    pub acked_seq: i64,
    /// Events that the hub does not have yet.
    pub backlog: i64,
    /// When an exchange last went through, RFC 3339.
    pub last_success_at: Option<String>,
    /// Why the last exchange failed; absent when it did not.
    pub last_error: Option<String>,
    /// Failures in a row.
    pub failures: u32,
    /// Not tried again before, RFC 3339.
    pub next_attempt_at: Option<String>,
    /// Notes and recovered events from the hub that could not be applied.
    pub quarantined: i64,
    /// The newest of them, at most 20. Each is kept as it came and tried again at every start.
    pub set_aside: Vec<rows::SetAside>,
    /// This clock minus the hub's, in seconds.
    pub clock_skew_seconds: i64,
}

impl SyncStatus {
    /// From what is known of the hub.
    pub(super) fn read(connection: &Connection, device: Uuid, state: SyncState) -> Result<Self> {
        Ok(Self {
            device: device.to_string(),
            paired: state.pairing().is_some(),
            epoch: state.epoch,
            head_seq: state.head_seq,
            acked_seq: state.acked_seq,
            backlog: state.backlog(),
            last_success_at: state.last_success_at.map(moment_text),
            failures: state.failures,
            next_attempt_at: state.next_attempt_at.map(moment_text),
            set_aside: rows::set_aside(connection, SHOWN)?,
            quarantined: rows::count_quarantined(connection)?
                + recovered::count_quarantined(connection)?,
            clock_skew_seconds: state.skew_seconds,
            hub_url: state.hub_url,
            hub_name: state.hub_name,
            distributors: state.distributors,
            last_error: state.last_error,
        })
    }
}

impl Shop {
    /// How the shop stands with its hub.
    ///
    /// # Errors
    /// What the database said.
    pub async fn sync_status(&self) -> Result<SyncStatus> {
        let device = self.info.device;
        self.db
            .read(move |connection| {
                SyncStatus::read(connection, device, sync_state::load(connection)?)
            })
            .await
    }

    /// [`Shop::exchange_over`] HTTP.
    ///
    /// # Errors
    /// As there.
    pub async fn exchange(&self) -> Result<Exchanged> {
        self.exchange_over(&*self.transport).await
    }

    /// One full push and pull, now. How it ended is kept, so that the next attempt comes at its time.
    ///
    /// # Errors
    /// [`Error::Refused`] for a shop without a hub, [`Error::Remote`] when the hub cannot be reached or says no.
    pub async fn exchange_over<T: Transport>(&self, transport: &T) -> Result<Exchanged> {
        let _one_at_a_time = self.exchanging.lock().await;
        let (state, identity) = self
            .db
            .read(|connection| Ok((sync_state::load(connection)?, copies::identity(connection)?)))
            .await?;
        let Some((hub_url, token)) = state.pairing() else {
            return Err(Error::Refused(
                "this shop has no hub yet: run kulakan shop pair --hub URL --code CODE".to_owned(),
            ));
        };
        let session = Session {
            shop: self,
            transport,
            hub_url: hub_url.to_owned(),
            token: token.to_owned(),
            instance: identity.instance,
        };
        match session.run().await {
            Ok(done) => {
                let at = self.clock.now();
                let kept = self.db.write(move |tx| sync_state::succeeded(tx, at));
                unless_full(kept.await)?;
                Ok(done)
            }
            Err(failure) => {
                self.note_failure(&state, &failure).await?;
                Err(failure.into())
            }
        }
    }

    async fn note_failure(&self, state: &SyncState, failure: &Failure) -> Result<()> {
        let random = chance()?;
        let delay = match failure {
            // Never before the hub asked for, and with chance added: it asked others too.
            Failure::Hub {
                retry_after: Some(asked),
                ..
            } => obeyed(*asked) + backoff(state.failures.saturating_add(1), random),
            _ => backoff(state.failures.saturating_add(1), random),
        };
        let text = match failure {
            Failure::NoReply(text) | Failure::Hub { text, .. } => text.clone(),
            Failure::Own(error) => error.to_string(),
        };
        let next = self.clock.now() + delay;
        let kept = self.db.write(move |tx| sync_state::failed(tx, &text, next));
        unless_full(kept.await)
    }

    /// Exchanges whenever there is something to send, and at least every `sync_interval_seconds`, until stopped.
    pub(super) async fn keep_in_sync(self, stop: CancellationToken) {
        if let Err(error) = self.retry_notes().await {
            tracing::warn!(%error, "trying set-aside notes again failed");
        }
        if let Err(error) = self.retry_recovered().await {
            tracing::warn!(%error, "trying set-aside events again failed");
        }
        let interval = self.config.sync_interval();
        let mut last_attempt = None;
        let mut marked = None;
        // Beside what is kept of failures: on a full disk nothing is.
        let (mut failed, mut hold_until) = (0_u32, None);
        loop {
            // Made before looking at the clock, so that setting it meanwhile ends this wait.
            let tick = self.clock.wait(TICK.min(interval));
            let held = !pause_until(hold_until, self.clock.now()).is_zero();
            match self.is_exchange_due(last_attempt, interval).await {
                Ok(_) if held => {}
                Ok(true) => {
                    last_attempt = Some(self.clock.now());
                    let done = tokio::select! {
                        done = self.exchange() => done,
                        () = stop.cancelled() => return,
                    };
                    match done {
                        Ok(done) => {
                            (failed, hold_until) = (0, None);
                            tracing::debug!(?done, "exchanged with the hub");
                        }
                        Err(error) => {
                            failed = failed.saturating_add(1);
                            let chance = getrandom::u64().unwrap_or(u64::MAX);
                            hold_until = Some(self.clock.now() + backoff(failed, chance));
                            tracing::info!(%error, "no exchange with the hub");
                        }
                    }
                }
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "reading the sync state failed"),
            }
            let now = self.clock.now();
            if marked.is_none_or(|at: DateTime<Utc>| (now - at).abs() >= MARK_EVERY) {
                marked = Some(now);
                if let Err(error) = self.mark_place().await {
                    tracing::warn!(%error, "how far the log has come could not be marked");
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.changed.notified() => {}
                () = tick => {}
            }
        }
    }

    async fn is_exchange_due(
        &self,
        last_attempt: Option<DateTime<Utc>>,
        interval: Duration,
    ) -> Result<bool> {
        let state = self.db.read(sync_state::load).await?;
        let now = self.clock.now();
        if state.pairing().is_none() || !pause_until(state.next_attempt_at, now).is_zero() {
            return Ok(false);
        }
        // A clock that went back makes the elapsed time unknown, which is as good as long.
        let rested = last_attempt.is_none_or(|last| {
            now.signed_duration_since(last)
                .to_std()
                .is_ok_and(|elapsed| elapsed >= interval)
                || now < last
        });
        Ok(rested || state.backlog() > 0 || state.failures > 0)
    }
}
