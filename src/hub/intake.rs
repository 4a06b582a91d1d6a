//! The hub's end of the event protocol: heads, pushes, epochs, and what becomes of each event.
//!
//! A push is one transaction. Its envelope and its chain are checked first and its events stored as they came; applying
//! them is separate, and one that cannot be applied is set aside and delays no other.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::contact::{self, ALARM_STANDS, Contact};
use super::links::audience::Audience;
use super::notes::newest_cursor;
use super::store::alarms::{self, AlarmKind};
use super::store::devices::{self, Device};
use super::store::events::{self, State, StoredEvent};
use super::store::postings::Postings;
use super::store::{self, HubTx, audit};
use super::{Hub, apply};
use crate::error::{Error, Result};
use crate::wire::event::{Event, Fact, Hash, SETTING_KINDS, moment_text};
use crate::wire::exchange::{
    EpochReply, EpochRequest, Head, HeadReply, LogPage, LoggedEvent, Push, PushReply, Rejection,
};
use crate::wire::{MAX_BATCH_EVENTS, MAX_DECOMPRESSED_BYTES, OLDEST_PROTOCOL, PROTOCOL};

/// Events of a log that are read at once; a divisor of the most in a page.
const LOG_PART: usize = 10;

/// Pushes taken in at the same time; each may hold some megabytes. Further shops are told to come back.
pub const PUSHES_AT_ONCE: usize = 16;

/// What became of a push or of a request for an epoch.
#[derive(Debug, Clone)]
pub enum Answer<T> {
    /// It was taken: on the disk when this is returned.
    Accepted(T),
    /// It was not; the shop goes on from the head.
    Rejected {
        /// Why.
        why: Rejection,
        /// Where the hub's copy ends.
        head: Head,
    },
}

impl Hub {
    /// Where the hub's copy of a device's log ends.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when the device is not known any more.
    pub async fn head(&self, contact: Contact) -> Result<HeadReply> {
        let now = self.now();
        let incarnation = self.identity.incarnation;
        let home = self.identity.name.clone();
        store::write_held(self.store(), move |tx| {
            let device = known(tx, contact.device)?;
            let audience = contact::record(tx, &device, &contact, now)?;
            let mut distributors = Vec::new();
            if !audience.links().is_empty() {
                distributors.push(home.clone());
                distributors.extend(audience.further().map(|link| link.name.clone()));
            }
            Ok(HeadReply {
                head: device.head,
                incarnation,
                server_time: moment_text(now),
                protocol: PROTOCOL,
                oldest_protocol: OLDEST_PROTOCOL,
                cursor: newest_cursor(tx, &audience, incarnation)?,
                another_copy_at: alarms::last_of_shop(tx, &device.shop_id, now - ALARM_STANDS)?
                    .map(moment_text),
                distributors,
            })
        })
        .await
    }

    /// What the hub holds of a device's log after the point (epoch, seq): for a copy of the shop that has not what
    /// another copy wrote.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when the device is not known any more.
    pub async fn log(&self, contact: Contact, after: (i64, i64)) -> Result<LogPage> {
        let now = self.now();
        let incarnation = self.identity.incarnation;
        store::write_held(self.store(), move |tx| {
            let device = known(tx, contact.device)?;
            contact::record(tx, &device, &contact, now)?;
            let (mut found, mut at, mut bytes, mut more) = (Vec::new(), after, 0, true);
            // A few at a time: each may be as large as a whole page.
            while more && found.len() < MAX_BATCH_EVENTS && bytes < MAX_DECOMPRESSED_BYTES / 2 {
                let part = events::log_after(tx, &device, at, LOG_PART)?;
                more = part.len() == LOG_PART;
                for stored in part {
                    at = (stored.epoch, stored.event.seq);
                    bytes += stored.event.payload.len();
                    found.push(stored);
                }
            }
            Ok(LogPage {
                events: found
                    .into_iter()
                    .map(|stored| LoggedEvent {
                        epoch: stored.epoch,
                        event: stored.event,
                    })
                    .collect(),
                more,
                incarnation,
            })
        })
        .await
    }

    /// Takes a run of events: stores what is new and applies it once. Events that the hub holds already are skipped
    /// when they are the same.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the envelope is wrong, [`Error::Unauthorized`] when the device is not known any more.
    pub async fn push(&self, contact: Contact, push: Push) -> Result<Answer<PushReply>> {
        check_envelope(&push)?;
        let now = self.now();
        let incarnation = self.identity.incarnation;
        store::write_held(self.store(), move |tx| {
            let device = known(tx, contact.device)?;
            let audience = contact::record(tx, &device, &contact, now)?;
            let rejected = |why| {
                Ok(Answer::Rejected {
                    why,
                    head: device.head,
                })
            };
            let fresh = match place(tx, &device, &push)? {
                Ok(fresh) => fresh,
                Err(why) => return rejected(why),
            };
            let (seq, hash) = take_in(tx, &device, &audience, &fresh, now)?;
            if seq > device.head.seq {
                devices::advance(tx, &device, seq, hash)?;
            }
            Ok(Answer::Accepted(PushReply {
                ack_seq: seq,
                ack_hash: hash,
                incarnation,
                server_time: moment_text(now),
            }))
        })
        .await
    }

