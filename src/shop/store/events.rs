//! The event log: what the hub needs to know, written in the transaction of the change.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::days::Moment;
use crate::error::{Error, Result};
use crate::store::WriteTx;
use crate::wire::event::{Event, Fact, Hash};

/// Where the log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogHead {
    /// The epoch being written.
    pub epoch: i64,
    /// The last seq, 0 for none.
    pub seq: i64,
    /// The hash there.
    pub hash: Hash,
}

/// The log's end.
pub fn head(connection: &Connection) -> Result<LogHead> {
    Ok(connection
        .prepare_cached("SELECT epoch, head_seq, head_hash FROM sync_state WHERE id = 1")?
        .query_row([], |row| {
            Ok(LogHead {
                epoch: row.get(0)?,
                seq: row.get(1)?,
                hash: Hash(row.get(2)?),
            })
        })?)
}

/// Appends `fact` as the next event, and returns its seq.
pub fn append(
    tx: &WriteTx<'_>,
    now: &Moment,
    business_date: NaiveDate,
    fact: &Fact,
) -> Result<i64> {
    let (kind, payload) = fact
        .encode()
        .map_err(|error| Error::Internal(format!("encoding an event: {error}")))?;
    let event = Event {
        seq: 0,
        event_id: Uuid::now_v7(),
        kind,
        version: 1,
        at_utc: now.text(),
        utc_offset_minutes: now.offset_minutes,
        business_date,
        payload,
    };
    append_event(tx, event)
}

/// Appends an event that has its identity already: a new one, or one that moves to a new epoch.
pub fn append_event(tx: &WriteTx<'_>, mut event: Event) -> Result<i64> {
    let head = head(tx)?;
    event.seq = head.seq + 1;
    let device: String = tx
        .prepare_cached("SELECT device_id FROM shop WHERE id = 1")?
        .query_row([], |row| row.get(0))?;
    let device = Uuid::parse_str(&device)
        .map_err(|_| Error::Corrupt(format!("shop.device_id is no UUID: {device}")))?;
    let hash = event.hash(device, head.epoch, head.hash);
    tx.prepare_cached(
        "INSERT INTO events (epoch, seq, event_id, kind, version, at_utc, utc_offset_minutes, business_date, payload,
                             prev_hash, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        head.epoch,
        event.seq,
        event.event_id.to_string(),
        event.kind,
        event.version,
        event.at_utc,
        event.utc_offset_minutes,
        event.business_date,
        event.payload,
        head.hash.0,
        hash.0,
    ])?;
    tx.prepare_cached("UPDATE sync_state SET head_seq = ?1, head_hash = ?2 WHERE id = 1")?
        .execute(params![event.seq, hash.0])?;
    Ok(event.seq)
}

/// Events of `epoch` after `after_seq`, in order: at most `limit`, and no more once their payloads together exceed
/// `bytes`.
pub fn run_after(
    connection: &Connection,
    epoch: i64,
    after_seq: i64,
    limit: usize,
    bytes: usize,
) -> Result<Vec<Event>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM events WHERE epoch = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3"
    ))?;
    let mut rows = statement.query(params![
        epoch,
        after_seq,
        i64::try_from(limit).unwrap_or(i64::MAX)
    ])?;
    let (mut events, mut taken) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let event = read_event(row)?;
        taken += event.payload.len();
        events.push(event);
        if taken > bytes {
            break;
        }
    }
    Ok(events)
}

/// Appends every event after the point (epoch, seq) of the log as it was before the current epoch, each identity once,
/// to the current epoch, which must be new. How many that were.
pub fn move_after(tx: &WriteTx<'_>, point: (i64, i64)) -> Result<usize> {
    let epoch = head(tx)?.epoch;
    let (mut met, mut at) = (HashSet::new(), point);
    loop {
        let mut statement = tx.prepare_cached(&format!(
            "SELECT {COLUMNS}, epoch FROM events
             WHERE (epoch > ?1 OR (epoch = ?1 AND seq > ?2)) AND epoch < ?3 ORDER BY epoch, seq LIMIT {MOVED_AT_ONCE}"
        ))?;
        // A part at a time: the log of a year must not be held in memory.
        let part: Vec<(i64, Event)> = statement
            .query_map(params![at.0, at.1, epoch], |row| {
                Ok((row.get(8)?, read_event(row)?))
            })?
            .collect::<Result<_, _>>()?;
        let Some((last_epoch, last)) = part.last() else {
            return Ok(met.len());
        };
        at = (*last_epoch, last.seq);
        for (_, event) in part {
            if met.insert(event.event_id) {
                append_event(tx, event)?;
            }
        }
    }
}

/// Events that are moved to a new epoch at once.
const MOVED_AT_ONCE: usize = 500;

/// Whether this copy writes, or has written, the log of an epoch.
pub fn has_written(connection: &Connection, epoch: i64) -> Result<bool> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM events WHERE epoch = ?1)
                 OR EXISTS (SELECT 1 FROM sync_state WHERE epoch = ?1)",
        )?
        .query_row([epoch], |row| row.get(0))?)
}

/// The events after the point (epoch, seq): each identity with its last place, for one that moved to a later epoch
/// stands in both.
pub fn places_after(
    connection: &Connection,
    (epoch, seq): (i64, i64),
) -> Result<HashMap<Uuid, (i64, i64)>> {
    let mut statement = connection.prepare_cached(
        "SELECT event_id, epoch, seq FROM events WHERE epoch > ?1 OR (epoch = ?1 AND seq > ?2)
         ORDER BY epoch, seq",
    )?;
    let rows = statement.query_map(params![epoch, seq], |row| {
        Ok((row.get::<_, String>(0)?, (row.get(1)?, row.get(2)?)))
    })?;
    rows.map(|row| {
        let (text, place) = row?;
        let id = Uuid::parse_str(&text).map_err(|_| {
            Error::Corrupt(format!("the event {text} has no UUID for its identity"))
        })?;
        Ok((id, place))
    })
    .collect()
}

/// What [`read_event`] reads.
pub(super) const COLUMNS: &str =
    "seq, event_id, kind, version, at_utc, utc_offset_minutes, business_date, payload";

/// The hash at `seq` of `epoch`; for seq 0 the hash that the epoch's first event follows.
pub fn hash_at(connection: &Connection, epoch: i64, seq: i64) -> Result<Option<Hash>> {
    use rusqlite::OptionalExtension;
    let (column, seq) = if seq == 0 {
        ("prev_hash", 1)
    } else {
        ("hash", seq)
    };
    let stored = connection
        .query_row(
            &format!("SELECT {column} FROM events WHERE epoch = ?1 AND seq = ?2"),
            params![epoch, seq],
            |row| row.get(0).map(Hash),
        )
        .optional()?;
    if stored.is_none() {
        let head = head(connection)?;
        return Ok((head.epoch == epoch && head.seq == 0 && seq == 1).then_some(head.hash));
    }
    Ok(stored)
}

/// An event from the columns of [`COLUMNS`].
pub(super) fn read_event(row: &Row<'_>) -> rusqlite::Result<Event> {
    let id: String = row.get(1)?;
    let event_id = Uuid::parse_str(&id).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Text, Box::new(error))
    })?;
    Ok(Event {
        seq: row.get(0)?,
        event_id,
        kind: row.get(2)?,
        version: row.get(3)?,
        at_utc: row.get(4)?,
        utc_offset_minutes: row.get(5)?,
        business_date: row.get(6)?,
        payload: row.get(7)?,
    })
}
