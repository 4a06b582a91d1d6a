//! What went through the drawer by hand, what was counted in it, and the sums of a business date.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::days::Moment;
use super::read;
use crate::error::Result;
use crate::model::{Money, PaymentMethod};
use crate::store::WriteTx;

/// Something put into the drawer, taken out of it, or in it from the beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// Made when its form was shown.
    pub id: String,
    /// `float`, `in` or `out`.
    pub kind: String,
    /// Rupiah, never negative.
    pub amount: Money,
    /// Why, as the use case names it; '' for a float.
    pub reason: String,
    /// In somebody's own words.
    pub note: String,
    /// Who did it.
    pub by: String,
    /// The trading day.
    pub business_date: NaiveDate,
    /// When, by the shop's clock.
    pub at_utc: String,
}

/// A count of the drawer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosingRow {
    /// Made when its form was shown.
    pub id: String,
    /// The trading day that it closes.
    pub business_date: NaiveDate,
    /// What the book said then.
    pub expected: Money,
    /// What was there; nothing where nobody counted.
    pub counted: Option<Money>,
    /// Notes and coins as JSON, or ''.
    pub pieces: String,
    /// Sales of the date then.
    pub receipts: i64,
    /// In somebody's own words.
    pub note: String,
    /// Who counted.
    pub by: String,
    /// When, by the shop's clock.
    pub at_utc: String,
}

const ENTRY: &str = "id, kind, amount, reason, note, by_whom, business_date, at_utc";
const CLOSING: &str =
    "id, business_date, expected, counted, pieces, receipts, note, by_whom, at_utc";

fn entry(row: &Row<'_>) -> rusqlite::Result<EntryRow> {
    Ok(EntryRow {
        id: row.get(0)?,
        kind: row.get(1)?,
        amount: Money(row.get(2)?),
        reason: row.get(3)?,
        note: row.get(4)?,
        by: row.get(5)?,
        business_date: read::date(row, 6)?,
        at_utc: row.get(7)?,
    })
}

fn closing(row: &Row<'_>) -> rusqlite::Result<ClosingRow> {
    Ok(ClosingRow {
        id: row.get(0)?,
        business_date: read::date(row, 1)?,
        expected: Money(row.get(2)?),
        counted: row.get::<_, Option<i64>>(3)?.map(Money),
        pieces: row.get(4)?,
        receipts: row.get(5)?,
        note: row.get(6)?,
        by: row.get(7)?,
        at_utc: row.get(8)?,
    })
}

/// The entry with this identity.
pub fn entry_by_id(connection: &Connection, id: &str) -> Result<Option<EntryRow>> {
    Ok(connection
        .prepare_cached(&format!("SELECT {ENTRY} FROM drawer_entries WHERE id = ?1"))?
        .query_row([id], entry)
        .optional()?)
}

/// Writes an entry.
pub fn insert_entry(tx: &WriteTx<'_>, row: &EntryRow) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO drawer_entries (id, kind, amount, reason, note, by_whom, business_date, at_utc)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        row.id,
        row.kind,
        row.amount.0,
        row.reason,
        row.note,
        row.by,
        row.business_date,
        row.at_utc
    ])?;
    Ok(())
}

/// Every entry of a date, as they were made.
pub fn entries(connection: &Connection, date: NaiveDate) -> Result<Vec<EntryRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {ENTRY} FROM drawer_entries WHERE business_date = ?1 ORDER BY seq"
    ))?;
    let rows = statement.query_map([date], entry)?;
    rows.map(|row| Ok(row?)).collect()
}

/// The closing with this identity.
pub fn closing_by_id(connection: &Connection, id: &str) -> Result<Option<ClosingRow>> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT {CLOSING} FROM drawer_closings WHERE id = ?1"
        ))?
        .query_row([id], closing)
        .optional()?)
}

/// Writes a closing.
pub fn insert_closing(tx: &WriteTx<'_>, row: &ClosingRow) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO drawer_closings (id, business_date, expected, counted, pieces, receipts, note, by_whom, at_utc)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        row.id,
        row.business_date,
        row.expected.0,
        row.counted.map(|counted| counted.0),
        row.pieces,
        row.receipts,
        row.note,
        row.by,
        row.at_utc
    ])?;
    Ok(())
}

