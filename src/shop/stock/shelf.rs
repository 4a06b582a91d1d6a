//! Stock as people look at it: the list with what is low, out or expiring, and one product with its history.

use chrono::Days;

use super::Position;
use crate::error::Result;
use crate::model::Money;
use crate::shop::Shop;
use crate::shop::nightly::{own_policy, policy_in_force};
use crate::shop::products::{Product, no_product};
use crate::shop::store::glance::{MovementRow, ShelfRow, Slice, Window};
use crate::shop::store::purchases::SourceRow;
use crate::shop::store::{consignment, days, glance, products, purchases, stock};

/// Sales of so many days say how long stock lasts.
const PACE_DAYS: u64 = 28;

/// What expires within so many days is shown as expiring.
pub const EXPIRING_DAYS: u64 = 14;

/// Products on a page of the list.
const PAGE: i64 = 100;

/// Movements on a page of a product's history.
const HISTORY: i64 = 50;

/// Which products of the list.
pub type Glance = Slice;

/// What to list.
#[derive(Debug, Clone)]
pub struct ShelfQuery {
    /// Part of a name, code or barcode; empty for everything.
    pub text: String,
    /// Which of them.
    pub glance: Glance,
    /// The page, from 0.
    pub page: i64,
}

/// A page of the list.
#[derive(Debug, Clone)]
pub struct ShelfView {
    /// The products.
    pub rows: Vec<ShelfRow>,
    /// Another page follows.
    pub more: bool,
    /// How many products are low, out, and expiring, whatever the text.
    pub tally: (i64, i64, i64),
    /// What the stock cost: the shop's own, and that of others.
    pub value: (Money, Money),
    /// Today by the trading day.
    pub today: chrono::NaiveDate,
}

/// One product and its history.
#[derive(Debug, Clone)]
pub struct ProductStock {
    /// The product.
    pub product: Product,
    /// What is there, lot by lot, and what is coming.
    pub position: Position,
    /// What was done with it, the latest first.
    pub movements: Vec<MovementRow>,
    /// There is more before these.
    pub more: bool,
    /// Where it was bought last, supplier by supplier.
    pub sources: Vec<SourceRow>,
    /// Whose it is, for goods left to be sold: identity and name.
    pub consignor: Option<(String, String)>,
    /// Today by the trading day.
    pub today: chrono::NaiveDate,
}

impl Shop {
    /// Stock at a glance. *Low* is what would be gone within the lead time and a day at the pace of the last four weeks.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] for a planning setting that cannot be.
    pub async fn shelf(&self, query: ShelfQuery) -> Result<ShelfView> {
        let (info, now, own) = (self.info.clone(), self.now(), own_policy(&self.config)?);
        self.db
            .read(move |connection| {
                let today = days::current(connection, &info, &now)?.date;
                let lead = policy_in_force(connection, &own)?.lead_time_days;
                let window = Window {
                    since: today
                        .checked_sub_days(Days::new(PACE_DAYS))
                        .unwrap_or(today),
                    days: PACE_DAYS as i64,
                    low_days: i64::from(lead) + 1,
                    expires_by: today
                        .checked_add_days(Days::new(EXPIRING_DAYS))
                        .unwrap_or(today),
                };
                let skip = query.page.clamp(0, 1_000_000) * PAGE;
                let wanted = (skip, PAGE + 1);
                let mut rows =
                    glance::list(connection, query.glance, &query.text, &window, wanted)?;
                let more = rows.len() > PAGE as usize;
                rows.truncate(PAGE as usize);
                Ok(ShelfView {
                    rows,
                    more,
                    tally: glance::tally(connection, &window)?,
                    value: glance::value(connection)?,
                    today,
                })
            })
            .await
    }

    /// One product's stock and history, the movements before `before` (all without it).
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`] for a code that no product has.
    pub async fn product_stock(&self, sku: &str, before: Option<i64>) -> Result<ProductStock> {
        let (sku, info, now) = (sku.to_owned(), self.info.clone(), self.now());
        self.db
            .read(move |connection| {
                let today = days::current(connection, &info, &now)?.date;
                let product =
                    products::by_sku(connection, &sku)?.ok_or_else(|| no_product(&sku))?;
                let row =
                    stock::position(connection, today, &sku)?.ok_or_else(|| no_product(&sku))?;
                let before = before.unwrap_or(i64::MAX);
                let mut movements = glance::movements(connection, product.id, before, HISTORY + 1)?;
                let more = movements.len() > HISTORY as usize;
                movements.truncate(HISTORY as usize);
                Ok(ProductStock {
                    position: Position::load(connection, row)?,
                    movements,
                    more,
                    sources: purchases::sources(connection, product.id)?,
                    consignor: consignment::owner(connection, product.id)?,
                    product: product.definition.into(),
                    today,
                })
            })
            .await
    }
}
