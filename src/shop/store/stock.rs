//! Stock as it is read: positions and lots. The ledger itself is in `ledger`.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, params};

use super::read;
use crate::error::Result;
use crate::model::{Quantity, Sku, StockPosition};

/// A product's position.
#[derive(Debug, Clone)]
pub struct PositionRow {
    /// The product's row.
    pub product_id: i64,
    /// Its code.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// What is there, expired, promised and owed.
    pub position: StockPosition,
}

/// What is on hand of one lot.
#[derive(Debug, Clone)]
pub struct LotRow {
    /// Best before.
    pub expires: Option<NaiveDate>,
    /// The trading day on which it came in; absent for goods that the book does not know the origin of.
    pub received_on: Option<NaiveDate>,
    /// Base units.
    pub quantity: Quantity,
}

/// Of goods in lots, those with a date before `today` are past it. Deliveries count from their announcement until they
/// are received or cancelled.
const POSITION: &str = "SELECT p.id, p.sku, p.name,
    coalesce((SELECT sum(s.on_hand) FROM lot_stock s WHERE s.product_id = p.id), 0),
    coalesce((SELECT sum(s.on_hand) FROM lot_stock s JOIN lots l ON l.id = s.lot_id
              WHERE s.product_id = p.id AND l.expires < ?1), 0),
    coalesce((SELECT sum(d.quantity) FROM delivery_lines d JOIN deliveries v ON v.id = d.delivery_id
              WHERE d.sku = p.sku AND v.state = 'announced'), 0),
    coalesce((SELECT sum(d.quantity) FROM delivery_lines d JOIN deliveries v ON v.id = d.delivery_id
              WHERE d.sku = p.sku AND v.state = 'dispatched'), 0)
    FROM products p";

fn position_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<PositionRow> {
    let on_hand = Quantity(row.get(3)?);
    let past_date = Quantity(row.get(4)?);
    Ok(PositionRow {
        product_id: row.get(0)?,
        sku: read::sku(row, 1)?,
        name: row.get(2)?,
        position: StockPosition {
            on_hand,
            // Goods that a dated lot still lists have gone out unnoticed where the lot without a date is below zero.
            expiring: past_date.min(on_hand.max(Quantity::ZERO)),
            on_order: Quantity(row.get(5)?),
            in_transit: Quantity(row.get(6)?),
            backordered: Quantity::ZERO,
        },
    })
}

/// The position of the product of a code.
pub fn position(
    connection: &Connection,
    today: NaiveDate,
    sku: &str,
) -> Result<Option<PositionRow>> {
    Ok(connection
        .prepare_cached(&format!("{POSITION} WHERE p.sku = ?2"))?
        .query_row(params![today, sku], position_row)
        .optional()?)
}

/// Positions in the order of the codes, those after `after`.
pub fn positions(
    connection: &Connection,
    today: NaiveDate,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<PositionRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "{POSITION} WHERE p.sku > ?2 ORDER BY p.sku LIMIT ?3"
    ))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(
        params![today, after.unwrap_or_default(), limit],
        position_row,
    )?;
    rows.map(|row| Ok(row?)).collect()
}

/// What is on hand of a product, lot by lot, in the order in which it leaves.
pub fn lots(connection: &Connection, product_id: i64) -> Result<Vec<LotRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT l.expires, l.received_on, s.on_hand FROM lot_stock s LEFT JOIN lots l ON l.id = s.lot_id
         WHERE s.product_id = ?1 AND s.on_hand <> 0
         ORDER BY l.expires IS NULL, l.expires, s.lot_id = 0, s.lot_id",
    )?;
    let rows = statement.query_map([product_id], |row| {
        Ok(LotRow {
            expires: row.get(0)?,
            received_on: row.get(1)?,
            quantity: Quantity(row.get(2)?),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}
