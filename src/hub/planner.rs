//! A shop's place in the schedule, worked out from what was read of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use super::catalogue::by_sku;
use super::costs::CostTable;
use super::delivery_days::{DeliveryDays, due_on};
use super::figures::{ShopFigures, policy_of};
use super::planning::{Interval, IntervalSource, Lines, RecommendedLine, Visit};
use super::store::catalogue::{self, Product};
use super::store::flags::{self, FlagKey};
use super::store::shops::Shop;
use super::store::{HubTx, routes, shipments};
use crate::error::{Error, Result};
use crate::model::{Money, Quantity, Sku};
use crate::plan::oddity::{OddDay, OddVerdict, odd_days, tame};
use crate::plan::{
    DayFlow, ForecastMethod, JointInterval, LotBalance, PlanLine, Policy, ProductInput, perishable,
    plan,
};
use crate::wire::event::ProductFacts;

/// The longest interval that a [`Policy`] may have.
pub(super) const MOST_REVIEW_DAYS: u32 = 180;

/// What all shops' visits are planned with, read once.
pub(super) struct Planner {
    offered: BTreeMap<Sku, Product>,
    costs: CostTable,
    last_deliveries: BTreeMap<String, DateTime<Utc>>,
    /// The days of the route that a shop is on: they hold for a shop that has none of its own.
    route_weekdays: BTreeMap<String, String>,
    timezone: Tz,
}

/// What a shop is planned from: all that the distributor can send it, in the units in which both count it.
pub(super) struct ShopInputs {
    /// The shop's products by code, those that are not planned too.
    pub products: BTreeMap<Sku, ProductFacts>,
    /// What each planned product is planned from.
    pub inputs: Vec<ProductInput>,
    /// Products that the shop counts in other units than the catalogue.
    pub unit_conflicts: Vec<Sku>,
    /// Days out of all proportion, whatever was decided on them.
    pub odd: Vec<(Sku, OddDay)>,
}

/// What was decided on the odd days of a shop.
pub(super) type Verdicts = BTreeMap<FlagKey, OddVerdict>;

/// What a product has to sell on one day, in the unit it is spoken of in, to be out of all proportion at all.
const LEAST_ODD: i64 = 10_000;

/// A shop's place in the schedule with the whole plan behind it, of products that nothing is sent of too.
pub(super) struct PlannedShop {
    /// Its place, with what to send it today.
    pub visit: Visit,
    /// All products that were planned.
    pub lines: Vec<PlanLine>,
}

