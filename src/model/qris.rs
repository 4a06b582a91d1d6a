//! QRIS codes: the national QR payment code in its EMVCo form, read, checked and given an amount.
//!
//! A code is a run of fields: two digits of tag, two digits of length, the value. The length counts characters; the
//! checksum in the last field runs over the bytes of UTF-8. Filling in an amount confirms no payment.

use std::fmt;

use super::Money;

/// The version of the form; always the first field.
const FORM: u8 = 0;
/// `11` for a code that is printed and hung up, `12` for one made for a single payment.
const INITIATION: u8 = 1;
const CURRENCY: u8 = 53;
const AMOUNT: u8 = 54;
/// Tip or fee: by indicator, fixed, in percent. Charging the buyer for paying so is forbidden (PBI 23/6/2021, art. 52).
const FEES: std::ops::RangeInclusive<u8> = 55..=57;
const COUNTRY: u8 = 58;
const MERCHANT: u8 = 59;
const CITY: u8 = 60;
const CHECKSUM: u8 = 63;

/// Rupiah in ISO 4217.
const RUPIAH: &str = "360";
/// The longest amount that the form has room for, in characters.
const AMOUNT_LENGTH: usize = 13;
/// No code is longer: a QR code of this much could not be read off a telephone.
const LONGEST: usize = 1024;

/// Why a text is no QRIS code that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QrisError {
    /// Not the form of any payment code.
    #[error("is no QRIS code: it has to begin with 000201")]
    NotQris,
    /// Longer than any code.
    #[error("is longer than any QRIS code")]
    TooLong,
    /// It stops inside a field.
    #[error("is cut off after character {0}")]
    CutOff(usize),
    /// Tag or length are no digits.
    #[error("cannot be read at character {0}")]
    Unreadable(usize),
    /// The same tag twice.
    #[error("holds field {0:02} twice")]
    Twice(u8),
    /// A field that every code has.
    #[error("lacks field {0:02}")]
    Lacks(u8),
    /// Something follows the checksum, or it is not where it has to be.
    #[error("does not end with its checksum")]
    ChecksumNotLast,
    /// The checksum is of another text.
    #[error("has a wrong checksum: a character is missing or changed")]
    WrongChecksum,
    /// Not of Indonesia, or not in rupiah.
    #[error("is not in rupiah")]
    NotRupiah,
    /// Made for one payment of one amount.
    #[error("is made for a single payment; use the one that hangs at the counter")]
    SinglePayment,
    /// It would charge the buyer more than the price.
    #[error("adds a fee for the buyer, which is forbidden; ask the bank for a code without")]
    AddsFee,
    /// Nothing, less than nothing, or more than the form has room for.
    #[error("cannot ask for this amount")]
    Amount,
}

/// A code that was read and whose checksum holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qris {
    /// Without the checksum, in order.
    fields: Vec<(u8, String)>,
}

