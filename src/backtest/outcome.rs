//! What came of a rule, added up over days and series, and what it cost.

use serde::Serialize;

use super::rule::Decision;
use super::shelf::Lived;
use crate::plan::parameter::{self, ParameterError};

/// What stock and shortages cost, as shares of the purchase price: every product counts as costing 1 a base unit, so
/// that a history needs no prices.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Costs {
    /// Cost of holding one unit for one period.
    pub holding_fraction_per_period: f64,
    /// Days in a period.
    pub period_days: u32,
    /// Margin lost with every unit that was asked for and not there. What is thrown away costs 1.
    pub margin_fraction: f64,
}

impl Costs {
    /// Checks it.
    ///
    /// # Errors
    /// [`ParameterError`] with the name and range of the first figure that cannot be.
    pub fn check(&self) -> Result<(), ParameterError> {
        parameter::not_negative(
            "holding_fraction_per_period",
            self.holding_fraction_per_period,
        )?;
        parameter::not_negative("margin_fraction", self.margin_fraction)?;
        parameter::positive("period_days", f64::from(self.period_days))?;
        Ok(())
    }
}

/// Sums over the days and series of a replay, in base units; they add up in any order to the same figures, because
/// all but the two probabilities are whole numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Outcome {
    /// Series that took part.
    pub series: u64,
    /// Reviews with a decision.
    pub reviews: u64,
    /// Sum over the series of the share of their reviews at which demand over the protection interval stayed within S.
    pub coverage: f64,
    /// Sum over the series of the mean probability that the rule's own distribution gave to that.
    pub promise: f64,
    /// Review intervals lived through, and those without a lost sale.
    pub intervals: u64,
    /// Of them, without a lost sale.
    pub intervals_served: u64,
    /// Days lived through.
    pub days: u64,
    /// Asked for.
    pub demand: i128,
    /// Sold.
    pub sold: i128,
    /// On hand each night, added up over the nights.
    pub stock_nights: i128,
    /// Thrown away.
    pub wasted: i128,
    /// Ordered at reviews.
    pub ordered: i128,
}

/// Costs over all days of a replay; a unit of goods costs 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Cost {
    /// Of keeping stock.
    pub holding: f64,
    /// Margin of what could not be sold.
    pub lost_margin: f64,
    /// Goods thrown away.
    pub waste: f64,
}

impl Cost {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.holding + self.lost_margin + self.waste
    }
}

impl Outcome {
    /// One day of a shelf.
    pub(super) fn live(&mut self, day: &Lived) {
        self.days += 1;
        self.demand += i128::from(day.sold) + i128::from(day.lost);
        self.sold += i128::from(day.sold);
        self.stock_nights += i128::from(day.on_hand);
        self.wasted += i128::from(day.wasted);
    }

    /// The decisions of one series: how often what it asked for over the next protection interval stayed within S.
    pub(super) fn judge(&mut self, decisions: &[(Decision, i64)]) {
        if decisions.is_empty() {
            return;
        }
        let n = decisions.len() as f64;
        let covered = decisions
            .iter()
            .filter(|(decision, demand)| *demand as f64 <= decision.level)
            .count();
        self.series += 1;
        self.reviews += decisions.len() as u64;
        self.coverage += covered as f64 / n;
        self.promise += decisions.iter().map(|(one, _)| one.promise).sum::<f64>() / n;
        self.ordered += decisions
            .iter()
            .map(|(one, _)| i128::from(one.quantity))
            .sum::<i128>();
    }

    /// The end of a review interval.
    pub(super) fn close_interval(&mut self, lost_a_sale: bool) {
        self.intervals += 1;
        self.intervals_served += u64::from(!lost_a_sale);
    }

    /// Takes the sums of other series in.
    pub(super) fn add(&mut self, other: &Self) {
        self.series += other.series;
        self.reviews += other.reviews;
        self.coverage += other.coverage;
        self.promise += other.promise;
        self.intervals += other.intervals;
        self.intervals_served += other.intervals_served;
        self.days += other.days;
        self.demand += other.demand;
        self.sold += other.sold;
        self.stock_nights += other.stock_nights;
        self.wasted += other.wasted;
        self.ordered += other.ordered;
    }

    /// Cycle service: the share of protection intervals whose demand stayed within S, every series counting the same.
    #[must_use]
    pub fn cycle_service(&self) -> f64 {
        ratio(self.coverage, self.series as f64)
    }

    /// What the rule's own distribution promised for them, above the target where whole units leave no choice.
    #[must_use]
    pub fn promised_service(&self) -> f64 {
        ratio(self.promise, self.series as f64)
    }

    /// Fill rate: the share of all units asked for that were sold.
    #[must_use]
    pub fn fill_rate(&self) -> f64 {
        ratio(self.sold as f64, self.demand as f64)
    }

    /// Units on all shelves together on an average night.
    #[must_use]
    pub fn average_stock(&self) -> f64 {
        // Every series has nearly the same nights; their mean weighs those that took part longer by it.
        ratio(
            self.stock_nights as f64 * self.series as f64,
            self.days as f64,
        )
    }

    /// Days of demand that the average stock is.
    #[must_use]
    pub fn days_of_cover(&self) -> f64 {
        ratio(self.stock_nights as f64, self.demand as f64)
    }

    /// Units thrown away as a share of those sold.
    #[must_use]
    pub fn waste_share(&self) -> f64 {
        ratio(self.wasted as f64, self.sold as f64)
    }

    /// What it all cost.
    #[must_use]
    pub fn cost(&self, costs: &Costs) -> Cost {
        let nightly = costs.holding_fraction_per_period / f64::from(costs.period_days.max(1));
        Cost {
            holding: self.stock_nights as f64 * nightly,
            lost_margin: (self.demand - self.sold) as f64 * costs.margin_fraction,
            waste: self.wasted as f64,
        }
    }
}

/// A share that is 0 where there is nothing to share.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
