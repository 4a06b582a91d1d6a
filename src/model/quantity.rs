//! Quantities: whole base units, and the decimal figures that people write for them.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Serialize};

/// A number of base units: pieces, or grams or millilitres for goods sold by weight or volume.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Quantity(pub i64);

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The largest quantity accepted from outside: a billion base units (a thousand tonnes in grams).
    pub const LIMIT: Self = Self(1_000_000_000);

    /// Reads a figure as people write it (`3`, `0.25`, `1,5`) in a unit of `factor` base units.
    ///
    /// # Errors
    /// [`QuantityError`] when it is no plain decimal number, is no whole number of base units (half a piece, a tenth
    /// of a gram), or is beyond [`Quantity::LIMIT`] in either direction.
    pub fn parse(text: &str, factor: i64) -> Result<Self, QuantityError> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !plain(whole) || !plain(fraction) {
            return Err(QuantityError::NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        let whole = whole.trim_start_matches('0');
        if whole.len() > 15 {
            return Err(QuantityError::TooLarge);
        }
        // Nine decimals are finer than any factor a unit may have; more cannot be a whole number of base units.
        if fraction.len() > 9 {
            return Err(QuantityError::NotWhole);
        }
        let scale = 10_i128.pow(fraction.len() as u32);
        let number = |part: &str| part.parse::<i128>().unwrap_or(0);
        let scaled = (number(whole) * scale + number(fraction)) * i128::from(factor);
        if scaled % scale != 0 {
            return Err(QuantityError::NotWhole);
        }
        let units = scaled / scale;
        if units > i128::from(Self::LIMIT.0) {
            return Err(QuantityError::TooLarge);
        }
        let units = i64::try_from(units).map_err(|_| QuantityError::TooLarge)?;
        Ok(Self(if negative { -units } else { units }))
    }

    /// Written in a unit of `factor` base units, without trailing zeros: 250 grams in kilograms is `0.25`.
    #[must_use]
    pub fn in_unit(self, factor: i64) -> String {
        let factor = factor.max(1);
        let sign = if self.0 < 0 { "-" } else { "" };
        let units = self.0.unsigned_abs();
        let factor = factor.unsigned_abs();
        let (whole, mut rest) = (units / factor, units % factor);
        let mut text = format!("{sign}{whole}");
        if rest > 0 {
            text.push('.');
            // A factor such as 12 gives an endless fraction; six decimals are for reading only.
            for _ in 0..6 {
                rest *= 10;
                text.push(char::from(b'0' + (rest / factor) as u8));
                rest %= factor;
                if rest == 0 {
                    break;
                }
            }
        }
        text
    }
}

/// Why a figure is no quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// Not a decimal number.
    #[error("is not a number")]
    NotANumber,
    /// Not a whole number of base units.
    #[error("is not a whole number of base units")]
    NotWhole,
    /// Beyond [`Quantity::LIMIT`].
    #[error("is beyond the limit of 1000000000 base units")]
    TooLarge,
}

impl Add for Quantity {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Quantity {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Quantity {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Quantity {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Quantity {
    fn sum<I: Iterator<Item = Self>>(quantities: I) -> Self {
        quantities.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}
