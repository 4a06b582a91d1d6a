//! Planned runs: proposed from the policy or by hand, decided, begun, and booked in with what really came out.
//!
//! `draft -> confirmed -> started -> done`, and `cancelled` from any state before the end. Each step counts once: the same
//! again is answered as done. What was booked in can be taken back, see `take_back`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::super::Hub;
use super::super::messages::announce_change;
use super::super::reach::in_reach;
use super::super::store::production_plans::{self as rows, PlanLine, PlanState, ProductionPlan};
use super::super::store::warehouse;
use super::super::store::{self, HubTx, audit};
use super::runs::{agrees, come_out, complete, edited, moves};
use super::workshop::{Workshop, as_json};
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};

/// The most runs in one answer.
pub const MOST_PLANS: i64 = 200;

/// How much of a product is to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineRequest {
    /// The product.
    pub sku: Sku,
    /// Base units; 0 leaves it out.
    pub quantity: Quantity,
}

/// A run to be planned.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// Its identity; with it the same request again is the same run.
    pub id: Option<Uuid>,
    /// The line.
    pub line: String,
    /// The day; today if absent.
    pub run_on: Option<NaiveDate>,
    /// What to make; what the policy says if absent.
    pub lines: Option<Vec<LineRequest>>,
}

/// What came out of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MadeRequest {
    /// The product.
    pub sku: Sku,
    /// Good base units.
    pub made: Quantity,
    /// Base units that are no good.
    pub rejected: Quantity,
    /// The last good day; by the shelf life if absent.
    pub expires: Option<NaiveDate>,
}

/// What came out of a run, and what it took. What is not named came out as planned, and took what the recipes say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// By product.
    pub lines: Vec<MadeRequest>,
    /// By material: base units.
    pub used: Vec<(Sku, Quantity)>,
}

/// What became of a request to plan a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Made {
    /// It was planned.
    Created(ProductionPlan),
    /// It had been planned before, and is now as it is here.
    Repeated(ProductionPlan),
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// It was taken.
    Done(ProductionPlan),
    /// It had been taken before, alike.
    Repeated(ProductionPlan),
    /// It leads nowhere from the state that the run is in.
    Refused {
        /// The run as it is.
        plan: ProductionPlan,
        /// Why, in words.
        why: String,
    },
}

impl Hub {
    /// Plans a run, from the policy or from lines of one's own.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a line, [`Error::Invalid`] for lines that cannot be, [`Error::Refused`] when the
    /// policy has nothing to make, [`Error::Conflict`] when the identity has other content.
    pub async fn create_production_plan(&self, actor: &str, new: NewPlan) -> Result<Made> {
        let (actor, now, today) = (actor.to_owned(), self.now(), self.today());
        let holding_fraction = self.config().holding_fraction_per_period()?;
        let id = new.id.unwrap_or_else(Uuid::now_v7).to_string();
        let request_hash = digest(&(&new.line, new.run_on, &new.lines))?;
        store::write(self.store(), move |tx| {
            if let Some(before) = rows::find(tx, &id)? {
                if before.request_hash == request_hash {
                    return Ok(Made::Repeated(before));
                }
                return Err(Error::Conflict(format!(
                    "production plan {id} was made with other content"
                )));
            }
            let run_on = new.run_on.unwrap_or(today);
            in_reach("run_on", run_on, today)?;
            let workshop = Workshop::of(tx, &new.line, run_on)?;
            let report = workshop.report(holding_fraction);
            let mut lines: Vec<PlanLine> = Vec::new();
            for lot in &report.production_lots {
                lines.push(PlanLine {
                    sku: Sku::parse(&lot.sku)
                        .map_err(|error| Error::Internal(format!("{}: {error}", lot.sku)))?,
                    name: lot.name.clone(),
                    lot: Quantity(lot.lot),
                    quantity: Quantity(lot.quantity),
                    made: None,
                    rejected: None,
                    expires: None,
                    lot_code: String::new(),
                    reason: Some(as_json(lot)?),
                });
            }
            match &new.lines {
                Some(asked) => {
                    let named: BTreeSet<&Sku> = asked.iter().map(|line| &line.sku).collect();
                    lines.retain(|line| named.contains(&line.sku));
                    lines = edited(lines, asked, &workshop)?;
                }
                None if lines.iter().all(|line| line.quantity == Quantity::ZERO) => {
                    let why = report.problem.map_or_else(
                        || "what is there is enough for the next delivery".to_owned(),
                        |problem| problem.message,
                    );
                    return Err(Error::Refused(format!(
                        "{} has nothing to make on {run_on}: {why}; name the lines to make something all the same",
                        new.line
                    )));
                }
                None => lines.retain(|line| line.quantity > Quantity::ZERO),
            }
            let number = rows::next_number(tx, run_on.year())?;
            let basis = as_json(&serde_json::json!({
                "row": report.policy.as_ref().and_then(|policy| policy.chosen()),
                "figures": report.figures,
            }))?;
            let mut plan = ProductionPlan {
                id: id.clone(),
                number,
                line: new.line.clone(),
                state: PlanState::Draft,
                run_on,
                version: 1,
                created_at: now,
                confirmed_at: None,
                started_at: None,
                done_at: None,
                cancelled_at: None,
                cancel_reason: None,
                basis,
                request_hash: request_hash.clone(),
                result_hash: None,
                lines,
                routes: Vec::new(),
                materials: Vec::new(),
            };
            complete(&mut plan, &workshop);
            rows::put(tx, &plan)?;
            record(tx, now, &actor, "production.planned", &plan)?;
            Ok(Made::Created(plan))
        })
        .await
    }

