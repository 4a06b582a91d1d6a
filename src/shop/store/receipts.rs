//! Receipts of the past, as a list or a search shows them.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::read;
use crate::error::Result;
use crate::model::{Money, PaymentMethod};

/// A receipt in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    /// The sale.
    pub id: String,
    /// The receipt's number.
    pub number: i64,
    /// The trading day.
    pub business_date: NaiveDate,
    /// When, by the shop's clock, UTC.
    pub sold_at_utc: String,
    /// The shop's offset from UTC then, in minutes.
    pub utc_offset_minutes: i32,
    /// What was paid.
    pub total: Money,
    /// How the largest part of it was paid.
    pub method: PaymentMethod,
    /// The customer's name, where one is known.
    pub customer: String,
    /// Who sold it; '' where nobody noted it.
    pub sold_by: String,
    /// How many lines it has.
    pub lines: i64,
    /// The name of its first line.
    pub first_line: String,
    /// All of it was taken back.
    pub voided: bool,
    /// The money that returns of some of it gave back.
    pub returned: Money,
}

const ROWS: &str = "SELECT s.id, s.number, s.business_date, s.sold_at_utc, s.utc_offset_minutes, s.total,
        s.payment_method, coalesce(c.name, s.customer_id, ''), s.sold_by,
        (SELECT count(*) FROM sale_lines l WHERE l.sale_id = s.id),
        coalesce((SELECT l.name FROM sale_lines l WHERE l.sale_id = s.id ORDER BY l.line_no LIMIT 1), ''),
        EXISTS (SELECT 1 FROM voids v WHERE v.sale_id = s.id),
        (SELECT coalesce(sum(r.amount), 0) FROM returns r WHERE r.sale_id = s.id)
    FROM sales s LEFT JOIN customers c ON c.id = s.customer_id";

fn from_row(row: &Row<'_>) -> rusqlite::Result<ReceiptRow> {
    Ok(ReceiptRow {
        id: row.get(0)?,
        number: row.get(1)?,
        business_date: read::date(row, 2)?,
        sold_at_utc: row.get(3)?,
        utc_offset_minutes: row.get(4)?,
        total: Money(row.get(5)?),
        method: read::payment_method(row, 6)?,
        customer: row.get(7)?,
        sold_by: row.get(8)?,
        lines: row.get(9)?,
        first_line: row.get(10)?,
        voided: row.get(11)?,
        returned: Money(row.get(12)?),
    })
}

/// Receipts of a trading day with a number below `before`, the newest first.
pub fn of_day(
    connection: &Connection,
    date: NaiveDate,
    before: i64,
    limit: i64,
) -> Result<Vec<ReceiptRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "{ROWS} WHERE s.business_date = ?1 AND s.number < ?2 ORDER BY s.number DESC LIMIT ?3"
    ))?;
    let rows = statement.query_map(params![date, before, limit], from_row)?;
    rows.map(|row| Ok(row?)).collect()
}

/// Receipts with this number or this total, the newest first.
pub fn with_figure(connection: &Connection, figure: i64, limit: i64) -> Result<Vec<ReceiptRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "{ROWS} WHERE s.number = ?1 OR s.total = ?1 ORDER BY s.number = ?1 DESC, s.number DESC LIMIT ?2"
    ))?;
    let rows = statement.query_map(params![figure, limit], from_row)?;
    rows.map(|row| Ok(row?)).collect()
}

/// A receipt by the sale's identity.
pub fn by_id(connection: &Connection, id: &str) -> Result<Option<ReceiptRow>> {
    Ok(connection
        .prepare_cached(&format!("{ROWS} WHERE s.id = ?1"))?
        .query_row([id], from_row)
        .optional()?)
}

/// The last trading day before `date` that has receipts, and the first after it.
pub fn days_beside(
    connection: &Connection,
    date: NaiveDate,
) -> Result<(Option<NaiveDate>, Option<NaiveDate>)> {
    let one = |sql: &str| -> Result<Option<NaiveDate>> {
        Ok(connection
            .prepare_cached(sql)?
            .query_row([date], |row| row.get(0))?)
    };
    Ok((
        one("SELECT max(business_date) FROM sales WHERE business_date < ?1")?,
        one("SELECT min(business_date) FROM sales WHERE business_date > ?1")?,
    ))
}
