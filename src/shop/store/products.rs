//! Products, their units and their barcodes.

use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use super::days::Moment;
use super::search::Wanted;
use super::{read, tiers};
use crate::error::Result;
use crate::model::{BaseUnit, Money, Quantity, Sku};
use crate::store::WriteTx;

pub use super::tiers::Tier;

/// What a product is at present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its code.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// What kind of goods, or ''.
    pub category: String,
    /// What its stock counts.
    pub base_unit: BaseUnit,
    /// The unit it is spoken of in; one of `units`.
    pub main_unit: String,
    /// The unit it is ordered in; one of `units`.
    pub order_unit: String,
    /// Its units, the main one first, then by factor and name.
    pub units: Vec<Unit>,
    /// Cost per main unit.
    pub cost: Money,
    /// Days from delivery to the last day it can be sold.
    pub shelf_life_days: Option<u32>,
    /// Least quantity a supplier sends, base units.
    pub minimum_order: Quantity,
    /// Who it is bought from, or ''.
    pub supplier: String,
    /// Belongs to somebody else until sold.
    pub consignment: bool,
    /// Still sold.
    pub active: bool,
    /// The till asks for the price.
    pub open_price: bool,
    /// Its place among the till's favourites.
    pub favourite: Option<i64>,
}

/// A unit as it holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its name.
    pub name: String,
    /// Base units in it.
    pub factor: i64,
    /// What one costs the customer.
    pub price: Money,
    /// The codes on it, sorted.
    pub barcodes: Vec<String>,
    /// What one costs of those who buy more at once, from the smallest quantity on.
    pub tiers: Vec<Tier>,
}

impl Definition {
    /// The unit of this name.
    #[must_use]
    pub fn unit(&self, name: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.name == name)
    }

    /// Base units in the unit of this name; 1 for a name that it does not have.
    #[must_use]
    pub fn factor(&self, name: &str) -> i64 {
        self.unit(name).map_or(1, |unit| unit.factor)
    }
}

/// A product's row and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductRow {
    /// The row.
    pub id: i64,
    /// What it is.
    pub definition: Definition,
}

/// What a sale needs to know of a product and one of its units.
#[derive(Debug, Clone)]
pub struct Sellable {
    /// The product's row.
    pub product_id: i64,
    /// Its code.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// Still sold.
    pub active: bool,
    /// What its stock counts.
    pub base_unit: BaseUnit,
    /// The unit it is spoken of in.
    pub main_unit: String,
    /// Base units in that.
    pub main_factor: i64,
    /// Cost per main unit.
    pub cost: Money,
}

/// A unit's row as it holds now.
#[derive(Debug, Clone, Copy)]
pub struct UnitRow {
    /// The row that a sale points at.
    pub id: i64,
    /// Base units in it.
    pub factor: i64,
    /// What one costs the customer.
    pub price: Money,
}

/// Who has a barcode.
#[derive(Debug, Clone)]
pub struct BarcodeOwner {
    /// The product's row.
    pub product_id: i64,
    /// Its code.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// The unit it is on.
    pub unit: String,
}

/// What to look for.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Words, as [`Wanted`] looks for them; empty finds everything.
    pub text: String,
    /// Only what comes after the product of this code.
    pub after: Option<String>,
    /// Only what is still sold.
    pub active_only: bool,
    /// The most rows.
    pub limit: usize,
}

pub(super) const COLUMNS: &str = "p.id, p.sku, p.name, p.category, p.base_unit, p.main_unit, p.order_unit, p.cost, \
     p.shelf_life_days, p.minimum_order, p.supplier, p.consignment, p.active, p.open_price, p.favourite";

/// The product of a code.
pub fn by_sku(connection: &Connection, sku: &str) -> Result<Option<ProductRow>> {
    let row = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM products p WHERE p.sku = ?1"
        ))?
        .query_row([sku], from_row)
        .optional()?;
    row.map(|row| with_units(connection, row)).transpose()
}

