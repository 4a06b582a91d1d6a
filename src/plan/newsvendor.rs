//! How much to have of goods that sell on one day only: bread, newspapers, anything whose rest is worth less tomorrow.
//!
//! Demand is uncertain; each base unit too many costs the overage, each one too few the underage. The expected cost is
//! least at the level that covers the demand with probability p / (h + p), the critical ratio. The same level is best
//! for goods that keep, ordered every day, with backorders: the demand is then that of the days of the lead time and
//! one more.
//!
//! Source: L. V. Snyder, Z.-J. M. Shen, "Fundamentals of supply chain theory", 2nd ed., sections 4.3 and 4.4.

use super::distribution::{
    DiscreteDemand, Poisson, least_whole, normal_loss, normal_quantile, normal_upper_tail,
};
use super::parameter::{ParameterError, above, between, not_negative, number, positive};

/// A probability that is reached to within this share of it is reached.
const RATIO_ROUNDING: f64 = 1e-12;

/// The most base units in a pack.
const LARGEST_PACK: i64 = 1_000_000_000_000;

/// The largest mean demand in whole base units.
const LARGEST_MEAN: f64 = 1e15;

/// What it costs to have had too much or too little, in money for each base unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NewsvendorCosts {
    /// h: for each one left over at the end. Above 0.
    pub overage: f64,
    /// p: for each one that was asked for and not there. Above 0.
    pub underage: f64,
}

/// What a base unit is bought and sold for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NewsvendorPrices {
    /// What a customer pays. Above the cost.
    pub price: f64,
    /// What it is bought or made for. Above 0.
    pub cost: f64,
    /// What it brings when it is left over: below the cost, and below 0 where getting rid of it costs money.
    pub salvage: f64,
}

/// A level in fractions of a base unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stocking {
    /// Base units to have, at least 0.
    pub level: f64,
    /// Expected money for what is left over and what is missing.
    pub expected_cost: f64,
    /// Probability that nothing is missing.
    pub service_level: f64,
}

/// A level in whole base units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WholeStocking {
    /// Base units to have, at least 0.
    pub level: i64,
    /// Expected money for what is left over and what is missing.
    pub expected_cost: f64,
    /// Probability that nothing is missing.
    pub service_level: f64,
}

impl NewsvendorPrices {
    /// Overage cost - salvage, underage price - cost.
    ///
    /// # Errors
    /// [`ParameterError`] unless salvage < cost < price and the cost is above 0.
    pub fn costs(&self) -> Result<NewsvendorCosts, ParameterError> {
        let cost = positive("cost", self.cost)?;
        above("price", self.price, "cost", cost)?;
        let salvage = number("salvage", self.salvage)?;
        if salvage >= cost {
            let allowed = format!("below cost, which is {cost}");
            return Err(ParameterError::new("salvage", salvage, allowed));
        }
        let costs = NewsvendorCosts {
            overage: cost - salvage,
            underage: self.price - cost,
        };
        costs.check()?;
        Ok(costs)
    }

    /// The profit to expect from a mean demand and the expected cost of a level: (price - cost) mean - expected cost.
    ///
    /// # Errors
    /// As [`Self::costs`].
    pub fn expected_profit(&self, mean: f64, expected_cost: f64) -> Result<f64, ParameterError> {
        let costs = self.costs()?;
        Ok(costs.underage * not_negative("mean", mean)?
            - not_negative("expected_cost", expected_cost)?)
    }
}

impl NewsvendorCosts {
    fn check(&self) -> Result<(), ParameterError> {
        positive("overage", self.overage)?;
        positive("underage", self.underage)?;
        Ok(())
    }

    /// p / (h + p): the probability with which the best level covers the demand.
    ///
    /// # Errors
    /// [`ParameterError`] for a cost that is not above 0.
    pub fn critical_ratio(&self) -> Result<f64, ParameterError> {
        self.check()?;
        Ok(self.underage / (self.overage + self.underage))
    }

    /// The critical ratio's quantile of the standard normal distribution, for costs that were checked; taken in the
    /// smaller tail, so that it is finite however unequal the costs.
    pub(super) fn normal_factor(&self) -> f64 {
        let both = self.overage + self.underage;
        if self.underage < self.overage {
            normal_quantile(self.underage / both)
        } else {
            -normal_quantile(self.overage / both)
        }
    }

    fn of_normal(&self, level: f64, mean: f64, sd: f64) -> Stocking {
        let factor = (level - mean) / sd;
        // Where there is as good as no spread, the demand is its mean.
        let (short, service_level) = if factor.abs() < 1e9 {
            (sd * normal_loss(factor), 1.0 - normal_upper_tail(factor))
        } else {
            ((mean - level).max(0.0), f64::from(u8::from(level >= mean)))
        };
        let left = (level - mean + short).max(0.0);
        Stocking {
            level,
            expected_cost: self.overage * left + self.underage * short,
            service_level,
        }
    }

    fn of_discrete(&self, level: i64, demand: &impl DiscreteDemand) -> WholeStocking {
        let short = demand.expected_shortage(level);
        let left = (level as f64 - demand.mean() + short).max(0.0);
        WholeStocking {
            level,
            expected_cost: self.overage * left + self.underage * short,
            service_level: demand.cdf(level),
        }
    }
}

