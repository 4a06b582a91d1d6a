//! The (R, S) policy: how much stock the next protection interval needs, and below which stock it is time to order.

use serde::{Deserialize, Serialize};

use super::distribution::{
    MIN_VARIANCE_RATIO, NegativeBinomial, Poisson, normal_loss_inverse, normal_quantile,
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
    /// k = (S - m) / sqrt(sigma_H^2 + f^2 Var(L)): how many standard deviations, of forecast error and lead time
    /// together, the level lies above m; 0 where there is no deviation.
    pub service_factor: f64,
    /// At or below it the stock may not last until an order placed tomorrow has come.
    pub due: f64,
    /// At or below it the product is worth taking on the same trip.
    pub along: f64,
    /// What S was chosen to reach.
    pub target: Target,
}

/// The order-up-to level, in base units; fields as in [`Levels`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TargetLevel {
    /// m.
    pub mean: f64,
    /// v.
    pub variance: f64,
    /// S.
    pub order_up_to: f64,
    /// k.
    pub service_factor: f64,
    /// What S was chosen to reach.
    pub target: Target,
}

/// The levels for a forecast, whose sigma_H must be for the policy's own protection interval H.
///
/// Demand over H has mean m = H f and variance v = sigma_H^2 + f^2 Var(L): the error of the forecast, and the days that a
/// delivery may be late or early, which each bring or take f (lead time and demand independent of each other). S is the
/// least whole number with P(demand over H <= S) >= alpha; with a fill rate beta, the least with an expected shortage of
/// at most (1 - beta) R f. The demand is
/// - negative binomial with v at least 1.05 m;
/// - normal, S = m + k sqrt(v) without rounding, k the alpha quantile or the solution of sqrt(v) G(k) = (1 - beta) R f;
/// - Poisson, whose own variance m takes the place of sigma_H^2. A lead time that varies makes its mean uncertain, and
///   a Poisson demand of uncertain mean is negative binomial (exactly so where the mean is gamma distributed), which
///   takes over where Var(L) > 0.
///
/// Without safety stock S = f (R + L).
///
/// `due` and `along` are the alpha quantile over d = L + 1 and d = L + R/2 days. The mean is as forecast, the error variance in
/// proportion to the days; the variance of the lead time is whole in each of them, because each spans one delivery, be
/// its review interval a day or a month: v_d = sigma_H^2 d / H + f^2 Var(L).
///
/// Nothing is kept of a product that nobody asks for: all levels are 0 where f is 0, whatever the errors of the past.
///
/// Source: E. A. Silver, D. F. Pyke, D. J. Thomas, "Inventory and production management in supply chains", 4th ed.,
/// chapter 6, (R, S) systems and variable lead times.
#[must_use]
pub fn levels(forecast: &Forecast, policy: &Policy) -> Levels {
    let review = f64::from(policy.review_days);
    let lead_time = f64::from(policy.lead_time_days);
    let protection = Spread::of(forecast, policy);
    let urgency_target = match policy.safety {
        Safety::None => Target::Expected,
        Safety::Quantile => Target::CycleService {
            probability: policy.service_level,
        },
    };
    let at = |days: f64| protection.over(days).level(urgency_target);
    let TargetLevel {
        mean,
        variance,
        order_up_to,
        service_factor,
        target,
    } = target_level(forecast, policy);
    Levels {
        mean,
        variance,
        order_up_to,
        service_factor,
        due: at(lead_time + 1.0),
        along: at(lead_time + review / 2.0),
        target,
    }
}

