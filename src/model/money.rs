//! Money: whole rupiah.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Serialize};

/// An amount of money in whole units of the shop's currency (rupiah have no cents in use).
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Money(pub i64);

impl Money {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// The largest amount accepted from outside: a thousand billion rupiah. Above it a figure is a slip of the
    /// finger, and sums of millions of such amounts still fit an `i64`.
    pub const LIMIT: Self = Self(1_000_000_000_000);

    /// `price` per `per` base units, for `quantity` base units: rounded half away from zero to a whole rupiah.
    ///
    /// `per` is the unit's factor (1000 for a price per kilogram of goods kept in grams). Saturates instead of
    /// overflowing; inputs within [`Money::LIMIT`] and [`crate::model::Quantity::LIMIT`] never reach that.
    #[must_use]
    pub fn for_quantity(price: Self, per: i64, quantity: i64) -> Self {
        let per = i128::from(per.max(1));
        let product = i128::from(price.0) * i128::from(quantity);
        let half = if product < 0 { -(per / 2) } else { per / 2 };
        let rounded = (product + half) / per;
        Self(i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX }))
    }

    /// Rounded to the nearest multiple of `step` rupiah, half upward; a step of 0 or 1 changes nothing.
    #[must_use]
    pub fn rounded_to(self, step: i64) -> Self {
        if step <= 1 {
            return self;
        }
        Self((self.0.saturating_add(step / 2)).div_euclid(step) * step)
    }
}

impl Money {
    /// An amount as people write it: `27500`, `27.500`, `Rp. 27,500`, `27.500,-`, `27.500,00`, `10rb`, `10 ribu`, `1,5jt`.
    /// Marks stand between thousands only, because nothing smaller than a rupiah is in use; one that stands elsewhere is
    /// a slip, and no guess is made at it. Nothing for what is no such amount.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let text = match text.strip_prefix("rp") {
            Some(rest) => rest.trim_start_matches(['.', ' ']),
            None => &*text,
        };
        for (word, worth) in MULTIPLES {
            if let Some(number) = text.strip_suffix(word) {
                return several(number.trim_end(), worth).map(Self);
            }
        }
        let text = text
            .strip_suffix(",-")
            .or_else(|| text.strip_suffix(".-"))
            .unwrap_or(text);
        let whole = text
            .strip_suffix(",00")
            .or_else(|| text.strip_suffix(".00"))
            // What is less than a thousand has no mark to tell the cents from: 10.00 may be a slip for 10.000.
            .filter(|whole| whole.len() > 3)
            .unwrap_or(text);
        ungrouped(whole, &['.', ',', ' '])?.parse().ok().map(Self)
    }
}

/// What people write after a number of thousands or millions, the longer words first.
const MULTIPLES: [(&str, u32); 5] = [("ribu", 3), ("rb", 3), ("k", 3), ("juta", 6), ("jt", 6)];

/// `1,5` times ten to the power of `zeros`. More than two decimals would look like thousands.
fn several(number: &str, zeros: u32) -> Option<i64> {
    let (whole, fraction) = number.split_once([',', '.']).unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let marked = whole.len() < number.len();
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 2 {
        return None;
    }
    if marked && fraction.is_empty() {
        return None;
    }
    let decimals = u32::try_from(fraction.len()).ok()?;
    let number: i64 = format!("{whole}{fraction}").parse().ok()?;
    number.checked_mul(10_i64.checked_pow(zeros.checked_sub(decimals)?)?)
}

/// The digits of a whole number without the marks between its thousands, all of them the same one of `marks`; nothing
/// when one stands elsewhere.
pub(crate) fn ungrouped(text: &str, marks: &[char]) -> Option<String> {
    let mark = text
        .chars()
        .find(|sign| marks.contains(sign))
        .unwrap_or(' ');
    let groups: Vec<&str> = text.split(mark).collect();
    let first = groups.first()?;
    let digits =
        |group: &&str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = groups.len() == 1
        || (first.len() <= 3 && groups.iter().skip(1).all(|group| group.len() == 3));
    (groups.iter().all(digits) && grouped).then(|| groups.concat())
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Money {
    /// `Rp27.500`: a dot between thousands, no decimals, the sign in front.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        let mut grouped = String::with_capacity(digits.len() * 4 / 3 + 4);
        if self.0 < 0 {
            grouped.push('-');
        }
        grouped.push_str("Rp");
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        out.pad(&grouped)
    }
}
