//! The negative binomial distribution by its mean and variance.

use super::DiscreteDemand;
use super::incomplete_beta::regularised;
use super::least_whole::{PROBABILITY_ROUNDING, least_whole};
use super::normal::{normal_density, normal_quantile, normal_upper_tail};
use super::saddle_point::binomial_term;

/// Variance over mean is at least this: at 1 the distribution would be the Poisson, below it does not exist.
pub const MIN_VARIANCE_RATIO: f64 = 1.05;

/// Above this shape the distribution is so close to the normal that its first correction for skewness is exact to
/// four parts in a thousand million, while the continued fraction would need tens of thousands of terms.
const NORMAL_SHAPE: f64 = 1e9;

/// Demand in whole base units over some days.
///
/// P(D = x) = Gamma(x + r) / (Gamma(r) x!) p^r (1 - p)^x with p = mean / variance and r = mean / (variance / mean - 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NegativeBinomial {
    mean: f64,
    shape: f64,
    success: f64,
    failure: f64,
}

impl NegativeBinomial {
    /// With this mean and variance, both in base units (squared).
    ///
    /// The variance is raised to [`MIN_VARIANCE_RATIO`] times the mean. A mean that is not a positive finite number
    /// gives the distribution that is always 0; a variance that is none gives the smallest one.
    #[must_use]
    pub fn with_moments(mean: f64, variance: f64) -> Self {
        if !(mean.is_finite() && mean > 0.0) {
            return Self {
                mean: 0.0,
                shape: 0.0,
                success: 1.0,
                failure: 0.0,
            };
        }
        let least = MIN_VARIANCE_RATIO * mean;
        let variance = if variance.is_finite() && variance > least {
            variance
        } else {
            least
        };
        let ratio = variance / mean;
        Self {
            mean,
            shape: mean / (ratio - 1.0),
            success: 1.0 / ratio,
            failure: (ratio - 1.0) / ratio,
        }
    }

    /// The mean in base units.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// P(D <= x); 0 below zero.
    #[must_use]
    pub fn cdf(&self, x: i64) -> f64 {
        self.tails(x).0
    }

    /// P(D > x), accurate where it is small (to 1e-9 of itself, or to 1e-14 where nearly all demand is 0); 1 below zero.
    #[must_use]
    pub fn upper_tail(&self, x: i64) -> f64 {
        self.tails(x).1
    }

    fn tails(&self, x: i64) -> (f64, f64) {
        if x < 0 {
            return (0.0, 1.0);
        }
        if self.mean <= 0.0 {
            return (1.0, 0.0);
        }
        if self.shape > NORMAL_SHAPE {
            // Edgeworth expansion to the first order, with the continuity correction of a lattice.
            let z = (x as f64 + 0.5 - self.mean) / self.sd();
            let correction = normal_density(z) * self.skewness() * (z * z - 1.0) / 6.0;
            let upper = (normal_upper_tail(z) + correction).clamp(0.0, 1.0);
            return (1.0 - upper, upper);
        }
        let tails = regularised(self.shape, x as f64 + 1.0, self.success, self.failure);
        (tails.lower, tails.upper)
    }

    /// The least whole x with P(D <= x) >= `probability` (to 1e-12). At or below 0, and for NaN, it is 0; a probability
    /// of 1 or more is taken as the greatest number below 1.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> i64 {
        if self.mean <= 0.0 || probability.is_nan() || probability <= 0.0 {
            return 0;
        }
        let probability = probability.min(1.0 - f64::EPSILON);
        let least = probability - PROBABILITY_ROUNDING;
        // Cornish-Fisher expansion to the first order: exact to a unit or so unless the demand is very lumpy.
        let z = normal_quantile(probability);
        let guess = self.mean + self.sd() * (z + self.skewness() * (z * z - 1.0) / 6.0);
        least_whole(guess, |x| self.cdf(x) >= least)
    }

    /// E\[(D - x)+\]: the base units expected to be missing when `x` are at hand.
    ///
    /// From y P(D = y) = mean P(D' = y - 1), where D' has the shape r + 1, and I_p(r, x + 1) - I_p(r + 1, x) being
    /// one binomial term t: the shortage is (mean - x) P(D > x) + mean t.
    #[must_use]
    pub fn expected_shortage(&self, x: i64) -> f64 {
        if self.mean <= 0.0 {
            return 0.0;
        }
        if x <= 0 {
            return self.mean - x as f64;
        }
        let x_real = x as f64;
        let term = binomial_term(self.shape, x_real, self.success, self.failure);
        ((self.mean - x_real) * self.upper_tail(x) + self.mean * term).max(0.0)
    }

    /// The least whole x >= 0 whose expected shortage is at most `shortage` base units (which must be positive; what
    /// is not is taken as the smallest positive number).
    #[must_use]
    pub fn least_for_shortage(&self, shortage: f64) -> i64 {
        let shortage = shortage.max(f64::MIN_POSITIVE);
        least_whole(self.mean + self.sd(), |x| {
            self.expected_shortage(x) <= shortage
        })
    }

    fn sd(&self) -> f64 {
        (self.mean / self.success).sqrt()
    }

    fn skewness(&self) -> f64 {
        (1.0 + self.failure) / (self.shape * self.failure).sqrt()
    }
}

impl DiscreteDemand for NegativeBinomial {
    fn mean(&self) -> f64 {
        Self::mean(self)
    }

    fn cdf(&self, x: i64) -> f64 {
        Self::cdf(self, x)
    }

    fn upper_tail(&self, x: i64) -> f64 {
        Self::upper_tail(self, x)
    }

    fn expected_shortage(&self, x: i64) -> f64 {
        Self::expected_shortage(self, x)
    }
}
