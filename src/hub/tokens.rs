//! Bearer tokens with which people's own systems may call the hub.

use chrono::Duration;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::Hub;
use super::store::{self, audit, tokens as rows};
use crate::error::{Error, Result};
use crate::web::session::random_secret;
use crate::wire::event::Hash;

/// A use is noted at most this often, so that reading does not mean writing.
const NOTED_EVERY: Duration = Duration::hours(1);

impl Hub {
    /// Makes a token and returns its secret of 64 hexadecimal digits, which is kept nowhere.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a label that cannot be, [`Error::Conflict`] for one that a valid token has.
    pub async fn create_token(&self, label: &str) -> Result<String> {
        let label = super::checked_name("--label", label)?;
        let (now, secret) = (self.now(), random_secret()?);
        let (id, hash) = (Uuid::now_v7().to_string(), digest(&secret));
        store::write(self.store(), move |tx| {
            if rows::is_valid(tx, &label)? {
                return Err(Error::Conflict(format!(
                    "there is a token {label:?} already; revoke it or choose another label"
                )));
            }
            rows::insert(tx, &id, &label, hash, now)?;
            audit::record(tx, now, "owner", "token.created", &id, &label)
        })
        .await?;
        Ok(secret)
    }

    /// Shuts the token with this label out.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none that was still accepted.
    pub async fn revoke_token(&self, label: &str) -> Result<()> {
        let (label, now) = (label.trim().to_owned(), self.now());
        store::write(self.store(), move |tx| {
            if !rows::revoke(tx, &label)? {
                return Err(Error::NotFound(format!("there is no token {label:?}")));
            }
            audit::record(tx, now, "owner", "token.revoked", &label, "")
        })
        .await
    }

    /// The label of the token with this secret.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when there is none.
    pub async fn token_label(&self, secret: &str) -> Result<String> {
        let (presented, now) = (digest(secret), self.now());
        let found = store::read(self.store(), move |tx| rows::by_hash(tx, presented)).await?;
        let token = found
            .filter(|token| bool::from(token.hash.0.ct_eq(&presented.0)) && !token.revoked)
            .ok_or_else(|| Error::Unauthorized("the token is not valid here".to_owned()))?;
        let noted = token
            .last_used_at
            .is_some_and(|last| now.signed_duration_since(last).abs() < NOTED_EVERY);
        if !noted {
            store::write(self.store(), move |tx| rows::touch(tx, &token.id, now)).await?;
        }
        Ok(token.label)
    }
}

/// A secret as it is kept. It carries 256 random bits, so a plain digest cannot be guessed back.
fn digest(secret: &str) -> Hash {
    Hash(Sha256::digest(secret.as_bytes()).into())
}
