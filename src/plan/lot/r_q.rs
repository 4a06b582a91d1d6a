//! The (r, Q) policy: when the position falls to r, order Q.
//!
//! Stock is watched all the time; what is not there is owed to the customer, at a cost for each unit and period. Three
//! ways to choose r and Q together, from quick to exact, each with what it costs per period by the full model.
//!
//! Source: L. V. Snyder, Z.-J. M. Shen, "Fundamentals of supply chain theory", 2nd ed., chapter 5.

use super::super::distribution::{Poisson, normal_loss, normal_second_loss};
use super::super::newsvendor::{NewsvendorCosts, least_whole_level};
use super::super::parameter::{ParameterError, between, not_negative, positive};
use super::{LeadTimeDemand, LotCosts, with_planned_backorders};

/// Money that an (r, Q) policy is chosen by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RqCosts {
    /// K: for each order. Above 0.
    pub order_cost: f64,
    /// h: to hold one base unit for one period. Above 0.
    pub holding_cost: f64,
    /// p: for one base unit owed for one period. Above 0.
    pub backorder_cost: f64,
}

/// A reorder point and a lot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RqPolicy {
    /// r in base units; below 0 where it pays to let customers wait.
    pub reorder_point: f64,
    /// Q in base units.
    pub quantity: f64,
    /// Expected money per period for ordering, holding and backorders, without approximation.
    pub cost: f64,
}

/// The Poisson model is exact in whole units, and looks at each unit of the lot by itself: up to so many.
pub const MOST_WHOLE_UNITS: f64 = 1e7;

impl RqCosts {
    fn check(&self) -> Result<(), ParameterError> {
        positive("order_cost", self.order_cost)?;
        positive("holding_cost", self.holding_cost)?;
        positive("backorder_cost", self.backorder_cost)?;
        Ok(())
    }

    fn lot_costs(&self, demand_rate: f64) -> LotCosts {
        LotCosts {
            order_cost: self.order_cost,
            holding_cost: self.holding_cost,
            demand_rate,
        }
    }

    fn newsvendor(&self) -> NewsvendorCosts {
        NewsvendorCosts {
            overage: self.holding_cost,
            underage: self.backorder_cost,
        }
    }

    /// (K D + integral of g over (r, r + Q)) / Q for normal demand over the lead time, g(y) what a position y costs:
    /// with n2 the second loss, the integral is h Q (r - mean + Q / 2) + (h + p) (n2(r) - n2(r + Q)).
    fn normal_policy(
        &self,
        demand: &LeadTimeDemand,
        reorder_point: f64,
        quantity: f64,
    ) -> RqPolicy {
        let (mean, sd) = (demand.mean(), demand.sd());
        let both = self.holding_cost + self.backorder_cost;
        let owed =
            second_loss(reorder_point, mean, sd) - second_loss(reorder_point + quantity, mean, sd);
        let cost = self.holding_cost * (reorder_point - mean + quantity / 2.0)
            + (self.order_cost * demand.demand_rate + both * owed) / quantity;
        RqPolicy {
            reorder_point,
            quantity,
            cost: cost.max(0.0),
        }
    }
}

/// What is expected to be missing at a level, squared and halved: E\[((D - y)+)^2\] / 2 for normal demand.
fn second_loss(level: f64, mean: f64, sd: f64) -> f64 {
    if sd > 0.0 {
        let loss = sd * sd * normal_second_loss((level - mean) / sd);
        if loss.is_finite() {
            return loss;
        }
    }
    let missing = (mean - level).max(0.0);
    missing * missing / 2.0
}

/// The economic order quantity, and the reorder point that covers normal demand over the lead time with probability
/// p / (h + p): r = R L + z sqrt(L sigma^2 + R^2 Var(L)).
///
/// # Errors
/// [`ParameterError`] for a cost or a demand rate that is not above 0, or another figure below 0.
pub fn economic_lot_and_safety_stock(
    costs: &RqCosts,
    demand: &LeadTimeDemand,
) -> Result<RqPolicy, ParameterError> {
    costs.check()?;
    demand.check()?;
    positive("demand_rate", demand.demand_rate)?;
    let quantity = costs.lot_costs(demand.demand_rate).economic().quantity;
    let level = demand.mean() + costs.newsvendor().normal_factor() * demand.sd();
    Ok(costs.normal_policy(demand, level, quantity))
}