/// The products that match, the one whose code or barcode is exactly the text first, then by name and code.
pub fn search(connection: &Connection, search: &Search) -> Result<Vec<ProductRow>> {
    let text = search.text.trim();
    let wanted = Wanted::of(text, 5);
    if wanted.is_none() && !text.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    if search.after.is_none() && !text.is_empty() {
        found = exactly(connection, text, search.active_only)?;
    }
    let condition = wanted.as_ref().map_or("1".to_owned(), Wanted::condition);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM products p
         WHERE (?1 = '' OR NOT (p.sku = ?1 OR p.id IN (SELECT product_id FROM barcodes WHERE barcode = ?1)))
           AND p.active >= ?2
           AND (?3 IS NULL OR (lower(p.name), p.sku) > (SELECT lower(a.name), a.sku FROM products a WHERE a.sku = ?3))
           AND {condition}
         ORDER BY lower(p.name), p.sku LIMIT ?4"
    ))?;
    // After a hit by exact code the list begins at its start, because that hit is not part of its order.
    let after = search
        .after
        .as_deref()
        .filter(|after| !is_exact(connection, after, text).unwrap_or(false));
    let limit = search.limit.saturating_sub(found.len());
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut values: Vec<&dyn ToSql> = vec![&text, &search.active_only, &after, &limit];
    values.extend(wanted.iter().flat_map(Wanted::values));
    let rows = statement.query_map(&values[..], from_row)?;
    found.extend(rows.collect::<Result<Vec<_>, _>>()?);
    found
        .into_iter()
        .map(|row| with_units(connection, row))
        .collect()
}

/// The products whose code or barcode is exactly `text`, without their units.
pub(super) fn exactly(
    connection: &Connection,
    text: &str,
    active_only: bool,
) -> Result<Vec<ProductRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM products p
         WHERE (p.sku = ?1 OR p.id IN (SELECT product_id FROM barcodes WHERE barcode = ?1)) AND p.active >= ?2
         ORDER BY p.sku"
    ))?;
    let rows = statement.query_map(params![text, active_only], from_row)?;
    rows.map(|row| Ok(row?)).collect()
}

fn is_exact(connection: &Connection, sku: &str, text: &str) -> Result<bool> {
    Ok(sku == text || barcode_owner(connection, text)?.is_some_and(|owner| owner.sku == sku))
}

pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<ProductRow> {
    Ok(ProductRow {
        id: row.get(0)?,
        definition: Definition {
            sku: read::sku(row, 1)?,
            name: row.get(2)?,
            category: row.get(3)?,
            base_unit: read::base_unit(row, 4)?,
            main_unit: row.get(5)?,
            order_unit: row.get(6)?,
            units: Vec::new(),
            cost: Money(row.get(7)?),
            shelf_life_days: row.get(8)?,
            minimum_order: Quantity(row.get(9)?),
            supplier: row.get(10)?,
            consignment: row.get(11)?,
            active: row.get(12)?,
            open_price: row.get(13)?,
            favourite: row.get(14)?,
        },
    })
}

/// The same product with its units, their barcodes and prices.
pub(super) fn with_units(connection: &Connection, mut product: ProductRow) -> Result<ProductRow> {
    let mut statement = connection.prepare_cached(
        "SELECT name, factor, price FROM product_units WHERE product_id = ?1 AND retired_at_utc IS NULL
         ORDER BY name <> ?2, factor, name",
    )?;
    let definition = &mut product.definition;
    definition.units = statement
        .query_map(params![product.id, definition.main_unit], |row| {
            Ok(Unit {
                name: row.get(0)?,
                factor: row.get(1)?,
                price: Money(row.get(2)?),
                barcodes: Vec::new(),
                tiers: Vec::new(),
            })
        })?
        .collect::<Result<_, _>>()?;
    let mut statement = connection.prepare_cached(
        "SELECT unit, barcode FROM barcodes WHERE product_id = ?1 ORDER BY barcode",
    )?;
    let mut rows = statement.query([product.id])?;
    while let Some(row) = rows.next()? {
        let unit: String = row.get(0)?;
        if let Some(unit) = definition.units.iter_mut().find(|has| has.name == unit) {
            unit.barcodes.push(row.get(1)?);
        }
    }
    tiers::read(connection, product.id, &mut definition.units)?;
    Ok(product)
}

