//! The Poisson distribution.

use super::DiscreteDemand;
use super::incomplete_gamma::regularised;
use super::least_whole::{PROBABILITY_ROUNDING, least_whole};
use super::normal::{normal_density, normal_quantile, normal_upper_tail};
use super::saddle_point::poisson_term;

/// Above this mean the distribution is so close to the normal that its first correction for skewness is exact to four
/// parts in a thousand million, while the exact sum would need hundreds of thousands of terms.
const NORMAL_MEAN: f64 = 1e9;

/// Demand in whole base units over some days, each unit asked for by itself: P(D = x) = mean^x e^-mean / x!.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Poisson {
    mean: f64,
}

impl Poisson {
    /// With this mean, in base units. A mean that is not a positive finite number gives the distribution that is
    /// always 0.
    #[must_use]
    pub fn with_mean(mean: f64) -> Self {
        Self {
            mean: if mean.is_finite() { mean.max(0.0) } else { 0.0 },
        }
    }

    /// The mean in base units, which is the variance too.
    #[must_use]
    pub fn mean(self) -> f64 {
        self.mean
    }

    /// P(D = x); 0 below zero.
    #[must_use]
    pub fn probability(self, x: i64) -> f64 {
        if x < 0 {
            0.0
        } else if self.mean <= 0.0 {
            f64::from(u8::from(x == 0))
        } else {
            poisson_term(x as f64, self.mean)
        }
    }

    /// P(D <= x) = Q(x + 1, mean), the upper regularised incomplete gamma function; accurate where it is small, 0 below
    /// zero.
    #[must_use]
    pub fn cdf(self, x: i64) -> f64 {
        self.tails(x).0
    }

    /// P(D > x), accurate where it is small; 1 below zero.
    #[must_use]
    pub fn upper_tail(self, x: i64) -> f64 {
        self.tails(x).1
    }

    fn tails(self, x: i64) -> (f64, f64) {
        if x < 0 {
            return (0.0, 1.0);
        }
        if self.mean <= 0.0 {
            return (1.0, 0.0);
        }
        if self.mean > NORMAL_MEAN {
            // Edgeworth expansion to the first order, with the continuity correction of a lattice.
            let sd = self.mean.sqrt();
            let z = (x as f64 + 0.5 - self.mean) / sd;
            let correction = normal_density(z) * (z * z - 1.0) / (6.0 * sd);
            let upper = (normal_upper_tail(z) + correction).clamp(0.0, 1.0);
            return (1.0 - upper, upper);
        }
        let tails = regularised(x as f64 + 1.0, self.mean);
        (tails.upper, tails.lower)
    }

    /// The least whole x with P(D <= x) >= `probability` (to 1e-12). At or below 0, and for NaN, it is 0; a probability
    /// of 1 or more is taken as the greatest number below 1.
    #[must_use]
    pub fn quantile(self, probability: f64) -> i64 {
        if self.mean <= 0.0 || probability.is_nan() || probability <= 0.0 {
            return 0;
        }
        let probability = probability.min(1.0 - f64::EPSILON);
        let least = probability - PROBABILITY_ROUNDING;
        // Cornish-Fisher expansion to the first order: exact to a unit or so.
        let z = normal_quantile(probability);
        let guess = self.mean + z * self.mean.sqrt() + (z * z - 1.0) / 6.0;
        least_whole(guess, |x| self.cdf(x) >= least)
    }

    /// E\[(D - x)+\]: the base units expected to be missing when `x` are at hand.
    ///
    /// From y P(D = y) = mean P(D = y - 1): the shortage is (mean - x) P(D > x) + mean P(D = x).
    #[must_use]
    pub fn expected_shortage(self, x: i64) -> f64 {
        if self.mean <= 0.0 {
            return (-(x as f64)).max(0.0);
        }
        if x <= 0 {
            return self.mean - x as f64;
        }
        let shortage =
            (self.mean - x as f64) * self.upper_tail(x) + self.mean * self.probability(x);
        shortage.max(0.0)
    }

    /// The least whole x >= 0 whose expected shortage is at most `shortage` base units (which must be positive; what
    /// is not is taken as the smallest positive number).
    #[must_use]
    pub fn least_for_shortage(self, shortage: f64) -> i64 {
        let shortage = shortage.max(f64::MIN_POSITIVE);
        least_whole(self.mean + self.mean.sqrt(), |x| {
            self.expected_shortage(x) <= shortage
        })
    }
}

impl DiscreteDemand for Poisson {
    fn mean(&self) -> f64 {
        Self::mean(*self)
    }

    fn cdf(&self, x: i64) -> f64 {
        Self::cdf(*self, x)
    }

    fn upper_tail(&self, x: i64) -> f64 {
        Self::upper_tail(*self, x)
    }

    fn expected_shortage(&self, x: i64) -> f64 {
        Self::expected_shortage(*self, x)
    }
}
