//! The shopping list: what the shopkeeper makes of a plan.
//!
//! A plan stays as it was made. Beside it is kept what she decided: today's money, another number of packs, what lies in
//! the basket already. The list is the plan with all that applied. What she chose herself and what she has bought comes
//! out of the money first; the rest of it is cut to what is left, as a plan is to its budget. Every decision sets a
//! state and adds nothing up, so that one that is sent twice changes nothing the second time, and two pages never
//! undo each other's other lines.
//!
//! What came in since the plan was made need not be bought any more. The rule: all that there is now and is on its way,
//! with what was sold since added again, less the same figure of the plan. Sales are left out because the plan expected
//! them: the demand that it covers begins with this day. What is more than the plan knew of, be it received, announced
//! or found in a count, comes off the line and its money off the budget; what is less (waste) raises no line before the
//! next plan.

use std::collections::HashMap;

use rusqlite::Connection;

use super::Shop;
use super::budget::{Costs, cut};
use super::nightly::{self, Plan, PlannedLine, check_budget};
use super::store::days::Moment;
use super::store::shopping::{self as rows, Choice, Goods};
use super::store::{audit, plans, settings};
use crate::error::{Error, Result};
use crate::model::{Money, Quantity};
use crate::plan::reason::Step;
use crate::plan::{LineCut, PlanLine};
use crate::store::WriteTx;

/// What there usually is to spend, in the shop's settings.
const USUAL_BUDGET: &str = "cash_budget";

/// A plan with what the shopkeeper decided.
#[derive(Debug, Clone)]
pub struct ShoppingList {
    /// The plan as it was made, without its lines of products that nothing is wanted of.
    pub plan: Plan,
    /// Products of the plan that are too new to say anything about.
    pub too_new: u32,
    /// What there is to spend; `None` for as much as it takes.
    pub budget: Option<Money>,
    /// One line for each product that is wanted or that she decided on, in the plan's order.
    pub lines: Vec<ListLine>,
    /// What everything on the list costs.
    pub total: Money,
    /// What of that is in the basket.
    pub bought: Money,
    /// What came in since the plan, of what would be on the list, at today's cost.
    pub arrived: Money,
    /// Margin that the budget is expected to lose over the protection interval, rupiah.
    pub margin_lost: f64,
}

/// A line of the list.
#[derive(Debug, Clone)]
pub struct ListLine {
    /// The plan's line, cut to the budget where it was; its sentence speaks of that.
    pub suggested: PlannedLine,
    /// Packs that were suggested before any budget.
    pub wanted_packs: i64,
    /// Packs that she wants instead; 0 for none.
    pub chosen: Option<i64>,
    /// Packs in the basket.
    pub bought: Option<i64>,
    /// Packs on the list, the bought ones among them.
    pub packs: i64,
    /// The same in base units.
    pub quantity: Quantity,
    /// What came in since the plan, base units.
    pub came: Quantity,
    /// Packs that would be on the list had that not come.
    pub came_packs: i64,
    /// Margin that is expected to be lost over the protection interval if nothing of it is bought, rupiah.
    pub at_stake: f64,
    /// What they cost at today's cost.
    pub cost: Money,
    /// What a pack costs; 0 where nobody entered it.
    pub pack_cost: Money,
    /// What the budget took from it.
    pub cut: Option<LineCut>,
    /// Who it is bought from, or empty.
    pub supplier: String,
}

impl ShoppingList {
    /// What is on the list.
    pub fn to_buy(&self) -> impl Iterator<Item = &ListLine> {
        self.lines.iter().filter(|line| line.packs > 0)
    }

    /// What came in since the plan and would be on the list otherwise.
    pub fn arrived(&self) -> impl Iterator<Item = &ListLine> {
        self.lines.iter().filter(|line| line.came_packs > 0)
    }
}

impl ListLine {
    /// She took it off the list.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.chosen == Some(0) && self.packs == 0 && self.came_packs == 0
    }
}

impl Shop {
    /// The list of a plan, or of the latest night's.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a plan, or when its reasons are no longer kept.
    pub async fn shopping_list(&self, plan_id: Option<&str>) -> Result<ShoppingList> {
        let id = plan_id.map(str::to_owned);
        self.db
            .read(move |connection| {
                let header = match &id {
                    Some(id) => plans::by_id(connection, id)?.ok_or_else(|| no_plan(id))?,
                    None => plans::latest_saved(connection)?
                        .ok_or_else(|| Error::NotFound("no night has made a plan yet".into()))?,
                };
                list(connection, nightly::load_to_buy(connection, header)?)
            })
            .await
    }

