//! Bearer tokens of the local API, as digests.

use rusqlite::{Connection, params};

use super::days::Moment;
use crate::error::Result;
use crate::store::WriteTx;

/// A token without its secret.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct TokenInfo {
    /// Its number, to revoke it by.
    pub id: i64,
    /// What it is for.
    pub label: String,
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// When it was revoked, RFC 3339.
    pub revoked_at: Option<String>,
}

/// Adds one.
pub fn insert(tx: &WriteTx<'_>, label: &str, hash: &[u8; 32], now: &Moment) -> Result<i64> {
    tx.execute(
        "INSERT INTO tokens (label, hash, created_at_utc) VALUES (?1, ?2, ?3)",
        params![label, hash, now.text()],
    )?;
    Ok(tx.last_insert_rowid())
}

/// All of them, revoked ones too.
pub fn list(connection: &Connection) -> Result<Vec<TokenInfo>> {
    let mut statement = connection
        .prepare("SELECT id, label, created_at_utc, revoked_at_utc FROM tokens ORDER BY id")?;
    let rows = statement.query_map([], |row| {
        Ok(TokenInfo {
            id: row.get(0)?,
            label: row.get(1)?,
            created_at: row.get(2)?,
            revoked_at: row.get(3)?,
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// Revokes one; whether there was such a one in use.
pub fn revoke(tx: &WriteTx<'_>, id: i64, now: &Moment) -> Result<bool> {
    Ok(tx.execute(
        "UPDATE tokens SET revoked_at_utc = ?2 WHERE id = ?1 AND revoked_at_utc IS NULL",
        params![id, now.text()],
    )? > 0)
}

/// The digests of those in use, with their labels.
pub fn active(connection: &Connection) -> Result<Vec<([u8; 32], String)>> {
    let mut statement =
        connection.prepare_cached("SELECT hash, label FROM tokens WHERE revoked_at_utc IS NULL")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.map(|row| Ok(row?)).collect()
}
