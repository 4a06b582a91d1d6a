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

/// The mean of two exponential smoothings, one that remembers long and one that follows fast: a change of level is taken in
/// without the past being forgotten for it.
///
/// Source: that a plain mean of two forecasts is often better than either, J. M. Bates, C. W. J. Granger, "The combination
/// of forecasts", Operational Research Quarterly 20 (1969). Unit: base units per day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blend {
    slow: Settling,
    fast: Settling,
}

impl Blend {
    pub fn new(slow: f64, fast: f64) -> Self {
        Self {
            slow: Settling::new(slow),
            fast: Settling::new(fast),
        }
    }
}

impl Forecaster for Blend {
    fn observe(&mut self, _: Position, demand: f64) {
        self.slow.observe(demand);
        self.fast.observe(demand);
    }

    fn per_day(&self) -> f64 {
        f64::midpoint(self.slow.level, self.fast.level)
    }
}

/// Exponential smoothing that begins as the plain mean, until a day weighs no more in that than alpha: with a long memory
/// the first day would else be remembered for months.
#[derive(Debug, Clone, Copy)]
struct Settling {
    alpha: f64,
    days: f64,
    level: f64,
}

impl Settling {
    fn new(alpha: f64) -> Self {
        Self {
            alpha,
            days: 0.0,
            level: 0.0,
        }
    }

    fn observe(&mut self, demand: f64) {
        self.days += 1.0;
        let mean = 1.0 / self.days;
        let weight = if mean > self.alpha { mean } else { self.alpha };
        self.level += weight * (demand - self.level);
    }
}

/// One step towards `value`; the first value is the beginning.
pub(super) fn smooth(level: &mut Option<f64>, value: f64, alpha: f64) {
    *level = Some(match *level {
        None => value,
        Some(level) => level + alpha * (value - level),
    });
}
