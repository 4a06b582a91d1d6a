//! What the hub tells each shop, numbered per shop without a gap.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::HubTx;
use crate::error::{Error, Result};
use crate::wire::note::{Announcement, Note};

/// The version of the payloads that are written.
const VERSION: u32 = 1;

/// How long a note is kept after a newer one on its topic has come. A shop that was away for longer is sent the latest
/// of each topic.
pub const SUPERSEDED_NOTES_KEPT: Duration = Duration::days(30);

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
        "UPDATE shops SET note_position = note_position + 1 WHERE tenant_id = tenant() AND id = $1",
        &[shop_id.into()],
    )?;
    let position = last_position(tx, shop_id)?;
    let topic = announcement.topic();
    drop_superseded(tx, shop_id, &topic, now)?;
    tx.execute(
        "INSERT INTO notes (tenant_id, shop_id, position, note_id, kind, version, payload, created_at_utc, topic)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            shop_id.into(),
            position.into(),
            Uuid::now_v7().into(),
            kind.into(),
            VERSION.into(),
            payload.into(),
            now.into(),
            topic.into(),
        ],
    )?;
    Ok(position)
}

/// Drops the old notes on a topic that is about to get a new one, and keeps up to which position that left gaps.
fn drop_superseded(
    tx: &mut dyn HubTx,
    shop_id: &str,
    topic: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let old = tx.query_row(
        "SELECT max(position) AS last FROM notes
         WHERE tenant_id = tenant() AND shop_id = $1 AND topic = $2 AND created_at_utc < $3",
        &[
            shop_id.into(),
            topic.into(),
            (now - SUPERSEDED_NOTES_KEPT).into(),
        ],
    )?;
    let Some(last) = old
        .map(|row| row.integer_opt("last"))
        .transpose()?
        .flatten()
    else {
        return Ok(());
    };
    tx.execute(
        "DELETE FROM notes WHERE tenant_id = tenant() AND shop_id = $1 AND topic = $2 AND position <= $3",
        &[shop_id.into(), topic.into(), last.into()],
    )?;
    tx.execute(
        "UPDATE shops SET notes_compacted_to = $1 WHERE tenant_id = tenant() AND id = $2 AND notes_compacted_to < $1",
        &[last.into(), shop_id.into()],
    )?;
    Ok(())
}

/// Up to which position some of a shop's notes are gone, 0 for none.
pub fn compacted_to(tx: &mut dyn HubTx, shop_id: &str) -> Result<i64> {
    tx.query_row(
        "SELECT notes_compacted_to FROM shops WHERE tenant_id = tenant() AND id = $1",
        &[shop_id.into()],
    )?
    .ok_or_else(|| Error::NotFound(format!("there is no shop {shop_id}")))?
    .integer("notes_compacted_to")
}

/// The position of a shop's latest note, 0 for none.
///
/// # Errors
/// [`Error::NotFound`] without such a shop.
pub fn last_position(tx: &mut dyn HubTx, shop_id: &str) -> Result<i64> {
    tx.query_row(
        "SELECT note_position FROM shops WHERE tenant_id = tenant() AND id = $1",
        &[shop_id.into()],
    )?
    .ok_or_else(|| Error::NotFound(format!("there is no shop {shop_id}")))?
    .integer("note_position")
}

/// The notes of a shop after `position`, rising, at most `limit`.
pub fn after(tx: &mut dyn HubTx, shop_id: &str, position: i64, limit: usize) -> Result<Vec<Note>> {
    tx.query(
        "SELECT position, note_id, kind, version, payload FROM notes
         WHERE tenant_id = tenant() AND shop_id = $1 AND position > $2 ORDER BY position LIMIT $3",
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
