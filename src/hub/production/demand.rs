//! The shops' live demand for what is made here: what the latest planning of each shop found.

use std::collections::BTreeMap;

use super::super::store::production::ByRoute;
use super::super::store::{HubTx, plans, production};
use super::ByProduct;
use crate::error::Result;
use crate::model::{Quantity, Sku};

/// Demand for a product over all shops.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Demand {
    /// Base units in a day.
    pub per_day: f64,
    /// The variance of that, the shops' errors taken for independent.
    pub variance_per_day: f64,
    /// Shops that ask for it.
    pub shops: i64,
    /// What should be sent to the shops whose turn has come.
    pub need: Quantity,
    /// Base units in a day by route; a shop without one is a route of its own.
    pub routes: BTreeMap<String, f64>,
}

/// Demand for these products.
pub(super) fn live(tx: &mut dyn HubTx, made: &[Sku]) -> Result<ByProduct<Demand>> {
    if made.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sums = plans::product_plans(tx)?;
    let planned = plans::product_demand(tx)?;
    let mut found: ByProduct<Demand> = made
        .iter()
        .map(|sku| {
            let demand = planned.get(sku).copied().unwrap_or_default();
            let demand = Demand {
                per_day: demand.forecast_per_day,
                variance_per_day: demand.variance_per_day,
                shops: demand.shops,
                need: sums.get(sku).map_or(Quantity::ZERO, |sum| sum.due_quantity),
                routes: BTreeMap::new(),
            };
            (sku.clone(), demand)
        })
        .collect();
    for ByRoute {
        sku,
        route,
        forecast_micro,
    } in production::demand_by_route(tx)?
    {
        if let Some(demand) = found.get_mut(&sku) {
            *demand.routes.entry(route).or_default() += forecast_micro as f64;
        }
    }
    Ok(found)
}
