//! The stock at which the next lot has to be ordered.

use super::super::parameter::{ParameterError, not_negative, number};

/// Demand and lead time, both independent from period to period and of each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeadTimeDemand {
    /// R: mean demand in base units per period. At least 0.
    pub demand_rate: f64,
    /// sigma: standard deviation of the demand of one period. At least 0.
    pub demand_sd: f64,
    /// L: mean periods from ordering to having the goods. At least 0.
    pub lead_time: f64,
    /// Standard deviation of L in periods. At least 0.
    pub lead_time_sd: f64,
}

impl LeadTimeDemand {
    /// R L, the mean demand over the lead time.
    pub(super) fn mean(&self) -> f64 {
        self.demand_rate * self.lead_time
    }

    /// sqrt(L sigma^2 + R^2 Var(L)), the standard deviation of the demand over the lead time.
    pub(super) fn sd(&self) -> f64 {
        let late = self.demand_rate * self.lead_time_sd;
        (self.lead_time * self.demand_sd * self.demand_sd + late * late).sqrt()
    }

    pub(super) fn check(&self) -> Result<(), ParameterError> {
        not_negative("demand_rate", self.demand_rate)?;
        not_negative("demand_sd", self.demand_sd)?;
        not_negative("lead_time", self.lead_time)?;
        not_negative("lead_time_sd", self.lead_time_sd)?;
        Ok(())
    }
}

/// The stock (on hand, on order, less backorders) at which to order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReorderPoint {
    /// R L + safety stock, in base units.
    pub level: f64,
    /// k sqrt(L sigma^2 + R^2 Var(L)), in base units; for a steady lead time k sigma sqrt(L).
    pub safety_stock: f64,
}

/// The reorder point R L + k sqrt(L sigma^2 + R^2 Var(L)), where stock is watched all the time.
///
/// `safety_factor` is k: for a probability alpha of no shortage before the lot has come, and normal demand, the alpha
/// quantile of the standard normal distribution; 0 for no safety stock.
///
/// Source: E. A. Silver, D. F. Pyke, D. J. Thomas, "Inventory and production management in supply chains", 4th ed.,
/// chapter 6.
///
/// # Errors
/// [`ParameterError`] for a demand or lead time below 0, or a factor that is not a number.
pub fn reorder_point(
    demand: &LeadTimeDemand,
    safety_factor: f64,
) -> Result<ReorderPoint, ParameterError> {
    demand.check()?;
    let safety_stock = number("safety_factor", safety_factor)? * demand.sd();
    Ok(ReorderPoint {
        level: demand.mean() + safety_stock,
        safety_stock,
    })
}
