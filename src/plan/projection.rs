//! Stock that nobody has looked at since: what is left of it by the forecast.

use super::rounding::half_up;
use crate::model::Quantity;

/// What is left of `position` after so many days of `forecast_per_day`, rounded half up, in base units: at least 0, for
/// what is asked for at an empty shelf is not taken. A position below 0 stays as it is, and so does any position under a
/// forecast that is not above 0.
#[must_use]
pub fn projected(position: Quantity, forecast_per_day: f64, days: u32) -> Quantity {
    if position <= Quantity::ZERO || forecast_per_day.is_nan() || forecast_per_day <= 0.0 {
        return position;
    }
    let left = position.0 as f64 - forecast_per_day * f64::from(days);
    Quantity(half_up(left).clamp(0, position.0))
}
