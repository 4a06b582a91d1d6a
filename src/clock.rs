//! The one place where the program asks what time it is.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

/// A clock that may be wrong, as a shop's clock may be; see [`crate::model::day`].
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> DateTime<Utc>;

    /// Returns after `at_most` of this clock's own time, or earlier when the clock was set.
    fn wait(&self, at_most: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// A clock that is handed around.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn wait(&self, at_most: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(at_most))
    }
}

/// A clock that stands still until it is set: for tests and for the demonstration, which lives through a month.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<DateTime<Utc>>,
    set: watch::Sender<()>,
}

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn at(now: DateTime<Utc>) -> Arc<Self> {
        Arc::new(Self {
            now: Mutex::new(now),
            set: watch::Sender::new(()),
        })
    }

    /// Sets it, forward or back, and wakes whoever waits.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = now;
        self.set.send_replace(());
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, at_most: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut changed = self.set.subscribe();
        // Read now and not when the wait is first looked at: the clock may have been set back by then.
        let started = self.now();
        let wake_at = chrono::Duration::from_std(at_most)
            .ok()
            .and_then(|wait| started.checked_add_signed(wait))
            .unwrap_or(DateTime::<Utc>::MAX_UTC);
        Box::pin(async move {
            while self.now() < wake_at && self.now() >= started {
                // The sender lives as long as `self`, so this ends only by a change.
                if changed.changed().await.is_err() {
                    return;
                }
            }
        })
    }
}
