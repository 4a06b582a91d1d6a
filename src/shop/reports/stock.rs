//! What lies on the shelves, what does not sell, and what was lost.

use std::collections::{BTreeMap, HashMap};

use super::sales::ProductsReport;
use super::{Period, sales};
use crate::error::Result;
use crate::model::{Money, Quantity, Sku};
use crate::shop::Shop;
use crate::shop::store::reports::{self as rows, ReportedProduct};

/// The shop's own goods of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueLine {
    /// The category, or ''.
    pub category: String,
    /// Products with stock.
    pub products: i64,
    /// What they cost.
    pub cost: Money,
    /// What they sell for.
    pub price: Money,
}

/// A product that lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlowLine {
    /// The product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that.
    pub unit_factor: i64,
    /// Base units sold in the period.
    pub sold: Quantity,
    /// Base units there.
    pub on_hand: Quantity,
    /// The money that lies in them.
    pub cost: Money,
}

/// What went out of a product without being sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LossLine {
    /// The product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that.
    pub unit_factor: i64,
    /// `waste`, `expired`, `own_use`, or `count` for what a count did not find.
    pub why: String,
    /// Base units.
    pub quantity: Quantity,
    /// What they had cost.
    pub cost: Money,
}

/// Stock now, and losses of some days. Goods on consignment are not the shop's money and stand in the stock not at
/// all, and in the losses where it has to pay for them; a book below
/// zero counts as nothing there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockReport {
    /// The days of the losses.
    pub period: Period,
    /// By category, most money first.
    pub values: Vec<ValueLine>,
    /// What all of it cost.
    pub cost: Money,
    /// What all of it sells for.
    pub price: Money,
    /// Losses, the dearest first.
    pub losses: Vec<LossLine>,
    /// What all of them had cost.
    pub lost: Money,
}

struct Held {
    on_hand: i64,
    cost: Money,
}

impl Shop {
    /// Stock as it is now, and what was lost in a period.
    ///
    /// # Errors
    /// What the database said.
    pub async fn stock_report(&self, period: Period) -> Result<StockReport> {
        self.db
            .read(move |connection| {
                let known = rows::products(connection)?;
                let held = held(rows::stock(connection)?, &known);
                let losses = rows::losses(connection, period.from, period.to)?;
                Ok(report(period, &known, &held, losses))
            })
            .await
    }

    /// What sold in a period, and the shop's own goods that lie there: those first whose stock lasts longest at the
    /// pace of the period, of those without sales the dearest.
    ///
    /// # Errors
    /// What the database said.
    pub async fn goods_report(&self, period: Period) -> Result<(ProductsReport, Vec<SlowLine>)> {
        self.db
            .read(move |connection| {
                let known = rows::products(connection)?;
                let sold = sales::products(connection, period, &known)?;
                let held = held(rows::stock(connection)?, &known);
                let quantities = sold
                    .products
                    .iter()
                    .map(|product| (product.sku.clone(), product.quantity));
                let slow = slow(&known, &held, &quantities.collect());
                Ok((sold, slow))
            })
            .await
    }
}

/// What is there of each of the shop's own goods; lots at what was paid for them, where that was told.
fn held(
    stock: Vec<rows::StockAtCost>,
    known: &HashMap<i64, ReportedProduct>,
) -> HashMap<i64, Held> {
    let mut held: HashMap<i64, Held> = HashMap::new();
    for part in stock {
        let Some(product) = known
            .get(&part.product_id)
            .filter(|known| !known.consignment)
        else {
            continue;
        };
        let cost = part.cost.unwrap_or(product.cost);
        let of = held.entry(part.product_id).or_insert(Held {
            on_hand: 0,
            cost: Money::ZERO,
        });
        of.on_hand += part.on_hand.0;
        of.cost += Money::for_quantity(cost, product.unit_factor, part.on_hand.0);
    }
    held.retain(|_, of| of.on_hand > 0);
    held
}

