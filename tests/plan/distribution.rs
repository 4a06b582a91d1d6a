//! Quantiles and losses against sums of probabilities.

use kulakan::plan::distribution::{
    NegativeBinomial, normal_loss, normal_loss_inverse, normal_quantile, normal_upper_tail,
};
use rstest::rstest;
use statrs::distribution::{ContinuousCDF, DiscreteCDF, Normal};

use super::definition::quantile_by_terms;

const MEANS: [f64; 14] = [
    1e-3, 0.01, 0.1, 0.5, 1.0, 3.7, 10.0, 42.0, 100.0, 1234.5, 1e4, 1e5, 1e6, 1e7,
];
const RATIOS: [f64; 6] = [1.05, 1.2, 2.0, 5.0, 17.0, 50.0];
const LEVELS: [f64; 7] = [0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999];

/// A level reached to within this much is reached.
pub(super) const ROUNDING: f64 = 1e-12;

/// Probabilities of the whole numbers around the mode, by the ratio of neighbours and scaled to a sum of 1: needs no
/// gamma function, and loses nothing at any mean.
pub(super) struct Terms {
    first: i64,
    probability: Vec<f64>,
}

impl Terms {
    fn of(mean: f64, ratio: f64) -> Self {
        let q = (ratio - 1.0) / ratio;
        let r = mean / (ratio - 1.0);
        let mode = (((r - 1.0) * q / (1.0 - q)).floor()).max(0.0) as i64;
        Self::around(mode, |x| (x as f64 + r) / (x as f64 + 1.0) * q)
    }

    /// `up` is P(D = x + 1) / P(D = x).
    pub(super) fn around(mode: i64, up: impl Fn(i64) -> f64) -> Self {
        let mut above = vec![1.0];
        while *above.last().unwrap() > 1e-25 {
            let x = mode + above.len() as i64 - 1;
            above.push(above.last().unwrap() * up(x));
        }
        let mut below = Vec::new();
        let (mut x, mut weight) = (mode, 1.0);
        while x > 0 && weight > 1e-25 {
            x -= 1;
            weight /= up(x);
            below.push(weight);
        }
        let mut probability: Vec<f64> = below.into_iter().rev().collect();
        probability.extend(above);
        let total = precise_sum(&probability);
        for weight in &mut probability {
            *weight /= total;
        }
        Self {
            first: x,
            probability,
        }
    }

    fn cdf(&self, x: i64) -> f64 {
        let count = (x - self.first + 1).clamp(0, self.probability.len() as i64);
        precise_sum(&self.probability[..count as usize])
    }

    pub(super) fn probability_of(&self, x: i64) -> f64 {
        self.probability[(x - self.first) as usize]
    }

    pub(super) fn quantile(&self, level: f64) -> i64 {
        let mut sum = 0.0;
        let mut error = 0.0;
        for (x, probability) in (self.first..).zip(&self.probability) {
            let term = probability - error;
            let next = sum + term;
            error = (next - sum) - term;
            sum = next;
            if sum >= level - ROUNDING {
                return x;
            }
        }
        panic!("the terms do not reach {level}");
    }

    pub(super) fn shortage(&self, level: i64) -> f64 {
        let missing = (self.first..)
            .zip(&self.probability)
            .filter(|(x, _)| *x > level)
            .map(|(x, probability)| (x - level) as f64 * probability);
        precise_sum(&missing.collect::<Vec<_>>())
    }
}

/// Kahan's summation.
fn precise_sum(values: &[f64]) -> f64 {
    let (mut sum, mut error) = (0.0, 0.0);
    for value in values {
        let term = value - error;
        let next = sum + term;
        error = (next - sum) - term;
        sum = next;
    }
    sum
}

#[test]
fn quantiles_and_probabilities_are_the_sums_of_the_terms() {
    for mean in MEANS {
        for ratio in RATIOS {
            let terms = Terms::of(mean, ratio);
            let demand = NegativeBinomial::with_moments(mean, mean * ratio);
            for level in LEVELS {
                let quantile = demand.quantile(level);
                let name = format!("mean {mean} ratio {ratio} level {level}");
                assert_eq!(quantile, terms.quantile(level), "{name}");
                assert!(demand.cdf(quantile) >= level - ROUNDING, "{name}");
                assert!(demand.cdf(quantile - 1) < level - ROUNDING, "{name}");
                let difference = demand.cdf(quantile) - terms.cdf(quantile);
                assert!(difference.abs() < 1e-10, "{name}: {difference:e}");
            }
        }
    }
}

#[rstest]
#[case::symmetric(42.0, 2.0, 0.5, 41)]
#[case::geometric(1.0, 2.0, 0.75, 1)]
#[case::geometric(1.0, 2.0, 0.875, 2)]
#[case::five_in_a_hundred(0.05 / 0.95, 1.0 / 0.95, 0.95, 0)]
fn a_level_that_is_reached_exactly_is_reached(
    #[case] mean: f64,
    #[case] ratio: f64,
    #[case] level: f64,
    #[case] quantile: i64,
) {
    let demand = NegativeBinomial::with_moments(mean, mean * ratio);
    assert_eq!(demand.quantile(level), quantile);
}

