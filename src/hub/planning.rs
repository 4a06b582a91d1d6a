//! When each shop is to be delivered to, and what: the shop's own plan, made here from the same figures.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::Hub;
use super::catalogue::by_sku;
use super::costs::CostTable;
use super::delivery_days::{DeliveryDays, due_on};
use super::figures::{ShopFigures, policy_of};
use super::store::catalogue::{self, Product};
use super::store::positions::set_delivery;
use super::store::shops::Shop;
use super::store::{self, HubTx, audit, notes, shipments, shops};
use crate::error::{Error, Result};
use crate::model::{Money, Sku};
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
    /// What to send, to shops that are due.
    WhenDue,
    /// What to send today, due or not.
    Always,
}

/// What all shops' visits are planned with, read once.
pub(super) struct Planner {
    offered: BTreeMap<Sku, Product>,
    costs: CostTable,
    last_deliveries: BTreeMap<String, DateTime<Utc>>,
    holding_fraction: f64,
    timezone: Tz,
}

impl Planner {
    pub fn load(tx: &mut dyn HubTx, holding_fraction: f64, timezone: Tz) -> Result<Self> {
        let mut offered = by_sku(catalogue::products(tx)?);
        offered.retain(|_, product| product.entry.active);
        Ok(Self {
            offered,
            costs: CostTable::load(tx)?,
            last_deliveries: shipments::last_deliveries(tx)?,
            holding_fraction,
            timezone,
        })
    }

    /// What is offered under this code.
    pub fn offered(&self, sku: &Sku) -> Option<&Product> {
        self.offered.get(sku)
    }

    /// A shop's place in the schedule of `date`. Each shop is planned for itself, from E - I; sharing out what is
    /// scarce takes the visits of a day together and comes after this.
    pub fn visit(
        &self,
        tx: &mut dyn HubTx,
        shop: &Shop,
        date: NaiveDate,
        wanted: Lines,
    ) -> Result<Visit> {
        let mut policy = policy_of(shop);
        let needs_costs = shop.review_days.is_none() && !self.costs.is_empty();
        let mut planned: Option<Vec<PlanLine>> = None;
        let mut figures: Option<ShopFigures> = None;
        if needs_costs || wanted == Lines::Always {
            let (read, lines) = self.plan(tx, shop, date, &policy)?;
            (figures, planned) = (Some(read), Some(lines));
        }
        let joint = planned.as_deref().and_then(|lines| {
            self.costs
                .joint_interval(&shop.id, lines, &self.offered, self.holding_fraction)
        });
        let interval = interval_of(shop, &policy, joint);
        let last_delivery = self
            .last_deliveries
            .get(&shop.id)
            .map(|at| at.with_timezone(&self.timezone).date_naive());
        let due_on = due_on(last_delivery, interval.days, weekdays(shop)?, date);
        let asked = match wanted {
            Lines::None => false,
            Lines::WhenDue => due_on <= date,
            Lines::Always => true,
        };
        let lines = if asked {
            if planned.is_none() || policy.review_days != interval.days {
                policy.review_days = interval.days;
                let (read, lines) = self.plan(tx, shop, date, &policy)?;
                (figures, planned) = (Some(read), Some(lines));
            }
            let products = figures.map(|figures| figures.products).unwrap_or_default();
            planned
                .unwrap_or_default()
                .into_iter()
                .filter(|line| line.packs > 0)
                .filter_map(|line| {
                    let facts = products.get(&line.sku)?;
                    let entry = &self.offered(&line.sku)?.entry;
                    Some(RecommendedLine {
                        name: facts.name.clone(),
                        pack_name: facts.pack_name.clone(),
                        unit: facts.unit.clone(),
                        unit_factor: facts.unit_factor,
                        value: Money::for_quantity(entry.price, entry.unit_factor, line.quantity.0),
                        plan: line,
                    })
                })
                .collect()
        } else {
            Vec::new()
        };
        Ok(Visit {
            shop_id: shop.id.clone(),
            shop_name: shop.name.clone(),
            date,
            interval,
            last_delivery,
            due_on,
            expected_on: after(date, policy.lead_time_days),
            lines,
        })
    }

    /// The plan of what the distributor can send: what it offers, counted in the same units as at the shop.
    fn plan(
        &self,
        tx: &mut dyn HubTx,
        shop: &Shop,
        date: NaiveDate,
        policy: &Policy,
    ) -> Result<(ShopFigures, Vec<PlanLine>)> {
        let figures = ShopFigures::load(tx, &shop.id)?;
        let inputs = figures.inputs(tx, |facts| {
            self.offered(&facts.sku)
                .is_some_and(|product| product.entry.base_unit == facts.base_unit)
        })?;
        let lines = plan(date, &inputs, policy);
        Ok((figures, lines))
    }
}

fn interval_of(shop: &Shop, policy: &Policy, joint: Option<JointInterval>) -> Interval {
    let (days, source) = match (shop.review_days, joint) {
        (Some(days), _) => (days, IntervalSource::Set),
        // Nobody plans half a year ahead; a policy does not go further either.
        (None, Some(joint)) => (joint.days.min(MOST_REVIEW_DAYS), IntervalSource::Joint),
        (None, None) => (policy.review_days, IntervalSource::Shop),
    };
    Interval {
        days,
        source,
        joint,
    }
}

/// The longest interval that a [`Policy`] may have.
const MOST_REVIEW_DAYS: u32 = 180;

fn weekdays(shop: &Shop) -> Result<DeliveryDays> {
    let text = shop.delivery_weekdays.as_deref().unwrap_or_default();
    text.parse()
        .map_err(|error| Error::Corrupt(format!("the delivery days of {}: {error}", shop.name)))
}

pub(super) fn after(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(days.into()))
        .unwrap_or(NaiveDate::MAX)
}

impl Hub {
    /// A shop's plan for `date`, of all that it orders: at equal heads the very plan that the shop makes.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a shop.
    pub async fn plan_shop(&self, shop_id: &str, date: NaiveDate) -> Result<Vec<PlanLine>> {
        let shop_id = shop_id.to_owned();
        store::read(self.store(), move |tx| {
            let shop = shops::get(tx, &shop_id)?;
            let inputs = ShopFigures::load(tx, &shop_id)?.inputs(tx, |_| true)?;
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
        let planner = self.planner()?;
        store::read(self.store(), move |tx| {
            let planner = planner(tx)?;
            let mut visits = Vec::new();
            for shop in shops::list(tx)?.iter().filter(|shop| shop.active) {
                visits.push(planner.visit(tx, shop, date, lines)?);
            }
            visits.sort_by_key(|visit| visit.due_on);
            Ok(visits)
        })
        .await
    }

    /// The shops whose turn has come by `date`, with what to send them.
    ///
    /// # Errors
    /// As [`Hub::schedule`].
    pub async fn due_shipments(&self, date: NaiveDate) -> Result<Vec<Visit>> {
        let mut visits = self.schedule(date, Lines::WhenDue).await?;
        visits.retain(Visit::is_due);
        Ok(visits)
    }

    /// What to send a shop today, due or not, and how often it is delivered to, with the interval of least cost.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a shop.
    pub async fn visit(&self, shop_id: &str, date: NaiveDate) -> Result<Visit> {
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
