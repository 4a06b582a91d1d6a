//! The nightly plan: what to restock, for which date, and why.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Shop;
use super::budget::{Costs, cost_and_cut};
use super::schedule::{self, Planned, Schedule};
use super::store::days::Moment;
use super::store::plans::{self, Header};
use super::store::{days, events, settings, sync_state};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Money, Quantity};
use crate::plan::{BudgetCut, Measures, PlanLine, Planner, Policy, in_order_of_need};
use crate::store::WriteTx;
use crate::store::backup::Patience;
use crate::wire::event::{Fact, SuggestionRow};

pub use crate::plan::{Method, Urgency};

/// What the schedule remembers, in the shop's settings.
const PLANNED: &str = "schedule.planned";

/// The policy that the hub was told last, in the shop's settings.
const POLICY_TOLD: &str = "plan.policy_told";

/// Plans that were only asked for are forgotten beyond so many.
const UNSAVED_KEPT: i64 = 20;

/// The longest that the nightly task sleeps: a clock that was set must not keep a night waiting.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

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
    pub(super) fn new(product: plans::Planned, line: PlanLine, cost: Money) -> Self {
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

/// The shop's own policy, as its settings say.
///
/// # Errors
/// [`Error::Invalid`] naming the setting.
pub fn own_policy(config: &Config) -> Result<Policy> {
    let settings = toml::Value::Table(config.plan_table());
    let policy: Policy = serde_path_to_error::deserialize(settings).map_err(|error| {
        let message = error.inner().message().to_owned();
        Error::invalid(format!("plan.{}", error.path()), message)
    })?;
    policy
        .check()
        .map_err(|error| Error::invalid(format!("plan.{}", error.field), error.message))?;
    Ok(policy)
}

/// The policy that a plan is made with: where the hub delivers, its rhythm holds.
pub(super) fn policy_in_force(connection: &Connection, own: &Policy) -> Result<Policy> {
    let hub = sync_state::load(connection)?;
    let own = own.clone();
    Ok(Policy {
        review_days: hub.review_days.unwrap_or(own.review_days),
        lead_time_days: hub.lead_time_days.unwrap_or(own.lead_time_days),
        ..own
    })
}

impl Shop {
    /// Plans for `date`, or for the current business date, now. Not kept as the plan of that date; the last few of
    /// such plans can be read again by their identity.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a setting that cannot be.
    pub async fn plan_now(&self, date: Option<NaiveDate>) -> Result<Plan> {
        let plan = self.compute(date, false).await?;
        let (header, lines) = plan.stored()?;
        self.db
            .write(move |tx| {
                plans::insert(tx, &header, &lines)?;
                plans::forget_unsaved(tx, UNSAVED_KEPT)
            })
            .await?;
        Ok(plan)
    }

    /// Plans for `date`, or for the current business date, and keeps it as the plan of that date. A date has one such
    /// plan: where there is one already, that is the answer.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a setting that cannot be, or for a date to come: its plan would stand in the way of the
    /// one that its own night makes.
    pub async fn plan_and_save(&self, date: Option<NaiveDate>) -> Result<Plan> {
        let today = self.current_date().await?.max(self.now().local.date());
        if let Some(date) = date
            && date > today
        {
            return Err(Error::invalid(
                "date",
                format!("{date} is to come: a plan can be kept up to {today}"),
            ));
        }
        self.save_plan(date, None).await
    }

    async fn save_plan(&self, date: Option<NaiveDate>, state: Option<Planned>) -> Result<Plan> {
        let date = match date {
            Some(date) => date,
            None => self.current_date().await?,
        };
        if let Some(plan) = self.existing(date).await? {
            self.remember(state).await?;
            return Ok(plan);
        }
        let plan = self.compute(Some(date), true).await?;
        let (header, lines) = plan.stored()?;
        let own = own_policy(&self.config)?;
        let fact = Fact::PlanSaved {
            plan_id: plan.id.clone(),
            lines: plan.suggestions(),
        };
        let inserted = self
            .record(move |tx, now| {
                // Another process may have kept its own since it was looked for.
                let first = plans::saved_for(tx, date)?.is_none();
                if first {
                    tell_policy(tx, now, date, &own)?;
                    plans::insert(tx, &header, &lines)?;
                    events::append(tx, now, date, &fact)?;
                }
                remember(tx, state)?;
                Ok(first)
            })
            .await?;
        if inserted {
            return Ok(plan);
        }
        self.existing(date)
            .await?
            .ok_or_else(|| Error::Internal(format!("the plan of {date} is gone")))
    }

    async fn remember(&self, state: Option<Planned>) -> Result<()> {
        if state.is_none() {
            return Ok(());
        }
        self.db.write(move |tx| remember(tx, state)).await
    }

    async fn existing(&self, date: NaiveDate) -> Result<Option<Plan>> {
        self.db
            .read(move |connection| {
                plans::saved_for(connection, date)?
                    .map(|header| load(connection, header))
                    .transpose()
            })
            .await
    }

    /// The plan of this identity.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn plan(&self, id: &str) -> Result<Plan> {
        let id = id.to_owned();
        self.db
            .read(move |connection| {
                let header = plans::by_id(connection, &id)?
                    .ok_or_else(|| Error::NotFound(format!("there is no plan {id}")))?;
                load(connection, header)
            })
            .await
    }

    /// The plan that was made last, by the schedule or on request.
    ///
    /// # Errors
    /// [`Error::NotFound`] before the first.
    pub async fn latest_plan(&self) -> Result<Plan> {
        self.db
            .read(|connection| {
                let header = plans::latest(connection)?.ok_or_else(|| {
                    Error::NotFound("there is no plan yet; the first night makes one".to_owned())
                })?;
                load(connection, header)
            })
            .await
    }

    /// The plan of the latest night: what the morning's page shows, whatever else was tried out since.
    ///
    /// # Errors
    /// [`Error::NotFound`] before the first.
    pub async fn latest_saved_plan(&self) -> Result<Plan> {
        self.db
            .read(|connection| {
                let header = plans::latest_saved(connection)?
                    .ok_or_else(|| Error::NotFound("no night has made a plan yet".to_owned()))?;
                load(connection, header)
            })
            .await
    }

    async fn current_date(&self) -> Result<NaiveDate> {
        let (info, now) = (self.info.clone(), self.now());
        self.db
            .read(move |connection| Ok(days::current(connection, &info, &now)?.date))
            .await
    }

    /// Computes from one snapshot; products without a chance of a suggestion are in it too, with their reason.
    pub(super) async fn compute(&self, date: Option<NaiveDate>, saved: bool) -> Result<Plan> {
        let own = own_policy(&self.config)?;
        let budget = self.config.cash_budget()?.map(Money);
        let (info, now) = (self.info.clone(), self.now());
        self.db
            .read(move |connection| {
                let date = match date {
                    Some(date) => date,
                    None => days::current(connection, &info, &now)?.date,
                };
                let policy = policy_in_force(connection, &own)?;
                let planner = Planner::new(date, &policy);
                let mut priced = Vec::new();
                plans::for_each_input(connection, date, |product, input| {
                    let costs = Costs::of(&product, &input);
                    let line = planner.product(&input);
                    priced.push((PlannedLine::new(product, line, Money::ZERO), costs));
                    Ok(())
                })?;
                priced.sort_by(|(one, _), (other, _)| in_order_of_need(&one.line, &other.line));
                let (lines, budget) = cost_and_cut(priced, budget)?;
                Ok(Plan {
                    id: Uuid::now_v7().to_string(),
                    plan_date: date,
                    created_at: now.text(),
                    saved,
                    policy,
                    total_cost: lines.iter().map(|line| line.cost).sum(),
                    budget,
                    lines,
                })
            })
            .await
    }

    /// Tells the hub the shop's own policy where it is another than was told last.
    async fn announce_policy(&self) -> Result<()> {
        let own = own_policy(&self.config)?;
        let info = self.info.clone();
        self.record(move |tx, now| {
            let date = days::current(tx, &info, now)?.date;
            tell_policy(tx, now, date, &own)
        })
        .await
    }

    /// Plans what is due, night after night, until stopped.
    pub(super) async fn plan_nightly(self, schedule: Schedule, stop: CancellationToken) {
        if let Err(error) = self.announce_policy().await {
            tracing::warn!(%error, "the policy could not be told");
        }
        let mut patience = Patience::default();
        loop {
            let now = self.clock.now();
            // Made before planning, so that a clock set meanwhile ends this wait.
            let sleep = self.clock.wait(sleep_until(schedule.next_fire(now), now));
            match self.plan_due(&schedule).await {
                Ok(Some(plan)) => tracing::info!(
                    date = %plan.plan_date,
                    suggestions = plan.suggestions().len(),
                    "planned"
                ),
                Ok(None) => {}
                // Tried again in a minute: a full disk may have room then.
                Err(error) => tracing::error!(%error, "planning failed"),
            }
            self.back_up_nightly(&schedule, &mut patience).await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep => {}
            }
        }
    }

    /// Makes and keeps the plan that is due now, if one is.
    ///
    /// # Errors
    /// As [`Shop::plan_and_save`].
    pub async fn plan_due(&self, schedule: &Schedule) -> Result<Option<Plan>> {
        let Some(due) = schedule.due_date(self.clock.now(), self.info.founded_at) else {
            return Ok(None);
        };
        let planned = self
            .db
            .read(|connection| settings::get(connection, PLANNED))
            .await?
            .map(|text| {
                serde_json::from_str(&text)
                    .map_err(|error| Error::Corrupt(format!("settings {PLANNED}: {error}")))
            })
            .transpose()?;
        match schedule::to_plan(due, self.info.founded_on, planned) {
            Some(state) => self.save_plan(Some(due), Some(state)).await.map(Some),
            None => Ok(None),
        }
    }
}

