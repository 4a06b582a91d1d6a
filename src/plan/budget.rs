//! A plan that costs more than there is money for: which packs to leave out.
//!
//! The j-th pack of a line avoids the expected shortage G(p + (j - 1) q) - G(p + j q), with p the position, q the base
//! units in a pack and G(x) = E[(D - x)+] the expected shortage of demand D over the protection interval H when x base
//! units are at hand. Times the margin of a base unit that is the expected margin that the pack keeps. G is convex, so
//! that each further pack of a line keeps no more than the one before, and packs taken in order of margin kept per
//! rupiah solve the relaxed problem, in which packs could be divided: marginal analysis.
//!
//! Source: G. Hadley, T. M. Whitin, "Analysis of inventory systems" (1963), single-period models under a budget, for the
//! marginal analysis; G. B. Dantzig, "Discrete-variable extremum problems", Operations Research 5 (1957) 266-277, for the order
//! of value over cost and how far from the best it can end.

use serde::{Deserialize, Serialize};

use super::distribution::{NegativeBinomial, Poisson, normal_loss};
use super::parameter::{ParameterError, number};
use super::policy::{Distribution, Safety};
use super::reason::{Reason, Step};
use super::{PlanLine, Urgency};
use crate::model::{Money, Quantity, Sku};

/// A line of more packs than this is cut in steps of several packs, so that the largest order takes no longer.
const MOST_STEPS: i64 = 1000;

/// What the goods of a line cost and bring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// What a pack costs to buy, rounded up where it is not whole; 0 where it is not known.
    pub pack_cost: Money,
    /// Selling price less cost of one base unit, in money; what is below 0 counts as 0.
    pub margin_per_unit: f64,
    /// The least that the supplier sells, in base units; 0 for any quantity.
    pub minimum_order: Quantity,
}

/// What a budget took from a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BudgetCut {
    /// What there was to spend.
    pub budget: Money,
    /// What the plan would have cost.
    pub wanted: Money,
    /// What it costs now, each pack's cost rounded up.
    pub spent: Money,
    /// Expected margin lost over the protection interval by what was cut, in money, not rounded.
    pub margin_lost: f64,
    /// The lines that were cut, in the order of the plan.
    pub cut: Vec<LineCut>,
    /// Lines that were kept whole because nobody knows what they cost, in the order of the plan: their goods have to
    /// be paid too.
    pub without_cost: Vec<Sku>,
}

/// What a budget took from a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineCut {
    /// Product code.
    pub sku: Sku,
    /// Base units before.
    pub from: Quantity,
    /// Base units left.
    pub to: Quantity,
    /// What is not spent.
    pub saved: Money,
    /// Expected margin lost over the protection interval, in money, not rounded.
    pub margin_lost: f64,
}

/// Packs that are bought together or not at all.
struct Portion {
    line: usize,
    packs: i64,
    cost: i128,
    margin: f64,
    /// Margin per rupiah, never above that of the portion before it in the same line.
    worth: f64,
}

