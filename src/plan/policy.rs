//! How a shop wants its stock planned.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};

use super::demand::MAX_HISTORY_DAYS;
use super::forecast::{Window, calendar};

/// The settings of a plan; every one has a default, so that a shop plans from its first night.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// How demand is forecast. This and the settings that came with it are written only where they are set, as
    /// `lead_time_sd_days` is.
    #[serde(skip_serializing_if = "is_usual_method")]
    pub method: ForecastMethod,
    /// N: periods that the moving average looks back over. 1 to 24.
    #[serde(deserialize_with = "whole_number")]
    pub periods: u32,
    /// P: days in a period. 1 to 366, and all periods together at most the history that is read.
    #[serde(deserialize_with = "whole_number")]
    pub period_days: u32,
    /// R: days from one chance to order to the next. 1 to 180.
    #[serde(deserialize_with = "whole_number")]
    pub review_days: u32,
    /// L: days from ordering to having the goods. 0 to 180.
    #[serde(deserialize_with = "whole_number")]
    pub lead_time_days: u32,
    /// Standard deviation of L in days: how far deliveries are early or late. 0 to 180.
    ///
    /// Written only where it is set: a hub that is older than this setting reads the policies of shops without it.
    #[serde(skip_serializing_if = "is_none_at_all")]
    pub lead_time_sd_days: f64,
    /// alpha: the wanted probability of no shortage in a protection interval. 0.5 to 0.9999.
    pub service_level: f64,
    /// beta: the wanted share of demand met from the shelf; where set, it decides the order-up-to level in place of
    /// `service_level`, which goes on to decide the urgency. 0.5 to 0.9999.
    pub fill_rate: Option<f64>,
    /// Distribution of the demand over the protection interval.
    pub distribution: Distribution,
    /// Whether stock is kept for more than the expected demand.
    pub safety: Safety,
    /// How a need becomes whole packs.
    pub round: Rounding,
    /// h: what holding goods costs in a period of `period_days`, as a share of what they cost to buy: the money in them,
    /// room, breakage and loss. Only forecasting methods are compared by it. 0.0001 to 1.
    ///
    /// Capital is dear for a small shop: 3% in 30 days by default. With the default margin and weekly orders that makes 95.5%
    /// the service level that costs least, next to the default of 95%.
    #[serde(skip_serializing_if = "is_usual_holding")]
    pub holding_fraction_per_period: f64,
    /// What a lost sale costs: the margin on goods, as a share of what they cost to buy; a warung earns 10 to 20% on most of
    /// what it sells. Only forecasting methods are compared by it. 0.001 to 10.
    #[serde(skip_serializing_if = "is_usual_margin")]
    pub margin_fraction: f64,
    /// Dates of 1 Syawal, in place of the built-in table of Indonesia's ([`calendar::SYAWAL_FIRST`]); at most 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lebaran: Option<Vec<NaiveDate>>,
}

/// How demand is forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForecastMethod {
    /// The mean of the last N periods of P days.
    #[default]
    MovingAverage,
    /// Simple exponential smoothing.
    Ses,
    /// The mean of a slow and a fast exponential smoothing.
    Blend,
    /// Croston's, for demand that comes now and then.
    Croston,
    /// Croston's with Syntetos' and Boylan's correction.
    Sba,
    /// Teunter's, Syntetos' and Babai's, for demand that comes now and then and may cease.
    Tsb,
    /// The moving average, times what each weekday usually has.
    Weekday,
    /// The same, times what payday and Lebaran bring, where the product's own past proves that they do.
    Calendar,
    /// For each product the moving average, or what its own past proves to cost the shop less.
    Auto,
}

/// Distribution of the demand over the protection interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Whole units, skewed, right for slow and fast movers alike.
    #[default]
    NegativeBinomial,
    /// The textbook's S = m + k sigma.
    Normal,
    /// Whole units, each asked for by itself: the variance is the mean, whatever the forecast's errors were.
    Poisson,
}

/// Whether stock is kept for more than the expected demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Safety {
    /// The level is a quantile of the demand (or meets a fill rate).
    #[default]
    Quantile,
    /// The level is the expected demand itself.
    None,
}

/// How a need becomes whole packs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// The next whole pack upward.
    #[default]
    Up,
    /// The nearest whole pack, half upward.
    Nearest,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            method: ForecastMethod::default(),
            periods: 4,
            period_days: 30,
            review_days: 7,
            lead_time_days: 2,
            lead_time_sd_days: 0.0,
            service_level: 0.95,
            fill_rate: None,
            distribution: Distribution::default(),
            safety: Safety::default(),
            round: Rounding::default(),
            holding_fraction_per_period: USUAL_HOLDING,
            margin_fraction: USUAL_MARGIN,
            lebaran: None,
        }
    }
}

/// A setting outside its range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {message}")]
pub struct PolicyError {
    /// Name of the setting, as in [`Policy`].
    pub field: &'static str,
    /// What it must be.
    pub message: String,
}

