//! Production, such as a bakery's: how many deliveries and runs there are in a cycle, what a run makes of each product for
//! each route from which material, and the runs that are planned from it.
//!
//! The mathematics is [`crate::plan::deteriorating::ThreeEchelon`]; its parameters are `parameters`, every number of
//! deliveries with what stands against it is `policy`, a run in pieces is `lots`, and the life of a planned run is
//! `plans`.

mod demand;
pub mod imports;
pub mod lots;
pub mod parameters;
pub mod plans;
pub mod policy;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::Hub;
use super::catalogue::by_sku;
use super::store::catalogue::{self, Product};
use super::store::production::{self as rows, LineRow, MaterialRow, ProductRow};
use super::store::warehouse::{self, Availability};
use super::store::{self, HubTx, audit};
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};
use crate::plan::parameter::ParameterError;
use demand::Demand;
use lots::{Ingredient, Made, ProductLot};
use parameters::{Figure, LineParameters, OwnParameters, Resolved, Weight};
use policy::Policy;

/// Something for each product.
pub(super) type ByProduct<T> = BTreeMap<Sku, T>;

/// Millionths in one.
const MICRO: f64 = 1e6;

/// A product that is made on a line, with what it is reckoned with.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LineProduct {
    /// The product.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Units of the line in a base unit.
    pub conversion: f64,
    /// Base units that are made at once.
    pub batch: i64,
    /// Days that it may be sold.
    pub shelf_life_days: Option<u32>,
    /// Base units demanded in a day, all shops together.
    pub demand_per_day: f64,
    /// Shops that sell it.
    pub shops: i64,
}

/// What a run takes of a material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MaterialNeed {
    /// The material.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Base units.
    pub quantity: i64,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that.
    pub unit_factor: i64,
    /// What is there; absent for a material that no count is kept of.
    pub available: Option<i64>,
}

/// What of a delivery is for a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RouteLot {
    /// The route; a shop without one is a route of its own.
    pub route: String,
    /// The product.
    pub sku: String,
    /// Base units.
    pub quantity: i64,
}

/// Why a line cannot be reckoned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineProblem {
    /// The symbol of the figure that is missing or cannot be.
    pub symbol: String,
    /// What about it.
    pub message: String,
}

impl From<ParameterError> for LineProblem {
    fn from(error: ParameterError) -> Self {
        Self {
            symbol: error.name.to_string(),
            message: error.to_string(),
        }
    }
}

/// A line and what follows for it from the demand of a day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LineReport {
    /// The line.
    pub line: String,
    /// Counts the changes of its parameters.
    pub version: i64,
    /// The day that it is reckoned for.
    pub date: NaiveDate,
    /// What somebody has said of it.
    pub parameters: LineParameters,
    /// Every figure that it is reckoned from, and where each comes from.
    pub figures: Vec<Figure>,
    /// Days in a period.
    pub period_days: f64,
    /// What is made on it.
    pub products: Vec<LineProduct>,
    /// The shortest time that one of them may be sold.
    pub shelf_life_days: Option<u32>,
    /// Every number of deliveries, and the best; absent where it cannot be reckoned.
    pub policy: Option<Policy>,
    /// Why it cannot be reckoned, or why no number of deliveries can be done.
    pub problem: Option<LineProblem>,
    /// The next run by product.
    pub production_lots: Vec<ProductLot>,
    /// The next delivery by route and product.
    pub delivery_lots: Vec<RouteLot>,
    /// What the next run takes.
    pub materials: Vec<MaterialNeed>,
}

