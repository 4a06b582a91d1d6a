//! Bearer tokens of people's own systems; only their hashes are kept.

use chrono::{DateTime, Utc};

use super::HubTx;
use super::directory::{self, CredentialKind};
use crate::error::Result;
use crate::wire::event::Hash;

/// A token as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// By which it is spoken of.
    pub id: String,
    /// What it is for, in people's words.
    pub label: String,
    /// SHA-256 of the secret.
    pub hash: Hash,
    /// When it was last presented, to about an hour.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Not accepted any more.
    pub revoked: bool,
}

/// Keeps a new token.
pub fn insert(
    tx: &mut dyn HubTx,
    id: &str,
    label: &str,
    hash: Hash,
    now: DateTime<Utc>,
) -> Result<()> {
    directory::enter(tx, &hash.0, CredentialKind::Token, id)?;
    tx.execute(
        "INSERT INTO tokens (tenant_id, id, label, hash, created_at_utc, revoked) VALUES (tenant(), $1, $2, $3, $4, 0)",
        &[id.into(), label.into(), hash.into(), now.into()],
    )?;
    Ok(())
}

/// The token with this hash.
pub fn by_hash(tx: &mut dyn HubTx, hash: Hash) -> Result<Option<Token>> {
    tx.query_row(
        "SELECT id, label, hash, last_used_at_utc, revoked FROM tokens WHERE tenant_id = tenant() AND hash = $1",
        &[hash.into()],
    )?
    .map(|row| {
        Ok(Token {
            id: row.text("id")?,
            label: row.text("label")?,
            hash: row.hash("hash")?,
            last_used_at: row.moment_opt("last_used_at_utc")?,
            revoked: row.flag("revoked")?,
        })
    })
    .transpose()
}

/// Notes that a token was presented.
pub fn touch(tx: &mut dyn HubTx, id: &str, now: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "UPDATE tokens SET last_used_at_utc = $1 WHERE tenant_id = tenant() AND id = $2",
        &[now.into(), id.into()],
    )?;
    Ok(())
}

/// Whether a token with this label is accepted.
pub fn is_valid(tx: &mut dyn HubTx, label: &str) -> Result<bool> {
    let row = tx.query_row(
        "SELECT id FROM tokens WHERE tenant_id = tenant() AND label = $1 AND revoked = 0",
        &[label.into()],
    )?;
    Ok(row.is_some())
}

/// Shuts the token with this label out; whether there was one that was not shut out yet.
pub fn revoke(tx: &mut dyn HubTx, label: &str) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE tokens SET revoked = 1 WHERE tenant_id = tenant() AND label = $1 AND revoked = 0",
        &[label.into()],
    )?;
    Ok(changed > 0)
}
