//! All that a shop's page tells: its demand and forecasts, its interval and what that costs, and each product's level,
//! position and need, as of the last contact and on the day of the delivery.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::Hub;
use super::catalogue::by_sku;
use super::costs::change::period_cost;
use super::costs::ways::{Ways, ways};
use super::costs::{CostTable, Parts};
use super::planner::after;
use super::planning::Visit;
use super::positions::date_at;
use super::store::routes::{self, Route};
use super::store::service::{self, Week};
use super::store::shops::Shop;
use super::store::{self, HubTx, catalogue, events, groups, product_shops, shops};
use crate::error::Result;
use crate::model::{Quantity, Sku};
use crate::plan::{DayFlow, JointItem, PlanLine, projected};

/// Weeks of service that are told.
const WEEKS: Days = Days::new(7 * 12);

/// Days of stock and sales that a picture shows.
pub const PICTURE_DAYS: u64 = 60;

/// The longest interval on the cost curve, in days.
const LONGEST_ON_CURVE: u32 = 60;

/// A shop as its page tells of it.
pub struct Account {
    /// The shop.
    pub shop: Shop,
    /// Its group's name.
    pub group: Option<String>,
    /// The route that it is on, and its place there, from 1.
    pub route: Option<(Route, i64)>,
    /// The date at the shop.
    pub date: NaiveDate,
    /// Its place in the schedule.
    pub visit: Visit,
    /// When the next delivery is expected to be there.
    pub arrives_on: NaiveDate,
    /// The date of the last contact, the last that its figures may know; absent where it was never heard of.
    pub known_until: Option<NaiveDate>,
    /// Its products, those first that need it first.
    pub lines: Vec<AccountLine>,
    /// Products that the shop counts in other units than the catalogue.
    pub unit_conflicts: Vec<(Sku, String)>,
    /// What its deliveries cost.
    pub costs: AccountCosts,
    /// Product-days with something to sell by week.
    pub weeks: Vec<Week>,
    /// Events of it that could not be applied.
    pub quarantined: i64,
}

impl Account {
    /// The figures are older than the day: what is told of the stock now is an estimate.
    #[must_use]
    pub fn is_estimated(&self) -> bool {
        self.known_until.is_none_or(|known| known < self.date)
    }
}

/// A product of the shop.
pub struct AccountLine {
    /// Its plan, reason included.
    pub plan: PlanLine,
    /// Its name at the shop.
    pub name: String,
    /// The unit it is spoken of in, and base units in that.
    pub unit: (String, i64),
    /// What it is ordered in.
    pub pack_name: String,
    /// The position on the day of the delivery, before it: what is left by the forecast of the days between.
    pub projected: Quantity,
    /// What its days were.
    pub flows: Vec<DayFlow>,
}

/// What a shop's deliveries cost in 30 days.
pub struct AccountCosts {
    /// C_d and C_j.
    pub delivery: Parts,
    /// The products in the basket together: sum of c_dk and of c_jk.
    pub items: Parts,
    /// F, as a share of the price in 30 days.
    pub holding_fraction: f64,
    /// T, what deliveries and what holding cost: at the least cost unrounded, in whole days, and in use.
    pub at: Vec<(CostedInterval, f64, f64, f64)>,
    /// (days, deliveries, holding) over the interval, for a picture; empty where no cost is known.
    pub curve: Vec<(f64, f64, f64)>,
    /// The ways to bring its products, side by side; absent where nobody has said what a delivery as such costs.
    pub ways: Option<Ways>,
    /// Nobody has said what a delivery costs.
    pub unknown: bool,
}

/// Of which interval a cost is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CostedInterval {
    /// T of least cost.
    Unrounded,
    /// The same in whole days.
    WholeDays,
    /// The one that is in use.
    InUse,
}

impl Hub {
    /// The products, with their names there, that a shop counts in another unit than the catalogue: by code. They are
    /// not planned there.
    ///
    /// # Errors
    /// What the database said.
    pub async fn unit_conflicts(&self, shop_id: &str) -> Result<Vec<(Sku, String)>> {
        let shop_id = shop_id.to_owned();
        store::read(self.store(), move |tx| {
            product_shops::unit_conflicts_of(tx, &shop_id)
        })
        .await
    }

