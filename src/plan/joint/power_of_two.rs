//! Delivery intervals that are powers of two of a calendar's base interval.

use serde::Serialize;

use super::super::lot::nearest_exponent;
use super::super::parameter::{ParameterError, between};
use super::basket::{Basket, Schedule};

/// Days of the longest base interval.
const LONGEST_BASE_DAYS: f64 = 366.0;

/// Two to this times a day is longer than anything is planned for.
const LARGEST_EXPONENT: i32 = 30;

/// The best power-of-two schedule, and how far from the best of all it can be at most.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PowerOfTwoSchedule {
    /// Its base interval is the calendar's base times a power of two, and so is every product's.
    pub schedule: Schedule,
    /// Money per period below which no schedule of fixed intervals comes whose deliveries are at least the calendar's base
    /// interval apart.
    pub lower_bound: f64,
    /// Its cost over the lower bound: at most [`POWER_OF_TWO_BOUND`](super::super::lot::POWER_OF_TWO_BOUND).
    pub ratio: f64,
}

impl Basket {
    /// The least costly schedule of those whose intervals all are `base_days` times a power of two from 1 up (to 2^30):
    /// of two products one always comes with every delivery of the other, and a calendar repeats.
    ///
    /// For each power of the base interval every product's best one is known: its own nearest power of two, or the base
    /// interval's if that is longer. All base intervals are tried.
    ///
    /// The lower bound is the cost without the powers of two and without the multiples being whole, each product at its
    /// own interval or at the delivery's if that is longer; rounding all of those intervals to powers of two costs at
    /// most 6.07% more, and the schedule returned is no worse than that rounding.
    ///
    /// Source: P. Jackson, W. Maxwell, J. Muckstadt, "The joint replenishment problem with a powers-of-two restriction"
    /// (1985); R. Roundy, "98%-effective integer-ratio lot-sizing" (1985).
    ///
    /// # Errors
    /// [`ParameterError`] for a base interval that is not from 1 to 366 days.
    pub fn power_of_two(&self, base_days: u32) -> Result<PowerOfTwoSchedule, ParameterError> {
        let base_days = between("base_days", f64::from(base_days), 1.0, LONGEST_BASE_DAYS)?;
        let base = base_days / self.period_days;
        let exponent = |interval: f64| {
            if interval <= base {
                0
            } else {
                nearest_exponent(interval, base).clamp(0, LARGEST_EXPONENT)
            }
        };
        let own: Vec<i32> = self
            .items
            .iter()
            .map(|item| exponent(item.own_interval()))
            .collect();
        // A base beyond the nearest one to the common interval never pays: the products that it would make wait are on
        // average due before it.
        let longest = exponent(self.common().interval);
        let at = |delivery: i32| {
            let multiples: Vec<u32> = own
                .iter()
                .map(|&product| 1 << (product - delivery).max(0))
                .collect();
            let interval = libm::scalbn(base, delivery);
            (self.cost(interval, &multiples).total(), interval, multiples)
        };
        let mut best = at(0);
        for delivery in 1..=longest {
            let other = at(delivery);
            if other.0 < best.0 {
                best = other;
            }
        }
        let (cost, interval, multiples) = best;
        let lower_bound = self.relaxed_cost(base);
        Ok(PowerOfTwoSchedule {
            schedule: self.schedule(interval, &multiples),
            lower_bound,
            ratio: cost / lower_bound,
        })
    }

    /// The least of C / T + sum (c_k / T_k + F P_k R_k T_k / 2) over all T_k >= T >= `least_interval`: products join the
    /// delivery, that of the shortest own interval first, until the next one's own is longer than the delivery's.
    fn relaxed_cost(&self, least_interval: f64) -> f64 {
        let mut by_interval = self.items.clone();
        by_interval.sort_by(|one, other| one.own_interval().total_cmp(&other.own_interval()));
        let mut delivering = self.per_delivery;
        let mut holding = 0.0;
        let mut interval = f64::INFINITY;
        let mut joined = 0;
        for item in &by_interval {
            if joined > 0 && item.own_interval() >= interval {
                break;
            }
            delivering += item.cost;
            holding += item.holding;
            interval = (2.0 * delivering / holding).sqrt().max(least_interval);
            joined += 1;
        }
        let alone: f64 = by_interval[joined..]
            .iter()
            .map(|item| (2.0 * item.cost * item.holding).sqrt())
            .sum();
        delivering / interval + holding * interval / 2.0 + alone
    }
}
