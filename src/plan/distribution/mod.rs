//! Distributions of demand over some days: probabilities, quantiles and expected shortages.
//!
//! Every transcendental function comes from `libm`, so that a quantile has the same bits on every machine.

mod incomplete_beta;
mod incomplete_gamma;
mod least_whole;
mod negative_binomial;
mod normal;
mod poisson;
mod saddle_point;

pub use negative_binomial::{MIN_VARIANCE_RATIO, NegativeBinomial};
pub use normal::{normal_loss, normal_loss_inverse, normal_quantile, normal_upper_tail};
pub use poisson::Poisson;
