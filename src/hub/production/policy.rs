//! The policy of a line: every number of deliveries in a cycle, what it costs whom, and whether it can be done at all.

use serde::Serialize;
use utoipa::ToSchema;

use super::parameters::{Resolved, RunChoice};
use crate::plan::deteriorating::{Costs, Lots, Runs};
use crate::plan::parameter::ParameterError;

/// Why a number of deliveries cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Obstacle {
    /// Its runs do not fit into the cycle one after another: capacity.
    RunsDoNotFit {
        /// Runs that are needed.
        runs: u64,
        /// Runs that there is time for.
        fit: u32,
    },
    /// What is sold last would be older than it keeps.
    TooOld {
        /// Days from the oven to the sale of the last of a run.
        oldest_days: f64,
        /// Days that the product keeping least long may be sold.
        shelf_life_days: f64,
    },
    /// Whole runs leave a surplus of goods that never decay: it would be kept for ever, at no finite cost.
    SurplusForEver,
}

/// What is expected to be lost in a cycle, in units of the line.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, ToSchema)]
pub struct Waste {
    /// Decay with the buyer: Q_B - D T.
    pub at_shops: f64,
    /// Decay while the runs are made: P times their length less what they leave good.
    pub in_runs: f64,
    /// Good units beyond the deliveries, which whole runs leave.
    pub surplus: f64,
    /// Delivered units whose turn to be sold comes after their last day.
    pub beyond_shelf_life: f64,
    /// All of it as a share of what is made.
    pub share_of_made: f64,
}

/// One number of deliveries in a cycle: time in periods, lots in units of the line, costs in rupiah per period; names are
/// the symbols of the model.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[allow(non_snake_case)]
pub struct Row {
    /// Deliveries in a cycle.
    pub n: u32,
    /// Periods from one delivery to the next, and the length of a whole run.
    pub t: f64,
    /// In a delivery.
    pub q_b: f64,
    /// In all of them.
    pub Q_b: f64,
    /// What a whole run leaves good.
    pub q_p: f64,
    /// Material for a whole run.
    pub q_pw: f64,
    /// The same as the supplier had it.
    pub Q_pw: f64,
    /// Whole runs.
    pub n_p: u64,
    /// Length of a last partial run; 0 where there is none.
    pub t_3: f64,
    /// Material that the supplier needs for the cycle.
    pub Q_s: f64,
    /// The buyer's cost; absent, as all costs, where a surplus would be kept for ever.
    pub tc_b: Option<f64>,
    /// Of it, orders and receiving: the wholesaler's or the salesmen's. The rest is the retailers' stock.
    pub tc_b_wholesale: Option<f64>,
    /// The producer's cost of material.
    pub tc_pw: Option<f64>,
    /// The producer's cost of product.
    pub tc_p: Option<f64>,
    /// The supplier's cost.
    pub tc_s: Option<f64>,
    /// The cost of all.
    pub tc: Option<f64>,
    /// Days from one delivery to the next.
    pub interval_days: f64,
    /// Hours that a whole run takes.
    pub run_hours: f64,
    /// Days from the oven to the sale of the last of a run, oldest first, the way to the shop included.
    pub oldest_days: f64,
    /// What is expected to be lost.
    pub waste: Waste,
    /// Why it cannot be chosen; empty where it can.
    pub obstacles: Vec<Obstacle>,
}

impl Row {
    /// What all pay, where it can be chosen.
    #[must_use]
    pub fn total(&self) -> Option<f64> {
        self.tc.filter(|_| self.obstacles.is_empty())
    }

    /// What a party pays, where it can be chosen.
    #[must_use]
    pub fn cost_of(&self, party: Party) -> Option<f64> {
        let cost = match party {
            Party::Supplier => self.tc_s,
            Party::MaterialStore => self.tc_pw,
            Party::Producer => self.tc_p,
            Party::Wholesaler => self.tc_b_wholesale,
            Party::Retailers => self
                .tc_b
                .zip(self.tc_b_wholesale)
                .map(|(all, own)| all - own),
        };
        cost.filter(|_| self.obstacles.is_empty())
    }
}

/// Whose cost it is, up the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// Who sells the raw material.
    Supplier,
    /// The producer's store of raw material.
    MaterialStore,
    /// Oven and finished product.
    Producer,
    /// The salesmen or the wholesaler: orders and receiving.
    Wholesaler,
    /// The shops: what is kept and decays there.
    Retailers,
}

