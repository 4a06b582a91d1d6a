//! Deliveries that the hub announced, and what came of them.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::days::Moment;
use super::read;
use crate::error::Result;
use crate::model::{Quantity, Sku};
use crate::store::WriteTx;
use crate::wire::note::DeliveryRow;

/// A delivery.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Delivery {
    /// The hub's shipment.
    pub id: String,
    /// `announced`, `dispatched`, `received` or `cancelled`.
    pub state: String,
    /// When the goods are expected.
    pub expected_on: NaiveDate,
    /// When the shop learnt of it, RFC 3339.
    pub announced_at: String,
    /// When it was received, RFC 3339.
    pub received_at: Option<String>,
    /// Why it will not come, in the distributor's words; empty unless cancelled.
    pub cancel_reason: String,
    /// What comes, or came.
    pub lines: Vec<DeliveryLine>,
}

/// One line of a delivery.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeliveryLine {
    /// The product.
    #[schema(value_type = String)]
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// Announced, base units.
    #[schema(value_type = i64)]
    pub quantity: Quantity,
    /// Best before, where the distributor knows it.
    pub expires: Option<NaiveDate>,
    /// Came, base units, the damaged ones among them; absent before the receipt.
    #[schema(value_type = Option<i64>)]
    pub received: Option<Quantity>,
    /// Of those, unusable.
    #[schema(value_type = Option<i64>)]
    pub damaged: Option<Quantity>,
}

/// How far a delivery in this state has come. It never goes back.
fn rank(state: &str) -> u8 {
    match state {
        "announced" => 0,
        "dispatched" => 1,
        "cancelled" => 2,
        _ => 3,
    }
}

