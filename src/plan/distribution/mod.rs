//! Distributions of demand over some days: probabilities, quantiles and expected shortages.
//!
//! Every transcendental function comes from `libm`, so that a quantile has the same bits on every machine.

mod incomplete_beta;
mod incomplete_gamma;
mod least_whole;
mod negative_binomial;
mod normal;
mod poisson;
mod probability_table;
mod saddle_point;

pub use negative_binomial::{MIN_VARIANCE_RATIO, NegativeBinomial};
pub use normal::{
    normal_loss, normal_loss_inverse, normal_quantile, normal_second_loss, normal_upper_tail,
};
pub use poisson::Poisson;
pub use probability_table::ProbabilityTable;

pub(super) use least_whole::least_whole;

/// Demand in whole base units over some days, as the newsvendor needs it.
pub trait DiscreteDemand {
    /// The mean in base units.
    fn mean(&self) -> f64;
    /// P(D <= x); 0 below zero.
    fn cdf(&self, x: i64) -> f64;
    /// P(D > x); 1 below zero.
    fn upper_tail(&self, x: i64) -> f64;
    /// E\[(D - x)+\]: the base units expected to be missing when `x` are at hand.
    fn expected_shortage(&self, x: i64) -> f64;
}
