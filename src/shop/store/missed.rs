//! Demand that went away unserved, of goods that the shop sells and of others.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::days::Moment;
use super::read;
use crate::error::Result;
use crate::model::{Quantity, Sku};
use crate::store::WriteTx;

/// What a customer asked for and went away without.
#[derive(Debug, Clone)]
pub struct MissedRow {
    /// The row.
    pub id: i64,
    /// The product's row.
    pub product_id: i64,
    /// Its code.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// Base units.
    pub quantity: Quantity,
    /// The trading day.
    pub business_date: NaiveDate,
    /// It was recorded by mistake and taken back.
    pub taken_back: bool,
}

/// Records that customers asked for `quantity` and went away without it, by the request of `request_id`.
pub fn insert(
    tx: &WriteTx<'_>,
    product_id: i64,
    quantity: Quantity,
    date: NaiveDate,
    request_id: Option<&str>,
    now: &Moment,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO missed_demand (product_id, quantity, business_date, at_utc, request_id)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        product_id,
        quantity.0,
        date,
        now.text(),
        request_id
    ])?;
    Ok(())
}

/// What a request told.
pub fn by_request(connection: &Connection, request_id: &str) -> Result<Option<MissedRow>> {
    Ok(connection
        .prepare_cached(
            "SELECT m.id, m.product_id, p.sku, p.name, m.quantity, m.business_date,
                    EXISTS (SELECT 1 FROM missed_taken_back t WHERE t.missed_id = m.id)
             FROM missed_demand m JOIN products p ON p.id = m.product_id WHERE m.request_id = ?1",
        )?
        .query_row([request_id], |row| {
            Ok(MissedRow {
                id: row.get(0)?,
                product_id: row.get(1)?,
                sku: read::sku(row, 2)?,
                name: row.get(3)?,
                quantity: Quantity(row.get(4)?),
                business_date: read::date(row, 5)?,
                taken_back: row.get(6)?,
            })
        })
        .optional()?)
}

/// Records that it was a mistake: of a row of here, or one that another copy took back.
pub fn take_back(
    tx: &WriteTx<'_>,
    missed_id: Option<i64>,
    product_id: i64,
    quantity: Quantity,
    date: NaiveDate,
    now: &Moment,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO missed_taken_back (missed_id, product_id, quantity, business_date, at_utc)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![missed_id, product_id, quantity.0, date, now.text()])?;
    Ok(())
}

/// Something that somebody searched for in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WishRow {
    /// Its identity.
    pub id: String,
    /// The words.
    pub text: String,
    /// Who recorded it.
    pub by: String,
    /// The trading day.
    pub business_date: NaiveDate,
    /// It was recorded by mistake and taken back.
    pub taken_back: bool,
}

/// Keeps a wish.
pub fn insert_wish(tx: &WriteTx<'_>, wish: &WishRow, now: &Moment) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO wishes (id, text, by_whom, business_date, at_utc) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        wish.id,
        wish.text,
        wish.by,
        wish.business_date,
        now.text()
    ])?;
    Ok(())
}

/// The wish of an identity.
pub fn wish(connection: &Connection, id: &str) -> Result<Option<WishRow>> {
    Ok(connection
        .prepare_cached(
            "SELECT id, text, by_whom, business_date, taken_back_at_utc IS NOT NULL FROM wishes WHERE id = ?1",
        )?
        .query_row([id], wish_row)
        .optional()?)
}

fn wish_row(row: &Row<'_>) -> rusqlite::Result<WishRow> {
    Ok(WishRow {
        id: row.get(0)?,
        text: row.get(1)?,
        by: row.get(2)?,
        business_date: read::date(row, 3)?,
        taken_back: row.get(4)?,
    })
}

/// Takes a wish back.
pub fn drop_wish(tx: &WriteTx<'_>, id: &str, now: &Moment) -> Result<()> {
    tx.prepare_cached("UPDATE wishes SET taken_back_at_utc = ?2 WHERE id = ?1")?
        .execute(params![id, now.text()])?;
    Ok(())
}

/// What was searched for in vain since a date, but for capital letters: the words as they were told last, how often, and
/// the last day; what was wanted most comes first.
pub fn wishes_since(
    connection: &Connection,
    since: NaiveDate,
    limit: i64,
) -> Result<Vec<(String, i64, NaiveDate)>> {
    // SQLite gives the other columns of the row that holds the greatest at_utc.
    let mut statement = connection.prepare_cached(
        "SELECT text, count(*), business_date, max(at_utc) FROM wishes
         WHERE business_date >= ?1 AND taken_back_at_utc IS NULL
         GROUP BY lower(text) ORDER BY count(*) DESC, max(at_utc) DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![since, limit], |row| {
        Ok((row.get(0)?, row.get(1)?, read::date(row, 2)?))
    })?;
    rows.map(|row| Ok(row?)).collect()
}
