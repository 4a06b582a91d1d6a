//! Intervals that are a power of two times a base period, so that deliveries fall on the same days again and again.

use super::super::parameter::{ParameterError, positive};
use super::{Lot, LotCosts, economic_order_quantity};

/// No power-of-two interval chosen by [`power_of_two`] costs more than this many times the best of all:
/// (sqrt 2 + 1 / sqrt 2) / 2.
pub const POWER_OF_TWO_BOUND: f64 = 1.060_660_171_779_821_2;

/// A lot that lasts a power of two times the base period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerOfTwoLot {
    /// The power: the interval is the base period times two to this.
    pub exponent: i32,
    /// The lot that lasts that interval, and what it costs.
    pub lot: Lot,
    /// Its cost over that of the economic order quantity, from 1 to [`POWER_OF_TWO_BOUND`].
    pub ratio: f64,
}

/// The least costly lot among those that last 2^k times `base_period` (in periods), k any whole number, also negative.
///
/// Since the cost of an interval T is proportional to T / T* + T* / T, it is the least 2^k base with 2^k base >= T* /
/// sqrt 2, and its cost is at most [`POWER_OF_TWO_BOUND`] times the least, whatever the base.
///
/// Source: R. Roundy, "98%-effective integer-ratio lot-sizing" (1985); J. A. Muckstadt, R. Roundy, "Analysis of
/// multistage production systems" (1993).
///
/// # Errors
/// [`ParameterError`] for a cost, a demand or a base period that is not above 0.
pub fn power_of_two(costs: &LotCosts, base_period: f64) -> Result<PowerOfTwoLot, ParameterError> {
    let base = positive("base_period", base_period)?;
    let best = economic_order_quantity(costs)?;
    let exponent = nearest_exponent(best.interval, base);
    let lot = costs.lot(libm::scalbn(base, exponent) * costs.demand_rate);
    Ok(PowerOfTwoLot {
        exponent,
        lot,
        ratio: lot.cost.total() / best.cost.total(),
    })
}

/// The k for which 2^k base is at least interval / sqrt 2 and below interval sqrt 2, for a positive base and interval.
pub(in super::super) fn nearest_exponent(interval: f64, base: f64) -> i32 {
    let least = interval * std::f64::consts::FRAC_1_SQRT_2;
    let mut exponent = libm::ilogb(least / base);
    while libm::scalbn(base, exponent) < least {
        exponent += 1;
    }
    exponent
}
