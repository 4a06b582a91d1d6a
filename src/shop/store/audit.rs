//! The audit log: who did what, in a hash chain.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::days::Moment;
use crate::error::Result;
use crate::store::WriteTx;
use crate::wire::event::{GENESIS, moment_text};

/// Adds an entry: `actor` did `action` to `subject`; `detail` is JSON or plain text.
pub fn record(
    tx: &WriteTx<'_>,
    now: &Moment,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<()> {
    let (seq, previous) = end(tx)?;
    let (seq, at) = (seq + 1, now.text());
    let hash = link(&previous, seq, [&at, actor, action, subject, detail]);
    tx.prepare_cached(
        "INSERT INTO audit (seq, at_utc, actor, action, subject, detail, prev_hash, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        seq, at, actor, action, subject, detail, previous, hash
    ])?;
    Ok(())
}

fn end(connection: &Connection) -> Result<(i64, [u8; 32])> {
    let last = connection
        .prepare_cached("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(last.unwrap_or((0, GENESIS.0)))
}

fn link(previous: &[u8; 32], seq: i64, fields: [&str; 5]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(previous);
    digest.update(seq.to_le_bytes());
    for field in fields {
        digest.update((field.len() as u64).to_le_bytes());
        digest.update(field.as_bytes());
    }
    digest.finalize().into()
}

/// The first entry whose link does not hold, if any.
pub fn first_broken_link(connection: &Connection) -> Result<Option<i64>> {
    let mut statement = connection.prepare(
        "SELECT seq, at_utc, actor, action, subject, detail, prev_hash, hash FROM audit ORDER BY seq",
    )?;
    let mut rows = statement.query([])?;
    let (mut previous, mut expected_seq) = (GENESIS.0, 1);
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        let texts: Vec<String> = (1..6)
            .map(|column| row.get(column))
            .collect::<Result<_, _>>()?;
        let (stored_previous, stored): ([u8; 32], [u8; 32]) = (row.get(6)?, row.get(7)?);
        let [at, actor, action, subject, detail] = &texts[..] else {
            return Ok(Some(seq));
        };
        if seq != expected_seq
            || stored_previous != previous
            || stored != link(&previous, seq, [at, actor, action, subject, detail])
        {
            return Ok(Some(seq));
        }
        previous = stored;
        expected_seq += 1;
    }
    Ok(None)
}

/// An entry without its links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub seq: i64,
    /// When, UTC.
    pub at_utc: String,
    /// Who.
    pub actor: String,
    /// Did what.
    pub action: String,
    /// To what.
    pub subject: String,
    /// More about it.
    pub detail: String,
}

/// Which entries.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'f> {
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
    /// By whom.
    pub actor: Option<&'f str>,
    /// What.
    pub action: Option<&'f str>,
    /// With a lower number.
    pub before: Option<i64>,
}

/// Entries that match, the newest first.
pub fn list(connection: &Connection, filter: &Filter<'_>, limit: usize) -> Result<Vec<Entry>> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, at_utc, actor, action, subject, detail FROM audit
         WHERE (?1 IS NULL OR at_utc >= ?1) AND (?2 IS NULL OR at_utc < ?2) AND (?3 IS NULL OR actor = ?3)
           AND (?4 IS NULL OR action = ?4) AND (?5 IS NULL OR seq < ?5)
         ORDER BY seq DESC LIMIT ?6",
    )?;
    let rows = statement.query_map(
        params![
            filter.from.map(moment_text),
            filter.until.map(moment_text),
            filter.actor,
            filter.action,
            filter.before,
            i64::try_from(limit).unwrap_or(i64::MAX),
        ],
        |row| {
            Ok(Entry {
                seq: row.get(0)?,
                at_utc: row.get(1)?,
                actor: row.get(2)?,
                action: row.get(3)?,
                subject: row.get(4)?,
                detail: row.get(5)?,
            })
        },
    )?;
    rows.map(|row| Ok(row?)).collect()
}

/// Everybody who did something, by name.
pub fn actors(connection: &Connection) -> Result<Vec<String>> {
    texts(
        connection,
        "SELECT DISTINCT actor FROM audit ORDER BY actor",
    )
}

/// Everything that was done.
pub fn actions(connection: &Connection) -> Result<Vec<String>> {
    texts(
        connection,
        "SELECT DISTINCT action FROM audit ORDER BY action",
    )
}

fn texts(connection: &Connection, sql: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    rows.map(|row| Ok(row?)).collect()
}
