//! Events of this shop that another copy of its database wrote and only the hub had.

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::days::Moment;
use super::events::{COLUMNS, read_event};
use crate::error::Result;
use crate::store::WriteTx;
use crate::wire::event::{Event, SETTING_KINDS};
use crate::wire::exchange::LoggedEvent;

fn logged(row: &Row<'_>) -> rusqlite::Result<LoggedEvent> {
    Ok(LoggedEvent {
        epoch: row.get(8)?,
        event: read_event(row)?,
    })
}

/// Whether this event was recovered before.
pub fn is_known(connection: &Connection, event_id: Uuid) -> Result<bool> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM recovered_events WHERE event_id = ?1")?
        .query_row([event_id.to_string()], |_| Ok(()))
        .optional()?
        .is_some())
}

/// Whether another copy's events of this epoch were recovered before.
pub fn knows_epoch(connection: &Connection, epoch: i64) -> Result<bool> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM recovered_events WHERE epoch = ?1 AND state <> 'known')",
        )?
        .query_row([epoch], |row| row.get(0))?)
}

/// What an event is to this copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate<'e> {
    /// Another copy's; it has had its effect here.
    Applied,
    /// Another copy's; it is set aside, and why.
    Quarantined(&'e str),
    /// Its own; kept for its place in the hub's order.
    Known,
}

/// Keeps an event as the hub had it.
pub fn keep(
    tx: &WriteTx<'_>,
    epoch: i64,
    event: &Event,
    now: &Moment,
    fate: Fate<'_>,
) -> Result<()> {
    let (state, error) = match fate {
        Fate::Applied => ("applied", None),
        Fate::Quarantined(why) => ("quarantined", Some(why)),
        Fate::Known => ("known", None),
    };
    tx.prepare_cached(
        "INSERT INTO recovered_events (event_id, epoch, seq, kind, version, at_utc, utc_offset_minutes, business_date,
                                       payload, received_at_utc, state, error)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (event_id) DO UPDATE SET state = excluded.state, error = excluded.error, epoch = excluded.epoch,
             seq = excluded.seq
         WHERE state <> 'known' AND NOT (state = 'quarantined' AND excluded.state = 'known')",
    )?
    .execute(params![
        event.event_id.to_string(),
        epoch,
        event.seq,
        event.kind,
        event.version,
        event.at_utc,
        event.utc_offset_minutes,
        event.business_date,
        event.payload,
        now.text(),
        state,
        error,
    ])?;
    Ok(())
}

/// Forgets the places after `point` of this copy's own events: they were those of a lost life of the hub.
pub fn forget_places(tx: &WriteTx<'_>, point: (i64, i64)) -> Result<()> {
    tx.execute(
        "DELETE FROM recovered_events WHERE state = 'known' AND (epoch > ?1 OR (epoch = ?1 AND seq > ?2))",
        params![point.0, point.1],
    )?;
    Ok(())
}

/// How many recovered events are set aside.
pub fn count_quarantined(connection: &Connection) -> Result<i64> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM recovered_events WHERE state = 'quarantined'")?
        .query_row([], |row| row.get(0))?)
}

/// Every event of another copy, in the hub's order.
pub fn all(connection: &Connection) -> Result<Vec<LoggedEvent>> {
    let mut statement = connection.prepare(&format!(
        "SELECT {COLUMNS}, epoch FROM recovered_events WHERE state <> 'known' ORDER BY epoch, seq"
    ))?;
    let rows = statement.query_map([], logged)?;
    rows.map(|row| Ok(row?)).collect()
}

/// The recovered events that are set aside, in the hub's order.
pub fn quarantined(connection: &Connection) -> Result<Vec<LoggedEvent>> {
    let mut statement = connection.prepare(&format!(
        "SELECT {COLUMNS}, epoch FROM recovered_events WHERE state = 'quarantined' ORDER BY epoch, seq"
    ))?;
    let rows = statement.query_map([], logged)?;
    rows.map(|row| Ok(row?)).collect()
}

/// The query of events of `kinds` (a list of SQL texts) in epoch `?1` and later, this copy's own and the recovered ones,
/// in the hub's order, with the epoch after the event's columns.
///
/// A recovered event's place is the hub's; one that was given back to a restored hub stands in this copy's own log, and
/// there is its place.
pub(super) fn in_hub_order(kinds: &str) -> String {
    format!(
        "SELECT {COLUMNS}, epoch FROM events WHERE epoch >= ?1 AND kind IN ({kinds})
             AND event_id NOT IN (SELECT event_id FROM recovered_events WHERE state = 'known')
         UNION ALL
         SELECT {COLUMNS}, epoch FROM recovered_events WHERE epoch >= ?1 AND kind IN ({kinds})
             AND (state = 'known' OR state = 'applied' AND event_id NOT IN (SELECT event_id FROM events))
         ORDER BY epoch, seq"
    )
}

/// Every event of [`SETTING_KINDS`] in `epoch` and later, in the hub's order.
pub fn settings_from(connection: &Connection, epoch: i64) -> Result<Vec<Event>> {
    let kinds = SETTING_KINDS.map(|kind| format!("'{kind}'")).join(", ");
    let mut statement = connection.prepare(&in_hub_order(&kinds))?;
    let rows = statement.query_map([epoch], read_event)?;
    rows.map(|row| Ok(row?)).collect()
}
