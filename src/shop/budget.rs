//! What a plan costs, and what of it a cash budget leaves.

use super::nightly::PlannedLine;
use super::store::plans::Planned;
use crate::error::{Error, Result};
use crate::model::Money;
use crate::plan::{BudgetCut, PlanLine, Price, ProductInput, cut_to_budget};

/// What the goods of a line cost and bring.
#[derive(Debug, Clone, Copy)]
pub(super) struct Costs {
    price: Price,
    per_unit: Money,
}

impl Costs {
    /// A pack's cost is rounded up, so that the lines, whose costs are rounded to the nearest rupiah, never come to
    /// more than the budget.
    pub(super) fn of(product: &Planned, input: &ProductInput) -> Self {
        let factor = i128::from(product.unit_factor.max(1));
        let pack = i128::from(product.cost.0) * i128::from(input.pack_size.0.max(1));
        let pack = pack / factor + i128::from(pack % factor > 0);
        Self {
            price: Price {
                pack_cost: Money(i64::try_from(pack).unwrap_or(i64::MAX)),
                margin_per_unit: (product.price - product.cost).0 as f64 / factor as f64,
                minimum_order: input.minimum_order,
            },
            per_unit: product.cost,
        }
    }
}

/// Cuts the lines to the budget where there is one, and then says what each costs.
pub(super) fn cost_and_cut(
    mut priced: Vec<(PlannedLine, Costs)>,
    budget: Option<Money>,
) -> Result<(Vec<PlannedLine>, Option<BudgetCut>)> {
    let cut = budget
        .map(|budget| {
            let mut lines: Vec<(&mut PlanLine, Price)> = priced
                .iter_mut()
                .map(|(planned, costs)| (&mut planned.line, costs.price))
                .collect();
            cut_to_budget(&mut lines, budget)
                .map_err(|error| Error::Internal(format!("cutting a plan to {budget}: {error}")))
        })
        .transpose()?;
    let lines = priced
        .into_iter()
        .map(|(planned, costs)| PlannedLine {
            cost: Money::for_quantity(costs.per_unit, planned.unit_factor, planned.line.quantity.0),
            ..planned
        })
        .collect();
    Ok((lines, cut))
}
