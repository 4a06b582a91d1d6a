//! What the study of vendor-managed inventory gives.

use serde::Serialize;

use crate::study::Erratum;

/// All results: units, and money per period. A list of a retailer has a place for each product, in the case's order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// When and up to what each retailer is supplied.
    pub retailers: Vec<RetailerPlan>,
    /// How much the distributor orders from each supplier, and at which stock.
    pub suppliers: Vec<SupplierPlan>,
    /// Each retailer orders each product by itself, in its own economic lot.
    pub without_vmi: WithoutVmi,
    /// The distributor supplies each retailer with all products together, as shipped where the case says what was.
    pub with_vmi: WithVmi,
    /// The same if deliveries kept to the calculated interval and to the forecast.
    pub with_vmi_at_interval: WithVmi,
    /// What `with_vmi` saves of `without_vmi`, in percent.
    pub saving_percent: f64,
    /// What `with_vmi_at_interval` saves of `without_vmi`, in percent.
    pub saving_percent_at_interval: f64,
    /// Every printed figure beside ours; empty for own figures.
    pub published: Vec<Comparison>,
    /// Printed figures that do not follow; none for own figures.
    pub errata: Vec<Erratum>,
}

/// A retailer's supply.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RetailerPlan {
    /// What it is called.
    pub name: String,
    /// R_jk: units expected to be demanded in a period.
    pub forecast: Vec<f64>,
    /// T_j in whole days.
    pub interval_days: u32,
    /// T_j in days.
    pub interval_days_unrounded: f64,
    /// E_jk = R_jk (T_j + L), T_j in whole days: the units up to which each product is supplied, to the nearest.
    pub max_inventory: Vec<i64>,
    /// E_jk itself.
    pub max_inventory_unrounded: Vec<f64>,
    /// R_jk T_j: units in a delivery when demand is as expected.
    pub delivery: Vec<f64>,
    /// Units that were shipped in the period, where the case says so.
    pub shipped: Option<Vec<f64>>,
}

/// A supplier's lot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SupplierPlan {
    /// The product, which is its only one.
    pub product: String,
    /// R_k: units that all retailers together are expected to need in a period.
    pub demand: f64,
    /// The lot that costs distributor and supplier least together.
    pub eoq: f64,
    /// The distributor's stock at which it orders.
    pub rop: f64,
    /// The lot to the nearest unit.
    pub eoq_rounded: i64,
    /// The stock at which it orders, to the nearest unit.
    pub rop_rounded: i64,
    /// Days from one lot to the next; `None` without demand.
    pub days_between_lots: Option<f64>,
}

/// Costs when each retailer orders each product by itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WithoutVmi {
    /// The lot of each retailer and product.
    pub eoq: Vec<Vec<f64>>,
    /// What ordering costs.
    pub order_cost: Vec<Vec<f64>>,
    /// What keeping costs the retailers.
    pub holding_retailer: Vec<Vec<f64>>,
    /// What keeping costs the distributor.
    pub holding_distributor: Vec<Vec<f64>>,
    /// For each retailer, all of it.
    pub totals: Vec<f64>,
    /// All together.
    pub total: f64,
}

/// What deliveries are costed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// By what was shipped.
    AsShipped,
    /// By the calculated interval, in whole days, and the forecast.
    AtInterval,
}

/// Costs when the distributor supplies each retailer with all products together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WithVmi {
    /// For each retailer, what its deliveries are costed by.
    pub basis: Vec<Basis>,
    /// Deliveries to each retailer in a period.
    pub deliveries: Vec<f64>,
    /// The mean lot of each retailer and product.
    pub average_lot: Vec<Vec<f64>>,
    /// For each retailer, what its deliveries cost.
    pub order_cost: Vec<f64>,
    /// What keeping costs the retailers.
    pub holding_retailer: Vec<Vec<f64>>,
    /// What keeping costs the distributor.
    pub holding_distributor: Vec<Vec<f64>>,
    /// For each retailer, all of it.
    pub totals: Vec<f64>,
    /// All together.
    pub total: f64,
}

/// A printed figure beside ours.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Which figure.
    pub figure: String,
    /// What the study prints.
    pub printed: f64,
    /// What follows, every cell by the same rule.
    pub recomputed: f64,
    /// Whether the printed figure is ours, rounded to its digits.
    pub follows: bool,
    /// What follows when the study's own deviations are followed too; `None` where there is none.
    pub with_its_deviations: Option<f64>,
    /// Decimals of the printed figure.
    #[serde(skip)]
    pub decimals: usize,
}

impl Comparison {
    /// Whether the study's own deviations lead to the printed figure, rounded to its digits.
    #[must_use]
    pub fn follows_with_its_deviations(&self) -> bool {
        self.with_its_deviations
            .is_some_and(|ours| rounds_to(ours, self.printed, self.decimals))
    }
}

/// Whether `printed` is `ours` rounded to so many decimals, halves either way.
pub(super) fn rounds_to(ours: f64, printed: f64, decimals: usize) -> bool {
    let half = 0.5 / [1.0, 10.0, 100.0].get(decimals).copied().unwrap_or(1000.0);
    (ours - printed).abs() <= half + 1e-9
}
