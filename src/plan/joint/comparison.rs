//! The ways to deliver a basket, side by side.

use serde::Serialize;

use super::super::parameter::ParameterError;
use super::alone::Alone;
use super::basket::{Basket, Schedule};
use super::power_of_two::PowerOfTwoSchedule;

/// What each way to deliver one basket costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JointComparison {
    /// Every product by itself.
    pub alone: Alone,
    /// Every product with every delivery.
    pub common: Schedule,
    /// Integer multiples by the heuristic; never above the common interval.
    pub heuristic: Schedule,
    /// The best integer multiples, where the basket is small enough to find them; never above the heuristic.
    pub exact: Option<Schedule>,
    /// Intervals for a calendar.
    pub power_of_two: PowerOfTwoSchedule,
}

impl JointComparison {
    /// The share of the common interval's cost that another schedule saves, on unrounded intervals; below 0 where it
    /// costs more.
    #[must_use]
    pub fn saving(&self, schedule: &Schedule) -> f64 {
        1.0 - schedule.cost.total() / self.common.cost.total()
    }
}

impl Basket {
    /// Every way to deliver this basket, the calendar's on a base interval of `base_days`.
    ///
    /// # Errors
    /// [`ParameterError`] for a base interval that is not from 1 to 366 days.
    pub fn compare(&self, base_days: u32) -> Result<JointComparison, ParameterError> {
        Ok(JointComparison {
            alone: self.alone(),
            common: self.common(),
            heuristic: self.heuristic(),
            exact: self.exact(),
            power_of_two: self.power_of_two(base_days)?,
        })
    }
}
