//! Whole replays: known answers, no look ahead, the same for any number of threads.

use std::collections::BTreeMap;

use kulakan::backtest::{Rule, Settings, backtest};
use kulakan::plan::{Policy, Safety};

use super::{history, keeping, restless, settings, sku};

fn textbook(safety_factor: f64) -> Rule {
    Rule::Textbook {
        safety_factor,
        window_days: 28,
    }
}

fn planned(policy: Policy) -> Rule {
    Rule::Plan(Box::new(policy))
}

#[test]
fn steady_demand_is_met_from_the_stock_that_arithmetic_says() {
    // 3 a day, 28 days to learn, then two reviews: day 28 and day 35, whose nine days end on the last day, 43.
    let history = history(&[vec![3; 44]]);
    for rule in [
        textbook(2.0),
        planned(Policy {
            safety: Safety::None,
            ..Policy::default()
        }),
    ] {
        let outcome = backtest(&history, &[rule], &settings(), 1).unwrap()[0];
        assert_eq!((outcome.series, outcome.reviews), (1, 2));
        assert_eq!((outcome.demand, outcome.sold), (42, 42));
        // Opens with 27; the 21 ordered on day 35 come on day 37, when the shelf has just run empty.
        let nights = 24 + 21 + 18 + 15 + 12 + 9 + 6 + 3 + (18 + 15 + 12 + 9 + 6);
        assert_eq!(outcome.stock_nights, nights);
        assert_eq!(outcome.ordered, 27 + 21);
        assert_eq!((outcome.cycle_service(), outcome.fill_rate()), (1.0, 1.0));
        let cost = outcome.cost(&settings().costs);
        assert!((cost.holding - nights as f64 * 0.001).abs() < 1e-9);
        assert_eq!((cost.lost_margin, cost.waste), (0.0, 0.0));
    }
}

#[test]
fn a_level_below_the_demand_loses_sales_and_their_margin() {
    // Nothing is asked for while the rules learn, but for the one unit that begins the series.
    let mut days = vec![0; 44];
    days[0] = 1;
    days[30] = 10;
    let outcome = backtest(&history(&[days]), &[textbook(0.0)], &settings(), 1).unwrap()[0];
    assert_eq!((outcome.demand, outcome.sold), (10, 1));
    assert_eq!(outcome.intervals_served, 1);
    assert_eq!(outcome.cycle_service(), 0.5);
    assert_eq!(outcome.cost(&settings().costs).lost_margin, 9.0 * 0.25);
}

#[test]
fn what_does_not_keep_is_thrown_away() {
    // One a day, sold on the day it comes in and three more: of each nine, five are left.
    let demand = [vec![1; 44]];
    let lives = BTreeMap::from([(sku(0), 3)]);
    let outcome = backtest(&keeping(&demand, &lives), &[textbook(0.0)], &settings(), 1).unwrap()[0];
    assert_eq!(outcome.wasted, 5 + 5);
    assert_eq!(outcome.cost(&settings().costs).waste, 10.0);
    // The planner knows: it never asks for more than sells within the shelf life.
    let known = backtest(
        &keeping(&demand, &lives),
        &[planned(Policy::default())],
        &settings(),
        1,
    )
    .unwrap()[0];
    assert_eq!(known.wasted, 0);
}

#[test]
fn no_rule_looks_ahead() {
    let past = restless(30, 107);
    // The last review is on day 98: what comes after it may change no decision, only how it turns out.
    let calm = history(&past);
    let mut stormy = past.clone();
    for days in &mut stormy {
        for day in &mut days[98..] {
            *day = 1000;
        }
    }
    let stormy = history(&stormy);
    for rule in [
        textbook(1.0),
        planned(Policy::default()),
        planned(Policy {
            fill_rate: Some(0.97),
            ..Policy::default()
        }),
    ] {
        let rules = [rule];
        let before = backtest(&calm, &rules, &settings(), 2).unwrap()[0];
        let after = backtest(&stormy, &rules, &settings(), 2).unwrap()[0];
        assert_eq!(before.ordered, after.ordered);
        assert_eq!(before.promised_service(), after.promised_service());
        assert!(before.cycle_service() > after.cycle_service());
    }
}

#[test]
fn threads_change_no_bit() {
    let history = history(&restless(23, 120));
    let rules = [textbook(1.3), planned(Policy::default())];
    let alone = backtest(&history, &rules, &settings(), 1).unwrap();
    for threads in [0, 2, 3, 23, 100] {
        assert_eq!(
            backtest(&history, &rules, &settings(), threads).unwrap(),
            alone
        );
    }
}

#[test]
fn what_is_promised_for_poisson_demand_is_kept() {
    let history = history(&restless(240, 400));
    let settings = Settings {
        learning_days: 150,
        ..settings()
    };
    for target in [0.9, 0.98] {
        let rule = planned(Policy {
            service_level: target,
            ..Policy::default()
        });
        let outcome = backtest(&history, &[rule], &settings, 2).unwrap()[0];
        assert!(outcome.promised_service() >= target);
        let gap = outcome.cycle_service() - outcome.promised_service();
        assert!(gap.abs() < 0.012, "off by {gap} at {target}");
    }
}

#[test]
fn settings_that_cannot_be_are_named() {
    let history = history(&[vec![1; 60]]);
    let refused = |settings: Settings, rule: Rule| {
        backtest(&history, &[rule], &settings, 1)
            .unwrap_err()
            .to_string()
    };
    let with = |change: fn(&mut Settings)| {
        let mut changed = settings();
        change(&mut changed);
        refused(changed, textbook(1.0))
    };
    assert_eq!(
        with(|settings| settings.review_days = 0),
        "review_days is 0, must be a whole number from 1 to 180"
    );
    assert!(with(|settings| settings.lead_time_days = 181).starts_with("lead_time_days is 181"));
    assert!(with(|settings| settings.learning_days = 6).starts_with("learning_days is 6"));
    assert!(
        with(|settings| settings.costs.margin_fraction = -0.1)
            .starts_with("margin_fraction is -0.1, must be 0 or above")
    );
    assert!(
        with(|settings| settings.costs.holding_fraction_per_period = f64::NAN)
            .starts_with("holding_fraction_per_period is NaN")
    );
    assert!(refused(settings(), textbook(-1.0)).starts_with("rules[0].safety_factor is -1"));
    let policy = Policy {
        service_level: 1.0,
        ..Policy::default()
    };
    assert!(refused(settings(), planned(policy)).contains("rules[0].service_level"));
}
