//! Dates and quantities as files write them.

use std::fmt::Display;

use chrono::{Datelike, NaiveDate};

use crate::model::Quantity;

/// The first date that is taken for one; no till has records from before it. The first of a month.
const EARLIEST: Option<NaiveDate> = NaiveDate::from_ymd_opt(1990, 1, 1);

/// The last date that is taken for one where the caller does not say.
const LATEST: Option<NaiveDate> = NaiveDate::from_ymd_opt(2099, 12, 31);

/// Reads dates as days counted from the common era on.
#[derive(Debug)]
pub(super) struct Dates {
    earliest: NaiveDate,
    latest: NaiveDate,
    /// The month of the last date: the next one is mostly in it, too.
    month: Month,
}

/// A month as dates are written.
#[derive(Debug, Default)]
struct Month {
    /// `2026-11-`.
    text: [u8; 8],
    /// The day before its first one.
    eve: i32,
    /// Its days that are allowed.
    days: i32,
}

impl Dates {
    /// Dates after `latest` will be faults.
    pub fn until(latest: Option<NaiveDate>) -> Self {
        Self {
            earliest: EARLIEST.unwrap_or(NaiveDate::MIN),
            latest: latest.or(LATEST).unwrap_or(NaiveDate::MAX),
            month: Month::default(),
        }
    }

    /// The day of a date in the month of the last one.
    #[inline]
    pub fn day_in_month(&self, date: &[u8; 10]) -> Option<i32> {
        let [month @ .., tens @ b'0'..=b'3', ones @ b'0'..=b'9'] = date else {
            return None;
        };
        let of_month = i32::from(tens - b'0') * 10 + i32::from(ones - b'0');
        let allowed = *month == self.month.text && (1..=self.month.days).contains(&of_month);
        allowed.then_some(self.month.eve + of_month)
    }

    /// The day of a date, or what is wrong with it.
    pub fn day(&mut self, cell: &[u8]) -> Result<i32, String> {
        let date = date(cell).ok_or_else(|| {
            let text = String::from_utf8_lossy(cell);
            format!("date: {text:?} is no date such as 2026-11-22")
        })?;
        if date > self.latest {
            return Err(format!("date: {date} is after {}", self.latest));
        }
        if date < self.earliest {
            return Err(format!("date: {date} is before {}", self.earliest));
        }
        let of_month = date.day() as i32;
        if let Ok(&[ref month @ .., _, _]) = <&[u8; 10]>::try_from(cell) {
            let left = self.latest.signed_duration_since(date).num_days();
            let days = i32::from(date.num_days_in_month());
            self.month = Month {
                text: *month,
                eve: date.num_days_from_ce() - of_month,
                days: days.min(of_month + left.min(31) as i32),
            };
        }
        Ok(date.num_days_from_ce())
    }
}

/// ISO 8601; what spreadsheets write after it, a time, says nothing here.
fn date(cell: &[u8]) -> Option<NaiveDate> {
    let day = match cell.get(10) {
        None => cell,
        Some(b'T' | b' ') => &cell[..10],
        Some(_) => return None,
    };
    if let [y @ .., b'-', m1, m2, b'-', d1, d2] = day
        && let (4, Some(year)) = (y.len(), digits(y))
        && let (Some(month), Some(of_month)) = (digits(&[*m1, *m2]), digits(&[*d1, *d2]))
    {
        return NaiveDate::from_ymd_opt(year as i32, month, of_month);
    }
    NaiveDate::parse_from_str(str::from_utf8(day).ok()?, "%Y-%m-%d").ok()
}

/// The number that a few digits and nothing else are.
fn digits(text: &[u8]) -> Option<u32> {
    text.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + u32::from(byte - b'0'))
    })
}

/// Base units of a cell; a return is negative.
pub(super) fn quantity(cell: &[u8]) -> Result<i32, String> {
    if let Some((number, [])) = plain_digits(cell) {
        return Ok(number);
    }
    let text = String::from_utf8_lossy(cell);
    let wrong = |error: &dyn Display| format!("quantity: {text:?} {error}");
    let quantity = Quantity::parse(&text, 1).map_err(|error| wrong(&error))?;
    i32::try_from(quantity.0).map_err(|error| wrong(&error))
}

/// The number of up to nine digits that `text` begins with, and what follows it. No limit on quantities is below nine
/// digits.
#[inline]
pub(super) fn plain_digits(text: &[u8]) -> Option<(i32, &[u8])> {
    let mut number = 0;
    let mut digits = 0;
    while let Some(digit @ b'0'..=b'9') = text.get(digits) {
        if digits == 9 {
            return None;
        }
        number = number * 10 + i32::from(digit - b'0');
        digits += 1;
    }
    (digits > 0).then(|| (number, &text[digits..]))
}
