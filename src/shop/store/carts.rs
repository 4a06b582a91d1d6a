//! Carts: what somebody is being sold right now.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::days::Moment;
use crate::error::{Error, Result};
use crate::store::WriteTx;
use crate::wire::event::moment_text;

/// What became of a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CartState {
    /// At a counter.
    Open,
    /// Put aside.
    Held,
    /// Paid; the sale has its id.
    Sold,
    /// Nobody wanted it.
    Dropped,
}

impl CartState {
    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Held => "held",
            Self::Sold => "sold",
            Self::Dropped => "dropped",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Held, Self::Sold, Self::Dropped]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A cart as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartRow {
    /// Its identity, and that of the sale it becomes.
    pub id: String,
    /// What became of it.
    pub state: CartState,
    /// What a held one is found by, or ''.
    pub label: String,
    /// Lines, discount and note as JSON.
    pub content: String,
    /// How often it changed.
    pub version: i64,
    /// The browser at whose counter it stands.
    pub till: String,
    /// Who opened it.
    pub opened_by: String,
    /// When it last changed, by the shop's clock.
    pub changed_at_utc: String,
}

const COLUMNS: &str = "id, state, label, content, version, till, opened_by, changed_at_utc";

/// A cart by its identity.
pub fn by_id(connection: &Connection, id: &str) -> Result<Option<CartRow>> {
    let row = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM carts WHERE id = ?1"))?
        .query_row([id], from_row)
        .optional()?;
    row.map(known).transpose()
}

/// The cart that stands open at a till.
pub fn open_at(connection: &Connection, till: &str) -> Result<Option<CartRow>> {
    let row = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM carts WHERE till = ?1 AND state = 'open'"
        ))?
        .query_row([till], from_row)
        .optional()?;
    row.map(known).transpose()
}

/// Carts put aside, and those open at a till other than `till` that nobody touched since `untouched_since`; the one
/// changed last comes first.
pub fn waiting(
    connection: &Connection,
    till: &str,
    untouched_since: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<CartRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM carts
         WHERE state IN ('open', 'held') AND (state = 'held' OR (till <> ?1 AND changed_at_utc < ?2))
         ORDER BY changed_at_utc DESC, id LIMIT ?3"
    ))?;
    let rows = statement.query_map(params![till, moment_text(untouched_since), limit], from_row)?;
    rows.map(|row| known(row?)).collect()
}

type Unread = (CartRow, String);

fn from_row(row: &Row<'_>) -> rusqlite::Result<Unread> {
    let state: String = row.get(1)?;
    Ok((
        CartRow {
            id: row.get(0)?,
            state: CartState::Open,
            label: row.get(2)?,
            content: row.get(3)?,
            version: row.get(4)?,
            till: row.get(5)?,
            opened_by: row.get(6)?,
            changed_at_utc: row.get(7)?,
        },
        state,
    ))
}

fn known((row, state): Unread) -> Result<CartRow> {
    let state = CartState::parse(&state)
        .ok_or_else(|| Error::Corrupt(format!("cart {}: its state is {state:?}", row.id)))?;
    Ok(CartRow { state, ..row })
}

/// Adds a cart.
pub fn insert(tx: &WriteTx<'_>, cart: &CartRow) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO carts (id, state, label, content, version, till, opened_by, opened_at_utc, changed_at_utc)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
    )?
    .execute(params![
        cart.id,
        cart.state.as_str(),
        cart.label,
        cart.content,
        cart.version,
        cart.till,
        cart.opened_by,
        cart.changed_at_utc,
    ])?;
    Ok(())
}

/// Writes what changed of a cart.
pub fn update(tx: &WriteTx<'_>, now: &Moment, cart: &CartRow) -> Result<()> {
    tx.prepare_cached(
        "UPDATE carts SET state = ?2, label = ?3, content = ?4, version = ?5, till = ?6, changed_at_utc = ?7
         WHERE id = ?1",
    )?
    .execute(params![
        cart.id,
        cart.state.as_str(),
        cart.label,
        cart.content,
        cart.version,
        cart.till,
        now.text(),
    ])?;
    Ok(())
}

/// Forgets carts that were sold or dropped before `before`: the sale itself says what was sold.
pub fn forget(tx: &WriteTx<'_>, before: DateTime<Utc>) -> Result<()> {
    tx.prepare_cached(
        "DELETE FROM carts WHERE state IN ('sold', 'dropped') AND changed_at_utc < ?1",
    )?
    .execute([moment_text(before)])?;
    Ok(())
}
