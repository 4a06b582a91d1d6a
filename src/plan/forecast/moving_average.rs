//! The moving average of daily demand, and how far it has been off.

use chrono::Days;

use super::super::demand::{DayDemand, Series};
use super::error::independent_error_sd;
use super::method::{Model, Window};
use super::outlook::{Expected, Forecast, SigmaRule};
use super::{MIN_DAYS, MIN_ORIGINS};

/// The mean of the last days of known demand: N periods of P days; where there are fewer days, as many whole periods
/// as there are; with less than one period, all of them. `None` with fewer than [`MIN_DAYS`].
///
/// sigma_H comes from the errors e_s = (demand of the H days from s) - H f(s) at every past day s with a full window
/// of N P known days before it and H known days from it on: sqrt(mean e_s^2). With fewer than [`MIN_ORIGINS`] of them
/// it is sd sqrt(H) sqrt(1 + H / n), sd over the n days of the window (divisor n - 1): the variance of H independent
/// days less H times the mean of n others. Linear in the length of the series.
#[must_use]
pub fn moving_average(
    series: &Series,
    periods: u32,
    period_days: u32,
    protection_days: u32,
) -> Option<Forecast> {
    let known = KnownDays::of(series);
    let count = known.demand.len();
    if count < MIN_DAYS {
        return None;
    }
    let looks_back = Window {
        periods: periods.max(1) as usize,
        period_days: period_days.max(1) as usize,
    };
    let window = looks_back.days(count);
    let first = count - window;
    let first_offset = known.offset[first];
    let full_window = looks_back.full();
    let errors = known.errors(full_window, protection_days as usize);
    let (sigma_protection, sigma_rule) = if errors.origins < MIN_ORIGINS {
        let sigma = independent_error_sd(known.sample_sd(first), protection_days, window);
        (sigma, SigmaRule::Sample)
    } else {
        (errors.root_mean_square(full_window), SigmaRule::Origins)
    };
    let total = known.sum(first, count);
    Some(Forecast {
        model: Model::MovingAverage,
        window_days: window as u32,
        periods: looks_back.whole_periods(count) as u32,
        total,
        first_day: series
            .first
            .checked_add_days(Days::new(first_offset as u64))?,
        censored_days: (series.days.len() - first_offset - window) as u32,
        expected: Expected::Mean {
            total,
            days: window as u32,
        },
        protection_days,
        sigma_protection,
        sigma_rule,
        origins: errors.origins,
        effects: Vec::new(),
    })
}

/// The days of known demand, with running sums.
struct KnownDays {
    demand: Vec<i64>,
    /// Place of each in the series.
    offset: Vec<usize>,
    /// `sums[i]` is the demand of the first i of them.
    sums: Vec<i64>,
    /// How many of them lie before each day of the series, and in all.
    before: Vec<usize>,
}

impl KnownDays {
    fn of(series: &Series) -> Self {
        let length = series.days.len();
        let mut known = Self {
            demand: Vec::with_capacity(length),
            offset: Vec::with_capacity(length),
            sums: Vec::with_capacity(length + 1),
            before: Vec::with_capacity(length + 1),
        };
        let mut sum = 0;
        known.sums.push(sum);
        for (offset, day) in series.days.iter().enumerate() {
            known.before.push(known.demand.len());
            if let DayDemand::Observed(demand) = *day {
                sum += demand;
                known.demand.push(demand);
                known.offset.push(offset);
                known.sums.push(sum);
            }
        }
        known.before.push(known.demand.len());
        known
    }

    fn sum(&self, from: usize, to: usize) -> i64 {
        self.sums[to] - self.sums[from]
    }

    /// Standard deviation of the known days from place `first` on; 0 for a single one.
    fn sample_sd(&self, first: usize) -> f64 {
        let days = &self.demand[first..];
        let n = days.len() as i128;
        if n < 2 {
            return 0.0;
        }
        let sum: i128 = days.iter().map(|&demand| i128::from(demand)).sum();
        let squares: i128 = days
            .iter()
            .map(|&demand| i128::from(demand) * i128::from(demand))
            .sum();
        ((n * squares - sum * sum) as f64 / (n * (n - 1)) as f64).sqrt()
    }

    /// The errors of the forecasts that a full window of `window` days gave for the `horizon` days after it.
    fn errors(&self, window: usize, horizon: usize) -> Errors {
        let mut errors = Errors::default();
        let days = self.before.len() - 1;
        for origin in 0..(days + 1).saturating_sub(horizon) {
            let start = self.before[origin];
            let end = self.before[origin + horizon];
            if start < window || end - start != horizon {
                continue;
            }
            let came = i128::from(self.sum(start, end));
            let base = i128::from(self.sum(start - window, start));
            // The error times the window is a whole number, so the sum of squares is exact.
            let scaled = window as i128 * came - horizon as i128 * base;
            errors.squares += scaled * scaled;
            errors.origins += 1;
        }
        errors
    }
}

#[derive(Default)]
struct Errors {
    origins: u32,
    /// Sum of the squared errors, times the window squared.
    squares: i128,
}

impl Errors {
    fn root_mean_square(&self, window: usize) -> f64 {
        (self.squares as f64 / f64::from(self.origins)).sqrt() / window as f64
    }
}
