//! Forecasts of demand per day, each with its own error over the protection interval.

mod moving_average;

pub use moving_average::{Forecast, SigmaRule, moving_average};

/// Fewer days of known demand than this are no ground for a forecast.
pub const MIN_DAYS: usize = 7;

/// With fewer past forecasts to compare with what came after, their error says too little.
pub const MIN_ORIGINS: u32 = 8;
