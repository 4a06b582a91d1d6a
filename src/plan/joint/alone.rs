//! Every product by itself, as where nobody brings products together.

use serde::Serialize;

use super::super::lot::PeriodCost;
use super::basket::Basket;

/// What delivering every product of a basket by itself costs, each delivery carrying one product and paying in full.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alone {
    /// One entry for each product of the basket, in the caller's order; `None` for one without demand.
    pub items: Vec<Option<AloneItem>>,
    /// Money per period, all products together.
    pub cost: PeriodCost,
}

/// A product that is delivered by itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AloneItem {
    /// Days from one delivery of it to the next.
    pub interval_days: f64,
    /// Base units that each brings.
    pub lot: f64,
    /// Money per period.
    pub cost: PeriodCost,
}

impl Basket {
    /// Each product at its own economic order interval, T_k = sqrt(2 (C + c_k) / (F P_k R_k)): what joint deliveries are
    /// measured against. Nearly always dearer than they; where a delivery costs next to nothing besides what each product
    /// adds, it may be cheaper.
    ///
    /// Source: F. W. Harris, "How many parts to make at once" (1913), once for each product.
    #[must_use]
    pub fn alone(&self) -> Alone {
        let mut items = vec![None; self.listed];
        let (mut ordering, mut holding) = (0.0, 0.0);
        for item in &self.items {
            let delivery = self.per_delivery + item.cost;
            let interval = (2.0 * delivery / item.holding).sqrt();
            let cost = PeriodCost {
                ordering: delivery / interval,
                holding: item.holding * interval / 2.0,
            };
            ordering += cost.ordering;
            holding += cost.holding;
            items[item.place] = Some(AloneItem {
                interval_days: interval * self.period_days,
                lot: interval * item.demand,
                cost,
            });
        }
        Alone {
            items,
            cost: PeriodCost { ordering, holding },
        }
    }
}
