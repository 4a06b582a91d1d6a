//! Everything as a table: for a spreadsheet, or for the distributor's other programs.

use chrono::NaiveDate;

use super::Hub;
use super::store::exports::{ALL, Holds, Spec};
use super::store::{self, Value};
use crate::error::{Error, Result};
use crate::model::{Money, Quantity};
use crate::table::{Cell, Table};

/// The most rows in one file: what a spreadsheet and a small machine can still hold.
pub const MOST_ROWS: usize = 200_000;

/// The names of all that can be taken out.
#[must_use]
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|spec| spec.name).collect()
}

/// Whether a span of dates narrows what has this name.
#[must_use]
pub fn has_dates(name: &str) -> bool {
    Spec::of(name).is_some_and(Spec::has_dates)
}

impl Hub {
    /// All rows of `what` ([`names`]), those of the days from `from` to `to` where they are told. Quantities are base
    /// units.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what there is not, [`Error::Invalid`] for dates in the wrong order or of what has none,
    /// [`Error::Refused`] for more than [`MOST_ROWS`] rows: a file that ends somewhere would look whole.
    pub async fn export(
        &self,
        what: &str,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
    ) -> Result<Table> {
        let spec = Spec::of(what).ok_or_else(|| {
            Error::NotFound(format!(
                "there is no table {what:?}; there are {}",
                names().join(", ")
            ))
        })?;
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            return Err(Error::invalid("from", format!("{from} is after {to}")));
        }
        if !spec.has_dates() && (from.is_some() || to.is_some()) {
            return Err(Error::invalid(
                "from",
                format!("{what} has no dates to narrow by"),
            ));
        }
        let rows = store::read(self.store(), move |tx| {
            spec.rows(tx, from, to, MOST_ROWS as i64 + 1)
        })
        .await?;
        if rows.len() > MOST_ROWS {
            let how = if spec.has_dates() {
                "ask for fewer days"
            } else {
                "ask the API for parts of it"
            };
            return Err(Error::Refused(format!(
                "{what} has more than {MOST_ROWS} rows: {how}"
            )));
        }
        Ok(Table {
            name: what.to_owned(),
            columns: spec
                .columns
                .iter()
                .map(|(name, _)| (*name).to_owned())
                .collect(),
            rows: rows
                .into_iter()
                .map(|row| {
                    row.into_iter()
                        .zip(spec.columns)
                        .map(|(value, (_, holds))| cell(value, *holds))
                        .collect()
                })
                .collect(),
        })
    }
}

fn cell(value: Value, holds: Holds) -> Cell {
    match (value, holds) {
        (Value::Null | Value::Bytes(_), _) => Cell::Empty,
        (Value::Integer(amount), Holds::Money) => Cell::Money(Money(amount)),
        (Value::Integer(parts), Holds::Micro) => Cell::Quantity(Quantity(parts), 1_000_000),
        (Value::Integer(number), _) => Cell::Number(number),
        (Value::Text(text), Holds::Date) => {
            text.parse().map_or_else(|_| Cell::text(text), Cell::Date)
        }
        (Value::Text(text), _) => Cell::text(text),
    }
}
