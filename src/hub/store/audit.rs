//! The audit log: who did what, in a hash chain.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::HubTx;
use crate::error::Result;
use crate::wire::event::{GENESIS, Hash, moment_text};

/// Adds an entry: `actor` did `action` to `subject`; `detail` is JSON or plain text.
pub fn record(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<()> {
    let last = tx.query_row(
        "SELECT seq, hash FROM audit WHERE tenant_id = tenant() ORDER BY seq DESC LIMIT 1",
        &[],
    )?;
    let (seq, previous) = match last {
        Some(row) => (row.integer("seq")? + 1, row.hash("hash")?),
        None => (1, GENESIS),
    };
    let at = moment_text(now);
    let hash = link(previous, seq, [&at, actor, action, subject, detail]);
    tx.execute(
        "INSERT INTO audit (tenant_id, seq, at_utc, actor, action, subject, detail, prev_hash, hash)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            seq.into(),
            at.into(),
            actor.into(),
            action.into(),
            subject.into(),
            detail.into(),
            previous.into(),
            hash.into(),
        ],
    )?;
    Ok(())
}

/// The first entry whose link does not hold, if any.
pub fn first_broken_link(tx: &mut dyn HubTx) -> Result<Option<i64>> {
    let rows = tx.query(
        "SELECT seq, at_utc, actor, action, subject, detail, prev_hash, hash FROM audit
         WHERE tenant_id = tenant() ORDER BY seq",
        &[],
    )?;
    let mut previous = GENESIS;
    for (expected, row) in (1..).zip(rows) {
        let seq = row.integer("seq")?;
        let (at, actor) = (row.text("at_utc")?, row.text("actor")?);
        let (action, subject) = (row.text("action")?, row.text("subject")?);
        let detail = row.text("detail")?;
        let hash = link(previous, seq, [&at, &actor, &action, &subject, &detail]);
        if seq != expected || row.hash("prev_hash")? != previous || row.hash("hash")? != hash {
            return Ok(Some(seq));
        }
        previous = hash;
    }
    Ok(None)
}

fn link(previous: Hash, seq: i64, fields: [&str; 5]) -> Hash {
    let mut digest = Sha256::new();
    digest.update(previous.0);
    digest.update(seq.to_le_bytes());
    for field in fields {
        digest.update((field.len() as u64).to_le_bytes());
        digest.update(field.as_bytes());
    }
    Hash(digest.finalize().into())
}
