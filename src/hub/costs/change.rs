//! What a change of costs would do, before it is saved.

use std::collections::BTreeMap;

use super::super::Hub;
use super::super::catalogue::by_sku;
use super::super::groups::must_be;
use super::super::store::catalogue::{self, Product};
use super::super::store::cost_settings::{self, Parameter, Scope};
use super::super::store::plans::{self, MICRO};
use super::super::store::shops::Shop;
use super::super::store::{self, HubTx, audit, groups, shops};
use super::CostTable;
use crate::error::{Error, Result};
use crate::model::{Money, Sku};
use crate::plan::{Basket, JointItem};

/// The most that a delivery may be said to cost.
const MOST: i64 = 1_000_000_000;

/// Costs to be set at one place for every product; what is `None` is taken from a wider place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whom they hold for.
    pub scope: Scope,
    /// What is set.
    pub values: Vec<(Parameter, Option<i64>)>,
}

/// The costs at one place, each for every product: rupiah, or millionths for holding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostsAt {
    /// What is set at this very place.
    pub set: Vec<(Parameter, Option<i64>)>,
    /// What holds there, from the narrowest place that says so.
    pub in_force: Vec<(Parameter, i64)>,
}

/// A shop's deliveries under some costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// Days from one delivery to the next.
    pub interval_days: u32,
    /// T of least cost before rounding; `None` where no cost is known or nothing is sold.
    pub least_cost_days: Option<f64>,
    /// What deliveries cost in 30 days.
    pub delivering: Money,
    /// What holding the goods costs in 30 days.
    pub holding: Money,
}

impl Terms {
    /// Both together.
    #[must_use]
    pub fn total(&self) -> Money {
        self.delivering + self.holding
    }
}

/// What a change would do to one shop.
#[derive(Debug, Clone, PartialEq)]
pub struct ShopChange {
    /// The shop.
    pub id: String,
    /// Its name.
    pub name: String,
    /// As it is.
    pub before: Terms,
    /// As it would be.
    pub after: Terms,
    /// What the present interval would cost under the new costs, in 30 days.
    pub unchanged_interval: Money,
}

/// What a change would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The shops that it concerns, those first whose cost changes most.
    pub shops: Vec<ShopChange>,
    /// Shops that it concerns and that have no plan yet.
    pub without_plan: usize,
}

impl Preview {
    /// What all shops together cost in 30 days: now, under the new costs at the present intervals, and at the new ones.
    #[must_use]
    pub fn totals(&self) -> (Money, Money, Money) {
        (
            self.shops.iter().map(|shop| shop.before.total()).sum(),
            self.shops.iter().map(|shop| shop.unchanged_interval).sum(),
            self.shops.iter().map(|shop| shop.after.total()).sum(),
        )
    }

    /// Shops whose interval would be another one.
    #[must_use]
    pub fn changed(&self) -> usize {
        let changes = |shop: &&ShopChange| shop.before.interval_days != shop.after.interval_days;
        self.shops.iter().filter(changes).count()
    }
}

impl Hub {
    /// What a change of costs would do to each shop that it concerns, by the forecasts of the latest planning.
    ///
    /// # Errors
    /// [`Error::Invalid`] for costs that cannot be, [`Error::NotFound`] for a group or shop that there is not.
    pub async fn preview_costs(&self, change: Change) -> Result<Preview> {
        check(&change)?;
        let usual = self.config.holding_fraction_per_period()?;
        store::read(self.store(), move |tx| {
            must_exist(tx, &change.scope)?;
            preview(tx, &change, usual)
        })
        .await
    }

    /// Sets costs. The intervals follow with the next planning. What is set so already is not set again.
    ///
    /// # Errors
    /// As [`Hub::preview_costs`].
    pub async fn set_costs(&self, actor: &str, change: Change) -> Result<()> {
        check(&change)?;
        let (actor, now) = (actor.to_owned(), self.now());
        let usual = self.config.holding_fraction_per_period()?;
        store::write(self.store(), move |tx| {
            must_exist(tx, &change.scope)?;
            let known = CostTable::load(tx, usual)?;
            let is_set = |&(parameter, value): &(Parameter, Option<i64>)| {
                known.set_at(&change.scope, parameter) == value
            };
            if change.values.iter().all(is_set) {
                return Ok(());
            }
            let mut detail = serde_json::Map::new();
            for (parameter, value) in &change.values {
                cost_settings::set(tx, &change.scope, *parameter, *value)?;
                detail.insert(parameter.as_str().to_owned(), (*value).into());
            }
            let (kind, id) = change.scope.stored();
            let subject = format!("{kind} {id}");
            let detail = serde_json::Value::Object(detail).to_string();
            audit::record(tx, now, &actor, "costs.set", subject.trim(), &detail)
        })
        .await
    }

    /// The costs at one place.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a group or shop that there is not.
    pub async fn costs_at(&self, scope: Scope) -> Result<CostsAt> {
        let usual = self.config.holding_fraction_per_period()?;
        store::read(self.store(), move |tx| {
            must_exist(tx, &scope)?;
            let table = CostTable::load(tx, usual)?;
            let all = Parameter::ALL.into_iter();
            Ok(CostsAt {
                set: all
                    .clone()
                    .map(|parameter| (parameter, table.set_at(&scope, parameter)))
                    .collect(),
                in_force: all
                    .map(|parameter| (parameter, table.in_force(&scope, parameter)))
                    .collect(),
            })
        })
        .await
    }