    /// What there usually is to spend: what the settings of the program say (`cash_budget`), or else the shop's own;
    /// `None` for as much as it takes.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a setting that cannot be, [`Error::Corrupt`] for one that no program of ours wrote.
    pub async fn usual_budget(&self) -> Result<Option<Money>> {
        if let Some(budget) = self.config.cash_budget()? {
            return Ok(Some(Money(budget)));
        }
        let own = self
            .db
            .read(|connection| settings::get(connection, USUAL_BUDGET));
        let parsed = own.await?.map(|text| {
            text.parse()
                .map(Money)
                .map_err(|_| Error::Corrupt(format!("settings.{USUAL_BUDGET} is {text:?}")))
        });
        parsed.transpose()
    }

    /// Sets what there usually is to spend; `None` for as much as it takes. The next night plans with it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for less than nothing or more than [`Money::LIMIT`].
    pub async fn set_usual_budget(&self, budget: Option<Money>, by: &str) -> Result<()> {
        let text = budget
            .map(check_budget)
            .transpose()?
            .map(|budget| budget.0.to_string());
        let by = by.to_owned();
        self.record(move |tx, now| {
            if settings::get(tx, USUAL_BUDGET)? == text {
                return Ok(());
            }
            match &text {
                Some(text) => settings::set(tx, USUAL_BUDGET, text)?,
                None => settings::remove(tx, USUAL_BUDGET)?,
            }
            let detail = text.as_deref().unwrap_or("no limit");
            audit::record(tx, now, &by, "setting.changed", USUAL_BUDGET, detail)
        })
        .await
    }

    /// Sets today's money for a plan; `None` for as much as it takes.
    ///
    /// # Errors
    /// [`Error::Invalid`] for less than nothing or more than [`Money::LIMIT`], [`Error::NotFound`] without such a plan.
    pub async fn set_shopping_budget(
        &self,
        plan_id: &str,
        budget: Option<Money>,
        by: &str,
    ) -> Result<()> {
        let budget = budget.map(check_budget).transpose()?;
        let (id, by) = (plan_id.to_owned(), by.to_owned());
        self.record(move |tx, now| {
            check_plan(tx, &id)?;
            if rows::budget(tx, &id)? == Some(budget) {
                return Ok(());
            }
            rows::set_budget(tx, &id, budget, now)?;
            let detail = budget.map_or("no limit".to_owned(), |money| money.0.to_string());
            audit::record(tx, now, &by, "shopping.budget", &id, &detail)
        })
        .await
    }

    /// Sets how many packs of a product she wants: 0 for none, `None` for as many as suggested. What is in the basket
    /// follows.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a plan or a line of the product in it, [`Error::Invalid`] for a number that
    /// cannot be.
    pub async fn choose_packs(
        &self,
        plan_id: &str,
        sku: &str,
        packs: Option<i64>,
        by: &str,
    ) -> Result<()> {
        self.decide(plan_id, sku, by, packs, |old, packs| Choice {
            packs,
            bought: old.bought.and(packs).filter(|packs| *packs > 0),
        })
        .await
    }

    /// Puts so many packs of a product into the basket, or takes them out of it again with `None`.
    ///
    /// # Errors
    /// As [`Shop::choose_packs`].
    pub async fn tick(&self, plan_id: &str, sku: &str, packs: Option<i64>, by: &str) -> Result<()> {
        if packs == Some(0) {
            return Err(Error::invalid("packs", "must be at least 1"));
        }
        self.decide(plan_id, sku, by, packs, |old, packs| Choice {
            bought: packs,
            ..old
        })
        .await
    }

    async fn decide(
        &self,
        plan_id: &str,
        sku: &str,
        by: &str,
        packs: Option<i64>,
        decision: impl FnOnce(Choice, Option<i64>) -> Choice + Send + 'static,
    ) -> Result<()> {
        let (id, sku, by) = (plan_id.to_owned(), sku.to_owned(), by.to_owned());
        self.record(move |tx, now| {
            check_plan(tx, &id)?;
            let size = rows::pack_size(tx, &id, &sku)?
                .ok_or_else(|| Error::NotFound(format!("the plan has no line of {sku:?}")))?;
            let most = Quantity::LIMIT.0 / size.0.max(1);
            if packs.is_some_and(|packs| !(0..=most).contains(&packs)) {
                return Err(Error::invalid("packs", format!("must be 0 to {most}")));
            }
            let old = rows::choice(tx, &id, &sku)?;
            let new = decision(old, on_top_of_what_came(tx, &id, &sku, packs)?);
            if new == old {
                return Ok(());
            }
            write(tx, now, &id, &sku, new, &by)
        })
        .await
    }
}

