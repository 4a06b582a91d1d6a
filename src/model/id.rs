//! Identifiers that come from outside.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A product's code, unique within a shop and within a hub: 1 to 64 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sku(String);

/// The identity that a till gives a sale before it is sent; sending it again is the same sale.
/// 1 to 64 characters of letters, digits, `-` and `_` (a UUID fits).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SaleId(String);

/// Why a text is no identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Empty.
    #[error("is empty")]
    Empty,
    /// Longer than 64 characters.
    #[error("is longer than 64 characters")]
    TooLong,
    /// Holds a character that does not belong.
    #[error("holds a character that is not allowed")]
    Character,
}

fn check(text: &str, allowed: impl Fn(u8) -> bool) -> Result<String, IdError> {
    let text = text.trim();
    if text.is_empty() {
        Err(IdError::Empty)
    } else if text.len() > 64 {
        Err(IdError::TooLong)
    } else if !text.bytes().all(allowed) {
        Err(IdError::Character)
    } else {
        Ok(text.to_owned())
    }
}

impl Sku {
    /// Checks a product code.
    ///
    /// # Errors
    /// [`IdError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        check(text, |byte| {
            byte.is_ascii_graphic() && byte != b'/' && byte != b'?' && byte != b'#'
        })
        .map(Self)
    }

    /// The code itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SaleId {
    /// Checks a sale's identity.
    ///
    /// # Errors
    /// [`IdError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        check(text, |byte| {
            byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
        })
        .map(Self)
    }

    /// The identity itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sku {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

impl fmt::Display for SaleId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}
