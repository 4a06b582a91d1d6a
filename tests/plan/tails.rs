//! Both tails of each distribution against sums of its terms in 50 decimal digits, and quantiles against scipy 1.17.1
//! (whose Poisson tails are off by 5e-6 of themselves at a mean of a million).

use kulakan::plan::distribution::{
    NegativeBinomial, Poisson, normal_loss, normal_loss_inverse, normal_quantile, normal_upper_tail,
};
use proptest::prelude::*;
use rstest::rstest;

use super::definition::poisson_quantile_by_terms;
use super::distribution::{ROUNDING, Terms};

const TABLE: &str = include_str!("../data/distribution_tails.csv");

/// One row of the table.
#[derive(serde::Deserialize)]
struct Row {
    distribution: String,
    mean: f64,
    ratio: f64,
    value: i64,
    at_most: f64,
    above: f64,
    quantile_05: i64,
    quantile_95: i64,
}

fn assert_close(found: f64, wanted: f64, relative: f64, name: &str) {
    assert!(
        (found - wanted).abs() <= relative * wanted.abs(),
        "{name}: {found:e} is not {wanted:e}"
    );
}

#[test]
fn probabilities_are_right_in_both_tails() {
    let mut rows = 0;
    for row in csv::Reader::from_reader(TABLE.as_bytes()).deserialize() {
        let row: Row = row.unwrap();
        let Row {
            mean, ratio, value, ..
        } = row;
        let name = format!(
            "{} mean {mean} ratio {ratio} value {value}",
            row.distribution
        );
        let (at_most, above, quantiles) = if row.distribution == "poisson" {
            let demand = Poisson::with_mean(mean);
            assert_eq!((demand.cdf(-1), demand.upper_tail(-1)), (0.0, 1.0));
            let quantiles = [0.05, 0.95].map(|level| demand.quantile(level));
            (demand.cdf(value), demand.upper_tail(value), quantiles)
        } else {
            let demand = NegativeBinomial::with_moments(mean, ratio * mean);
            let quantiles = [0.05, 0.95].map(|level| demand.quantile(level));
            (demand.cdf(value), demand.upper_tail(value), quantiles)
        };
        for (found, wanted) in [(at_most, row.at_most), (above, row.above)] {
            let error = (found - wanted).abs();
            assert!(
                error <= 1e-9 * wanted + 1e-14,
                "{name}: {found:e} {wanted:e}"
            );
        }
        assert_eq!(quantiles, [row.quantile_05, row.quantile_95], "{name}");
        rows += 1;
    }
    assert_eq!(rows, 80);
}

#[test]
fn poisson_shortages_and_quantiles_are_the_sums_of_the_terms() {
    for mean in [1e-3, 0.5, 3.7, 42.0, 1234.5, 1e5, 1e7] {
        let demand = Poisson::with_mean(mean);
        let terms = Terms::around(mean.floor() as i64, |x| mean / (x as f64 + 1.0));
        for deviations in [-5.0, -1.0, 0.0, 1.0, 3.0, 5.0] {
            let x = (mean + deviations * mean.sqrt()).floor().max(0.0) as i64;
            let name = format!("mean {mean} x {x}");
            assert_close(demand.expected_shortage(x), terms.shortage(x), 1e-9, &name);
            assert_close(demand.probability(x), terms.probability_of(x), 1e-11, &name);
        }
        for level in [0.01, 0.5, 0.95, 0.9999] {
            assert_eq!(demand.quantile(level), terms.quantile(level), "mean {mean}");
            let allowed = (1.0 - level) * mean;
            let least = demand.least_for_shortage(allowed);
            assert!(demand.expected_shortage(least) <= allowed);
            assert!(least == 0 || demand.expected_shortage(least - 1) > allowed);
        }
    }
}

#[rstest]
#[case::normal_takes_over(1e9)]
#[case::larger_than_any_shop(1e14)]
fn poisson_of_absurd_means_stays_least_and_has_no_seam(#[case] mean: f64) {
    let (below, above) = (
        Poisson::with_mean(mean * 0.999_999),
        Poisson::with_mean(mean * 1.000_001),
    );
    for demand in [below, above] {
        for level in [0.05, 0.5, 0.95, 0.9999] {
            let x = demand.quantile(level);
            assert!(demand.cdf(x) >= level - ROUNDING && demand.cdf(x - 1) < level - ROUNDING);
            let z = (x as f64 - demand.mean()) / demand.mean().sqrt();
            assert!((z - normal_quantile(level)).abs() < 1e-4);
            assert!(demand.expected_shortage(x) >= 0.0);
        }
    }
}

