//! Sales, their lines, and what took them back.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::read;
use crate::error::Result;
use crate::model::{Money, PaymentMethod, Quantity, Sku};
use crate::store::WriteTx;

/// A sale without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleRow {
    /// The identity that the till gave it.
    pub id: String,
    /// Its receipt number.
    pub number: i64,
    /// Digest of the request.
    pub content_hash: [u8; 32],
    /// The trading day.
    pub business_date: NaiveDate,
    /// When, by the shop's clock.
    pub sold_at_utc: String,
    /// The shop's offset from UTC then.
    pub utc_offset_minutes: i32,
    /// The clock disagreed with the trading day.
    pub clock_suspect: bool,
    /// Sum of the lines.
    pub lines_total: Money,
    /// Taken off that.
    pub discount: Money,
    /// What rounding to coins added, or took off if negative.
    pub rounding: Money,
    /// To pay.
    pub total: Money,
    /// How most of it was paid; the parts are in [`payments`].
    pub payment_method: PaymentMethod,
    /// What the customer handed over.
    pub tendered: Option<Money>,
    /// What went back.
    pub change: Money,
    /// Who owes it, or who bought.
    pub customer_id: Option<String>,
    /// Whatever was worth remembering, or ''.
    pub note: String,
    /// Who sold, or '' where nobody said.
    pub sold_by: String,
}

/// One way in which a sale was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentRow {
    /// Which.
    pub method: PaymentMethod,
    /// How much; the parts of a sale come to its total.
    pub amount: Money,
}

/// A line as it was sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRow {
    /// Place on the receipt, from 1.
    pub line_no: i64,
    /// The product's row.
    pub product_id: i64,
    /// The unit's row as it held then.
    pub unit_id: i64,
    /// The product's code.
    pub sku: Sku,
    /// Its name then.
    pub name: String,
    /// The unit's name.
    pub unit: String,
    /// Base units in it then.
    pub factor: i64,
    /// Base units sold.
    pub quantity: Quantity,
    /// Price of one unit.
    pub unit_price: Money,
    /// Taken off the line.
    pub discount: Money,
    /// To pay for the line.
    pub total: Money,
    /// Cost of the goods sold.
    pub cost: Money,
    /// The book said that less was there.
    pub oversold: bool,
    /// Whatever was worth remembering, or ''.
    pub note: String,
}

/// What took a sale back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoidRow {
    /// Why.
    pub reason: String,
    /// The trading day on which it was taken back.
    pub business_date: NaiveDate,
    /// When, by the shop's clock.
    pub voided_at_utc: String,
    /// The money that went back.
    pub amount: Money,
    /// How what was paid by QRIS or transfer went back: `cash` or `transfer`; '' for the way it came.
    pub refund: String,
    /// Of the amount, what had been given up of the debt, so that nobody gets it.
    pub given_up: Money,
    /// Who took it back; '' where nobody noted it.
    pub by: String,
    /// Another copy of the shop took it back; the day's figures have it from there.
    pub recovered: bool,
}

/// The number after the last receipt's of the current series.
pub fn next_number(tx: &WriteTx<'_>) -> Result<i64> {
    Ok(tx
        .prepare_cached(
            "SELECT coalesce((SELECT max(number) FROM sales WHERE number >= first_number), first_number - 1) + 1
             FROM receipt_series ORDER BY serial DESC LIMIT 1",
        )?
        .query_row([], |row| row.get(0))?)
}

/// Writes a sale; its lines follow.
pub fn insert(tx: &WriteTx<'_>, sale: &SaleRow) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO sales (id, number, content_hash, business_date, sold_at_utc, utc_offset_minutes, clock_suspect,
                            lines_total, rounding, total, payment_method, tendered, change, customer_id,
                            discount, note, sold_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    )?
    .execute(params![
        sale.id,
        sale.number,
        sale.content_hash,
        sale.business_date,
        sale.sold_at_utc,
        sale.utc_offset_minutes,
        sale.clock_suspect,
        sale.lines_total.0,
        sale.rounding.0,
        sale.total.0,
        sale.payment_method.as_str(),
        sale.tendered.map(|money| money.0),
        sale.change.0,
        sale.customer_id,
        sale.discount.0,
        sale.note,
        sale.sold_by,
    ])?;
    Ok(())
}

/// Writes how a sale was paid, in this order.
pub fn insert_payments(tx: &WriteTx<'_>, sale_id: &str, parts: &[PaymentRow]) -> Result<()> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO sale_payments (sale_id, part_no, method, amount) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (part_no, part) in (1_i64..).zip(parts) {
        statement.execute(params![
            sale_id,
            part_no,
            part.method.as_str(),
            part.amount.0
        ])?;
    }
    Ok(())
}

