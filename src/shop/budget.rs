//! What a plan costs, and what of it a cash budget leaves.

use super::nightly::PlannedLine;
use super::store::plans::Planned;
use crate::error::{Error, Result};
use crate::model::{Money, Quantity};
use crate::plan::budget::expected_shortage;
use crate::plan::{BudgetCut, PlanLine, Price, ProductInput, cut_to_budget};

/// What the goods of a line cost and bring.
#[derive(Debug, Clone, Copy)]
pub(super) struct Costs {
    price: Price,
    per_unit: Money,
    unit_factor: i64,
}

impl Costs {
    pub(super) fn of(product: &Planned, input: &ProductInput) -> Self {
        Self::new(
            product.cost,
            product.price,
            product.unit_factor,
            input.pack_size,
            input.minimum_order,
        )
    }

    /// Of goods that cost `cost` and sell for `price` per unit of `unit_factor` base units, bought in packs of
    /// `pack_size`, at least `minimum_order`.
    ///
    /// A pack's cost is rounded up, so that the lines, whose costs are rounded to the nearest rupiah, never come to
    /// more than the budget.
    pub(super) fn new(
        cost: Money,
        price: Money,
        unit_factor: i64,
        pack_size: Quantity,
        minimum_order: Quantity,
    ) -> Self {
        let factor = i128::from(unit_factor.max(1));
        let pack = i128::from(cost.0) * i128::from(pack_size.0.max(1));
        let pack = pack / factor + i128::from(pack % factor > 0);
        Self {
            price: Price {
                pack_cost: Money(i64::try_from(pack).unwrap_or(i64::MAX)),
                margin_per_unit: (price - cost).0 as f64 / factor as f64,
                minimum_order,
            },
            per_unit: cost,
            unit_factor,
        }
    }

    /// What a pack costs, rounded up; 0 where nobody entered it.
    pub(super) fn pack_cost(&self) -> Money {
        self.price.pack_cost
    }

    /// The margin that is expected to be lost over the protection interval if nothing of a line is bought, rupiah.
    pub(super) fn at_stake(&self, line: &PlanLine) -> f64 {
        expected_shortage(&line.reason, line.position.0) * self.price.margin_per_unit.max(0.0)
    }

    /// What so many base units cost.
    pub(super) fn of_quantity(&self, quantity: Quantity) -> Money {
        Money::for_quantity(self.per_unit, self.unit_factor, quantity.0)
    }
}

/// Cuts the lines to a budget.
pub(super) fn cut<'l>(
    lines: impl Iterator<Item = (&'l mut PlanLine, &'l Costs)>,
    budget: Money,
) -> Result<BudgetCut> {
    let mut lines: Vec<(&mut PlanLine, Price)> =
        lines.map(|(line, costs)| (line, costs.price)).collect();
    cut_to_budget(&mut lines, budget)
        .map_err(|error| Error::Internal(format!("cutting a plan to {budget}: {error}")))
}

/// Cuts the lines to the budget where there is one, and then says what each costs.
pub(super) fn cost_and_cut(
    mut priced: Vec<(PlannedLine, Costs)>,
    budget: Option<Money>,
) -> Result<(Vec<PlannedLine>, Option<BudgetCut>)> {
    let cut = budget
        .map(|budget| {
            let lines = priced
                .iter_mut()
                .map(|(planned, costs)| (&mut planned.line, &*costs));
            cut(lines, budget)
        })
        .transpose()?;
    let lines = priced
        .into_iter()
        .map(|(planned, costs)| PlannedLine {
            cost: costs.of_quantity(planned.line.quantity),
            ..planned
        })
        .collect();
    Ok((lines, cut))
}