    /// A planned run.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn production_plan(&self, id: &str) -> Result<ProductionPlan> {
        let id = id.to_owned();
        store::read(self.store(), move |tx| rows::get(tx, &id)).await
    }

    /// Planned runs, the latest day first, at most [`MOST_PLANS`]; of one line, in one state, where asked for.
    ///
    /// # Errors
    /// What the database said.
    pub async fn production_plans(
        &self,
        line: Option<String>,
        state: Option<PlanState>,
    ) -> Result<Vec<ProductionPlan>> {
        store::read(self.store(), move |tx| {
            rows::list(tx, line.as_deref(), state, MOST_PLANS)
        })
        .await
    }

    /// Decides on a drafted run. `edits` change lines, add them or (with 0) leave them out. With `version` the step is
    /// taken only from the plan as it was then.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] for edits that cannot be, [`Error::Conflict`] when the plan
    /// was changed since.
    pub async fn confirm_production_plan(
        &self,
        actor: &str,
        id: &str,
        edits: Vec<LineRequest>,
        version: Option<i64>,
    ) -> Result<Step> {
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let mut plan = rows::get(tx, &id)?;
            match plan.state {
                PlanState::Draft => {}
                PlanState::Confirmed if agrees(&plan, &edits) => return Ok(Step::Repeated(plan)),
                _ => return Ok(refused(plan, "only a draft can be confirmed")),
            }
            if version.is_some_and(|version| version != plan.version) {
                return Err(Error::Conflict(format!(
                    "{} was changed meanwhile: look again",
                    plan.number
                )));
            }
            let workshop = Workshop::of(tx, &plan.line, plan.run_on)?;
            let lines = std::mem::take(&mut plan.lines);
            plan.lines = edited(lines, &edits, &workshop)?;
            complete(&mut plan, &workshop);
            plan.state = PlanState::Confirmed;
            plan.confirmed_at = Some(now);
            kept(tx, now, &actor, "production.confirmed", plan)
        })
        .await
    }

    /// A confirmed run begins.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn start_production_plan(&self, actor: &str, id: &str) -> Result<Step> {
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let mut plan = rows::get(tx, &id)?;
            match plan.state {
                PlanState::Started => return Ok(Step::Repeated(plan)),
                PlanState::Confirmed => {}
                _ => return Ok(refused(plan, "only a confirmed run can be started")),
            }
            plan.state = PlanState::Started;
            plan.started_at = Some(now);
            kept(tx, now, &actor, "production.started", plan)
        })
        .await
    }

    /// Books a run in: what came out lies in the warehouse, under the plan's number as lot code and with its date, and
    /// the material that it took has left. A material that no count is kept of is noted with the run only.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] for an outcome that cannot be.
    pub async fn finish_production_plan(
        &self,
        actor: &str,
        id: &str,
        outcome: Outcome,
    ) -> Result<Step> {
        let (actor, id, now, today) = (actor.to_owned(), id.to_owned(), self.now(), self.today());
        let result_hash = digest(&outcome)?;
        store::write(self.store(), move |tx| {
            let mut plan = rows::get(tx, &id)?;
            match plan.state {
                PlanState::Done if plan.result_hash.as_ref() == Some(&result_hash) => {
                    return Ok(Step::Repeated(plan));
                }
                PlanState::Confirmed | PlanState::Started => {}
                _ => {
                    return Ok(refused(
                        plan,
                        "only a confirmed or started run can be booked in",
                    ));
                }
            }
            let workshop = Workshop::of(tx, &plan.line, plan.run_on)?;
            come_out(&mut plan, &outcome, &workshop)?;
            let moves = moves(tx, &plan, today)?;
            warehouse::post(tx, now, &actor, &moves)?;
            plan.state = PlanState::Done;
            plan.started_at = plan.started_at.or(Some(now));
            plan.done_at = Some(now);
            plan.result_hash = Some(result_hash.clone());
            kept(tx, now, &actor, "production.done", plan)
        })
        .await
    }

    /// Calls a run off that is not booked in.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] without a reason.
    pub async fn cancel_production_plan(
        &self,
        actor: &str,
        id: &str,
        reason: &str,
    ) -> Result<Step> {
        let reason = reason.trim().to_owned();
        if reason.is_empty() || reason.chars().count() > 200 || reason.chars().any(char::is_control)
        {
            return Err(Error::invalid("reason", "must have 1 to 200 characters"));
        }
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let mut plan = rows::get(tx, &id)?;
            match plan.state {
                PlanState::Cancelled => return Ok(Step::Repeated(plan)),
                PlanState::Done => return Ok(refused(plan, "it cannot be cancelled any more")),
                _ => {}
            }
            plan.state = PlanState::Cancelled;
            plan.cancelled_at = Some(now);
            plan.cancel_reason = Some(reason.clone());
            kept(tx, now, &actor, "production.cancelled", plan)
        })
        .await
    }
}

