//! One lot for the distributor that orders it and the supplier that sends it.

use super::super::parameter::{ParameterError, not_negative, positive};
use super::{Lot, LotCosts};

/// What a lot from a supplier costs the two parties.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoordinatedCosts {
    /// R: base units that the distributor's shops ask for in one period. Above 0.
    pub demand_rate: f64,
    /// C_d: the distributor's money for each order. At least 0.
    pub distributor_cost: f64,
    /// C_s: the supplier's money for each order, such as setting up and loading. At least 0, and above 0 together with
    /// C_d.
    pub supplier_cost: f64,
    /// F: cost of holding goods for one period, as a share of their price. Above 0.
    pub holding_fraction: f64,
    /// P_d: the distributor's price of one base unit. Above 0.
    pub distributor_price: f64,
    /// P_s: the supplier's price (its cost of production). Above 0.
    pub supplier_price: f64,
}

/// The lot that costs the two parties together least: Q = sqrt(2 R (C_d + C_s) / (F (P_d + P_s))).
///
/// Both pay for each order, and both hold half a lot on average, each at its own price.
///
/// Source: coordinated order quantity of I. N. Pujawan, "Supply chain management" (2005).
///
/// # Errors
/// [`ParameterError`] for a parameter outside the range that [`CoordinatedCosts`] gives.
pub fn coordinated_order_quantity(costs: &CoordinatedCosts) -> Result<Lot, ParameterError> {
    not_negative("distributor_cost", costs.distributor_cost)?;
    not_negative("supplier_cost", costs.supplier_cost)?;
    let order_cost = positive(
        "distributor_cost + supplier_cost",
        costs.distributor_cost + costs.supplier_cost,
    )?;
    positive("holding_fraction", costs.holding_fraction)?;
    positive("distributor_price", costs.distributor_price)?;
    positive("supplier_price", costs.supplier_price)?;
    let together = LotCosts {
        order_cost,
        holding_cost: costs.holding_fraction * (costs.distributor_price + costs.supplier_price),
        demand_rate: positive("demand_rate", costs.demand_rate)?,
    };
    Ok(together.economic())
}