/// A delivery's state and why it will not come.
fn state_of(connection: &Connection, id: &str) -> Result<Option<(String, String)>> {
    Ok(connection
        .prepare_cached("SELECT state, cancel_reason FROM deliveries WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// Why a delivery will not come of which no hub speaks any more: it was restored, or its distributor ended the link.
const FORGOTTEN: &str = "Distributor tidak mencatat kiriman ini lagi";

/// The same as it was written before there were several distributors.
const FORGOTTEN_ONCE: &str = "Data distributor dipulihkan; kiriman ini tidak tercatat lagi";

/// Takes every delivery that was not received for one that will not come, until the hub tells of it again.
pub fn doubt_all(tx: &WriteTx<'_>) -> Result<()> {
    tx.execute(
        "UPDATE deliveries SET state = 'cancelled', cancel_reason = ?1 WHERE state <> 'received'",
        [FORGOTTEN],
    )?;
    Ok(())
}

/// Takes in what a note says is `announced` or `dispatched`; nothing for a delivery that is further already.
pub fn announce(
    tx: &WriteTx<'_>,
    now: &Moment,
    id: &str,
    state: &str,
    expected_on: NaiveDate,
    lines: &[DeliveryRow],
) -> Result<()> {
    let known = state_of(tx, id)?;
    let further = known.is_some_and(|(known, reason)| {
        let doubted = known == "cancelled" && [FORGOTTEN, FORGOTTEN_ONCE].contains(&&*reason);
        rank(&known) > rank(state) && !doubted
    });
    if further {
        return Ok(());
    }
    tx.prepare_cached(
        "INSERT INTO deliveries (id, state, expected_on, announced_at_utc) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, expected_on = excluded.expected_on,
             cancel_reason = ''",
    )?
    .execute(params![id, state, expected_on, now.text()])?;
    tx.prepare_cached("DELETE FROM delivery_lines WHERE delivery_id = ?1")?
        .execute([id])?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO delivery_lines (delivery_id, line_no, sku, name, quantity, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (number, line) in (1_i64..).zip(lines) {
        statement.execute(params![
            id,
            number,
            line.sku.as_str(),
            line.name,
            line.quantity.0,
            line.expires
        ])?;
    }
    Ok(())
}

/// Takes in that a delivery will not come; nothing for one that came.
pub fn cancel(tx: &WriteTx<'_>, id: &str, reason: &str) -> Result<()> {
    tx.prepare_cached(
        "UPDATE deliveries SET state = 'cancelled', cancel_reason = ?2 WHERE id = ?1 AND state <> 'received'",
    )?
    .execute(params![id, reason])?;
    Ok(())
}

const DELIVERY: &str = "id, state, expected_on, announced_at_utc, received_at_utc, cancel_reason";

fn delivery(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        id: row.get(0)?,
        state: row.get(1)?,
        expected_on: row.get(2)?,
        announced_at: row.get(3)?,
        received_at: row.get(4)?,
        cancel_reason: row.get(5)?,
        lines: Vec::new(),
    })
}

fn with_lines(connection: &Connection, mut delivery: Delivery) -> Result<Delivery> {
    let mut statement = connection.prepare_cached(
        "SELECT sku, name, quantity, expires, received, damaged FROM delivery_lines
         WHERE delivery_id = ?1 ORDER BY line_no",
    )?;
    delivery.lines = statement
        .query_map([&delivery.id], |row| {
            Ok(DeliveryLine {
                sku: read::sku(row, 0)?,
                name: row.get(1)?,
                quantity: Quantity(row.get(2)?),
                expires: row.get(3)?,
                received: row.get::<_, Option<i64>>(4)?.map(Quantity),
                damaged: row.get::<_, Option<i64>>(5)?.map(Quantity),
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(delivery)
}

/// The delivery of this identity.
pub fn by_id(connection: &Connection, id: &str) -> Result<Option<Delivery>> {
    connection
        .prepare_cached(&format!("SELECT {DELIVERY} FROM deliveries WHERE id = ?1"))?
        .query_row([id], delivery)
        .optional()?
        .map(|delivery| with_lines(connection, delivery))
        .transpose()
}

/// Deliveries, those to come first, then the newest; all of them or those in one state.
pub fn list(connection: &Connection, state: Option<&str>, limit: i64) -> Result<Vec<Delivery>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {DELIVERY} FROM deliveries WHERE ?1 IS NULL OR state = ?1
         ORDER BY state NOT IN ('announced', 'dispatched'), expected_on DESC, id DESC LIMIT ?2"
    ))?;
    let found: Vec<Delivery> = statement
        .query_map(params![state, limit], delivery)?
        .collect::<Result<_, _>>()?;
    found
        .into_iter()
        .map(|delivery| with_lines(connection, delivery))
        .collect()
}

/// The digest of the receipt by which a delivery was received.
pub fn receipt_hash(connection: &Connection, id: &str) -> Result<Option<[u8; 32]>> {
    Ok(connection
        .prepare_cached("SELECT receipt_hash FROM deliveries WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?)
}

/// Keeps that a delivery was received.
pub fn receive(tx: &WriteTx<'_>, id: &str, hash: &[u8; 32], now: &Moment) -> Result<()> {
    tx.prepare_cached(
        "UPDATE deliveries SET state = 'received', received_at_utc = ?2, receipt_hash = ?3 WHERE id = ?1",
    )?
    .execute(params![id, now.text(), hash])?;
    Ok(())
}

/// Keeps what came of the line with this number, counted from 1.
pub fn receive_line(
    tx: &WriteTx<'_>,
    id: &str,
    line_no: i64,
    received: Quantity,
    damaged: Quantity,
) -> Result<()> {
    tx.prepare_cached(
        "UPDATE delivery_lines SET received = ?3, damaged = ?4 WHERE delivery_id = ?1 AND line_no = ?2",
    )?
    .execute(params![id, line_no, received.0, damaged.0])?;
    Ok(())
}

/// Adds a line for what came without having been announced.
pub fn add_line(
    tx: &WriteTx<'_>,
    id: &str,
    line_no: i64,
    sku: &Sku,
    name: &str,
    (received, damaged): (Quantity, Quantity),
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO delivery_lines (delivery_id, line_no, sku, name, quantity, received, damaged)
         VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6)",
    )?
    .execute(params![
        id,
        line_no,
        sku.as_str(),
        name,
        received.0,
        damaged.0
    ])?;
    Ok(())
}