/// Every closing of a date, the last of them being the one that holds.
pub fn closings(connection: &Connection, date: NaiveDate) -> Result<Vec<ClosingRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {CLOSING} FROM drawer_closings WHERE business_date = ?1 ORDER BY seq"
    ))?;
    let rows = statement.query_map([date], closing)?;
    rows.map(|row| Ok(row?)).collect()
}

/// What was counted last, on whatever day.
pub fn last_counted(connection: &Connection) -> Result<Option<Money>> {
    Ok(connection
        .prepare_cached(
            "SELECT counted FROM drawer_closings WHERE counted IS NOT NULL ORDER BY seq DESC LIMIT 1",
        )?
        .query_row([], |row| row.get(0).map(Money))
        .optional()?)
}

/// Days before `date` that were opened with a float and never closed, the oldest first.
pub fn unclosed_before(connection: &Connection, date: NaiveDate) -> Result<Vec<NaiveDate>> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT e.business_date FROM drawer_entries e
         WHERE e.kind = 'float' AND e.business_date < ?1
           AND NOT EXISTS (SELECT 1 FROM drawer_closings c WHERE c.business_date = e.business_date)
         ORDER BY e.business_date",
    )?;
    let rows = statement.query_map([date], |row| read::date(row, 0))?;
    rows.map(|row| Ok(row?)).collect()
}

/// Whether the date was ever a trading day.
pub fn is_trading_day(connection: &Connection, date: NaiveDate) -> Result<bool> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM trading_days WHERE business_date = ?1")?
        .exists([date])?)
}

/// Has the trading day end at `now`, if it has not ended before.
pub fn end_day(tx: &WriteTx<'_>, date: NaiveDate, now: &Moment) -> Result<()> {
    tx.prepare_cached(
        "UPDATE trading_days SET closed_at_utc = ?2 WHERE business_date = ?1 AND closed_at_utc IS NULL",
    )?
    .execute(params![date, now.text()])?;
    Ok(())
}

/// Trading days up to `before`, the newest first.
pub fn days_before(
    connection: &Connection,
    before: Option<NaiveDate>,
    limit: usize,
) -> Result<Vec<NaiveDate>> {
    let mut statement = connection.prepare_cached(
        "SELECT business_date FROM trading_days WHERE ?1 IS NULL OR business_date < ?1
         ORDER BY business_date DESC LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![before, limit], |row| read::date(row, 0))?;
    rows.map(|row| Ok(row?)).collect()
}

/// Sums over sales.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many sales.
    pub count: i64,
    /// What they came to, after discounts and rounding.
    pub total: Money,
    /// What rounding added, or took off if negative.
    pub rounding: Money,
    /// Taken off lines and whole sales.
    pub discount: Money,
    /// Cost of the goods.
    pub cost: Money,
}

/// Sales whose lines' sums are asked for: an alias `s` of `sales`, and where they are.
const SUMS: &str = "SELECT count(*), coalesce(sum(s.total), 0), coalesce(sum(s.rounding), 0),
    coalesce(sum(s.discount + (SELECT coalesce(sum(l.discount), 0) FROM sale_lines l WHERE l.sale_id = s.id)), 0),
    coalesce(sum((SELECT coalesce(sum(l.cost), 0) FROM sale_lines l WHERE l.sale_id = s.id)), 0)";

fn sums(connection: &Connection, of: &str, date: NaiveDate) -> Result<Sums> {
    Ok(connection
        .prepare_cached(&format!("{SUMS} {of}"))?
        .query_row([date], |row| {
            Ok(Sums {
                count: row.get(0)?,
                total: Money(row.get(1)?),
                rounding: Money(row.get(2)?),
                discount: Money(row.get(3)?),
                cost: Money(row.get(4)?),
            })
        })?)
}

/// Sales of the date, whatever became of them.
pub fn sold(connection: &Connection, date: NaiveDate) -> Result<Sums> {
    sums(connection, "FROM sales s WHERE s.business_date = ?1", date)
}

/// Sales of whichever date that were taken back on the date.
pub fn taken_back(connection: &Connection, date: NaiveDate) -> Result<Sums> {
    let of = "FROM voids v JOIN sales s ON s.id = v.sale_id WHERE v.business_date = ?1";
    sums(connection, of, date)
}

