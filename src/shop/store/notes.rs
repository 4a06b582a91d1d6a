//! Notes from the hub, and its catalogue.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::days::Moment;
use super::distributors;
use crate::error::{Error, Result};
use crate::store::WriteTx;
use crate::wire::note::{CatalogueEntry, Note};

/// A note, and whose it is.
#[derive(Debug, Clone)]
pub struct Told {
    /// The note.
    pub note: Note,
    /// The further distributor's; empty for the first one's.
    pub distributor: String,
}

/// Keeps a note as it came; `error` says why it was set aside instead of applied.
pub fn keep(tx: &WriteTx<'_>, told: &Told, now: &Moment, error: Option<&str>) -> Result<()> {
    let note = &told.note;
    tx.prepare_cached(
        "INSERT INTO notes (note_id, position, kind, version, payload, received_at_utc, state, error,
             distributor)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (note_id) DO UPDATE SET state = excluded.state, error = excluded.error",
    )?
    .execute(params![
        note.note_id.to_string(),
        note.position,
        note.kind,
        note.version,
        note.payload,
        now.text(),
        if error.is_some() { "quarantined" } else { "applied" },
        error,
        told.distributor,
    ])?;
    Ok(())
}

/// How many notes are set aside.
pub fn count_quarantined(connection: &Connection) -> Result<i64> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM notes WHERE state = 'quarantined'")?
        .query_row([], |row| row.get(0))?)
}

/// A note, or an event of this shop that only the hub had, that this program cannot apply.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SetAside {
    /// Its place among the hub's notes to this shop, or in the log.
    pub position: i64,
    /// What it is about.
    pub kind: String,
    /// Version of its form.
    pub version: u32,
    /// When it came, RFC 3339.
    pub received_at: String,
    /// Why it cannot be applied.
    pub reason: String,
}

/// The newest notes and recovered events that are set aside, at most `limit`.
pub fn set_aside(connection: &Connection, limit: i64) -> Result<Vec<SetAside>> {
    let mut statement = connection.prepare_cached(
        "SELECT position, kind, version, received_at_utc AS came, coalesce(error, '') FROM notes
         WHERE state = 'quarantined'
         UNION ALL
         SELECT seq, kind, version, received_at_utc, coalesce(error, '') FROM recovered_events
         WHERE state = 'quarantined'
         ORDER BY came DESC, position DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], |row| {
        Ok(SetAside {
            position: row.get(0)?,
            kind: row.get(1)?,
            version: row.get(2)?,
            received_at: row.get(3)?,
            reason: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The notes that are set aside, in the order in which the hub made them.
pub fn quarantined(connection: &Connection) -> Result<Vec<Told>> {
    of(
        connection,
        "SELECT note_id, position, kind, version, payload, distributor FROM notes WHERE state = 'quarantined'
         ORDER BY distributor, position",
        [],
    )
}

/// The applied notes of a kind, each distributor's in the order in which the hub made them.
pub fn applied_of_kind(connection: &Connection, kind: &str) -> Result<Vec<Told>> {
    of(
        connection,
        "SELECT note_id, position, kind, version, payload, distributor FROM notes WHERE state = 'applied' AND kind = ?1
         ORDER BY distributor, position",
        [kind],
    )
}

fn of(connection: &Connection, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<Told>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map(parameters, |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
            row.get(5)?,
        ))
    })?;
    rows.map(|row| {
        let (id, position, kind, version, payload, distributor) = row?;
        let note_id = Uuid::parse_str(&id)
            .map_err(|_| Error::Corrupt(format!("notes.note_id is no UUID: {id}")))?;
        Ok(Told {
            note: Note {
                position,
                note_id,
                kind,
                version,
                payload,
            },
            distributor,
        })
    })
    .collect()
}

/// Keeps what a distributor offers, in place of what it offered of this product before.
pub fn set_offer(tx: &WriteTx<'_>, entry: &CatalogueEntry, distributor: &str) -> Result<()> {
    let payload = serde_json::to_string(entry)
        .map_err(|error| Error::Internal(format!("encoding an offer: {error}")))?;
    if !distributor.is_empty() {
        return distributors::set_offer(tx, distributor, entry.sku.as_str(), &payload);
    }
    tx.prepare_cached(
        "INSERT INTO hub_catalogue (sku, payload) VALUES (?1, ?2)
         ON CONFLICT (sku) DO UPDATE SET payload = excluded.payload",
    )?
    .execute(params![entry.sku.as_str(), payload])?;
    Ok(())
}

/// Forgets what the first distributor offers: it is about to tell all of it again.
pub fn forget_offers(tx: &WriteTx<'_>) -> Result<()> {
    tx.execute("DELETE FROM hub_catalogue", [])?;
    Ok(())
}

/// What the first distributor offers of a product, or else a further one.
pub fn offer(connection: &Connection, sku: &str) -> Result<Option<CatalogueEntry>> {
    let payload: Option<String> = connection
        .prepare_cached("SELECT payload FROM hub_catalogue WHERE sku = ?1")?
        .query_row([sku], |row| row.get(0))
        .optional()?;
    let payload = match payload {
        Some(payload) => Some(payload),
        None => distributors::offer(connection, sku)?,
    };
    payload
        .map(|payload| {
            serde_json::from_str(&payload)
                .map_err(|error| Error::Corrupt(format!("hub_catalogue {sku}: {error}")))
        })
        .transpose()
}

/// Forgets every note: those of a hub's lost life.
pub fn forget_all(tx: &WriteTx<'_>) -> Result<()> {
    tx.execute("DELETE FROM notes", [])?;
    Ok(())
}
