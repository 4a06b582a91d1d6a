//! Whether the event log is what was written, without a gap, and ends where it is said to.

use std::collections::HashSet;

use rusqlite::Connection;
use uuid::Uuid;

use crate::error::Result;
use crate::shop::store::check::{self, Ends, Logged};
use crate::store::checks::{Check, Faults};
use crate::wire::event::{GENESIS, Hash};

/// The epoch in which a shop's log begins.
const FIRST_EPOCH: i64 = 1;

pub(super) fn look(connection: &Connection) -> Result<Check> {
    let ends = check::ends(connection)?;
    let mut walk = Walk {
        ends,
        last: None,
        ids: HashSet::new(),
        events: 0,
        epochs: 0,
        faults: Faults::default(),
    };
    check::each_event(connection, |place, logged| {
        walk.step(place, logged);
        Ok(())
    })?;
    walk.end();
    let looked_at = format!(
        "{} events in {} epochs, up to {} of epoch {}",
        walk.events, walk.epochs, ends.seq, ends.epoch
    );
    Ok(walk.faults.verdict("chain", looked_at))
}

struct Walk {
    ends: Ends,
    /// Epoch, seq and hash of the event before.
    last: Option<(i64, i64, Hash)>,
    /// Of the epoch.
    ids: HashSet<Uuid>,
    events: u64,
    epochs: u64,
    faults: Faults,
}

impl Walk {
    fn step(&mut self, (epoch, seq): (i64, i64), logged: Result<Logged>) {
        self.events += 1;
        let before = self.last.filter(|(same, _, _)| *same == epoch);
        if before.is_none() {
            self.epochs += 1;
            self.ids.clear();
        }
        let expected = before.map_or(1, |(_, seq, _)| seq + 1);
        if seq != expected {
            self.faults
                .add(|| format!("epoch {epoch} goes from {} to {seq}", expected - 1));
        }
        match logged {
            Ok(logged) => {
                self.link(&logged, before.filter(|_| seq == expected));
                self.last = Some((epoch, seq, logged.hash));
            }
            Err(error) => {
                self.faults
                    .add(|| format!("event {seq} of epoch {epoch} cannot be read: {error}"));
                self.last = None;
            }
        }
    }

    /// Checks an event's links; the one before it where that is known.
    fn link(&mut self, logged: &Logged, before: Option<(i64, i64, Hash)>) {
        let (epoch, event) = (logged.epoch, &logged.event);
        if !self.ids.insert(event.event_id) {
            self.faults.add(|| {
                format!(
                    "event {} of epoch {epoch} is in it a second time",
                    event.seq
                )
            });
        }
        let follows = match before {
            Some((_, _, hash)) => Some(hash),
            // A later epoch follows a point in the hub's copy of the log, which need not be in this one.
            None => (epoch == FIRST_EPOCH && event.seq == 1).then_some(GENESIS),
        };
        if follows.is_some_and(|hash| hash != logged.prev_hash) {
            self.faults.add(|| {
                format!(
                    "event {} of epoch {epoch} does not follow the one before it",
                    event.seq
                )
            });
        }
        if event.hash(self.ends.device, epoch, logged.prev_hash) != logged.hash {
            self.faults.add(|| {
                format!(
                    "event {} of epoch {epoch} is not as it was written",
                    event.seq
                )
            });
        }
    }

    fn end(&mut self) {
        let ends = self.ends;
        let (epoch, seq, hash) = match self.last {
            Some(last) if last.0 >= ends.epoch => last,
            // Nothing was written in the epoch yet: its base is known to the hub alone.
            _ => (ends.epoch, 0, ends.hash),
        };
        if (epoch, seq) != (ends.epoch, ends.seq) {
            self.faults.add(|| {
                format!(
                    "the log ends at {seq} of epoch {epoch} and is said to end at {} of epoch {}",
                    ends.seq, ends.epoch
                )
            });
        } else if hash != ends.hash {
            self.faults
                .add(|| "the log's last hash is not the one that is kept of it".to_owned());
        }
        if ends.acked > ends.seq {
            self.faults.add(|| {
                format!(
                    "the hub is said to hold {} events of {} in epoch {}",
                    ends.acked, ends.seq, ends.epoch
                )
            });
        }
    }
}
