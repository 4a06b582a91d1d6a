//! The backtest: nobody looks ahead, and what leaves the moving average has proved itself.

use kulakan::plan::forecast::auto::{LEAST_PROOF, LEAST_SAVING, LEAST_SAVING_OF_BLEND, Verdict};
use kulakan::plan::forecast::backtest::{Backtest, QuickLevel, Rules};
use kulakan::plan::forecast::calendar::{Calendar, lebaran_dates};
use kulakan::plan::forecast::{Effects, History, Model};
use kulakan::plan::{Distribution, ForecastMethod, Planner, Policy, ProductInput, plan_product};
use proptest::prelude::*;

use super::definition::quantile_by_terms;
use super::methods::{by, noise};
use super::{ago, history, product, today};

/// Every model that there is, with every kind of parameter.
fn models() -> Vec<Model> {
    let mut models = vec![
        Model::MovingAverage,
        Model::Ses { alpha: 0.1 },
        Model::Blend {
            slow: 0.01,
            fast: 0.05,
        },
        Model::Croston { alpha: 0.1 },
        Model::Sba { alpha: 0.2 },
        Model::Tsb {
            alpha_demand: 0.1,
            alpha_probability: 0.05,
        },
    ];
    for kinds in 1..8 {
        models.push(Model::Seasonal(Effects {
            weekday: kinds & 1 > 0,
            payday: kinds & 2 > 0,
            lebaran: kinds & 4 > 0,
        }));
    }
    models
}

#[test]
fn the_quick_level_is_near_the_exact_quantile() {
    let policy = Policy::default();
    for alpha in [0.9, 0.95, 0.98] {
        let quick = QuickLevel::of(&policy, alpha);
        for mean in [0.02, 0.3, 1.0, 3.0, 10.0, 40.0, 300.0] {
            for ratio in [1.05_f64, 1.5, 3.0, 8.0] {
                let exact = quantile_by_terms(mean, ratio * mean, alpha) as f64;
                let near = quick.level(mean, (ratio * mean).sqrt());
                let allowed = if mean < 5.0 { 3.0 } else { 1.0 };
                assert!(
                    (near - exact).abs() <= allowed,
                    "{alpha} {mean} {ratio}: {near} {exact}"
                );
            }
        }
        // Beyond the expansion: almost never asked for, and then very much.
        assert_eq!(quick.level(1e-6, 5.0), 0.0);
    }
    let normal = Policy {
        distribution: Distribution::Normal,
        ..policy
    };
    let level = QuickLevel::of(&normal, 0.975).level(100.0, 10.0);
    assert!((level - 119.599_639_845).abs() < 1e-6);
}