/// The lot and reorder point that solve n(r) = h Q / (h + p) and Q^2 = 2 (K R + (h + p) n2(r)) / h, n and n2 being the
/// first and second loss of normal demand over the lead time: the exact conditions if a position of r + Q always
/// covered the lead time.
///
/// The literature goes from one equation to the other until nothing changes. Here both are written in z = (r - mean) /
/// sd and their difference, which falls with z up to the newsvendor's z, is halved in on: as many steps whatever the
/// costs. Without any spread of demand it is the economic order quantity with planned backorders.
///
/// Source: G. Hadley, T. M. Whitin, "Analysis of inventory systems" (1963); Snyder and Shen, section 5.2.
///
/// # Errors
/// [`ParameterError`] for a cost or a demand rate that is not above 0, or another figure below 0.
pub fn loss_function_approximation(
    costs: &RqCosts,
    demand: &LeadTimeDemand,
) -> Result<RqPolicy, ParameterError> {
    costs.check()?;
    demand.check()?;
    positive("demand_rate", demand.demand_rate)?;
    let (mean, sd) = (demand.mean(), demand.sd());
    let (holding, waiting) = (costs.holding_cost, costs.backorder_cost);
    let without_spread =
        with_planned_backorders(&costs.lot_costs(demand.demand_rate), costs.backorder_cost)?;
    // So little spread that the normal losses would be squares of sd alone.
    if sd <= without_spread.quantity * 1e-9 {
        return Ok(costs.normal_policy(
            demand,
            mean - without_spread.largest_backlog,
            without_spread.quantity,
        ));
    }
    let both = holding + waiting;
    let ordering = costs.order_cost * demand.demand_rate / (sd * sd);
    // In units of sd: Q(z), and h Q^2 / 2 - K R - (h + p) n2.
    let lot = |z: f64| both / holding * normal_loss(z);
    let excess = |z: f64| {
        let lot = lot(z);
        holding * lot * lot / 2.0 - ordering - both * normal_second_loss(z)
    };
    let mut above = costs.newsvendor().normal_factor();
    let mut below = above - 1.0;
    while excess(below) < 0.0 && below > -1e18 {
        below -= 2.0 * (above - below);
    }
    for _ in 0..200 {
        let middle = below + (above - below) / 2.0;
        if middle <= below || middle >= above {
            break;
        }
        if excess(middle) < 0.0 {
            above = middle;
        } else {
            below = middle;
        }
    }
    Ok(costs.normal_policy(demand, mean + sd * below, sd * lot(below)))
}

/// The best reorder point and lot of all, in whole units, for Poisson demand of `demand_rate` per period and a lead time
/// of `lead_time` periods.
///
/// A policy costs (K R + g(r + 1) + ... + g(r + Q)) / Q, g(y) = h E\[(y - D)+\] + p E\[(D - y)+\] over the lead time. g
/// is convex: the best Q positions are the cheapest, side by side, and a further one is worth adding as long as it costs
/// less than the mean of those before.
///
/// Source: A. Federgruen, Y.-S. Zheng, "An efficient algorithm for computing an optimal (r, Q) policy in continuous
/// review stochastic inventory systems" (1992).
///
/// # Errors
/// [`ParameterError`] for a cost or a demand rate that is not above 0, and for a mean demand over the lead time, or a lot
/// that pays without any spread of demand, above [`MOST_WHOLE_UNITS`].
pub fn poisson_exact(
    costs: &RqCosts,
    demand_rate: f64,
    lead_time: f64,
) -> Result<RqPolicy, ParameterError> {
    costs.check()?;
    positive("demand_rate", demand_rate)?;
    not_negative("lead_time", lead_time)?;
    let mean = between(
        "demand_rate x lead_time",
        demand_rate * lead_time,
        0.0,
        MOST_WHOLE_UNITS,
    )?;
    let (holding, waiting) = (costs.holding_cost, costs.backorder_cost);
    let without_spread = with_planned_backorders(&costs.lot_costs(demand_rate), waiting)?.quantity;
    between(
        "sqrt(2 order_cost x demand_rate x (1 / holding_cost + 1 / backorder_cost))",
        without_spread,
        0.0,
        MOST_WHOLE_UNITS,
    )?;
    let demand = Poisson::with_mean(mean);
    let level = least_whole_level(&costs.newsvendor(), &demand);
    let mut low = Position::at(level, demand, holding, waiting);
    let mut high = low;
    let mut sum = costs.order_cost * demand_rate + low.cost;
    let mut count = 1.0;
    low.step_down(mean, holding, waiting);
    high.step_up(mean, holding, waiting);
    loop {
        let cheaper = if low.cost < high.cost { low } else { high };
        if cheaper.cost * count >= sum {
            break;
        }
        sum += cheaper.cost;
        count += 1.0;
        if low.cost < high.cost {
            low.step_down(mean, holding, waiting);
        } else {
            high.step_up(mean, holding, waiting);
        }
    }
    Ok(RqPolicy {
        reorder_point: low.level as f64,
        quantity: count,
        cost: sum / count,
    })
}

/// A whole position y with P(D = y), P(D <= y), P(D > y) and g(y), carried from one to the next without a new sum. Each
/// tail is carried by itself: the smaller one decides where a cost is many times the other, and what is left of 1
/// would have lost it.
#[derive(Clone, Copy)]
struct Position {
    level: i64,
    probability: f64,
    at_most: f64,
    above: f64,
    cost: f64,
}

impl Position {
    fn at(level: i64, demand: Poisson, holding: f64, waiting: f64) -> Self {
        let short = demand.expected_shortage(level);
        Self {
            level,
            probability: demand.probability(level),
            at_most: demand.cdf(level),
            above: demand.upper_tail(level),
            cost: holding * (level as f64 - demand.mean() + short) + waiting * short,
        }
    }

    /// From a level of 0 or above: g(y + 1) - g(y) = h P(D <= y) - p P(D > y).
    fn step_up(&mut self, mean: f64, holding: f64, waiting: f64) {
        self.cost += holding * self.at_most - waiting * self.above;
        self.level += 1;
        self.probability *= mean / self.level as f64;
        self.at_most = (self.at_most + self.probability).min(1.0);
        self.above = (self.above - self.probability).max(0.0);
    }

    fn step_down(&mut self, mean: f64, holding: f64, waiting: f64) {
        self.at_most = (self.at_most - self.probability).max(0.0);
        self.above = (self.above + self.probability).min(1.0);
        self.cost -= holding * self.at_most - waiting * self.above;
        self.probability = if self.level > 0 && mean > 0.0 {
            self.probability * self.level as f64 / mean
        } else {
            0.0
        };
        self.level -= 1;
    }
}
