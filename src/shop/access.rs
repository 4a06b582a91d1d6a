//! Who may: bearer tokens of the local API, and the owner's PIN.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// A PIN as it is kept: argon2id in PHC form.
pub(super) fn hash_pin(pin: &str) -> Result<String> {
    Argon2::default()
        .hash_password(pin.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::Internal(format!("hashing a PIN: {error}")))
}

/// Whether `pin` is the one behind `hash`.
#[allow(dead_code)]
pub(super) fn pin_matches(pin: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(pin.as_bytes(), &hash)
            .is_ok()
    })
}

/// A secret as it is kept. Tokens carry 256 random bits, so a plain digest cannot be guessed back.
#[must_use]
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
