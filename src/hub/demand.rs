//! What all shops together will ask for, product by product.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::catalogue::by_sku;
use super::figures::{ShopFigures, policy_of};
use super::store::{HubTx, catalogue, shops};
use crate::error::Result;
use crate::model::{Quantity, Sku};
use crate::plan::plan;

/// The shops' demand for a product, and what they are to be sent of it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ProductDemand {
    /// The sum of the shops' forecasts, base units a day.
    pub forecast_per_day: f64,
    /// The sum of the variances of a day's demand: shops vary independently of each other.
    pub variance_per_day: f64,
    /// Shops that ask for it.
    pub shops: i64,
    /// What the shops' plans would have them sent now.
    pub need: Quantity,
}

/// Demand over all active shops, from each shop's plan for `date`: products that are offered, in the units in which the
/// catalogue counts them.
pub(super) fn product_demand(
    tx: &mut dyn HubTx,
    date: NaiveDate,
) -> Result<BTreeMap<Sku, ProductDemand>> {
    let offered = by_sku(catalogue::products(tx)?);
    let mut found: BTreeMap<Sku, ProductDemand> = BTreeMap::new();
    for shop in shops::list(tx)?.iter().filter(|shop| shop.active) {
        let inputs = ShopFigures::load(tx, &shop.id)?.inputs(tx, |facts| {
            offered.get(&facts.sku).is_some_and(|product| {
                product.entry.active && product.entry.base_unit == facts.base_unit
            })
        })?;
        for line in plan(date, &inputs, &policy_of(shop)) {
            let of_product = found.entry(line.sku).or_default();
            of_product.forecast_per_day += line.forecast_per_day;
            of_product.variance_per_day += line.sigma_protection * line.sigma_protection
                / f64::from(line.protection_days.max(1));
            of_product.shops += i64::from(line.forecast_per_day > 0.0);
            of_product.need += line.quantity;
        }
    }
    Ok(found)
}
