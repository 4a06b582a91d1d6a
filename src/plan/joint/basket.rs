//! A basket of products with demand, and what it costs to deliver it so often.

use std::cmp::Ordering;

use serde::Serialize;

use super::super::lot::PeriodCost;
use super::super::parameter::{ParameterError, not_negative, positive};
use super::{JointCosts, JointItem};

/// The products of a basket that are in demand, checked and in a fixed order: floating-point sums depend on their order,
/// so that the same basket gives the same bits however it is listed.
#[derive(Debug, Clone, PartialEq)]
pub struct Basket {
    /// C_d + C_j.
    pub(super) per_delivery: f64,
    pub(super) period_days: f64,
    pub(super) items: Vec<Item>,
    /// How many products there are, those without demand included.
    pub(super) listed: usize,
}

/// A product in demand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Item {
    /// Place in the caller's list.
    pub place: usize,
    /// Base units per period.
    pub demand: f64,
    /// c_dk + c_jk: money for each delivery that carries it.
    pub cost: f64,
    /// F (P_dk + P_jk) R_jk: money per period to hold the demand of one period; half of it is paid for each period of
    /// its interval.
    pub holding: f64,
}

/// When to deliver which products of a basket, and what that costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Schedule {
    /// T: periods from one delivery to the next.
    pub interval: f64,
    /// The same in days.
    pub interval_days: f64,
    /// In whole days, half upward, at least 1.
    pub days: u32,
    /// One entry for each product of the basket, in the caller's order; `None` for one without demand, which is not
    /// delivered.
    pub items: Vec<Option<ItemSchedule>>,
    /// Money per period on the unrounded interval.
    pub cost: PeriodCost,
    /// Money per period on the interval in whole days.
    pub cost_on_whole_days: PeriodCost,
}

/// How often one product comes, and how much of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ItemSchedule {
    /// m: it comes with every m-th delivery.
    pub multiple: u32,
    /// m T in days.
    pub interval_days: f64,
    /// m T R: base units that it brings.
    pub lot: f64,
}

impl Basket {
    /// The products of `items` that are in demand. `None` when nothing is.
    ///
    /// # Errors
    /// [`ParameterError`] for a cost per delivery or a holding fraction that is not above 0 (deliveries that cost nothing
    /// would come all the time), a period without days, a price that is not above 0, or a demand or item cost below 0;
    /// for a product with its place, as `items[2].price_sum`.
    pub fn new(costs: &JointCosts, items: &[JointItem]) -> Result<Option<Self>, ParameterError> {
        let per_delivery = positive("per_delivery", costs.per_delivery)?;
        let fraction = positive(
            "holding_fraction_per_period",
            costs.holding_fraction_per_period,
        )?;
        let period_days = positive("period_days", f64::from(costs.period_days))?;
        let mut checked = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            let named = |error: ParameterError| error.within(format!("items[{place}]"));
            not_negative("demand_per_period", item.demand_per_period).map_err(named)?;
            let cost = not_negative("item_cost", item.item_cost).map_err(named)?;
            let price = positive("price_sum", item.price_sum).map_err(named)?;
            if item.demand_per_period > 0.0 {
                let demand =
                    positive("demand_per_period", item.demand_per_period).map_err(named)?;
                checked.push(Item {
                    place,
                    demand,
                    cost,
                    holding: fraction * price * demand,
                });
            }
        }
        checked.sort_by(Item::in_fixed_order);
        Ok((!checked.is_empty()).then_some(Self {
            per_delivery,
            period_days,
            items: checked,
            listed: items.len(),
        }))
    }

    /// Money per period when every product comes with every delivery, `interval` periods apart:
    /// (C + sum c_k) / T + F T sum P_k R_k / 2.
    ///
    /// # Errors
    /// [`ParameterError`] for an interval that is not above 0.
    pub fn cost_of_common(&self, interval: f64) -> Result<PeriodCost, ParameterError> {
        let interval = positive("interval", interval)?;
        Ok(self.cost(interval, &vec![1; self.items.len()]))
    }

    /// The schedule on which every product comes with every delivery, at the interval of
    /// [`joint_interval`](super::joint_interval).
    #[must_use]
    pub fn common(&self) -> Schedule {
        self.at_best_interval(&vec![1; self.items.len()])
    }

    /// The sums that a base interval is chosen by: C + sum c_k / m_k, and F sum P_k R_k m_k.
    pub(super) fn sums(&self, multiples: &[u32]) -> (f64, f64) {
        let mut delivering = self.per_delivery;
        let mut holding = 0.0;
        for (item, &multiple) in self.items.iter().zip(multiples) {
            delivering += item.cost / f64::from(multiple);
            holding += item.holding * f64::from(multiple);
        }
        (delivering, holding)
    }

    pub(super) fn cost(&self, interval: f64, multiples: &[u32]) -> PeriodCost {
        let (delivering, holding) = self.sums(multiples);
        PeriodCost {
            ordering: delivering / interval,
            holding: holding * interval / 2.0,
        }
    }

    /// The schedule with these multiples at their best base interval, sqrt(2 (C + sum c_k / m_k) / (F sum P_k R_k m_k)).
    pub(super) fn at_best_interval(&self, multiples: &[u32]) -> Schedule {
        let (delivering, holding) = self.sums(multiples);
        self.schedule((2.0 * delivering / holding).sqrt(), multiples)
    }

    pub(super) fn schedule(&self, interval: f64, multiples: &[u32]) -> Schedule {
        let interval_days = interval * self.period_days;
        let days = ((interval_days + 0.5).floor() as u32).max(1);
        let mut items = vec![None; self.listed];
        for (item, &multiple) in self.items.iter().zip(multiples) {
            items[item.place] = Some(ItemSchedule {
                multiple,
                interval_days: interval_days * f64::from(multiple),
                lot: interval * f64::from(multiple) * item.demand,
            });
        }
        Schedule {
            interval,
            interval_days,
            days,
            items,
            cost: self.cost(interval, multiples),
            cost_on_whole_days: self.cost(f64::from(days) / self.period_days, multiples),
        }
    }
}

impl Item {
    /// T_k = sqrt(2 c_k / (F P_k R_k)): how often it would come if a delivery cost nothing else.
    pub(super) fn own_interval(&self) -> f64 {
        (2.0 * self.cost / self.holding).sqrt()
    }

    fn in_fixed_order(&self, other: &Self) -> Ordering {
        self.holding
            .total_cmp(&other.holding)
            .then(self.cost.total_cmp(&other.cost))
            .then(self.demand.total_cmp(&other.demand))
            .then(self.place.cmp(&other.place))
    }
}
