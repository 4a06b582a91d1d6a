//! What production takes of each raw material, so that it is bought like anything else: by reorder point and lot over what
//! the shops' demand uses up, and for the runs that are planned.

use std::collections::{BTreeMap, BTreeSet};

use super::super::catalogue::by_sku;
use super::super::store::catalogue::{self, Product};
use super::super::store::plans::{ProductDemand, product_demand};
use super::super::store::production::{self as rows, MaterialRow};
use super::super::store::{HubTx, production_plans};
use super::ByProduct;
use super::workshop::recipes;
use crate::error::Result;
use crate::model::{Money, Quantity, Sku};
use crate::wire::note::CatalogueEntry;

/// What production takes of a material.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MaterialUse {
    /// Base units a day, by the recipes and the shops' forecasts of what is made.
    pub per_day: f64,
    /// The variance of that, products taken for independent.
    pub variance_per_day: f64,
    /// Base units that runs take which are planned and not booked in.
    pub for_runs: Quantity,
}

/// What production takes of every material that is in a recipe of something made here.
pub(in crate::hub) fn material_use(tx: &mut dyn HubTx) -> Result<ByProduct<MaterialUse>> {
    let made: BTreeSet<Sku> = rows::products(tx)?
        .into_iter()
        .filter(|product| product.active)
        .map(|product| product.sku)
        .collect();
    let demand = product_demand(tx)?;
    let mut found = used(&recipes_of(tx, &made)?, &demand);
    for (sku, quantity) in production_plans::materials_of_open(tx)? {
        found.entry(sku).or_default().for_runs = quantity;
    }
    Ok(found)
}

type Recipes = ByProduct<Vec<super::lots::Ingredient>>;

fn recipes_of(tx: &mut dyn HubTx, made: &BTreeSet<Sku>) -> Result<Recipes> {
    let mut all = recipes(tx)?;
    all.retain(|sku, _| made.contains(sku));
    Ok(all)
}

/// A day's demand for products as a day's demand for what is in them: quantity / (1 - waste) for every base unit.
fn used(recipes: &Recipes, demand: &BTreeMap<Sku, ProductDemand>) -> ByProduct<MaterialUse> {
    let mut found: ByProduct<MaterialUse> = BTreeMap::new();
    for (sku, parts) in recipes {
        let asked = demand.get(sku).copied().unwrap_or_default();
        for part in parts {
            let of_one = part.of_one();
            let used = found.entry(part.material.clone()).or_default();
            used.per_day += asked.forecast_per_day * of_one;
            used.variance_per_day += asked.variance_per_day * of_one * of_one;
        }
    }
    found
}

/// All that may lie in the warehouse: the catalogue, and raw materials that are not in it and no shop is told of.
pub(in crate::hub) fn stocked(tx: &mut dyn HubTx) -> Result<BTreeMap<Sku, Product>> {
    let mut found = by_sku(catalogue::products(tx)?);
    for material in rows::materials(tx)? {
        found
            .entry(material.sku.clone())
            .or_insert_with(|| as_product(material));
    }
    Ok(found)
}

fn as_product(material: MaterialRow) -> Product {
    Product {
        cost: material.cost,
        supplier: None,
        category: None,
        entry: CatalogueEntry {
            sku: material.sku,
            name: material.name,
            base_unit: material.base_unit,
            unit: material.unit,
            unit_factor: material.unit_factor,
            pack_name: material.pack_name,
            pack_size: material.pack_size,
            minimum_order: Quantity::ZERO,
            shelf_life_days: None,
            price: material.cost.unwrap_or(Money::ZERO),
            barcode: None,
            active: true,
        },
    }
}
