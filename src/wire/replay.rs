//! What a log adds up to: stock by date and flow by day, on either side.
//!
//! This is the meaning of an event in the fewest words, written apart from the code that posts events into databases,
//! so that the two can be held against each other.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::event::{Fact, LotMove};
use crate::model::{Quantity, Sku};

/// Stock and flow of every product.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals(BTreeMap<Sku, Product>);

/// Stock and flow of one product, base units.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Product {
    /// By best-before date; goods without a date stand under none.
    pub lots: BTreeMap<Option<NaiveDate>, Quantity>,
    /// By business date.
    pub days: BTreeMap<NaiveDate, Day>,
}

/// The flow of one product on one business date, base units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Day {
    /// Sold at the till on this date, less what of that was taken back on any date.
    pub sold: Quantity,
    /// Sold according to the history imported last.
    pub imported: Quantity,
    /// Asked for and not there.
    pub missed: Quantity,
    /// Sum of the movements.
    pub net: Quantity,
    /// Of these, what came in by receipt, count or correction.
    pub inflow: Quantity,
    /// Anything moved.
    pub moved: bool,
}

/// Of what kind a movement is, as far as the flow of a day asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    /// Goods that were sold.
    Sale,
    /// Goods of a sale that came back, all of them or some.
    Void,
    /// Receipts, counts and corrections.
    Other,
}

impl Totals {
    /// Lets an event of `date` have its effect.
    pub fn add(&mut self, date: NaiveDate, fact: &Fact) {
        match fact {
            Fact::SaleRecorded { moves, .. } => self.move_all(date, moves, Movement::Sale),
            Fact::SaleVoided {
                sale_date, moves, ..
            }
            | Fact::SaleReturned {
                sale_date, moves, ..
            } => {
                self.move_all(date, moves, Movement::Void);
                for part in moves {
                    self.day(&part.sku, *sale_date).sold += -part.quantity;
                }
            }
            Fact::StockReceived { moves }
            | Fact::StockCounted { moves }
            | Fact::StockAdjusted { moves, .. }
            | Fact::DeliveryReceived { moves, .. }
            | Fact::ReturnConfirmed { moves, .. } => self.move_all(date, moves, Movement::Other),
            Fact::DemandMissed { sku, quantity } => self.day(sku, date).missed += *quantity,
            Fact::HistoryImported { rows } => {
                for row in rows {
                    self.day(&row.sku, row.date).imported = row.quantity;
                }
            }
            Fact::ProductDefined(_) | Fact::PolicySet(_) | Fact::PlanSaved { .. } => {}
        }
    }

    fn move_all(&mut self, date: NaiveDate, moves: &[LotMove], movement: Movement) {
        for part in moves {
            self.movement(&part.sku, part.expires, date, part.quantity, movement);
        }
    }

    /// Lets one movement have its effect.
    pub fn movement(
        &mut self,
        sku: &Sku,
        expires: Option<NaiveDate>,
        date: NaiveDate,
        quantity: Quantity,
        movement: Movement,
    ) {
        let product = self.product(sku);
        *product.lots.entry(expires).or_default() += quantity;
        let day = product.days.entry(date).or_default();
        day.net += quantity;
        day.moved = true;
        match movement {
            Movement::Sale => day.sold += -quantity,
            Movement::Void => {}
            Movement::Other => day.inflow += quantity.max(Quantity::ZERO),
        }
    }

    /// A product, for what is read from elsewhere.
    pub fn product(&mut self, sku: &Sku) -> &mut Product {
        if !self.0.contains_key(sku) {
            self.0.insert(sku.clone(), Product::default());
        }
        self.0.entry(sku.clone()).or_default()
    }

    /// A product's day, for what is read from elsewhere.
    pub fn day(&mut self, sku: &Sku, date: NaiveDate) -> &mut Day {
        self.product(sku).days.entry(date).or_default()
    }

    /// The products and what is known of each, to be changed.
    pub fn products_mut(&mut self) -> impl Iterator<Item = (&Sku, &mut Product)> {
        self.0.iter_mut()
    }

    /// Every product, by code.
    pub fn products(&self) -> impl Iterator<Item = (&Sku, &Product)> {
        self.0.iter()
    }

    /// What a product has, if anything was said of it.
    #[must_use]
    pub fn get(&self, sku: &Sku) -> Option<&Product> {
        self.0.get(sku)
    }

    /// Lots in which `self` and `other` differ: product, date, and the two quantities. One that is empty is as good as
    /// one that is not there.
    #[must_use]
    pub fn lot_differences<'t>(&'t self, other: &'t Self) -> Vec<LotDifference<'t>> {
        differences(self, other, |product| &product.lots)
    }

    /// Days in which `self` and `other` differ: product, date, and the two flows.
    #[must_use]
    pub fn day_differences<'t>(&'t self, other: &'t Self) -> Vec<DayDifference<'t>> {
        differences(self, other, |product| &product.days)
    }
}

/// Product, best-before date, and the quantity on either side.
pub type LotDifference<'t> = (&'t Sku, Option<NaiveDate>, Quantity, Quantity);

/// Product, business date, and the flow on either side.
pub type DayDifference<'t> = (&'t Sku, NaiveDate, Day, Day);

fn differences<'t, K, V>(
    one: &'t Totals,
    other: &'t Totals,
    part: impl Fn(&'t Product) -> &'t BTreeMap<K, V>,
) -> Vec<(&'t Sku, K, V, V)>
where
    K: Ord + Copy + 't,
    V: Default + Copy + PartialEq + 't,
{
    let mut found = Vec::new();
    let value = |totals: &'t Totals, sku: &Sku, key: &K| -> V {
        totals
            .0
            .get(sku)
            .and_then(|product| part(product).get(key).copied())
            .unwrap_or_default()
    };
    for (sku, product) in &one.0 {
        for (key, here) in part(product) {
            let there = value(other, sku, key);
            if *here != there {
                found.push((sku, *key, *here, there));
            }
        }
    }
    for (sku, product) in &other.0 {
        for (key, there) in part(product) {
            let known = one
                .0
                .get(sku)
                .is_some_and(|here| part(here).contains_key(key));
            if !known && *there != V::default() {
                found.push((sku, *key, V::default(), *there));
            }
        }
    }
    found
}

impl std::fmt::Display for Day {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "sold {}, imported {}, missed {}, net {}, in {}",
            self.sold, self.imported, self.missed, self.net, self.inflow
        )
    }
}
