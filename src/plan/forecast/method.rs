//! The methods, behind one small interface.

use serde::{Deserialize, Serialize};

use super::MIN_DAYS;
use super::calendar::Position;
use super::history::History;
use super::intermittent::{Croston, Tsb};
use super::outlook::{Effect, Expected};
use super::seasonal::{Effects, Seasonal};
use super::smoothing::{Blend, Ses};
use super::window::WindowAverage;

/// How the forecast was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Mean of the last days.
    MovingAverage,
    /// Simple exponential smoothing.
    Ses,
    /// The mean of two exponential smoothings, one slow and one fast.
    Blend,
    /// Croston's method.
    Croston,
    /// Syntetos' and Boylan's approximation.
    Sba,
    /// Teunter's, Syntetos' and Babai's method.
    Tsb,
    /// Mean of the last days, times what the weekday usually has.
    Weekday,
    /// The same (with or without weekdays), times what payday or Lebaran usually brings.
    Calendar,
    /// Not at all: there are too few days.
    TooLittleHistory,
}

impl Method {
    /// Its name, as in a plan's document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MovingAverage => "moving_average",
            Self::Ses => "ses",
            Self::Blend => "blend",
            Self::Croston => "croston",
            Self::Sba => "sba",
            Self::Tsb => "tsb",
            Self::Weekday => "weekday",
            Self::Calendar => "calendar",
            Self::TooLittleHistory => "too_little_history",
        }
    }
}

/// A method with its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "model")]
pub enum Model {
    /// The mean of the policy's N periods of P days.
    MovingAverage,
    /// Simple exponential smoothing.
    Ses {
        /// Weight of the newest day, above 0 and below 1; so are the others.
        alpha: f64,
    },
    /// The mean of two exponential smoothings.
    Blend {
        /// Weight of the newest day in the one that remembers long.
        slow: f64,
        /// Weight of the newest day in the one that follows fast.
        fast: f64,
    },
    /// Croston's method.
    Croston {
        /// Weight of the newest demand and interval.
        alpha: f64,
    },
    /// Syntetos' and Boylan's approximation.
    Sba {
        /// Weight of the newest demand and interval.
        alpha: f64,
    },
    /// Teunter's, Syntetos' and Babai's method.
    Tsb {
        /// Weight of the newest demand.
        alpha_demand: f64,
        /// Weight of the newest day in the probability of a demand.
        alpha_probability: f64,
    },
    /// The moving average, times effects of the calendar.
    Seasonal(Effects),
}

