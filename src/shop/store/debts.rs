//! Customers and the ledger of what they owe, for reading and for what happens away from the till.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::days::Moment;
use super::read;
use crate::error::Result;
use crate::model::Money;
use crate::store::WriteTx;

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRow {
    /// Their identity, which sales and debts point at.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their telephone number as it was typed, or ''.
    pub phone: String,
    /// In somebody's own words.
    pub note: String,
    /// Rupiah they may owe at most; nothing for no limit.
    pub limit: Option<Money>,
    /// Days until a debt is due; nothing for the shop's usual.
    pub due_days: Option<i64>,
    /// They buy here no longer.
    pub retired: bool,
}

/// An entry of the ledger of debts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// Its place in the ledger.
    pub seq: i64,
    /// Whose debt.
    pub customer_id: String,
    /// `sale`, `void`, `return`, `payment`, `opening`, `write_off` or `paid_out`.
    pub kind: String,
    /// Rupiah; positive: owes more.
    pub amount: Money,
    /// How a payment was made, or ''.
    pub method: String,
    /// The sale, return or payment.
    pub reference: String,
    /// In somebody's own words.
    pub note: String,
    /// Who recorded it.
    pub by: String,
    /// The trading day.
    pub business_date: NaiveDate,
    /// The number of the receipt that it is about, where it is about one.
    pub receipt: Option<i64>,
    /// The sale that it took back, all of it or some, where it did.
    pub taken_back: Option<String>,
}

const CUSTOMER: &str = "id, name, phone, note, debt_limit, due_days, retired_at_utc IS NOT NULL";

fn customer_row(row: &Row<'_>) -> rusqlite::Result<CustomerRow> {
    Ok(CustomerRow {
        id: row.get(0)?,
        name: row.get(1)?,
        phone: row.get(2)?,
        note: row.get(3)?,
        limit: row.get::<_, Option<i64>>(4)?.map(Money),
        due_days: row.get(5)?,
        retired: row.get(6)?,
    })
}

const LEDGER: &str =
    "g.seq, g.customer_id, g.kind, g.amount, g.method, g.reference, g.note, g.by_whom,
    g.business_date, s.number, CASE g.kind WHEN 'void' THEN g.reference WHEN 'return' THEN
        (SELECT r.sale_id FROM returns r WHERE r.id = g.reference) END
    FROM customer_ledger g LEFT JOIN sales s ON s.id = g.reference AND g.kind IN ('sale', 'void')";

fn ledger_row(row: &Row<'_>) -> rusqlite::Result<LedgerRow> {
    Ok(LedgerRow {
        seq: row.get(0)?,
        customer_id: row.get(1)?,
        kind: row.get(2)?,
        amount: Money(row.get(3)?),
        method: row.get(4)?,
        reference: row.get(5)?,
        note: row.get(6)?,
        by: row.get(7)?,
        business_date: read::date(row, 8)?,
        receipt: row.get(9)?,
        taken_back: row.get(10)?,
    })
}

/// A customer by their identity.
pub fn customer(connection: &Connection, id: &str) -> Result<Option<CustomerRow>> {
    Ok(connection
        .prepare_cached(&format!("SELECT {CUSTOMER} FROM customers WHERE id = ?1"))?
        .query_row([id], customer_row)
        .optional()?)
}

/// Every customer who buys here, or every one who does no longer, by name.
pub fn customers(connection: &Connection, retired: bool) -> Result<Vec<CustomerRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {CUSTOMER} FROM customers WHERE (retired_at_utc IS NOT NULL) = ?1 ORDER BY name COLLATE NOCASE, id"
    ))?;
    let rows = statement.query_map([retired], customer_row)?;
    rows.map(|row| Ok(row?)).collect()
}

/// Writes a new customer.
pub fn insert_customer(tx: &WriteTx<'_>, row: &CustomerRow, now: &Moment) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO customers (id, name, phone, note, debt_limit, due_days, created_at_utc)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        row.id,
        row.name,
        row.phone,
        row.note,
        row.limit.map(|limit| limit.0),
        row.due_days,
        now.text()
    ])?;
    Ok(())
}

