//! From a need in base units to whole packs that a supplier sells and the shop can sell in time.

use super::policy::Rounding;
use super::reason::Step;
use crate::model::Quantity;

/// The bounds that an order has to keep, in base units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderBounds {
    /// Base units in a pack; what is below 1 counts as 1.
    pub pack_size: Quantity,
    /// The least that the supplier sells of this product; what is below 0 counts as 0.
    pub minimum_order: Quantity,
    /// The most that can sell within the shelf life.
    pub shelf_life_cap: Option<Quantity>,
    /// How a need becomes whole packs.
    pub round: Rounding,
    /// It has to be ordered now.
    pub due: bool,
}

/// An order in whole packs, and the steps that led to it from the need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Base units: packs times pack size.
    pub quantity: Quantity,
    /// Whole packs.
    pub packs: i64,
    /// What changed the need, in order.
    pub steps: Vec<Step>,
}

/// `value` to the nearest whole number, half upward, within `i64`.
#[must_use]
pub fn half_up(value: f64) -> i64 {
    let below = value.floor();
    // Adding a half to the value first would round up 0.49999999999999994.
    (if value - below >= 0.5 {
        below + 1.0
    } else {
        below
    }) as i64
}

/// Makes an order of a need: at least the minimum order, in whole packs, within the shelf-life cap.
///
/// Packs are rounded once. `Rounding::Nearest` never goes below the minimum order, and never below one pack for a
/// product that is due: waiting for the need to reach half a pack would be waiting for an empty shelf. For one that is
/// not due it may round to nothing. The cap is rounded down to whole packs; where it leaves less than the minimum
/// order, nothing is ordered.
#[must_use]
pub fn order(need: Quantity, bounds: &OrderBounds) -> Order {
    let mut steps = Vec::new();
    if need.0 <= 0 {
        steps.push(Step::NothingNeeded);
        return Order {
            quantity: Quantity::ZERO,
            packs: 0,
            steps,
        };
    }
    let pack = bounds.pack_size.0.max(1);
    let minimum = bounds.minimum_order.0.max(0);
    let wanted = need.0.max(minimum);
    if wanted > need.0 {
        steps.push(Step::RaisedToMinimum {
            from: need,
            to: Quantity(wanted),
        });
    }
    // The last whole pack below the largest number: an absurd minimum or pack must not overflow.
    let most_packs = i64::MAX / pack;
    let mut packs = match bounds.round {
        Rounding::Up => packs_up(wanted, pack),
        Rounding::Nearest => {
            let rest = wanted % pack;
            let nearest = wanted / pack + i64::from(rest >= pack - rest);
            nearest
                .max(packs_up(minimum, pack))
                .max(i64::from(bounds.due))
        }
    }
    .min(most_packs);
    if packs * pack != wanted {
        steps.push(Step::RoundedToPacks {
            from: Quantity(wanted),
            to: Quantity(packs * pack),
        });
    }
    if let Some(cap) = bounds.shelf_life_cap {
        let capped = cap.0.max(0) / pack;
        if capped < packs {
            packs = capped;
            let to = Quantity(packs * pack);
            steps.push(Step::CappedByShelfLife { cap, to });
            if to.0 < minimum {
                packs = 0;
                steps.push(Step::BelowMinimum {
                    from: to,
                    minimum: Quantity(minimum),
                });
            }
        }
    }
    Order {
        quantity: Quantity(packs * pack),
        packs,
        steps,
    }
}

fn packs_up(units: i64, pack: i64) -> i64 {
    units / pack + i64::from(units % pack > 0)
}