#[rstest]
#[case(0.0)]
#[case(-3.0)]
#[case(f64::NAN)]
#[case(f64::INFINITY)]
fn poisson_of_a_mean_that_is_none_is_always_nothing(#[case] mean: f64) {
    let demand = Poisson::with_mean(mean);
    assert_eq!((demand.mean(), demand.quantile(0.99)), (0.0, 0));
    assert_eq!((demand.cdf(0), demand.upper_tail(0)), (1.0, 0.0));
    assert_eq!((demand.probability(0), demand.probability(1)), (1.0, 0.0));
    assert_eq!(
        (demand.expected_shortage(0), demand.expected_shortage(-2)),
        (0.0, 2.0)
    );
}

/// Probability and quantile of the standard normal distribution.
#[rstest]
#[case(1e-300, -37.047_096_299_361_2)]
#[case(1e-100, -21.273_453_560_965_322)]
#[case(1e-17, -8.493_793_224_109_599)]
#[case(1e-9, -5.997_807_015_007_686_5)]
#[case(1e-3, -3.090_232_306_167_813)]
#[case(0.3, -0.524_400_512_708_040_9)]
#[case(0.999, 3.090_232_306_167_813)]
#[case(1.0 - 1e-9, 5.997_807_019_601_637)]
#[case(1.0 - 1e-15, 7.941_444_487_415_979)]
fn normal_quantiles_are_right_in_both_tails(#[case] probability: f64, #[case] quantile: f64) {
    assert_close(normal_quantile(probability), quantile, 1e-14, "quantile");
    if probability < 0.5 {
        assert_close(normal_upper_tail(-quantile), probability, 1e-12, "tail");
    }
}

/// k and the integral of the normal upper tail from k on.
#[rstest]
#[case(-30.0, 30.0)]
#[case(-5.0, 5.000_000_053_461_655)]
#[case(-1.0, 1.083_315_470_587_686_4)]
#[case(0.3, 0.266_761_242_117_209_86)]
#[case(2.0, 0.008_490_702_616_829_639)]
#[case(6.0, 1.563_569_795_970_966_7e-10)]
#[case(12.0, 1.460_520_116_984_555e-34)]
#[case(20.0, 1.370_012_494_729_580_3e-90)]
#[case(30.0, 1.631_956_734_091_401e-199)]
fn normal_losses_are_right_in_both_tails(#[case] k: f64, #[case] loss: f64) {
    assert_close(normal_loss(k), loss, 1e-9, "loss");
    assert_close(normal_loss_inverse(loss), k, 1e-11, "inverse");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn poisson_quantile_and_probability_are_each_others_inverse(
        exponent in -3.0..7.0_f64,
        level in 1e-6..0.999_999_f64,
        more in 0.0..1e-3_f64,
        step in 0..50_i64,
    ) {
        let mean = 10f64.powf(exponent);
        let demand = Poisson::with_mean(mean);
        let x = demand.quantile(level);
        prop_assert!(demand.cdf(x) >= level - ROUNDING);
        prop_assert!(demand.cdf(x - 1) < level - ROUNDING);
        prop_assert!(demand.quantile((level + more).min(0.999_999)) >= x);
        prop_assert!(demand.cdf(x + step) >= demand.cdf(x) - 1e-14);
        prop_assert!(demand.expected_shortage(x + step) <= demand.expected_shortage(x) + 1e-9 * mean);
        prop_assert!((demand.cdf(x) + demand.upper_tail(x) - 1.0).abs() < 1e-15);
        prop_assert!(Poisson::with_mean(mean * (1.0 + more)).quantile(level) >= x);
        if mean < 500.0 && (demand.cdf(x) - level).abs() > 1e-9 {
            prop_assert_eq!(x, poisson_quantile_by_terms(mean, level));
        }
    }

    #[test]
    fn any_distribution_gives_finite_figures(
        mean in prop_oneof![0.0..10.0_f64, 0.0..1e18_f64],
        ratio in prop_oneof![1.0..3.0_f64, 1.0..1e12_f64],
        level in 0.0..1.0_f64,
        x in prop_oneof![-5..100_i64, any::<i64>()],
    ) {
        let poisson = Poisson::with_mean(mean);
        let lumpy = NegativeBinomial::with_moments(mean, mean * ratio);
        let figures = [
            poisson.cdf(x), poisson.upper_tail(x), poisson.probability(x), poisson.expected_shortage(x),
            lumpy.cdf(x), lumpy.upper_tail(x), lumpy.expected_shortage(x),
        ];
        prop_assert!(figures.iter().all(|figure| figure.is_finite() && *figure >= 0.0), "{figures:?}");
        prop_assert!(poisson.quantile(level) >= 0 && lumpy.quantile(level) >= 0);
    }
}
