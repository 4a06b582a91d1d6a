//! Sales histories replayed under ways of planning.

// That figures agree to the last bit is what is claimed.
#![allow(clippy::float_cmp)]

mod command;
mod frontier;
mod replay;
mod shelf;

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use kulakan::backtest::{Costs, Settings};
use kulakan::history::{History, Row};
use kulakan::model::Sku;

/// The first day of every history here.
pub fn first() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

/// Product number so much.
pub fn sku(number: usize) -> Sku {
    Sku::parse(&format!("P{number:04}")).unwrap()
}

/// One series for each list of daily demand.
pub fn history(demand: &[Vec<i64>]) -> History {
    keeping(demand, &BTreeMap::new())
}

/// The same with goods that do not keep.
pub fn keeping(demand: &[Vec<i64>], shelf_life_days: &BTreeMap<Sku, u32>) -> History {
    let rows = demand.iter().enumerate().flat_map(|(number, days)| {
        (0..).zip(days).map(move |(day, &quantity)| Row {
            shop: "warung".to_owned(),
            sku: sku(number),
            date: first() + Days::new(day),
            quantity,
        })
    });
    History::of(rows, shelf_life_days).unwrap()
}

/// Demand of no regular pattern, the same at every call.
pub fn restless(series: usize, days: usize) -> Vec<Vec<i64>> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    };
    (0..series)
        .map(|number| {
            let mean = 0.2 * 1.5_f64.powi((number % 12) as i32);
            (0..days)
                .map(|_| {
                    // Poisson demand by products of uniform numbers.
                    let (mut product, mut count) = (random(), 0);
                    while product > (-mean).exp() {
                        product *= random();
                        count += 1;
                    }
                    count
                })
                .collect()
        })
        .collect()
}

/// Reviewed every week, delivered in two days, judged from the fifth week on.
pub fn settings() -> Settings {
    Settings {
        review_days: 7,
        lead_time_days: 2,
        learning_days: 28,
        costs: Costs {
            holding_fraction_per_period: 0.03,
            period_days: 30,
            margin_fraction: 0.25,
        },
    }
}
