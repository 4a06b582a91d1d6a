//! Goods of one day: the level that costs least, whatever the demand.

use kulakan::plan::ParameterError;
use kulakan::plan::distribution::{
    DiscreteDemand, NegativeBinomial, Poisson, ProbabilityTable, normal_quantile,
};
use kulakan::plan::newsvendor::{
    NewsvendorCosts, NewsvendorPrices, discrete, discrete_at, normal, normal_at, normal_base_stock,
    poisson_base_stock, whole_packs,
};
use proptest::prelude::*;
use rstest::rstest;

const COSTS: NewsvendorCosts = NewsvendorCosts {
    overage: 0.18,
    underage: 0.7,
};

const BREAD: NewsvendorPrices = NewsvendorPrices {
    price: 15_000.0,
    cost: 11_000.0,
    salvage: 3_000.0,
};

/// Probabilities in proportion to the weights of 0, 1, 2 and so on.
fn table(weights: &[u32]) -> ProbabilityTable {
    let sum: u32 = weights.iter().sum();
    let pairs: Vec<(i64, f64)> = (0..)
        .zip(weights)
        .map(|(value, &weight)| (value, f64::from(weight) / f64::from(sum)))
        .collect();
    ProbabilityTable::new(&pairs).unwrap()
}

#[test]
fn prices_tell_what_too_much_and_too_little_cost() {
    let costs = BREAD.costs().unwrap();
    assert_eq!((costs.overage, costs.underage), (8_000.0, 4_000.0));
    assert!((costs.critical_ratio().unwrap() - 1.0 / 3.0).abs() < 1e-15);
    let dumped = NewsvendorPrices {
        salvage: -500.0,
        ..BREAD
    };
    assert_eq!(dumped.costs().unwrap().overage, 11_500.0);
    // 0 to 3 loaves alike: 1 covers half of the days and a third is wanted; 1 or 2 left over or missing.
    let found = discrete(&costs, &table(&[1, 1, 1, 1])).unwrap();
    assert_eq!((found.level, found.service_level), (1, 0.5));
    assert_eq!(found.expected_cost, 0.25 * 8_000.0 + 0.75 * 4_000.0);
    assert_eq!(BREAD.expected_profit(1.5, found.expected_cost), Ok(1_000.0));
}

#[test]
fn a_table_is_what_its_pairs_say_in_any_order() {
    let pairs = [(5, 0.25), (2, 0.25), (5, 0.125), (0, 0.375)];
    let demand = ProbabilityTable::new(&pairs).unwrap();
    let reversed: Vec<_> = pairs.into_iter().rev().collect();
    assert_eq!(ProbabilityTable::new(&reversed).unwrap(), demand);
    assert_eq!(demand.mean(), 2.375);
    let at = |x: i64| {
        (
            demand.cdf(x),
            demand.upper_tail(x),
            demand.expected_shortage(x),
        )
    };
    assert_eq!(at(-1), (0.0, 1.0, 3.375));
    assert_eq!(at(1), (0.375, 0.625, 1.75));
    assert_eq!(at(4), (0.625, 0.375, 0.375));
    assert_eq!(at(5), (1.0, 0.0, 0.0));
    assert_eq!(at(i64::MAX), (1.0, 0.0, 0.0));
}

#[rstest]
#[case::exact(10, 0.9, 9)]
#[case::between(10, 0.85, 8)]
fn a_ratio_that_is_reached_exactly_is_reached(
    #[case] values: usize,
    #[case] ratio: f64,
    #[case] level: i64,
) {
    // Values 0 to 9 alike: P(D <= 8) is nine tenths.
    let costs = NewsvendorCosts {
        overage: 1.0 - ratio,
        underage: ratio,
    };
    let found = discrete(&costs, &table(&vec![1; values])).unwrap();
    assert_eq!(found.level, level - i64::from(ratio == 0.9));
}

#[test]
fn base_stock_covers_the_review_interval_and_the_lead_time() {
    let found = normal_base_stock(&COSTS, 12.0, 5.0, 7.0, 3.0).unwrap();
    assert_eq!(found, normal(&COSTS, 120.0, 5.0 * 10f64.sqrt()).unwrap());
    let whole = poisson_base_stock(&COSTS, 1.5, 1.0, 4.0).unwrap();
    assert_eq!(whole, discrete(&COSTS, &Poisson::with_mean(7.5)).unwrap());
}

