//! Who may: bearer tokens of the local API, and the owner's PIN.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Shop;
use super::store::tokens::{self, PinState, TokenInfo};
use super::store::{audit, info};
use crate::error::{Error, Result};
use crate::web::session::random_secret;

/// Wrong PINs that cost nothing but the attempt.
const FREE_ATTEMPTS: u32 = 3;

/// The first lock after those; it doubles with each further attempt.
const FIRST_LOCK: Duration = Duration::seconds(30);

/// The longest lock: the owner must be able to get in the same day.
const LONGEST_LOCK: Duration = Duration::hours(1);

/// What somebody at the counter may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Everything.
    Owner,
    /// Selling, counting, taking in; no cost, no profit, no settings.
    Cashier,
}

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
            name: "owner".to_owned(),
            role: Role::Owner,
        }
    }
}

/// What trying a PIN came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinOutcome {
    /// It is the owner's.
    Right,
    /// It is not.
    Wrong,
    /// Too many were tried: not looked at before this moment.
    LockedUntil(DateTime<Utc>),
    /// The shop has no PIN.
    NoPin,
}

/// A PIN as it is kept: argon2id in PHC form.
pub(super) fn hash_pin(pin: &str) -> Result<String> {
    Argon2::default()
        .hash_password(pin.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::Internal(format!("hashing a PIN: {error}")))
}

/// Whether `pin` is the one behind `hash`.
fn pin_matches(pin: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(pin.as_bytes(), &hash)
            .is_ok()
    })
}

/// A secret as it is kept. Tokens carry 256 random bits, so a plain digest cannot be guessed back.
fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// How long no PIN is looked at after this many attempts without the right one.
#[must_use]
pub fn lock_after(failures: u32) -> Option<Duration> {
    let beyond = failures.checked_sub(FREE_ATTEMPTS + 1)?;
    let lock = FIRST_LOCK * 2_i32.pow(beyond.min(10));
    Some(lock.min(LONGEST_LOCK))
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

    /// Tries the owner's PIN. The attempt is counted and on the disk before the PIN is looked at, so that pulling the
    /// plug buys no further attempts.
    ///
    /// # Errors
    /// What the database said.
    pub async fn try_pin(&self, pin: &str) -> Result<PinOutcome> {
        let now = self.clock.now();
        let counted = self
            .db
            .write(move |tx| {
                let PinState {
                    hash,
                    failures,
                    locked_until,
                } = tokens::pin_state(tx)?;
                let Some(hash) = hash else {
                    return Ok(Err(PinOutcome::NoPin));
                };
                // A lock from a clock that had leapt ahead must not last for years.
                if let Some(until) = locked_until
                    && until > now
                    && until - now <= LONGEST_LOCK
                {
                    return Ok(Err(PinOutcome::LockedUntil(until)));
                }
                let failures = failures.saturating_add(1);
                let locked_until = lock_after(failures).map(|lock| now + lock);
                tokens::set_pin_failures(tx, failures, locked_until)?;
                Ok(Ok(hash))
            })
            .await?;
        let hash = match counted {
            Ok(hash) => hash,
            Err(outcome) => return Ok(outcome),
        };
        let pin = pin.to_owned();
        // argon2 takes tens of milliseconds on purpose.
        let right = tokio::task::spawn_blocking(move || pin_matches(&pin, &hash))
            .await
            .map_err(|error| Error::Internal(format!("checking a PIN: {error}")))?;
        if !right {
            return Ok(PinOutcome::Wrong);
        }
        self.db
            .write(|tx| tokens::set_pin_failures(tx, 0, None))
            .await?;
        Ok(PinOutcome::Right)
    }

    /// Proves that a write transaction would succeed, by doing one.
    ///
    /// # Errors
    /// Why it did not.
    pub async fn beat(&self) -> Result<()> {
        self.db.write(info::beat).await
    }
}
