//! Goods bought and paid for: lists under way, and what was taken in.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::days::Moment;
use super::read;
use crate::error::Result;
use crate::model::{Money, Quantity, Sku};
use crate::store::WriteTx;

/// A list under way, its content as JSON.
#[derive(Debug, Clone)]
pub struct DraftRow {
    /// Its identity, and that of the receipt it becomes.
    pub id: String,
    /// `open`, `saved` or `dropped`.
    pub state: String,
    /// As it was written.
    pub content: String,
    /// How often it was changed.
    pub version: i64,
    /// Who began it.
    pub opened_by: String,
    /// When it was changed last, RFC 3339.
    pub changed_at: String,
}

fn draft_row(row: &Row<'_>) -> rusqlite::Result<DraftRow> {
    Ok(DraftRow {
        id: row.get(0)?,
        state: row.get(1)?,
        content: row.get(2)?,
        version: row.get(3)?,
        opened_by: row.get(4)?,
        changed_at: row.get(5)?,
    })
}

const DRAFT: &str =
    "SELECT id, state, content, version, opened_by, changed_at_utc FROM purchase_drafts";

/// Keeps a new list.
pub fn open_draft(tx: &WriteTx<'_>, id: &str, content: &str, by: &str, now: &Moment) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO purchase_drafts (id, state, content, version, opened_by, opened_at_utc, changed_at_utc)
         VALUES (?1, 'open', ?2, 1, ?3, ?4, ?4)",
    )?
    .execute(params![id, content, by, now.text()])?;
    Ok(())
}

/// A list by its identity.
pub fn draft(connection: &Connection, id: &str) -> Result<Option<DraftRow>> {
    Ok(connection
        .prepare_cached(&format!("{DRAFT} WHERE id = ?1"))?
        .query_row([id], draft_row)
        .optional()?)
}

/// Lists that are neither saved nor dropped, the one changed last first.
pub fn open_drafts(connection: &Connection) -> Result<Vec<DraftRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "{DRAFT} WHERE state = 'open' ORDER BY changed_at_utc DESC, id DESC LIMIT 20"
    ))?;
    let rows = statement.query_map([], draft_row)?;
    rows.map(|row| Ok(row?)).collect()
}

/// Writes what a list holds now.
pub fn change_draft(tx: &WriteTx<'_>, id: &str, content: &str, now: &Moment) -> Result<()> {
    tx.prepare_cached(
        "UPDATE purchase_drafts SET content = ?2, version = version + 1, changed_at_utc = ?3 WHERE id = ?1",
    )?
    .execute(params![id, content, now.text()])?;
    Ok(())
}

/// Ends a list: `saved` or `dropped`.
pub fn close_draft(tx: &WriteTx<'_>, id: &str, state: &str, now: &Moment) -> Result<()> {
    tx.prepare_cached(
        "UPDATE purchase_drafts SET state = ?2, version = version + 1, changed_at_utc = ?3 WHERE id = ?1",
    )?
    .execute(params![id, state, now.text()])?;
    Ok(())
}

/// One time that goods were paid for or taken in.
#[derive(Debug, Clone)]
pub struct PurchaseRow {
    /// Its identity.
    pub id: String,
    /// `bought`, `left` (to be sold for a consignor) or `settled` (with one).
    pub kind: String,
    /// Who it came from or who was paid; '' if nobody said.
    pub supplier: String,
    /// The consignor, of goods left and settled.
    pub consignor: Option<String>,
    /// What it comes to.
    pub total: Money,
    /// `drawer`, `other` or `unpaid`.
    pub paid_how: String,
    /// What was paid.
    pub paid: Money,
    /// Of that, out of the drawer.
    pub paid_from_drawer: Money,
    /// What somebody wrote.
    pub note: String,
    /// Who recorded it.
    pub by: String,
    /// The trading day.
    pub business_date: NaiveDate,
    /// When, RFC 3339.
    pub at: String,
}

const PURCHASE: &str = "SELECT id, kind, supplier, consignor, total, paid_how, paid, paid_from_drawer, note, by_whom, \
     business_date, at_utc FROM purchases";

fn purchase_row(row: &Row<'_>) -> rusqlite::Result<PurchaseRow> {
    Ok(PurchaseRow {
        id: row.get(0)?,
        kind: row.get(1)?,
        supplier: row.get(2)?,
        consignor: row.get(3)?,
        total: Money(row.get(4)?),
        paid_how: row.get(5)?,
        paid: Money(row.get(6)?),
        paid_from_drawer: Money(row.get(7)?),
        note: row.get(8)?,
        by: row.get(9)?,
        business_date: read::date(row, 10)?,
        at: row.get(11)?,
    })
}

/// Keeps it.
pub fn insert(tx: &WriteTx<'_>, row: &PurchaseRow) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO purchases (id, kind, supplier, consignor, total, paid_how, paid, paid_from_drawer, note, by_whom,
                                business_date, at_utc)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        row.id,
        row.kind,
        row.supplier,
        row.consignor,
        row.total.0,
        row.paid_how,
        row.paid.0,
        row.paid_from_drawer.0,
        row.note,
        row.by,
        row.business_date,
        row.at
    ])?;
    Ok(())
}

/// The one of this identity.
pub fn by_id(connection: &Connection, id: &str) -> Result<Option<PurchaseRow>> {
    Ok(connection
        .prepare_cached(&format!("{PURCHASE} WHERE id = ?1"))?
        .query_row([id], purchase_row)
        .optional()?)
}

