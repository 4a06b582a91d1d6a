//! Values and rows that belong to no database in particular.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::model::{BaseUnit, Money, Quantity, Sku};
use crate::wire::event::{Hash, moment_text};

/// One value in a statement or a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number; flags are 0 and 1.
    Integer(i64),
    /// A text; dates, moments and UUIDs too.
    Text(String),
    /// Bytes; hashes.
    Bytes(Vec<u8>),
}

/// What a column holds, besides nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Integer,
    /// Texts.
    Text,
    /// Bytes.
    Bytes,
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<NaiveDate> for Value {
    fn from(value: NaiveDate) -> Self {
        Self::Text(value.to_string())
    }
}

impl From<DateTime<Utc>> for Value {
    fn from(value: DateTime<Utc>) -> Self {
        Self::Text(moment_text(value))
    }
}

impl From<Uuid> for Value {
    fn from(value: Uuid) -> Self {
        Self::Text(value.to_string())
    }
}

impl From<Quantity> for Value {
    fn from(value: Quantity) -> Self {
        Self::Integer(value.0)
    }
}

impl From<Money> for Value {
    fn from(value: Money) -> Self {
        Self::Integer(value.0)
    }
}

impl From<&Sku> for Value {
    fn from(value: &Sku) -> Self {
        Self::Text(value.as_str().to_owned())
    }
}

impl From<BaseUnit> for Value {
    fn from(value: BaseUnit) -> Self {
        Self::Text(value.as_str().to_owned())
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl From<Hash> for Value {
    fn from(value: Hash) -> Self {
        Self::Bytes(value.0.to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row of an answer. Every getter names the column in its error, [`Error::Corrupt`].
#[derive(Debug, Clone)]
pub struct Row {
    columns: Arc<[String]>,
    values: Vec<Value>,
}

impl Row {
    /// A row of `values` under `columns`; for implementations of the store.
    #[must_use]
    pub fn new(columns: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    /// All its values, in the order of the columns.
    #[must_use]
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// The value as it is.
    pub fn value(&self, column: &str) -> Result<&Value> {
        self.columns
            .iter()
            .position(|name| name == column)
            .and_then(|index| self.values.get(index))
            .ok_or_else(|| Error::Internal(format!("the answer has no column {column}")))
    }

    /// A whole number.
    pub fn integer(&self, column: &str) -> Result<i64> {
        self.integer_opt(column)?
            .ok_or_else(|| unfit(column, "a number", &Value::Null))
    }

    /// A whole number, or nothing.
    pub fn integer_opt(&self, column: &str) -> Result<Option<i64>> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Integer(number) => Ok(Some(*number)),
            other => Err(unfit(column, "a number", other)),
        }
    }

    /// A text.
    pub fn text(&self, column: &str) -> Result<String> {
        self.text_ref(column)?
            .map(ToOwned::to_owned)
            .ok_or_else(|| unfit(column, "a text", &Value::Null))
    }

    /// A text, or nothing.
    pub fn text_opt(&self, column: &str) -> Result<Option<String>> {
        Ok(self.text_ref(column)?.map(ToOwned::to_owned))
    }

    /// Bytes.
    pub fn bytes(&self, column: &str) -> Result<&[u8]> {
        match self.value(column)? {
            Value::Bytes(bytes) => Ok(bytes),
            other => Err(unfit(column, "bytes", other)),
        }
    }

    /// A link of a hash chain.
    pub fn hash(&self, column: &str) -> Result<Hash> {
        let bytes = self.bytes(column)?;
        Hash::from_slice(bytes)
            .ok_or_else(|| unfit(column, "32 bytes", &Value::Bytes(bytes.to_vec())))
    }

    /// A flag.
    pub fn flag(&self, column: &str) -> Result<bool> {
        self.integer(column).map(|number| number != 0)
    }

    /// A count of days or the like, or nothing.
    pub fn days_opt(&self, column: &str) -> Result<Option<u32>> {
        self.integer_opt(column)?
            .map(|number| {
                u32::try_from(number).map_err(|_| unfit(column, "a count", &Value::Integer(number)))
            })
            .transpose()
    }

    /// Base units.
    pub fn quantity(&self, column: &str) -> Result<Quantity> {
        self.integer(column).map(Quantity)
    }

    /// Base units, or nothing.
    pub fn quantity_opt(&self, column: &str) -> Result<Option<Quantity>> {
        Ok(self.integer_opt(column)?.map(Quantity))
    }

    /// Rupiah.
    pub fn money(&self, column: &str) -> Result<Money> {
        self.integer(column).map(Money)
    }

    /// Rupiah, or nothing.
    pub fn money_opt(&self, column: &str) -> Result<Option<Money>> {
        Ok(self.integer_opt(column)?.map(Money))
    }

    /// A product's code.
    pub fn sku(&self, column: &str) -> Result<Sku> {
        self.parsed(column, "a product code", |text| Sku::parse(text).ok())
    }

    /// What a product is counted in.
    pub fn base_unit(&self, column: &str) -> Result<BaseUnit> {
        self.parsed(column, "a base unit", BaseUnit::parse)
    }

    /// A date.
    pub fn date(&self, column: &str) -> Result<NaiveDate> {
        self.parsed(column, "a date", |text| text.parse().ok())
    }

    /// A date; nothing where it is null or empty.
    pub fn date_opt(&self, column: &str) -> Result<Option<NaiveDate>> {
        match self.text_ref(column)? {
            None | Some("") => Ok(None),
            Some(_) => self.date(column).map(Some),
        }
    }

    /// A moment.
    pub fn moment(&self, column: &str) -> Result<DateTime<Utc>> {
        self.parsed(column, "a moment", |text| text.parse().ok())
    }

    /// A moment, or nothing.
    pub fn moment_opt(&self, column: &str) -> Result<Option<DateTime<Utc>>> {
        match self.text_ref(column)? {
            None => Ok(None),
            Some(_) => self.moment(column).map(Some),
        }
    }

    /// A UUID.
    pub fn uuid(&self, column: &str) -> Result<Uuid> {
        self.parsed(column, "a UUID", |text| text.parse().ok())
    }

    /// A UUID, or nothing.
    pub fn uuid_opt(&self, column: &str) -> Result<Option<Uuid>> {
        match self.text_ref(column)? {
            None => Ok(None),
            Some(_) => self.uuid(column).map(Some),
        }
    }

    fn text_ref(&self, column: &str) -> Result<Option<&str>> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(unfit(column, "a text", other)),
        }
    }

    fn parsed<T>(
        &self,
        column: &str,
        wanted: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T> {
        let text = self
            .text_ref(column)?
            .ok_or_else(|| unfit(column, wanted, &Value::Null))?;
        parse(text).ok_or_else(|| unfit(column, wanted, &Value::from(text)))
    }
}

fn unfit(column: &str, wanted: &str, found: &Value) -> Error {
    Error::Corrupt(format!("column {column} holds {found:?} and not {wanted}"))
}
