//! A line with all that it is reckoned from, as one snapshot.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::super::catalogue::by_sku;
use super::super::store::HubTx;
use super::super::store::catalogue::{self, Product};
use super::super::store::production::{self as rows, LineRow, MaterialRow, ProductRow};
use super::super::store::warehouse::{self, Availability};
use super::demand::{self, Demand};
use super::lots::{self, Ingredient, Made};
use super::parameters::{LineParameters, OwnParameters, Resolved, Weight};
use super::policy::Policy;
use super::{ByProduct, LineProblem, LineProduct, LineReport, MICRO, MaterialNeed, RouteLot};
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};
use crate::plan::parameter::ParameterError;

/// All that a line is reckoned from, as one snapshot.
pub(in crate::hub) struct Workshop {
    pub row: LineRow,
    parameters: LineParameters,
    products: Vec<(ProductRow, OwnParameters, Product)>,
    recipes: ByProduct<Vec<Ingredient>>,
    pub materials: ByProduct<MaterialRow>,
    demand: ByProduct<Demand>,
    stock: ByProduct<Availability>,
    date: NaiveDate,
}

impl Workshop {
    pub fn load(tx: &mut dyn HubTx, date: NaiveDate) -> Result<Vec<Self>> {
        let lines = rows::lines(tx)?;
        let made: Vec<ProductRow> = rows::products(tx)?
            .into_iter()
            .filter(|product| product.active)
            .collect();
        let offered = by_sku(catalogue::products(tx)?);
        let recipes = recipes(tx)?;
        let materials: ByProduct<MaterialRow> = rows::materials(tx)?
            .into_iter()
            .map(|material| (material.sku.clone(), material))
            .collect();
        let skus: Vec<Sku> = made.iter().map(|product| product.sku.clone()).collect();
        let demand = demand::live(tx, &skus)?;
        let stock = warehouse::availability(tx, date)?;
        lines
            .into_iter()
            .filter(|line| line.active)
            .map(|row| {
                let products = made
                    .iter()
                    .filter(|product| product.line == row.name)
                    .filter_map(|product| {
                        let known = offered.get(&product.sku)?.clone();
                        Some(own_of(product).map(|own| (product.clone(), own, known)))
                    })
                    .collect::<Result<_>>()?;
                Ok(Self {
                    parameters: parameters_of(&row)?,
                    products,
                    recipes: recipes.clone(),
                    materials: materials.clone(),
                    demand: demand.clone(),
                    stock: stock.clone(),
                    date,
                    row,
                })
            })
            .collect()
    }

    /// The line of this name, on a date.
    pub fn of(tx: &mut dyn HubTx, name: &str, date: NaiveDate) -> Result<Self> {
        Self::load(tx, date)?
            .into_iter()
            .find(|line| line.row.name == name)
            .ok_or_else(|| no_line(name))
    }

    fn demand_of(&self, sku: &Sku) -> Demand {
        self.demand.get(sku).cloned().unwrap_or_default()
    }

    fn shelf_life(product: &ProductRow, known: &Product) -> Option<u32> {
        product.shelf_life_days.or(known.entry.shelf_life_days)
    }

    fn resolved(&self, holding_fraction: f64) -> Result<Resolved, ParameterError> {
        let weights: Vec<Weight> = self
            .products
            .iter()
            .map(|(product, own, known)| {
                let per = known.entry.unit_factor.max(1) as f64;
                let cost = known.cost.unwrap_or(known.entry.price).0 as f64 / per;
                Weight {
                    demand_per_day: self.demand_of(&product.sku).per_day,
                    conversion: conversion(product),
                    unit_cost: cost,
                    material_cost: self.material_cost(&product.sku),
                    own: *own,
                }
            })
            .collect();
        self.parameters.resolve(&weights, holding_fraction)
    }

    /// What the material of a base unit costs, where the cost of all of it is known.
    fn material_cost(&self, sku: &Sku) -> Option<f64> {
        let recipe = self.recipes.get(sku)?;
        recipe
            .iter()
            .map(|part| {
                let material = self.materials.get(&part.material)?;
                let cost = material.cost?.0 as f64 / material.unit_factor.max(1) as f64;
                Some(part.quantity / (1.0 - part.waste) * cost)
            })
            .sum()
    }

    fn made(&self, resolved: &Resolved) -> Vec<Made> {
        let per_hour =
            resolved.model.production_rate / (resolved.period_days * resolved.hours_per_day);
        self.products
            .iter()
            .map(|(product, own, known)| {
                let demand = self.demand_of(&product.sku);
                let conversion = conversion(product);
                let stock = self.stock.get(&product.sku);
                Made {
                    sku: product.sku.clone(),
                    name: known.entry.name.clone(),
                    conversion,
                    batch: product.batch,
                    per_hour: own.per_hour.unwrap_or(per_hour / conversion),
                    demand_per_day: demand.per_day,
                    variance_per_day: demand.variance_per_day,
                    need: demand.need,
                    available: stock.map(Availability::available),
                    shelf_life_days: Self::shelf_life(product, known),
                }
            })
            .collect()
    }

    /// The last good day of what is made of a product on `run_on`, and its name.
    pub fn product(&self, sku: &Sku) -> Option<(&Product, Option<u32>)> {
        self.products
            .iter()
            .find(|(product, _, _)| product.sku == *sku)
            .map(|(product, _, known)| (known, Self::shelf_life(product, known)))
    }

