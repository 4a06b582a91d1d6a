//! The nightly plan: what to restock, for which date, and why.

mod kept;
mod rhythm;

use std::time::Duration;

use chrono::{DateTime, Days, NaiveDate, Utc};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Shop;
use super::budget::{Costs, cost_and_cut};
use super::schedule::{self, Planned, Schedule};
use super::store::days::Moment;
use super::store::plans;
use super::store::{days, events, settings};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::model::Money;
use crate::plan::{Policy, in_order_of_need};
use crate::store::WriteTx;
use crate::store::backup::Patience;
use crate::wire::event::Fact;

pub use crate::plan::{Method, Urgency};
use kept::json;
pub use kept::{Plan, PlannedLine};
pub(super) use kept::{load, load_to_buy};
pub(super) use rhythm::{Planners, policy_in_force};

/// What the schedule remembers, in the shop's settings.
const PLANNED: &str = "schedule.planned";

/// The policy that the hub was told last, in the shop's settings.
const POLICY_TOLD: &str = "plan.policy_told";

/// Plans that were only asked for are forgotten beyond so many.
const UNSAVED_KEPT: i64 = 20;

/// Days for which a plan that was kept can say why each line has its quantity; after them only the figures stay that
/// tell how good its forecasts were.
pub const REASONS_KEPT_DAYS: u64 = 35;

/// The longest that the nightly task sleeps: a clock that was set must not keep a night waiting.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

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

impl Shop {
    /// Plans for `date`, or for the current business date, now. Not kept as the plan of that date; the last few of
    /// such plans can be read again by their identity.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a setting that cannot be.
    pub async fn plan_now(&self, date: Option<NaiveDate>) -> Result<Plan> {
        self.plan_within(date, self.usual_budget().await?).await
    }

    /// The same with this much money, whatever the settings say; `None` for as much as it takes.
    ///
    /// # Errors
    /// As [`Shop::plan_now`], and [`Error::Invalid`] for a budget below 0 or above [`Money::LIMIT`].
    pub async fn plan_within(
        &self,
        date: Option<NaiveDate>,
        budget: Option<Money>,
    ) -> Result<Plan> {
        let budget = budget.map(check_budget).transpose()?;
        let plan = self.compute(date, false, budget).await?;
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
        let budget = self.usual_budget().await?;
        self.plan_and_save_within(date, budget).await
    }

    /// The same with this much money, whatever the settings say; `None` for as much as it takes.
    ///
    /// # Errors
    /// As [`Shop::plan_and_save`], and [`Error::Invalid`] for a budget below 0 or above [`Money::LIMIT`].
    pub async fn plan_and_save_within(
        &self,
        date: Option<NaiveDate>,
        budget: Option<Money>,
    ) -> Result<Plan> {
        let budget = budget.map(check_budget).transpose()?;
        let today = self.current_date().await?.max(self.now().local.date());
        if let Some(date) = date
            && date > today
        {
            return Err(Error::invalid(
                "date",
                format!("{date} is to come: a plan can be kept up to {today}"),
            ));
        }
        self.save_plan(date, None, budget).await
    }

    async fn save_plan(
        &self,
        date: Option<NaiveDate>,
        state: Option<Planned>,
        budget: Option<Money>,
    ) -> Result<Plan> {
        let date = match date {
            Some(date) => date,
            None => self.current_date().await?,
        };
        if let Some(plan) = self.existing(date).await? {
            self.remember(state).await?;
            return Ok(plan);
        }
        let plan = self.compute(Some(date), true, budget).await?;
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
                    if let Some(oldest) = date.checked_sub_days(Days::new(REASONS_KEPT_DAYS)) {
                        plans::thin(tx, oldest)?;
                    }
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

    /// The identity of the latest night's plan, if a night has made one.
    ///
    /// # Errors
    /// What the database said.
    pub async fn latest_saved_plan_id(&self) -> Result<Option<String>> {
        self.db
            .read(|connection| Ok(plans::latest_saved(connection)?.map(|header| header.id)))
            .await
    }

    /// The business date that something recorded now would get.
    ///
    /// # Errors
    /// What the database said.
    pub async fn current_date(&self) -> Result<NaiveDate> {
        let (info, now) = (self.info.clone(), self.now());
        self.db
            .read(move |connection| Ok(days::current(connection, &info, &now)?.date))
            .await
    }

    /// Computes from one snapshot; products without a chance of a suggestion are in it too, with their reason.
    pub(super) async fn compute(
        &self,
        date: Option<NaiveDate>,
        saved: bool,
        budget: Option<Money>,
    ) -> Result<Plan> {
        let own = own_policy(&self.config)?;
        let (info, now) = (self.info.clone(), self.now());
        self.db
            .read(move |connection| {
                let date = match date {
                    Some(date) => date,
                    None => days::current(connection, &info, &now)?.date,
                };
                let planners = Planners::new(connection, date, &own)?;
                let mut priced = Vec::new();
                plans::for_each_input(connection, date, |product, input| {
                    let costs = Costs::of(&product, &input);
                    let line = planners.of(input.sku.as_str()).product(&input);
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
                    policy: planners.policy,
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
            Some(state) => {
                let budget = self.usual_budget().await?;
                self.save_plan(Some(due), Some(state), budget)
                    .await
                    .map(Some)
            }
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

/// A budget that somebody gave.
pub(super) fn check_budget(budget: Money) -> Result<Money> {
    if (Money::ZERO..=Money::LIMIT).contains(&budget) {
        return Ok(budget);
    }
    let message = format!("must be 0 to {} rupiah", Money::LIMIT.0);
    Err(Error::invalid("budget", message))
}
