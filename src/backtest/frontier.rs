//! Two rules at the same fill rate: a rule that keeps more stock serves better, so that either alone says nothing.

use serde::Serialize;

use super::outcome::{Costs, Outcome};

/// What a family of rules costs at each fill rate it was tried at, from one rule with its target moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Frontier {
    /// (fill rate, cost without lost margin, stock nights), by rising fill rate.
    points: Vec<(f64, f64, f64)>,
}

/// A rule against a frontier at the rule's own fill rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Comparison {
    /// Fill rate of both.
    pub fill_rate: f64,
    /// Cost of the rule: holding, lost margin and waste.
    pub cost: f64,
    /// Cost of the frontier at that fill rate.
    pub frontier_cost: f64,
    /// 1 - cost / frontier cost.
    pub saving: f64,
    /// 1 - stock / stock of the frontier at that fill rate.
    pub stock_saving: f64,
}

impl Frontier {
    /// From outcomes of one family over the same history.
    #[must_use]
    pub fn of(outcomes: &[Outcome], costs: &Costs) -> Self {
        let mut points: Vec<_> = outcomes
            .iter()
            .map(|outcome| {
                let cost = outcome.cost(costs);
                (
                    outcome.fill_rate(),
                    cost.holding + cost.waste,
                    outcome.stock_nights as f64,
                )
            })
            .collect();
        points.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
        // Where more stock served no better, the family is known by the cheaper way.
        points.dedup_by(|later, kept| later.0.total_cmp(&kept.0).is_eq());
        Self { points }
    }

    /// Cost without lost margin, and stock nights, at this fill rate: on the straight line between the two nearest
    /// points. `None` outside the fill rates that were tried.
    #[must_use]
    pub fn at(&self, fill_rate: f64) -> Option<(f64, f64)> {
        self.points.windows(2).find_map(|pair| {
            let [(low, cost_low, stock_low), (high, cost_high, stock_high)] = pair else {
                return None;
            };
            if !(*low..=*high).contains(&fill_rate) {
                return None;
            }
            let share = if high > low {
                (fill_rate - low) / (high - low)
            } else {
                0.0
            };
            Some((
                cost_low + share * (cost_high - cost_low),
                stock_low + share * (stock_high - stock_low),
            ))
        })
    }
}

/// A rule's outcome against a frontier over the same history. `None` where the frontier was not tried so far.
#[must_use]
pub fn compare(outcome: &Outcome, frontier: &Frontier, costs: &Costs) -> Option<Comparison> {
    let (kept, stock) = frontier.at(outcome.fill_rate())?;
    let cost = outcome.cost(costs);
    // Equal fill rates lose the same sales.
    let frontier_cost = kept + cost.lost_margin;
    if frontier_cost <= 0.0 || stock <= 0.0 {
        return None;
    }
    Some(Comparison {
        fill_rate: outcome.fill_rate(),
        cost: cost.total(),
        frontier_cost,
        saving: 1.0 - cost.total() / frontier_cost,
        stock_saving: 1.0 - outcome.stock_nights as f64 / stock,
    })
}