/// The best level for normal demand: mean + z sd, z the quantile of the critical ratio; at least 0. Its cost is
/// (h + p) density(z) sd.
///
/// # Errors
/// [`ParameterError`] for a cost that is not above 0, or a mean or standard deviation below 0.
pub fn normal(costs: &NewsvendorCosts, mean: f64, sd: f64) -> Result<Stocking, ParameterError> {
    costs.check()?;
    let (mean, sd) = (not_negative("mean", mean)?, not_negative("sd", sd)?);
    let level = (mean + costs.normal_factor() * sd).max(0.0);
    Ok(costs.of_normal(level, mean, sd))
}

/// What any other level costs with normal demand.
///
/// # Errors
/// [`ParameterError`] for a cost that is not above 0, or a level, mean or standard deviation below 0.
pub fn normal_at(
    costs: &NewsvendorCosts,
    mean: f64,
    sd: f64,
    level: f64,
) -> Result<Stocking, ParameterError> {
    costs.check()?;
    let (mean, sd) = (not_negative("mean", mean)?, not_negative("sd", sd)?);
    Ok(costs.of_normal(not_negative("level", level)?, mean, sd))
}

/// The best level for demand in whole units, Poisson or any other: the least x with P(D <= x) >= p / (h + p).
///
/// # Errors
/// [`ParameterError`] for a cost that is not above 0.
pub fn discrete(
    costs: &NewsvendorCosts,
    demand: &impl DiscreteDemand,
) -> Result<WholeStocking, ParameterError> {
    costs.check()?;
    Ok(costs.of_discrete(least_whole_level(costs, demand), demand))
}

/// What any other level costs with demand in whole units.
///
/// # Errors
/// [`ParameterError`] for a cost that is not above 0, or a level below 0.
pub fn discrete_at(
    costs: &NewsvendorCosts,
    demand: &impl DiscreteDemand,
    level: i64,
) -> Result<WholeStocking, ParameterError> {
    costs.check()?;
    not_negative("level", level as f64)?;
    Ok(costs.of_discrete(level, demand))
}

/// The best level among whole packs of `pack_size` base units; the lower of two that cost the same.
///
/// The cost is convex in the level: the best multiple is the last up to the best level or the first above it.
///
/// # Errors
/// [`ParameterError`] for a cost that is not above 0, or a pack that is not from 1 to 10^12 base units.
pub fn whole_packs(
    costs: &NewsvendorCosts,
    demand: &impl DiscreteDemand,
    pack_size: i64,
) -> Result<WholeStocking, ParameterError> {
    costs.check()?;
    between("pack_size", pack_size as f64, 1.0, LARGEST_PACK as f64)?;
    let best = least_whole_level(costs, demand);
    let below = costs.of_discrete(best / pack_size * pack_size, demand);
    let above = costs.of_discrete(below.level + pack_size, demand);
    Ok(if above.expected_cost < below.expected_cost {
        above
    } else {
        below
    })
}

/// The best base-stock level for goods that keep, ordered every `review_days` and coming `lead_time_days` later, with
/// independent normal demand each day: the newsvendor's level for the demand of R + L days. What is left over then is
/// held, what is missing is owed, each at its cost for one review interval.
///
/// # Errors
/// [`ParameterError`] for a cost or a review interval that is not above 0, or another figure below 0.
pub fn normal_base_stock(
    costs: &NewsvendorCosts,
    mean_per_day: f64,
    sd_per_day: f64,
    review_days: f64,
    lead_time_days: f64,
) -> Result<Stocking, ParameterError> {
    let days = protection(review_days, lead_time_days)?;
    not_negative("mean_per_day", mean_per_day)?;
    not_negative("sd_per_day", sd_per_day)?;
    costs.check()?;
    let (mean, sd) = (mean_per_day * days, sd_per_day * days.sqrt());
    let level = (mean + costs.normal_factor() * sd).max(0.0);
    Ok(costs.of_normal(level, mean, sd))
}

/// The same for Poisson demand each day, in whole units.
///
/// # Errors
/// As [`normal_base_stock`].
pub fn poisson_base_stock(
    costs: &NewsvendorCosts,
    mean_per_day: f64,
    review_days: f64,
    lead_time_days: f64,
) -> Result<WholeStocking, ParameterError> {
    let days = protection(review_days, lead_time_days)?;
    let mean = not_negative("mean_per_day", mean_per_day)? * days;
    between("mean_per_day x days", mean, 0.0, LARGEST_MEAN)?;
    discrete(costs, &Poisson::with_mean(mean))
}

fn protection(review_days: f64, lead_time_days: f64) -> Result<f64, ParameterError> {
    Ok(positive("review_days", review_days)? + not_negative("lead_time_days", lead_time_days)?)
}

/// The least x with p P(D > x) <= h P(D <= x), which is P(D <= x) >= p / (h + p) without a difference of numbers that
/// may be as good as equal.
pub(super) fn least_whole_level(costs: &NewsvendorCosts, demand: &impl DiscreteDemand) -> i64 {
    least_whole(demand.mean(), |x| {
        costs.underage * demand.upper_tail(x)
            <= costs.overage * demand.cdf(x) * (1.0 + RATIO_ROUNDING)
    })
}
