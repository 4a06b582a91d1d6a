//! What was asked for each day, from what was sold and what was there to sell.

use std::iter::Peekable;

use chrono::{Days, NaiveDate};

use crate::model::Quantity;

/// History older than this many days is not read.
pub const MAX_HISTORY_DAYS: u64 = 730;

/// A day's demand is cut to this many base units, a thousand times [`Quantity::LIMIT`], so that the sums of squares
/// over the longest history are exact in an `i128` and the same in whichever order they are made.
pub const MAX_DAY_DEMAND: i64 = 1_000_000_000_000;

/// One product's flow on one business date, in base units. Sparse: a date without a row had none of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayFlow {
    /// Business date.
    pub date: NaiveDate,
    /// Sold at the till, less what was taken back, on the date of the sale.
    pub sold: Quantity,
    /// Sold according to an imported sales history.
    pub imported: Quantity,
    /// Asked for and not there: lost sales that the shopkeeper recorded.
    pub missed: Quantity,
    /// Sum of all movements of the stock ledger on that date.
    pub net: Quantity,
    /// Goods that came in on that date: receipts, counts and corrections upward.
    pub inflow: Quantity,
    /// The ledger has at least one movement on that date.
    pub moved: bool,
}

impl DayFlow {
    /// A date on which nothing happened, to fill in from.
    #[must_use]
    pub fn on(date: NaiveDate) -> Self {
        Self {
            date,
            sold: Quantity::ZERO,
            imported: Quantity::ZERO,
            missed: Quantity::ZERO,
            net: Quantity::ZERO,
            inflow: Quantity::ZERO,
            moved: false,
        }
    }
}

/// One day of a demand series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayDemand {
    /// So many base units were asked for, from 0 to [`MAX_DAY_DEMAND`].
    Observed(i64),
    /// Nothing was there to sell: what would have sold is not known.
    Censored,
}

/// A product's demand on each calendar day from `first` to the day before the planning date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Date of the first day; the planning date itself when there is no day.
    pub first: NaiveDate,
    /// One entry per calendar day.
    pub days: Vec<DayDemand>,
}

impl Series {
    /// How many days have a known demand.
    #[must_use]
    pub fn observed_days(&self) -> usize {
        self.days
            .iter()
            .filter(|day| matches!(day, DayDemand::Observed(_)))
            .count()
    }
}

/// The daily series that ends on the day before `date` and begins with the first row, or [`MAX_HISTORY_DAYS`] before
/// `date` if that is later. The rows may come in any order, and several may have the same date.
///
/// Demand is sold + imported + missed, at least 0. A day is censored when the ledger knows that it opened with nothing
/// on hand and nothing came in: that is, on or after the first date with a movement, with an opening balance (the sum
/// of `net` over all earlier dates, however old) of exactly 0 and no `inflow`. Before the first movement the stock is
/// not known, and an imported history is taken as it is.
#[must_use]
pub fn daily_series(date: NaiveDate, flows: &[DayFlow]) -> Series {
    let mut rows: Vec<&DayFlow> = flows.iter().filter(|row| row.date < date).collect();
    rows.sort_by_key(|row| row.date);
    let oldest = date
        .checked_sub_days(Days::new(MAX_HISTORY_DAYS))
        .unwrap_or(NaiveDate::MIN);
    let Some(first) = rows.first().map(|row| row.date.max(oldest)) else {
        return Series {
            first: date,
            days: Vec::new(),
        };
    };
    let length = date.signed_duration_since(first).num_days() as usize;
    let mut rows = rows.into_iter().peekable();
    let before = Totals::take_while(&mut rows, |row| row.date < first);
    let mut opening = before.net;
    let mut ledger_began = before.moved;
    let days = first
        .iter_days()
        .take(length)
        .map(|date| {
            let day = Totals::take_while(&mut rows, |row| row.date <= date);
            ledger_began |= day.moved;
            // A negative balance is no empty shelf but a book that is wrong: goods came in unrecorded, and whatever
            // was sold from them was really asked for.
            let censored = ledger_began && opening == 0 && day.inflow == 0;
            opening += day.net;
            if censored {
                DayDemand::Censored
            } else {
                DayDemand::Observed(day.demand.clamp(0, i128::from(MAX_DAY_DEMAND)) as i64)
            }
        })
        .collect();
    Series { first, days }
}

/// Sums of the rows of one date, or of all dates before the series; wide enough that no order of rows overflows.
#[derive(Default)]
struct Totals {
    demand: i128,
    net: i128,
    inflow: i128,
    moved: bool,
}

impl Totals {
    /// Takes the rows, which are in the order of their dates, for as long as `wanted` holds.
    fn take_while<'rows>(
        rows: &mut Peekable<impl Iterator<Item = &'rows DayFlow>>,
        wanted: impl Fn(&DayFlow) -> bool,
    ) -> Self {
        let mut totals = Self::default();
        while let Some(row) = rows.next_if(|row| wanted(row)) {
            totals.demand +=
                i128::from(row.sold.0) + i128::from(row.imported.0) + i128::from(row.missed.0);
            totals.net += i128::from(row.net.0);
            totals.inflow += i128::from(row.inflow.0);
            totals.moved |= row.moved;
        }
        totals
    }
}
