//! Settings that belong to the shop and not to the machine.

use rusqlite::{Connection, OptionalExtension, params};

use crate::error::Result;
use crate::store::WriteTx;

/// The value of a setting that somebody set.
pub fn get(connection: &Connection, key: &str) -> Result<Option<String>> {
    Ok(connection
        .prepare_cached("SELECT value FROM settings WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?)
}

/// Sets it.
pub fn set(tx: &WriteTx<'_>, key: &str, value: &str) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO settings (key, value) VALUES (?1, ?2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )?
    .execute(params![key, value])?;
    Ok(())
}

/// Makes it as if nobody had set it.
pub fn remove(tx: &WriteTx<'_>, key: &str) -> Result<()> {
    tx.execute("DELETE FROM settings WHERE key = ?1", [key])?;
    Ok(())
}