const PERIODS: (u32, u32) = (1, 24);
const PERIOD_DAYS: (u32, u32) = (1, 366);
const REVIEW_DAYS: (u32, u32) = (1, 180);
const LEAD_TIME_DAYS: (u32, u32) = (0, 180);
const LEAD_TIME_SD_DAYS: (f64, f64) = (0.0, 180.0);
const SHARE: (f64, f64) = (0.5, 0.9999);
const HOLDING: (f64, f64) = (0.0001, 1.0);
const MARGIN: (f64, f64) = (0.001, 10.0);
const LEBARAN_DATES: usize = 200;
const USUAL_HOLDING: f64 = 0.03;
const USUAL_MARGIN: f64 = 0.15;

impl Policy {
    /// H = R + L: the days that one order has to last, from now until the next one has come.
    #[must_use]
    pub fn protection_days(&self) -> u32 {
        self.review_days.saturating_add(self.lead_time_days)
    }

    /// W = N P: the days of the full window of the moving average.
    #[must_use]
    pub fn window_days(&self) -> u32 {
        self.periods.saturating_mul(self.period_days)
    }

    /// How far the moving average looks back.
    #[must_use]
    pub fn window(&self) -> Window {
        Window {
            periods: self.periods as usize,
            period_days: self.period_days as usize,
        }
    }

    /// Dates of 1 Syawal: its own, or the built-in ones.
    #[must_use]
    pub fn lebaran_dates(&self) -> Vec<NaiveDate> {
        self.lebaran.clone().unwrap_or_else(calendar::lebaran_dates)
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// [`PolicyError`] names the first setting that is out of range, and the range.
    pub fn check(&self) -> Result<(), PolicyError> {
        whole("periods", self.periods, PERIODS)?;
        whole("period_days", self.period_days, PERIOD_DAYS)?;
        if u64::from(self.window_days()) > MAX_HISTORY_DAYS {
            return Err(PolicyError {
                field: "periods",
                message: format!(
                    "times period_days is {}, more than the {MAX_HISTORY_DAYS} days of history that are read",
                    self.window_days()
                ),
            });
        }
        whole("review_days", self.review_days, REVIEW_DAYS)?;
        whole("lead_time_days", self.lead_time_days, LEAD_TIME_DAYS)?;
        real(
            "lead_time_sd_days",
            self.lead_time_sd_days,
            LEAD_TIME_SD_DAYS,
        )?;
        real("service_level", self.service_level, SHARE)?;
        if let Some(rate) = self.fill_rate {
            real("fill_rate", rate, SHARE)?;
        }
        real(
            "holding_fraction_per_period",
            self.holding_fraction_per_period,
            HOLDING,
        )?;
        real("margin_fraction", self.margin_fraction, MARGIN)?;
        match &self.lebaran {
            Some(dates) if dates.len() > LEBARAN_DATES => Err(PolicyError {
                field: "lebaran",
                message: format!("must have at most {LEBARAN_DATES} dates"),
            }),
            _ => Ok(()),
        }
    }

    /// The same with every setting brought into its range: a plan is made even from settings that nobody checked.
    #[must_use]
    pub(super) fn within_range(&self) -> Self {
        let clamp = |value: u32, (least, most): (u32, u32)| value.clamp(least, most);
        let real = |value: f64, default: f64, (least, most): (f64, f64)| {
            if value.is_nan() {
                default
            } else {
                value.clamp(least, most)
            }
        };
        let default = Self::default();
        Self {
            periods: clamp(self.periods, PERIODS),
            period_days: clamp(self.period_days, PERIOD_DAYS),
            review_days: clamp(self.review_days, REVIEW_DAYS),
            lead_time_days: clamp(self.lead_time_days, LEAD_TIME_DAYS),
            lead_time_sd_days: real(
                self.lead_time_sd_days,
                default.lead_time_sd_days,
                LEAD_TIME_SD_DAYS,
            ),
            service_level: real(self.service_level, default.service_level, SHARE),
            fill_rate: self
                .fill_rate
                .map(|rate| real(rate, default.service_level, SHARE)),
            holding_fraction_per_period: real(
                self.holding_fraction_per_period,
                default.holding_fraction_per_period,
                HOLDING,
            ),
            margin_fraction: real(self.margin_fraction, default.margin_fraction, MARGIN),
            lebaran: self
                .lebaran
                .as_ref()
                .map(|dates| dates.iter().copied().take(LEBARAN_DATES).collect()),
            ..self.clone()
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // As serde calls it, and the next two.
fn is_usual_method(method: &ForecastMethod) -> bool {
    *method == ForecastMethod::default()
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_usual_holding(fraction: &f64) -> bool {
    fraction.to_bits() == USUAL_HOLDING.to_bits()
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_usual_margin(fraction: &f64) -> bool {
    fraction.to_bits() == USUAL_MARGIN.to_bits()
}

// Serde passes a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_none_at_all(days: &f64) -> bool {
    *days == 0.0
}

/// A whole number that `u32` does not hold is as far beyond every range as its largest value, so that [`Policy::check`]
/// refuses it with the range.
fn whole_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    i64::deserialize(deserializer).map(|value| u32::try_from(value).unwrap_or(u32::MAX))
}

fn whole(field: &'static str, value: u32, (least, most): (u32, u32)) -> Result<(), PolicyError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(PolicyError {
        field,
        message: format!("must be a whole number from {least} to {most}"),
    })
}

fn real(field: &'static str, value: f64, (least, most): (f64, f64)) -> Result<(), PolicyError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(PolicyError {
        field,
        message: format!("must be from {least} to {most}"),
    })
}
