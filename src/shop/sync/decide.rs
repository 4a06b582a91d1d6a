//! What to do, from what both sides know: pure functions.

use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::wire::event::Hash;
use crate::wire::exchange::{Head, HeadReply};
use crate::wire::{OLDEST_PROTOCOL, PROTOCOL};

/// The first delay after a failure.
const BASE_DELAY: Duration = Duration::from_secs(5);

/// No delay of our own is longer.
const LONGEST_DELAY: Duration = Duration::from_mins(30);

/// No delay that a hub asks for is obeyed beyond this.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(1);

/// The shop's end of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Own {
    /// The epoch being written.
    pub epoch: i64,
    /// The last seq of it.
    pub head_seq: i64,
    /// The last seq that a hub acknowledged.
    pub acked_seq: i64,
    /// The life of the hub that acknowledged it.
    pub incarnation: Option<Uuid>,
}

impl Own {
    /// Whether this is another life of the hub than the one that was last agreed with.
    #[must_use]
    pub fn is_of_another_life(&self, hub: &HeadReply) -> bool {
        self.incarnation
            .is_some_and(|known| known != hub.incarnation)
    }
}

/// What a session does about the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The hub's copy is a part of this log: send what follows this seq. Below what was acknowledged before, if the hub
    /// was restored from an older copy.
    PushAfter(i64),
    /// Another copy of this database writes the log, but this very hub has everything that this copy has: nothing to
    /// do until there is something to send. Otherwise two copies would take the epoch from each other for ever.
    NothingToSend,
    /// The hub holds what this log does not: this database was restored or cloned, or the hub lost the epoch. Ask for
    /// a new epoch, and move there what the hub may not have.
    NewEpoch {
        /// Everything of this log after this point (epoch, seq) is moved.
        keep_up_to: (i64, i64),
    },
}

/// Compares the two ends. `own_hash` is this log's hash at the hub's head, if it has one there.
#[must_use]
pub fn decide(own: Own, hub: &HeadReply, own_hash: Option<Hash>) -> Step {
    let agrees = own_hash == Some(hub.head.hash);
    if hub.head.epoch == own.epoch && hub.head.seq <= own.head_seq && agrees {
        return Step::PushAfter(hub.head.seq);
    }
    let known = own.incarnation == Some(hub.incarnation);
    let ahead = (hub.head.epoch, hub.head.seq) >= (own.epoch, own.head_seq);
    if known && ahead && own.head_seq == own.acked_seq {
        return Step::NothingToSend;
    }
    let keep_up_to = if known {
        // What this very hub acknowledged, it still has.
        (own.epoch, own.acked_seq)
    } else if hub.head.epoch <= own.epoch && agrees {
        (hub.head.epoch, hub.head.seq)
    } else {
        // Both sides were restored and nothing is known for certain. Events keep their identity, so that sending too
        // many changes nothing and sending too few would lose sales.
        (0, 0)
    };
    Step::NewEpoch { keep_up_to }
}

/// Whether a granted epoch can be entered: it must be new to this log too, which it is not when the hub was restored
/// from a copy older than an epoch that this log has already used.
#[must_use]
pub fn can_enter(own_epoch: i64, granted: &Head) -> bool {
    granted.epoch > own_epoch && granted.seq == 0
}

/// Why the two programs do not understand each other, if they do not.
#[must_use]
pub fn protocol_problem(protocol: u32, oldest_protocol: u32) -> Option<String> {
    if oldest_protocol > PROTOCOL {
        return Some(format!(
            "the hub needs protocol {oldest_protocol} and this program speaks {PROTOCOL}: upgrade kulakan here"
        ));
    }
    (protocol < OLDEST_PROTOCOL).then(|| {
        format!(
            "the hub speaks protocol {protocol} and this program needs {OLDEST_PROTOCOL}: the hub must be upgraded"
        )
    })
}

/// How long to wait after the `failures`-th failure in a row: exponential from 5 s, at most 30 min, with full jitter
/// (uniform from zero), so that shops that lost the hub together do not come back together.
///
/// `random` is uniform over all `u64`. Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
#[must_use]
pub fn backoff(failures: u32, random: u64) -> Duration {
    let doublings = failures.saturating_sub(1).min(20);
    let longest = BASE_DELAY.saturating_mul(1 << doublings).min(LONGEST_DELAY);
    let milliseconds = longest.as_millis() as u64;
    Duration::from_millis(random % (milliseconds + 1))
}

/// The delay that a hub asked for, within reason.
#[must_use]
pub fn obeyed(retry_after: Duration) -> Duration {
    retry_after.min(LONGEST_RETRY_AFTER)
}

/// How long until an attempt may be made. A moment far ahead was written by a clock that had leapt: it must not keep
/// the shop waiting for years.
#[must_use]
pub fn pause_until(next_attempt_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Duration {
    next_attempt_at
        .and_then(|at| at.signed_duration_since(now).to_std().ok())
        .filter(|pause| *pause <= LONGEST_RETRY_AFTER + LONGEST_DELAY)
        .unwrap_or_default()
}