pub(super) fn kept(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    actor: &str,
    action: &str,
    mut plan: ProductionPlan,
) -> Result<Step> {
    plan.version += 1;
    rows::put(tx, &plan)?;
    record(tx, now, actor, action, &plan)?;
    Ok(Step::Done(plan))
}

pub(super) fn refused(plan: ProductionPlan, why: &str) -> Step {
    let why = format!("{} is {}: {why}", plan.number, plan.state);
    Step::Refused { plan, why }
}

/// What makes two requests the same.
fn digest<T: Serialize>(request: &T) -> Result<Vec<u8>> {
    Ok(Sha256::digest(as_json(request)?).to_vec())
}

fn record(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    actor: &str,
    action: &str,
    plan: &ProductionPlan,
) -> Result<()> {
    let detail = told(plan);
    announce_change(tx, now, action, &plan.id, &detail)?;
    audit::record(tx, now, actor, action, &plan.id, &detail.to_string())
}

/// A run as the audit log and other systems are told of it: what came out, or else what is planned.
fn told(plan: &ProductionPlan) -> serde_json::Value {
    let lines: BTreeMap<&str, i64> = plan
        .lines
        .iter()
        .map(|line| (line.sku.as_str(), line.made.unwrap_or(line.quantity).0))
        .collect();
    serde_json::json!({
        "id": plan.id, "number": plan.number, "line": plan.line, "state": plan.state.as_str(),
        "run_on": plan.run_on, "reason": plan.cancel_reason, "lines": lines,
    })
}
