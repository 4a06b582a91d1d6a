//! The input file: its tables as written, before any check.

use serde::Deserialize;

use super::error::SimulationError;
use super::network::{
    DemandDistribution, DistributorShortage, Horizon, Information, Network, UnmetDemand,
};
use super::replay::{ReplaySource, Sales};

/// Most days of one simulation, history and warm-up included: ten years.
pub const MAX_DAYS: i64 = 3650;

/// The published study's case, which is simulated where no other input is given.
pub const STUDY_CASE: &str = include_str!("study_case.toml");

/// An input file. The tables and fields are described in `study_case.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub(super) seed: Option<u64>,
    pub(super) days: Option<i64>,
    pub(super) warm_up_days: Option<i64>,
    pub(super) history_days: Option<i64>,
    pub(super) replications: Option<i64>,
    pub(super) period_days: i64,
    pub(super) holding_fraction_per_period: f64,
    #[serde(default)]
    pub(super) unmet_demand: UnmetDemand,
    #[serde(default)]
    pub(super) distributor_shortage: DistributorShortage,
    #[serde(default)]
    pub(super) information: Information,
    pub(super) classic_service_level: Option<f64>,
    #[serde(default)]
    pub(super) demand: DemandTable,
    pub(super) replay: Option<ReplaySource>,
    /// What somebody has published of this very case, to be held against the simulation.
    pub published: Option<Published>,
    pub(super) delivery: DeliveryTable,
    #[serde(default)]
    pub(super) planner: PlannerTable,
    #[serde(rename = "supplier")]
    pub(super) suppliers: Vec<SupplierTable>,
    #[serde(rename = "product")]
    pub(super) products: Vec<ProductTable>,
    #[serde(rename = "shop")]
    pub(super) shops: Vec<ShopTable>,
}

/// Published savings of VMI against traditional ordering, in percent of the cost of ordering and holding.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// As printed.
    pub saving_percent: f64,
    /// With every cost computed by one rule.
    pub recomputed_saving_percent: f64,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemandTable {
    pub distribution: Option<DemandDistribution>,
    pub variance_to_mean: Option<f64>,
    pub weekday_factors: Option<Vec<f64>>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeliveryTable {
    #[serde(default)]
    pub distributor_cost: f64,
    #[serde(default)]
    pub shop_cost: f64,
    #[serde(default)]
    pub item_cost: f64,
    pub lead_time_days: f64,
    #[serde(default)]
    pub lead_time_sd_days: f64,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlannerTable {
    pub service_level: Option<f64>,
    pub fill_rate: Option<f64>,
    pub moving_average_periods: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SupplierTable {
    pub name: String,
    pub lead_time_days: f64,
    #[serde(default)]
    pub lead_time_sd_days: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductTable {
    pub name: String,
    pub supplier: String,
    pub retail_price: f64,
    pub distributor_price: f64,
    pub production_cost: f64,
    pub order_cost: f64,
    #[serde(default)]
    pub handling_cost: f64,
    pub shelf_life_days: Option<i64>,
    pub pack_size: Option<i64>,
    #[serde(default)]
    pub minimum_order: i64,
    pub production_per_day: Option<i64>,
    #[serde(default)]
    pub backorder_cost_per_day: f64,
    pub opening_stock: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShopTable {
    pub name: String,
    pub count: Option<i64>,
    pub demand_per_period: Option<Vec<f64>>,
    pub variance_per_day: Option<Vec<f64>>,
    pub order_cost: f64,
    pub lead_time_days: Option<f64>,
    pub lead_time_sd_days: Option<f64>,
    pub opening_stock: Option<Vec<i64>>,
}

/// What the command line says in place of the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Seed.
    pub seed: Option<u64>,
    /// Days that are counted.
    pub days: Option<u32>,
    /// Replications.
    pub replications: Option<u32>,
}

impl Input {
    /// Reads TOML.
    ///
    /// # Errors
    /// [`SimulationError::Syntax`] with the line: no TOML, a field that is not known, missing, or of another kind.
    pub fn parse(text: &str) -> Result<Self, SimulationError> {
        toml::from_str(text).map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start).min(text.len());
            SimulationError::Syntax {
                line: 1 + text.as_bytes()[..at]
                    .iter()
                    .filter(|&&b| b == b'\n')
                    .count(),
                message: error.message().replace('\n', " "),
            }
        })
    }

    /// The file of recorded sales that takes the place of random demand; its text is given to [`Input::network`].
    #[must_use]
    pub fn replay(&self) -> Option<&ReplaySource> {
        self.replay.as_ref()
    }

    /// Checks every figure; `sales` is the text of the replayed file, where the input names one.
    ///
    /// # Errors
    /// [`SimulationError::Field`] names the first table and field that is out of its range, and the range;
    /// [`SimulationError::Sales`] the line of the replayed file.
    pub fn network(
        &self,
        overrides: &Overrides,
        sales: Option<&str>,
    ) -> Result<(Network, Horizon), SimulationError> {
        let sales = match (&self.replay, sales) {
            (Some(source), Some(text)) => {
                let shops: Vec<&str> = self.shops.iter().map(|shop| shop.name.as_str()).collect();
                let products = self.products.iter().map(|product| product.name.as_str());
                let products: Vec<&str> = products.collect();
                Some(Sales::read(text, source, &shops, &products)?)
            }
            (Some(source), None) => {
                return Err(SimulationError::field(
                    "replay: file",
                    &source.file,
                    "must be read first",
                ));
            }
            (None, _) => None,
        };
        let horizon = super::check::horizon(self, overrides, sales.as_ref())?;
        let network = super::check::network(self, sales)?;
        Ok((network, horizon))
    }
}