fn write(
    tx: &WriteTx<'_>,
    now: &Moment,
    id: &str,
    sku: &str,
    choice: Choice,
    by: &str,
) -> Result<()> {
    rows::set_choice(tx, id, sku, choice, now)?;
    let said = |packs: Option<i64>, otherwise: &str| {
        packs.map_or(otherwise.to_owned(), |packs| packs.to_string())
    };
    let (packs, bought) = (
        said(choice.packs, "as suggested"),
        said(choice.bought, "none"),
    );
    let detail = format!("{sku}: packs {packs}, bought {bought}");
    audit::record(tx, now, by, "shopping.line", id, &detail)
}

fn no_plan(id: &str) -> Error {
    Error::NotFound(format!("there is no plan {id}"))
}

fn check_plan(connection: &Connection, id: &str) -> Result<()> {
    plans::by_id(connection, id)?
        .map(|_| ())
        .ok_or_else(|| no_plan(id))
}

/// The plan with what she decided applied.
fn list(connection: &Connection, plan: Plan) -> Result<ShoppingList> {
    let choices = rows::choices(connection, &plan.id)?;
    let budget = match rows::budget(connection, &plan.id)? {
        Some(budget) => budget,
        None => plan.budget.as_ref().map(|cut| cut.budget),
    };
    let made = rows::last_seq_before(connection, &plan.created_at)?;
    let mut lines: Vec<(ListLine, Costs)> = Vec::with_capacity(plan.lines.len());
    for planned in &plan.lines {
        let known = rows::goods(connection, planned.line.sku.as_str())?;
        let came = came_since(connection, &planned.line, made)?;
        lines.push(line(planned, known.as_ref(), &choices, came));
    }
    // With little money in the hand the first lines are what is bought.
    lines.sort_by(|(one, _), (other, _)| {
        let urgency = |line: &ListLine| line.suggested.line.urgency;
        urgency(one)
            .cmp(&urgency(other))
            .then_with(|| other.at_stake.total_cmp(&one.at_stake))
    });
    let arrived = lines
        .iter()
        .map(|(line, costs)| {
            let size = line.suggested.line.pack_size.0;
            costs.of_quantity(Quantity(line.came_packs.saturating_mul(size)))
        })
        .sum();
    let margin_lost = match budget {
        Some(budget) => cut_lines(&mut lines, budget - arrived)?,
        None => 0.0,
    };
    let lines: Vec<ListLine> = lines
        .into_iter()
        .map(|(line, costs)| finished(line, &costs))
        .collect();
    let bought = lines.iter().filter(|line| line.bought.is_some());
    Ok(ShoppingList {
        total: lines.iter().map(|line| line.cost).sum(),
        bought: bought.map(|line| line.cost).sum(),
        arrived,
        budget,
        margin_lost,
        lines,
        too_new: plans::too_new(connection, &plan.id)?,
        plan,
    })
}

/// Base units that came in after movement `made`, the last one that the plan of this line knew of.
fn came_since(connection: &Connection, planned: &PlanLine, made: i64) -> Result<Quantity> {
    let supply = rows::supply_without_sales(connection, planned.sku.as_str(), made)?;
    let then = planned.on_hand + planned.on_order + planned.in_transit;
    Ok((supply - then).max(Quantity::ZERO))
}

/// So many packs as the plan's line means them. She sees what is left after what came and decides on that; what is kept
/// speaks of the whole line, so that goods that come later count for it and earlier ones do not count twice.
fn on_top_of_what_came(
    connection: &Connection,
    id: &str,
    sku: &str,
    packs: Option<i64>,
) -> Result<Option<i64>> {
    let Some(packs) = packs.filter(|packs| *packs > 0) else {
        return Ok(packs);
    };
    let header = plans::by_id(connection, id)?.ok_or_else(|| no_plan(id))?;
    let made = rows::last_seq_before(connection, &header.created_at)?;
    let plan = nightly::load_to_buy(connection, header)?;
    let mut lines = plan.lines.iter().map(|planned| &planned.line);
    let Some(line) = lines.find(|line| line.sku.as_str() == sku) else {
        return Ok(Some(packs));
    };
    let came = came_since(connection, line, made)?;
    Ok(Some(packs.saturating_add(came.0 / line.pack_size.0.max(1))))
}

/// Packs that are left to be bought of so many, once `came` base units are there.
fn left_of(packs: i64, came: Quantity, size: i64) -> i64 {
    let units = packs.saturating_mul(size).saturating_sub(came.0).max(0);
    units / size + i64::from(units % size > 0)
}

