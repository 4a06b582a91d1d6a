//! What a way of planning would have done with sales that really happened: every series of a history is replenished
//! again, review by review, with nothing known but the days before.
//!
//! - [`rule`]: ways to set the order-up-to level; all but the textbook's are the planner itself.
//! - [`shelf`]: one product's shelf lived through, lot by lot.
//! - [`outcome`]: what came of it, added up, and what it cost.
//! - [`frontier`]: two rules compared at the same fill rate.
//! - [`suite`]: methods, distributions and targets side by side.
//! - [`report`]: the same as a document.
//!
//! The recorded sales are taken for the demand, the same for every rule: a sale that a full shelf would have made is in
//! no record. A shelf that runs empty in the replay loses the sale there, while the next forecast still sees it; no rule
//! gains or loses by that against another.

pub mod frontier;
pub mod outcome;
pub mod report;
pub mod rule;
pub mod shelf;
pub mod suite;

use chrono::Days;

pub use frontier::{Comparison, Frontier, compare};
pub use outcome::{Cost, Costs, Outcome};
pub use rule::{Decision, Rule};
pub use suite::{Suite, Way};

use crate::history::{History, Series};
use crate::model::Quantity;
use crate::plan::ProductInput;
use crate::plan::parameter::ParameterError;
use shelf::Shelf;

/// How the history is replayed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// R: days from one review to the next.
    pub review_days: u32,
    /// L: days from ordering to having the goods, before the shop opens.
    pub lead_time_days: u32,
    /// Days from the start of the whole history to the first review: what the rules learn from before they are judged.
    pub learning_days: u32,
    /// What stock and shortages cost.
    pub costs: Costs,
}

impl Settings {
    /// H = R + L.
    #[must_use]
    pub fn protection_days(&self) -> u32 {
        self.review_days.saturating_add(self.lead_time_days)
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// [`ParameterError`] with the name and range of the first that cannot be.
    pub fn check(&self) -> Result<(), ParameterError> {
        let whole = |name: &'static str, value: u32, least: u32, most: u32| {
            if (least..=most).contains(&value) {
                return Ok(());
            }
            let allowed = format!("a whole number from {least} to {most}");
            Err(ParameterError::new(name, f64::from(value), allowed))
        };
        whole("review_days", self.review_days, 1, 180)?;
        whole("lead_time_days", self.lead_time_days, 0, 180)?;
        whole("learning_days", self.learning_days, 7, 36_500)?;
        self.costs.check()
    }
}

/// Lives through the history under each rule; one [`Outcome`] for each, in their order.
///
/// A series takes part from the first review at which it has a forecast and a whole protection interval still lies in
/// the history. Series are shared out among `threads` (at least 1); the outcome is the same for any number of them.
///
/// # Errors
/// [`ParameterError`] for a setting or a rule that cannot be.
pub fn backtest(
    history: &History,
    rules: &[Rule],
    settings: &Settings,
    threads: usize,
) -> Result<Vec<Outcome>, ParameterError> {
    settings.check()?;
    for (place, rule) in rules.iter().enumerate() {
        rule.check()
            .map_err(|error| error.within(format!("rules[{place}]")))?;
    }
    let share = history.series.len().div_ceil(threads.max(1)).max(1);
    let by_series: Vec<Vec<Outcome>> = std::thread::scope(|scope| {
        let workers: Vec<_> = history
            .series
            .chunks(share)
            .map(|series| scope.spawn(move || replay_all(series, history, rules, settings)))
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| match worker.join() {
                Ok(outcomes) => outcomes,
                // Nothing in a worker panics; if it did, hiding it would make a wrong report.
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    });
    // Added up in the order of the series: sums of fractions depend on their order, and must not on the threads.
    let mut whole = vec![Outcome::default(); rules.len()];
    for outcomes in &by_series {
        for (sum, outcome) in whole.iter_mut().zip(outcomes) {
            sum.add(outcome);
        }
    }
    Ok(whole)
}

/// The outcome of each rule for each series.
fn replay_all(
    series: &[Series],
    history: &History,
    rules: &[Rule],
    settings: &Settings,
) -> Vec<Vec<Outcome>> {
    series
        .iter()
        .map(|one| {
            let mut input = one.planning_input();
            rules
                .iter()
                .map(|rule| replay(one, &mut input, history, rule, settings))
                .collect()
        })
        .collect()
}

/// One series under one rule, from the first review at which the rule has something to say.
fn replay(
    series: &Series,
    input: &mut ProductInput,
    history: &History,
    rule: &Rule,
    settings: &Settings,
) -> Outcome {
    let mut outcome = Outcome::default();
    let horizon = i64::from(settings.protection_days());
    let days_in_all = history.last.signed_duration_since(history.first).num_days() + 1;
    let mut decisions = Vec::new();
    let mut shelf: Option<Shelf> = None;
    let mut day = i64::from(settings.learning_days);
    // The last review is the last whose whole protection interval is on record.
    while day + horizon <= days_in_all {
        let Some(date) = history.first.checked_add_days(Days::new(day as u64)) else {
            break;
        };
        input.lots = shelf
            .as_ref()
            .map_or_else(Vec::new, |shelf| shelf.lots(date));
        input.in_transit = Quantity(shelf.as_ref().map_or(0, Shelf::coming));
        if let Some(decision) = rule.decide(date, series, input, settings) {
            let coming: i64 = (day..day + horizon)
                .map(|offset| history.demand(series, offset))
                .sum();
            decisions.push((decision, coming));
            match &mut shelf {
                Some(shelf) => shelf.order(decision.quantity, settings.lead_time_days),
                // It opens with what the rule asks for: none is judged by the empty shelf it began with.
                None => {
                    shelf = Some(Shelf::stocked(decision.quantity, input.shelf_life_days));
                }
            }
        }
        if let Some(shelf) = &mut shelf {
            let mut lost_a_sale = false;
            for offset in day..day + i64::from(settings.review_days) {
                let lived = shelf.live(history.demand(series, offset));
                lost_a_sale |= lived.lost > 0;
                outcome.live(&lived);
            }
            outcome.close_interval(lost_a_sale);
        }
        day += i64::from(settings.review_days);
    }
    outcome.judge(&decisions);
    outcome
}
