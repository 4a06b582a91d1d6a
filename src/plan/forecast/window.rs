//! The mean of the last days, as one method among others; the plan's own moving average has its sums in whole numbers.

use super::calendar::Position;
use super::method::{Forecaster, Window};

/// Mean of the last days of known demand: N periods of P days, or as many whole periods as there are, or all days.
#[derive(Debug, Clone)]
pub(super) struct WindowAverage {
    window: Window,
    /// `sums[k]`: demand of the first k days, exact for whole units.
    sums: Vec<f64>,
}

impl WindowAverage {
    pub fn new(window: Window) -> Self {
        Self {
            window,
            sums: vec![0.0],
        }
    }
}

impl Forecaster for WindowAverage {
    fn observe(&mut self, _: Position, demand: f64) {
        let sum = self.sums[self.sums.len() - 1];
        self.sums.push(sum + demand);
    }

    fn per_day(&self) -> f64 {
        let known = self.sums.len() - 1;
        let days = self.window.days(known);
        if days == 0 {
            return 0.0;
        }
        (self.sums[known] - self.sums[known - days]) / days as f64
    }
}
