//! Forecasts of demand per day, each with its own error over the protection interval.
//!
//! - [`moving_average`]: the default, in whole numbers.
//! - [`Model`]: that and the other methods with their parameters, told one day after the other.
//! - [`calendar`]: weekdays, paydays and the season of Lebaran.
//! - [`backtest`]: what a model would have cost a shop, from every past morning on.
//! - [`auto`]: the choice between models, and the proof that it asks for.
//! - [`DemandClass`]: what kind of demand a product has.

pub mod auto;
pub mod backtest;
pub mod calendar;
mod classify;
mod error;
mod history;
mod intermittent;
mod method;
mod moving_average;
mod outlook;
mod seasonal;
mod select;
mod smoothing;
mod textbook;
mod window;

pub use classify::DemandClass;
pub use error::independent_error_sd;
pub use history::History;
pub use method::{Method, Model, Window};
pub use moving_average::moving_average;
pub use outlook::{Effect, Expected, Forecast, SigmaRule};
pub use seasonal::Effects;
pub use select::{DAYS_AHEAD, forecast};
pub use textbook::next_period;

/// Fewer days of known demand than this are no ground for a forecast.
pub const MIN_DAYS: usize = 7;

/// With fewer past forecasts to compare with what came after, their error says too little.
pub const MIN_ORIGINS: u32 = 8;
