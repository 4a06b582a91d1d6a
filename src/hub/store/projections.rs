//! What the shops' logs add up to: their products, their stock by date, their flow by day.
//!
//! All of it can be made again from the applied events. Stock and flow do not ask whether the product is known: an
//! event that defines it may be in quarantine, and its stock is there all the same.

use chrono::NaiveDate;

use super::whole::Book;
use super::{HubTx, Row};
use crate::error::Result;
use crate::model::{Quantity, Sku};
use crate::wire::event::ProductFacts;

/// What a change adds to a product's flow on a business date, in base units.
#[derive(Debug, Clone, Copy, Default)]
pub struct Flow {
    /// Sold, less what was taken back.
    pub sold: Quantity,
    /// Asked for and not there.
    pub missed: Quantity,
    /// Sum of the movements.
    pub net: Quantity,
    /// Of these, what came in other than by taking back a sale.
    pub inflow: Quantity,
    /// Anything moved.
    pub moved: bool,
}

/// A product's flow on one business date of one shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayRow {
    /// The product.
    pub sku: Sku,
    /// The business date.
    pub date: NaiveDate,
    /// Sold at the till, less what was taken back, by the date of the sale.
    pub sold: Quantity,
    /// Sold according to an imported history.
    pub imported: Quantity,
    /// Asked for and not there.
    pub missed: Quantity,
    /// Sum of the movements.
    pub net: Quantity,
    /// Of these, what came in by receipt, count or correction.
    pub inflow: Quantity,
    /// Anything moved.
    pub moved: bool,
}

/// Stock of one product with one date in one shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotRow {
    /// The product.
    pub sku: Sku,
    /// Best before; absent for goods without a date.
    pub expires: Option<NaiveDate>,
    /// Base units, never 0; below 0 where more was sold than the book had.
    pub quantity: Quantity,
}

/// The columns of a product in either book.
pub(super) const PRODUCT: &str = "sku, name, base_unit, unit, unit_factor, pack_name, pack_size, minimum_order, shelf_life_days, \
     consignment, active";

/// Those of its stock.
pub(super) const LOT: &str = "sku, expires, quantity";

/// Those of its flow.
pub(super) const DAY: &str = "sku, business_date, sold, imported, missed, net, inflow, moved";

/// A shop's products by SKU, the inactive ones too.
pub fn products(tx: &mut dyn HubTx, shop_id: &str) -> Result<Vec<ProductFacts>> {
    products_in(tx, shop_id, Book::Own)
}

/// The products of one of a shop's books.
pub fn products_in(tx: &mut dyn HubTx, shop_id: &str, book: Book) -> Result<Vec<ProductFacts>> {
    let table = book.products();
    tx.query(
        &format!(
            "SELECT {PRODUCT} FROM {table} WHERE tenant_id = tenant() AND shop_id = $1 ORDER BY sku"
        ),
        &[shop_id.into()],
    )?
    .iter()
    .map(product_from)
    .collect()
}

pub(super) fn product_from(row: &Row) -> Result<ProductFacts> {
    Ok(ProductFacts {
        sku: row.sku("sku")?,
        name: row.text("name")?,
        base_unit: row.base_unit("base_unit")?,
        unit: row.text("unit")?,
        unit_factor: row.integer("unit_factor")?,
        pack_name: row.text("pack_name")?,
        pack_size: row.quantity("pack_size")?,
        minimum_order: row.quantity("minimum_order")?,
        shelf_life_days: row.days_opt("shelf_life_days")?,
        consignment: row.flag("consignment")?,
        active: row.flag("active")?,
    })
}

/// A shop's stock, by SKU and date, goods without a date first.
pub fn lots(tx: &mut dyn HubTx, shop_id: &str) -> Result<Vec<LotRow>> {
    lots_in(tx, shop_id, Book::Own)
}

/// The stock in one of a shop's books.
pub fn lots_in(tx: &mut dyn HubTx, shop_id: &str, book: Book) -> Result<Vec<LotRow>> {
    let table = book.lots();
    tx.query(
        &format!(
            "SELECT {LOT} FROM {table} WHERE tenant_id = tenant() AND shop_id = $1 ORDER BY sku, expires"
        ),
        &[shop_id.into()],
    )?
    .iter()
    .map(lot_row)
    .collect()
}

pub(super) fn lot_row(row: &Row) -> Result<LotRow> {
    Ok(LotRow {
        sku: row.sku("sku")?,
        expires: row.date_opt("expires")?,
        quantity: row.quantity("quantity")?,
    })
}

/// A shop's flow on and after `from`, by SKU and date.
pub fn days(tx: &mut dyn HubTx, shop_id: &str, from: NaiveDate) -> Result<Vec<DayRow>> {
    tx.query(
        &format!(
            "SELECT {DAY} FROM shop_daily
             WHERE tenant_id = tenant() AND shop_id = $1 AND business_date >= $2 ORDER BY sku, business_date"
        ),
        &[shop_id.into(), from.into()],
    )?
    .iter()
    .map(day_row)
    .collect()
}

pub(super) fn day_row(row: &Row) -> Result<DayRow> {
    Ok(DayRow {
        sku: row.sku("sku")?,
        date: row.date("business_date")?,
        sold: row.quantity("sold")?,
        imported: row.quantity("imported")?,
        missed: row.quantity("missed")?,
        net: row.quantity("net")?,
        inflow: row.quantity("inflow")?,
        moved: row.flag("moved")?,
    })
}
