//! What there is, and how long it will last.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::hub::production::materials::{material_use, stocked};
use crate::hub::store::catalogue::Product;
use crate::hub::store::plans::product_demand;
use crate::hub::store::stock_ledger::{self, PostedMove};
use crate::hub::store::warehouse::{self, Availability, Reservation, StockLot};
use crate::hub::store::{self, HubTx};
use crate::model::{Money, Quantity, Sku};

/// Goods whose last good day is at most so many days away are shown as expiring soon.
pub const EXPIRING_DAYS: u64 = 14;

/// A product of the warehouse at a glance.
#[derive(Debug, Clone, PartialEq)]
pub struct StockRow {
    /// The product.
    pub sku: Sku,
    /// Its name; its code where it is in no catalogue any more.
    pub name: String,
    /// The unit it is spoken of in, and base units in that.
    pub unit: (String, i64),
    /// What there is; absent for a product that is not kept count of.
    pub availability: Option<Availability>,
    /// What it cost, of what is neither expired nor below 0.
    pub value: Option<Money>,
    /// What the shops are forecast to ask for, and production to take, base units a day.
    pub per_day: f64,
    /// Days that what is available will last; absent where nobody asks for it or nobody counts it.
    pub days_of_cover: Option<f64>,
    /// Not past its date yet, but soon.
    pub expiring: Quantity,
    /// When the next of it expires.
    pub next_expiry: Option<NaiveDate>,
    /// Some lot is below 0: more left than was ever booked in.
    pub below_zero: bool,
    /// From whom it is bought first.
    pub supplier: Option<String>,
    /// Still offered.
    pub active: bool,
}

/// The whole warehouse.
#[derive(Debug, Clone, PartialEq)]
pub struct StockList {
    /// The day it is seen on.
    pub today: NaiveDate,
    /// Product by product, by name.
    pub rows: Vec<StockRow>,
}

/// A product of the warehouse with all that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductStock {
    /// The day it is seen on.
    pub today: NaiveDate,
    /// At a glance.
    pub row: StockRow,
    /// By lot: what expires first, first.
    pub lots: Vec<StockLot>,
    /// What is promised, and to what.
    pub reservations: Vec<Reservation>,
    /// The last position of its ledger.
    pub last_seq: i64,
    /// Its latest moves, newest first.
    pub moves: Vec<PostedMove>,
}

impl Hub {
    /// The warehouse, by the products' names: all that is offered or was ever kept count of.
    ///
    /// # Errors
    /// What the database said.
    pub async fn stock(&self) -> Result<StockList> {
        let today = self.today();
        store::read(self.store(), move |tx| {
            let mut rows: Vec<StockRow> = rows(tx, today)?
                .into_values()
                .filter(|row| row.active || row.availability.is_some())
                .collect();
            rows.sort_by(|one, other| one.name.cmp(&other.name).then(one.sku.cmp(&other.sku)));
            Ok(StockList { today, rows })
        })
        .await
    }

    /// The products as [`Hub::stock`] lists them, each with the last position of its ledger: what a count begins from.
    ///
    /// # Errors
    /// What the database said.
    pub async fn stock_positions(&self) -> Result<Vec<(StockRow, i64)>> {
        let StockList { rows, .. } = self.stock().await?;
        store::read(self.store(), move |tx| {
            let heads = warehouse::heads(tx)?;
            Ok(rows
                .iter()
                .map(|row| (row.clone(), heads.get(&row.sku).copied().unwrap_or(0)))
                .collect())
        })
        .await
    }

    /// A product of the warehouse, with its latest `limit` moves before the ledger's position `before`.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a product that is neither in the catalogue nor kept count of.
    pub async fn stock_of(
        &self,
        sku: &Sku,
        before: Option<i64>,
        limit: i64,
    ) -> Result<ProductStock> {
        let (sku, today) = (sku.clone(), self.today());
        store::read(self.store(), move |tx| {
            let row = rows(tx, today)?
                .remove(&sku)
                .ok_or_else(|| Error::NotFound(format!("{sku} is not in the catalogue")))?;
            Ok(ProductStock {
                today,
                row,
                lots: warehouse::lots(tx, &sku)?,
                reservations: warehouse::reservations(tx, &sku)?,
                last_seq: warehouse::head(tx, &sku)?,
                moves: stock_ledger::moves(tx, &sku, before, limit)?,
            })
        })
        .await
    }
}

/// Every product at a glance.
pub(in super::super) fn rows(
    tx: &mut dyn HubTx,
    today: NaiveDate,
) -> Result<BTreeMap<Sku, StockRow>> {
    let products = stocked(tx)?;
    let available = warehouse::availability(tx, today)?;
    let demand = product_demand(tx)?;
    let used = material_use(tx)?;
    let mut lots: BTreeMap<Sku, Vec<StockLot>> = BTreeMap::new();
    for lot in warehouse::all_lots(tx)? {
        lots.entry(lot.sku.clone()).or_default().push(lot);
    }
    let known = products.keys().chain(available.keys());
    let mut found: BTreeMap<Sku, StockRow> = BTreeMap::new();
    for sku in known {
        if found.contains_key(sku) {
            continue;
        }
        let row = row(
            sku,
            products.get(sku),
            available.get(sku).copied(),
            lots.get(sku).map(Vec::as_slice).unwrap_or_default(),
            demand
                .get(sku)
                .map_or(0.0, |demand| demand.forecast_per_day)
                + used.get(sku).map_or(0.0, |used| used.per_day),
            today,
        );
        found.insert(sku.clone(), row);
    }
    Ok(found)
}

fn row(
    sku: &Sku,
    product: Option<&Product>,
    availability: Option<Availability>,
    lots: &[StockLot],
    per_day: f64,
    today: NaiveDate,
) -> StockRow {
    let soon = today
        .checked_add_days(Days::new(EXPIRING_DAYS))
        .unwrap_or(NaiveDate::MAX);
    let good = |lot: &&StockLot| !lot.is_expired(today) && lot.quantity > Quantity::ZERO;
    let unit = product.map_or((String::new(), 1), |product| {
        (product.entry.unit.clone(), product.entry.unit_factor)
    });
    StockRow {
        sku: sku.clone(),
        name: product.map_or_else(|| sku.to_string(), |product| product.entry.name.clone()),
        value: product.and_then(|product| product.cost).map(|cost| {
            let held: Quantity = lots.iter().filter(good).map(|lot| lot.quantity).sum();
            Money::for_quantity(cost, unit.1, held.0)
        }),
        unit,
        availability,
        per_day,
        days_of_cover: availability
            .filter(|_| per_day > 0.0)
            .map(|there| there.available().0 as f64 / per_day),
        expiring: lots
            .iter()
            .filter(good)
            .filter(|lot| lot.expires.is_some_and(|expires| expires <= soon))
            .map(|lot| lot.quantity)
            .sum(),
        next_expiry: lots.iter().filter(good).filter_map(|lot| lot.expires).min(),
        below_zero: lots.iter().any(|lot| lot.quantity < Quantity::ZERO),
        supplier: product.and_then(|product| product.supplier.clone()),
        active: product.is_some_and(|product| product.entry.active),
    }
}
