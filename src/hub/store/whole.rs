//! What the log of a shop with several distributors comes to, of all its products: kept by the home, beside the log, and shown
//! to nobody. Each distributor's own book is the part of it that is in that one's catalogue.
//!
//! It is kept and not made anew from the log when a catalogue grows, because the log alone does not say all of it: on which day
//! a replaced device's stock was written off, and which of two devices spoke of a product last, only the order tells in
//! which it came.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::projections::{DAY, DayRow, LOT, LotRow, PRODUCT, day_row, lot_row, product_from};
use super::{HubTx, Value, histories};
use crate::error::Result;
use crate::model::{BaseUnit, Sku};
use crate::wire::event::ProductFacts;

/// Products that are asked for in one statement.
const AT_ONCE: usize = 64;

/// One of the two books of a shop's products, stock and flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Book {
    /// What a distributor knows of its shop: `shop_products`, `shop_lots`, `shop_daily`.
    Own,
    /// All of it, for a shop with several distributors: `whole_products`, `whole_lots`, `whole_daily`.
    Whole,
}

impl Book {
    /// The table of the book with what shops say of their products.
    #[must_use]
    pub fn products(self) -> &'static str {
        match self {
            Self::Own => "shop_products",
            Self::Whole => "whole_products",
        }
    }

    /// The table with their stock.
    #[must_use]
    pub fn lots(self) -> &'static str {
        match self {
            Self::Own => "shop_lots",
            Self::Whole => "whole_lots",
        }
    }

    /// The table with their flow.
    #[must_use]
    pub fn daily(self) -> &'static str {
        match self {
            Self::Own => "shop_daily",
            Self::Whole => "whole_daily",
        }
    }

    fn tables(self) -> [&'static str; 3] {
        [self.products(), self.lots(), self.daily()]
    }
}

/// What a book says of one product.
#[derive(Debug, Clone, Default)]
pub struct OfProduct {
    /// The product, where the shop has said it.
    pub facts: Option<ProductFacts>,
    /// Its stock.
    pub lots: Vec<LotRow>,
    /// Its flow.
    pub days: Vec<DayRow>,
}

/// Begins the whole book of a shop with what its own says, from which nothing was kept so far.
pub fn begin(tx: &mut dyn HubTx, shop_id: &str) -> Result<()> {
    bring(tx, shop_id, Book::Own, Book::Whole)
}

/// Ends the whole book of a shop: its own is the whole again.
pub fn end(tx: &mut dyn HubTx, shop_id: &str) -> Result<()> {
    clear(tx, shop_id, Book::Own)?;
    bring(tx, shop_id, Book::Whole, Book::Own)?;
    clear(tx, shop_id, Book::Whole)
}

fn bring(tx: &mut dyn HubTx, shop_id: &str, from: Book, to: Book) -> Result<()> {
    for (from, to, columns) in [
        (from.products(), to.products(), PRODUCT),
        (from.lots(), to.lots(), LOT),
        (from.daily(), to.daily(), DAY),
    ] {
        tx.execute(
            &format!(
                "INSERT INTO {to} (tenant_id, shop_id, {columns})
                 SELECT tenant(), shop_id, {columns} FROM {from} WHERE tenant_id = tenant() AND shop_id = $1"
            ),
            &[shop_id.into()],
        )?;
    }
    Ok(())
}

/// Empties a book of a shop.
pub fn clear(tx: &mut dyn HubTx, shop_id: &str, book: Book) -> Result<()> {
    for table in book.tables() {
        tx.execute(
            &format!("DELETE FROM {table} WHERE tenant_id = tenant() AND shop_id = $1"),
            &[shop_id.into()],
        )?;
    }
    histories::changed(tx, shop_id, NaiveDate::default())
}

/// Takes a product out of a shop's own book.
pub fn clear_product(tx: &mut dyn HubTx, shop_id: &str, sku: &Sku) -> Result<()> {
    for table in Book::Own.tables() {
        tx.execute(
            &format!(
                "DELETE FROM {table} WHERE tenant_id = tenant() AND shop_id = $1 AND sku = $2"
            ),
            &[shop_id.into(), sku.into()],
        )?;
    }
    histories::changed(tx, shop_id, NaiveDate::default())
}