impl Planner {
    pub fn load(tx: &mut dyn HubTx, holding_fraction: f64, timezone: Tz) -> Result<Self> {
        let mut offered = by_sku(catalogue::products(tx)?);
        offered.retain(|_, product| product.entry.active);
        Ok(Self {
            offered,
            costs: CostTable::load(tx, holding_fraction)?,
            last_deliveries: shipments::last_deliveries(tx)?,
            route_weekdays: routes::weekdays_by_shop(tx)?,
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
        if let Some(visit) = self.visit_unread(shop, date, wanted)? {
            return Ok(visit);
        }
        let read = self.read(tx, shop)?;
        self.visit_read(shop, &read, date, None, wanted)
    }

    /// The same where it takes nothing of the shop's figures: its interval is set, and it is not to be sent anything.
    pub fn visit_unread(
        &self,
        shop: &Shop,
        date: NaiveDate,
        wanted: Lines,
    ) -> Result<Option<Visit>> {
        let policy = policy_of(shop);
        if self.seeks_interval(shop) {
            return Ok(None);
        }
        let interval = interval_of(shop, &policy, None);
        let due = self.due(shop, interval.days, date)?;
        let told = !wanted.includes(due.1);
        Ok(told.then(|| visit(shop, date, &policy, interval, due, Vec::new())))
    }

    /// The same from what was read.
    pub fn visit_read(
        &self,
        shop: &Shop,
        read: &ShopInputs,
        date: NaiveDate,
        last_interval: Option<u32>,
        wanted: Lines,
    ) -> Result<Visit> {
        let mut visit = self.plan(shop, read, date, last_interval)?.visit;
        if !wanted.includes(visit.due_on) {
            visit.lines.clear();
        }
        Ok(visit)
    }

    /// How often the shop is delivered to follows from costs, and with them from its plan.
    fn seeks_interval(&self, shop: &Shop) -> bool {
        shop.review_days.is_none() && !self.costs.is_empty()
    }

    /// What a shop is planned from.
    pub fn read(&self, tx: &mut dyn HubTx, shop: &Shop) -> Result<ShopInputs> {
        let figures = ShopFigures::load(tx, &shop.id)?;
        let flows = figures.flows(tx)?;
        let verdicts = flags::verdicts_in(tx, (&shop.id, &format!("{}!", shop.id)))?;
        Ok(self.inputs(&shop.id, figures, flows, &verdicts))
    }

    /// The same from what was read together with other shops.
    pub fn inputs(
        &self,
        shop_id: &str,
        figures: ShopFigures,
        flows: BTreeMap<Sku, Vec<DayFlow>>,
        verdicts: &Verdicts,
    ) -> ShopInputs {
        let counted_alike = |facts: &ProductFacts| {
            self.offered(&facts.sku)
                .is_some_and(|product| product.entry.base_unit == facts.base_unit)
        };
        let mut inputs = figures.inputs(flows, counted_alike);
        let mut odd = Vec::new();
        for input in &mut inputs {
            let factor = figures
                .products
                .get(&input.sku)
                .map_or(1, |facts| facts.unit_factor);
            let least = Quantity(LEAST_ODD.saturating_mul(factor.max(1)));
            let days = odd_days(&input.flows, least);
            if days.is_empty() {
                continue;
            }
            let taken_out = tame(&mut input.flows, &days, |date| {
                let key = (shop_id.to_owned(), input.sku.clone(), date);
                verdicts.get(&key).copied().unwrap_or(OddVerdict::Open)
            });
            give_back(&mut input.lots, taken_out);
            odd.extend(days.into_iter().map(|day| (input.sku.clone(), day)));
        }
        let unit_conflicts = figures
            .products
            .values()
            .filter(|facts| facts.active && !facts.consignment && !counted_alike(facts))
            .filter(|facts| self.offered(&facts.sku).is_some())
            .map(|facts| facts.sku.clone())
            .collect();
        ShopInputs {
            products: figures.products,
            inputs,
            unit_conflicts,
            odd,
        }
    }

    /// A shop's place in the schedule of `date` with what to send it then, due or not. It takes nothing but what was
    /// read, so that many shops can be planned at once.
    ///
    /// `last_interval` is the interval that was found the last time: where it is still the one, the plan is made once.
    pub fn plan(
        &self,
        shop: &Shop,
        read: &ShopInputs,
        date: NaiveDate,
        last_interval: Option<u32>,
    ) -> Result<PlannedShop> {
        let mut policy = policy_of(shop);
        let own = policy.review_days;
        let seeks_interval = self.seeks_interval(shop);
        // The moving average forecasts the same for every interval; other methods look as far ahead as it reaches.
        if seeks_interval && policy.method == ForecastMethod::MovingAverage {
            policy.review_days = last_interval.unwrap_or(own).clamp(1, MOST_REVIEW_DAYS);
        }
        let mut lines = plan(date, &read.inputs, &policy);
        let joint = seeks_interval
            .then(|| self.joint_interval(shop, &lines))
            .flatten();
        let planned_with = std::mem::replace(&mut policy.review_days, own);
        let interval = interval_of(shop, &policy, joint);
        if planned_with != interval.days {
            policy.review_days = interval.days;
            lines = plan(date, &read.inputs, &policy);
        }
        let due = self.due(shop, interval.days, date)?;
        let sent = lines
            .iter()
            .filter(|line| line.packs > 0)
            .filter_map(|line| self.recommended(line, read))
            .collect();
        Ok(PlannedShop {
            visit: visit(shop, date, &policy, interval, due, sent),
            lines,
        })
    }

    fn joint_interval(&self, shop: &Shop, lines: &[PlanLine]) -> Option<JointInterval> {
        self.costs.joint_interval(&shop.id, lines, &self.offered)
    }

    fn recommended(&self, line: &PlanLine, read: &ShopInputs) -> Option<RecommendedLine> {
        let facts = read.products.get(&line.sku)?;
        let entry = &self.offered(&line.sku)?.entry;
        Some(RecommendedLine {
            name: facts.name.clone(),
            pack_name: facts.pack_name.clone(),
            unit: facts.unit.clone(),
            unit_factor: facts.unit_factor,
            value: Money::for_quantity(entry.price, entry.unit_factor, line.quantity.0),
            plan: line.clone(),
        })
    }

    /// When the last delivery to a shop left, and when the next one is due.
    fn due(
        &self,
        shop: &Shop,
        interval_days: u32,
        date: NaiveDate,
    ) -> Result<(Option<NaiveDate>, NaiveDate)> {
        let last = self
            .last_deliveries
            .get(&shop.id)
            .map(|at| at.with_timezone(&self.timezone).date_naive());
        Ok((
            last,
            due_on(last, interval_days, self.weekdays(shop)?, date),
        ))
    }

    fn weekdays(&self, shop: &Shop) -> Result<DeliveryDays> {
        let own = shop.delivery_weekdays.as_ref();
        let text = own.or_else(|| self.route_weekdays.get(&shop.id));
        text.map_or("", String::as_str)
            .parse()
            .map_err(|error| Error::Corrupt(format!("the delivery days of {}: {error}", shop.name)))
    }
}

/// Sales that are not believed have left stock behind that is not believed either: a balance below 0 is made up for by
/// as much as they took, and no further than to an empty shelf.
fn give_back(lots: &mut Vec<LotBalance>, taken_out: Quantity) {
    let missing = Quantity::ZERO - perishable::on_hand(lots);
    let given = missing.min(taken_out);
    if given > Quantity::ZERO {
        lots.push(LotBalance {
            expires: None,
            quantity: given,
        });
    }
}

fn visit(
    shop: &Shop,
    date: NaiveDate,
    policy: &Policy,
    interval: Interval,
    (last_delivery, due_on): (Option<NaiveDate>, NaiveDate),
    lines: Vec<RecommendedLine>,
) -> Visit {
    Visit {
        shop_id: shop.id.clone(),
        shop_name: shop.name.clone(),
        date,
        interval,
        last_delivery,
        due_on,
        expected_on: after(date, policy.lead_time_days),
        lines,
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

pub(super) fn after(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(days.into()))
        .unwrap_or(NaiveDate::MAX)
}
