//! A run in pieces: for each product, each route, and of each material.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::{Quantity, Sku};
use crate::plan::distribution::NegativeBinomial;

/// Base units by which a lot may exceed a whole number without needing one more: rounding of the shares.
const ROUNDING: f64 = 1e-9;

/// What a product brings to a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// Units of the line in a base unit.
    pub conversion: f64,
    /// Base units that are made at once.
    pub batch: Quantity,
    /// Base units that the line makes in an hour.
    pub per_hour: f64,
    /// Base units demanded in a day.
    pub demand_per_day: f64,
    /// The variance of that.
    pub variance_per_day: f64,
    /// What shops should be sent now, by the nightly plan.
    pub need: Quantity,
    /// What is there to be sent; nothing for a product that no count is kept of.
    pub available: Option<Quantity>,
    /// Days that it may be sold.
    pub shelf_life_days: Option<u32>,
}

/// How much of a product a run makes, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProductLot {
    /// The product.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Its share of all units of the line.
    pub share: f64,
    /// That share of a run, in base units.
    pub lot_unrounded: f64,
    /// The same in whole batches, rounded up.
    pub lot: i64,
    /// Its share of a delivery, in base units.
    pub delivery_unrounded: f64,
    /// The same in whole base units, rounded up.
    pub delivery: i64,
    /// What is there to be sent; absent for a product that no count is kept of.
    pub available: Option<i64>,
    /// What shops should be sent now.
    pub need: i64,
    /// What to make now.
    pub quantity: i64,
    /// What decided that.
    pub decided_by: Decision,
    /// Hours that it takes.
    pub hours: f64,
    /// Base units of a delivery that are expected to be left after the last day on which they may be sold, were all shops
    /// one: with demand of the negative binomial distribution. Absent for goods that keep.
    pub expected_unsold: Option<f64>,
}

/// What decided how much is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The lot of the policy.
    Lot,
    /// What is there is enough for the next delivery: none is made.
    Enough,
    /// Shops need more now than the lot and what is there.
    Need,
    /// The line has no time for more.
    Capacity,
}

/// The run that the policy says, made ready for today.
///
/// A product of which the next delivery is there already is left out; one of which shops need more now than its lot
/// covers is raised to that. If the line has no time for all, every product gives way in proportion, in whole batches.
///
/// `delivery_days` are the days from one delivery to the next, `hours` what the line has for the run.
#[must_use]
pub fn product_lots(
    products: &[Made],
    run_units: f64,
    delivery_units: f64,
    delivery_days: f64,
    hours: f64,
) -> Vec<ProductLot> {
    let units = |product: &Made| product.demand_per_day * product.conversion;
    let all: f64 = products.iter().map(units).sum();
    if all <= 0.0 {
        return Vec::new();
    }
    let mut lots: Vec<ProductLot> = products
        .iter()
        .map(|product| {
            let share = units(product) / all;
            let pieces = run_units * share / product.conversion;
            let delivery_unrounded = delivery_units * share / product.conversion;
            let lot = whole_batches(pieces, product.batch);
            let delivery = (delivery_unrounded - ROUNDING).ceil() as i64;
            let available = product.available.map(|available| available.0);
            let missing = product.need.0 - available.unwrap_or(0);
            let (quantity, decided_by) = match available {
                Some(there) if there >= delivery.max(product.need.0) => (0, Decision::Enough),
                _ if product.available.is_some() && missing > lot => {
                    (whole_batches(missing as f64, product.batch), Decision::Need)
                }
                _ => (lot, Decision::Lot),
            };
            ProductLot {
                sku: product.sku.to_string(),
                name: product.name.clone(),
                share,
                lot_unrounded: pieces,
                lot,
                delivery_unrounded,
                delivery,
                available,
                need: product.need.0,
                quantity,
                decided_by,
                hours: quantity as f64 / product.per_hour,
                expected_unsold: expected_unsold(product, delivery, delivery_days),
            }
        })
        .collect();
    let needed: f64 = lots.iter().map(|lot| lot.hours).sum();
    // A lot rounded up to batches may take a little longer than its run; that is no lack of time.
    let rounding: f64 = products
        .iter()
        .map(|product| product.batch.0 as f64 / product.per_hour)
        .sum();
    if needed > hours + rounding && needed > 0.0 {
        for (lot, product) in lots.iter_mut().zip(products) {
            let batch = product.batch.0.max(1);
            let cut = (lot.quantity as f64 * hours / needed + ROUNDING).floor() as i64;
            let cut = cut / batch * batch;
            if cut < lot.quantity {
                lot.quantity = cut;
                lot.decided_by = Decision::Capacity;
                lot.hours = cut as f64 / product.per_hour;
            }
        }
    }
    lots
}

