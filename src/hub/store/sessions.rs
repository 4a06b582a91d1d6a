//! Who is logged in. A session says whose rows it opens, so it is looked up before the tenant is known: by the digest of
//! a secret of 256 random bits, and by nothing else.

use chrono::{DateTime, Utc};

use super::{HubTx, Tenant};
use crate::error::Result;
use crate::wire::event::Hash;

/// A session as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose hub it opens.
    pub tenant: Tenant,
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
        "SELECT tenant_id, user_id, started_at_utc, used_at_utc FROM sessions WHERE hash = $1",
        &[hash.into()],
    )?
    .map(|row| {
        Ok(Session {
            tenant: Tenant::with_id(&row.text("tenant_id")?),
            user_id: row.text("user_id")?,
            started_at: row.moment("started_at_utc")?,
            used_at: row.moment("used_at_utc")?,
        })
    })
    .transpose()
}

/// Begins a session of the transaction's tenant.
pub fn insert(tx: &mut dyn HubTx, hash: Hash, user_id: &str, now: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "INSERT INTO sessions (hash, tenant_id, user_id, started_at_utc, used_at_utc)
         VALUES ($1, tenant(), $2, $3, $3)",
        &[hash.into(), user_id.into(), now.into()],
    )?;
    Ok(())
}

/// Notes that it was used.
pub fn touch(tx: &mut dyn HubTx, hash: Hash, now: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "UPDATE sessions SET used_at_utc = $1 WHERE hash = $2",
        &[now.into(), hash.into()],
    )?;
    Ok(())
}

/// Ends one session.
pub fn end(tx: &mut dyn HubTx, hash: Hash) -> Result<()> {
    tx.execute("DELETE FROM sessions WHERE hash = $1", &[hash.into()])?;
    Ok(())
}

/// Ends the sessions of a user, but for `kept`; how many that were.
pub fn end_of_user(tx: &mut dyn HubTx, user_id: &str, kept: Option<Hash>) -> Result<u64> {
    // No digest is as short as nothing at all.
    let kept = kept.map_or_else(Vec::new, |hash| hash.0.to_vec());
    tx.execute(
        "DELETE FROM sessions WHERE tenant_id = tenant() AND user_id = $1 AND hash <> $2",
        &[user_id.into(), kept.into()],
    )
}

/// How many sessions a user has that were used at or after `since`.
pub fn count_of_user(tx: &mut dyn HubTx, user_id: &str, since: DateTime<Utc>) -> Result<i64> {
    tx.query_row(
        "SELECT count(*) AS n FROM sessions WHERE tenant_id = tenant() AND user_id = $1 AND used_at_utc >= $2",
        &[user_id.into(), since.into()],
    )?
    .map_or(Ok(0), |row| row.integer("n"))
}

/// Forgets sessions that were last used before `used` or begun before `started`: they are over.
pub fn forget(tx: &mut dyn HubTx, used: DateTime<Utc>, started: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "DELETE FROM sessions WHERE used_at_utc < $1 OR started_at_utc < $2",
        &[used.into(), started.into()],
    )?;
    Ok(())
}
