//! Sales histories replayed under ways of planning.

// That figures agree to the last bit is what is claimed.
#![allow(clippy::float_cmp)]

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
