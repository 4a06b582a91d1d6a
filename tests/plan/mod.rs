//! The plan: from flows to packs.

// That figures agree to the last bit is what is claimed.
#![allow(clippy::float_cmp)]

mod allocation;
mod backtest;
mod budget;
pub mod definition;
mod deteriorating;
mod distribution;
mod expiry_and_packs;
mod extremes;
mod forecast;
mod joint;
mod joint_multiples;
mod laws;
mod levels;
mod lots;
mod methods;
mod monotone;
mod nested;
mod newsvendor;
mod oracle;
mod parameter;
mod perishable;
mod sentence;
mod series;
mod store_data;
mod tails;
mod urgency;

use chrono::{Days, NaiveDate};
use kulakan::model::{Quantity, Sku};
use kulakan::plan::{DayFlow, Distribution, ForecastMethod, LotBalance, ProductInput};

/// What the laws hold for.
pub const EVERY_METHOD: [ForecastMethod; 9] = [
    ForecastMethod::MovingAverage,
    ForecastMethod::Ses,
    ForecastMethod::Blend,
    ForecastMethod::Croston,
    ForecastMethod::Sba,
    ForecastMethod::Tsb,
    ForecastMethod::Weekday,
    ForecastMethod::Calendar,
    ForecastMethod::Auto,
];

/// What the laws hold for.
pub const EVERY_DISTRIBUTION: [Distribution; 3] = [
    Distribution::NegativeBinomial,
    Distribution::Normal,
    Distribution::Poisson,
];

/// The date that the tests plan for.
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

/// So many days before [`today`].
pub fn ago(days: u64) -> NaiveDate {
    today().checked_sub_days(Days::new(days)).unwrap()
}

/// So many days after [`today`].
pub fn ahead(days: u64) -> NaiveDate {
    today().checked_add_days(Days::new(days)).unwrap()
}

/// Imported sales of one date.
pub fn imported(date: NaiveDate, quantity: i64) -> DayFlow {
    DayFlow {
        imported: Quantity(quantity),
        ..DayFlow::on(date)
    }
}

/// A history that ends yesterday, oldest day first.
pub fn history(demand: &[i64]) -> Vec<DayFlow> {
    demand
        .iter()
        .rev()
        .zip(1..)
        .map(|(&quantity, days)| imported(ago(days), quantity))
        .collect()
}

/// Stock without a date.
pub fn undated(quantity: i64) -> LotBalance {
    LotBalance {
        expires: None,
        quantity: Quantity(quantity),
    }
}

/// Stock that may be sold until a date.
pub fn dated(expires: NaiveDate, quantity: i64) -> LotBalance {
    LotBalance {
        expires: Some(expires),
        quantity: Quantity(quantity),
    }
}

/// A product with this history, nothing in stock, sold by the piece.
pub fn product(flows: Vec<DayFlow>) -> ProductInput {
    ProductInput {
        sku: Sku::parse("KOPI").unwrap(),
        flows,
        lots: Vec::new(),
        on_order: Quantity::ZERO,
        in_transit: Quantity::ZERO,
        backordered: Quantity::ZERO,
        pack_size: Quantity(1),
        minimum_order: Quantity::ZERO,
        shelf_life_days: None,
    }
}
