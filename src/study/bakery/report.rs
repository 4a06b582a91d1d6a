//! What the study of the bakery gives.

use serde::Serialize;

use super::case::Parameters;
use crate::plan::deteriorating::{Costs, Lots};
use crate::study::Erratum;

/// All results. Names are the symbols of the model in ASCII, see [`crate::plan::deteriorating::ThreeEchelon`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// What it was calculated from.
    pub parameters: Parameters,
    /// With whole runs, each n from 1.
    pub rows: Vec<Row>,
    /// With a last partial run, each n from 1.
    pub rows_partial_run: Vec<Row>,
    /// The n of the least total cost.
    pub best: Best,
    /// What each party would gain by its own n instead of the best for all, runs whole; `None` without such a best.
    pub regret: Option<Regret>,
    /// The run of the best n in pieces of each product.
    pub production_lots: Vec<ProductionLot>,
    /// The material of the best n in sacks.
    pub flour: Option<Sacks>,
    /// What the study prints of its deliveries; `None` for own figures.
    pub delivery_lots: Option<DeliveryLots>,
    /// What the study prints of its costs; `None` for own figures.
    pub published: Option<Published>,
    /// Printed figures that do not follow; none for own figures.
    pub errata: Vec<Erratum>,
}

/// One number of deliveries in a cycle: time in periods, lots in units, costs in money per period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(non_snake_case)]
pub struct Row {
    /// Deliveries in a cycle.
    pub n: u32,
    /// Time from one to the next.
    pub t: f64,
    /// In a delivery to the buyer.
    pub q_b: f64,
    /// In all of them.
    pub Q_b: f64,
    /// What a whole run leaves good.
    pub q_p: f64,
    /// Material of a whole run at the producer.
    pub q_pw: f64,
    /// The same as the supplier had it.
    pub Q_pw: f64,
    /// Whole runs.
    pub n_p: u64,
    /// Length of a last partial run; `None` where runs are whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub t_3: Option<f64>,
    /// Material that the supplier needs for the cycle.
    pub Q_s: f64,
    /// The buyer's cost; `None`, as all costs, where a surplus would be kept for ever because theta_P is 0.
    pub tc_b: Option<f64>,
    /// The producer's cost of material.
    pub tc_pw: Option<f64>,
    /// The producer's cost of product.
    pub tc_p: Option<f64>,
    /// The supplier's cost.
    pub tc_s: Option<f64>,
    /// The cost of all.
    pub tc: Option<f64>,
    /// Whether all runs fit into the cycle. Where not, production cannot keep up, and the row is never the best.
    pub fits_cycle: bool,
}

impl Row {
    /// The row of these lots; `last_run` says whether they may end with a partial run.
    pub(super) fn new(lots: &Lots, costs: Option<Costs>, last_run: bool) -> Self {
        Self {
            n: lots.deliveries,
            t: lots.interval,
            q_b: lots.delivery,
            Q_b: lots.delivered,
            q_p: lots.run_yield,
            q_pw: lots.material_per_run,
            Q_pw: lots.supply_per_run,
            n_p: lots.whole_runs,
            t_3: last_run.then_some(lots.last_run),
            Q_s: lots.supply,
            tc_b: costs.map(|costs| costs.buyer),
            tc_pw: costs.map(|costs| costs.material),
            tc_p: costs.map(|costs| costs.producer),
            tc_s: costs.map(|costs| costs.supplier),
            tc: costs.map(|costs| costs.total()),
            fits_cycle: lots.fit_the_cycle(),
        }
    }

    /// What a party pays, if the row can be carried out and costed.
    #[must_use]
    pub fn cost_of(&self, party: Party) -> Option<f64> {
        let costs = match party {
            Party::Buyer => self.tc_b,
            Party::Producer => self
                .tc_pw
                .zip(self.tc_p)
                .map(|(material, product)| material + product),
            Party::Supplier => self.tc_s,
        };
        costs.filter(|_| self.fits_cycle)
    }