/// Of those, the date's own.
pub fn taken_back_same_day(connection: &Connection, date: NaiveDate) -> Result<Sums> {
    let of = "FROM voids v JOIN sales s ON s.id = v.sale_id
              WHERE v.business_date = ?1 AND s.business_date = v.business_date";
    sums(connection, of, date)
}

/// Amounts by way of payment.
pub type ByMethod = Vec<(PaymentMethod, Money)>;

fn by_method(connection: &Connection, sql: &str, date: NaiveDate) -> Result<ByMethod> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([date], |row| {
        Ok((read::payment_method(row, 0)?, Money(row.get(1)?)))
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// What the sales of the date were paid with.
pub fn paid(connection: &Connection, date: NaiveDate) -> Result<ByMethod> {
    let sql = "SELECT p.method, sum(p.amount) FROM sales s JOIN sale_payments p ON p.sale_id = s.id
               WHERE s.business_date = ?1 GROUP BY p.method";
    by_method(connection, sql, date)
}

/// How the money of the sales that were taken back on the date went back: the way it came, unless something else was
/// chosen for what had come by QRIS or transfer.
pub fn paid_back(connection: &Connection, date: NaiveDate) -> Result<ByMethod> {
    let sql = "SELECT CASE WHEN v.refund <> '' AND p.method IN ('qris', 'transfer') THEN v.refund ELSE p.method END,
                      sum(p.amount)
               FROM voids v JOIN sale_payments p ON p.sale_id = v.sale_id
               WHERE v.business_date = ?1 GROUP BY 1";
    by_method(connection, sql, date)
}

/// What was returned of sales on a date, whenever they were made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Returned {
    /// How many returns.
    pub count: i64,
    /// What went back to customers, in money or off their debts.
    pub amount: Money,
    /// Cost of the goods.
    pub cost: Money,
}

/// What was returned on the date.
pub fn returned(connection: &Connection, date: NaiveDate) -> Result<Returned> {
    Ok(connection
        .prepare_cached(
            "SELECT count(*), coalesce(sum(r.amount), 0),
                    coalesce(sum((SELECT coalesce(sum(l.cost), 0) FROM return_lines l WHERE l.return_id = r.id)), 0)
             FROM returns r WHERE r.business_date = ?1",
        )?
        .query_row([date], |row| {
            Ok(Returned {
                count: row.get(0)?,
                amount: Money(row.get(1)?),
                cost: Money(row.get(2)?),
            })
        })?)
}

/// How the money of those returns went back.
pub fn returned_by_method(connection: &Connection, date: NaiveDate) -> Result<ByMethod> {
    let sql = "SELECT method, sum(amount) FROM (
                   SELECT method, amount - off_debt - given_up AS amount FROM returns WHERE business_date = ?1
                   UNION ALL SELECT 'debt', off_debt + given_up FROM returns WHERE business_date = ?1)
               GROUP BY method";
    by_method(connection, sql, date)
}

/// Payments of debts on the date, as positive amounts.
pub fn debts_paid(connection: &Connection, date: NaiveDate) -> Result<ByMethod> {
    let sql = "SELECT method, -sum(amount) FROM customer_ledger
               WHERE business_date = ?1 AND kind = 'payment' GROUP BY method";
    by_method(connection, sql, date)
}

/// What customers had paid ahead and was paid out to them on the date, as positive amounts.
pub fn credits_paid_out(connection: &Connection, date: NaiveDate) -> Result<ByMethod> {
    let sql = "SELECT method, sum(amount) FROM customer_ledger
               WHERE business_date = ?1 AND kind = 'paid_out' GROUP BY method";
    by_method(connection, sql, date)
}

/// Debts given up on the date, less those whose goods came back after all; as a positive amount.
pub fn debts_written_off(connection: &Connection, date: NaiveDate) -> Result<Money> {
    Ok(connection
        .prepare_cached(
            "SELECT -coalesce((SELECT sum(amount) FROM customer_ledger
                               WHERE business_date = ?1 AND kind = 'write_off'), 0)
                  - coalesce((SELECT sum(given_up) FROM voids WHERE business_date = ?1), 0)
                  - coalesce((SELECT sum(given_up) FROM returns WHERE business_date = ?1), 0)",
        )?
        .query_row([date], |row| row.get(0).map(Money))?)
}
