//! What the till needs to know of goods: favourites, prices by quantity, goods without a fixed price. No cost is read
//! here, because everybody at the counter sees it.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::Result;
use crate::model::Money;

/// From so many of a unit on, each costs this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// How many of the unit at least.
    pub from_quantity: i64,
    /// What each costs then.
    pub price: Money,
}

/// The prices of a product's unit by quantity, the smallest quantity first.
pub fn tiers(connection: &Connection, product_id: i64, unit: &str) -> Result<Vec<Tier>> {
    let mut statement = connection.prepare_cached(
        "SELECT from_quantity, price FROM price_tiers WHERE product_id = ?1 AND unit = ?2 ORDER BY from_quantity",
    )?;
    let rows = statement.query_map(params![product_id, unit], |row| {
        Ok(Tier {
            from_quantity: row.get(0)?,
            price: Money(row.get(1)?),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// Whether the till asks for the price of a product.
pub fn has_open_price(connection: &Connection, product_id: i64) -> Result<bool> {
    Ok(connection
        .prepare_cached("SELECT open_price FROM products WHERE id = ?1")?
        .query_row([product_id], |row| row.get(0))
        .optional()?
        .unwrap_or(false))
}

/// The codes of the products that stand among the favourites, in their places.
pub fn favourites(connection: &Connection, limit: u32) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT sku FROM products WHERE favourite IS NOT NULL AND active = 1 ORDER BY favourite, sku LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], |row| row.get(0))?;
    rows.map(|row| Ok(row?)).collect()
}

/// The codes of the products that were sold on most receipts from `since` on, the most often sold first.
pub fn best_sellers(connection: &Connection, since: NaiveDate, limit: u32) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT p.sku FROM (SELECT l.product_id, count(*) AS receipts
                            FROM sales s CROSS JOIN sale_lines l ON l.sale_id = s.id
                            WHERE s.business_date >= ?1 GROUP BY l.product_id) sold
         JOIN products p ON p.id = sold.product_id
         WHERE p.active = 1 ORDER BY receipts DESC, p.sku LIMIT ?2",
    )?;
    let rows = statement.query_map(params![since, limit], |row| row.get(0))?;
    rows.map(|row| Ok(row?)).collect()
}
