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
    let count = known.count();
    if count < MIN_DAYS {
        return None;
    }
    let looks_back = Window {
        periods: periods.max(1) as usize,
        period_days: period_days.max(1) as usize,
    };
    let window = looks_back.days(count);
    let first = count - window;
    let first_offset = known.offset(first);
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

/// The days of known demand, as running sums.
struct KnownDays {
    /// `sums[i]` is the demand of the first i of them.
    sums: Vec<i64>,
    /// How many of them lie before each day of the series, and in all; empty where every day is known, and the answer is
    /// the day's own number.
    before: Vec<usize>,
    /// Days of the series.
    days: usize,
}

impl KnownDays {
    fn of(series: &Series) -> Self {
        let days = series.days.len();
        let mut known = Self {
            sums: vec![0; days + 1],
            before: Vec::new(),
            days,
        };
        let mut sum = 0;
        for (day, slot) in series.days.iter().zip(&mut known.sums[1..]) {
            let DayDemand::Observed(demand) = *day else {
                known.pass_over(series);
                return known;
            };
            sum += demand;
            *slot = sum;
        }
        known
    }

    /// The same where some days are not known.
    fn pass_over(&mut self, series: &Series) {
        self.sums.clear();
        let mut sum = 0;
        self.sums.push(sum);
        for day in &series.days {
            self.before.push(self.sums.len() - 1);
            if let DayDemand::Observed(demand) = *day {
                sum += demand;
                self.sums.push(sum);
            }
        }
        self.before.push(self.sums.len() - 1);
    }

    /// How many there are.
    fn count(&self) -> usize {
        self.sums.len() - 1
    }

    fn before(&self, day: usize) -> usize {
        self.before.get(day).copied().unwrap_or(day)
    }

    /// The day of the series that the known day of this number is.
    fn offset(&self, number: usize) -> usize {
        if self.before.is_empty() {
            return number;
        }
        // Known days before a day grow with it: it is the last day that has no more than these.
        self.before.partition_point(|before| *before <= number) - 1
    }

    fn sum(&self, from: usize, to: usize) -> i64 {
        self.sums[to] - self.sums[from]
    }

    /// Standard deviation of the known days from place `first` on; 0 for a single one.
    fn sample_sd(&self, first: usize) -> f64 {
        let n = (self.count() - first) as i128;
        if n < 2 {
            return 0.0;
        }
        let sum = i128::from(self.sum(first, self.count()));
        let squares: i128 = (first..self.count())
            .map(|day| i128::from(self.sum(day, day + 1)))
            .map(|demand| demand * demand)
            .sum();
        ((n * squares - sum * sum) as f64 / (n * (n - 1)) as f64).sqrt()
    }

    /// The errors of the forecasts that a full window of `window` days gave for the `horizon` days after it.
    fn errors(&self, window: usize, horizon: usize) -> Errors {
        let total = i128::from(self.sum(0, self.count()));
        let most = total * (window + horizon) as i128;
        // The error times the window is a whole number, so the sum of squares is exact. Only the squares are wide where
        // no error can be: the same numbers, in a fraction of the time.
        if i64::try_from(most).is_ok() {
            self.squared(window, horizon, |came, base| {
                i128::from(window as i64 * came - horizon as i64 * base)
            })
        } else {
            self.squared(window, horizon, |came, base| {
                window as i128 * i128::from(came) - horizon as i128 * i128::from(base)
            })
        }
    }

    /// `scaled` gives the error times the window, from what came in `horizon` days and in the `window` days before.
    fn squared(&self, window: usize, horizon: usize, scaled: impl Fn(i64, i64) -> i128) -> Errors {
        let mut errors = Errors::default();
        for origin in 0..(self.days + 1).saturating_sub(horizon) {
            let start = self.before(origin);
            let end = self.before(origin + horizon);
            if start < window || end - start != horizon {
                continue;
            }
            let error = scaled(self.sum(start, end), self.sum(start - window, start));
            errors.squares += error * error;
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
