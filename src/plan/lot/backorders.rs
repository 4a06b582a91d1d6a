//! The economic order quantity where customers wait.

use super::super::parameter::{ParameterError, positive};
use super::LotCosts;

/// How much to order at a time when part of the demand waits for the next order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BackorderLot {
    /// Q in base units.
    pub quantity: f64,
    /// x: the share of the demand that waits, and of the time that the shelf is empty.
    pub backordered_share: f64,
    /// x Q: base units owed to customers when the lot arrives.
    pub largest_backlog: f64,
    /// Money per period for ordering, holding and waiting.
    pub cost: f64,
}

/// The lot, and the share of it that customers wait for, at which ordering, holding and waiting cost least together:
/// x = h / (h + p), Q = sqrt(2 K D (h + p) / (h p)), at sqrt(2 K D h p / (h + p)) per period.
///
/// `backorder_cost` is p, money for each base unit owed for one period. No customer goes elsewhere.
///
/// Source: L. V. Snyder, Z.-J. M. Shen, "Fundamentals of supply chain theory", 2nd ed., section 3.5.
///
/// # Errors
/// [`ParameterError`] for a cost or a demand that is not above 0.
pub fn with_planned_backorders(
    costs: &LotCosts,
    backorder_cost: f64,
) -> Result<BackorderLot, ParameterError> {
    costs.check()?;
    let waiting = positive("backorder_cost", backorder_cost)?;
    let holding = costs.holding_cost;
    let backordered_share = holding / (holding + waiting);
    // h (1 - x): holding that is paid on the part of the time when something is there.
    let effective = holding * (waiting / (holding + waiting));
    let quantity = (2.0 * costs.order_cost * costs.demand_rate / effective).sqrt();
    Ok(BackorderLot {
        quantity,
        backordered_share,
        largest_backlog: backordered_share * quantity,
        cost: (2.0 * costs.order_cost * costs.demand_rate * effective).sqrt(),
    })
}