/// A backtest of `models` on a history whose days from `poisoned` on are no numbers.
fn trials(demand: &[Option<f64>], poisoned: usize, policy: &Policy) -> Vec<Vec<[u64; 4]>> {
    let days = demand
        .iter()
        .enumerate()
        .map(|(day, units)| units.map(|units| if day < poisoned { units } else { f64::NAN }))
        .collect();
    let first = ago(demand.len() as u64);
    let history = History::new(first, days);
    let calendar = Calendar::new(first, demand.len() + 400, &lebaran_dates());
    let backtest = Backtest::new(&history, &calendar, Rules::of(policy, Some(20)));
    let horizon = policy.protection_days() as usize;
    models()
        .into_iter()
        .map(|model| {
            let trial = backtest.trial(model);
            let at = backtest.origins().iter().enumerate();
            at.take_while(|(_, origin)| **origin <= poisoned)
                .map(|(place, &origin)| {
                    // What an interval cost is known on the morning after it.
                    let known = origin + horizon <= poisoned;
                    let cost = if known { trial.costs[place] } else { 0.0 };
                    [
                        trial.means[place],
                        trial.sigmas[place],
                        trial.levels[place],
                        cost,
                    ]
                    .map(f64::to_bits)
                })
                .collect()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn nothing_after_the_origin_is_looked_at(
        demand in prop::collection::vec(
            prop_oneof![3 => Just(Some(0.0)), 5 => (0..40_i64).prop_map(|y| Some(y as f64)), 1 => Just(None)],
            60..240,
        ),
        poisoned in 30..240_usize,
        days in (1..=2_u32, 5..=20_u32, 1..=3_u32, 0..=2_u32),
    ) {
        let policy = Policy {
            periods: days.0,
            period_days: days.1,
            review_days: days.2,
            lead_time_days: days.3,
            ..Policy::default()
        };
        let poisoned = poisoned.min(demand.len());
        let clean = trials(&demand, demand.len(), &policy);
        let spoiled = trials(&demand, poisoned, &policy);
        for (clean, spoiled) in clean.into_iter().zip(spoiled) {
            let clean: Vec<_> = clean.into_iter().take(spoiled.len()).collect();
            for (before, after) in clean.iter().zip(&spoiled) {
                prop_assert_eq!(&before[..3], &after[..3]);
                prop_assert!(after[3] == 0 || before[3] == after[3]);
            }
        }
    }

    #[test]
    fn the_choice_was_never_dearer_than_the_moving_average_and_is_proved(
        seed in any::<u64>(),
        days in 60..500_u64,
        limit in 1..30_u64,
        rate in 1..6_u64,
    ) {
        let demand: Vec<i64> = (0..days)
            .map(|day| {
                let there = noise(seed ^ (day << 8), rate) == 0;
                if there { noise(seed ^ day, limit) * (1 + i64::from(day > days / 2)) } else { 0 }
            })
            .collect();
        let input = product(history(&demand));
        let line = plan_product(today(), &input, &by(ForecastMethod::Auto));
        let comparison = line.reason.comparison.clone().unwrap();
        let stay = comparison.candidates[0];
        prop_assert_eq!(stay.model, Model::MovingAverage);
        let model = line.reason.model.unwrap();
        if model == Model::MovingAverage {
            prop_assert_ne!(comparison.verdict, Verdict::Proven);
            let usual = plan_product(today(), &input, &Policy::default());
            prop_assert_eq!(line.order_up_to.to_bits(), usual.order_up_to.to_bits());
        } else {
            prop_assert_eq!(comparison.verdict, Verdict::Proven);
            let chosen = comparison.candidates.iter().find(|one| one.model == model).unwrap();
            prop_assert!(chosen.cost < stay.cost);
            let saving = chosen.saving.unwrap();
            let share = match model {
                Model::Blend { .. } => LEAST_SAVING_OF_BLEND,
                _ => LEAST_SAVING,
            };
            prop_assert!(saving.share >= share && saving.proof >= LEAST_PROOF);
        }
        let costs_are_numbers = comparison.candidates.iter().all(|one| {
            one.cost.is_finite()
                && one.saving.is_none_or(|saving| saving.share.is_finite() && saving.proof.is_finite())
        });
        prop_assert!(costs_are_numbers);
    }
}

#[test]
fn a_planner_says_of_many_products_what_it_says_of_each() {
    let inputs: Vec<ProductInput> = (0..20)
        .map(|item| {
            let demand: Vec<i64> = (0..300)
                .map(|day| noise(item * 1000 + day, 3 + item))
                .collect();
            product(history(&demand))
        })
        .collect();
    for method in [ForecastMethod::Auto, ForecastMethod::Calendar] {
        let policy = by(method);
        let planner = Planner::new(today(), &policy);
        for input in &inputs {
            assert_eq!(
                planner.product(input),
                plan_product(today(), input, &policy)
            );
        }
    }
}

#[test]
fn an_explanation_has_the_line_of_the_plan_and_all_its_days() {
    let demand: Vec<i64> = (0..100).map(|day| noise(day, 9)).collect();
    let input = product(history(&demand));
    let planner = Planner::new(today(), &by(ForecastMethod::Weekday));
    let explained = planner.explain(&input);
    assert_eq!(explained.line, planner.product(&input));
    assert_eq!(explained.history.len(), 100);
    assert_eq!(explained.history[99].date, ago(1));
    assert_eq!(explained.history[99].demand, Some(demand[99]));
    let sum: f64 = explained.forecast.iter().map(|day| day.mean).sum();
    assert!((sum - explained.line.reason.mean).abs() < 1e-9);
    assert_eq!(explained.forecast.len(), 9);
    assert!(
        explained
            .forecast
            .iter()
            .all(|day| day.low as f64 <= day.mean && day.mean <= day.high as f64)
    );
    let empty = planner.explain(&product(Vec::new()));
    assert!(empty.history.is_empty() && empty.forecast.is_empty());
}
