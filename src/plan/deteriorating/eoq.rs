//! The economic order quantity of goods that decay.

use super::exponential::{phi_1, phi_1_less_phi_2, phi_2};
use crate::plan::parameter::{ParameterError, not_negative, positive};

/// More steps than Newton's method has ever needed within the ranges of the parameters.
const STEPS: u32 = 100;

/// Goods that are bought in lots, sold at a steady rate and decay meanwhile. All rates are per the same period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeterioratingItem {
    /// D: units demanded per period, above 0.
    pub demand_rate: f64,
    /// K: money for each order, above 0.
    pub order_cost: f64,
    /// c: money that a unit lost to decay has cost, 0 or above.
    pub unit_cost: f64,
    /// h: money for keeping a unit for a period, 0 or above.
    pub holding_cost: f64,
    /// theta: share of the stock that decays per period, 0 or above.
    pub deterioration_rate: f64,
}

/// How much to order, and how often.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeterioratingLot {
    /// T: periods from one order to the next.
    pub interval: f64,
    /// Q: units in an order, those that will decay included.
    pub quantity: f64,
    /// Money per period for orders, keeping and decay; what the sold units cost is no part of it.
    pub cost_per_period: f64,
}

/// The lot of the least cost per period, (K + (h + c theta) J(T)) / T, where J(T) = D (e^(theta T) - 1 - theta T) /
/// theta^2 is the time-weighted stock of an interval T, and Q = D (e^(theta T) - 1) / theta.
///
/// At the optimum K = (h + c theta) D (theta T e^(theta T) - e^(theta T) + 1) / theta^2, solved here by Newton's method.
/// With theta = 0 this is the economic order quantity Q = sqrt(2 K D / h).
///
/// Source: Ghare and Schrader (1963), see [the module](super). Assumes instant delivery, no shortage, and that what
/// decays is lost at its cost.
///
/// # Errors
/// [`ParameterError`] for a parameter outside its range, and for `holding_cost` where neither keeping nor decay costs
/// anything: no lot would be too large.
pub fn deteriorating_eoq(item: &DeterioratingItem) -> Result<DeterioratingLot, ParameterError> {
    let demand = positive("demand_rate", item.demand_rate)?;
    let order = positive("order_cost", item.order_cost)?;
    let unit = not_negative("unit_cost", item.unit_cost)?;
    let holding = not_negative("holding_cost", item.holding_cost)?;
    let theta = not_negative("deterioration_rate", item.deterioration_rate)?;
    let stock_cost = holding + unit * theta;
    if stock_cost <= 0.0 {
        return Err(ParameterError::new(
            "holding_cost",
            holding,
            "above 0 where nothing is lost to decay",
        ));
    }
    // Without decay of the stock itself, only at its price: decay makes the interval shorter still.
    let longest = (2.0 * order / stock_cost / demand).sqrt();
    let interval = longest * shortening(theta * longest);
    let quantity = demand * interval * phi_1(theta * interval);
    let cost_per_period =
        order / interval + stock_cost * demand * interval * phi_2(theta * interval);
    if [longest, interval, quantity, cost_per_period]
        .iter()
        .all(|figure| figure.is_finite() && *figure > 0.0)
    {
        Ok(DeterioratingLot {
            interval,
            quantity,
            cost_per_period,
        })
    } else {
        Err(ParameterError::new(
            "deterioration_rate",
            theta,
            "of a size that leaves a lot to order",
        ))
    }
}

/// The s of (0, 1] with 2 s^2 (phi_1 - phi_2)(y s) = 1.
fn shortening(y: f64) -> f64 {
    // Newton's method comes down to the root of a rising convex function from any point right of it. Such are 1, and
    // x = 1 + ln(1 + y^2 / 2) in x = y s, because there x e^x - e^x + 1 exceeds y^2 / 2.
    let mut s = ((1.0 + libm::log1p(y * y / 2.0)) / y).min(1.0);
    for _ in 0..STEPS {
        let excess = 2.0 * s * s * phi_1_less_phi_2(y * s) - 1.0;
        let next = s - excess / (2.0 * s * libm::exp(y * s));
        if next >= s || next <= 0.0 {
            break;
        }
        s = next;
    }
    s
}