#[test]
fn expected_shortage_is_the_sum_of_what_is_missing() {
    for mean in MEANS {
        for ratio in RATIOS {
            let terms = Terms::of(mean, ratio);
            let demand = NegativeBinomial::with_moments(mean, mean * ratio);
            let sd = (mean * ratio).sqrt();
            for deviations in [-1.0, 0.0, 1.0, 3.0] {
                let level = (mean + deviations * sd).floor().max(0.0) as i64;
                let (found, wanted) = (demand.expected_shortage(level), terms.shortage(level));
                let name = format!("mean {mean} ratio {ratio} level {level}");
                assert!(
                    (found - wanted).abs() <= 1e-8 * wanted.max(1e-6),
                    "{name}: {found} {wanted}"
                );
            }
            for share in [0.5, 0.05, 0.001] {
                let allowed = share * mean;
                let least = demand.least_for_shortage(allowed);
                assert!(terms.shortage(least) <= allowed * (1.0 + 1e-9));
                assert!(least == 0 || terms.shortage(least - 1) > allowed * (1.0 - 1e-9));
            }
        }
    }
}

#[test]
fn small_means_agree_with_statrs() {
    for mean in MEANS.into_iter().filter(|&mean| mean <= 1e4) {
        for ratio in RATIOS {
            let demand = NegativeBinomial::with_moments(mean, mean * ratio);
            let other =
                statrs::distribution::NegativeBinomial::new(mean / (ratio - 1.0), 1.0 / ratio)
                    .unwrap();
            for level in LEVELS {
                let x = demand.quantile(level);
                assert!(
                    (demand.cdf(x) - other.cdf(x as u64)).abs() < 1e-9,
                    "mean {mean} ratio {ratio} x {x}"
                );
            }
        }
    }
}

#[rstest]
#[case::so_large_that_it_is_nearly_normal(3e8, 1.05)]
#[case::larger_than_any_shop(1e14, 1.05)]
#[case::large_and_lumpy(1e12, 1e6)]
#[case::one_sale_of_thousands_in_a_year(5.0, 1e5)]
#[case::hardly_ever(1e-9, 1.05)]
fn quantiles_stay_least_and_quick_far_outside_the_usual(#[case] mean: f64, #[case] ratio: f64) {
    let demand = NegativeBinomial::with_moments(mean, mean * ratio);
    for level in LEVELS {
        let quantile = demand.quantile(level);
        assert!(demand.cdf(quantile) >= level - ROUNDING);
        assert!(demand.cdf(quantile - 1) < level - ROUNDING);
        let allowed = 0.02 * mean;
        let least = demand.least_for_shortage(allowed);
        assert!(demand.expected_shortage(least) <= allowed);
    }
}

#[test]
fn the_switch_to_the_corrected_normal_has_no_seam() {
    // The shape is mean / 0.05: on either side of a thousand million.
    let below = NegativeBinomial::with_moments(4.9999e7, 1.05 * 4.9999e7);
    let above = NegativeBinomial::with_moments(5.0001e7, 1.05 * 5.0001e7);
    for z in [-2.0, 0.0, 1.0, 1.645, 3.0] {
        let at = |demand: &NegativeBinomial| {
            let x = (demand.mean() + z * (1.05 * demand.mean()).sqrt()).floor();
            let offset = x + 0.5 - demand.mean();
            (demand.cdf(x as i64), offset / (1.05 * demand.mean()).sqrt())
        };
        let ((low, z_low), (high, z_high)) = (at(&below), at(&above));
        let density = (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
        assert!(
            (high - low - density * (z_high - z_low)).abs() < 1e-8,
            "z {z}"
        );
    }
}

#[rstest]
#[case(0.0, 10.0, 0)]
#[case(-3.0, 10.0, 0)]
#[case(f64::NAN, 10.0, 0)]
#[case(f64::INFINITY, 10.0, 0)]
fn a_mean_that_is_none_gives_nothing(#[case] mean: f64, #[case] variance: f64, #[case] x: i64) {
    let demand = NegativeBinomial::with_moments(mean, variance);
    assert_eq!(demand.quantile(0.95), x);
    assert_eq!(demand.cdf(0), 1.0);
    assert_eq!(demand.expected_shortage(0), 0.0);
}

#[test]
fn a_variance_below_the_least_is_raised() {
    let demand = NegativeBinomial::with_moments(20.0, 0.0);
    assert_eq!(demand.quantile(0.95), quantile_by_terms(20.0, 21.0, 0.95));
    assert_eq!(
        NegativeBinomial::with_moments(20.0, f64::NAN).quantile(0.95),
        demand.quantile(0.95)
    );
}

#[test]
fn normal_quantile_and_loss_agree_with_statrs_and_each_other() {
    let normal = Normal::new(0.0, 1.0).unwrap();
    for step in 1..2000 {
        let probability = f64::from(step) / 2000.0;
        let z = normal_quantile(probability);
        assert!((z - normal.inverse_cdf(probability)).abs() < 1e-9);
        assert!((normal_upper_tail(z) - (1.0 - probability)).abs() < 3e-16);
    }
    for step in -40..=60 {
        let k = f64::from(step) / 10.0;
        assert!(
            (normal_loss_inverse(normal_loss(k)) - k).abs() < 1e-9,
            "k {k}"
        );
    }
    assert!(normal_quantile(0.5).abs() < 1e-15);
    assert_eq!(normal_quantile(1.0), f64::INFINITY);
    assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
    assert!(normal_quantile(1.5).is_nan());
    assert_eq!(normal_loss_inverse(0.0), 37.0);
    assert_eq!(normal_loss_inverse(-1.0), 37.0);
}