/// All that a line is reckoned from, as one snapshot.
pub(super) struct Workshop {
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
    fn load(tx: &mut dyn HubTx, date: NaiveDate) -> Result<Vec<Self>> {
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

    fn shelf_life(&self, product: &ProductRow, known: &Product) -> Option<u32> {
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
                    shelf_life_days: self.shelf_life(product, known),
                }
            })
            .collect()
    }

    /// The last good day of what is made of a product on `run_on`, and its name.
    pub fn product(&self, sku: &Sku) -> Option<(&Product, Option<u32>)> {
        self.products
            .iter()
            .find(|(product, _, _)| product.sku == *sku)
            .map(|(product, _, known)| (known, self.shelf_life(product, known)))
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

    fn report(&self, holding_fraction: f64) -> LineReport {
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
                    shelf_life_days: self.shelf_life(product, known),
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
                    report.production_lots = lots::product_lots(
                        &self.made(&resolved),
                        row.q_p,
                        row.q_b,
                        row.interval_days,
                        row.run_hours,
                    );
                    self.share_out(&mut report);
                } else {
                    report.problem = Some(LineProblem {
                        symbol: "n".to_owned(),
                        message: format!(
                            "no number of deliveries from 1 to {} can be done",
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

fn recipes(tx: &mut dyn HubTx) -> Result<ByProduct<Vec<Ingredient>>> {
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

fn own_of(product: &ProductRow) -> Result<OwnParameters> {
    serde_json::from_str(&product.own)
        .map_err(|error| Error::Corrupt(format!("the parameters of {}: {error}", product.sku)))
}

fn no_line(name: &str) -> Error {
    Error::NotFound(format!("there is no production line {name}"))
}

fn as_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::Internal(format!("writing production figures: {error}")))
}

impl Hub {
    /// Every line with what follows for it from the demand on `date`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a holding fraction that cannot be, and what the database said.
    pub async fn production(&self, date: NaiveDate) -> Result<Vec<LineReport>> {
        let holding_fraction = self.config().holding_fraction_per_period()?;
        store::read(self.store(), move |tx| {
            Ok(Workshop::load(tx, date)?
                .iter()
                .map(|line| line.report(holding_fraction))
                .collect())
        })
        .await
    }

    /// Raw materials by code.
    ///
    /// # Errors
    /// What the database said.
    pub async fn production_materials(&self) -> Result<Vec<MaterialRow>> {
        store::read(self.store(), |tx| rows::materials(tx)).await
    }

    /// One line of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a line, and as [`Hub::production`].
    pub async fn production_line(&self, name: &str, date: NaiveDate) -> Result<LineReport> {
        let holding_fraction = self.config().holding_fraction_per_period()?;
        let name = name.to_owned();
        store::read(self.store(), move |tx| {
            Ok(Workshop::of(tx, &name, date)?.report(holding_fraction))
        })
        .await
    }

    /// Sets what is said of a line, and makes it where there is none of this name; its version afterwards.
    ///
    /// With `version` the change is made only to the line as it was then.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the figure that cannot be; [`Error::Conflict`] when the line was changed since.
    pub async fn set_production_line(
        &self,
        actor: &str,
        name: &str,
        parameters: LineParameters,
        version: Option<i64>,
    ) -> Result<i64> {
        let name = super::checked_name("name", name)?;
        check(&parameters)?;
        let (actor, now) = (actor.to_owned(), self.now());
        let written = as_json(&parameters)?;
        store::write(self.store(), move |tx| {
            let before = rows::find_line(tx, &name)?;
            let known = before.as_ref().map_or(0, |line| line.version);
            if let Some(line) = &before
                && line.parameters == written
                && line.active
            {
                return Ok(known);
            }
            if version.is_some_and(|version| version != known) {
                return Err(Error::Conflict(format!(
                    "line {name} was changed meanwhile (it is at version {known}): look again"
                )));
            }
            let line = LineRow {
                name: name.clone(),
                parameters: written.clone(),
                version: known + 1,
                active: true,
            };
            rows::put_line(tx, &line)?;
            audit::record(tx, now, &actor, "production.line", &name, &written)?;
            Ok(line.version)
        })
        .await
    }
}

/// Refuses what no line can have, whatever the demand.
fn check(parameters: &LineParameters) -> Result<()> {
    // With any demand and any product the model's own checks see every figure.
    let tried = LineParameters {
        D: Some(parameters.D.unwrap_or(1.0)),
        P: parameters
            .P
            .or_else(|| parameters.units_per_hour.map(|_| 1e15)),
        ..*parameters
    };
    if let Some(units) = parameters.units_per_hour
        && !(units > 0.0 && units <= 1e9)
    {
        return Err(Error::invalid(
            "units_per_hour",
            "must be above 0 and at most 1000000000",
        ));
    }
    let resolved = tried.resolve(&[], 0.0);
    let refused = |error: ParameterError| Error::invalid(error.name.to_string(), error.to_string());
    match resolved {
        // A line may be told of before anybody knows how much it makes.
        Err(error) if error.name == "P" && parameters.P.is_none() => Ok(()),
        Err(error) => Err(refused(error)),
        Ok(resolved) => {
            let fits = Policy::of(&resolved, None).map(|_| ());
            match fits {
                Err(error) if parameters.D.is_none() && error.name == "P" => Ok(()),
                fits => fits.map_err(refused),
            }
        }
    }
}