    /// Pieces of a product shared out over the routes by their demand.
    pub fn by_route(&self, sku: &Sku, pieces: i64) -> BTreeMap<String, i64> {
        lots::shared_out(pieces, &self.demand_of(sku).routes)
    }

    /// What pieces of products take of each material.
    pub fn materials_for<'a>(
        &self,
        made: impl Iterator<Item = (&'a Sku, i64)>,
    ) -> ByProduct<Quantity> {
        lots::materials(made, &self.recipes)
    }

    pub fn report(&self, holding_fraction: f64) -> LineReport {
        let products: Vec<LineProduct> = self
            .products
            .iter()
            .map(|(product, _, known)| {
                let demand = self.demand_of(&product.sku);
                LineProduct {
                    sku: product.sku.to_string(),
                    name: known.entry.name.clone(),
                    conversion: conversion(product),
                    batch: product.batch.0,
                    shelf_life_days: Self::shelf_life(product, known),
                    demand_per_day: demand.per_day,
                    shops: demand.shops,
                }
            })
            .collect();
        let shelf_life_days = products
            .iter()
            .filter_map(|product| product.shelf_life_days)
            .min();
        let mut report = LineReport {
            line: self.row.name.clone(),
            version: self.row.version,
            date: self.date,
            parameters: self.parameters,
            figures: Vec::new(),
            period_days: 0.0,
            products,
            shelf_life_days,
            policy: None,
            problem: None,
            production_lots: Vec::new(),
            delivery_lots: Vec::new(),
            materials: Vec::new(),
        };
        let reckoned = self.resolved(holding_fraction).and_then(|resolved| {
            report.figures.clone_from(&resolved.figures);
            report.period_days = resolved.period_days;
            Policy::of(&resolved, shelf_life_days).map(|policy| (resolved, policy))
        });
        match reckoned {
            Err(error) => report.problem = Some(error.into()),
            Ok((resolved, policy)) => {
                if let Some(row) = policy.chosen() {
                    // Where the cycle needs less than one whole run, its partial run is all there is.
                    let (units, hours) = if row.n_p == 0 {
                        let days = row.t_3 * resolved.period_days;
                        (row.Q_b, days * resolved.hours_per_day)
                    } else {
                        (row.q_p, row.run_hours)
                    };
                    report.production_lots = lots::product_lots(
                        &self.made(&resolved),
                        units,
                        row.q_b,
                        row.interval_days,
                        hours,
                    );
                    self.share_out(&mut report);
                } else {
                    report.problem = Some(LineProblem {
                        symbol: "n".to_owned(),
                        message: format!(
                            "no number of deliveries from 1 to {} can be done: goods that would be too old ask for a shorter cycle (T), runs that do not fit for more capacity (P)",
                            resolved.n_max
                        ),
                    });
                }
                report.policy = Some(policy);
            }
        }
        report
    }

    fn share_out(&self, report: &mut LineReport) {
        for lot in &report.production_lots {
            let Ok(sku) = Sku::parse(&lot.sku) else {
                continue;
            };
            for (route, quantity) in self.by_route(&sku, lot.delivery) {
                report.delivery_lots.push(RouteLot {
                    route,
                    sku: lot.sku.clone(),
                    quantity,
                });
            }
        }
        report
            .delivery_lots
            .sort_by(|one, other| (&one.route, &one.sku).cmp(&(&other.route, &other.sku)));
        let made: Vec<(Sku, i64)> = report
            .production_lots
            .iter()
            .filter_map(|lot| Some((Sku::parse(&lot.sku).ok()?, lot.quantity)))
            .collect();
        report.materials = self
            .materials_for(made.iter().map(|(sku, pieces)| (sku, *pieces)))
            .into_iter()
            .map(|(sku, quantity)| self.need(&sku, quantity))
            .collect();
    }

    fn need(&self, sku: &Sku, quantity: Quantity) -> MaterialNeed {
        let known = self.materials.get(sku);
        MaterialNeed {
            sku: sku.to_string(),
            name: known.map_or_else(|| sku.to_string(), |material| material.name.clone()),
            quantity: quantity.0,
            unit: known.map_or_else(String::new, |material| material.unit.clone()),
            unit_factor: known.map_or(1, |material| material.unit_factor),
            available: self.stock.get(sku).map(|stock| stock.available().0),
        }
    }
}

fn conversion(product: &ProductRow) -> f64 {
    product.conversion_micro as f64 / MICRO
}

pub(super) fn recipes(tx: &mut dyn HubTx) -> Result<ByProduct<Vec<Ingredient>>> {
    let mut recipes: ByProduct<Vec<Ingredient>> = BTreeMap::new();
    for row in rows::recipes(tx)? {
        recipes.entry(row.sku).or_default().push(Ingredient {
            material: row.material,
            quantity: row.quantity_micro as f64 / MICRO,
            waste: row.waste_micro as f64 / MICRO,
        });
    }
    Ok(recipes)
}

fn parameters_of(line: &LineRow) -> Result<LineParameters> {
    serde_json::from_str(&line.parameters)
        .map_err(|error| Error::Corrupt(format!("the parameters of line {}: {error}", line.name)))
}

pub(super) fn own_of(product: &ProductRow) -> Result<OwnParameters> {
    serde_json::from_str(&product.own)
        .map_err(|error| Error::Corrupt(format!("the parameters of {}: {error}", product.sku)))
}

fn no_line(name: &str) -> Error {
    Error::NotFound(format!("there is no production line {name}"))
}

pub(super) fn as_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::Internal(format!("writing production figures: {error}")))
}
