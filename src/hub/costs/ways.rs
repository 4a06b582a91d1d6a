//! The ways to bring a shop its products, side by side: each product by itself, all together on one interval, some with
//! every second or third delivery only, by the calendar, and as it is done now.

use crate::model::Sku;
use crate::plan::{Basket, JointCosts, JointItem};

/// Days between deliveries that a calendar can keep: powers of two of this many.
const CALENDAR_DAYS: u32 = 1;

/// A way to bring a shop its products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Each product by itself, at its own economic order interval.
    Alone,
    /// All products with every delivery, at the interval T of least cost.
    Together,
    /// Each product with every m-th delivery, where that is cheaper.
    Multiples,
    /// The same with intervals that are powers of two of a day.
    Calendar,
    /// All products with every delivery, at the interval that is in use.
    InUse,
}

/// What a way costs in 30 days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WayCost {
    /// Which.
    pub way: Way,
    /// Days from one delivery to the next; `None` where each product has its own.
    pub interval_days: Option<f64>,
    /// What deliveries cost.
    pub delivering: f64,
    /// What holding the goods costs.
    pub holding: f64,
}

impl WayCost {
    /// Both together.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.delivering + self.holding
    }
}

/// How often a product comes.
#[derive(Debug, Clone, PartialEq)]
pub struct WayItem {
    /// The product.
    pub sku: Sku,
    /// Days from one delivery to the next, were it ordered by itself.
    pub alone_days: f64,
    /// m: it comes with every m-th delivery.
    pub multiple: u32,
    /// m T in days.
    pub joint_days: f64,
}

/// The ways to bring a shop its products.
#[derive(Debug, Clone, PartialEq)]
pub struct Ways {
    /// What each costs.
    pub costs: Vec<WayCost>,
    /// Every product that is asked for, with its multiple where that way is the cheapest, or else 1.
    pub items: Vec<WayItem>,
}

impl Ways {
    /// What one of the ways costs in 30 days.
    #[must_use]
    pub fn total(&self, way: Way) -> Option<f64> {
        let found = self.costs.iter().find(|cost| cost.way == way);
        found.map(WayCost::total)
    }

    /// What the way in use saves in a day against each product by itself, in rupiah; below 0 where it costs more.
    #[must_use]
    pub fn saved_a_day(&self) -> Option<f64> {
        let (alone, now) = (self.total(Way::Alone)?, self.total(Way::InUse)?);
        Some((alone - now) / f64::from(super::PERIOD_DAYS))
    }

    /// Whether some products should come with some deliveries only.
    #[must_use]
    pub fn has_multiples(&self) -> bool {
        self.items.iter().any(|item| item.multiple > 1)
    }
}

/// The ways to bring `items`, of which `skus` are the products in the same order, with `in_use_days` from one delivery to
/// the next now. `None` where nobody has said what a delivery as such costs, or nothing is sold: then nothing is shared.
pub(in crate::hub) fn ways(
    costs: &JointCosts,
    skus: &[Sku],
    items: &[JointItem],
    in_use_days: u32,
) -> Option<Ways> {
    let basket = Basket::new(costs, items).ok()??;
    let compared = basket.compare(CALENDAR_DAYS).ok()?;
    let in_use = f64::from(in_use_days);
    let now = basket
        .cost_of_common(in_use / f64::from(costs.period_days))
        .ok()?;
    let best = compared.exact.unwrap_or(compared.heuristic);
    let calendar = compared.power_of_two.schedule;
    let rows = [
        (Way::Alone, None, compared.alone.cost),
        (
            Way::Together,
            Some(compared.common.interval_days),
            compared.common.cost,
        ),
        (Way::Multiples, Some(best.interval_days), best.cost),
        (Way::Calendar, Some(calendar.interval_days), calendar.cost),
        (Way::InUse, Some(in_use), now),
    ];
    let each = skus.iter().zip(&compared.alone.items).zip(&best.items);
    Some(Ways {
        costs: rows
            .into_iter()
            .map(|(way, interval_days, cost)| WayCost {
                way,
                interval_days,
                delivering: cost.ordering,
                holding: cost.holding,
            })
            .collect(),
        items: each
            .filter_map(|((sku, alone), joint)| {
                let (alone, joint) = ((*alone)?, (*joint)?);
                Some(WayItem {
                    sku: sku.clone(),
                    alone_days: alone.interval_days,
                    multiple: joint.multiple,
                    joint_days: joint.interval_days,
                })
            })
            .collect(),
    })
}