    /// Grants a device that found its log forked the next epoch, if the head still is what it saw. The same nonce
    /// again gets the same answer for as long as that epoch lasts.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when the device is not known any more.
    pub async fn grant_epoch(
        &self,
        contact: Contact,
        request: EpochRequest,
    ) -> Result<Answer<EpochReply>> {
        let now = self.now();
        store::write_held(self.store(), move |tx| {
            let device = known(tx, contact.device)?;
            contact::record(tx, &device, &contact, now)?;
            let head = device.head;
            if device.epoch_nonce == Some(request.nonce) {
                let head = Head {
                    epoch: head.epoch,
                    seq: 0,
                    hash: base_of_epoch(tx, &device)?,
                };
                return Ok(Answer::Accepted(EpochReply { head }));
            }
            if request.seen != head {
                let why = if request.seen.epoch < head.epoch {
                    Rejection::StaleEpoch
                } else {
                    Rejection::Fork
                };
                return Ok(Answer::Rejected { why, head });
            }
            let granted = Head {
                epoch: head.epoch + 1,
                seq: 0,
                hash: head.hash,
            };
            devices::begin_epoch(tx, &device, granted, request.nonce, contact.instance)?;
            // The copy that writes the epoch has no reason to ask for another one: it is not alone with its identity.
            let its_own = contact.instance.is_some() && device.epoch_instance == contact.instance;
            if its_own && head.seq > 0 {
                contact::raise(tx, &device, AlarmKind::CopiedImage, now)?;
            }
            let detail = format!("epoch {} after seq {}", granted.epoch, head.seq);
            let actor = format!("device {}", device.id);
            audit::record(tx, now, &actor, "epoch.granted", &device.shop_id, &detail)?;
            Ok(Answer::Accepted(EpochReply { head: granted }))
        })
        .await
    }

    /// Tries every event in quarantine again, as at each start: a newer program may understand it. How many were
    /// applied.
    ///
    /// # Errors
    /// What the database said.
    pub async fn retry_quarantined(&self) -> Result<usize> {
        let now = self.now();
        store::write(self.store(), move |tx| retry(tx, now)).await
    }
}

/// The device as it is in this transaction: it may have been replaced since the request was let in.
pub(super) fn known(tx: &mut dyn HubTx, id: Uuid) -> Result<Device> {
    devices::find(tx, id)?
        .filter(Device::is_let_in)
        .ok_or_else(|| Error::Unauthorized("this device is not paired with the hub".to_owned()))
}

fn check_envelope(push: &Push) -> Result<()> {
    if push.events.len() > MAX_BATCH_EVENTS {
        return Err(Error::invalid(
            "events",
            format!("more than {MAX_BATCH_EVENTS} in one push"),
        ));
    }
    if push.from_seq < 1 || push.from_seq > i64::MAX - MAX_BATCH_EVENTS as i64 {
        return Err(Error::invalid("from_seq", "is out of range"));
    }
    for (index, (event, seq)) in push.events.iter().zip(push.from_seq..).enumerate() {
        if event.seq != seq {
            return Err(Error::invalid(
                format!("events[{index}].seq"),
                format!("is {} where {seq} follows", event.seq),
            ));
        }
        // PostgreSQL has no place for the character NUL in a text, and no shop writes one.
        if [&event.kind, &event.at_utc, &event.payload]
            .iter()
            .any(|text| text.contains('\0'))
        {
            return Err(Error::invalid(
                format!("events[{index}]"),
                "holds the character NUL",
            ));
        }
    }
    Ok(())
}

/// The events of `push` that the hub does not hold, each with its link, after everything before them was found to be
/// what the hub holds.
fn place<'p>(
    tx: &mut dyn HubTx,
    device: &Device,
    push: &'p Push,
) -> Result<Result<Vec<(&'p Event, Hash)>, Rejection>> {
    let head = device.head;
    if push.epoch < head.epoch {
        return Ok(Err(Rejection::StaleEpoch));
    }
    // A later epoch was granted by a life of the hub that this one was not restored from.
    if push.epoch > head.epoch {
        return Ok(Err(Rejection::Fork));
    }
    if push.from_seq > head.seq + 1 {
        return Ok(Err(Rejection::Gap));
    }
    let last = push.from_seq + push.events.len() as i64 - 1;
    let first = push.from_seq - 1;
    let mut held = BTreeMap::new();
    for (seq, previous, hash) in events::links(tx, device, head.epoch, first, last)? {
        held.entry(seq - 1).or_insert(previous);
        held.insert(seq, hash);
    }
    held.insert(head.seq, head.hash);
    if push.from_seq == 1 && !held.contains_key(&0) {
        held.insert(0, base_of_epoch(tx, device)?);
    }
    if held.get(&first) != Some(&push.prev_hash) {
        return Ok(Err(Rejection::Fork));
    }
    let mut previous = push.prev_hash;
    let mut fresh = Vec::new();
    for event in &push.events {
        let link = event.hash(device.id, head.epoch, previous);
        if event.seq > head.seq {
            fresh.push((event, link));
        } else if held.get(&event.seq) != Some(&link) {
            return Ok(Err(Rejection::Fork));
        }
        previous = link;
    }
    Ok(Ok(fresh))
}