/// How a sale was paid, part by part.
pub fn payments(connection: &Connection, sale_id: &str) -> Result<Vec<PaymentRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT method, amount FROM sale_payments WHERE sale_id = ?1 ORDER BY part_no",
    )?;
    let rows = statement.query_map([sale_id], |row| {
        Ok(PaymentRow {
            method: read::payment_method(row, 0)?,
            amount: Money(row.get(1)?),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// Writes a line of a sale.
pub fn insert_line(tx: &WriteTx<'_>, sale_id: &str, line: &LineRow) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO sale_lines (sale_id, line_no, product_id, unit_id, sku, name, unit, factor, quantity, unit_price,
                                 discount, total, cost, oversold, note)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?
    .execute(params![
        sale_id,
        line.line_no,
        line.product_id,
        line.unit_id,
        line.sku.as_str(),
        line.name,
        line.unit,
        line.factor,
        line.quantity.0,
        line.unit_price.0,
        line.discount.0,
        line.total.0,
        line.cost.0,
        line.oversold,
        line.note,
    ])?;
    Ok(())
}

const COLUMNS: &str = "id, number, content_hash, business_date, sold_at_utc, utc_offset_minutes, clock_suspect, \
     lines_total, rounding, total, payment_method, tendered, change, customer_id, discount, note, sold_by";

/// A sale by its identity.
pub fn by_id(connection: &Connection, id: &str) -> Result<Option<SaleRow>> {
    Ok(connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM sales WHERE id = ?1"))?
        .query_row([id], from_row)
        .optional()?)
}

/// Sales whose business date is from `from` to `to`, newest receipt first, those with a number below `before` only.
pub fn list(
    connection: &Connection,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    before: Option<i64>,
    limit: usize,
) -> Result<Vec<SaleRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM sales
         WHERE (?1 IS NULL OR business_date >= ?1) AND (?2 IS NULL OR business_date <= ?2) AND number < ?3
         ORDER BY number DESC LIMIT ?4"
    ))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(
        params![from, to, before.unwrap_or(i64::MAX), limit],
        from_row,
    )?;
    rows.map(|row| Ok(row?)).collect()
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<SaleRow> {
    Ok(SaleRow {
        id: row.get(0)?,
        number: row.get(1)?,
        content_hash: row.get(2)?,
        business_date: row.get(3)?,
        sold_at_utc: row.get(4)?,
        utc_offset_minutes: row.get(5)?,
        clock_suspect: row.get(6)?,
        lines_total: Money(row.get(7)?),
        rounding: Money(row.get(8)?),
        total: Money(row.get(9)?),
        payment_method: read::payment_method(row, 10)?,
        tendered: row.get::<_, Option<i64>>(11)?.map(Money),
        change: Money(row.get(12)?),
        customer_id: row.get(13)?,
        discount: Money(row.get(14)?),
        note: row.get(15)?,
        sold_by: row.get(16)?,
    })
}

/// The lines of a sale, in order.
pub fn lines(connection: &Connection, sale_id: &str) -> Result<Vec<LineRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT line_no, product_id, unit_id, sku, name, unit, factor, quantity, unit_price, discount, total, cost,
                oversold, note
         FROM sale_lines WHERE sale_id = ?1 ORDER BY line_no",
    )?;
    let rows = statement.query_map([sale_id], |row| {
        Ok(LineRow {
            line_no: row.get(0)?,
            product_id: row.get(1)?,
            unit_id: row.get(2)?,
            sku: read::sku(row, 3)?,
            name: row.get(4)?,
            unit: row.get(5)?,
            factor: row.get(6)?,
            quantity: Quantity(row.get(7)?),
            unit_price: Money(row.get(8)?),
            discount: Money(row.get(9)?),
            total: Money(row.get(10)?),
            cost: Money(row.get(11)?),
            oversold: row.get(12)?,
            note: row.get(13)?,
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// What took a sale back, if anything did.
pub fn void_of(connection: &Connection, sale_id: &str) -> Result<Option<VoidRow>> {
    Ok(connection
        .prepare_cached(
            "SELECT reason, business_date, voided_at_utc, amount, recovered, by_whom, refund, given_up
             FROM voids WHERE sale_id = ?1",
        )?
        .query_row([sale_id], |row| {
            Ok(VoidRow {
                reason: row.get(0)?,
                business_date: row.get(1)?,
                voided_at_utc: row.get(2)?,
                amount: Money(row.get(3)?),
                recovered: row.get(4)?,
                by: row.get(5)?,
                refund: row.get(6)?,
                given_up: Money(row.get(7)?),
            })
        })
        .optional()?)
}

/// Records that a sale was taken back.
pub fn insert_void(tx: &WriteTx<'_>, sale_id: &str, void: &VoidRow) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO voids (sale_id, reason, business_date, voided_at_utc, amount, recovered, by_whom, refund, given_up)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        sale_id,
        void.reason,
        void.business_date,
        void.voided_at_utc,
        void.amount.0,
        void.recovered,
        void.by,
        void.refund,
        void.given_up.0,
    ])?;
    Ok(())
}
