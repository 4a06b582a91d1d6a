//! How much to order or make at a time, and at which stock to do so, one product by itself.
//!
//! All of these models agree on the units: money, base units, and one period (a year, a month, a day) that every rate
//! and every time is given in. Demand is even over time unless the model says how it varies; prices, costs and lead
//! times do not change; a lot arrives at once unless it is being made.
//!
//! - [`economic_order_quantity`], and what any other lot costs: [`LotCosts::cost_of`].
//! - [`with_planned_backorders`]: customers may wait, at a cost.
//! - [`economic_production_quantity`]: the lot comes in while it is being made.
//! - [`PriceList`]: quantity discounts, on all units or on those above each break.
//! - [`power_of_two`]: intervals that a calendar can keep.
//! - [`coordinated_order_quantity`]: distributor and supplier share one lot.
//! - [`reorder_point`], and [`r_q`] for the reorder point and the lot together.

mod backorders;
mod coordinated;
mod discounts;
mod power_of_two;
mod production;
pub mod r_q;
mod reorder_point;

pub use backorders::{BackorderLot, with_planned_backorders};
pub use coordinated::{CoordinatedCosts, coordinated_order_quantity};
pub use discounts::{Discount, DiscountTerms, DiscountedLot, PriceBreak, PriceList};
pub use power_of_two::{POWER_OF_TWO_BOUND, PowerOfTwoLot, power_of_two};
pub use production::economic_production_quantity;
pub use reorder_point::{LeadTimeDemand, ReorderPoint, reorder_point};

pub(super) use power_of_two::nearest_exponent;

use serde::Serialize;

use super::parameter::{ParameterError, positive};

/// What a lot size is chosen by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LotCosts {
    /// K: money for each order or production run, whatever its size. Above 0.
    pub order_cost: f64,
    /// h: money to hold one base unit for one period. Above 0.
    pub holding_cost: f64,
    /// D: base units asked for in one period. Above 0.
    pub demand_rate: f64,
}

/// Money per period, by what it is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PeriodCost {
    /// For placing orders or making deliveries.
    pub ordering: f64,
    /// For holding goods.
    pub holding: f64,
}

impl PeriodCost {
    /// Both together.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.ordering + self.holding
    }
}

/// How much to order at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lot {
    /// Q in base units.
    pub quantity: f64,
    /// Q / D: periods from one order to the next.
    pub interval: f64,
    /// What ordering so much at a time costs per period, without the price of the goods.
    pub cost: PeriodCost,
}

impl LotCosts {
    /// What it costs to order `quantity` base units at a time: ordering K D / Q, holding h Q / 2.
    ///
    /// # Errors
    /// [`ParameterError`] for a cost, a demand or a quantity that is not above 0.
    pub fn cost_of(&self, quantity: f64) -> Result<PeriodCost, ParameterError> {
        self.check()?;
        Ok(self.cost_at(positive("quantity", quantity)?))
    }

    fn check(&self) -> Result<(), ParameterError> {
        positive("order_cost", self.order_cost)?;
        positive("holding_cost", self.holding_cost)?;
        positive("demand_rate", self.demand_rate)?;
        Ok(())
    }

    /// For costs and a quantity that are known to be positive.
    fn cost_at(&self, quantity: f64) -> PeriodCost {
        PeriodCost {
            ordering: self.order_cost * self.demand_rate / quantity,
            holding: self.holding_cost * quantity / 2.0,
        }
    }

    /// The economic lot, for costs that are known to be positive.
    fn economic(&self) -> Lot {
        self.lot((2.0 * self.order_cost * self.demand_rate / self.holding_cost).sqrt())
    }

    fn lot(&self, quantity: f64) -> Lot {
        Lot {
            quantity,
            interval: quantity / self.demand_rate,
            cost: self.cost_at(quantity),
        }
    }
}

/// The lot at which ordering and holding cost least together: Q = sqrt(2 K D / h), at sqrt(2 K D h) per period.
///
/// Source: F. W. Harris, "How many parts to make at once" (1913).
///
/// # Errors
/// [`ParameterError`] for a cost or a demand that is not above 0.
pub fn economic_order_quantity(costs: &LotCosts) -> Result<Lot, ParameterError> {
    costs.check()?;
    Ok(costs.economic())
}
