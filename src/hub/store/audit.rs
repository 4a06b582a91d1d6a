//! The audit log: who did what, in a hash chain.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::{HubTx, Value};
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

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the log.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: a person's name, or `token X`, `device X`.
    pub actor: String,
    /// What was done, such as `shipment.confirmed`.
    pub action: String,
    /// To what: an identity or a name.
    pub subject: String,
    /// JSON, or a text.
    pub detail: String,
}

/// Which entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// At or after this moment.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub until: Option<DateTime<Utc>>,
    /// By this one.
    pub actor: Option<String>,
    /// About this.
    pub subject: Option<String>,
    /// Before this place in the log.
    pub before: Option<i64>,
}

/// Entries, the latest first, at most `limit`.
pub fn list(tx: &mut dyn HubTx, query: &AuditQuery, limit: i64) -> Result<Vec<Entry>> {
    let asked: [(&str, Option<Value>); 5] = [
        ("at_utc >=", query.from.map(Into::into)),
        ("at_utc <", query.until.map(Into::into)),
        ("actor =", query.actor.clone().map(Into::into)),
        ("subject =", query.subject.clone().map(Into::into)),
        ("seq <", query.before.map(Into::into)),
    ];
    let (mut sql, mut params) = (String::new(), Vec::<Value>::new());
    for (condition, value) in asked {
        if let Some(value) = value {
            params.push(value);
            sql.push_str(&format!(" AND {condition} ${}", params.len()));
        }
    }
    params.push(limit.into());
    let sql = format!(
        "SELECT seq, at_utc, actor, action, subject, detail FROM audit
         WHERE tenant_id = tenant(){sql} ORDER BY seq DESC LIMIT ${}",
        params.len()
    );
    tx.query(&sql, &params)?
        .iter()
        .map(|row| {
            Ok(Entry {
                seq: row.integer("seq")?,
                at: row.moment("at_utc")?,
                actor: row.text("actor")?,
                action: row.text("action")?,
                subject: row.text("subject")?,
                detail: row.text("detail")?,
            })
        })
        .collect()
}