fn whole_batches(pieces: f64, batch: Quantity) -> i64 {
    let batch = batch.0.max(1);
    let whole = ((pieces - ROUNDING) / batch as f64).ceil().max(0.0);
    // Pieces are bounded by what a line can make; the bound keeps the product within the integers all the same.
    (whole.min(1e15) as i64).saturating_mul(batch)
}

fn expected_unsold(product: &Made, delivery: i64, delivery_days: f64) -> Option<f64> {
    let days = f64::from(product.shelf_life_days?) - delivery_days;
    let days = days.max(0.0);
    let mean = product.demand_per_day * days;
    let demand = NegativeBinomial::with_moments(mean, product.variance_per_day * days);
    Some((delivery as f64 - mean + demand.expected_shortage(delivery)).max(0.0))
}

/// A number of pieces shared out in whole ones by weights, so that nothing is lost: each gets its share rounded down, and
/// those with the largest remainders one more (Hamilton's method); equal remainders go in the order of the names.
#[must_use]
pub fn shared_out(pieces: i64, weights: &BTreeMap<String, f64>) -> BTreeMap<String, i64> {
    let all: f64 = weights.values().sum();
    if all <= 0.0 || pieces <= 0 {
        return BTreeMap::new();
    }
    let mut shares: Vec<(&String, i64, f64)> = weights
        .iter()
        .map(|(name, weight)| {
            let exact = pieces as f64 * weight / all;
            (name, exact.floor() as i64, exact - exact.floor())
        })
        .collect();
    let given: i64 = shares.iter().map(|(_, whole, _)| whole).sum();
    let mut left = pieces - given;
    shares.sort_by(|one, other| other.2.total_cmp(&one.2).then(one.0.cmp(other.0)));
    for share in &mut shares {
        if left <= 0 {
            break;
        }
        share.1 += 1;
        left -= 1;
    }
    shares
        .into_iter()
        .filter(|(_, whole, _)| *whole > 0)
        .map(|(name, whole, _)| (name.clone(), whole))
        .collect()
}

/// Of what a product is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Ingredient {
    /// The material.
    pub material: Sku,
    /// Base units of it in a base unit of product.
    pub quantity: f64,
    /// The part of the material that is lost in making it, from 0 to below 1.
    pub waste: f64,
}

impl Ingredient {
    /// Base units that a base unit of product takes, what is lost included: quantity / (1 - waste).
    #[must_use]
    pub fn of_one(&self) -> f64 {
        self.quantity / (1.0 - self.waste.clamp(0.0, 0.999_999))
    }
}

/// What a run takes of each material, in its base units, rounded up: quantity / (1 - waste) for every piece.
#[must_use]
pub fn materials<'a>(
    made: impl Iterator<Item = (&'a Sku, i64)>,
    recipes: &BTreeMap<Sku, Vec<Ingredient>>,
) -> BTreeMap<Sku, Quantity> {
    let mut exact: BTreeMap<Sku, f64> = BTreeMap::new();
    for (sku, pieces) in made {
        for ingredient in recipes.get(sku).into_iter().flatten() {
            *exact.entry(ingredient.material.clone()).or_default() +=
                pieces as f64 * ingredient.of_one();
        }
    }
    exact
        .into_iter()
        .map(|(sku, quantity)| (sku, Quantity((quantity - ROUNDING).ceil().min(1e15) as i64)))
        .collect()
}
