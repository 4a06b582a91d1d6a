//! Simple exponential smoothing.

use super::calendar::Position;
use super::method::Forecaster;

/// l(t) = l(t-1) + alpha (y(t) - l(t-1)), beginning with the first demand; the forecast is the last level.
///
/// Source: R. G. Brown, "Statistical forecasting for inventory control", 1959. Unit: base units per day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ses {
    alpha: f64,
    level: Option<f64>,
}

impl Ses {
    pub fn new(alpha: f64) -> Self {
        Self { alpha, level: None }
    }
}

impl Forecaster for Ses {
    fn observe(&mut self, _: Position, demand: f64) {
        smooth(&mut self.level, demand, self.alpha);
    }

    fn per_day(&self) -> f64 {
        self.level.unwrap_or(0.0)
    }
}

/// One step towards `value`; the first value is the beginning.
pub(super) fn smooth(level: &mut Option<f64>, value: f64, alpha: f64) {
    *level = Some(match *level {
        None => value,
        Some(level) => level + alpha * (value - level),
    });
}
