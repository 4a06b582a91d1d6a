//! Whose a secret is: the one question that is asked before the tenant is known.
//!
//! A device's token, an API token, a one-time code or a session stands here by its SHA-256 with the tenant it belongs
//! to and nothing else. What it allows, and whether it still does, is in that tenant's own rows. The table is written in
//! the transaction that makes the secret, for that transaction's tenant only.

use super::identity::{Identity, TENANT_COLUMNS, identity_from};
use super::{HubTx, Tenant, Value};
use crate::error::{Error, Result};

/// What kind of secret an entry is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// A shop's device; the subject is its identity.
    Device,
    /// A token for `/api/v1`; the subject is the token's identity.
    Token,
    /// A one-time code; the subject is the shop.
    Code,
    /// Leave to read a shop's backups; the subject is the grant.
    Grant,
    /// A person who is logged in; the subject is the session.
    Session,
    /// A name that somebody logs in with; the subject is the user.
    Login,
    /// A link by which anybody may look at one thing; the subject is that thing.
    Link,
}

impl CredentialKind {
    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Token => "token",
            Self::Code => "code",
            Self::Grant => "grant",
            Self::Session => "session",
            Self::Login => "login",
            Self::Link => "link",
        }
    }
}

/// Enters a secret by its SHA-256 for the transaction's tenant; again for the same tenant and kind changes its subject.
///
/// # Errors
/// [`Error::Invalid`] when the secret is in use for anything else.
pub fn enter(
    tx: &mut dyn HubTx,
    hash: &[u8; 32],
    kind: CredentialKind,
    subject: &str,
) -> Result<()> {
    let entered = tx.execute(
        "INSERT INTO credentials (hash, tenant, kind, subject) VALUES ($1, tenant(), $2, $3)
         ON CONFLICT (hash) DO UPDATE SET subject = excluded.subject
         WHERE credentials.tenant = excluded.tenant AND credentials.kind = excluded.kind",
        &[digest(hash), kind.as_str().into(), subject.into()],
    )?;
    if entered == 0 {
        return Err(Error::invalid("token", "is in use"));
    }
    Ok(())
}

/// Takes a secret of the transaction's tenant out.
pub fn strike(tx: &mut dyn HubTx, hash: &[u8; 32]) -> Result<()> {
    tx.execute(
        "DELETE FROM credentials WHERE hash = $1 AND tenant = tenant()",
        &[digest(hash)],
    )?;
    Ok(())
}

/// Takes the codes of a shop out that nobody has redeemed.
pub(super) fn strike_open_codes(tx: &mut dyn HubTx, shop_id: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM credentials WHERE tenant = tenant() AND hash IN (
             SELECT code_hash FROM pairing_codes
             WHERE tenant_id = tenant() AND shop_id = $1 AND used_by_device IS NULL)",
        &[shop_id.into()],
    )?;
    Ok(())
}

/// Whose the secret with this SHA-256 is, and who that is; nothing for one that nobody has, or whose tenant is switched
/// off. In a transaction for any tenant.
pub fn resolve(tx: &mut dyn HubTx, hash: &[u8; 32]) -> Result<Option<(Tenant, Identity)>> {
    let sql = format!(
        "SELECT t.id, {TENANT_COLUMNS} FROM credentials c JOIN tenants t ON t.id = c.tenant CROSS JOIN hub h
         WHERE c.hash = $1 AND t.active = 1"
    );
    tx.query_row(&sql, &[digest(hash)])?
        .map(|row| Ok((Tenant::with_id(&row.text("id")?), identity_from(&row)?)))
        .transpose()
}

fn digest(hash: &[u8; 32]) -> Value {
    Value::Bytes(hash.to_vec())
}
