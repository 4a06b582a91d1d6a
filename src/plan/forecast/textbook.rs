//! The methods as textbooks print them: a series in, the forecast of its next period out.
//!
//! The same code as in the plan, for series of any unit and period.

use super::calendar::Position;
use super::method::{Model, Window};
use crate::plan::parameter::{ParameterError, not_negative, share_open};

/// The next value of `series` by `model`, `series` being demand per period, oldest first, each at least 0; a moving average
/// looks back over `window`. 0 for an empty series.
///
/// # Errors
/// [`ParameterError`] for a demand that is negative or not finite, or a smoothing constant not between 0 and 1.
pub fn next_period(model: Model, window: Window, series: &[f64]) -> Result<f64, ParameterError> {
    match model {
        Model::MovingAverage | Model::Seasonal(_) => {}
        Model::Ses { alpha } | Model::Croston { alpha } | Model::Sba { alpha } => {
            share_open("alpha", alpha)?;
        }
        Model::Blend { slow, fast } => {
            share_open("slow", slow)?;
            share_open("fast", fast)?;
        }
        Model::Tsb {
            alpha_demand,
            alpha_probability,
        } => {
            share_open("alpha_demand", alpha_demand)?;
            share_open("alpha_probability", alpha_probability)?;
        }
    }
    let window = Window {
        periods: window.periods.max(1),
        period_days: window.period_days.max(1),
    };
    let mut forecaster = model.start(window);
    for &demand in series {
        forecaster.observe(Position::default(), not_negative("demand", demand)?);
    }
    Ok(forecaster.per_day())
}
