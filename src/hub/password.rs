//! Passwords: which may be one, how it is kept, and trying one at a known price.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Each try takes argon2's 19 MiB: as many at once as a small machine bears.
const TRIED_AT_ONCE: usize = 2;

/// What a password for nobody is tried against, so that an unknown login takes as long as a known one. Nothing comes to
/// this digest but by a chance of 1 in 2^256.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The first that everybody tries.
const COMMONEST: [&str; 12] = [
    "password",
    "12345678",
    "123456789",
    "1234567890",
    "87654321",
    "qwertyui",
    "qwertyuiop",
    "password1",
    "sayangku",
    "bismillah",
    "indonesia",
    "11223344",
];

/// Tries and makes passwords, a few at a time.
#[derive(Debug, Clone)]
pub(super) struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(TRIED_AT_ONCE)))
    }
}

impl Passwords {
    /// `password` as it is kept: argon2id in PHC form.
    pub(super) async fn hash(&self, password: String) -> Result<String> {
        self.run(move || {
            Argon2::default()
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| Error::Internal(format!("hashing a password: {error}")))
        })
        .await?
    }

    /// Whether `password` is the one behind `hash`; without a hash it never is, which takes as long to find out.
    pub(super) async fn matches(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.run(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODYS.to_owned());
            let matches = PasswordHash::new(&hash).is_ok_and(|hash| {
                Argon2::default()
                    .verify_password(password.as_bytes(), &hash)
                    .is_ok()
            });
            known && matches
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let broken = |error: &dyn std::fmt::Display| {
            Error::Internal(format!("looking at a password: {error}"))
        };
        let _one_of_few = self.0.acquire().await.map_err(|error| broken(&error))?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| broken(&error))
    }
}

/// Checks a password that somebody is to have.
///
/// # Errors
/// [`Error::Invalid`] on `password`.
pub(super) fn checked(password: &str, login: &str) -> Result<String> {
    let refuse = |why: &str| Err(Error::invalid("password", why));
    if !(8..=128).contains(&password.chars().count()) || password.chars().any(char::is_control) {
        return refuse("must have 8 to 128 characters");
    }
    let lower = password.to_lowercase();
    let first = lower.chars().next();
    let guessed = COMMONEST.contains(&lower.as_str())
        || lower == login
        || lower.chars().all(|sign| Some(sign) == first);
    if guessed {
        return refuse("is one of the first that anybody would guess");
    }
    Ok(password.to_owned())
}

/// A password of 60 random bits in letters and digits that are told apart on paper: `k7mf-2xqd-9hta`.
///
/// # Errors
/// [`Error::Internal`] when the system gives no randomness.
pub(super) fn suggested() -> Result<String> {
    const SIGNS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
    let mut random = [0_u8; 12];
    getrandom::fill(&mut random)
        .map_err(|error| Error::Internal(format!("the system gives no randomness: {error}")))?;
    let groups: Vec<String> = random
        .chunks(4)
        .map(|group| {
            group
                .iter()
                .map(|byte| char::from(SIGNS[usize::from(byte % 32)]))
                .collect()
        })
        .collect();
    Ok(groups.join("-"))
}