fn sleep_until(next: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Duration {
    next.and_then(|next| next.signed_duration_since(now).to_std().ok())
        .unwrap_or(LONGEST_SLEEP)
        .min(LONGEST_SLEEP)
}

fn remember(tx: &WriteTx<'_>, state: Option<Planned>) -> Result<()> {
    let Some(state) = state else { return Ok(()) };
    settings::set(tx, PLANNED, &json(&state)?)
}

fn tell_policy(tx: &WriteTx<'_>, now: &Moment, date: NaiveDate, own: &Policy) -> Result<()> {
    let text = json(own)?;
    if settings::get(tx, POLICY_TOLD)?.as_deref() == Some(text.as_str()) {
        return Ok(());
    }
    settings::set(tx, POLICY_TOLD, &text)?;
    let content = serde_json::to_value(own)
        .map_err(|error| Error::Internal(format!("encoding a policy: {error}")))?;
    events::append(tx, now, date, &Fact::PolicySet(content))?;
    Ok(())
}

/// Makes the next plan tell the hub the policy again: another copy of this shop has told it another one.
pub(super) fn forget_told_policy(tx: &WriteTx<'_>) -> Result<()> {
    settings::remove(tx, POLICY_TOLD)
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::Internal(format!("encoding a plan: {error}")))
}

fn load(connection: &Connection, header: Header) -> Result<Plan> {
    let corrupt = |error: serde_json::Error| Error::Corrupt(format!("plan {}: {error}", header.id));
    let policy = serde_json::from_str(&header.policy).map_err(corrupt)?;
    let budget = header
        .budget
        .as_deref()
        .map(serde_json::from_str)
        .transpose()
        .map_err(corrupt)?;
    let lines = plans::lines(connection, &header.id)?
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

impl Plan {
    fn stored(&self) -> Result<(Header, Vec<plans::Line>)> {
        let lines = self
            .lines
            .iter()
            .map(|line| {
                Ok(plans::Line {
                    sku: line.line.sku.as_str().to_owned(),
                    quantity: line.line.quantity,
                    cost: line.cost,
                    line: json(line)?,
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
        };
        Ok((header, lines))
    }

    /// What is suggested, for the hub.
    fn suggestions(&self) -> Vec<SuggestionRow> {
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
