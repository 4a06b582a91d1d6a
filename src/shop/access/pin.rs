//! PINs: trying them, with fewer and fewer attempts after wrong ones, and setting the owner's.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use chrono::{DateTime, Duration, Utc};

use super::{OWNER, Who};
use crate::error::{Error, Result};
use crate::shop::Shop;
use crate::shop::store::people::{self, PinState};
use crate::shop::store::{audit, settings};
use crate::store::WriteTx;

/// Wrong PINs that cost nothing but the attempt.
const FREE_ATTEMPTS: u32 = 3;

/// The first lock after those; it doubles with each further attempt.
const FIRST_LOCK: Duration = Duration::seconds(30);

/// The longest lock: people must be able to get in the same day.
const LONGEST_LOCK: Duration = Duration::hours(1);

/// What trying a PIN came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinOutcome {
    /// It is theirs.
    Right,
    /// It is not.
    Wrong,
    /// Too many were tried: not looked at before this moment.
    LockedUntil(DateTime<Utc>),
    /// The shop has no PIN.
    NoPin,
}

/// A PIN as it is kept: argon2id in PHC form.
pub(in crate::shop) fn hash_pin(pin: &str) -> Result<String> {
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

/// How long no PIN is looked at after this many attempts without the right one.
#[must_use]
pub fn lock_after(failures: u32) -> Option<Duration> {
    let beyond = failures.checked_sub(FREE_ATTEMPTS + 1)?;
    let lock = FIRST_LOCK * 2_i32.pow(beyond.min(10));
    Some(lock.min(LONGEST_LOCK))
}

/// Whether this may be somebody's PIN: 4 to 12 digits, fewer than the barcodes of most goods have.
fn is_pin(text: &str) -> bool {
    (4..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Checks a PIN that somebody is to have, and gives it as it is kept. argon2 takes tens of milliseconds on purpose.
pub(super) async fn new_pin(field: &str, pin: &str) -> Result<String> {
    let pin = pin.trim().to_owned();
    if !is_pin(&pin) {
        return Err(Error::invalid(field, "must have 4 to 12 digits"));
    }
    tokio::task::spawn_blocking(move || hash_pin(&pin))
        .await
        .map_err(|error| Error::Internal(format!("hashing a PIN: {error}")))?
}

impl Shop {
    /// Tries the owner's PIN; see [`Shop::try_pin_of`].
    ///
    /// # Errors
    /// What the database said.
    pub async fn try_pin(&self, pin: &str) -> Result<PinOutcome> {
        self.try_pin_of(Who::Owner, pin).await
    }

    /// The owner's approval of something in somebody else's session: their PIN, typed there. The owner's own attempts and
    /// those made here count together.
    ///
    /// # Errors
    /// What the database said.
    pub async fn authorise(&self, pin: &str) -> Result<PinOutcome> {
        self.try_pin_of(Who::Owner, pin).await
    }

    /// Tries somebody's PIN. The attempt is counted and on the disk before the PIN is looked at, so that pulling the plug
    /// buys no further attempts. A cashier who does not work here has none that is right.
    ///
    /// # Errors
    /// What the database said.
    pub async fn try_pin_of(&self, who: Who, pin: &str) -> Result<PinOutcome> {
        // What a scanner types into the locked page is no guess at a PIN, and must not lock the counter for a queue.
        let may_be_one = is_pin(pin.trim());
        let now = self.clock.now();
        let counted = self
            .db
            .write(move |tx| {
                let Some(PinState {
                    hash,
                    failures,
                    locked_until,
                }) = people::pin_state(tx, who)?
                else {
                    return Ok(Err(PinOutcome::Wrong));
                };
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
                if !may_be_one {
                    return Ok(Err(PinOutcome::Wrong));
                }
                let failures = failures.saturating_add(1);
                let locked_until = lock_after(failures).map(|lock| now + lock);
                people::set_pin_failures(tx, who, failures, locked_until)?;
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
            .write(move |tx| people::set_pin_failures(tx, who, 0, None))
            .await?;
        Ok(PinOutcome::Right)
    }

    /// Sets the owner's first PIN, or another one in place of `old`, which counts as an attempt.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a new PIN that is none. Whatever the outcome, nothing is set unless it is
    /// [`PinOutcome::Right`], or [`PinOutcome::NoPin`] for the first one.
    pub async fn set_owner_pin(&self, old: &str, new: &str) -> Result<PinOutcome> {
        let hash = new_pin("pin", new).await?;
        let outcome = self.try_pin_of(Who::Owner, old).await?;
        if !matches!(outcome, PinOutcome::Right | PinOutcome::NoPin) {
            return Ok(outcome);
        }
        let first = outcome == PinOutcome::NoPin;
        let set = self
            .record(move |tx, now| {
                // Two at once: the second one has to know the first one's.
                if first && people::owner_has_pin(tx)? {
                    return Ok(false);
                }
                people::set_pin(tx, Who::Owner, &hash)?;
                keep_locking(tx)?;
                let action = if first { "pin.set" } else { "pin.changed" };
                audit::record(tx, now, OWNER, action, OWNER, "")?;
                Ok(true)
            })
            .await?;
        self.door().await?;
        Ok(if set { outcome } else { PinOutcome::Wrong })
    }

    /// Gives the owner another PIN without the present one, or none with `None`, and ends every session: for whoever has
    /// the shop's files in their hands, where the PIN is forgotten. No page and no call of the API may lead here.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a new PIN that is none.
    pub async fn reset_owner_pin(&self, new: Option<&str>) -> Result<()> {
        let hash = match new {
            Some(pin) => Some(new_pin("pin", pin).await?),
            None => None,
        };
        self.record(move |tx, now| {
            let action = match &hash {
                Some(hash) => {
                    people::set_pin(tx, Who::Owner, hash)?;
                    keep_locking(tx)?;
                    "pin.reset"
                }
                None => {
                    people::clear_owner_pin(tx)?;
                    "pin.removed"
                }
            };
            super::door::end_sessions(tx)?;
            audit::record(tx, now, OWNER, action, OWNER, "")
        })
        .await?;
        self.door().await?;
        Ok(())
    }
}

/// A page that never locks would make a PIN worth nothing.
fn keep_locking(tx: &WriteTx<'_>) -> Result<()> {
    if settings::get(tx, super::LOCK_MINUTES)?.as_deref() == Some("0") {
        settings::remove(tx, super::LOCK_MINUTES)?;
    }
    Ok(())
}
