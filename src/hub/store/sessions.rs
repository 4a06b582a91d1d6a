//! Who is logged in. Whose hub a session opens stands in the directory, which is asked before the tenant is known.

use chrono::{DateTime, Utc};

use super::directory::{self, CredentialKind};
use super::{HubTx, Row, Value};
use crate::error::Result;
use crate::wire::event::Hash;

/// A session as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is; empty for somebody who came in by the hub's PIN.
    pub user_id: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it was last used, to about ten minutes.
    pub used_at: DateTime<Utc>,
}

/// The session with this digest, over or not.
pub fn find(tx: &mut dyn HubTx, hash: Hash) -> Result<Option<Session>> {
    tx.query_row(
        "SELECT user_id, started_at_utc, used_at_utc FROM sessions WHERE tenant_id = tenant() AND hash = $1",
        &[hash.into()],
    )?
    .map(|row| {
        Ok(Session {
            user_id: row.text("user_id")?,
            started_at: row.moment("started_at_utc")?,
            used_at: row.moment("used_at_utc")?,
        })
    })
    .transpose()
}

/// Begins a session.
pub fn insert(tx: &mut dyn HubTx, hash: Hash, user_id: &str, now: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "INSERT INTO sessions (tenant_id, hash, user_id, started_at_utc, used_at_utc)
         VALUES (tenant(), $1, $2, $3, $3)",
        &[hash.into(), user_id.into(), now.into()],
    )?;
    directory::enter(tx, &hash.0, CredentialKind::Session, user_id)
}

/// Notes that it was used.
pub fn touch(tx: &mut dyn HubTx, hash: Hash, now: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "UPDATE sessions SET used_at_utc = $1 WHERE tenant_id = tenant() AND hash = $2",
        &[now.into(), hash.into()],
    )?;
    Ok(())
}

/// Ends one session.
pub fn end(tx: &mut dyn HubTx, hash: Hash) -> Result<()> {
    tx.execute(
        "DELETE FROM sessions WHERE tenant_id = tenant() AND hash = $1",
        &[hash.into()],
    )?;
    directory::strike(tx, &hash.0)
}

/// Ends the sessions of a user, but for `kept`; how many that were.
pub fn end_of_user(tx: &mut dyn HubTx, user_id: &str, kept: Option<Hash>) -> Result<usize> {
    let found = tx.query(
        "SELECT hash FROM sessions WHERE tenant_id = tenant() AND user_id = $1 ORDER BY hash",
        &[user_id.into()],
    )?;
    end_found(tx, &found, kept)
}

/// How many sessions each user has that were used at or after `since` and begun at or after `started`.
pub fn count_by_user(
    tx: &mut dyn HubTx,
    since: DateTime<Utc>,
    started: DateTime<Utc>,
) -> Result<Vec<(String, i64)>> {
    tx.query(
        "SELECT user_id, count(*) AS n FROM sessions
         WHERE tenant_id = tenant() AND used_at_utc >= $1 AND started_at_utc >= $2
         GROUP BY user_id ORDER BY user_id",
        &[since.into(), started.into()],
    )?
    .iter()
    .map(|row| Ok((row.text("user_id")?, row.integer("n")?)))
    .collect()
}

/// Forgets sessions that were last used before `used` or begun before `started`: they are over.
pub fn forget(tx: &mut dyn HubTx, used: DateTime<Utc>, started: DateTime<Utc>) -> Result<()> {
    let params: [Value; 2] = [used.into(), started.into()];
    let found = tx.query(
        "SELECT hash FROM sessions WHERE tenant_id = tenant() AND (used_at_utc < $1 OR started_at_utc < $2)
         ORDER BY hash",
        &params,
    )?;
    end_found(tx, &found, None)?;
    Ok(())
}

fn end_found(tx: &mut dyn HubTx, found: &[Row], kept: Option<Hash>) -> Result<usize> {
    let mut ended = 0;
    for row in found {
        let hash = row.hash("hash")?;
        if Some(hash) != kept {
            end(tx, hash)?;
            ended += 1;
        }
    }
    Ok(ended)
}
