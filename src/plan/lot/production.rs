//! The economic production quantity.

use super::super::parameter::{ParameterError, above};
use super::{Lot, LotCosts};

/// The lot at which setting up and holding cost least together when it comes in at `production_rate` base units per
/// period while it is being made: Q = sqrt(2 K D / (h (1 - D / P))), at sqrt(2 K D h (1 - D / P)) per period.
///
/// The interval is from the start of one run to the start of the next.
///
/// Source: E. W. Taft, "The most economical production lot" (1918).
///
/// # Errors
/// [`ParameterError`] for a cost or a demand that is not above 0, and for a production rate that is not above the demand
/// rate: such a machine never stops.
pub fn economic_production_quantity(
    costs: &LotCosts,
    production_rate: f64,
) -> Result<Lot, ParameterError> {
    costs.check()?;
    let rate = above(
        "production_rate",
        production_rate,
        "demand_rate",
        costs.demand_rate,
    )?;
    let net = LotCosts {
        // Only what is made and not sold at once is ever held.
        holding_cost: costs.holding_cost * ((rate - costs.demand_rate) / rate),
        ..*costs
    };
    Ok(net.economic())
}
