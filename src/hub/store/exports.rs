//! Rows of everything, for files that other programs read. Figures are base units and whole rupiah.

use super::{HubTx, Value, conditions};
use crate::error::Result;

pub use super::export_tables::ALL;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Words; moments too.
    Text,
    /// A whole number: base units, packs, days.
    Number,
    /// Whole rupiah.
    Money,
    /// A date.
    Date,
    /// Millionths, written as a decimal number.
    Micro,
    /// A flag, written as 0 or 1.
    Flag,
}

/// A kind of rows.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// By which it is asked for, in paths and on the command line.
    pub name: &'static str,
    /// Headings, each also the name of the column in the query.
    pub columns: &'static [(&'static str, Holds)],
    pub(super) select: &'static str,
    /// The date that `from` and `to` narrow; none for what has no date.
    pub(super) dated: Option<&'static str>,
    pub(super) order: &'static str,
}

impl Spec {
    /// The kind of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|spec| spec.name == name)
    }

    /// Whether `from` and `to` narrow it.
    #[must_use]
    pub fn has_dates(&self) -> bool {
        self.dated.is_some()
    }

    /// Its rows between two dates, both included where they are told, at most `limit`; values in the order of the
    /// columns.
    pub fn rows(
        &self,
        tx: &mut dyn HubTx,
        from: Option<chrono::NaiveDate>,
        to: Option<chrono::NaiveDate>,
        limit: i64,
    ) -> Result<Vec<Vec<Value>>> {
        let since = self.dated.map(|dated| format!("{dated} >="));
        let until = self.dated.map(|dated| format!("{dated} <="));
        let (narrowed, mut params) = conditions([
            (
                since.as_deref().unwrap_or_default(),
                from.map(Value::from).filter(|_| since.is_some()),
            ),
            (
                until.as_deref().unwrap_or_default(),
                to.map(Value::from).filter(|_| until.is_some()),
            ),
        ]);
        params.push(limit.into());
        let sql = format!(
            "{}{narrowed} ORDER BY {} LIMIT ${}",
            self.select,
            self.order,
            params.len()
        );
        tx.query(&sql, &params)?
            .iter()
            .map(|row| {
                self.columns
                    .iter()
                    .map(|(name, _)| row.value(name).cloned())
                    .collect()
            })
            .collect()
    }
}