fn report(
    period: Period,
    known: &HashMap<i64, ReportedProduct>,
    held: &HashMap<i64, Held>,
    losses: Vec<rows::Loss>,
) -> StockReport {
    let mut by_category: BTreeMap<&str, ValueLine> = BTreeMap::new();
    for (id, of) in held {
        let Some(product) = known.get(id) else {
            continue;
        };
        let line = by_category
            .entry(&product.category)
            .or_insert_with(|| ValueLine {
                category: product.category.clone(),
                products: 0,
                cost: Money::ZERO,
                price: Money::ZERO,
            });
        line.products += 1;
        line.cost += of.cost.max(Money::ZERO);
        line.price += Money::for_quantity(product.price, product.unit_factor, of.on_hand);
    }
    let mut values: Vec<ValueLine> = by_category.into_values().collect();
    values.sort_by_key(|line| std::cmp::Reverse(line.cost));
    let losses = lost(losses, known);
    StockReport {
        period,
        cost: values.iter().map(|line| line.cost).sum(),
        price: values.iter().map(|line| line.price).sum(),
        values,
        lost: losses.iter().map(|line| line.cost).sum(),
        losses,
    }
}

fn slow(
    known: &HashMap<i64, ReportedProduct>,
    held: &HashMap<i64, Held>,
    sold: &HashMap<Sku, Quantity>,
) -> Vec<SlowLine> {
    let mut lines: Vec<SlowLine> = held
        .iter()
        .filter_map(|(id, of)| Some((known.get(id).filter(|known| known.active)?, of)))
        .map(|(product, of)| SlowLine {
            sku: product.sku.clone(),
            name: product.name.clone(),
            unit: product.unit.clone(),
            unit_factor: product.unit_factor,
            sold: sold.get(&product.sku).copied().unwrap_or_default(),
            on_hand: Quantity(of.on_hand),
            cost: of.cost.max(Money::ZERO),
        })
        .collect();
    // Longest lasting first: stock over sales, compared crosswise so that no sales is the longest.
    lines.sort_by(|one, other| {
        let cross =
            |a: &SlowLine, b: &SlowLine| i128::from(a.on_hand.0) * i128::from(b.sold.0.max(0));
        let lasting = cross(other, one).cmp(&cross(one, other));
        let money = other.cost.cmp(&one.cost);
        lasting.then(money).then_with(|| one.sku.cmp(&other.sku))
    });
    lines
}

fn lost(losses: Vec<rows::Loss>, known: &HashMap<i64, ReportedProduct>) -> Vec<LossLine> {
    let mut lines: BTreeMap<(Sku, String), LossLine> = BTreeMap::new();
    for loss in losses {
        // What expired of goods on consignment their owner takes back; for all else that is gone the shop pays.
        let theirs = |product: &&ReportedProduct| product.consignment && loss.why == "expired";
        let product = known.get(&loss.product_id);
        let Some(product) = product.filter(|product| !theirs(product)) else {
            continue;
        };
        let line = lines
            .entry((product.sku.clone(), loss.why.clone()))
            .or_insert_with(|| LossLine {
                sku: product.sku.clone(),
                name: product.name.clone(),
                unit: product.unit.clone(),
                unit_factor: product.unit_factor,
                why: loss.why.clone(),
                quantity: Quantity::ZERO,
                cost: Money::ZERO,
            });
        let cost = loss.cost.unwrap_or(product.cost);
        line.quantity += loss.quantity;
        line.cost += Money::for_quantity(cost, product.unit_factor, loss.quantity.0);
    }
    let mut lines: Vec<LossLine> = lines.into_values().collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.cost));
    lines
}

impl SlowLine {
    /// Whole days that the stock lasts at the pace of the report's period; nothing for what did not sell.
    #[must_use]
    pub fn lasts_days(&self, period: Period) -> Option<i64> {
        let days = period.to.signed_duration_since(period.from).num_days() + 1;
        let selling = self.sold > Quantity::ZERO;
        selling.then(|| self.on_hand.0.saturating_mul(days) / self.sold.0)
    }
}
