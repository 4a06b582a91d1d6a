//! Reports: what was sold and earned, what lies on the shelves, what was lost, and how good the forecasts were.

mod accuracy;
mod sales;
mod stock;
pub mod today;

use chrono::{Datelike, Days, NaiveDate};

use crate::error::{Error, Result};

pub use accuracy::{Accuracy, ProductAccuracy};
pub use sales::{ProductSales, ProductsReport, SalesReport, Sum};
pub use stock::{LossLine, SlowLine, StockReport, ValueLine};

/// The most days that a report goes over: two years.
const MOST_DAYS: i64 = 731;

/// Trading days from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
}

impl Period {
    /// Of two days.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming `sampai` where it lies before `dari`, or more than two years after it.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self> {
        let days = to.signed_duration_since(from).num_days() + 1;
        if days < 1 {
            return Err(Error::invalid("sampai", "lies before the first day"));
        }
        if days > MOST_DAYS {
            return Err(Error::invalid(
                "sampai",
                format!("a report goes over {MOST_DAYS} days at most"),
            ));
        }
        Ok(Self { from, to })
    }

    /// The last `days` days up to `today`.
    #[must_use]
    pub fn last(days: u64, today: NaiveDate) -> Self {
        let from = today.checked_sub_days(Days::new(days.saturating_sub(1)));
        Self {
            from: from.unwrap_or(today),
            to: today,
        }
    }

    /// The month of `today` so far.
    #[must_use]
    pub fn month(today: NaiveDate) -> Self {
        Self {
            from: today.with_day(1).unwrap_or(today),
            to: today,
        }
    }

    /// Every day of it.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.from.iter_days().take_while(move |day| *day <= self.to)
    }
}
