//! What the hub tells each shop, numbered per shop without a gap.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::HubTx;
use crate::error::{Error, Result};
use crate::wire::note::{Announcement, Note};

/// The version of the payloads that are written.
const VERSION: u32 = 1;

/// Appends a note to a shop's sequence; its position. In the transaction of what it tells.
///
/// # Errors
/// [`Error::NotFound`] without such a shop.
pub fn append(
    tx: &mut dyn HubTx,
    shop_id: &str,
    announcement: &Announcement,
    now: DateTime<Utc>,
) -> Result<i64> {
    let (kind, payload) = announcement
        .encode()
        .map_err(|error| Error::Internal(format!("writing a note: {error}")))?;
    tx.execute(
        "UPDATE shops SET note_position = note_position + 1 WHERE id = $1",
        &[shop_id.into()],
    )?;
    let position = last_position(tx, shop_id)?;
    tx.execute(
        "INSERT INTO notes (shop_id, position, note_id, kind, version, payload, created_at_utc)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            shop_id.into(),
            position.into(),
            Uuid::now_v7().into(),
            kind.into(),
            VERSION.into(),
            payload.into(),
            now.into(),
        ],
    )?;
    Ok(position)
}

/// The position of a shop's latest note, 0 for none.
///
/// # Errors
/// [`Error::NotFound`] without such a shop.
pub fn last_position(tx: &mut dyn HubTx, shop_id: &str) -> Result<i64> {
    tx.query_row(
        "SELECT note_position FROM shops WHERE id = $1",
        &[shop_id.into()],
    )?
    .ok_or_else(|| Error::NotFound(format!("there is no shop {shop_id}")))?
    .integer("note_position")
}

/// The notes of a shop after `position`, rising, at most `limit`.
pub fn after(tx: &mut dyn HubTx, shop_id: &str, position: i64, limit: usize) -> Result<Vec<Note>> {
    tx.query(
        "SELECT position, note_id, kind, version, payload FROM notes
         WHERE shop_id = $1 AND position > $2 ORDER BY position LIMIT $3",
        &[shop_id.into(), position.into(), (limit as i64).into()],
    )?
    .iter()
    .map(|row| {
        Ok(Note {
            position: row.integer("position")?,
            note_id: row.uuid("note_id")?,
            kind: row.text("kind")?,
            version: u32::try_from(row.integer("version")?)
                .map_err(|_| Error::Corrupt("a note's version is out of range".to_owned()))?,
            payload: row.text("payload")?,
        })
    })
    .collect()
}
