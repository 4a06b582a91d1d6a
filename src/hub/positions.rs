//! What every shop has, and what was asked for there.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::Hub;
use super::figures::ShopFigures;
use super::store::positions::{self as rows, DemandFilter, DemandRow};
use super::store::shops::Shop;
use super::store::{self, HubTx, plans, shops};
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku, StockPosition};
use crate::plan::{LotBalance, projected};

/// The most days of demand in one answer.
pub const MOST_DEMAND_ROWS: i64 = 10_000;

/// A product's stock in a shop.
#[derive(Debug, Clone, PartialEq)]
pub struct PositionRow {
    /// The shop.
    pub shop_id: String,
    /// The shop's name.
    pub shop_name: String,
    /// The product.
    pub sku: Sku,
    /// Its name, as the shop calls it.
    pub name: String,
    /// The unit it is spoken of in, and base units in that.
    pub unit: (String, i64),
    /// Stock and what is on its way.
    pub stock: StockPosition,
    /// Stock by best-before date.
    pub lots: Vec<LotBalance>,
    /// When the shop last spoke: these figures are of then.
    pub as_of: Option<DateTime<Utc>>,
    /// The shop has not spoken today, so that what it has now is an estimate.
    pub estimated: bool,
    /// The day on which its next delivery is expected there and the position on that day, before it, by the forecast of
    /// the latest planning; absent where the product is not planned.
    pub projected: Option<(NaiveDate, Quantity)>,
}

impl Hub {
    /// A shop's stock, product by product: all that it sells, and whatever else is there or on its way.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a shop.
    pub async fn positions(&self, shop_id: &str) -> Result<Vec<PositionRow>> {
        let (shop_id, now) = (shop_id.to_owned(), self.now());
        store::read(self.store(), move |tx| {
            let shop = shops::get(tx, &shop_id)?;
            positions_of(tx, &shop, None, now)
        })
        .await
    }

    /// A product's stock in every shop that has or had it.
    ///
    /// # Errors
    /// What the database said.
    pub async fn positions_of_product(&self, sku: &Sku) -> Result<Vec<PositionRow>> {
        let (sku, now) = (sku.clone(), self.now());
        store::read(self.store(), move |tx| {
            let mut found = Vec::new();
            for shop in &shops::active(tx)? {
                found.extend(positions_of(tx, shop, Some(&sku), now)?);
            }
            Ok(found)
        })
        .await
    }

    /// What was asked for each day, at most [`MOST_DEMAND_ROWS`] rows.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a shop that there is not, [`Error::Invalid`] for dates in the wrong order.
    pub async fn demand(&self, filter: DemandFilter) -> Result<Vec<DemandRow>> {
        if let (Some(from), Some(to)) = (filter.from, filter.to)
            && from > to
        {
            return Err(Error::invalid("from", format!("{from} is after {to}")));
        }
        store::read(self.store(), move |tx| {
            if let Some(shop_id) = &filter.shop_id {
                shops::get(tx, shop_id)?;
            }
            rows::demand(tx, &filter, MOST_DEMAND_ROWS)
        })
        .await
    }
}

/// The date at a shop.
pub(super) fn date_at(shop: &Shop, now: DateTime<Utc>) -> NaiveDate {
    let timezone: Tz = shop.timezone.parse().unwrap_or(Tz::UTC);
    now.with_timezone(&timezone).date_naive()
}

fn positions_of(
    tx: &mut dyn HubTx,
    shop: &Shop,
    only: Option<&Sku>,
    now: DateTime<Utc>,
) -> Result<Vec<PositionRow>> {
    let figures = ShopFigures::load(tx, &shop.id)?;
    let date = date_at(shop, now);
    let known_until = shop.last_contact.map(|at| date_at(shop, at));
    let projection = Projection::load(tx, shop, known_until.unwrap_or(date))?;
    let sold = figures.products.values().filter(|facts| facts.active);
    let skus: BTreeSet<&Sku> = sold
        .map(|facts| &facts.sku)
        .chain(figures.lots.keys())
        .chain(figures.coming.keys())
        .filter(|sku| only.is_none_or(|only| only == *sku))
        .collect();
    let rows = skus
        .into_iter()
        .map(|sku| {
            let facts = figures.products.get(sku);
            PositionRow {
                shop_id: shop.id.clone(),
                shop_name: shop.name.clone(),
                sku: sku.clone(),
                // The event that defines it may be in quarantine; its stock is there all the same.
                name: facts.map_or_else(|| sku.to_string(), |facts| facts.name.clone()),
                unit: facts.map_or_else(
                    || (String::new(), 1),
                    |facts| (facts.unit.clone(), facts.unit_factor),
                ),
                as_of: shop.last_contact,
                estimated: known_until.is_none_or(|known| known < date),
                projected: projection
                    .as_ref()
                    .and_then(|projection| projection.of(sku, &figures.position(sku, date))),
                stock: figures.position(sku, date),
                lots: figures
                    .lots
                    .get(sku)
                    .into_iter()
                    .flatten()
                    .filter(|lot| lot.quantity != Quantity::ZERO)
                    .copied()
                    .collect(),
            }
        })
        .collect();
    Ok(rows)
}

/// What the latest planning says of the days until a shop's next delivery.
struct Projection {
    arrives_on: NaiveDate,
    days: u32,
    forecasts: BTreeMap<Sku, f64>,
}

impl Projection {
    /// `None` for a shop that was never planned.
    fn load(tx: &mut dyn HubTx, shop: &Shop, known_until: NaiveDate) -> Result<Option<Self>> {
        let Some(plan) = plans::find(tx, &shop.id)? else {
            return Ok(None);
        };
        let lead = plan.expected_on - plan.plan_date;
        let arrives_on = plan.due_on.checked_add_signed(lead).unwrap_or(plan.due_on);
        let lines = plans::lines(tx, &shop.id)?.into_iter();
        Ok(Some(Self {
            arrives_on,
            days: (arrives_on - known_until).num_days().max(0) as u32,
            forecasts: lines
                .map(|line| (line.sku, line.forecast_micro as f64 / plans::MICRO))
                .collect(),
        }))
    }

    fn of(&self, sku: &Sku, stock: &StockPosition) -> Option<(NaiveDate, Quantity)> {
        let forecast = *self.forecasts.get(sku)?;
        let left = projected(stock.position(), forecast, self.days);
        Some((self.arrives_on, left))
    }
}
