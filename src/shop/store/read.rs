//! Reading vocabulary out of rows. What cannot be read back was not written by this program.

use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Error, Row};

use crate::model::{BaseUnit, PaymentMethod, Sku};

/// A product's code.
pub fn sku(row: &Row<'_>, column: usize) -> rusqlite::Result<Sku> {
    let text: String = row.get(column)?;
    Sku::parse(&text)
        .map_err(|error| Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
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
