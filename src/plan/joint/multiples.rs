//! Integer multiples of a base interval, by Silver's heuristic.

use super::basket::{Basket, Item, Schedule};

/// No product is made to wait for more deliveries than this.
pub(super) const LARGEST_MULTIPLE: f64 = 1e9;

impl Basket {
    /// The multiples of Silver's heuristic at their best base interval.
    ///
    /// The product with the least c / (P R) comes with every delivery; each other with every m-th, m being
    /// sqrt(c_k / (P_k R_k) x (P_1 R_1) / (C + c_1)) rounded to a whole number, at least 1. Of several with the least,
    /// the one of the greatest turnover P R is taken for the first.
    ///
    /// Source: E. A. Silver, "A simple method of determining order quantities in joint replenishments under
    /// deterministic demand" (1976).
    #[must_use]
    pub fn silver(&self) -> Schedule {
        self.at_best_interval(&self.silver_multiples())
    }

    /// The cheaper of [`Self::silver`] and [`Self::common`], which the heuristic now and then exceeds.
    #[must_use]
    pub fn heuristic(&self) -> Schedule {
        let (silver, common) = (self.silver(), self.common());
        if silver.cost.total() < common.cost.total() {
            silver
        } else {
            common
        }
    }

    fn silver_multiples(&self) -> Vec<u32> {
        let ratio = |item: &Item| item.cost / item.holding;
        let first = self
            .items
            .iter()
            .enumerate()
            .min_by(|(_, one), (_, other)| {
                ratio(one)
                    .total_cmp(&ratio(other))
                    .then(other.holding.total_cmp(&one.holding))
            });
        let Some((first, always)) = first else {
            return Vec::new();
        };
        let rate = always.holding / (self.per_delivery + always.cost);
        self.items
            .iter()
            .enumerate()
            .map(|(place, item)| {
                if place == first {
                    1
                } else {
                    let multiple = (ratio(item) * rate).sqrt();
                    (multiple + 0.5).floor().clamp(1.0, LARGEST_MULTIPLE) as u32
                }
            })
            .collect()
    }
}