/// S alone, for who asks neither when to order nor how much: as in [`levels`], to the bit.
#[must_use]
pub fn target_level(forecast: &Forecast, policy: &Policy) -> TargetLevel {
    let protection = Spread::of(forecast, policy);
    let target = match (policy.safety, policy.fill_rate) {
        (Safety::None, _) => Target::Expected,
        (Safety::Quantile, None) => Target::CycleService {
            probability: policy.service_level,
        },
        (Safety::Quantile, Some(rate)) => Target::FillRate {
            rate,
            shortage: (1.0 - rate) * f64::from(policy.review_days) * forecast.per_day(),
        },
    };
    let demand = protection.over(f64::from(policy.protection_days()));
    let (mean, variance) = (demand.mean, demand.variance);
    let order_up_to = demand.level(target);
    let deviation = (protection.error + protection.late).sqrt();
    TargetLevel {
        mean,
        variance,
        order_up_to,
        service_factor: if mean > 0.0 && deviation > 0.0 {
            demand
                .normal_factor(target)
                .unwrap_or((order_up_to - mean) / deviation)
        } else {
            0.0
        },
        target,
    }
}

/// What the variance of the demand over some days comes from.
struct Spread<'p> {
    policy: &'p Policy,
    forecast: &'p Forecast,
    /// sigma_H^2.
    error: f64,
    /// f^2 Var(L).
    late: f64,
}

impl<'p> Spread<'p> {
    fn of(forecast: &'p Forecast, policy: &'p Policy) -> Self {
        let late = forecast.per_day() * policy.lead_time_sd_days;
        Self {
            policy,
            forecast,
            error: forecast.sigma_protection * forecast.sigma_protection,
            late: late * late,
        }
    }

    fn over(&self, days: f64) -> Demand {
        let mean = self.forecast.mean_over(days);
        let share = days / f64::from(self.policy.protection_days());
        let from_errors = self.error * share + self.late;
        let (shape, variance) = match (self.policy.safety, self.policy.distribution) {
            (Safety::None, _) | (_, Distribution::Normal) => (Distribution::Normal, from_errors),
            (_, Distribution::NegativeBinomial) => (
                Distribution::NegativeBinomial,
                from_errors.max(MIN_VARIANCE_RATIO * mean),
            ),
            (_, Distribution::Poisson) if self.late > 0.0 => {
                (Distribution::NegativeBinomial, mean + self.late)
            }
            (_, Distribution::Poisson) => (Distribution::Poisson, mean),
        };
        Demand {
            mean,
            variance,
            shape,
        }
    }
}

/// Demand over some days.
struct Demand {
    mean: f64,
    variance: f64,
    shape: Distribution,
}

impl Demand {
    fn level(&self, target: Target) -> f64 {
        if self.mean <= 0.0 {
            return 0.0;
        }
        if let Some(factor) = self.normal_factor(target) {
            return self.mean + factor * self.variance.sqrt();
        }
        let poisson = Poisson::with_mean(self.mean);
        let negative_binomial = NegativeBinomial::with_moments(self.mean, self.variance);
        match (target, self.shape) {
            (Target::CycleService { probability }, Distribution::Poisson) => {
                poisson.quantile(probability) as f64
            }
            (Target::FillRate { shortage, .. }, Distribution::Poisson) => {
                poisson.least_for_shortage(shortage) as f64
            }
            (Target::CycleService { probability }, _) => {
                negative_binomial.quantile(probability) as f64
            }
            (Target::FillRate { shortage, .. }, _) => {
                negative_binomial.least_for_shortage(shortage) as f64
            }
            (Target::Expected, _) => self.mean,
        }
    }

    /// k of S = m + k sqrt(v), where the level is made that way.
    fn normal_factor(&self, target: Target) -> Option<f64> {
        match (target, self.shape) {
            (Target::Expected, _) => Some(0.0),
            (_, Distribution::Normal) if self.variance <= 0.0 => Some(0.0),
            (Target::CycleService { probability }, Distribution::Normal) => {
                Some(normal_quantile(probability))
            }
            (Target::FillRate { shortage, .. }, Distribution::Normal) => {
                Some(normal_loss_inverse(shortage / self.variance.sqrt()))
            }
            _ => None,
        }
    }
}
