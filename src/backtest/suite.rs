//! The comparison that a reader of the planner wants to see: methods, distributions and targets side by side, each
//! against the textbook's plain moving average at the same fill rate.

use serde::Serialize;

use super::{Comparison, Cost, Frontier, Outcome, Rule, Settings, backtest, compare};
use crate::history::History;
use crate::plan::distribution::normal_quantile;
use crate::plan::parameter::ParameterError;
use crate::plan::{Distribution, ForecastMethod, Policy};

/// Wanted probabilities of no shortage in a protection interval.
pub const TARGETS: [f64; 3] = [0.90, 0.95, 0.98];

/// Days that the textbook's moving average is taken over: the full window of the default policy.
pub const TEXTBOOK_WINDOW_DAYS: u32 = 120;

/// The textbook's frontier is tried at these steps of the safety factor, from 0.
const FRONTIER_STEP: f64 = 0.25;
const FRONTIER_POINTS: u32 = 33;

/// One way of planning, whatever its target.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// What it is called in a report.
    pub name: String,
    /// Its policy; `None` for the textbook.
    pub policy: Option<Policy>,
}

/// What one way did at one target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The way.
    pub name: String,
    /// Wanted probability of no shortage in a protection interval.
    pub target: f64,
    /// Reached, each series counting the same.
    pub cycle_service: f64,
    /// What the way's own distribution promised: above the target where whole units leave no choice.
    pub promised: f64,
    /// Share of review intervals in which no sale was lost.
    pub intervals_served: f64,
    /// Share of units asked for that were sold.
    pub fill_rate: f64,
    /// Units on all shelves together on an average night.
    pub stock_average: f64,
    /// Days of demand in them.
    pub days_of_cover: f64,
    /// Units thrown away.
    pub waste_units: i64,
    /// Costs for each 1,000 units asked for, where a unit costs 1.
    pub cost_per_thousand: Cost,
    /// Against the textbook at the same fill rate; absent where the textbook was not tried so far.
    pub against_textbook: Option<Comparison>,
}

/// All ways on one history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suite {
    /// What the history is called.
    pub history: String,
    /// Series that took part.
    pub series: u64,
    /// Reviews in all.
    pub reviews: u64,
    /// Units asked for.
    pub demand: i64,
    /// One for each way and target.
    pub rows: Vec<Row>,
}

/// The ways that are compared: the textbook, every forecasting method with the default distribution, and the default
/// method with every other distribution.
#[must_use]
pub fn ways() -> Vec<Way> {
    let plan = |name: &str, policy: Policy| Way {
        name: name.to_owned(),
        policy: Some(policy),
    };
    let method = |name: &str, method: ForecastMethod| {
        plan(
            name,
            Policy {
                method,
                ..Policy::default()
            },
        )
    };
    let distribution = |name: &str, distribution: Distribution| {
        plan(
            name,
            Policy {
                distribution,
                ..Policy::default()
            },
        )
    };
    vec![
        Way {
            name: "textbook: moving average, normal, sd sqrt(H)".to_owned(),
            policy: None,
        },
        method("moving average", ForecastMethod::MovingAverage),
        distribution("moving average, normal", Distribution::Normal),
        distribution("moving average, Poisson", Distribution::Poisson),
        method("exponential smoothing", ForecastMethod::Ses),
        method("blend of smoothings", ForecastMethod::Blend),
        method("Croston", ForecastMethod::Croston),
        method("Syntetos-Boylan", ForecastMethod::Sba),
        method("Teunter-Syntetos-Babai", ForecastMethod::Tsb),
        method("weekdays", ForecastMethod::Weekday),
        method("weekdays and calendar", ForecastMethod::Calendar),
        method("auto", ForecastMethod::Auto),
    ]
}

/// Replays a history under every way and target. `progress` is told after each part how many of how many are done.
///
/// # Errors
/// [`ParameterError`] for a setting that cannot be.
pub fn run(
    name: &str,
    history: &History,
    ways: &[Way],
    settings: &Settings,
    threads: usize,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Suite, ParameterError> {
    let parts = ways.len() + 1;
    let textbook = |safety_factor: f64| Rule::Textbook {
        safety_factor,
        window_days: TEXTBOOK_WINDOW_DAYS,
    };
    let tried: Vec<Rule> = (0..FRONTIER_POINTS)
        .map(|point| textbook(f64::from(point) * FRONTIER_STEP))
        .collect();
    let frontier = Frontier::of(
        &backtest(history, &tried, settings, threads)?,
        &settings.costs,
    );
    progress(1, parts);
    let mut suite = Suite {
        history: name.to_owned(),
        series: 0,
        reviews: 0,
        demand: 0,
        rows: Vec::new(),
    };
    for (done, way) in ways.iter().enumerate() {
        let rules: Vec<Rule> = TARGETS
            .iter()
            .map(|&target| match &way.policy {
                None => textbook(normal_quantile(target)),
                Some(policy) => Rule::Plan(Box::new(Policy {
                    service_level: target,
                    ..policy.clone()
                })),
            })
            .collect();
        for (outcome, target) in backtest(history, &rules, settings, threads)?
            .iter()
            .zip(TARGETS)
        {
            suite.series = suite.series.max(outcome.series);
            suite.reviews = suite.reviews.max(outcome.reviews);
            suite.demand = suite.demand.max(outcome.demand as i64);
            suite
                .rows
                .push(row(&way.name, target, outcome, &frontier, settings));
        }
        progress(done + 2, parts);
    }
    Ok(suite)
}

fn row(
    name: &str,
    target: f64,
    outcome: &Outcome,
    frontier: &Frontier,
    settings: &Settings,
) -> Row {
    let cost = outcome.cost(&settings.costs);
    let thousands = (outcome.demand as f64 / 1000.0).max(f64::MIN_POSITIVE);
    Row {
        name: name.to_owned(),
        target,
        cycle_service: outcome.cycle_service(),
        promised: outcome.promised_service(),
        intervals_served: outcome.intervals_served as f64 / (outcome.intervals.max(1)) as f64,
        fill_rate: outcome.fill_rate(),
        stock_average: outcome.average_stock(),
        days_of_cover: outcome.days_of_cover(),
        waste_units: outcome.wasted as i64,
        cost_per_thousand: Cost {
            holding: cost.holding / thousands,
            lost_margin: cost.lost_margin / thousands,
            waste: cost.waste / thousands,
        },
        against_textbook: compare(outcome, frontier, &settings.costs),
    }
}
