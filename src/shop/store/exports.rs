//! What is exported, in the order in which it happened.

use chrono::NaiveDate;
use rusqlite::{Connection, Row, params};

use super::read;
use crate::error::Result;
use crate::model::{Money, Quantity, Sku};

/// A line of a sale.
#[derive(Debug, Clone)]
pub struct SaleLine {
    /// The trading day.
    pub date: NaiveDate,
    /// When it was sold, RFC 3339 UTC.
    pub sold_at: String,
    /// The receipt's number.
    pub number: i64,
    /// The sale's identity.
    pub id: String,
    /// The product's code.
    pub sku: String,
    /// Its name then.
    pub name: String,
    /// The unit it was sold in.
    pub unit: String,
    /// Base units in that.
    pub factor: i64,
    /// Base units.
    pub quantity: Quantity,
    /// What one of the unit cost the customer.
    pub unit_price: Money,
    /// What was taken off the line.
    pub discount: Money,
    /// What the line came to.
    pub total: Money,
    /// What the goods had cost the shop.
    pub cost: Money,
    /// How the sale was paid.
    pub payment: String,
    /// The sale was voided.
    pub voided: bool,
}

/// A movement of stock.
#[derive(Debug, Clone)]
pub struct Movement {
    /// The trading day.
    pub date: NaiveDate,
    /// When it was recorded, RFC 3339 UTC.
    pub at: String,
    /// The product's code.
    pub sku: Sku,
    /// Its name now.
    pub name: String,
    /// The unit it is spoken of in now.
    pub unit: String,
    /// Base units in that.
    pub factor: i64,
    /// Base units that came in, or went out if below zero.
    pub quantity: Quantity,
    /// What kind of movement.
    pub kind: String,
    /// Why, or ''.
    pub reason: String,
    /// The sale, receipt, count, adjustment or delivery that caused it.
    pub reference: String,
    /// Best before of the lot that moved.
    pub expires: Option<NaiveDate>,
}

/// What is on hand of a product with one date.
#[derive(Debug, Clone)]
pub struct StockRow {
    /// The product's code.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that.
    pub factor: i64,
    /// Base units.
    pub quantity: Quantity,
    /// Best before.
    pub expires: Option<NaiveDate>,
    /// Cost per main unit.
    pub cost: Money,
}

/// The lines of the sales of trading days from `from` to `to`, in the order of the receipts.
pub fn sale_lines(
    connection: &Connection,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<SaleLine>> {
    let mut statement = connection.prepare(
        "SELECT s.business_date, s.sold_at_utc, s.number, s.id, l.sku, l.name, l.unit, l.factor, l.quantity,
                l.unit_price, l.discount, l.total, l.cost,
                coalesce((SELECT group_concat(p.method, '+') FROM sale_payments p WHERE p.sale_id = s.id),
                         s.payment_method),
                EXISTS (SELECT 1 FROM voids v WHERE v.sale_id = s.id)
         FROM sales s JOIN sale_lines l ON l.sale_id = s.id
         WHERE s.business_date BETWEEN ?1 AND ?2 ORDER BY s.number, l.line_no",
    )?;
    let rows = statement.query_map(params![from, to], |row| {
        Ok(SaleLine {
            date: read::date(row, 0)?,
            sold_at: row.get(1)?,
            number: row.get(2)?,
            id: row.get(3)?,
            sku: row.get(4)?,
            name: row.get(5)?,
            unit: row.get(6)?,
            factor: row.get(7)?,
            quantity: Quantity(row.get(8)?),
            unit_price: Money(row.get(9)?),
            discount: Money(row.get(10)?),
            total: Money(row.get(11)?),
            cost: Money(row.get(12)?),
            payment: row.get(13)?,
            voided: row.get(14)?,
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// The movements of trading days from `from` to `to`, as the ledger has them.
pub fn movements(connection: &Connection, from: NaiveDate, to: NaiveDate) -> Result<Vec<Movement>> {
    let mut statement = connection.prepare(
        "SELECT m.business_date, m.at_utc, p.sku, p.name, p.main_unit, u.factor, m.quantity, m.kind, m.reason,
                m.reference, l.expires
         FROM stock_movements m JOIN products p ON p.id = m.product_id
         JOIN product_units u ON u.product_id = p.id AND u.name = p.main_unit AND u.retired_at_utc IS NULL
         LEFT JOIN lots l ON l.id = m.lot_id
         WHERE m.business_date BETWEEN ?1 AND ?2 ORDER BY m.seq",
    )?;
    let rows = statement.query_map(params![from, to], |row| {
        Ok(Movement {
            date: read::date(row, 0)?,
            at: row.get(1)?,
            sku: read::sku(row, 2)?,
            name: row.get(3)?,
            unit: row.get(4)?,
            factor: row.get(5)?,
            quantity: Quantity(row.get(6)?),
            kind: row.get(7)?,
            reason: row.get(8)?,
            reference: row.get(9)?,
            expires: row.get(10)?,
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// What is on hand of every product, date by date; a product of which nothing is there has a row too.
pub fn stock(connection: &Connection) -> Result<Vec<StockRow>> {
    let mut statement = connection.prepare(
        "SELECT p.sku, p.name, p.main_unit, u.factor, coalesce(sum(s.on_hand), 0), l.expires, p.cost
         FROM products p
         JOIN product_units u ON u.product_id = p.id AND u.name = p.main_unit AND u.retired_at_utc IS NULL
         LEFT JOIN lot_stock s ON s.product_id = p.id AND s.on_hand <> 0
         LEFT JOIN lots l ON l.id = s.lot_id
         GROUP BY p.id, l.expires ORDER BY p.sku, l.expires",
    )?;
    let read = |row: &Row<'_>| {
        Ok(StockRow {
            sku: read::sku(row, 0)?,
            name: row.get(1)?,
            unit: row.get(2)?,
            factor: row.get(3)?,
            quantity: Quantity(row.get(4)?),
            expires: row.get(5)?,
            cost: Money(row.get(6)?),
        })
    };
    let rows = statement.query_map([], read)?;
    rows.map(|row| Ok(row?)).collect()
}
