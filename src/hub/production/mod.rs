//! Production, such as a bakery's: how many deliveries and runs there are in a cycle, what a run makes of each product for
//! each route from which material, and the runs that are planned from it.
//!
//! The mathematics is [`crate::plan::deteriorating::ThreeEchelon`]; its parameters are `parameters`, every number of
//! deliveries with what stands against it is `policy`, a run in pieces is `lots`, and the life of a planned run is
//! `plans`.

pub mod buying;
mod demand;
pub mod imports;
pub mod lots;
pub mod materials;
pub mod parameters;
pub mod plans;
pub mod policy;
mod runs;
mod take_back;
mod workshop;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::Hub;
use super::store::production::{self as rows, LineRow, MaterialRow};
use super::store::{self, audit};
use crate::error::{Error, Result};
use crate::model::Sku;
use crate::plan::parameter::ParameterError;
use lots::ProductLot;
use parameters::{Figure, LineParameters};
use policy::Policy;
use workshop::{Workshop, as_json, own_of};

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

impl Hub {
    /// Every line with what follows for it from the demand on `date`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a holding fraction that cannot be, and what the database said.
    pub async fn production(&self, date: NaiveDate) -> Result<Vec<LineReport>> {
        self.may_plan_for(date)?;
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
        self.may_plan_for(date)?;
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