/// Adds a product with its units and barcodes, all of which must be free.
pub fn insert(tx: &WriteTx<'_>, new: &Definition, now: &Moment) -> Result<i64> {
    tx.prepare_cached(
        "INSERT INTO products (sku, name, category, base_unit, main_unit, order_unit, cost, shelf_life_days,
                               minimum_order, supplier, consignment, active, open_price, favourite, created_at_utc,
                               updated_at_utc)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15)",
    )?
    .execute(params![
        new.sku.as_str(),
        new.name,
        new.category,
        new.base_unit.as_str(),
        new.main_unit,
        new.order_unit,
        new.cost.0,
        new.shelf_life_days,
        new.minimum_order.0,
        new.supplier,
        new.consignment,
        new.active,
        new.open_price,
        new.favourite,
        now.text(),
    ])?;
    let id = tx.last_insert_rowid();
    for unit in &new.units {
        add_unit(tx, id, unit, now)?;
    }
    add_barcodes(tx, id, &new.units)?;
    tiers::write(tx, id, &new.units)?;
    Ok(id)
}

/// Makes the product of row `id` what `new` says. A unit whose factor or price differs is retired and added anew.
pub fn replace(
    tx: &WriteTx<'_>,
    id: i64,
    old: &Definition,
    new: &Definition,
    now: &Moment,
) -> Result<()> {
    tx.prepare_cached(
        "UPDATE products SET name = ?2, category = ?3, main_unit = ?4, order_unit = ?5, cost = ?6,
                shelf_life_days = ?7, minimum_order = ?8, supplier = ?9, consignment = ?10, active = ?11,
                open_price = ?12, favourite = ?13, updated_at_utc = ?14 WHERE id = ?1",
    )?
    .execute(params![
        id,
        new.name,
        new.category,
        new.main_unit,
        new.order_unit,
        new.cost.0,
        new.shelf_life_days,
        new.minimum_order.0,
        new.supplier,
        new.consignment,
        new.active,
        new.open_price,
        new.favourite,
        now.text(),
    ])?;
    let stays = |unit: &Unit, among: &[Unit]| {
        among.iter().any(|other| {
            (&other.name, other.factor, other.price) == (&unit.name, unit.factor, unit.price)
        })
    };
    for unit in old.units.iter().filter(|unit| !stays(unit, &new.units)) {
        tx.prepare_cached(
            "UPDATE product_units SET retired_at_utc = ?3
             WHERE product_id = ?1 AND name = ?2 AND retired_at_utc IS NULL",
        )?
        .execute(params![id, unit.name, now.text()])?;
    }
    for unit in new.units.iter().filter(|unit| !stays(unit, &old.units)) {
        add_unit(tx, id, unit, now)?;
    }
    tx.prepare_cached("DELETE FROM barcodes WHERE product_id = ?1")?
        .execute([id])?;
    add_barcodes(tx, id, &new.units)?;
    tiers::write(tx, id, &new.units)
}

/// Sets the cost per main unit, as of goods just received.
pub fn set_cost(tx: &WriteTx<'_>, id: i64, cost: Money, now: &Moment) -> Result<()> {
    tx.prepare_cached("UPDATE products SET cost = ?2, updated_at_utc = ?3 WHERE id = ?1")?
        .execute(params![id, cost.0, now.text()])?;
    Ok(())
}

fn add_unit(tx: &WriteTx<'_>, product_id: i64, unit: &Unit, now: &Moment) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO product_units (product_id, name, factor, price, created_at_utc)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        product_id,
        unit.name,
        unit.factor,
        unit.price.0,
        now.text()
    ])?;
    Ok(())
}

