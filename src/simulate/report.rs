//! All policies on the same replications, and what came of them.

use serde::Serialize;

use super::conclusion;
use super::cost::{Cost, EchelonFigures, as_the_study_counts, figures};
use super::demand::DemandModel;
use super::error::SimulationError;
use super::input::Published;
use super::network::{DistributorShortage, Horizon, Information, Network, UnmetDemand};
use super::policy::{POLICIES, policies};
use super::run::replicate;
use super::statistics::{Interval, interval, mean, saving_percent};

/// The result of a simulation. Money and counts are per period, means over all replications; the cells of the costs are
/// rounded to a millionth, and every sum is the exact sum of its cells.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Where all chance came from.
    pub seed: u64,
    /// Replications.
    pub replications: u32,
    /// Days counted in each.
    pub days: u32,
    /// Days before them, not counted.
    pub warm_up_days: u32,
    /// Days in a period.
    pub period_days: u32,
    /// Shops.
    pub shops: usize,
    /// Products.
    pub products: usize,
    /// What traditional ordering and VMI knew of demand.
    pub information: Information,
    /// Probability of no shortage that policies with safety stock, other than this program's planner, keep it for.
    pub classic_service_level: f64,
    /// What became of unmet demand.
    pub unmet_demand: UnmetDemand,
    /// What became of what the distributor did not have.
    pub distributor_shortage: DistributorShortage,
    /// Traditional ordering and VMI as the study has them, both with safety stock, this program's planner.
    pub policies: Vec<PolicyReport>,
    /// Each policy against those before it.
    pub savings: Vec<Saving>,
    /// Published savings of this case.
    pub published: Option<Published>,
    /// What follows, in sentences.
    pub conclusion: Vec<String>,
}

/// One policy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PolicyReport {
    /// `traditional`, `vmi`, `traditional_with_safety_stock`, `vmi_with_safety_stock` or `kulakan`.
    pub name: &'static str,
    /// All echelons together.
    pub cost: Cost,
    /// Share of demand met from the shelf.
    pub fill_rate: f64,
    /// Share of times between two deliveries of a product to a shop without a shortage.
    pub cycle_service: f64,
    /// Units per period that passed their date.
    pub waste_units: f64,
    /// Units on hand on average, everywhere.
    pub stock_average: f64,
    /// Deliveries to shops per period.
    pub deliveries: f64,
    /// The same by echelon.
    pub echelons: Echelons,
    /// 95% confidence intervals.
    pub intervals: Intervals,
}

/// Figures by echelon.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Echelons {
    /// All shops.
    pub shops: EchelonFigures,
    /// The distributor.
    pub distributor: EchelonFigures,
    /// All suppliers.
    pub suppliers: EchelonFigures,
}

/// Intervals over replications.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Intervals {
    /// Of the ordering cost.
    pub ordering: Interval,
    /// Of the holding cost.
    pub holding: Interval,
    /// Of the waste.
    pub waste: Interval,
    /// Of the lost sales.
    pub lost_sales: Interval,
    /// Of the total cost.
    pub total: Interval,
    /// Of the cost as the published study counts it: shops' orders or deliveries and stock at shops and distributor.
    pub as_the_study_counts: Interval,
    /// Of the fill rate.
    pub fill_rate: Interval,
    /// Of the cycle service.
    pub cycle_service: Interval,
    /// Of the average stock.
    pub stock_average: Interval,
    /// Of the deliveries.
    pub deliveries: Interval,
}

/// What one policy saves against another, in percent of the other's cost, from paired replications.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Saving {
    /// Against which.
    pub against: &'static str,
    /// Which.
    pub policy: &'static str,
    /// Of shops' orders or deliveries and of stock at shops and distributor.
    pub as_the_study_counts: Option<Interval>,
    /// Of everything.
    pub total: Option<Interval>,
}

/// What is kept of one replication under one policy.
struct Outcome {
    echelons: [EchelonFigures; 3],
    study: f64,
    fill_rate: f64,
    cycle_service: f64,
    deliveries: f64,
}

impl Outcome {
    fn cost(&self, of: fn(&Cost) -> f64) -> f64 {
        self.echelons.iter().map(|echelon| of(&echelon.cost)).sum()
    }

    fn stock(&self) -> f64 {
        self.echelons
            .iter()
            .map(|echelon| echelon.stock_average)
            .sum()
    }
}