/// Every product that the whole book of a shop says anything of.
pub fn skus(tx: &mut dyn HubTx, shop_id: &str) -> Result<BTreeSet<Sku>> {
    tx.query(
        "SELECT sku FROM whole_products WHERE tenant_id = tenant() AND shop_id = $1
         UNION SELECT sku FROM whole_lots WHERE tenant_id = tenant() AND shop_id = $1
         UNION SELECT sku FROM whole_daily WHERE tenant_id = tenant() AND shop_id = $1
         ORDER BY sku",
        &[shop_id.into()],
    )?
    .iter()
    .map(|row| row.sku("sku"))
    .collect()
}

/// What the whole book of a shop says of a product.
pub fn of_product(tx: &mut dyn HubTx, shop_id: &str, sku: &Sku) -> Result<OfProduct> {
    let which: [Value; 2] = [shop_id.into(), sku.into()];
    let facts = tx.query_row(
        &format!(
            "SELECT {PRODUCT} FROM whole_products WHERE tenant_id = tenant() AND shop_id = $1 AND sku = $2"
        ),
        &which,
    )?;
    let lots = tx.query(
        &format!(
            "SELECT {LOT} FROM whole_lots WHERE tenant_id = tenant() AND shop_id = $1 AND sku = $2 ORDER BY expires"
        ),
        &which,
    )?;
    let days = tx.query(
        &format!(
            "SELECT {DAY} FROM whole_daily WHERE tenant_id = tenant() AND shop_id = $1 AND sku = $2
             ORDER BY business_date"
        ),
        &which,
    )?;
    Ok(OfProduct {
        facts: facts.map(|row| product_from(&row)).transpose()?,
        lots: lots.iter().map(lot_row).collect::<Result<_>>()?,
        days: days.iter().map(day_row).collect::<Result<_>>()?,
    })
}

/// What a shop counts these products in, of those that it has said it of.
pub fn units(
    tx: &mut dyn HubTx,
    shop_id: &str,
    skus: &BTreeSet<Sku>,
) -> Result<BTreeMap<Sku, BaseUnit>> {
    units_of(
        tx,
        "SELECT sku, base_unit FROM whole_products WHERE tenant_id = tenant() AND shop_id = $1",
        &[shop_id.into()],
        skus,
    )
}

/// What the catalogue of the transaction's tenant counts these products in, of those that are in it.
pub fn catalogue_units(
    tx: &mut dyn HubTx,
    skus: &BTreeSet<Sku>,
) -> Result<BTreeMap<Sku, BaseUnit>> {
    units_of(
        tx,
        "SELECT sku, base_unit FROM products WHERE tenant_id = tenant()",
        &[],
        skus,
    )
}

fn units_of(
    tx: &mut dyn HubTx,
    sql: &str,
    first: &[Value],
    skus: &BTreeSet<Sku>,
) -> Result<BTreeMap<Sku, BaseUnit>> {
    let skus: Vec<&Sku> = skus.iter().collect();
    let mut found = BTreeMap::new();
    for part in skus.chunks(AT_ONCE) {
        let mut params = first.to_vec();
        // Filled up with the last one to a power of two: a handful of texts are prepared, and not one for each length.
        let asked = part.len().next_power_of_two();
        let last = part.last().into_iter().cycle();
        params.extend(
            part.iter()
                .chain(last)
                .take(asked)
                .map(|sku| Value::from(*sku)),
        );
        let places: Vec<String> = (first.len() + 1..=params.len())
            .map(|place| format!("${place}"))
            .collect();
        let sql = format!("{sql} AND sku IN ({}) ORDER BY sku", places.join(", "));
        for row in tx.query(&sql, &params)? {
            found.insert(row.sku("sku")?, row.base_unit("base_unit")?);
        }
    }
    Ok(found)
}
