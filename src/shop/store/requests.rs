//! Requests that changed stock under an identity of their own, and what they were answered.

use rusqlite::{Connection, OptionalExtension, params};

use super::days::Moment;
use crate::error::Result;
use crate::store::WriteTx;

/// The digest and the answer of the request with this identity.
pub fn find(connection: &Connection, id: &str) -> Result<Option<([u8; 32], String)>> {
    Ok(connection
        .prepare_cached("SELECT content_hash, response FROM stock_requests WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// Keeps a request's digest and answer.
pub fn insert(
    tx: &WriteTx<'_>,
    id: &str,
    content_hash: &[u8; 32],
    response: &str,
    now: &Moment,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO stock_requests (id, content_hash, response, at_utc) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![id, content_hash, response, now.text()])?;
    Ok(())
}