#[test]
fn without_spread_the_demand_is_what_is_needed() {
    let found = normal(&COSTS, 50.0, 0.0).unwrap();
    assert_eq!(
        (found.level, found.expected_cost, found.service_level),
        (50.0, 0.0, 1.0)
    );
    let short = normal_at(&COSTS, 50.0, 0.0, 40.0).unwrap();
    assert!((short.expected_cost - 7.0).abs() < 1e-12);
    assert_eq!(normal(&COSTS, 0.0, 0.0).unwrap().level, 0.0);
    assert_eq!(discrete(&COSTS, &Poisson::with_mean(0.0)).unwrap().level, 0);
    // The quantile lies below nothing: nothing is had.
    let rare = NewsvendorCosts {
        overage: 99.0,
        underage: 1.0,
    };
    assert_eq!(normal(&rare, 1.0, 5.0).unwrap().level, 0.0);
}

#[rstest]
#[case(1e-18, 1e18)]
#[case(1e18, 1e-18)]
fn costs_as_unequal_as_can_be_give_finite_levels(#[case] overage: f64, #[case] underage: f64) {
    let costs = NewsvendorCosts { overage, underage };
    let found = normal(&costs, 1e6, 10.0).unwrap();
    assert!((found.level - 1e6).abs() < 130.0 && found.expected_cost.is_finite());
    let whole = discrete(&costs, &Poisson::with_mean(1e6)).unwrap();
    assert!((whole.level as f64 - 1e6).abs() < 14_000.0 && whole.expected_cost.is_finite());
}

fn costs() -> impl Strategy<Value = NewsvendorCosts> {
    (0.01..100.0_f64, 0.01..100.0_f64)
        .prop_map(|(overage, underage)| NewsvendorCosts { overage, underage })
}

