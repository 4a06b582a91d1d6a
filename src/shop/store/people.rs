//! People at the counter and their PINs, as digests, with the count of wrong ones.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::days::Moment;
use crate::error::Result;
use crate::store::WriteTx;
use crate::wire::event::moment_text;

/// Whose PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// The owner's.
    Owner,
    /// That of the cashier with this number.
    Cashier(i64),
}

/// A PIN as it is kept, and how often a wrong one was tried.
#[derive(Debug, Clone)]
pub struct PinState {
    /// argon2id in PHC form; none while the owner has set none.
    pub hash: Option<String>,
    /// Attempts since the last right one.
    pub failures: u32,
    /// No attempt counts before.
    pub locked_until: Option<DateTime<Utc>>,
}

fn pin(row: &Row<'_>) -> rusqlite::Result<PinState> {
    Ok(PinState {
        hash: row.get(0)?,
        failures: row.get(1)?,
        locked_until: row.get(2)?,
    })
}

/// Somebody's PIN; nothing for a cashier who does not work here.
pub fn pin_state(connection: &Connection, who: Who) -> Result<Option<PinState>> {
    Ok(match who {
        Who::Owner => connection
            .prepare_cached(
                "SELECT owner_pin_hash, pin_failures, pin_locked_until FROM shop WHERE id = 1",
            )?
            .query_row([], pin)
            .optional()?,
        Who::Cashier(id) => connection
            .prepare_cached(
                "SELECT pin_hash, pin_failures, pin_locked_until FROM cashiers
                 WHERE id = ?1 AND retired_at_utc IS NULL",
            )?
            .query_row([id], pin)
            .optional()?,
    })
}

/// Keeps the count and the lock.
pub fn set_pin_failures(
    tx: &WriteTx<'_>,
    who: Who,
    failures: u32,
    locked_until: Option<DateTime<Utc>>,
) -> Result<()> {
    let locked_until = locked_until.map(moment_text);
    match who {
        Who::Owner => tx.execute(
            "UPDATE shop SET pin_failures = ?1, pin_locked_until = ?2 WHERE id = 1",
            params![failures, locked_until],
        )?,
        Who::Cashier(id) => tx.execute(
            "UPDATE cashiers SET pin_failures = ?1, pin_locked_until = ?2 WHERE id = ?3",
            params![failures, locked_until, id],
        )?,
    };
    Ok(())
}

/// Gives somebody another PIN, with the count of wrong ones begun anew; whether there was such a one.
pub fn set_pin(tx: &WriteTx<'_>, who: Who, hash: &str) -> Result<bool> {
    Ok(match who {
        Who::Owner => tx.execute(
            "UPDATE shop SET owner_pin_hash = ?1, pin_failures = 0, pin_locked_until = NULL WHERE id = 1",
            [hash],
        )?,
        Who::Cashier(id) => tx.execute(
            "UPDATE cashiers SET pin_hash = ?1, pin_failures = 0, pin_locked_until = NULL
             WHERE id = ?2 AND retired_at_utc IS NULL",
            params![hash, id],
        )?,
    } > 0)
}

/// Has the owner have no PIN.
pub fn clear_owner_pin(tx: &WriteTx<'_>) -> Result<()> {
    tx.execute(
        "UPDATE shop SET owner_pin_hash = NULL, pin_failures = 0, pin_locked_until = NULL WHERE id = 1",
        [],
    )?;
    Ok(())
}

/// Whether the owner has set a PIN.
pub fn owner_has_pin(connection: &Connection) -> Result<bool> {
    Ok(connection
        .prepare_cached("SELECT owner_pin_hash IS NOT NULL FROM shop WHERE id = 1")?
        .query_row([], |row| row.get(0))?)
}

/// Somebody who sells besides the owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cashier {
    /// Their number.
    pub id: i64,
    /// Their name.
    pub name: String,
    /// Since when, UTC.
    pub since_utc: String,
}

fn cashier(row: &Row<'_>) -> rusqlite::Result<Cashier> {
    Ok(Cashier {
        id: row.get(0)?,
        name: row.get(1)?,
        since_utc: row.get(2)?,
    })
}

/// Everybody who works here, by name.
pub fn cashiers(connection: &Connection) -> Result<Vec<Cashier>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, created_at_utc FROM cashiers WHERE retired_at_utc IS NULL ORDER BY name COLLATE NOCASE, id",
    )?;
    let rows = statement.query_map([], cashier)?;
    rows.map(|row| Ok(row?)).collect()
}

/// The cashier with this number, if they work here.
pub fn at_work(connection: &Connection, id: i64) -> Result<Option<Cashier>> {
    Ok(connection
        .prepare_cached(
            "SELECT id, name, created_at_utc FROM cashiers WHERE id = ?1 AND retired_at_utc IS NULL",
        )?
        .query_row([id], cashier)
        .optional()?)
}

/// Adds one; their number.
pub fn insert(tx: &WriteTx<'_>, name: &str, hash: &str, now: &Moment) -> Result<i64> {
    tx.execute(
        "INSERT INTO cashiers (name, pin_hash, created_at_utc) VALUES (?1, ?2, ?3)",
        params![name, hash, now.text()],
    )?;
    Ok(tx.last_insert_rowid())
}

/// Ends somebody's work here; whether they worked here.
pub fn retire(tx: &WriteTx<'_>, id: i64, now: &Moment) -> Result<bool> {
    Ok(tx.execute(
        "UPDATE cashiers SET retired_at_utc = ?2 WHERE id = ?1 AND retired_at_utc IS NULL",
        params![id, now.text()],
    )? > 0)
}
