//! The first look of the morning: who needs what, is there enough, who is silent, and what cannot be relied on.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::Hub;
use super::contact::ALARM_STANDS;
use super::store::alarms::{self, Alarm};
use super::store::overview::{self, Counts, Only, ShopOrder, ShopQuery, ShopSummary};
use super::store::plan_work::{self, Run};
use super::store::plans::{self, ProductPlan};
use super::store::product_shops::{self, ProductInShop};
use super::store::service::{self, Week};
use super::store::shipments::ShipmentState;
use super::store::{self, HubTx, catalogue, groups, shipments, shops, warehouse};
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};

/// A shop that was not heard of for this long is silent: its figures may be far from its shelf.
pub const SILENT_AFTER: Duration = Duration::hours(48);

/// Shops and products of each kind that a morning names; the lists have the rest.
const NAMED: i64 = 8;

/// Weeks of service that are told.
const WEEKS: chrono::Days = chrono::Days::new(7 * 12);

/// A morning.
#[derive(Debug, Clone)]
pub struct Today {
    /// The date.
    pub date: NaiveDate,
    /// The latest planning, if there was any.
    pub run: Option<Run>,
    /// In figures.
    pub counts: Counts,
    /// The shops whose turn has come, those first that run out soonest.
    pub due: Vec<ShopSummary>,
    /// The shops that are expected to run out before their turn comes.
    pub at_risk: Vec<ShopSummary>,
    /// The shops that were not heard of.
    pub silent: Vec<ShopSummary>,
    /// The products that are out in the most shops.
    pub missing: Vec<ProductRow>,
    /// What goes out today, the most of it first.
    pub sent: Vec<ProductRow>,
    /// What the distributor can still promise, of what it keeps count of.
    pub available: BTreeMap<Sku, Quantity>,
    /// How many shipments are in each state.
    pub shipments: BTreeMap<ShipmentState, i64>,
    /// What is wrong with devices.
    pub alarms: Vec<Alarm>,
    /// Product-days with something to sell by week.
    pub weeks: Vec<Week>,
}

/// A product across all shops.
#[derive(Debug, Clone)]
pub struct ProductRow {
    /// Its code.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The unit it is spoken of in, and base units in that.
    pub unit: (String, i64),
    /// The sums over the shops.
    pub plan: ProductPlan,
}

/// A product with the shops that it is planned for.
#[derive(Debug, Clone)]
pub struct ProductAcross {
    /// Its sums over the shops.
    pub row: ProductRow,
    /// Shops, those first that run out of it first.
    pub shops: Vec<ProductInShop>,
    /// How many there are.
    pub found: i64,
    /// Shops that count it in another unit than the catalogue: identity and name.
    pub unit_conflicts: Vec<(String, String)>,
    /// The distributor's own stock, where it keeps count of it.
    pub own: Option<warehouse::Availability>,
}

/// Shops with another unit that a product's page names.
const MOST_CONFLICTS: i64 = 20;

impl Hub {
    /// The morning of the hub's today, from the plans that were kept.
    ///
    /// # Errors
    /// What the database said.
    pub async fn today_at_a_glance(&self) -> Result<Today> {
        let (date, now) = (self.today(), self.now());
        store::read(self.store(), move |tx| read(tx, date, now)).await
    }

    /// Every product that the distributor offers, across all shops.
    ///
    /// # Errors
    /// What the database said.
    pub async fn product_rows(&self) -> Result<Vec<ProductRow>> {
        store::read(self.store(), products).await
    }