impl Party {
    /// All of them, down the chain.
    pub const ALL: [Self; 5] = [
        Self::Supplier,
        Self::MaterialStore,
        Self::Producer,
        Self::Wholesaler,
        Self::Retailers,
    ];
}

/// A party's part of the policy, in rupiah per period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct PartyShare {
    /// Whose.
    pub party: Party,
    /// What it pays.
    pub cost: f64,
    /// Of what all pay.
    pub share: f64,
    /// The number of deliveries at which it would pay least, among those that can be done.
    pub own_best_n: u32,
    /// What it pays above that: its regret.
    pub regret: f64,
}

/// All numbers of deliveries, and the best of them.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Policy {
    /// With whole runs only.
    pub rows: Vec<Row>,
    /// With a last partial run.
    pub rows_partial_run: Vec<Row>,
    /// The rows of least total cost.
    pub best: Best,
    /// Whether the chosen row has whole runs only.
    pub whole_runs: bool,
    /// Each party's part of the chosen row.
    pub parties: Vec<PartyShare>,
}

/// Rows of the least total cost among those that can be done; the fewer deliveries where two cost the same.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Best {
    /// With whole runs.
    pub whole_runs: Option<Row>,
    /// With a last partial run.
    pub partial_run: Option<Row>,
    /// What the partial run saves of the cost with whole runs, in percent.
    pub saving_percent: Option<f64>,
}

impl Policy {
    /// Every n of a line whose product keeping least long keeps for `shelf_life_days`.
    ///
    /// # Errors
    /// [`ParameterError`] names the parameter that the model refuses.
    pub fn of(line: &Resolved, shelf_life_days: Option<u32>) -> Result<Self, ParameterError> {
        let rows = rows(line, Runs::Whole, shelf_life_days)?;
        let rows_partial_run = self::rows(line, Runs::Partial, shelf_life_days)?;
        let whole_runs = least(&rows, Row::total).cloned();
        let partial_run = least(&rows_partial_run, Row::total).cloned();
        let saving_percent = whole_runs
            .as_ref()
            .and_then(Row::total)
            .zip(partial_run.as_ref().and_then(Row::total))
            .filter(|(whole, _)| *whole > 0.0)
            .map(|(whole, partial)| 100.0 * (whole - partial) / whole);
        let whole = match line.runs {
            RunChoice::Whole => true,
            RunChoice::Partial => false,
            RunChoice::Cheapest => {
                saving_percent.map_or(partial_run.is_none(), |saving| saving <= 0.0)
            }
        };
        let (chosen, among) = if whole {
            (&whole_runs, &rows)
        } else {
            (&partial_run, &rows_partial_run)
        };
        let parties = chosen
            .as_ref()
            .map(|row| parties(row, among))
            .unwrap_or_default();
        Ok(Self {
            parties,
            whole_runs: whole,
            best: Best {
                whole_runs,
                partial_run,
                saving_percent,
            },
            rows,
            rows_partial_run,
        })
    }

    /// The row that is followed; nothing where no number of deliveries can be done.
    #[must_use]
    pub fn chosen(&self) -> Option<&Row> {
        if self.whole_runs {
            self.best.whole_runs.as_ref()
        } else {
            self.best.partial_run.as_ref()
        }
    }

    /// The rows that it was chosen from.
    #[must_use]
    pub fn candidates(&self) -> &[Row] {
        if self.whole_runs {
            &self.rows
        } else {
            &self.rows_partial_run
        }
    }
}

fn parties(chosen: &Row, among: &[Row]) -> Vec<PartyShare> {
    let total = chosen.total().unwrap_or_default();
    Party::ALL
        .into_iter()
        .filter_map(|party| {
            let cost = chosen.cost_of(party)?;
            let own = least(among, |row| row.cost_of(party))?;
            Some(PartyShare {
                party,
                cost,
                share: if total > 0.0 { cost / total } else { 0.0 },
                own_best_n: own.n,
                regret: cost - own.cost_of(party)?,
            })
        })
        .collect()
}