impl Qris {
    /// Reads a code. Blanks around it and line breaks inside, which come from copying, are passed over.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, QrisError> {
        let text: String = text.trim().replace(['\r', '\n'], "");
        if text.chars().count() > LONGEST {
            return Err(QrisError::TooLong);
        }
        if !text.starts_with("000201") {
            return Err(QrisError::NotQris);
        }
        let mut fields = fields(&text)?;
        let Some((CHECKSUM, checksum)) = fields.pop() else {
            return Err(QrisError::ChecksumNotLast);
        };
        // Four hexadecimal digits are four bytes, so what they are of is all before them.
        let covered = text.len().checked_sub(checksum.len());
        let covered = covered.and_then(|end| text.get(..end)).unwrap_or_default();
        if !checksum.eq_ignore_ascii_case(&format!("{:04X}", crc(covered.as_bytes()))) {
            return Err(QrisError::WrongChecksum);
        }
        for (index, (tag, _)) in fields.iter().enumerate() {
            if *tag == CHECKSUM {
                return Err(QrisError::ChecksumNotLast);
            }
            if fields[..index].iter().any(|(earlier, _)| earlier == tag) {
                return Err(QrisError::Twice(*tag));
            }
        }
        let qris = Self { fields };
        for needed in [CURRENCY, COUNTRY, MERCHANT, CITY] {
            if qris
                .field(needed)
                .is_none_or(|value| value.trim().is_empty())
            {
                return Err(QrisError::Lacks(needed));
            }
        }
        if qris.field(CURRENCY) != Some(RUPIAH) || qris.field(COUNTRY) != Some("ID") {
            return Err(QrisError::NotRupiah);
        }
        Ok(qris)
    }

    /// Reads the code that a shop hangs up: without an amount of its own, for any number of payments.
    ///
    /// # Errors
    /// As [`Qris::parse`], and [`QrisError::SinglePayment`].
    pub fn parse_static(text: &str) -> Result<Self, QrisError> {
        let qris = Self::parse(text)?;
        let single = qris.field(INITIATION).is_some_and(|way| way != "11");
        if single || qris.field(AMOUNT).is_some() {
            return Err(QrisError::SinglePayment);
        }
        Ok(qris)
    }

    /// The value of a field.
    #[must_use]
    pub fn field(&self, tag: u8) -> Option<&str> {
        let found = self.fields.iter().find(|(held, _)| *held == tag);
        found.map(|(_, value)| value.as_str())
    }

    /// Every field but the checksum, in order: its tag and value.
    pub fn fields(&self) -> impl Iterator<Item = (u8, &str)> {
        self.fields
            .iter()
            .map(|(tag, value)| (*tag, value.as_str()))
    }

    /// Whose it is, as the buyer's app shows it.
    #[must_use]
    pub fn merchant(&self) -> &str {
        self.field(MERCHANT).unwrap_or_default()
    }

    /// Where that is.
    #[must_use]
    pub fn city(&self) -> &str {
        self.field(CITY).unwrap_or_default()
    }

    /// It would have the buyer pay more than the price.
    #[must_use]
    pub fn adds_fee(&self) -> bool {
        self.fields.iter().any(|(tag, _)| FEES.contains(tag))
    }

    /// The text of the same code for one payment of `amount`.
    ///
    /// # Errors
    /// [`QrisError::AddsFee`] for a code that may not be shown, [`QrisError::Amount`] for less than one rupiah and for
    /// more digits than the form has room for.
    pub fn with_amount(&self, amount: Money) -> Result<String, QrisError> {
        if self.adds_fee() {
            return Err(QrisError::AddsFee);
        }
        let digits = amount.0.to_string();
        if amount <= Money::ZERO || digits.len() > AMOUNT_LENGTH {
            return Err(QrisError::Amount);
        }
        let mut fields = Vec::with_capacity(self.fields.len() + 2);
        for (tag, value) in &self.fields {
            match *tag {
                INITIATION | AMOUNT => {}
                FORM => {
                    fields.push((FORM, value.clone()));
                    fields.push((INITIATION, "12".to_owned()));
                }
                CURRENCY => {
                    fields.push((CURRENCY, value.clone()));
                    fields.push((AMOUNT, digits.clone()));
                }
                _ => fields.push((*tag, value.clone())),
            }
        }
        Ok(Self { fields }.to_string())
    }
}

/// The text of the code, checksum included.
impl fmt::Display for Qris {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for (tag, value) in &self.fields {
            text.push_str(&format!("{tag:02}{:02}{value}", value.chars().count()));
        }
        text.push_str("6304");
        write!(out, "{text}{:04X}", crc(text.as_bytes()))
    }
}

fn fields(text: &str) -> Result<Vec<(u8, String)>, QrisError> {
    let signs: Vec<char> = text.chars().collect();
    let number = |at: usize| -> Result<u8, QrisError> {
        let (Some(tens), Some(ones)) = (signs.get(at), signs.get(at + 1)) else {
            return Err(QrisError::CutOff(signs.len()));
        };
        match (tens.to_digit(10), ones.to_digit(10)) {
            (Some(tens), Some(ones)) => Ok((tens * 10 + ones) as u8),
            _ => Err(QrisError::Unreadable(at + 1)),
        }
    };
    let (mut fields, mut at) = (Vec::new(), 0);
    while at < signs.len() {
        let (tag, length) = (number(at)?, usize::from(number(at + 2)?));
        let value = signs.get(at + 4..at + 4 + length);
        let value = value.ok_or(QrisError::CutOff(signs.len()))?;
        fields.push((tag, value.iter().collect()));
        at += 4 + length;
    }
    Ok(fields)
}

/// CRC-16/CCITT-FALSE: polynomial 1021, begun with FFFF, nothing reflected.
#[must_use]
pub fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            let shifted = crc << 1;
            if crc & 0x8000 == 0 {
                shifted
            } else {
                shifted ^ 0x1021
            }
        })
    })
}
