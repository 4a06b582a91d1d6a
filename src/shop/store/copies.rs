//! Which copy of the shop's database this is, its series of receipt numbers, and what happened to it.

use chrono::{DateTime, Duration, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::days::Moment;
use crate::error::Result;
use crate::store::WriteTx;

/// What this database says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The identity that this copy gave itself; nothing before the program has looked.
    pub instance: Option<Uuid>,
    /// A digest of where it lay then.
    pub place: String,
    /// Where its log ends: epoch and seq.
    pub head: (i64, i64),
}

/// Something that happened to the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Incident {
    /// When it was noticed, RFC 3339.
    pub at: String,
    /// What, in one word for programs.
    pub kind: String,
    /// Figures of it.
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
}

/// What this database says of itself.
pub fn identity(connection: &Connection) -> Result<Identity> {
    let (instance, place, epoch, seq): (String, String, i64, i64) = connection.query_row(
        "SELECT s.instance, s.place, y.epoch, y.head_seq FROM shop s JOIN sync_state y ON y.id = s.id WHERE s.id = 1",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    Ok(Identity {
        instance: Uuid::parse_str(&instance).ok(),
        place,
        head: (epoch, seq),
    })
}

/// Keeps the identity of this copy and where it lies.
pub fn set_identity(tx: &WriteTx<'_>, instance: Uuid, place: &str) -> Result<()> {
    tx.execute(
        "UPDATE shop SET instance = ?1, place = ?2 WHERE id = 1",
        params![instance.to_string(), place],
    )?;
    Ok(())
}

/// How many numbers a series may take before it would reach those of the next.
const SERIES_SPAN: i64 = 1_000_000;

/// The first series may run this far; no till gives out so many receipts.
const FIRST_SPAN: i64 = 1000 * SERIES_SPAN;

/// How many places there are for the next series: two copies choose the same one with a chance of one in so many.
const SERIES_PLACES: u64 = 9_000_000;

/// Begins a series of receipt numbers above all that were given out, at a place that `random` chooses, and returns its
/// first number. Two copies of a shop that each begin one have no number in common.
pub fn begin_series(tx: &WriteTx<'_>, now: &Moment, reason: &str, random: u64) -> Result<i64> {
    let (last, serial): (i64, i64) = tx.query_row(
        "SELECT max(first_number), max(serial) FROM receipt_series",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let place = i64::try_from(random % SERIES_PLACES).unwrap_or_default();
    let first = last.max(FIRST_SPAN) / SERIES_SPAN * SERIES_SPAN + (place + 1) * SERIES_SPAN + 1;
    tx.execute(
        "INSERT INTO receipt_series (first_number, serial, begun_at_utc, reason) VALUES (?1, ?2, ?3, ?4)",
        params![first, serial + 1, now.text(), reason],
    )?;
    Ok(first)
}

/// Notes that something happened; `detail` has its figures.
pub fn note(tx: &WriteTx<'_>, now: &Moment, kind: &str, detail: &serde_json::Value) -> Result<()> {
    tx.execute(
        "INSERT INTO incidents (at_utc, kind, detail) VALUES (?1, ?2, ?3)",
        params![now.text(), kind, detail.to_string()],
    )?;
    Ok(())
}

/// Notes that something happened that goes on happening: within a day the figures are added up in one incident.
pub fn note_sum(
    tx: &WriteTx<'_>,
    now: &Moment,
    kind: &str,
    figures: &serde_json::Value,
) -> Result<()> {
    let last = tx
        .query_row(
            "SELECT id, at_utc, detail FROM incidents WHERE kind = ?1 ORDER BY id DESC LIMIT 1",
            [kind],
            |row| {
                let at = row.get::<_, DateTime<Utc>>(1)?;
                Ok((row.get::<_, i64>(0)?, at, row.get::<_, String>(2)?))
            },
        )
        .optional()?;
    let Some((id, at, detail)) = last else {
        return note(tx, now, kind, figures);
    };
    let age = now.utc.signed_duration_since(at);
    if age < Duration::zero() || age > Duration::days(1) {
        return note(tx, now, kind, figures);
    }
    let earlier: serde_json::Value = serde_json::from_str(&detail).unwrap_or_default();
    let mut sum = figures.clone();
    for (name, figure) in sum.as_object_mut().into_iter().flatten() {
        if let (Some(more), Some(before)) = (figure.as_i64(), earlier[name.as_str()].as_i64()) {
            *figure = before.saturating_add(more).into();
        }
    }
    tx.execute(
        "UPDATE incidents SET detail = ?2 WHERE id = ?1",
        params![id, sum.to_string()],
    )?;
    Ok(())
}

/// The latest incidents, the newest first.
pub fn incidents(connection: &Connection, limit: i64) -> Result<Vec<Incident>> {
    let mut statement = connection
        .prepare_cached("SELECT at_utc, kind, detail FROM incidents ORDER BY id DESC LIMIT ?1")?;
    let rows = statement.query_map([limit], |row| {
        let detail: String = row.get(2)?;
        Ok(Incident {
            at: row.get(0)?,
            kind: row.get(1)?,
            detail: serde_json::from_str(&detail).unwrap_or_default(),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}
