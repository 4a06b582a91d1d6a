//! Reading vocabulary out of rows. What cannot be read back was not written by this program.

use chrono::NaiveDate;
use rusqlite::types::{FromSqlError, Type, ValueRef};
use rusqlite::{Error, Row};

use super::print_jobs::JobKind;
use crate::model::{BaseUnit, PaymentMethod, Sku};

/// A product's code.
pub fn sku(row: &Row<'_>, column: usize) -> rusqlite::Result<Sku> {
    let text: String = row.get(column)?;
    Sku::parse(&text)
        .map_err(|error| Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}

/// A date as this program writes it. A plan reads millions, for which the reading of every form that a date may have
/// would take longer than all else.
pub fn date(row: &Row<'_>, column: usize) -> rusqlite::Result<NaiveDate> {
    let digits = |text: &[u8]| {
        text.iter().try_fold(0, |number, byte| {
            let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
            Some(number * 10 + digit)
        })
    };
    if let ValueRef::Text([y @ .., b'-', m1, m2, b'-', d1, d2]) = row.get_ref(column)?
        && let (4, Some(year)) = (y.len(), digits(y))
        && let (Some(month), Some(day)) = (digits(&[*m1, *m2]), digits(&[*d1, *d2]))
        && let Some(date) = NaiveDate::from_ymd_opt(year as i32, month, day)
    {
        return Ok(date);
    }
    row.get(column)
}

/// What stock counts.
pub fn base_unit(row: &Row<'_>, column: usize) -> rusqlite::Result<BaseUnit> {
    let text: String = row.get(column)?;
    BaseUnit::parse(&text).ok_or_else(|| {
        Error::FromSqlConversionFailure(column, Type::Text, Box::new(FromSqlError::InvalidType))
    })
}

/// How a sale was paid.
pub fn payment_method(row: &Row<'_>, column: usize) -> rusqlite::Result<PaymentMethod> {
    let text: String = row.get(column)?;
    PaymentMethod::parse(&text).ok_or_else(|| {
        Error::FromSqlConversionFailure(column, Type::Text, Box::new(FromSqlError::InvalidType))
    })
}

/// What a print job prints.
pub fn job_kind(row: &Row<'_>, column: usize) -> rusqlite::Result<JobKind> {
    let text: String = row.get(column)?;
    [
        JobKind::Receipt,
        JobKind::Drawer,
        JobKind::Test,
        JobKind::Text,
    ]
    .into_iter()
    .find(|kind| kind.as_str() == text)
    .ok_or_else(|| {
        Error::FromSqlConversionFailure(column, Type::Text, Box::new(FromSqlError::InvalidType))
    })
}

/// The hour that the shop's wall showed at a moment, from its UTC text and the offset in minutes: 0 to 23.
pub fn local_hour(row: &Row<'_>, moment: usize, offset: usize) -> rusqlite::Result<usize> {
    let minutes = match row.get_ref(moment)? {
        ValueRef::Text(text) if text.len() >= 16 => {
            let number = |at: usize| i64::from(text[at] & 15) * 10 + i64::from(text[at + 1] & 15);
            number(11) * 60 + number(14)
        }
        _ => {
            return Err(Error::InvalidColumnType(
                moment,
                "moment".into(),
                Type::Text,
            ));
        }
    };
    let local = minutes + row.get::<_, i64>(offset)?;
    Ok((local.rem_euclid(24 * 60) / 60) as usize)
}