/// Simulates every policy on the same replications. `progress` is told the simulations done and all there are.
///
/// # Errors
/// [`SimulationError::Field`] when the distributions of demand do not fit into memory,
/// [`SimulationError::Conservation`] when goods appeared or vanished.
pub fn simulate(
    network: &Network,
    horizon: &Horizon,
    published: Option<Published>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, SimulationError> {
    let model = DemandModel::new(network, horizon.history_days + horizon.warm_up_days)?;
    let names = policies(network, &model).map(|policy| policy.name());
    let all = names.len() as u64 * u64::from(horizon.replications);
    let mut outcomes = names.map(|_| Vec::new());
    let mut done = 0;
    for replication in 0..horizon.replications {
        let policies = policies(network, &model);
        for (mut policy, outcomes) in policies.into_iter().zip(&mut outcomes) {
            let policy = &mut *policy;
            let measures = replicate(network, horizon, &model, replication, policy, &mut |_| ())?;
            let periods = f64::from(measures.days) / f64::from(network.period_days);
            outcomes.push(Outcome {
                echelons: figures(network, &measures),
                study: as_the_study_counts(network, &measures),
                fill_rate: measures.fill_rate(),
                cycle_service: measures.cycle_service(),
                deliveries: measures.deliveries as f64 / periods,
            });
            done += 1;
            progress(done, all);
        }
    }
    let policies: Vec<PolicyReport> = names
        .iter()
        .zip(&outcomes)
        .map(|(name, outcomes)| summary(name, outcomes))
        .collect();
    let savings = savings(names, &outcomes);
    let mut report = Report {
        seed: horizon.seed,
        replications: horizon.replications,
        days: horizon.days,
        warm_up_days: horizon.warm_up_days,
        period_days: network.period_days,
        shops: network.shops.len(),
        products: network.products.len(),
        information: network.information,
        classic_service_level: network.classic_service_level,
        unmet_demand: network.unmet_demand,
        distributor_shortage: network.distributor_shortage,
        policies,
        savings,
        published,
        conclusion: Vec::new(),
    };
    report.conclusion = conclusion::sentences(&report);
    Ok(report)
}

fn summary(name: &'static str, outcomes: &[Outcome]) -> PolicyReport {
    let values = |of: &dyn Fn(&Outcome) -> f64| -> Vec<f64> { outcomes.iter().map(of).collect() };
    let averages = |of: &dyn Fn(&Outcome) -> f64| mean(&values(of));
    let echelon = |at: usize| {
        let cell = |of: fn(&Cost) -> f64| averages(&|outcome| of(&outcome.echelons[at].cost));
        EchelonFigures {
            cost: exact([
                cell(|cost| cost.ordering),
                cell(|cost| cost.holding),
                cell(|cost| cost.waste),
                cell(|cost| cost.lost_sales),
            ]),
            waste_units: rounded(averages(&|outcome| outcome.echelons[at].waste_units)),
            stock_average: rounded(averages(&|outcome| outcome.echelons[at].stock_average)),
        }
    };
    let each = [echelon(0), echelon(1), echelon(2)];
    let over = |of: fn(&EchelonFigures) -> f64| sum(&each.map(|echelon| of(&echelon)));
    let spread = |of: &dyn Fn(&Outcome) -> f64| interval(&values(of));
    PolicyReport {
        name,
        cost: exact([
            over(|echelon| echelon.cost.ordering),
            over(|echelon| echelon.cost.holding),
            over(|echelon| echelon.cost.waste),
            over(|echelon| echelon.cost.lost_sales),
        ]),
        fill_rate: averages(&|outcome| outcome.fill_rate),
        cycle_service: averages(&|outcome| outcome.cycle_service),
        waste_units: over(|echelon| echelon.waste_units),
        stock_average: over(|echelon| echelon.stock_average),
        deliveries: averages(&|outcome| outcome.deliveries),
        echelons: Echelons {
            shops: each[0],
            distributor: each[1],
            suppliers: each[2],
        },
        intervals: Intervals {
            ordering: spread(&|outcome| outcome.cost(|cost| cost.ordering)),
            holding: spread(&|outcome| outcome.cost(|cost| cost.holding)),
            waste: spread(&|outcome| outcome.cost(|cost| cost.waste)),
            lost_sales: spread(&|outcome| outcome.cost(|cost| cost.lost_sales)),
            total: spread(&|outcome| outcome.cost(|cost| cost.total)),
            as_the_study_counts: spread(&|outcome| outcome.study),
            fill_rate: spread(&|outcome| outcome.fill_rate),
            cycle_service: spread(&|outcome| outcome.cycle_service),
            stock_average: spread(&Outcome::stock),
            deliveries: spread(&|outcome| outcome.deliveries),
        },
    }
}

fn savings(names: [&'static str; POLICIES], outcomes: &[Vec<Outcome>; POLICIES]) -> Vec<Saving> {
    let column = |at: usize, of: &dyn Fn(&Outcome) -> f64| -> Vec<f64> {
        outcomes[at].iter().map(of).collect()
    };
    let pairs = (1..POLICIES).flat_map(|policy| (0..policy).map(move |against| (against, policy)));
    let saving = |(against, policy): (usize, usize)| {
        let paired = |of: &dyn Fn(&Outcome) -> f64| {
            saving_percent(&column(against, of), &column(policy, of))
        };
        Saving {
            against: names[against],
            policy: names[policy],
            as_the_study_counts: paired(&|outcome| outcome.study),
            total: paired(&|outcome| outcome.cost(|cost| cost.total)),
        }
    };
    pairs.map(saving).collect()
}

/// Millionths in a whole.
const MILLION: f64 = 1e6;

/// To a whole number of millionths.
fn rounded(value: f64) -> f64 {
    (value * MILLION).round() / MILLION
}

/// The sum of figures of whole millionths, itself one.
fn sum(figures: &[f64]) -> f64 {
    let millionths = figures.iter().map(|figure| (figure * MILLION).round());
    millionths.sum::<f64>() / MILLION
}

/// A cost whose total is the exact sum of its rounded cells.
fn exact(cells: [f64; 4]) -> Cost {
    let [ordering, holding, waste, lost_sales] = cells.map(rounded);
    Cost {
        ordering,
        holding,
        waste,
        lost_sales,
        total: sum(&[ordering, holding, waste, lost_sales]),
    }
}