fn add_barcodes(tx: &WriteTx<'_>, product_id: i64, units: &[Unit]) -> Result<()> {
    let mut statement =
        tx.prepare_cached("INSERT INTO barcodes (barcode, product_id, unit) VALUES (?1, ?2, ?3)")?;
    for unit in units {
        for barcode in &unit.barcodes {
            statement.execute(params![barcode, product_id, unit.name])?;
        }
    }
    Ok(())
}

/// Who has this barcode.
pub fn barcode_owner(connection: &Connection, barcode: &str) -> Result<Option<BarcodeOwner>> {
    Ok(connection
        .prepare_cached(
            "SELECT p.id, p.sku, p.name, b.unit FROM barcodes b JOIN products p ON p.id = b.product_id
             WHERE b.barcode = ?1",
        )?
        .query_row([barcode], |row| {
            Ok(BarcodeOwner {
                product_id: row.get(0)?,
                sku: row.get(1)?,
                name: row.get(2)?,
                unit: row.get(3)?,
            })
        })
        .optional()?)
}

/// Who has the barcode that was read. A UPC-A of twelve digits is an EAN-13 with a zero before it: scanners, cameras and
/// shops' lists each know one or the other.
pub fn scanned(connection: &Connection, code: &str) -> Result<Option<BarcodeOwner>> {
    let exact = barcode_owner(connection, code)?;
    if exact.is_some() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(exact);
    }
    match (code.len(), code.strip_prefix('0')) {
        (12, _) => barcode_owner(connection, &format!("0{code}")),
        (13, Some(rest)) => barcode_owner(connection, rest),
        _ => Ok(None),
    }
}

const SELLABLE: &str = "SELECT p.id, p.sku, p.name, p.active, p.base_unit, p.main_unit, u.factor, p.cost \
     FROM products p \
     JOIN product_units u ON u.product_id = p.id AND u.name = p.main_unit AND u.retired_at_utc IS NULL";

fn sellable_row(row: &Row<'_>) -> rusqlite::Result<Sellable> {
    Ok(Sellable {
        product_id: row.get(0)?,
        sku: read::sku(row, 1)?,
        name: row.get(2)?,
        active: row.get(3)?,
        base_unit: read::base_unit(row, 4)?,
        main_unit: row.get(5)?,
        main_factor: row.get(6)?,
        cost: Money(row.get(7)?),
    })
}

/// What a movement of a product needs to know of it.
pub fn sellable(connection: &Connection, sku: &str) -> Result<Option<Sellable>> {
    Ok(connection
        .prepare_cached(&format!("{SELLABLE} WHERE p.sku = ?1"))?
        .query_row([sku], sellable_row)
        .optional()?)
}

/// The same of the product of a row.
pub fn sellable_of(connection: &Connection, id: i64) -> Result<Option<Sellable>> {
    Ok(connection
        .prepare_cached(&format!("{SELLABLE} WHERE p.id = ?1"))?
        .query_row([id], sellable_row)
        .optional()?)
}

/// The same of every product.
pub fn sellables(connection: &Connection) -> Result<Vec<Sellable>> {
    let mut statement = connection.prepare_cached(SELLABLE)?;
    let rows = statement.query_map([], sellable_row)?;
    rows.map(|row| Ok(row?)).collect()
}

/// A product's unit as it holds now.
pub fn unit(connection: &Connection, product_id: i64, name: &str) -> Result<Option<UnitRow>> {
    Ok(connection
        .prepare_cached(
            "SELECT id, factor, price FROM product_units
             WHERE product_id = ?1 AND name = ?2 AND retired_at_utc IS NULL",
        )?
        .query_row(params![product_id, name], |row| {
            Ok(UnitRow {
                id: row.get(0)?,
                factor: row.get(1)?,
                price: Money(row.get(2)?),
            })
        })
        .optional()?)
}
