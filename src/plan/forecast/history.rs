//! Demand day by day, as forecasting methods are told it.

use chrono::NaiveDate;

use super::super::demand::{DayDemand, Series};

/// Demand on consecutive calendar days up to the day before a planning date, with running sums. Origin s is the morning
/// of day s: what is known then are the days before it.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    first: NaiveDate,
    demand: Vec<Option<f64>>,
    /// `known[s]`: days of known demand before day s.
    known: Vec<usize>,
    /// `sums[k]`, `squares[k]`: of the first k known days. Sums of whole units below 2^53 are exact.
    sums: Vec<f64>,
    squares: Vec<f64>,
}

impl History {
    /// `demand[i]` is the demand of the i-th day from `first` on in base units, `None` where it is not known. Numbers that
    /// are none (NaN) are for tests: they spoil what depends on them, and only that.
    #[must_use]
    pub fn new(first: NaiveDate, demand: Vec<Option<f64>>) -> Self {
        let mut known = Vec::with_capacity(demand.len() + 1);
        let mut sums = Vec::with_capacity(demand.len() + 1);
        let mut squares = Vec::with_capacity(demand.len() + 1);
        let (mut sum, mut square) = (0.0, 0.0);
        sums.push(sum);
        squares.push(square);
        for day in &demand {
            known.push(sums.len() - 1);
            if let Some(units) = *day {
                sum += units;
                square += units * units;
                sums.push(sum);
                squares.push(square);
            }
        }
        known.push(sums.len() - 1);
        Self {
            first,
            demand,
            known,
            sums,
            squares,
        }
    }

    /// Of a daily series.
    #[must_use]
    pub fn of(series: &Series) -> Self {
        let demand = series
            .days
            .iter()
            .map(|day| match *day {
                DayDemand::Observed(units) => Some(units as f64),
                DayDemand::Censored => None,
            })
            .collect();
        Self::new(series.first, demand)
    }

    /// Date of day 0.
    #[must_use]
    pub fn first(&self) -> NaiveDate {
        self.first
    }

    /// Calendar days; also the last origin.
    #[must_use]
    pub fn days(&self) -> usize {
        self.demand.len()
    }

    /// Demand of each day, `None` where it is not known.
    #[must_use]
    pub fn demand(&self) -> &[Option<f64>] {
        &self.demand
    }

    /// Days of known demand before day `origin`.
    #[must_use]
    pub fn known_before(&self, origin: usize) -> usize {
        self.known[origin]
    }

    /// Demand of the `days` days from `origin` on, if every one of them is known.
    #[must_use]
    pub fn total(&self, origin: usize, days: usize) -> Option<f64> {
        let start = self.known[origin];
        let end = *self.known.get(origin + days)?;
        (end - start == days).then(|| self.sums[end] - self.sums[start])
    }

    /// Mean and standard deviation (divisor n - 1) of the last `n` known days before day `origin`, n at least 1 and at
    /// most their number.
    #[must_use]
    pub fn sample(&self, origin: usize, n: usize) -> (f64, f64) {
        let end = self.known[origin];
        let start = end - n;
        let count = n as f64;
        let sum = self.sums[end] - self.sums[start];
        let mean = sum / count;
        if n < 2 {
            return (mean, 0.0);
        }
        let squares = self.squares[end] - self.squares[start];
        // `max` would turn NaN into 0, and hide that something was known which cannot be.
        let variance = (squares - sum * mean) / (count - 1.0);
        (mean, if variance < 0.0 { 0.0 } else { variance.sqrt() })
    }
}
