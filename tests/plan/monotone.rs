//! Levels against what they are taken from: more demand, or more days to last, never asks for less.

use kulakan::plan::Policy;
use kulakan::plan::forecast::{Expected, Forecast, Model, SigmaRule};
use kulakan::plan::order_up_to::{Levels, levels};
use proptest::prelude::*;

use super::{EVERY_DISTRIBUTION, ago};

/// A forecast of `per_day` for a policy's protection interval, its days independent and of the same variance.
fn forecast(per_day: f64, variance_per_day: f64, policy: &Policy) -> Forecast {
    let horizon = policy.protection_days();
    Forecast {
        model: Model::Ses { alpha: 0.1 },
        window_days: 120,
        periods: 4,
        total: 0,
        first_day: ago(120),
        censored_days: 0,
        expected: Expected::Flat(per_day),
        protection_days: horizon,
        sigma_protection: (variance_per_day * f64::from(horizon)).sqrt(),
        sigma_rule: SigmaRule::Origins,
        origins: 100,
        effects: Vec::new(),
    }
}

/// The levels, from the least days on.
fn all(levels: &Levels) -> [f64; 3] {
    [levels.due, levels.along, levels.order_up_to]
}

/// Each of the second is at least that of the first; the normal's are not whole and may differ by rounding.
fn never_less(few: &Levels, many: &Levels) -> bool {
    let pairs = all(few).into_iter().zip(all(many));
    pairs
        .into_iter()
        .all(|(few, many)| many >= few * (1.0 - 1e-12))
}

fn policy() -> impl Strategy<Value = Policy> {
    (
        (1..=60_u32, 0..=60_u32),
        0.5..=0.9999,
        prop::option::of(0.5..=0.9999),
        prop::sample::select(EVERY_DISTRIBUTION.to_vec()),
    )
        .prop_map(
            |((review_days, lead_time_days), service_level, fill_rate, distribution)| Policy {
                review_days,
                lead_time_days,
                service_level,
                fill_rate,
                distribution,
                ..Policy::default()
            },
        )
}

/// From a unit in three years to ten million a day, as many slow as fast.
fn per_day() -> impl Strategy<Value = f64> {
    (-3.0..7.0_f64).prop_map(|power| libm::pow(10.0, power))
}

/// Variance over mean.
fn dispersion() -> impl Strategy<Value = f64> {
    (0.0..3.0_f64).prop_map(|power| libm::pow(10.0, power))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn more_demand_of_the_same_dispersion_never_asks_for_less(
        policy in policy(),
        per_day in per_day(),
        dispersion in dispersion(),
        more in 0.0..2.0_f64,
    ) {
        let at = |mean: f64| levels(&forecast(mean, dispersion * mean, &policy), &policy);
        let (few, many) = (at(per_day), at(per_day * (1.0 + more)));
        prop_assert!(never_less(&few, &many), "{few:?} {many:?}");
    }

    // A longer lead time. With a fill rate a longer review interval may need less: it has fewer ends at which goods are
    // short.
    #[test]
    fn more_independent_days_to_last_never_ask_for_less(
        policy in policy(),
        per_day in per_day(),
        dispersion in dispersion(),
        more in 0..60_u32,
        review in any::<bool>(),
    ) {
        let mut longer = policy.clone();
        if review && policy.fill_rate.is_none() {
            longer.review_days += more;
        } else {
            longer.lead_time_days += more;
        }
        let at = |policy: &Policy| levels(&forecast(per_day, dispersion * per_day, policy), policy);
        let (few, many) = (at(&policy), at(&longer));
        prop_assert!(never_less(&few, &many), "{few:?} {many:?}");
    }

    #[test]
    fn a_higher_target_never_asks_for_less(
        policy in policy(),
        per_day in per_day(),
        dispersion in dispersion(),
        lead_time_sd_days in prop_oneof![Just(0.0), 0.0..180.0_f64],
        raise in 0.0..0.5_f64,
    ) {
        let policy = Policy { lead_time_sd_days, ..policy };
        let raised = |share: f64| (share + raise).min(0.9999);
        let higher = Policy {
            service_level: raised(policy.service_level),
            fill_rate: policy.fill_rate.map(raised),
            ..policy.clone()
        };
        let at = |policy: &Policy| levels(&forecast(per_day, dispersion * per_day, policy), policy);
        let (few, many) = (at(&policy), at(&higher));
        prop_assert!(never_less(&few, &many), "{few:?} {many:?}");
    }
}