    /// What all pay, if the row can be carried out and costed.
    #[must_use]
    pub fn total(&self) -> Option<f64> {
        self.tc.filter(|_| self.fits_cycle)
    }
}

/// Whose cost it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The salesmen.
    Buyer,
    /// The bakery, material and product.
    Producer,
    /// The supplier of the material.
    Supplier,
}

impl Party {
    /// All of them, down the chain's own order.
    pub const ALL: [Self; 3] = [Self::Buyer, Self::Producer, Self::Supplier];
}

/// Rows of the least total cost; the fewer deliveries where two cost the same.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Best {
    /// With whole runs, as published; `None` where theta_P is 0 and every n leaves a surplus.
    pub whole_runs: Option<Row>,
    /// With a last partial run.
    pub partial_run: Row,
    /// What the partial run saves of the cost with whole runs, in percent.
    pub saving_percent: Option<f64>,
}

/// What agreeing on one n costs each party, in money per period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Regret {
    /// The best n for all together.
    pub n: u32,
    /// The salesmen's.
    pub buyer: PartyRegret,
    /// The bakery's.
    pub producer: PartyRegret,
    /// The supplier's.
    pub supplier: PartyRegret,
    /// All together.
    pub sum: f64,
}

/// One party's regret.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PartyRegret {
    /// The n at which it pays least.
    pub own_best_n: u32,
    /// What it pays there.
    pub own_best_cost: f64,
    /// What it pays at the best n for all.
    pub cost: f64,
    /// The difference.
    pub regret: f64,
    /// What the others would pay above their own best, were its best followed.
    pub others_regret: f64,
}

/// A product's part of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProductionLot {
    /// What it is called.
    pub product: String,
    /// Pieces made in a day.
    pub daily_production: f64,
    /// Units of the model in a piece.
    pub conversion: f64,
    /// Units of the model made in a day.
    pub daily_production_aggregate: f64,
    /// Its share of all units.
    pub share: f64,
    /// That share of q_P, in units of the model.
    pub q_p_aggregate: f64,
    /// The same in pieces.
    pub q_p: f64,
    /// Rounded up to whole pieces.
    pub q_p_rounded_up: i64,
}

/// Material in sacks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(non_snake_case)]
pub struct Sacks {
    /// Grams in a unit of product.
    pub grams_per_unit: f64,
    /// Grams in a sack.
    pub grams_per_sack: f64,
    /// q_PW: for a run.
    pub q_pw_sacks: f64,
    /// Q_S: for a cycle.
    pub Q_s_sacks: f64,
}

/// A delivery split over salesmen and products, as printed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeliveryLots {
    /// Names of the columns.
    pub products: Vec<&'static str>,
    /// Pieces of each product for each salesman.
    pub salesmen: Vec<SalesmanLot>,
    /// Pieces of each product.
    pub pieces: Vec<u32>,
    /// All pieces.
    pub sum_pieces: u32,
    /// All pieces in units of the model.
    pub sum_units: f64,
    /// q_B: what the model delivers.
    pub q_b: f64,
}

/// A salesman's part of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SalesmanLot {
    /// Who.
    pub salesman: &'static str,
    /// Pieces of each product.
    pub pieces: Vec<u32>,
    /// All pieces.
    pub sum_pieces: u32,
}

/// How the printed costs compare with the rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Published {
    /// Rows of the printed table.
    pub rows: Vec<PublishedRow>,
    /// The largest difference of a cost from ours, as a share of ours.
    pub largest_relative_difference: f64,
}

/// A row of the printed table of costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PublishedRow {
    /// Deliveries in a cycle.
    pub n: u32,
    /// Whole runs.
    pub n_p: u64,
    /// The buyer's cost.
    pub tc_b: f64,
    /// The producer's cost of material.
    pub tc_pw: f64,
    /// The producer's cost of product.
    pub tc_p: f64,
    /// The supplier's cost.
    pub tc_s: f64,
    /// The cost of all.
    pub tc: f64,
}
