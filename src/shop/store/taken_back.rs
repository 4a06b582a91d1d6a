//! Goods that the hub says were taken back, and what the shop says of it.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::days::Moment;
use super::read;
use crate::error::Result;
use crate::model::{Quantity, Sku};
use crate::store::WriteTx;
use crate::wire::note::TakenBackRow;

/// Goods that the distributor took back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TakenBack {
    /// The hub's return.
    pub id: String,
    /// The number of its paper.
    pub number: String,
    /// The day on which the goods left.
    pub collected_on: NaiveDate,
    /// `open` until the shop has said what left, `confirmed` then, `cancelled` where the hub has withdrawn it.
    pub state: String,
    /// When the shop learnt of it, RFC 3339.
    pub told_at: String,
    /// When the shop confirmed it, RFC 3339.
    pub confirmed_at: Option<String>,
    /// The goods.
    pub lines: Vec<TakenBackLine>,
}

/// Goods of one product and date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TakenBackLine {
    /// Its place, from 1.
    pub line: i64,
    /// The product.
    #[schema(value_type = String)]
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// Base units, as the distributor says.
    #[schema(value_type = i64)]
    pub quantity: Quantity,
    /// Best before, where the distributor told it.
    pub expires: Option<NaiveDate>,
    /// `expired`, `damaged`, `unsold` or `wrong`.
    pub reason: String,
    /// Base units, as the shop says; absent until it has said.
    #[schema(value_type = Option<i64>)]
    pub confirmed: Option<Quantity>,
}

/// Takes in what a note says; nothing of a return that the shop has answered.
pub fn announce(
    tx: &WriteTx<'_>,
    now: &Moment,
    id: &str,
    (number, collected_on): (&str, NaiveDate),
    lines: &[TakenBackRow],
) -> Result<()> {
    let written = tx
        .prepare_cached(
            "INSERT INTO taken_back (id, number, collected_on, state, told_at_utc) VALUES (?1, ?2, ?3, 'open', ?4)
             ON CONFLICT (id) DO UPDATE SET number = excluded.number, collected_on = excluded.collected_on,
                 state = 'open'
             WHERE state <> 'confirmed'",
        )?
        .execute(params![id, number, collected_on, now.text()])?;
    if written == 0 {
        return Ok(());
    }
    tx.prepare_cached("DELETE FROM taken_back_lines WHERE return_id = ?1")?
        .execute([id])?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO taken_back_lines (return_id, line_no, sku, name, quantity, expires, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (number, line) in (1_i64..).zip(lines) {
        statement.execute(params![
            id,
            number,
            line.sku.as_str(),
            line.name,
            line.quantity.0,
            line.expires,
            line.reason
        ])?;
    }
    Ok(())
}

/// Takes in that it did not happen; nothing of a return that the shop has answered.
pub fn cancel(tx: &WriteTx<'_>, id: &str) -> Result<()> {
    tx.prepare_cached(
        "UPDATE taken_back SET state = 'cancelled' WHERE id = ?1 AND state = 'open'",
    )?
    .execute([id])?;
    Ok(())
}

/// Takes every return that was not answered for none, until the hub, which was restored, tells of it again.
pub fn doubt_all(tx: &WriteTx<'_>) -> Result<()> {
    tx.execute(
        "UPDATE taken_back SET state = 'cancelled' WHERE state = 'open'",
        [],
    )?;
    Ok(())
}

/// Keeps what the shop says of the line at this place.
pub fn confirm_line(tx: &WriteTx<'_>, id: &str, line_no: i64, quantity: Quantity) -> Result<()> {
    tx.prepare_cached(
        "UPDATE taken_back_lines SET confirmed = ?3 WHERE return_id = ?1 AND line_no = ?2",
    )?
    .execute(params![id, line_no, quantity.0])?;
    Ok(())
}

/// Keeps that the shop has answered.
pub fn confirm(tx: &WriteTx<'_>, id: &str, hash: &[u8; 32], now: &Moment) -> Result<()> {
    tx.prepare_cached(
        "UPDATE taken_back SET state = 'confirmed', confirmed_at_utc = ?2, answer_hash = ?3 WHERE id = ?1",
    )?
    .execute(params![id, now.text(), hash])?;
    Ok(())
}

/// The digest of the answer by which a return was confirmed.
pub fn answer_hash(connection: &Connection, id: &str) -> Result<Option<[u8; 32]>> {
    Ok(connection
        .prepare_cached("SELECT answer_hash FROM taken_back WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?)
}

const COLUMNS: &str = "id, number, collected_on, state, told_at_utc, confirmed_at_utc";

fn taken_back(row: &Row<'_>) -> rusqlite::Result<TakenBack> {
    Ok(TakenBack {
        id: row.get(0)?,
        number: row.get(1)?,
        collected_on: row.get(2)?,
        state: row.get(3)?,
        told_at: row.get(4)?,
        confirmed_at: row.get(5)?,
        lines: Vec::new(),
    })
}

fn with_lines(connection: &Connection, mut found: TakenBack) -> Result<TakenBack> {
    let mut statement = connection.prepare_cached(
        "SELECT sku, line_no, name, quantity, expires, reason, confirmed FROM taken_back_lines
         WHERE return_id = ?1 ORDER BY line_no",
    )?;
    found.lines = statement
        .query_map([&found.id], |row| {
            Ok(TakenBackLine {
                sku: read::sku(row, 0)?,
                line: row.get(1)?,
                name: row.get(2)?,
                quantity: Quantity(row.get(3)?),
                expires: row.get(4)?,
                reason: row.get(5)?,
                confirmed: row.get::<_, Option<i64>>(6)?.map(Quantity),
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(found)
}

/// The return of this identity.
pub fn by_id(connection: &Connection, id: &str) -> Result<Option<TakenBack>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM taken_back WHERE id = ?1"))?
        .query_row([id], taken_back)
        .optional()?
        .map(|found| with_lines(connection, found))
        .transpose()
}

/// Those that wait for an answer first, then the newest.
pub fn list(connection: &Connection, limit: i64) -> Result<Vec<TakenBack>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM taken_back
         ORDER BY state <> 'open', collected_on DESC, id DESC LIMIT ?1"
    ))?;
    let found: Vec<TakenBack> = statement
        .query_map([limit], taken_back)?
        .collect::<Result<_, _>>()?;
    found
        .into_iter()
        .map(|each| with_lines(connection, each))
        .collect()
}
