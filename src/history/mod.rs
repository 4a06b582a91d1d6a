//! Sales histories out of files, for planning without a shop: daily sales by series, one product of one shop each.

mod figures;
mod gather;
mod levels;
mod lines;
mod parts;
mod read;

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::model::{Quantity, Sku};
use crate::plan::demand::MAX_HISTORY_DAYS;
use crate::plan::{DayDemand, DayFlow, ProductInput, Series as DailySeries};

pub use crate::columns::Columns;
pub use read::{Progress, ReadOptions, read};

/// One row of a sales history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The shop, or nothing where the history is of one.
    pub shop: String,
    /// The product.
    pub sku: Sku,
    /// The business date.
    pub date: NaiveDate,
    /// Base units sold.
    pub quantity: i64,
}

/// Sales of one product in one shop on each day, from the first day with a row to the end of the whole history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The shop.
    pub shop: String,
    /// The product.
    pub sku: Sku,
    /// Date of the first row.
    pub first: NaiveDate,
    /// Base units sold on each day from `first` on, each at most [`Quantity::LIMIT`].
    pub demand: Vec<u32>,
    /// Days from coming in to passing its date; `None` for goods that keep.
    pub shelf_life_days: Option<u32>,
}

impl Series {
    /// The demand on each day before `date`, as the planner reads it out of [`Series::planning_input`].
    #[must_use]
    pub fn before(&self, date: NaiveDate) -> DailySeries {
        let oldest = date
            .checked_sub_days(Days::new(MAX_HISTORY_DAYS))
            .unwrap_or(NaiveDate::MIN);
        let first = self.first.max(oldest).min(date);
        let from = first.signed_duration_since(self.first).num_days().max(0) as usize;
        let length = date.signed_duration_since(first).num_days() as usize;
        let known = self.demand.iter().skip(from).take(length);
        let mut days = Vec::with_capacity(length);
        days.extend(known.map(|&sold| DayDemand::Observed(i64::from(sold))));
        days.resize(length, DayDemand::Observed(0));
        DailySeries { first, days }
    }

    /// What the planner is given of it: the same rows that an imported sales history leaves in a shop.
    #[must_use]
    pub fn planning_input(&self) -> ProductInput {
        let flows = (0..)
            .zip(&self.demand)
            .filter(|(offset, demand)| **demand > 0 || *offset == 0)
            .filter_map(|(offset, demand)| {
                Some(DayFlow {
                    imported: Quantity(i64::from(*demand)),
                    ..DayFlow::on(self.first.checked_add_days(Days::new(offset))?)
                })
            })
            .collect();
        ProductInput {
            sku: self.sku.clone(),
            flows,
            lots: Vec::new(),
            on_order: Quantity::ZERO,
            in_transit: Quantity::ZERO,
            backordered: Quantity::ZERO,
            pack_size: Quantity(1),
            minimum_order: Quantity::ZERO,
            shelf_life_days: self.shelf_life_days,
        }
    }
}

/// All series, in the order of shop and product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The first date of any row.
    pub first: NaiveDate,
    /// The last date of any row; a series without a row then sold nothing.
    pub last: NaiveDate,
    /// One for each product of each shop.
    pub series: Vec<Series>,
}

impl History {
    /// From rows in any order; several of one date are added up. `None` without a row.
    ///
    /// `shelf_life_days` says how long a product keeps.
    #[must_use]
    pub fn of(
        rows: impl IntoIterator<Item = Row>,
        shelf_life_days: &BTreeMap<Sku, u32>,
    ) -> Option<Self> {
        let mut by_series: BTreeMap<(String, Sku), BTreeMap<NaiveDate, i64>> = BTreeMap::new();
        for row in rows {
            let sold = by_series
                .entry((row.shop, row.sku))
                .or_default()
                .entry(row.date)
                .or_insert(0);
            *sold = sold.saturating_add(row.quantity);
        }
        let first = by_series.values().filter_map(first_date).min()?;
        let last = by_series
            .values()
            .filter_map(|days| days.last_key_value())
            .map(|(date, _)| *date)
            .max()?;
        let series = by_series
            .into_iter()
            .filter_map(|((shop, sku), days)| {
                let first = first_date(&days)?;
                let length = last.signed_duration_since(first).num_days() + 1;
                let mut demand = vec![0; length as usize];
                for (date, sold) in days {
                    let offset = date.signed_duration_since(first).num_days() as usize;
                    demand[offset] = sold.clamp(0, Quantity::LIMIT.0) as u32;
                }
                Some(Series {
                    shelf_life_days: shelf_life_days.get(&sku).copied(),
                    shop,
                    sku,
                    first,
                    demand,
                })
            })
            .collect();
        Some(Self {
            first,
            last,
            series,
        })
    }

    /// Base units of a series sold so many days after the first date of the history; 0 outside the series.
    #[must_use]
    pub fn demand(&self, series: &Series, offset: i64) -> i64 {
        let before = series.first.signed_duration_since(self.first).num_days();
        usize::try_from(offset - before)
            .ok()
            .and_then(|place| series.demand.get(place))
            .map_or(0, |&sold| i64::from(sold))
    }

    /// Takes in how long products keep.
    pub fn set_shelf_lives(&mut self, days: &BTreeMap<Sku, u32>) {
        for series in &mut self.series {
            series.shelf_life_days = days.get(&series.sku).copied();
        }
    }
}

fn first_date(days: &BTreeMap<NaiveDate, i64>) -> Option<NaiveDate> {
    days.first_key_value().map(|(date, _)| *date)
}