    /// The costs as they are set.
    ///
    /// # Errors
    /// What the database said.
    pub async fn costs(&self) -> Result<CostTable> {
        let usual = self.config.holding_fraction_per_period()?;
        store::read(self.store(), move |tx| CostTable::load(tx, usual)).await
    }
}

fn check(change: &Change) -> Result<()> {
    for (parameter, value) in &change.values {
        let wrong = match (parameter, value) {
            (Parameter::Holding, Some(value)) if !(1..=1_000_000).contains(value) => {
                "must be more than 0 and at most 100%"
            }
            (_, Some(..0)) => "must not be negative",
            (_, Some(value)) if *value > MOST => "must be at most Rp1.000.000.000",
            _ => continue,
        };
        return Err(Error::invalid(parameter.as_str(), wrong));
    }
    Ok(())
}

fn must_exist(tx: &mut dyn HubTx, scope: &Scope) -> Result<()> {
    match scope {
        Scope::All => Ok(()),
        Scope::Shop(id) => shops::get(tx, id).map(|_| ()),
        Scope::Group(id) => must_be(tx, id).map(|_| ()),
    }
}

fn preview(tx: &mut dyn HubTx, change: &Change, usual: f64) -> Result<Preview> {
    let now = CostTable::load(tx, usual)?;
    let then = now.with(&change.scope, &change.values);
    let offered = by_sku(catalogue::products(tx)?);
    let members = groups::members(tx)?;
    let concerned = |shop: &Shop| match &change.scope {
        Scope::All => true,
        Scope::Shop(id) => *id == shop.id,
        Scope::Group(id) => members.get(&shop.id) == Some(id),
    };
    let mut found = Preview {
        shops: Vec::new(),
        without_plan: 0,
    };
    let all = shops::list(tx)?.into_iter();
    for shop in all.filter(|shop| shop.active && concerned(shop)) {
        let Some(plan) = plans::find(tx, &shop.id)? else {
            found.without_plan += 1;
            continue;
        };
        let forecasts = forecasts(tx, &shop.id)?;
        let set = shop.review_days;
        let present = (set, plan.interval_days);
        let before = terms(&now, &shop.id, &forecasts, &offered, present);
        let after = terms(
            &then,
            &shop.id,
            &forecasts,
            &offered,
            (set, before.interval_days),
        );
        let unchanged = cost_of(&then, &shop.id, &forecasts, &offered, before.interval_days);
        found.shops.push(ShopChange {
            id: shop.id,
            name: shop.name,
            before,
            after,
            unchanged_interval: unchanged.0 + unchanged.1,
        });
    }
    found.shops.sort_by_key(|shop| {
        let difference = shop.after.total().0 - shop.before.total().0;
        (-difference.abs(), shop.name.clone())
    });
    Ok(found)
}

type Forecasts = BTreeMap<Sku, f64>;

fn forecasts(tx: &mut dyn HubTx, shop_id: &str) -> Result<Forecasts> {
    let lines = plans::lines(tx, shop_id)?.into_iter();
    Ok(lines
        .map(|line| (line.sku, line.forecast_micro as f64 / MICRO))
        .collect())
}

fn items(
    table: &CostTable,
    shop_id: &str,
    forecasts: &Forecasts,
    offered: &BTreeMap<Sku, Product>,
) -> Vec<JointItem> {
    forecasts
        .iter()
        .filter_map(|(sku, forecast)| Some(table.joint_item(shop_id, offered.get(sku)?, *forecast)))
        .collect()
}

/// A shop's terms: the interval that the distributor has set, or the one of least cost, or else the present one.
fn terms(
    table: &CostTable,
    shop_id: &str,
    forecasts: &Forecasts,
    offered: &BTreeMap<Sku, Product>,
    (set, present): (Option<u32>, u32),
) -> Terms {
    let items = items(table, shop_id, forecasts, offered);
    let joint = table.interval_of(shop_id, &items);
    let interval_days = set
        .or(joint.map(|joint| joint.days.min(super::super::planner::MOST_REVIEW_DAYS)))
        .unwrap_or(present);
    let (delivering, holding) = cost_of(table, shop_id, forecasts, offered, interval_days);
    Terms {
        interval_days,
        least_cost_days: joint.map(|joint| joint.days_unrounded),
        delivering,
        holding,
    }
}

/// What deliveries and holding cost in 30 days on an interval.
fn cost_of(
    table: &CostTable,
    shop_id: &str,
    forecasts: &Forecasts,
    offered: &BTreeMap<Sku, Product>,
    days: u32,
) -> (Money, Money) {
    let items = items(table, shop_id, forecasts, offered);
    let cost = period_cost(table, shop_id, &items, f64::from(days));
    cost.map_or((Money::ZERO, Money::ZERO), |(delivering, holding)| {
        (
            Money(delivering.round() as i64),
            Money(holding.round() as i64),
        )
    })
}

/// The same unrounded; `None` where nothing is sold.
pub(in crate::hub) fn period_cost(
    table: &CostTable,
    shop_id: &str,
    items: &[JointItem],
    days: f64,
) -> Option<(f64, f64)> {
    let mut costs = table.joint_costs(shop_id);
    // A basket is not delivered for nothing; where nobody has told the cost, its holding cost is told all the same.
    costs.per_delivery = costs.per_delivery.max(f64::MIN_POSITIVE);
    let basket = Basket::new(&costs, items).ok()??;
    let cost = basket
        .cost_of_common(days / f64::from(super::PERIOD_DAYS))
        .ok()?;
    Some((cost.ordering, cost.holding))
}