/// The hash that the first event of the device's epoch follows.
fn base_of_epoch(tx: &mut dyn HubTx, device: &Device) -> Result<Hash> {
    let first = events::links(tx, device, device.head.epoch, 1, 1)?;
    Ok(first
        .first()
        .map_or(device.head.hash, |(_, previous, _)| *previous))
}

/// Stores events that follow the device's head and lets each have its effect, once; where the log ends then.
fn take_in(
    tx: &mut dyn HubTx,
    device: &Device,
    audience: &Audience,
    fresh: &[(&Event, Hash)],
    now: DateTime<Utc>,
) -> Result<(i64, Hash)> {
    let facts: Vec<Result<Fact, String>> = fresh
        .iter()
        .map(|(event, _)| apply::readable(event))
        .collect();
    let readable = fresh.iter().zip(&facts).filter(|(_, fact)| fact.is_ok());
    let mut unknown = events::record_effects(
        tx,
        &device.shop_id,
        readable.map(|((event, _), _)| event.event_id),
    )?;
    let mut postings = Postings::default();
    let (mut seq, mut hash) = (device.head.seq, device.head.hash);
    let mut stored = Vec::with_capacity(fresh.len());
    for ((event, link), fact) in fresh.iter().zip(facts) {
        let (state, error) = match fact {
            Ok(fact) if unknown.remove(&event.event_id) => {
                let date = event.business_date;
                let remark = apply::apply(tx, &mut postings, audience, date, &fact, now)?;
                (State::Applied, remark)
            }
            Ok(_) => (State::Duplicate, None),
            Err(_) if events::has_effect(tx, &device.shop_id, event.event_id)? => {
                (State::Duplicate, None)
            }
            Err(why) => {
                tracing::warn!(
                    shop = device.shop_id,
                    seq = event.seq,
                    kind = event.kind,
                    error = why,
                    "an event was set aside"
                );
                (State::Quarantined, Some(storable(&why)))
            }
        };
        stored.push(StoredEvent {
            shop_id: device.shop_id.clone(),
            device_id: device.id,
            epoch: device.head.epoch,
            event: (*event).clone(),
            prev_hash: hash,
            hash: *link,
            received_at: now,
            state,
            error,
        });
        (seq, hash) = (event.seq, *link);
    }
    audience.post(tx, postings)?;
    events::insert(tx, &stored)?;
    Ok((seq, hash))
}

/// PostgreSQL has no place for the character NUL in a text, and an error may repeat one.
fn storable(why: &str) -> String {
    why.replace('\0', "\u{fffd}")
}

/// Lets an event that was set aside have its effect, once.
fn effect(
    tx: &mut dyn HubTx,
    audience: &Audience,
    event: &Event,
    now: DateTime<Utc>,
) -> Result<(State, Option<String>)> {
    let shop_id = audience.shop_id();
    if events::has_effect(tx, shop_id, event.event_id)? {
        return Ok((State::Duplicate, None));
    }
    let fact = match apply::readable(event) {
        Ok(fact) => fact,
        Err(why) => return Ok((State::Quarantined, Some(storable(&why)))),
    };
    events::record_effects(tx, shop_id, std::iter::once(event.event_id))?;
    let remark = apply_alone(tx, audience, event, &fact, now)?;
    Ok((State::Applied, remark))
}

fn apply_alone(
    tx: &mut dyn HubTx,
    audience: &Audience,
    event: &Event,
    fact: &Fact,
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    let mut postings = Postings::default();
    let remark = apply::apply(tx, &mut postings, audience, event.business_date, fact, now)?;
    audience.post(tx, postings)?;
    Ok(remark)
}

fn retry(tx: &mut dyn HubTx, now: DateTime<Utc>) -> Result<usize> {
    let mut applied = 0;
    let mut disordered = BTreeSet::new();
    for stored in events::quarantined(tx)? {
        let audience = Audience::of_shop(tx, &stored.shop_id)?;
        let (state, error) = effect(tx, &audience, &stored.event, now)?;
        if state != State::Quarantined || error != stored.error {
            events::set_state(tx, &stored, state, error.as_deref())?;
        }
        if state == State::Applied {
            applied += 1;
            disordered.extend(
                SETTING_KINDS
                    .iter()
                    .filter(|kind| **kind == stored.event.kind)
                    .map(|kind| (stored.shop_id.clone(), *kind)),
            );
        }
    }
    // An event that comes out of quarantine late must not stand in place of a newer one of its kind.
    for (shop_id, kind) in disordered {
        let audience = Audience::of_shop(tx, &shop_id)?;
        for stored in events::applied_of_kind(tx, &shop_id, kind)? {
            if let Ok(fact) = apply::readable(&stored.event) {
                apply_alone(tx, &audience, &stored.event, &fact, now)?;
            }
        }
    }
    Ok(applied)
}