/// Writes what is known of a customer now, but for whether they buy here: see [`set_retired`].
pub fn update_customer(tx: &WriteTx<'_>, row: &CustomerRow) -> Result<()> {
    tx.prepare_cached(
        "UPDATE customers SET name = ?2, phone = ?3, note = ?4, debt_limit = ?5, due_days = ?6 WHERE id = ?1",
    )?
    .execute(params![
        row.id,
        row.name,
        row.phone,
        row.note,
        row.limit.map(|limit| limit.0),
        row.due_days
    ])?;
    Ok(())
}

/// Writes that a customer buys here no longer, from now on, or that they do again.
pub fn set_retired(tx: &WriteTx<'_>, id: &str, since: Option<&Moment>) -> Result<()> {
    tx.prepare_cached("UPDATE customers SET retired_at_utc = ?2 WHERE id = ?1")?
        .execute(params![id, since.map(Moment::text)])?;
    Ok(())
}

/// What a customer owes; negative when they have paid ahead.
pub fn balance(connection: &Connection, customer_id: &str) -> Result<Money> {
    Ok(connection
        .prepare_cached(
            "SELECT coalesce(sum(amount), 0) FROM customer_ledger WHERE customer_id = ?1",
        )?
        .query_row([customer_id], |row| row.get(0).map(Money))?)
}

/// A customer's ledger, as it grew.
pub fn ledger(connection: &Connection, customer_id: &str) -> Result<Vec<LedgerRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {LEDGER} WHERE g.customer_id = ?1 ORDER BY g.seq"
    ))?;
    let rows = statement.query_map([customer_id], ledger_row)?;
    rows.map(|row| Ok(row?)).collect()
}

/// Everybody's ledger, customer by customer, each as it grew.
pub fn each_ledger(
    connection: &Connection,
    mut each: impl FnMut(&str, Vec<LedgerRow>),
) -> Result<()> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {LEDGER} ORDER BY g.customer_id, g.seq"))?;
    let mut rows = statement.query([])?;
    let mut ledger: Vec<LedgerRow> = Vec::new();
    while let Some(row) = rows.next()? {
        let entry = ledger_row(row)?;
        let new = |last: &LedgerRow| last.customer_id != entry.customer_id;
        if ledger.last().is_some_and(new) {
            let of = std::mem::take(&mut ledger);
            if let Some(id) = of.first().map(|first| first.customer_id.clone()) {
                each(&id, of);
            }
        }
        ledger.push(entry);
    }
    if let Some(id) = ledger.first().map(|first| first.customer_id.clone()) {
        each(&id, ledger);
    }
    Ok(())
}

/// The entry of this kind about this sale, return or payment.
pub fn entry(connection: &Connection, kind: &str, reference: &str) -> Result<Option<LedgerRow>> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT {LEDGER} WHERE g.kind = ?1 AND g.reference = ?2"
        ))?
        .query_row([kind, reference], ledger_row)
        .optional()?)
}

/// What a customer who bought on credit has paid in all, less what went back: the money that came with the sales that
/// put something on their account, and what they paid on it.
pub fn money_given(connection: &Connection, customer_id: &str) -> Result<Money> {
    Ok(connection
        .prepare_cached(
            "SELECT coalesce((SELECT sum(-amount) FROM customer_ledger
                              WHERE customer_id = ?1 AND kind IN ('payment', 'paid_out')), 0)
                  + coalesce((SELECT sum(p.amount) FROM customer_ledger g JOIN sale_payments p ON p.sale_id = g.reference
                              WHERE g.customer_id = ?1 AND g.kind = 'sale' AND p.method <> 'debt'
                                AND NOT EXISTS (SELECT 1 FROM voids v WHERE v.sale_id = g.reference)), 0)
                  - coalesce((SELECT sum(r.amount - r.off_debt - r.given_up)
                              FROM customer_ledger g JOIN returns r ON r.sale_id = g.reference
                              WHERE g.customer_id = ?1 AND g.kind = 'sale'), 0)",
        )?
        .query_row([customer_id], |row| row.get(0).map(Money))?)
}