    /// A product across all shops: its sums, the shops on a page of the list of those that it is planned for, how many
    /// these are, and some of those that count it in another unit.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a product that is not offered.
    pub async fn product_in_shops(
        &self,
        sku: &Sku,
        offset: i64,
        limit: i64,
    ) -> Result<ProductAcross> {
        let (sku, today) = (sku.clone(), self.today());
        store::read(self.store(), move |tx| {
            let found = products(tx)?.into_iter().find(|row| row.sku == sku);
            let Some(row) = found else {
                return Err(Error::NotFound(format!("there is no product {sku}")));
            };
            Ok(ProductAcross {
                row,
                shops: product_shops::shops(tx, &sku, offset, limit)?,
                found: product_shops::count(tx, &sku)?,
                unit_conflicts: product_shops::unit_conflicts(tx, &sku, MOST_CONFLICTS)?,
                own: warehouse::availability(tx, today)?.remove(&sku),
            })
        })
        .await
    }

    /// What the distributor calls a shop.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a shop.
    pub async fn shop_name(&self, id: &str) -> Result<String> {
        let id = id.to_owned();
        store::read(self.store(), move |tx| Ok(shops::get(tx, &id)?.name)).await
    }

    /// The groups of shops by name.
    ///
    /// # Errors
    /// What the database said.
    pub async fn groups(&self) -> Result<Vec<groups::Group>> {
        store::read(self.store(), groups::list).await
    }

    /// The shops that are asked for, and how many there are of them.
    ///
    /// # Errors
    /// What the database said.
    pub async fn shop_list(&self, query: ShopQuery) -> Result<(Vec<ShopSummary>, i64)> {
        store::read(self.store(), move |tx| {
            Ok((overview::shops(tx, &query)?, overview::count(tx, &query)?))
        })
        .await
    }
}

fn read(tx: &mut dyn HubTx, date: NaiveDate, now: DateTime<Utc>) -> Result<Today> {
    let silent_since = now - SILENT_AFTER;
    let mut first = |only: Only, order: ShopOrder| {
        let query = ShopQuery {
            only,
            order,
            limit: NAMED,
            ..ShopQuery::default()
        };
        overview::shops(tx, &query)
    };
    let due = first(Only::DueBy(date), ShopOrder::Risk)?;
    let at_risk = first(Only::AtRiskAfter(date), ShopOrder::Risk)?;
    let silent = first(Only::SilentSince(silent_since), ShopOrder::Contact)?;
    let all = products(tx)?;
    let top = |rank: &dyn Fn(&ProductPlan) -> i64| {
        let mut rows: Vec<ProductRow> = all
            .iter()
            .filter(|row| rank(&row.plan) > 0)
            .cloned()
            .collect();
        rows.sort_by_key(|row| -rank(&row.plan));
        rows.truncate(NAMED as usize);
        rows
    };
    Ok(Today {
        date,
        run: plan_work::latest(tx)?,
        counts: overview::counts(tx, date, silent_since)?,
        due,
        at_risk,
        silent,
        missing: top(&|plan| plan.out_shops),
        sent: top(&|plan| plan.due_quantity.0),
        available: warehouse::availability(tx, date)?
            .into_iter()
            .map(|(sku, stock)| (sku, stock.available()))
            .collect(),
        shipments: shipments::count_by_state(tx)?,
        alarms: alarms::standing(tx, now - ALARM_STANDS)?,
        weeks: service::weeks(tx, date.checked_sub_days(WEEKS).unwrap_or(date))?,
    })
}

fn products(tx: &mut dyn HubTx) -> Result<Vec<ProductRow>> {
    let mut plans = plans::product_plans(tx)?;
    let offered = catalogue::products(tx)?.into_iter();
    Ok(offered
        .filter(|product| product.entry.active)
        .map(|product| ProductRow {
            plan: plans.remove(&product.entry.sku).unwrap_or_default(),
            sku: product.entry.sku,
            name: product.entry.name,
            unit: (product.entry.unit, product.entry.unit_factor),
        })
        .collect())
}

/// A share in whole percent, rounded half up; nothing of nothing is nothing.
#[must_use]
pub fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part.saturating_mul(200) / whole + 1) / 2)
}

/// What the shops' forecast of a day comes to in whole base units.
#[must_use]
pub fn per_day(plan: &ProductPlan) -> Quantity {
    Quantity((plan.forecast_micro + 500_000).div_euclid(1_000_000))
}
