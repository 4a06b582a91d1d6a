//! Levels without a plan around them are the plan's own, to the bit.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use kulakan::history::{Columns, History, ReadOptions, Row, Series, read};
use kulakan::model::Sku;
use kulakan::plan::{
    Distribution, LevelLine, PlanLine, Planner, Policy, Safety, daily_series, plan_product,
};
use proptest::prelude::*;

use crate::plan::EVERY_METHOD;

fn start() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 2, 20).unwrap()
}

fn series(demand: Vec<u32>) -> Series {
    Series {
        shop: String::new(),
        sku: Sku::parse("A").unwrap(),
        first: start(),
        demand,
        shelf_life_days: None,
    }
}

fn same(level: &LevelLine, line: &PlanLine) {
    assert_eq!(level.method, line.method);
    assert_eq!(level.demand_class, line.demand_class);
    assert_eq!(level.protection_days, line.protection_days);
    for (name, one, other) in [
        ("f", level.forecast_per_day, line.forecast_per_day),
        ("sigma", level.sigma_protection, line.sigma_protection),
        ("k", level.service_factor, line.service_factor),
        ("safety stock", level.safety_stock, line.safety_stock),
        ("S", level.order_up_to, line.order_up_to),
    ] {
        assert_eq!(one.to_bits(), other.to_bits(), "{name}: {one} and {other}");
    }
}

fn demand() -> impl Strategy<Value = Vec<u32>> {
    let day = prop_oneof![
        3 => Just(0),
        6 => 0..20_u32,
        1 => 0..2000_u32,
    ];
    prop_oneof![
        5 => prop::collection::vec(day, 1..400),
        1 => prop::collection::vec(0..=1_000_000_000_u32, 1..200),
        1 => prop::collection::vec(0..9_u32, 700..900),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    (
        1..6_u32,
        1..40_u32,
        1..30_u32,
        0..30_u32,
        0..3_u32,
        (0.5..0.9999, prop::option::of(0.5..0.9999)),
        prop::sample::select(vec![
            Distribution::NegativeBinomial,
            Distribution::Poisson,
            Distribution::Normal,
        ]),
        prop::sample::select(vec![Safety::Quantile, Safety::Quantile, Safety::None]),
    )
        .prop_map(
            |(periods, days, review, lead, sd, (alpha, beta), distribution, safety)| Policy {
                periods,
                period_days: days,
                review_days: review,
                lead_time_days: lead,
                lead_time_sd_days: f64::from(sd) * 0.5,
                service_level: alpha,
                fill_rate: beta,
                distribution,
                safety,
                ..Policy::default()
            },
        )
}

proptest! {
    #[test]
    fn a_level_is_that_of_the_plan(demand in demand(), policy in policy(), offset in 0..950_u64) {
        let series = series(demand);
        let date = start() + Days::new(offset);
        let level = Planner::new(date, &policy).level(&series.before(date), None);
        same(&level, &plan_product(date, &series.planning_input(), &policy));
    }

    #[test]
    fn the_days_before_a_date_are_those_that_the_plan_reads(demand in demand(), offset in 0..2000_u64) {
        let series = series(demand);
        let date = start() + Days::new(offset);
        let read = daily_series(date, &series.planning_input().flows);
        prop_assert_eq!(series.before(date), read);
    }
}

#[test]
fn so_is_it_by_every_other_method() {
    let demand: Vec<u32> = (0..420_u32)
        .map(|day| (day * 37 % 11) * (day % 7 / 2))
        .collect();
    let series = series(demand);
    let date = start() + Days::new(420);
    for method in EVERY_METHOD {
        let policy = Policy {
            method,
            ..Policy::default()
        };
        let level = Planner::new(date, &policy).level(&series.before(date), None);
        same(
            &level,
            &plan_product(date, &series.planning_input(), &policy),
        );
    }
}

#[test]
fn twenty_stores_have_the_levels_of_their_plans_on_any_number_of_threads() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/store_sales_daily.csv"
    );
    let columns: Columns = "shop=store,sku=item,quantity=qty".parse().unwrap();
    let options = ReadOptions {
        columns,
        threads: 2,
        ..ReadOptions::default()
    };
    let history = read(&[path], &options, &|_| {}).unwrap();
    let date = history.next_day();
    let policy = Policy::default();
    let levels = history.levels(date, &policy, 1);
    assert_eq!(levels.len(), 1015);
    for (series, level) in history.series.iter().zip(&levels) {
        same(
            level,
            &plan_product(date, &series.planning_input(), &policy),
        );
    }
    for threads in [0, 2, 3, 2000] {
        assert_eq!(history.levels(date, &policy, threads), levels);
    }
}

#[test]
fn a_history_without_series_has_no_level() {
    let history = History::of(std::iter::empty::<Row>(), &BTreeMap::new());
    assert!(history.is_none());
    let row = Row {
        shop: String::new(),
        sku: Sku::parse("A").unwrap(),
        date: start(),
        quantity: 1,
    };
    let history = History::of([row], &BTreeMap::new()).unwrap();
    // On the day of the first sale nothing is known before it.
    let levels = history.levels(start(), &Policy::default(), 2);
    assert_eq!((levels.len(), levels[0].order_up_to), (1, 0.0));
}
