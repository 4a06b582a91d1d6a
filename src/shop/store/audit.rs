//! The audit log: who did what, in a hash chain.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::days::Moment;
use crate::error::Result;
use crate::store::WriteTx;
use crate::wire::event::GENESIS;

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