/// Goods taken in, the newest first: after the one of identity `before`, the most `limit`.
pub fn taken_in(
    connection: &Connection,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<PurchaseRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "{PURCHASE} WHERE kind <> 'settled'
           AND (?1 IS NULL OR (at_utc, id) < (SELECT b.at_utc, b.id FROM purchases b WHERE b.id = ?1))
         ORDER BY at_utc DESC, id DESC LIMIT ?2"
    ))?;
    let rows = statement.query_map(params![before, limit], purchase_row)?;
    rows.map(|row| Ok(row?)).collect()
}

/// Everything with a consignor, the newest first.
pub fn with_consignor(
    connection: &Connection,
    consignor: &str,
    limit: i64,
) -> Result<Vec<PurchaseRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "{PURCHASE} WHERE consignor = ?1 ORDER BY at_utc DESC, id DESC LIMIT ?2"
    ))?;
    let rows = statement.query_map(params![consignor, limit], purchase_row)?;
    rows.map(|row| Ok(row?)).collect()
}

/// A line that came in.
#[derive(Debug, Clone)]
pub struct PurchaseLineRow {
    /// The product's row.
    pub product_id: i64,
    /// Its code.
    pub sku: Sku,
    /// Its name then.
    pub name: String,
    /// The unit it was entered in.
    pub unit: String,
    /// Base units in that.
    pub factor: i64,
    /// Base units.
    pub quantity: Quantity,
    /// Best before.
    pub expires: Option<NaiveDate>,
    /// Paid for the line, if it was told.
    pub total: Option<Money>,
    /// The product's cost per main unit before and after.
    pub cost: (Money, Money),
}

/// Keeps the lines of a purchase.
pub fn insert_lines(tx: &WriteTx<'_>, id: &str, lines: &[PurchaseLineRow]) -> Result<()> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO purchase_lines (purchase_id, line_no, product_id, name, unit, factor, quantity, expires, total,
                                     cost_before, cost_after)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    for (number, line) in (1_i64..).zip(lines) {
        statement.execute(params![
            id,
            number,
            line.product_id,
            line.name,
            line.unit,
            line.factor,
            line.quantity.0,
            line.expires,
            line.total.map(|total| total.0),
            line.cost.0.0,
            line.cost.1.0
        ])?;
    }
    Ok(())
}

/// The lines of a purchase in their order.
pub fn lines(connection: &Connection, id: &str) -> Result<Vec<PurchaseLineRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT l.product_id, p.sku, l.name, l.unit, l.factor, l.quantity, l.expires, l.total, l.cost_before, l.cost_after
         FROM purchase_lines l JOIN products p ON p.id = l.product_id WHERE l.purchase_id = ?1 ORDER BY l.line_no",
    )?;
    let rows = statement.query_map([id], |row| {
        Ok(PurchaseLineRow {
            product_id: row.get(0)?,
            sku: read::sku(row, 1)?,
            name: row.get(2)?,
            unit: row.get(3)?,
            factor: row.get(4)?,
            quantity: Quantity(row.get(5)?),
            expires: row.get(6)?,
            total: row.get::<_, Option<i64>>(7)?.map(Money),
            cost: (Money(row.get(8)?), Money(row.get(9)?)),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// What a product was bought for the last time from somebody.
#[derive(Debug, Clone)]
pub struct SourceRow {
    /// From whom; '' if nobody said.
    pub supplier: String,
    /// When.
    pub date: NaiveDate,
    /// The unit it was bought in, and base units in that.
    pub unit: (String, i64),
    /// Base units.
    pub quantity: Quantity,
    /// Paid for them; absent where no price was told.
    pub total: Option<Money>,
}

/// Where a product was bought, the latest time of each supplier (the latest with a price, if there is one), newest first.
pub fn sources(connection: &Connection, product_id: i64) -> Result<Vec<SourceRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT supplier, business_date, unit, factor, quantity, total FROM (
             SELECT u.supplier, u.business_date, u.at_utc, l.unit, l.factor, l.quantity, l.total,
                    row_number() OVER (PARTITION BY u.supplier ORDER BY l.total IS NULL, u.at_utc DESC, l.line_no DESC) AS nth
             FROM purchase_lines l JOIN purchases u ON u.id = l.purchase_id WHERE l.product_id = ?1)
         WHERE nth = 1 ORDER BY at_utc DESC",
    )?;
    let rows = statement.query_map([product_id], |row| {
        Ok(SourceRow {
            supplier: row.get(0)?,
            date: read::date(row, 1)?,
            unit: (row.get(2)?, row.get(3)?),
            quantity: Quantity(row.get(4)?),
            total: row.get::<_, Option<i64>>(5)?.map(Money),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// Whom goods were bought from before, or are said to come from.
pub fn suppliers(connection: &Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT supplier FROM purchases WHERE kind = 'bought' AND supplier <> ''
         UNION SELECT supplier FROM products WHERE supplier <> '' ORDER BY 1 LIMIT 500",
    )?;
    let rows = statement.query_map([], |row| row.get(0))?;
    rows.map(|row| Ok(row?)).collect()
}

/// Keeps what somebody said about a change of stock.
pub fn remark(tx: &WriteTx<'_>, reference: &str, note: &str, by: &str) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO stock_remarks (reference, note, by_whom) VALUES (?1, ?2, ?3)
         ON CONFLICT (reference) DO UPDATE SET note = excluded.note, by_whom = excluded.by_whom",
    )?
    .execute(params![reference, note, by])?;
    Ok(())
}
