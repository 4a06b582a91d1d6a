//! Figures about the shop as a whole.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Result;

/// The sale recorded last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LastSale {
    /// Its receipt number.
    pub number: i64,
    /// When, RFC 3339.
    pub sold_at: String,
    /// The trading day it belongs to.
    pub business_date: NaiveDate,
}

/// The sale recorded last.
pub fn last_sale(connection: &Connection) -> Result<Option<LastSale>> {
    Ok(connection
        .prepare_cached(
            "SELECT number, sold_at_utc, business_date FROM sales ORDER BY number DESC LIMIT 1",
        )?
        .query_row([], |row| {
            Ok(LastSale {
                number: row.get(0)?,
                sold_at: row.get(1)?,
                business_date: row.get(2)?,
            })
        })
        .optional()?)
}

/// How many sales are recorded, those taken back among them.
pub fn sales(connection: &Connection) -> Result<i64> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM sales")?
        .query_row([], |row| row.get(0))?)
}

/// Whether a shop was set up in this database, whichever program of ours wrote it.
pub fn has_shop(connection: &Connection) -> Result<bool> {
    Ok(connection.query_row("SELECT EXISTS (SELECT 1 FROM shop)", [], |row| row.get(0))?)
}

/// How many products are still sold.
pub fn active_products(connection: &Connection) -> Result<i64> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM products WHERE active = 1")?
        .query_row([], |row| row.get(0))?)
}

/// The schema's number.
pub fn schema_version(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}
