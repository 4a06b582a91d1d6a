//! The owner's consent to off-site backups, and how they go: one row.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::store::WriteTx;
use crate::wire::event::moment_text;

/// What is known of off-site backups.
#[derive(Debug, Clone)]
pub struct Offsite {
    /// The owner consents.
    pub enabled: bool,
    /// When that was decided.
    pub changed_at: DateTime<Utc>,
    /// Locks copies.
    pub recipient: String,
    /// What opens them, locked with the passphrase.
    pub key_file: Vec<u8>,
    /// The local backup that was packed last.
    pub last_copy: Option<String>,
    /// The set that went through last.
    pub last_set: Option<Uuid>,
    /// When.
    pub last_success_at: Option<DateTime<Utc>>,
    /// The bytes that it sent.
    pub last_sent_bytes: Option<i64>,
    /// Attempts that failed in a row.
    pub failures: u32,
    /// Not to be tried again before.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

/// Reads the row; there is none before the first consent.
pub fn load(connection: &Connection) -> Result<Option<Offsite>> {
    let row = connection
        .prepare_cached(
            "SELECT enabled, changed_at_utc, recipient, key_file, last_copy, last_set, last_success_at_utc,
                    last_sent_bytes, failures, next_attempt_at_utc, last_error
             FROM offsite WHERE id = 1",
        )?
        .query_row([], |row| {
            let state = Offsite {
                enabled: row.get(0)?,
                changed_at: row.get(1)?,
                recipient: row.get(2)?,
                key_file: row.get(3)?,
                last_copy: row.get(4)?,
                last_set: None,
                last_success_at: row.get(6)?,
                last_sent_bytes: row.get(7)?,
                failures: row.get(8)?,
                next_attempt_at: row.get(9)?,
                last_error: row.get(10)?,
            };
            Ok((state, row.get::<_, Option<String>>(5)?))
        })
        .optional()?;
    let Some((state, set)) = row else {
        return Ok(None);
    };
    let last_set = set
        .map(|text| {
            Uuid::parse_str(&text)
                .map_err(|_| Error::Corrupt(format!("offsite.last_set is no UUID: {text}")))
        })
        .transpose()?;
    Ok(Some(Offsite { last_set, ..state }))
}

/// Keeps the owner's consent, with a new key.
pub fn consent(
    tx: &WriteTx<'_>,
    at: DateTime<Utc>,
    recipient: &str,
    key_file: &[u8],
) -> Result<()> {
    tx.execute(
        "INSERT INTO offsite (id, enabled, changed_at_utc, recipient, key_file) VALUES (1, 1, ?1, ?2, ?3)
         ON CONFLICT (id) DO UPDATE SET enabled = 1, changed_at_utc = excluded.changed_at_utc,
             recipient = excluded.recipient, key_file = excluded.key_file, last_copy = NULL, failures = 0,
             next_attempt_at_utc = NULL, last_error = NULL",
        params![moment_text(at), recipient, key_file],
    )?;
    Ok(())
}

/// Keeps that the owner wants it, or does not any more, with the key that there is.
pub fn set_enabled(tx: &WriteTx<'_>, at: DateTime<Utc>, enabled: bool) -> Result<()> {
    tx.execute(
        "UPDATE offsite SET enabled = ?1, changed_at_utc = ?2, failures = 0, next_attempt_at_utc = NULL,
                last_error = NULL
         WHERE id = 1",
        params![enabled, moment_text(at)],
    )?;
    Ok(())
}

/// A set that was sealed for `key_file` went through: of the local backup `copy`, so many bytes. Nothing is kept of it
/// when there is another key since.
pub fn succeeded(
    tx: &WriteTx<'_>,
    at: DateTime<Utc>,
    set: Uuid,
    (copy, sent_bytes): (&str, u64),
    key_file: &[u8],
) -> Result<()> {
    tx.execute(
        "UPDATE offsite SET last_copy = ?1, last_set = ?2, last_success_at_utc = ?3, last_sent_bytes = ?4, failures = 0,
                next_attempt_at_utc = NULL, last_error = NULL
         WHERE id = 1 AND key_file = ?5",
        params![copy, set.to_string(), moment_text(at), sent_bytes as i64, key_file],
    )?;
    Ok(())
}

/// An attempt with `key_file` failed, as so many did in a row. It says nothing of one with another key, nor of an owner
/// who has ended it.
pub fn failed(
    tx: &WriteTx<'_>,
    error: &str,
    (failures, next_attempt_at): (u32, DateTime<Utc>),
    key_file: &[u8],
) -> Result<()> {
    tx.execute(
        "UPDATE offsite SET failures = ?1, next_attempt_at_utc = ?2, last_error = ?3
         WHERE id = 1 AND enabled = 1 AND key_file = ?4",
        params![failures, moment_text(next_attempt_at), error, key_file],
    )?;
    Ok(())
}
