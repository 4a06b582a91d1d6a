//! Whether the hub's copy of each device's log is what was sent, without a gap, and ends where it is said to.

use rusqlite::Connection;

use crate::error::Result;
use crate::hub::store::check::{self, DeviceEnds, Logged};
use crate::store::checks::{Check, Faults};
use crate::wire::event::{GENESIS, Hash};

pub(super) fn look(connection: &Connection) -> Result<Check> {
    let mut faults = Faults::default();
    let devices = check::devices(connection)?;
    let mut events = 0_u64;
    for ends in &devices {
        let mut walk = Walk {
            ends,
            at: (1, 0),
            hash: Some(GENESIS),
            faults: &mut faults,
        };
        check::each_event(connection, ends, |place, logged| {
            events += 1;
            walk.step(place, logged);
            Ok(())
        })?;
        walk.end();
    }
    let looked_at = format!("{events} events of {} devices", devices.len());
    Ok(faults.verdict("chain", looked_at))
}

struct Walk<'w> {
    ends: &'w DeviceEnds,
    /// Epoch and seq of the event before.
    at: (i64, i64),
    /// Its hash; an epoch follows the last one's end. Unknown after an event that cannot be read.
    hash: Option<Hash>,
    faults: &'w mut Faults,
}

impl Walk<'_> {
    fn step(&mut self, (epoch, seq): (i64, i64), logged: Result<Logged>) {
        let device = self.ends.device;
        let expected = if epoch == self.at.0 { self.at.1 + 1 } else { 1 };
        if seq != expected {
            self.faults.add(|| {
                format!(
                    "device {device}: epoch {epoch} goes from {} to {seq}",
                    expected - 1
                )
            });
            self.hash = None;
        }
        self.at = (epoch, seq);
        let logged = match logged {
            Ok(logged) => logged,
            Err(error) => {
                self.faults.add(|| {
                    format!("device {device}: event {seq} of epoch {epoch} cannot be read: {error}")
                });
                self.hash = None;
                return;
            }
        };
        if self.hash.is_some_and(|hash| hash != logged.prev_hash) {
            self.faults.add(|| {
                format!(
                    "device {device}: event {seq} of epoch {epoch} does not follow the one before it"
                )
            });
        }
        if logged.event.hash(device, epoch, logged.prev_hash) != logged.hash {
            self.faults.add(|| {
                format!("device {device}: event {seq} of epoch {epoch} is not as it was sent")
            });
        }
        self.hash = Some(logged.hash);
    }

    fn end(&mut self) {
        let ends = self.ends;
        // An epoch may have been granted and not written to yet.
        let seq = if self.at.0 == ends.epoch {
            self.at.1
        } else {
            0
        };
        if self.at.0 > ends.epoch || seq != ends.seq {
            let (epoch, seq) = self.at;
            self.faults.add(|| {
                format!(
                    "device {}: the log ends at {seq} of epoch {epoch} and is said to end at {} of epoch {}",
                    ends.device, ends.seq, ends.epoch
                )
            });
        } else if self.hash.is_some_and(|hash| hash != ends.hash) {
            self.faults.add(|| {
                format!(
                    "device {}: the log's last hash is not the one that is kept of it",
                    ends.device
                )
            });
        }
    }
}
