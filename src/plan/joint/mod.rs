//! How often to visit a shop, and which products to bring on which visit.
//!
//! - [`joint_interval`]: one interval for the whole basket, all products on every delivery.
//! - [`Basket`]: what the basket costs on any interval, and integer multiples of a base interval (product k on every
//!   m_k-th delivery): the heuristic of Silver, and the best there is.
//! - [`Basket::power_of_two`]: intervals that a calendar can keep.
//! - [`Basket::alone`]: every product by itself, which joint deliveries are measured against.
//! - [`Basket::compare`]: all of them side by side, for a page.

mod alone;
mod basket;
mod comparison;
mod exact;
mod multiples;
mod power_of_two;

pub use alone::{Alone, AloneItem};
pub use basket::{Basket, ItemSchedule, Schedule};
pub use comparison::JointComparison;
pub use power_of_two::PowerOfTwoSchedule;

/// What a delivery to a shop costs, in money, and how long the periods are that demand is given in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JointCosts {
    /// C_d + C_j: the distributor's and the shop's cost of one delivery, whatever it carries.
    pub per_delivery: f64,
    /// F: cost of holding goods for one period, as a share of their price.
    pub holding_fraction_per_period: f64,
    /// Days in a period.
    pub period_days: u32,
}

/// One product of a shop's basket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JointItem {
    /// P_dk + P_jk: the distributor's and the shop's price of one base unit together, both of whom hold it.
    pub price_sum: f64,
    /// R_jk: the shop's demand in base units per period.
    pub demand_per_period: f64,
    /// c_dk + c_jk: what this product adds to the cost of a delivery that carries it.
    pub item_cost: f64,
}

/// How often to deliver the basket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JointInterval {
    /// T in periods.
    pub periods: f64,
    /// T in days.
    pub days_unrounded: f64,
    /// T in whole days, half upward, at least 1.
    pub days: u32,
}

/// The interval at which delivering and holding cost least together, all products coming with every delivery:
/// T = sqrt(2 (C_d + C_j + sum (c_dk + c_jk)) / (F sum (P_dk + P_jk) R_jk)).
///
/// Source: economic order interval for multiple items, R. J. Tersine, "Principles of inventory and materials
/// management" (1994). A product without demand is not delivered and counts on neither side. `None` when nothing is
/// demanded, nothing costs anything to hold, a figure is negative or not a number, or the interval would be longer than any
/// number.
#[must_use]
pub fn joint_interval(costs: &JointCosts, items: &[JointItem]) -> Option<JointInterval> {
    let mut delivery = costs.per_delivery;
    let mut value = 0.0;
    for item in in_fixed_order(items) {
        if [item.price_sum, item.demand_per_period, item.item_cost]
            .iter()
            .any(|figure| !(figure.is_finite() && *figure >= 0.0))
        {
            return None;
        }
        if item.demand_per_period > 0.0 {
            delivery += item.item_cost;
            value += item.price_sum * item.demand_per_period;
        }
    }
    let holding = costs.holding_fraction_per_period * value;
    if !(delivery >= 0.0 && holding.is_finite() && holding > 0.0) {
        return None;
    }
    let periods = (2.0 * delivery / holding).sqrt();
    let days_unrounded = periods * f64::from(costs.period_days);
    // Costs of deliveries that are infinite, or so far above those of holding that the quotient is.
    if !days_unrounded.is_finite() {
        return None;
    }
    Some(JointInterval {
        periods,
        days_unrounded,
        days: ((days_unrounded + 0.5).floor() as u32).max(1),
    })
}

/// Floating-point sums depend on their order: sorted, the same basket gives the same bits however it is listed.
fn in_fixed_order(items: &[JointItem]) -> Vec<JointItem> {
    let mut sorted = items.to_vec();
    sorted.sort_by(|one, other| {
        one.price_sum
            .total_cmp(&other.price_sum)
            .then(one.demand_per_period.total_cmp(&other.demand_per_period))
            .then(one.item_cost.total_cmp(&other.item_cost))
    });
    sorted
}
