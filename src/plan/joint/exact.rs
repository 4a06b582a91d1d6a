//! The best integer multiples there are.

use super::basket::{Basket, Item, Schedule};
use super::multiples::LARGEST_MULTIPLE;

/// Changes of a multiple, times products, that the search goes through: some tenths of a second.
const MOST_WORK: f64 = 2e7;

impl Basket {
    /// The multiples and base interval that cost least of all (a delivery's own cost being paid at every base interval,
    /// even where no product's turn has come), by a search of every vector of multiples that can be the
    /// best. `None` where there are too many: some hundred products, or products whose own costs are thousands of times
    /// the delivery's.
    ///
    /// Why nothing is missed:
    /// 1. For a given base interval T each product has its own best multiple, the least m with
    ///    m (m + 1) >= 2 c / (F P R T^2), since c / (m T) + F P R m T / 2 is convex in m. It falls as T grows, and
    ///    changes only where T passes sqrt(2 c / (F P R m (m + 1))).
    /// 2. The best T of given multiples, sqrt(2 (C + sum c / m) / (F sum P R m)), is at most that of all ones.
    /// 3. No product ever costs less than sqrt(2 c F P R), its own economic order quantity. The best schedule, which
    ///    costs no more than the heuristic's H, therefore has C / T <= H - sum sqrt(2 c F P R), and T is at least
    ///    C / (H - sum sqrt(2 c F P R)).
    /// 4. The best schedule has multiples that are best for its own T, which lies between those bounds. Going down from
    ///    the upper one through all changes to below the lower one visits every such vector; each is costed at its own
    ///    best T.
    ///
    /// Source: S. K. Goyal, "Determination of optimum packaging frequency of items jointly replenished" (1974); the lower
    /// bound after R. E. Wildeman, J. B. G. Frenk, R. Dekker, "An efficient optimal solution method for the joint
    /// replenishment problem" (1997).
    #[must_use]
    pub fn exact(&self) -> Option<Schedule> {
        let heuristic = self.heuristic();
        let most = self.common().interval;
        let alone: f64 = self
            .items
            .iter()
            .map(|item| (2.0 * item.cost * item.holding).sqrt())
            .sum();
        let total = heuristic.cost.total();
        // The rounding of the sums must not raise the bound.
        let margin = total * 1e-9;
        let least = self.per_delivery / (total - alone + margin);
        let changes: f64 = self
            .items
            .iter()
            .map(|item| item.multiple_at(least) - item.multiple_at(most))
            .sum();
        if changes * self.items.len() as f64 > MOST_WORK
            || self
                .items
                .iter()
                .any(|item| item.multiple_at(least) > LARGEST_MULTIPLE)
        {
            return None;
        }
        let mut best = heuristic;
        let mut multiples: Vec<u32> = self
            .items
            .iter()
            .map(|item| item.multiple_at(most) as u32)
            .collect();
        let mut passed = self.changes_between(least, most);
        passed.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        let mut next = passed.into_iter();
        loop {
            let (delivering, holding) = self.sums(&multiples);
            if (2.0 * delivering * holding).sqrt() < best.cost.total() {
                let schedule = self.at_best_interval(&multiples);
                if schedule.cost.total() < best.cost.total() {
                    best = schedule;
                }
            }
            let Some((_, product)) = next.next() else {
                return Some(best);
            };
            multiples[product] += 1;
        }
    }

    /// Every T between the bounds at which a product's best multiple grows by one, with the product.
    fn changes_between(&self, least: f64, most: f64) -> Vec<(f64, usize)> {
        let mut changes = Vec::new();
        for (product, item) in self.items.iter().enumerate() {
            let mut multiple = item.multiple_at(most);
            let last = item.multiple_at(least);
            while multiple < last {
                let at = item.own_interval() / (multiple * (multiple + 1.0)).sqrt();
                changes.push((at, product));
                multiple += 1.0;
            }
        }
        changes
    }
}

impl Item {
    /// The best multiple for a base interval T: the least whole m >= 1 with m (m + 1) >= 2 c / (F P R T^2).
    fn multiple_at(&self, interval: f64) -> f64 {
        let ratio = self.own_interval() / interval;
        let square = ratio * ratio;
        // The root of m (m + 1) = square, in the form that loses nothing where square is small.
        let root = 2.0 * square / (1.0 + (1.0 + 4.0 * square).sqrt());
        root.ceil().max(1.0)
    }
}
