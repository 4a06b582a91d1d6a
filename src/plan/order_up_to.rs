//! The (R, S) policy: how much stock the next protection interval needs, and below which stock it is time to order.

use serde::{Deserialize, Serialize};

use super::distribution::{
    MIN_VARIANCE_RATIO, NegativeBinomial, normal_loss_inverse, normal_quantile,
};
use super::forecast::Forecast;
use super::policy::{Distribution, Policy, Safety};

/// What the order-up-to level was chosen to reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Target {
    /// No shortage in a protection interval, with this probability.
    CycleService {
        /// alpha.
        probability: f64,
    },
    /// This share of demand met from the shelf.
    FillRate {
        /// beta.
        rate: f64,
        /// (1 - beta) R f: base units that may be missing in a review interval.
        shortage: f64,
    },
    /// The expected demand, without safety stock.
    Expected,
}

/// Levels of the inventory position, in base units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    /// m: expected demand over the protection interval.
    pub mean: f64,
    /// v: variance of the demand over the protection interval that the levels were taken from.
    pub variance: f64,
    /// S.
    pub order_up_to: f64,
    /// k: how many sigma_H the level lies above m; 0 where sigma_H is 0.
    pub service_factor: f64,
    /// At or below it the stock may not last until an order placed tomorrow has come.
    pub due: f64,
    /// At or below it the product is worth taking on the same trip.
    pub along: f64,
    /// What S was chosen to reach.
    pub target: Target,
}

/// The levels for a forecast, whose sigma_H must be for the policy's own protection interval H.
///
/// S is the least whole number with P(demand over H <= S) >= alpha, for negative binomial demand of mean m = H f and
/// variance v = max(sigma_H^2, 1.05 m); with a fill rate beta, the least with an expected shortage of at most
/// (1 - beta) R f. For normal demand S = m + k sigma_H, k the alpha quantile or the solution of
/// sigma_H G(k) = (1 - beta) R f. Without safety stock S = f (R + L). `due` and `along` are the alpha quantile over
/// L + 1 and L + R/2 days, the mean as forecast and the variance in proportion to the days. Nothing is kept of a product that nobody asks
/// for: all levels are 0 where f is 0, whatever the errors of the past.
///
/// Source: E. A. Silver, D. F. Pyke, D. J. Thomas, "Inventory and production management in supply chains", 4th ed.,
/// chapter 6, (R, S) systems.
#[must_use]
pub fn levels(forecast: &Forecast, policy: &Policy) -> Levels {
    let per_day = forecast.per_day();
    let sigma = forecast.sigma_protection;
    let horizon = f64::from(policy.protection_days());
    let mean = forecast.mean_over(horizon);
    let variance = match (policy.safety, policy.distribution) {
        (Safety::Quantile, Distribution::NegativeBinomial) => {
            (sigma * sigma).max(MIN_VARIANCE_RATIO * mean)
        }
        _ => sigma * sigma,
    };
    let target = match (policy.safety, policy.fill_rate) {
        (Safety::None, _) => Target::Expected,
        (Safety::Quantile, None) => Target::CycleService {
            probability: policy.service_level,
        },
        (Safety::Quantile, Some(rate)) => Target::FillRate {
            rate,
            shortage: (1.0 - rate) * f64::from(policy.review_days) * per_day,
        },
    };
    let lead_time = f64::from(policy.lead_time_days);
    let at = |days: f64| {
        let expected = forecast.mean_over(days);
        let spread = variance * days / horizon;
        if mean <= 0.0 {
            return 0.0;
        }
        match (policy.safety, policy.distribution) {
            (Safety::None, _) => expected,
            (Safety::Quantile, Distribution::Normal) => {
                expected + normal_quantile(policy.service_level) * spread.sqrt()
            }
            (Safety::Quantile, Distribution::NegativeBinomial) => {
                NegativeBinomial::with_moments(expected, spread).quantile(policy.service_level)
                    as f64
            }
        }
    };
    let (order_up_to, service_factor) = if mean <= 0.0 {
        (0.0, 0.0)
    } else {
        level_and_factor(target, policy.distribution, mean, variance, sigma)
    };
    Levels {
        mean,
        variance,
        order_up_to,
        service_factor,
        due: at(lead_time + 1.0),
        along: at(lead_time + f64::from(policy.review_days) / 2.0),
        target,
    }
}

/// S and k, for a positive mean.
fn level_and_factor(
    target: Target,
    distribution: Distribution,
    mean: f64,
    variance: f64,
    sigma: f64,
) -> (f64, f64) {
    let demand = NegativeBinomial::with_moments(mean, variance);
    let level = match (target, distribution) {
        (Target::Expected, _) => return (mean, 0.0),
        (_, Distribution::Normal) if sigma <= 0.0 => return (mean, 0.0),
        (Target::CycleService { probability }, Distribution::Normal) => {
            let factor = normal_quantile(probability);
            return (mean + factor * sigma, factor);
        }
        (Target::FillRate { shortage, .. }, Distribution::Normal) => {
            let factor = normal_loss_inverse(shortage / sigma);
            return (mean + factor * sigma, factor);
        }
        (Target::CycleService { probability }, Distribution::NegativeBinomial) => {
            demand.quantile(probability) as f64
        }
        (Target::FillRate { shortage, .. }, Distribution::NegativeBinomial) => {
            demand.least_for_shortage(shortage) as f64
        }
    };
    let factor = if sigma > 0.0 {
        (level - mean) / sigma
    } else {
        0.0
    };
    (level, factor)
}
