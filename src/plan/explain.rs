//! One product's plan laid open: what was sold, what is expected, and each step to the quantity.

mod words;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::demand::{DayDemand, Series};
use super::distribution::NegativeBinomial;
use super::forecast::Forecast;
use super::{PlanLine, Planner, ProductInput};

pub use words::{demand_class, method, steps};

/// The band of an [`Explanation`] leaves out this share of days below and above.
pub const BAND_TAIL: f64 = 0.1;

/// The line of a product and what it was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// What to do, with its reason.
    pub line: PlanLine,
    /// Every day that was read, oldest first.
    pub history: Vec<HistoryDay>,
    /// The days of the protection interval; none with too little history.
    pub forecast: Vec<ForecastDay>,
}

/// One past day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryDay {
    /// Business date.
    pub date: NaiveDate,
    /// Base units asked for; `None` where nothing was there to sell.
    pub demand: Option<i64>,
}

/// One day to come, in base units.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ForecastDay {
    /// The date.
    pub date: NaiveDate,
    /// Expected demand.
    pub mean: f64,
    /// One day in ten has less than this.
    pub low: i64,
    /// One day in ten has more than this.
    pub high: i64,
}

impl Planner {
    /// Plans one product and shows what its line comes from.
    ///
    /// The band of a day is from the 10% to the 90% quantile of negative binomial demand, whose mean is the forecast of
    /// that day and whose variance is sigma_H^2 / H, at least 1.05 times the mean: where a single day may well lie, not the
    /// sum of days that the order-up-to level is set for.
    #[must_use]
    pub fn explain(&self, input: &ProductInput) -> Explanation {
        let (series, forecast, line) = self.all_of(input);
        Explanation {
            line,
            history: history(&series),
            forecast: forecast
                .map(|forecast| ahead(self.date, &forecast))
                .unwrap_or_default(),
        }
    }
}

fn history(series: &Series) -> Vec<HistoryDay> {
    series
        .first
        .iter_days()
        .zip(&series.days)
        .map(|(date, day)| HistoryDay {
            date,
            demand: match *day {
                DayDemand::Observed(units) => Some(units),
                DayDemand::Censored => None,
            },
        })
        .collect()
}

fn ahead(date: NaiveDate, forecast: &Forecast) -> Vec<ForecastDay> {
    let horizon = f64::from(forecast.protection_days.max(1));
    let variance = forecast.sigma_protection * forecast.sigma_protection / horizon;
    (0..forecast.protection_days)
        .map_while(|day| {
            let mean =
                forecast.mean_over(f64::from(day) + 1.0) - forecast.mean_over(f64::from(day));
            let demand = NegativeBinomial::with_moments(mean, variance);
            Some(ForecastDay {
                date: date.checked_add_days(Days::new(u64::from(day)))?,
                mean,
                low: demand.quantile(BAND_TAIL),
                high: demand.quantile(1.0 - BAND_TAIL),
            })
        })
        .collect()
}