/// What a level costs, from every value's own probability.
fn cost_by_terms(costs: &NewsvendorCosts, weights: &[u32], level: i64) -> f64 {
    let sum: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
    (0..)
        .zip(weights)
        .map(|(value, &weight): (i64, _)| {
            let (left, short) = ((level - value).max(0), (value - level).max(0));
            f64::from(weight) / sum * (costs.overage * left as f64 + costs.underage * short as f64)
        })
        .sum()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn no_other_level_costs_less_with_normal_demand(
        costs in costs(),
        (mean, share) in (0.1..1e4_f64, 0.01..0.5_f64),
        off in -1.0..1.0_f64,
    ) {
        let sd = mean * share;
        let best = normal(&costs, mean, sd).unwrap();
        let other = normal_at(&costs, mean, sd, (best.level + off * sd).max(0.0)).unwrap();
        prop_assert!(best.expected_cost <= other.expected_cost * (1.0 + 1e-12));
        prop_assert!(best.level >= 0.0);
        if best.level > 0.0 {
            let ratio = costs.critical_ratio().unwrap();
            prop_assert!((best.service_level - ratio).abs() < 1e-12);
            let z = normal_quantile(ratio);
            let density = (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
            let closed = (costs.overage + costs.underage) * density * sd;
            prop_assert!((best.expected_cost / closed - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn no_other_level_or_pack_costs_less_with_any_table(
        costs in costs(),
        weights in prop::collection::vec(0..10_u32, 1..40).prop_filter("no weight", |w| w.iter().any(|&w| w > 0)),
        pack in 1..15_i64,
    ) {
        let demand = table(&weights);
        let best = discrete(&costs, &demand).unwrap();
        let packs = whole_packs(&costs, &demand, pack).unwrap();
        prop_assert!((best.expected_cost - cost_by_terms(&costs, &weights, best.level)).abs() < 1e-9);
        prop_assert_eq!(packs.level % pack, 0);
        for level in 0..60 {
            let other = cost_by_terms(&costs, &weights, level);
            let found = discrete_at(&costs, &demand, level).unwrap().expected_cost;
            prop_assert!((other - found).abs() < 1e-9);
            prop_assert!(best.expected_cost <= other + 1e-9);
            if level % pack == 0 {
                prop_assert!(packs.expected_cost <= other + 1e-9);
            }
        }
        prop_assert!(packs.expected_cost >= best.expected_cost - 1e-9);
    }

    #[test]
    fn no_other_level_costs_less_with_poisson_or_lumpy_demand(
        costs in costs(),
        mean in prop_oneof![0.01..100.0_f64, 0.01..1e7_f64],
        ratio in 1.05..30.0_f64,
        off in 1..20_i64,
    ) {
        fn lowest(costs: &NewsvendorCosts, demand: &impl DiscreteDemand, off: i64) -> bool {
            let best = discrete(costs, demand).unwrap();
            [best.level + off, (best.level - off).max(0)].iter().all(|&level| {
                let other = discrete_at(costs, demand, level).unwrap();
                best.expected_cost <= other.expected_cost * (1.0 + 1e-9)
            })
        }
        prop_assert!(lowest(&costs, &Poisson::with_mean(mean), off));
        prop_assert!(lowest(&costs, &NegativeBinomial::with_moments(mean, ratio * mean), off));
    }
}

fn prices(change: fn(&mut NewsvendorPrices)) -> Result<(), ParameterError> {
    let mut prices = BREAD;
    change(&mut prices);
    prices.costs().map(|_| ())
}

fn pairs(pairs: &[(i64, f64)]) -> Result<(), ParameterError> {
    ProbabilityTable::new(pairs).map(|_| ())
}

#[rstest]
#[case(prices(|prices| prices.price = 11_000.0), "price is 11000, must be above cost, which is 11000")]
#[case(prices(|prices| prices.salvage = 12_000.0), "salvage is 12000, must be below cost, which is 11000")]
#[case(prices(|prices| prices.cost = 0.0), "cost is 0, must be above 0")]
#[case(prices(|prices| prices.salvage = f64::NAN), "salvage is NaN, must be from -1e18 to 1e18")]
#[case(normal(&NewsvendorCosts { overage: 0.0, ..COSTS }, 5.0, 1.0).map(|_| ()), "overage is 0, must be above 0")]
#[case(normal(&COSTS, -5.0, 1.0).map(|_| ()), "mean is -5, must be 0 or above")]
#[case(normal(&COSTS, 5.0, -1.0).map(|_| ()), "sd is -1, must be 0 or above")]
#[case(normal_at(&COSTS, 5.0, 1.0, -1.0).map(|_| ()), "level is -1, must be 0 or above")]
#[case(
    discrete(&NewsvendorCosts { underage: -1.0, ..COSTS }, &Poisson::with_mean(3.0)).map(|_| ()),
    "underage is -1, must be above 0"
)]
#[case(discrete_at(&COSTS, &Poisson::with_mean(3.0), -1).map(|_| ()), "level is -1, must be 0 or above")]
#[case(whole_packs(&COSTS, &Poisson::with_mean(3.0), 0).map(|_| ()), "pack_size is 0, must be from 1 to 1e12")]
#[case(normal_base_stock(&COSTS, 5.0, 1.0, 0.0, 2.0).map(|_| ()), "review_days is 0, must be above 0")]
#[case(normal_base_stock(&COSTS, 5.0, 1.0, 1.0, -2.0).map(|_| ()), "lead_time_days is -2, must be 0 or above")]
#[case(
    poisson_base_stock(&COSTS, 1e15, 1.0, 1.0).map(|_| ()),
    "mean_per_day x days is 2e15, must be from 0 to 1e15"
)]
#[case(pairs(&[]), "sum of probabilities is 0, must be 1")]
#[case(pairs(&[(1, 0.5), (2, 0.4)]), "sum of probabilities is 0.9, must be 1")]
#[case(pairs(&[(1, 1.5)]), "pairs[0].probability is 1.5, must be from 0 to 1")]
#[case(pairs(&[(1, 1.0), (2, f64::NAN)]), "pairs[1].probability is NaN, must be from 0 to 1")]
#[case(pairs(&[(-1, 1.0)]), "pairs[0].value is -1, must be from 0 to 1e15")]
fn a_parameter_that_cannot_be_is_named(
    #[case] found: Result<(), ParameterError>,
    #[case] message: &str,
) {
    assert_eq!(found.unwrap_err().to_string(), message);
}
