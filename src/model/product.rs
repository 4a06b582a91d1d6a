//! Products: what a shop sells, and in which units.

use serde::{Deserialize, Serialize};

/// What a product's stock is counted in. Every other unit is a whole number of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BaseUnit {
    /// Counted goods.
    Piece,
    /// Goods sold by weight.
    Gram,
    /// Goods sold by volume.
    Millilitre,
}

impl BaseUnit {
    /// The base unit and the factor of a unit by its customary name: `kg` is 1000 grams, `ons` 100 grams (the
    /// Indonesian ounce), `liter` 1000 millilitres. Any other name counts pieces, one by one.
    #[must_use]
    pub fn of_unit_name(name: &str) -> (Self, i64) {
        match name.trim().to_lowercase().as_str() {
            "g" | "gr" | "gram" => (Self::Gram, 1),
            "ons" => (Self::Gram, 100),
            "kg" | "kilo" | "kilogram" => (Self::Gram, 1000),
            "ml" | "mililiter" | "millilitre" => (Self::Millilitre, 1),
            "l" | "liter" | "litre" => (Self::Millilitre, 1000),
            _ => (Self::Piece, 1),
        }
    }

    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Piece => "piece",
            Self::Gram => "gram",
            Self::Millilitre => "millilitre",
        }
    }

    /// The reverse of [`BaseUnit::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Piece, Self::Gram, Self::Millilitre]
            .into_iter()
            .find(|unit| unit.as_str() == text)
    }
}

/// What is wrong with a barcode, if anything.
///
/// A barcode is 1 to 48 visible ASCII characters. One that has the length and digits of an EAN-8, UPC-A, EAN-13 or
/// ITF-14 (GS1 General Specifications, section 7.9) must carry the right check digit, so that a misread or mistyped
/// code is caught when it is entered and not at the till. Codes beginning with 2 of 13 digits are the shop's own
/// (restricted circulation) and follow the same rule.
#[must_use]
pub fn barcode_problem(code: &str) -> Option<&'static str> {
    if code.is_empty() || code.len() > 48 || !code.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some("must be 1 to 48 visible characters");
    }
    let digits_only = code.bytes().all(|byte| byte.is_ascii_digit());
    if digits_only && matches!(code.len(), 8 | 12 | 13 | 14) && !has_valid_check_digit(code) {
        return Some("has a wrong check digit");
    }
    None
}

fn has_valid_check_digit(code: &str) -> bool {
    let sum: u32 = code
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| u32::from(byte - b'0') * if place % 2 == 0 { 1 } else { 3 })
        .sum();
    sum.is_multiple_of(10)
}