/// Cuts lines, whose order is that of the plan, to what `budget` can pay.
///
/// All packs of all lines are gone through from the most margin kept per rupiah to the least (of the same worth the
/// more urgent line first, then by product code), and a pack is kept where the money left pays for it. A line's minimum
/// order comes first, as one: where it cannot be paid, the whole line is dropped, and so is what follows a pack of the
/// same line that could not be paid. A plan that the budget pays is left as it is.
///
/// - Never more than the budget is spent on what has a cost.
/// - More budget never keeps less expected margin, since what comes later in the order keeps less for every rupiah.
/// - The margin kept is the most that any choice keeps wherever all portions cost the same or the money is used up at
///   the first that cannot be paid; elsewhere it falls short of the most by less than the margin of that portion.
/// - A line whose cost is not known (0) takes none of the budget: it is kept whole and named in `without_cost`.
/// - Goods sold without a margin keep none: they are the first to be dropped, the least urgent of them first.
///
/// A line of more than 1000 packs is cut by a thousandth of it at a time.
///
/// # Errors
/// [`ParameterError`] for a budget or pack cost below 0, and for a margin that is not a finite number.
pub fn cut_to_budget(
    lines: &mut [(&mut PlanLine, Price)],
    budget: Money,
) -> Result<BudgetCut, ParameterError> {
    let amount = |name: &'static str, money: Money| match money.0 {
        0.. => Ok(i128::from(money.0)),
        below => Err(ParameterError::new(name, below as f64, "0 or above")),
    };
    let mut left = amount("budget", budget)?;
    for (place, (_, price)) in lines.iter().enumerate() {
        let of_line = |error: ParameterError| error.within(format!("lines[{place}]"));
        amount("pack_cost", price.pack_cost).map_err(of_line)?;
        number("margin_per_unit", price.margin_per_unit).map_err(of_line)?;
    }
    let cost_of = |line: &PlanLine, price: &Price| {
        i128::from(price.pack_cost.0) * i128::from(line.packs.max(0))
    };
    let wanted: i128 = lines.iter().map(|(line, price)| cost_of(line, price)).sum();
    let without_cost = lines
        .iter()
        .filter(|(line, price)| line.packs > 0 && price.pack_cost.0 == 0)
        .map(|(line, _)| line.sku.clone())
        .collect();
    let mut summary = BudgetCut {
        budget,
        wanted: money(wanted),
        spent: money(wanted),
        margin_lost: 0.0,
        cut: Vec::new(),
        without_cost,
    };
    if wanted <= left {
        return Ok(summary);
    }

    let mut portions: Vec<Portion> = lines
        .iter()
        .enumerate()
        .flat_map(|(place, (line, price))| portions(place, line, price))
        .collect();
    let rank = |line: usize| -> (Urgency, &Sku) { (lines[line].0.urgency, &lines[line].0.sku) };
    // The sort is stable: portions of a line stay in their order where they are worth the same.
    portions.sort_by(|one, other| {
        let worth = other.worth.total_cmp(&one.worth);
        worth.then_with(|| rank(one.line).cmp(&rank(other.line)))
    });
    let mut kept = vec![0_i64; lines.len()];
    let mut lost = vec![0.0_f64; lines.len()];
    let mut closed = vec![false; lines.len()];
    for portion in &portions {
        let line = portion.line;
        if closed[line] || portion.cost > left {
            closed[line] = true;
            lost[line] += portion.margin;
        } else {
            left -= portion.cost;
            kept[line] += portion.packs;
        }
    }

    let mut spent: i128 = 0;
    for (place, (line, price)) in lines.iter_mut().enumerate() {
        let before = cost_of(line, price);
        if price.pack_cost.0 > 0 && kept[place] < line.packs {
            let to = Quantity(kept[place] * line.pack_size.0);
            line.reason.steps.push(Step::CutToBudget {
                from: line.quantity,
                to,
            });
            let cut = LineCut {
                sku: line.sku.clone(),
                from: line.quantity,
                to,
                saved: money(before - i128::from(kept[place]) * i128::from(price.pack_cost.0)),
                margin_lost: lost[place],
            };
            line.quantity = to;
            line.packs = kept[place];
            summary.margin_lost += cut.margin_lost;
            summary.cut.push(cut);
        }
        spent += cost_of(line, price);
    }
    summary.spent = money(spent);
    Ok(summary)
}

/// The portions of a line, from the first pack on; none where it costs nothing or orders nothing.
fn portions(place: usize, line: &PlanLine, price: &Price) -> Vec<Portion> {
    let packs = line.packs.max(0);
    if price.pack_cost.0 == 0 || packs == 0 {
        return Vec::new();
    }
    let size = line.pack_size.0.max(1);
    let minimum = price.minimum_order.0.max(0);
    let first = (minimum / size + i64::from(minimum % size > 0)).clamp(1, packs);
    let step = ((packs - first) / MOST_STEPS).max(1);
    let margin = price.margin_per_unit.max(0.0);
    let mut portions: Vec<Portion> = Vec::new();
    let (mut taken, mut shortage) = (0, expected_shortage(&line.reason, line.position.0));
    while taken < packs {
        let count = if taken == 0 { first } else { step }.min(packs - taken);
        taken += count;
        let position = line.position.0.saturating_add(taken.saturating_mul(size));
        let left = expected_shortage(&line.reason, position);
        let kept = (margin * (shortage - left)).max(0.0);
        let cost = i128::from(price.pack_cost.0) * i128::from(count);
        let worth = kept / cost as f64;
        // Convexity makes it fall from pack to pack; so must rounding.
        let worth = portions
            .last()
            .map_or(worth, |before| worth.min(before.worth));
        portions.push(Portion {
            line: place,
            packs: count,
            cost,
            margin: kept,
            worth,
        });
        shortage = left;
    }
    portions
}

/// G(x) = E[(D - x)+]: the base units of the demand over the protection interval that are expected to be missing when
/// `position` of them are at hand, by the mean, the variance and the distribution that the line's level was taken from.
#[must_use]
pub fn expected_shortage(reason: &Reason, position: i64) -> f64 {
    let (mean, variance) = (reason.mean, reason.variance);
    let missing = mean - position as f64;
    if mean <= 0.0 {
        return missing.max(0.0);
    }
    match (reason.safety, reason.distribution) {
        (Safety::None, _) | (_, Distribution::Normal) => {
            let deviation = variance.sqrt();
            if deviation > 0.0 {
                deviation * normal_loss(-missing / deviation)
            } else {
                missing.max(0.0)
            }
        }
        (_, Distribution::Poisson) if variance <= mean => {
            Poisson::with_mean(mean).expected_shortage(position)
        }
        // Poisson demand after a lead time that varies is negative binomial.
        _ => NegativeBinomial::with_moments(mean, variance).expected_shortage(position),
    }
}

fn money(amount: i128) -> Money {
    Money(amount.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
}