impl Model {
    /// The method that this is.
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Self::MovingAverage => Method::MovingAverage,
            Self::Ses { .. } => Method::Ses,
            Self::Blend { .. } => Method::Blend,
            Self::Croston { .. } => Method::Croston,
            Self::Sba { .. } => Method::Sba,
            Self::Tsb { .. } => Method::Tsb,
            Self::Seasonal(effects) if effects.payday || effects.lebaran => Method::Calendar,
            Self::Seasonal(_) => Method::Weekday,
        }
    }

    /// The model before its first day.
    pub(super) fn start(self, window: Window) -> Box<dyn Forecaster> {
        match self {
            Self::MovingAverage => Box::new(WindowAverage::new(window)),
            Self::Ses { alpha } => Box::new(Ses::new(alpha)),
            Self::Blend { slow, fast } => Box::new(Blend::new(slow, fast)),
            Self::Croston { alpha } => Box::new(Croston::classic(alpha)),
            Self::Sba { alpha } => Box::new(Croston::corrected(alpha)),
            Self::Tsb {
                alpha_demand,
                alpha_probability,
            } => Box::new(Tsb::new(alpha_demand, alpha_probability)),
            Self::Seasonal(effects) => Box::new(Seasonal::new(effects, window)),
        }
    }

    /// Days of known demand that a forecast needs before it, for its error to count: the full window of a moving
    /// average, one period (and a week at least) for the others.
    pub(super) fn warm_up(self, window: Window) -> usize {
        match self {
            Self::MovingAverage => window.full(),
            _ => window.period_days.max(MIN_DAYS),
        }
    }

    /// Days whose mean would be as uncertain as this model's forecast, out of `known`: the window of a moving average,
    /// and (2 - alpha) / alpha days for a smoothing constant alpha.
    ///
    /// Source of the latter: Brown 1959; the mean of n independent days has variance 1/n, exponential smoothing
    /// alpha / (2 - alpha), and two of them by a and b the covariance a b / (a + b - a b).
    pub(super) fn sample_days(self, known: usize, window: Window) -> usize {
        let of_window = window.days(known);
        let alpha = match self {
            Self::MovingAverage | Self::Seasonal(_) => return of_window,
            Self::Ses { alpha } | Self::Croston { alpha } | Self::Sba { alpha } => alpha,
            Self::Tsb {
                alpha_probability, ..
            } => alpha_probability,
            Self::Blend { slow, fast } => {
                let alone = slow / (2.0 - slow) + fast / (2.0 - fast);
                let together = slow * fast / (slow + fast - slow * fast);
                let variance = (alone + 2.0 * together) / 4.0;
                return of_window.min(((1.0 / variance) as usize).max(2));
            }
        };
        of_window.min((((2.0 - alpha) / alpha) as usize).max(2))
    }
}

/// How far a moving average looks back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// N, at least 1.
    pub periods: usize,
    /// P in days, at least 1.
    pub period_days: usize,
}

impl Window {
    /// W = N P days.
    #[must_use]
    pub fn full(self) -> usize {
        self.periods * self.period_days
    }

    /// Whole periods in `known` days, at most N.
    #[must_use]
    pub fn whole_periods(self, known: usize) -> usize {
        (known / self.period_days.max(1)).min(self.periods)
    }

    /// Days that are averaged out of `known`: whole periods, or all of them where there is less than one.
    #[must_use]
    pub fn days(self, known: usize) -> usize {
        match self.whole_periods(known) {
            0 => known,
            periods => periods * self.period_days,
        }
    }
}

/// A method that is told one day after the other. It cannot look ahead: what lies ahead has not been told.
pub(super) trait Forecaster {
    /// Takes in the demand of a day. Days whose demand is not known are passed over.
    fn observe(&mut self, position: Position, demand: f64);

    /// Base units expected on an average day from now on.
    fn per_day(&self) -> f64;

    /// Base units expected over the next `days` days, whose places in the calendar are `ahead`.
    fn expected(&self, ahead: &[Position], days: usize) -> f64 {
        let _ = ahead;
        self.per_day() * days as f64
    }

    /// What is expected day by day.
    fn outlook(&self, ahead: &[Position]) -> Expected {
        let _ = ahead;
        Expected::Flat(self.per_day())
    }

    /// What the calendar does to the days `ahead`.
    fn effects(&self, ahead: &[Position]) -> Vec<Effect> {
        let _ = ahead;
        Vec::new()
    }

    /// Tells all of a history, and returns what was expected over the `horizon` days from each origin on, 0 where fewer
    /// than `warm_up` days were known.
    fn walk(
        &mut self,
        history: &History,
        positions: &[Position],
        horizon: usize,
        warm_up: usize,
    ) -> Vec<f64> {
        let days = history.days();
        let mut means = Vec::with_capacity(days + 1);
        for origin in 0..=days {
            let ahead = positions.get(origin..origin + horizon).unwrap_or_default();
            means.push(if history.known_before(origin) >= warm_up {
                self.expected(ahead, horizon)
            } else {
                0.0
            });
            if let Some(&Some(demand)) = history.demand().get(origin) {
                let position = ahead.first().or_else(|| positions.get(origin));
                self.observe(position.copied().unwrap_or_default(), demand);
            }
        }
        means
    }
}
