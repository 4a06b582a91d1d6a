//! Customers and what they owe: the sum of their ledger.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::days::Moment;
use crate::error::Result;
use crate::model::Money;
use crate::store::WriteTx;

/// A customer as a sale needs to know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRow {
    /// Their identity.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What they may owe at most, rupiah; none for no limit.
    pub debt_limit: Option<Money>,
    /// They buy here no longer.
    pub retired: bool,
    /// What they owe, rupiah; negative for what they paid ahead.
    pub owed: Money,
}

/// An entry of what a customer owes.
#[derive(Debug, Clone, Copy)]
pub struct Charge<'a> {
    /// Whose.
    pub customer_id: &'a str,
    /// `sale`, `void`, `return`, `payment`, `opening`, `write_off` or `paid_out`.
    pub kind: &'a str,
    /// Rupiah; positive for owing more, and not 0.
    pub amount: Money,
    /// How a payment was made or paid out; '' for what moved no money.
    pub method: &'a str,
    /// The sale, return or payment; each kind has one of it once.
    pub reference: &'a str,
    /// Why, or ''.
    pub note: &'a str,
    /// Who did it.
    pub by: &'a str,
    /// The trading day.
    pub business_date: NaiveDate,
}

const COLUMNS: &str = "c.id, c.name, c.debt_limit, c.retired_at_utc IS NOT NULL, \
     (SELECT coalesce(sum(l.amount), 0) FROM customer_ledger l WHERE l.customer_id = c.id)";

/// A customer by their identity.
pub fn by_id(connection: &Connection, id: &str) -> Result<Option<CustomerRow>> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM customers c WHERE c.id = ?1"
        ))?
        .query_row([id], from_row)
        .optional()?)
}

/// Customers who still buy here and whose name holds `text`, by name.
pub fn find(connection: &Connection, text: &str, limit: u32) -> Result<Vec<CustomerRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM customers c
         WHERE c.retired_at_utc IS NULL AND (?1 = '' OR instr(lower(c.name), lower(?1)) > 0)
         ORDER BY lower(c.name), c.id LIMIT ?2"
    ))?;
    let rows = statement.query_map(params![text, limit], from_row)?;
    rows.map(|row| Ok(row?)).collect()
}

/// Customers who still buy here and have exactly this name, but for capital letters.
pub fn named(connection: &Connection, name: &str) -> Result<Vec<CustomerRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM customers c
         WHERE c.retired_at_utc IS NULL AND lower(c.name) = lower(?1) ORDER BY c.id"
    ))?;
    let rows = statement.query_map([name], from_row)?;
    rows.map(|row| Ok(row?)).collect()
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<CustomerRow> {
    Ok(CustomerRow {
        id: row.get(0)?,
        name: row.get(1)?,
        debt_limit: row.get::<_, Option<i64>>(2)?.map(Money),
        retired: row.get(3)?,
        owed: Money(row.get(4)?),
    })
}

/// Opens an account unless there is one under this identity; whether it did.
pub fn ensure(tx: &WriteTx<'_>, now: &Moment, id: &str, name: &str) -> Result<bool> {
    let added = tx
        .prepare_cached(
            "INSERT INTO customers (id, name, created_at_utc) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![id, name, now.text()])?;
    Ok(added > 0)
}

/// Adds an entry to what a customer owes.
pub fn charge(tx: &WriteTx<'_>, now: &Moment, charge: &Charge<'_>) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO customer_ledger (customer_id, kind, amount, method, reference, note, by_whom, business_date, at_utc)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        charge.customer_id,
        charge.kind,
        charge.amount.0,
        charge.method,
        charge.reference,
        charge.note,
        charge.by,
        charge.business_date,
        now.text(),
    ])?;
    Ok(())
}