/// The row of the least cost, the first of several.
fn least(rows: &[Row], cost: impl Fn(&Row) -> Option<f64>) -> Option<&Row> {
    rows.iter()
        .filter_map(|row| cost(row).map(|cost| (row, cost)))
        .min_by(|(_, one), (_, other)| one.total_cmp(other))
        .map(|(row, _)| row)
}

fn rows(
    line: &Resolved,
    runs: Runs,
    shelf_life_days: Option<u32>,
) -> Result<Vec<Row>, ParameterError> {
    (1..=line.n_max)
        .map(|n| {
            let lots = line.model.lots(n, runs)?;
            let costs = line.model.costs(&lots).ok();
            Ok(row(line, &lots, costs, shelf_life_days.map(f64::from)))
        })
        .collect()
}

fn row(line: &Resolved, lots: &Lots, costs: Option<Costs>, shelf_life_days: Option<f64>) -> Row {
    let model = &line.model;
    let n = f64::from(lots.deliveries);
    let interval_days = lots.interval * line.period_days;
    let runs = lots.material_deliveries().max(1);
    // Runs are spread over the cycle as evenly as whole deliveries allow, so that one run lasts for at most so many
    // deliveries. Sold in the order they were baked, the units of a run are of age t when its first delivery goes out,
    // and the last is of as many t as there were deliveries (the same for a run that feeds one delivery only).
    let lasts = u64::from(lots.deliveries).div_ceil(runs) as f64;
    let oldest_days = lasts * interval_days + line.days_to_shop;
    let keeps = shelf_life_days.map(|days| days - line.days_to_shop);
    let beyond = keeps.map_or(0.0, |keeps| beyond(keeps, interval_days, lasts)) * lots.delivered;
    let whole = lots.whole_runs as f64;
    let made = model.production_rate * (whole * lots.interval + lots.last_run);
    let good = lots.delivered + lots.surplus;
    let at_shops = lots.delivered - model.demand_rate * model.cycle;
    let in_runs = made - good;
    let lost = at_shops + in_runs + lots.surplus + beyond;
    let mut obstacles = Vec::new();
    if !lots.fit_the_cycle() {
        obstacles.push(Obstacle::RunsDoNotFit {
            runs: lots.material_deliveries(),
            fit: lots.deliveries,
        });
    }
    if let Some(shelf_life_days) = shelf_life_days.filter(|days| oldest_days > *days) {
        obstacles.push(Obstacle::TooOld {
            oldest_days,
            shelf_life_days,
        });
    }
    if costs.is_none() {
        obstacles.push(Obstacle::SurplusForEver);
    }
    Row {
        n: lots.deliveries,
        t: lots.interval,
        q_b: lots.delivery,
        Q_b: lots.delivered,
        q_p: lots.run_yield,
        q_pw: lots.material_per_run,
        Q_pw: lots.supply_per_run,
        n_p: lots.whole_runs,
        t_3: lots.last_run,
        Q_s: lots.supply,
        tc_b: costs.map(|costs| costs.buyer),
        tc_b_wholesale: costs
            .map(|_| (model.buyer_order_cost + n * model.buyer_receiving_cost) / model.cycle),
        tc_pw: costs.map(|costs| costs.material),
        tc_p: costs.map(|costs| costs.producer),
        tc_s: costs.map(|costs| costs.supplier),
        tc: costs.map(|costs| costs.total()),
        interval_days,
        run_hours: interval_days * line.hours_per_day,
        oldest_days,
        waste: Waste {
            at_shops,
            in_runs,
            surplus: lots.surplus,
            beyond_shelf_life: beyond,
            share_of_made: if made > 0.0 {
                (lost / made).min(1.0)
            } else {
                0.0
            },
        },
        obstacles,
    }
}

/// The share of a run's units that are sold later than `keeps` days after they were made, where it is made in `interval`
/// days and then sold evenly over `lasts` intervals, oldest first: the unit sold s days after the run was made s / lasts
/// days after its start, and is of age interval + s (1 - 1 / lasts).
fn beyond(keeps: f64, interval: f64, lasts: f64) -> f64 {
    if interval > keeps {
        return 1.0;
    }
    let ageing = 1.0 - 1.0 / lasts;
    if ageing <= 0.0 {
        return 0.0;
    }
    (1.0 - (keeps - interval) / ageing / (lasts * interval)).clamp(0.0, 1.0)
}
