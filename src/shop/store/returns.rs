//! Goods of past sales that customers brought back.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::ledger::Part;
use crate::error::Result;
use crate::model::{Money, Quantity};
use crate::store::WriteTx;

/// The closer reason of movements of goods that came back by a return.
pub const RETURNED: &str = "return";

/// A return without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnRow {
    /// The identity that its form gave it.
    pub id: String,
    /// The sale.
    pub sale_id: String,
    /// Digest of the request.
    pub content_hash: [u8; 32],
    /// Why.
    pub reason: String,
    /// How the money went back: `cash` or `transfer`; `debt` where none did.
    pub method: String,
    /// What the goods came to.
    pub amount: Money,
    /// Of that, what came off what the customer owes.
    pub off_debt: Money,
    /// Of that, what had been given up of their debt, so that nobody gets it.
    pub given_up: Money,
    /// Who took it back.
    pub by: String,
    /// The trading day on which it came back.
    pub business_date: NaiveDate,
    /// When, by the shop's clock.
    pub returned_at_utc: String,
    /// Another copy of the shop took it back; the day's figures have it from there.
    pub recovered: bool,
}

/// What came back of a line of the sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnLineRow {
    /// The line of the sale.
    pub line_no: i64,
    /// Base units that came back.
    pub quantity: Quantity,
    /// Of those, what cannot be sold again.
    pub spoiled: Quantity,
    /// Its share of the line's cost.
    pub cost: Money,
}

impl ReturnRow {
    /// What went back in money.
    #[must_use]
    pub fn money(&self) -> Money {
        self.amount - self.off_debt - self.given_up
    }
}

const COLUMNS: &str = "id, sale_id, content_hash, reason, method, amount, by_whom, business_date, returned_at_utc, \
                       recovered, off_debt, given_up";

fn from_row(row: &Row<'_>) -> rusqlite::Result<ReturnRow> {
    Ok(ReturnRow {
        id: row.get(0)?,
        sale_id: row.get(1)?,
        content_hash: row.get(2)?,
        reason: row.get(3)?,
        method: row.get(4)?,
        amount: Money(row.get(5)?),
        by: row.get(6)?,
        business_date: row.get(7)?,
        returned_at_utc: row.get(8)?,
        recovered: row.get(9)?,
        off_debt: Money(row.get(10)?),
        given_up: Money(row.get(11)?),
    })
}

/// A return by its identity.
pub fn by_id(connection: &Connection, id: &str) -> Result<Option<ReturnRow>> {
    Ok(connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM returns WHERE id = ?1"))?
        .query_row([id], from_row)
        .optional()?)
}

/// The returns of a sale, the earliest first.
pub fn of_sale(connection: &Connection, sale_id: &str) -> Result<Vec<ReturnRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM returns WHERE sale_id = ?1 ORDER BY returned_at_utc, id"
    ))?;
    let rows = statement.query_map([sale_id], from_row)?;
    rows.map(|row| Ok(row?)).collect()
}

/// The lines of a return.
pub fn lines(connection: &Connection, return_id: &str) -> Result<Vec<ReturnLineRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT line_no, quantity, spoiled, cost FROM return_lines WHERE return_id = ?1 ORDER BY line_no",
    )?;
    let rows = statement.query_map([return_id], |row| {
        Ok(ReturnLineRow {
            line_no: row.get(0)?,
            quantity: Quantity(row.get(1)?),
            spoiled: Quantity(row.get(2)?),
            cost: Money(row.get(3)?),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// Base units of a line of a sale that came back so far.
pub fn came_back(connection: &Connection, sale_id: &str, line_no: i64) -> Result<Quantity> {
    Ok(connection
        .prepare_cached(
            "SELECT coalesce(sum(l.quantity), 0) FROM returns r JOIN return_lines l ON l.return_id = r.id
             WHERE r.sale_id = ?1 AND l.line_no = ?2",
        )?
        .query_row(params![sale_id, line_no], |row| row.get(0).map(Quantity))?)
}

/// Writes a return.
pub fn insert(tx: &WriteTx<'_>, row: &ReturnRow, lines: &[ReturnLineRow]) -> Result<()> {
    tx.prepare_cached(&format!(
        "INSERT INTO returns ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
    ))?
    .execute(params![
        row.id,
        row.sale_id,
        row.content_hash,
        row.reason,
        row.method,
        row.amount.0,
        row.by,
        row.business_date,
        row.returned_at_utc,
        row.recovered,
        row.off_debt.0,
        row.given_up.0,
    ])?;
    for line in lines {
        tx.prepare_cached(
            "INSERT INTO return_lines (return_id, line_no, quantity, spoiled, cost) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            row.id,
            line.line_no,
            line.quantity.0,
            line.spoiled.0,
            line.cost.0
        ])?;
    }
    Ok(())
}

/// Where `quantity` of a product goes that comes back from a sale: into the lots it came from, those that expire first
/// before the others, so that no lot is believed fresher than what is in it may be. What no lot of the sale has room
/// for is of unknown date.
pub fn lots_for(
    connection: &Connection,
    sale_id: &str,
    product_id: i64,
    quantity: Quantity,
) -> Result<Vec<Part>> {
    let mut statement = connection.prepare_cached(
        "SELECT m.lot_id, l.expires, -sum(m.quantity) FROM stock_movements m LEFT JOIN lots l ON l.id = m.lot_id
         WHERE m.reference = ?1 AND m.product_id = ?2 AND m.kind IN ('sale', 'void')
         GROUP BY m.lot_id, l.expires HAVING sum(m.quantity) < 0
         ORDER BY l.expires IS NULL, l.expires, m.lot_id IS NULL, m.lot_id",
    )?;
    let rows = statement.query_map(params![sale_id, product_id], |row| {
        Ok((row.get(0)?, row.get(1)?, Quantity(row.get(2)?)))
    })?;
    let mut left = quantity;
    let mut parts: Vec<Part> = Vec::new();
    for row in rows {
        let (lot, expires, out): Part = row?;
        let part = left.min(out);
        if part > Quantity::ZERO {
            parts.push((lot, expires, part));
            left = left - part;
        }
    }
    if left > Quantity::ZERO {
        match parts.iter_mut().find(|(lot, _, _)| lot.is_none()) {
            Some((_, _, part)) => *part += left,
            None => parts.push((None, None, left)),
        }
    }
    Ok(parts)
}

/// Who was charged for a sale, and how much, if anybody was.
pub fn charge_of(connection: &Connection, sale_id: &str) -> Result<Option<(String, Money)>> {
    Ok(connection
        .prepare_cached(
            "SELECT customer_id, amount FROM customer_ledger WHERE kind = 'sale' AND reference = ?1",
        )?
        .query_row([sale_id], |row| Ok((row.get(0)?, Money(row.get(1)?))))
        .optional()?)
}
