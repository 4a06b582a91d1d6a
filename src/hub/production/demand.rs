//! The shops' live demand for what is made here.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::super::figures::{ShopFigures, policy_of};
use super::super::store::{HubTx, shops};
use super::ByProduct;
use crate::error::Result;
use crate::model::{BaseUnit, Quantity, Sku};
use crate::plan::{Urgency, plan};

/// Demand for a product over all shops.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Demand {
    /// Base units in a day.
    pub per_day: f64,
    /// The variance of that.
    pub variance_per_day: f64,
    /// Shops that sell it.
    pub shops: i64,
    /// What shops should be sent now.
    pub need: Quantity,
    /// Base units in a day by route; a shop without one is a route of its own.
    pub routes: BTreeMap<String, f64>,
}

/// Demand for these products, counted as the catalogue counts them.
pub(super) fn live(
    tx: &mut dyn HubTx,
    counted: &BTreeMap<Sku, BaseUnit>,
    date: NaiveDate,
) -> Result<ByProduct<Demand>> {
    let mut found: ByProduct<Demand> = BTreeMap::new();
    for shop in shops::list(tx)?.iter().filter(|shop| shop.active) {
        let inputs = ShopFigures::load(tx, &shop.id)?.inputs(tx, |facts| {
            counted.get(&facts.sku) == Some(&facts.base_unit)
        })?;
        for line in plan(date, &inputs, &policy_of(shop)) {
            let demand = found.entry(line.sku.clone()).or_default();
            demand.per_day += line.forecast_per_day;
            demand.variance_per_day +=
                line.sigma_protection * line.sigma_protection / f64::from(line.protection_days);
            demand.shops += 1;
            *demand.routes.entry(shop.name.clone()).or_default() += line.forecast_per_day;
            if line.urgency != Urgency::Later {
                demand.need += line.quantity;
            }
        }
    }
    Ok(found)
}