/// Takes what came off a suggestion: what is not needed any more goes, and an order that remains is no smaller than the
/// supplier takes.
fn less_what_came(line: &mut PlanLine, came: Quantity, minimum_order: Quantity) {
    let size = line.pack_size.0.max(1);
    line.need = (line.need - came).max(Quantity::ZERO);
    line.position += came;
    let packs = if line.need == Quantity::ZERO {
        0
    } else {
        let least = left_of(1, Quantity::ZERO, size).max(
            minimum_order.0.div_euclid(size) + i64::from(minimum_order.0.rem_euclid(size) > 0),
        );
        left_of(line.packs, came, size).max(least).min(line.packs)
    };
    line.packs = packs;
    line.quantity = Quantity(packs.saturating_mul(size));
}

/// A line before any budget.
fn line(
    planned: &PlannedLine,
    known: Option<&Goods>,
    choices: &HashMap<String, Choice>,
    came: Quantity,
) -> (ListLine, Costs) {
    let sku = planned.line.sku.as_str();
    let mut suggested = planned.clone();
    uncut(&mut suggested.line);
    let choice = choices.get(sku).copied().unwrap_or_default();
    let size = suggested.line.pack_size;
    let costs = Costs::new(
        known.map_or(Money::ZERO, |goods| goods.cost),
        known.map_or(Money::ZERO, |goods| goods.price),
        known.map_or(planned.unit_factor, |goods| goods.unit_factor),
        size,
        known.map_or(Quantity::ZERO, |goods| goods.minimum_order),
    );
    let decided = choice.bought.or(choice.packs);
    let whole = decided.unwrap_or(suggested.line.packs);
    let at_stake = costs.at_stake(&suggested.line);
    if came > Quantity::ZERO {
        let minimum = known.map_or(Quantity::ZERO, |goods| goods.minimum_order);
        less_what_came(&mut suggested.line, came, minimum);
    }
    let left = |packs: i64| left_of(packs, came, size.0.max(1));
    let packs = decided.map(left);
    let bought = choice.bought.map(left).filter(|packs| *packs > 0);
    let line = ListLine {
        wanted_packs: suggested.line.packs,
        // What was bought and is there now is not wanted again.
        chosen: match (choice.bought, bought) {
            (Some(_), None) => Some(0),
            _ => choice.packs.map(left),
        },
        bought,
        came,
        came_packs: whole - packs.unwrap_or(suggested.line.packs),
        at_stake,
        packs: packs.unwrap_or(0),
        quantity: Quantity::ZERO,
        cost: Money::ZERO,
        pack_cost: costs.pack_cost(),
        cut: None,
        supplier: known.map_or_else(String::new, |goods| goods.supplier.clone()),
        suggested,
    };
    (line, costs)
}

/// As it was before the plan's own budget.
fn uncut(line: &mut PlanLine) {
    if let Some(Step::CutToBudget { from, .. }) = line.reason.steps.last().copied() {
        line.reason.steps.pop();
        line.quantity = from;
        line.packs = from.0 / line.pack_size.0.max(1);
    }
}

/// Cuts what she did not decide herself to what her decisions leave of the budget; the margin that this is expected to
/// lose.
fn cut_lines(lines: &mut [(ListLine, Costs)], budget: Money) -> Result<f64> {
    let decided = |line: &ListLine| line.bought.or(line.chosen);
    let taken: Money = lines
        .iter()
        .filter_map(|(line, costs)| {
            let units = decided(line)?.saturating_mul(line.suggested.line.pack_size.0);
            Some(costs.of_quantity(Quantity(units)))
        })
        .sum();
    let left = Money((budget - taken).0.max(0));
    let free = lines
        .iter_mut()
        .filter(|(line, _)| decided(line).is_none())
        .map(|(line, costs)| (&mut line.suggested.line, &*costs));
    let result = cut(free, left)?;
    let mut cuts: HashMap<_, LineCut> = result
        .cut
        .into_iter()
        .map(|cut| (cut.sku.clone(), cut))
        .collect();
    for (line, _) in lines {
        line.cut = cuts.remove(&line.suggested.line.sku);
    }
    Ok(result.margin_lost)
}

fn finished(line: ListLine, costs: &Costs) -> ListLine {
    let packs = line
        .bought
        .or(line.chosen)
        .unwrap_or(line.suggested.line.packs);
    let quantity = Quantity(packs.saturating_mul(line.suggested.line.pack_size.0));
    ListLine {
        packs,
        quantity,
        cost: costs.of_quantity(quantity),
        ..line
    }
}