    /// All that a shop's page tells.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`] without such a shop.
    pub async fn account(&self, shop_id: &str) -> Result<Account> {
        let planner = self.planner()?;
        let usual = self.config.holding_fraction_per_period()?;
        let (shop_id, now) = (shop_id.to_owned(), self.now());
        store::read(self.store(), move |tx| {
            let planner = planner(tx)?;
            let shop = shops::get(tx, &shop_id)?;
            let date = date_at(&shop, now);
            let read = planner.read(tx, &shop)?;
            let planned = planner.plan(&shop, &read, date, None)?;
            let costs = account_costs(tx, &shop, &planned.lines, &planned.visit, usual)?;
            let lead_days = (planned.visit.expected_on - date).num_days() as u32;
            let arrives_on = after(planned.visit.due_on, lead_days);
            let known_until = shop.last_contact.map(|at| date_at(&shop, at));
            let days = (arrives_on - known_until.unwrap_or(date)).num_days().max(0) as u32;
            let lines = planned
                .lines
                .into_iter()
                .map(|plan| {
                    let facts = read.products.get(&plan.sku);
                    let input = read.inputs.iter().find(|input| input.sku == plan.sku);
                    AccountLine {
                        name: facts
                            .map_or_else(|| plan.sku.to_string(), |facts| facts.name.clone()),
                        unit: facts.map_or_else(
                            || (String::new(), 1),
                            |facts| (facts.unit.clone(), facts.unit_factor),
                        ),
                        pack_name: facts
                            .map(|facts| facts.pack_name.clone())
                            .unwrap_or_default(),
                        projected: projected(plan.position, plan.forecast_per_day, days),
                        flows: input.map(|input| input.flows.clone()).unwrap_or_default(),
                        plan,
                    }
                })
                .collect();
            let unit_conflicts = read
                .unit_conflicts
                .iter()
                .map(|sku| {
                    let name = read.products.get(sku).map(|facts| facts.name.clone());
                    (sku.clone(), name.unwrap_or_default())
                })
                .collect();
            Ok(Account {
                group: group_of(tx, &shop.id)?,
                route: route_of(tx, &shop.id)?,
                weeks: service::weeks_of(tx, &shop.id, weeks_from(now))?,
                quarantined: events::quarantined_count(tx, &shop.id)?,
                visit: planned.visit,
                shop,
                date,
                arrives_on,
                known_until,
                lines,
                unit_conflicts,
                costs,
            })
        })
        .await
    }
}

fn weeks_from(now: DateTime<Utc>) -> NaiveDate {
    let today = now.date_naive();
    today.checked_sub_days(WEEKS).unwrap_or(today)
}

fn group_of(tx: &mut dyn HubTx, shop_id: &str) -> Result<Option<String>> {
    let Some(id) = groups::members(tx)?.remove(shop_id) else {
        return Ok(None);
    };
    let known = groups::list(tx)?.into_iter();
    Ok(known
        .filter(|group| group.id == id)
        .map(|group| group.name)
        .next())
}

fn route_of(tx: &mut dyn HubTx, shop_id: &str) -> Result<Option<(Route, i64)>> {
    let Some(stop) = routes::stop_of(tx, shop_id)? else {
        return Ok(None);
    };
    let route = routes::route(tx, &stop.route_id)?;
    Ok(route.map(|route| (route, stop.order)))
}

fn account_costs(
    tx: &mut dyn HubTx,
    shop: &Shop,
    lines: &[PlanLine],
    visit: &Visit,
    usual: f64,
) -> Result<AccountCosts> {
    let table = CostTable::load(tx, usual)?;
    let offered = by_sku(catalogue::products(tx)?);
    let mut skus: Vec<Sku> = Vec::new();
    let mut items: Vec<JointItem> = Vec::new();
    let mut of_items = Parts::default();
    for line in lines.iter().filter(|line| line.forecast_per_day > 0.0) {
        let Some(product) = offered.get(&line.sku) else {
            continue;
        };
        let parts = table.item(&shop.id, &line.sku);
        of_items.distributor += parts.distributor;
        of_items.shop += parts.shop;
        skus.push(line.sku.clone());
        items.push(table.joint_item(&shop.id, product, line.forecast_per_day));
    }
    let joint = table.interval_of(&shop.id, &items);
    let mut at = Vec::new();
    let mut tell = |what: CostedInterval, days: f64| {
        if let Some((delivering, holding)) = period_cost(&table, &shop.id, &items, days) {
            at.push((what, days, delivering, holding));
        }
    };
    if let Some(joint) = joint {
        tell(CostedInterval::Unrounded, joint.days_unrounded);
        tell(CostedInterval::WholeDays, f64::from(joint.days));
    }
    tell(CostedInterval::InUse, f64::from(visit.interval.days));
    let longest = joint.map_or(0, |joint| (3 * joint.days.min(LONGEST_ON_CURVE)).max(14));
    let curve = (1..=longest.min(LONGEST_ON_CURVE))
        .filter_map(|days| {
            let (delivering, holding) = period_cost(&table, &shop.id, &items, f64::from(days))?;
            Some((f64::from(days), delivering, holding))
        })
        .collect();
    Ok(AccountCosts {
        delivery: table.delivery(&shop.id),
        items: of_items,
        holding_fraction: table.holding(&shop.id),
        at,
        curve,
        ways: ways(
            &table.joint_costs(&shop.id),
            &skus,
            &items,
            visit.interval.days,
        ),
        unknown: joint.is_none(),
    })
}

/// Stock at the end of each of the last days before `date`, from what is there now back by each day's movements, and what
/// was sold on them; oldest first.
#[must_use]
pub fn stock_by_day(line: &AccountLine, date: NaiveDate) -> Vec<(NaiveDate, Quantity, Quantity)> {
    let first = date
        .checked_sub_days(Days::new(PICTURE_DAYS))
        .unwrap_or(date);
    let mut stock = line.plan.on_hand;
    let mut found = Vec::new();
    // What moved today has come after all that is told here.
    let moved = |day: NaiveDate| line.flows.iter().filter(move |flow| flow.date == day);
    for day in first
        .iter_days()
        .take_while(|day| *day <= date)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
    {
        let sold: Quantity = moved(day)
            .map(|flow| flow.sold + flow.imported + flow.missed)
            .sum();
        found.push((day, stock, sold));
        stock = stock - moved(day).map(|flow| flow.net).sum();
    }
    found.reverse();
    found
}
