//! Who may: bearer tokens of the local API, the people at the counter and their PINs.

mod cashiers;
mod door;
mod pin;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Shop;
use super::store::tokens::{self, TokenInfo};
use super::store::{audit, info};
use crate::error::{Error, Result};
use crate::web::session::random_secret;

pub use super::store::people::{Cashier, Who};
pub use door::{Door, LOCK_MINUTES};
pub(super) use pin::hash_pin;
pub use pin::{PinOutcome, lock_after};

/// What somebody at the counter may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Everything.
    Owner,
    /// Selling, counting, taking in; no cost, no profit, no settings.
    Cashier,
}

/// The owner's name in the audit log and on receipts.
pub const OWNER: &str = "owner";

/// Somebody at the counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The cashier's number; none for the owner.
    pub id: Option<i64>,
    /// As the audit log and receipts name them.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

impl Person {
    /// The owner.
    #[must_use]
    pub fn owner() -> Self {
        Self {
            id: None,
            name: OWNER.to_owned(),
            role: Role::Owner,
        }
    }

    /// Whose PIN lets them in.
    #[must_use]
    pub fn who(&self) -> Who {
        self.id.map_or(Who::Owner, Who::Cashier)
    }
}

/// A secret as it is kept. Tokens carry 256 random bits, so a plain digest cannot be guessed back.
fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl Shop {
    /// Makes a token for the local API: the secret, which is told once and kept nowhere.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a label that cannot be.
    pub async fn create_token(&self, label: &str) -> Result<String> {
        let label = label.trim().to_owned();
        if label.is_empty() || label.chars().count() > 100 || label.chars().any(char::is_control) {
            return Err(Error::invalid("--label", "must have 1 to 100 characters"));
        }
        let token = random_secret()?;
        let hash = token_hash(&token);
        self.record(move |tx, now| {
            let id = tokens::insert(tx, &label, &hash, now)?;
            audit::record(tx, now, "owner", "token.created", &id.to_string(), &label)
        })
        .await?;
        Ok(token)
    }

    /// All tokens, without their secrets.
    ///
    /// # Errors
    /// What the database said.
    pub async fn tokens(&self) -> Result<Vec<TokenInfo>> {
        self.db.read(tokens::list).await
    }

    /// Makes a token worthless from now on.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a token in use.
    pub async fn revoke_token(&self, id: i64) -> Result<()> {
        self.record(move |tx, now| {
            if !tokens::revoke(tx, id, now)? {
                return Err(Error::NotFound(format!("there is no token {id} in use")));
            }
            audit::record(tx, now, "owner", "token.revoked", &id.to_string(), "")
        })
        .await
    }

    /// The label of the token with this secret.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when there is none in use.
    pub async fn verify_token(&self, token: &str) -> Result<String> {
        let hash = token_hash(token);
        self.db
            .read(move |connection| {
                let mut found = None;
                // All are compared, each in constant time, so that the time taken tells nothing.
                for (known, label) in tokens::active(connection)? {
                    if bool::from(known.ct_eq(&hash)) {
                        found = Some(label);
                    }
                }
                found.ok_or_else(|| Error::Unauthorized("the token is not valid".to_owned()))
            })
            .await
    }

    /// Proves that a write transaction would succeed, by doing one.
    ///
    /// # Errors
    /// Why it did not.
    pub async fn beat(&self) -> Result<()> {
        self.db.write(info::beat).await
    }
}
