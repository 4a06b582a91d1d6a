//! A plan as it is answered and kept.

use chrono::NaiveDate;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::REASONS_KEPT_DAYS;
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Money, Quantity};
use crate::plan::{BudgetCut, Measures, PlanLine, Policy};
use crate::shop::store::plans::{self, Header};
use crate::wire::event::SuggestionRow;

/// A plan with its lines.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its identity.
    pub id: String,
    /// The local date that it is for: made from history strictly before it.
    pub plan_date: NaiveDate,
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// Kept as the plan of its date.
    pub saved: bool,
    /// The policy that it was made with.
    pub policy: Policy,
    /// What everything suggested costs.
    pub total_cost: Money,
    /// What a cash budget took from it; `None` where none was set.
    pub budget: Option<BudgetCut>,
    /// One line a product, the most urgent first.
    pub lines: Vec<PlannedLine>,
}

/// A line, and how the shop speaks of its product.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlannedLine {
    /// What the planner says.
    #[serde(flatten)]
    pub line: PlanLine,
    /// Name of the product then.
    pub name: String,
    /// What quantities count.
    pub base_unit: BaseUnit,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that.
    pub unit_factor: i64,
    /// The unit it is ordered in.
    pub pack_name: String,
    /// What the suggested quantity costs.
    pub cost: Money,
}

impl PlannedLine {
    /// The line of a product.
    pub(in crate::shop) fn new(product: plans::Planned, line: PlanLine, cost: Money) -> Self {
        Self {
            line,
            name: product.name,
            base_unit: product.base_unit,
            unit: product.unit,
            unit_factor: product.unit_factor,
            pack_name: product.pack_name,
            cost,
        }
    }

    /// What the shop calls the product's measures.
    #[must_use]
    pub fn measures(&self) -> Measures<'_> {
        Measures {
            pack: &self.pack_name,
            unit: &self.unit,
            unit_factor: self.unit_factor,
        }
    }
}

pub(super) fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::Internal(format!("encoding a plan: {error}")))
}

/// A plan that was kept, with its lines.
///
/// # Errors
/// [`Error::NotFound`] for one whose reasons are no longer kept.
pub(in crate::shop) fn load(connection: &Connection, header: Header) -> Result<Plan> {
    let lines = plans::lines(connection, &header.id)?;
    of_lines(header, &lines)
}

/// The same with the lines alone that are about buying.
///
/// # Errors
/// As [`load`].
pub(in crate::shop) fn load_to_buy(connection: &Connection, header: Header) -> Result<Plan> {
    let lines = plans::lines_to_buy(connection, &header.id)?;
    of_lines(header, &lines)
}

fn of_lines(header: Header, lines: &[String]) -> Result<Plan> {
    if header.thinned {
        return Err(Error::NotFound(format!(
            "of the plan for {} only figures are kept: its reasons were dropped after {REASONS_KEPT_DAYS} days",
            header.plan_date
        )));
    }
    let corrupt = |error: serde_json::Error| Error::Corrupt(format!("plan {}: {error}", header.id));
    let policy = serde_json::from_str(&header.policy).map_err(corrupt)?;
    let budget = header
        .budget
        .as_deref()
        .map(serde_json::from_str)
        .transpose()
        .map_err(corrupt)?;
    let lines = lines
        .iter()
        .map(|line| serde_json::from_str(line).map_err(corrupt))
        .collect::<Result<_>>()?;
    Ok(Plan {
        policy,
        lines,
        plan_date: header.plan_date,
        created_at: header.created_at,
        saved: header.saved,
        total_cost: header.total_cost,
        budget,
        id: header.id,
    })
}

fn figures(line: &PlanLine) -> plans::LineFigures {
    plans::LineFigures {
        forecast_per_day: line.forecast_per_day,
        protection_days: line.protection_days,
        order_up_to: line.order_up_to,
        position: line.position,
        due_level: line.reason.due_level,
    }
}

impl Plan {
    pub(super) fn stored(&self) -> Result<(Header, Vec<plans::Line>)> {
        let lines = self
            .lines
            .iter()
            .map(|line| {
                Ok(plans::Line {
                    sku: line.line.sku.as_str().to_owned(),
                    quantity: line.line.quantity,
                    cost: line.cost,
                    line: json(line)?,
                    figures: figures(&line.line),
                })
            })
            .collect::<Result<_>>()?;
        let header = Header {
            id: self.id.clone(),
            plan_date: self.plan_date,
            created_at: self.created_at.clone(),
            saved: self.saved,
            policy: json(&self.policy)?,
            total_cost: self.total_cost,
            budget: self.budget.as_ref().map(json).transpose()?,
            thinned: false,
        };
        Ok((header, lines))
    }

    /// What is suggested, for the hub.
    pub(super) fn suggestions(&self) -> Vec<SuggestionRow> {
        self.lines
            .iter()
            .filter(|line| line.line.quantity > Quantity::ZERO)
            .map(|line| SuggestionRow {
                sku: line.line.sku.clone(),
                quantity: line.line.quantity,
                position: line.line.position,
            })
            .collect()
    }
}
