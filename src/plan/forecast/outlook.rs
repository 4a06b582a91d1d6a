//! A forecast: what is expected from the planning date on, and how far it may be off.

use chrono::{NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::method::Model;

/// Where the standard deviation of the forecast error comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigmaRule {
    /// From what past forecasts, made the same way, were off by.
    Origins,
    /// From the spread of the days that the forecast is the mean of, as if the days were independent.
    Sample,
}

/// What the calendar does to the forecast of a product.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "effect")]
pub enum Effect {
    /// The weekday that sells best.
    Weekday {
        /// Which.
        day: Weekday,
        /// How many times an average day it sells.
        factor: f64,
    },
    /// Where the days of the protection interval stand between two paydays.
    Payday {
        /// How many times an average day they sell, on average.
        factor: f64,
    },
    /// Days of the protection interval are in the season of Lebaran.
    Lebaran {
        /// So many of them.
        days: u32,
        /// Most of them come before the feast.
        before: bool,
        /// How many times an average day they sell, on average.
        factor: f64,
    },
}

/// Base units expected, counted from the planning date.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// Every day the same: so many units in so many days. The exact sum is kept beside its mean, so that whole units
    /// expected over some days do not depend on how a fraction was rounded.
    Mean {
        /// Units.
        total: i64,
        /// Days, at least 1.
        days: u32,
    },
    /// Every day the same.
    Flat(f64),
    /// Each day its own.
    Daily {
        /// Over the first 0, 1, 2 ... days together.
        sums: Vec<f64>,
        /// A day after those.
        beyond: f64,
    },
}

impl Expected {
    /// One value a day, and one for every day beyond.
    pub(super) fn daily(days: Vec<f64>, beyond: f64) -> Self {
        let mut sums = Vec::with_capacity(days.len() + 1);
        let mut sum = 0.0;
        sums.push(sum);
        for day in days {
            sum += day;
            sums.push(sum);
        }
        Self::Daily { sums, beyond }
    }

    /// Over the first `days` days, 0 or more; a part of a day sells that part of what the day does.
    #[must_use]
    pub fn over(&self, days: f64) -> f64 {
        match self {
            Self::Mean { total, days: of } => *total as f64 / f64::from(*of) * days,
            Self::Flat(per_day) => per_day * days,
            Self::Daily { sums, beyond } => {
                let last = sums.len() - 1;
                let whole = (days as usize).min(last);
                let rest = days - whole as f64;
                let next = match sums.get(whole + 1) {
                    Some(next) => next - sums[whole],
                    None => *beyond,
                };
                sums[whole] + next * rest
            }
        }
    }
}

/// A forecast of one product's demand.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// What made it.
    pub model: Model,
    /// n: days of known demand in the window of the moving average.
    pub window_days: u32,
    /// Whole periods in them; 0 when there are fewer days than one period has.
    pub periods: u32,
    /// Demand on those days together, in base units.
    pub total: i64,
    /// The earliest of those days.
    pub first_day: NaiveDate,
    /// Censored days passed over between it and the planning date.
    pub censored_days: u32,
    /// What is expected from the planning date on.
    pub expected: Expected,
    /// H: days of the protection interval.
    pub protection_days: u32,
    /// sigma_H: standard deviation of the error over the protection interval, in base units.
    pub sigma_protection: f64,
    /// Where sigma_H comes from.
    pub sigma_rule: SigmaRule,
    /// Past forecasts that could be compared with what came after.
    pub origins: u32,
    /// What the calendar does to it within the protection interval.
    pub effects: Vec<Effect>,
}

impl Forecast {
    /// f = m / H: base units per day, over the protection interval.
    #[must_use]
    pub fn per_day(&self) -> f64 {
        match &self.expected {
            Expected::Mean { .. } | Expected::Flat(_) => self.expected.over(1.0),
            Expected::Daily { .. } => {
                let horizon = f64::from(self.protection_days.max(1));
                self.expected.over(horizon) / horizon
            }
        }
    }

    /// Base units expected over the first `days` days from the planning date on: L + 1, L + R / 2, H.
    #[must_use]
    pub fn mean_over(&self, days: f64) -> f64 {
        self.expected.over(days)
    }

    /// Whole base units expected over the first `days` days, half upward.
    #[must_use]
    pub fn expected_rounded(&self, days: i64) -> i128 {
        if let Expected::Mean { total, days: of } = self.expected {
            let window = i128::from(of);
            return (2 * i128::from(total) * i128::from(days) + window).div_euclid(2 * window);
        }
        (self.expected.over(days.max(0) as f64) + 0.5).floor() as i128
    }

    /// Whole base units expected over the first `days` days, downward.
    #[must_use]
    pub fn expected_floor(&self, days: i64) -> i128 {
        if let Expected::Mean { total, days: of } = self.expected {
            return (i128::from(total) * i128::from(days)).div_euclid(i128::from(of));
        }
        self.expected.over(days.max(0) as f64).floor() as i128
    }

    /// Days that `units` are expected to last; `None` where nothing is expected to sell.
    #[must_use]
    pub fn days_to_sell(&self, units: f64) -> Option<f64> {
        let per_day = self.per_day();
        let Expected::Daily { sums, beyond } = &self.expected else {
            return (per_day > 0.0).then(|| units / per_day);
        };
        let after = sums.partition_point(|sum| *sum <= units);
        let (days, left) = match after {
            0 => return Some(0.0),
            // All that is laid out day by day sells, and some is left.
            _ if after == sums.len() => (after - 1, units - sums[after - 1]),
            _ => {
                let day = sums[after] - sums[after - 1];
                return Some((after - 1) as f64 + (units - sums[after - 1]) / day);
            }
        };
        (*beyond > 0.0).then(|| days as f64 + left / beyond)
    }
}
