//! When each shop is to be delivered to, and what: the shop's own plan, made here from the same figures.

use chrono::NaiveDate;
use serde::Serialize;

use super::Hub;
use super::delivery_days::DeliveryDays;
use super::figures::{ShopFigures, policy_of};
pub(super) use super::planner::Planner;
use super::store::positions::set_delivery;
use super::store::{self, HubTx, audit, notes, shops};
use crate::error::{Error, Result};
use crate::model::Money;
use crate::plan::sentence::Measures;
use crate::plan::{JointInterval, PlanLine, Policy, plan};
use crate::wire::note::Announcement;

/// Who decided how often a shop is delivered to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalSource {
    /// The distributor, for this shop.
    Set,
    /// Nobody: it is where delivering and holding cost least together.
    Joint,
    /// The shop, or the default where it has not said either.
    Shop,
}

/// How often a shop is delivered to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Days from one delivery to the next.
    pub days: u32,
    /// Who decided that.
    pub source: IntervalSource,
    /// The interval of least cost, where costs are known, whether it is the one in use or not.
    pub joint: Option<JointInterval>,
}

/// One product that a shop should be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct RecommendedLine {
    /// The plan, reason included.
    pub plan: PlanLine,
    /// The product's name.
    pub name: String,
    /// What the shop orders it in.
    pub pack_name: String,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that unit.
    pub unit_factor: i64,
    /// What the shop pays for it.
    pub value: Money,
}

impl RecommendedLine {
    /// In what the plan's reason is told.
    #[must_use]
    pub fn measures(&self) -> Measures<'_> {
        Measures {
            pack: &self.pack_name,
            unit: &self.unit,
            unit_factor: self.unit_factor,
        }
    }
}

/// A shop in the schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// The shop.
    pub shop_id: String,
    /// The shop's name.
    pub shop_name: String,
    /// The date of the plan.
    pub date: NaiveDate,
    /// How often it is delivered to.
    pub interval: Interval,
    /// When the last delivery left.
    pub last_delivery: Option<NaiveDate>,
    /// When the next one is due.
    pub due_on: NaiveDate,
    /// When goods decided on today are expected there.
    pub expected_on: NaiveDate,
    /// What to send it; empty while it is not due.
    pub lines: Vec<RecommendedLine>,
}

impl Visit {
    /// The shop's turn has come.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.due_on <= self.date
    }

    /// What the shop pays for all of it.
    #[must_use]
    pub fn value(&self) -> Money {
        self.lines.iter().map(|line| line.value).sum()
    }
}

/// What is asked of a shop's deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// Only when.
    None,
    /// What to send, to shops whose turn comes by this day.
    DueBy(NaiveDate),
    /// What to send today, due or not.
    Always,
}

impl Lines {
    /// It is asked what to send to a shop whose turn comes on `due_on`.
    pub(super) fn includes(self, due_on: NaiveDate) -> bool {
        match self {
            Self::None => false,
            Self::DueBy(date) => due_on <= date,
            Self::Always => true,
        }
    }
}

impl Hub {
    /// A shop's plan for `date`, of all that it orders: at equal heads the very plan that the shop makes.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a shop.
    pub async fn plan_shop(&self, shop_id: &str, date: NaiveDate) -> Result<Vec<PlanLine>> {
        self.may_plan_for(date)?;
        let shop_id = shop_id.to_owned();
        store::read(self.store(), move |tx| {
            let shop = shops::get(tx, &shop_id)?;
            let figures = ShopFigures::load(tx, &shop_id)?;
            let flows = figures.flows(tx)?;
            let inputs = figures.inputs(flows, |_| true);
            Ok(plan(date, &inputs, &policy_of(&shop)))
        })
        .await
    }

    /// All active shops with the day on which each is due, those first whose turn comes first; what to send where
    /// `lines` asks for it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a holding fraction that cannot be, and what the database said.
    pub async fn schedule(&self, date: NaiveDate, lines: Lines) -> Result<Vec<Visit>> {
        self.may_plan_for(date)?;
        let planner = self.planner()?;
        let (planner, shops) = store::read(self.store(), move |tx| {
            Ok((planner(tx)?, shops::active(tx)?))
        })
        .await?;
        let mut visits = self.visits(planner, shops, date, lines).await?;
        visits.sort_by_key(|visit| visit.due_on);
        Ok(visits)
    }

    /// The shops whose turn has come by `date`, with what to send them.
    ///
    /// # Errors
    /// As [`Hub::schedule`].
    pub async fn due_shipments(&self, date: NaiveDate) -> Result<Vec<Visit>> {
        let mut visits = self.schedule(date, Lines::DueBy(date)).await?;
        visits.retain(Visit::is_due);
        Ok(visits)
    }

    /// What to send a shop today, due or not, and how often it is delivered to, with the interval of least cost.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a shop.
    pub async fn visit(&self, shop_id: &str, date: NaiveDate) -> Result<Visit> {
        self.may_plan_for(date)?;
        let planner = self.planner()?;
        let shop_id = shop_id.to_owned();
        store::read(self.store(), move |tx| {
            let shop = shops::get(tx, &shop_id)?;
            planner(tx)?.visit(tx, &shop, date, Lines::Always)
        })
        .await
    }

    /// Sets how often, how fast and on which weekdays a shop is delivered to; what is absent is left to the shop,
    /// and the interval to what costs least. The shop is told of a change that concerns it.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a shop, [`Error::Invalid`] for days out of the policy's range.
    pub async fn set_delivery_policy(
        &self,
        actor: &str,
        shop_id: &str,
        review_days: Option<u32>,
        lead_time_days: Option<u32>,
        weekdays: DeliveryDays,
    ) -> Result<()> {
        let default = Policy::default();
        let checked = Policy {
            review_days: review_days.unwrap_or(default.review_days),
            lead_time_days: lead_time_days.unwrap_or(default.lead_time_days),
            ..default
        };
        checked
            .check()
            .map_err(|error| Error::invalid(error.field, error.message))?;
        let (actor, shop_id, now) = (actor.to_owned(), shop_id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let shop = shops::get(tx, &shop_id)?;
            let written = (!weekdays.is_any_day()).then(|| weekdays.to_string());
            let tells = (shop.review_days, shop.lead_time_days) != (review_days, lead_time_days);
            if !tells && shop.delivery_weekdays == written {
                return Ok(());
            }
            set_delivery(tx, &shop_id, review_days, lead_time_days, written.clone())?;
            if tells {
                let announcement = Announcement::DeliveryPolicy {
                    review_days,
                    lead_time_days,
                };
                notes::append(tx, &shop_id, &announcement, now)?;
            }
            let detail = serde_json::json!({
                "review_days": review_days, "lead_time_days": lead_time_days, "weekdays": written,
            });
            audit::record(
                tx,
                now,
                &actor,
                "shop.delivery",
                &shop_id,
                &detail.to_string(),
            )
        })
        .await
    }

    /// Reads what visits are planned with, within a transaction.
    pub(super) fn planner(
        &self,
    ) -> Result<impl Fn(&mut dyn HubTx) -> Result<Planner> + Send + Sync + Clone + 'static> {
        let holding_fraction = self.config.holding_fraction_per_period()?;
        let timezone = self.identity.timezone;
        Ok(move |tx: &mut dyn HubTx| Planner::load(tx, holding_fraction, timezone))
    }
}
