//! Counts under way and done.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::days::Moment;
use super::read;
use crate::error::Result;
use crate::model::{Money, Quantity, Sku};
use crate::store::WriteTx;

/// A count.
#[derive(Debug, Clone)]
pub struct CountingRow {
    /// Its identity, and its reference in the ledger.
    pub id: String,
    /// `open`, `saved` or `dropped`.
    pub state: String,
    /// `all`, `category` or `free`: which goods are expected to be counted.
    pub scope: String,
    /// The category, for that scope.
    pub category: String,
    /// Who began it.
    pub opened_by: String,
    /// When, RFC 3339.
    pub opened_at: String,
    /// Who ended it; '' while it is open.
    pub closed_by: String,
    /// When it ended, RFC 3339.
    pub closed_at: Option<String>,
}

const COUNTING: &str = "SELECT id, state, scope, category, opened_by, opened_at_utc, closed_by, closed_at_utc FROM counts";

fn counting_row(row: &Row<'_>) -> rusqlite::Result<CountingRow> {
    Ok(CountingRow {
        id: row.get(0)?,
        state: row.get(1)?,
        scope: row.get(2)?,
        category: row.get(3)?,
        opened_by: row.get(4)?,
        opened_at: row.get(5)?,
        closed_by: row.get(6)?,
        closed_at: row.get(7)?,
    })
}

/// Begins one.
pub fn open(
    tx: &WriteTx<'_>,
    id: &str,
    (scope, category): (&str, &str),
    by: &str,
    now: &Moment,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO counts (id, state, scope, category, opened_by, opened_at_utc) VALUES (?1, 'open', ?2, ?3, ?4, ?5)",
    )?
    .execute(params![id, scope, category, by, now.text()])?;
    Ok(())
}

/// The one of this identity.
pub fn by_id(connection: &Connection, id: &str) -> Result<Option<CountingRow>> {
    Ok(connection
        .prepare_cached(&format!("{COUNTING} WHERE id = ?1"))?
        .query_row([id], counting_row)
        .optional()?)
}

/// Open ones first, then those saved, the newest first.
pub fn list(connection: &Connection, limit: i64) -> Result<Vec<CountingRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "{COUNTING} WHERE state <> 'dropped' ORDER BY state <> 'open', opened_at_utc DESC, id DESC LIMIT ?1"
    ))?;
    let rows = statement.query_map([limit], counting_row)?;
    rows.map(|row| Ok(row?)).collect()
}

/// Ends one: `saved` or `dropped`.
pub fn close(tx: &WriteTx<'_>, id: &str, state: &str, by: &str, now: &Moment) -> Result<()> {
    tx.prepare_cached(
        "UPDATE counts SET state = ?2, closed_by = ?3, closed_at_utc = ?4 WHERE id = ?1",
    )?
    .execute(params![id, state, by, now.text()])?;
    Ok(())
}

/// A scan or a figure typed.
#[derive(Debug, Clone)]
pub struct Entry<'e> {
    /// Its own identity.
    pub tap: &'e str,
    /// The product's row.
    pub product_id: i64,
    /// `add`, `set` or `clear`.
    pub kind: &'e str,
    /// Base units.
    pub quantity: Quantity,
    /// The ledger's last movement then.
    pub ledger_seq: i64,
    /// Who.
    pub by: &'e str,
}

/// Keeps an entry; `false` for one that was kept before.
pub fn enter(tx: &WriteTx<'_>, count: &str, entry: &Entry<'_>, now: &Moment) -> Result<bool> {
    let kept = tx
        .prepare_cached(
            "INSERT INTO count_entries (tap, count_id, product_id, kind, quantity, ledger_seq, by_whom, at_utc)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (tap) DO NOTHING",
        )?
        .execute(params![
            entry.tap,
            count,
            entry.product_id,
            entry.kind,
            entry.quantity.0,
            entry.ledger_seq,
            entry.by,
            now.text()
        ])?;
    Ok(kept > 0)
}

/// What was counted of a product so far.
#[derive(Debug, Clone)]
pub struct Counted {
    /// Base units.
    pub quantity: Quantity,
    /// The ledger's last movement when its counting began: the place that the count holds at.
    pub at_seq: i64,
    /// The same when something was counted of it last.
    pub last_seq: i64,
    /// Place of the last entry, for the order on the screen.
    pub place: i64,
    /// Who counted it last.
    pub by: String,
}

/// What was counted so far, by product row. A figure typed counts the product anew, at that moment; a scan adds to what
/// there is and leaves its moment.
pub fn counted(
    connection: &Connection,
    count: &str,
    product_id: Option<i64>,
) -> Result<BTreeMap<i64, Counted>> {
    let mut statement = connection.prepare_cached(
        "SELECT product_id, kind, quantity, ledger_seq, seq, by_whom FROM count_entries
         WHERE count_id = ?1 AND (?2 IS NULL OR product_id = ?2) ORDER BY seq",
    )?;
    let mut rows = statement.query(params![count, product_id])?;
    let mut counted: BTreeMap<i64, Counted> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (product, kind): (i64, String) = (row.get(0)?, row.get(1)?);
        let (quantity, seq): (i64, i64) = (row.get(2)?, row.get(3)?);
        if kind == "clear" {
            counted.remove(&product);
            continue;
        }
        let fresh = Counted {
            quantity: Quantity::ZERO,
            at_seq: seq,
            last_seq: seq,
            place: 0,
            by: String::new(),
        };
        let entry = counted.entry(product).or_insert_with(|| fresh.clone());
        if kind == "set" {
            *entry = fresh;
        }
        entry.quantity += Quantity(quantity);
        entry.last_seq = seq;
        entry.place = row.get(4)?;
        entry.by = row.get(5)?;
    }
    Ok(counted)
}

/// Goods of a product that left or came other than by a count after movement `from` and up to `to`.
pub fn moved_between(connection: &Connection, product_id: i64, from: i64, to: i64) -> Result<bool> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM stock_movements WHERE product_id = ?1 AND seq > ?2 AND seq <= ?3
                            AND kind <> 'count')",
        )?
        .query_row([product_id, from, to], |row| row.get(0))?)
}

/// A product as a count speaks of it.
#[derive(Debug, Clone)]
pub struct Countable {
    /// Its row.
    pub product_id: i64,
    /// Its code.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The unit it is spoken of in, and base units in that.
    pub unit: (String, i64),
    /// On hand by the book now, base units.
    pub on_hand: Quantity,
}

/// The products that a count is expected to meet: all that are sold, or those of one category.
pub fn expected(connection: &Connection, category: Option<&str>) -> Result<Vec<Countable>> {
    let mut statement = connection.prepare_cached(
        "SELECT p.id, p.sku, p.name, p.main_unit, u.factor,
                coalesce((SELECT sum(s.on_hand) FROM lot_stock s WHERE s.product_id = p.id), 0)
         FROM products p
         JOIN product_units u ON u.product_id = p.id AND u.name = p.main_unit AND u.retired_at_utc IS NULL
         WHERE p.active = 1 AND (?1 IS NULL OR p.category = ?1) ORDER BY lower(p.name), p.sku",
    )?;
    let rows = statement.query_map([category], |row| {
        Ok(Countable {
            product_id: row.get(0)?,
            sku: read::sku(row, 1)?,
            name: row.get(2)?,
            unit: (row.get(3)?, row.get(4)?),
            on_hand: Quantity(row.get(5)?),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// The categories that there are.
pub fn categories(connection: &Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT category FROM products WHERE active = 1 AND category <> '' ORDER BY category",
    )?;
    let rows = statement.query_map([], |row| row.get(0))?;
    rows.map(|row| Ok(row?)).collect()
}

/// What a saved count came to of a product.
#[derive(Debug, Clone)]
pub struct CountLineRow {
    /// Its code.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The unit it is spoken of in, and base units in that.
    pub unit: (String, i64),
    /// Base units.
    pub counted: Quantity,
    /// That less the book.
    pub difference: Quantity,
    /// The difference at the product's cost then.
    pub value: Money,
}

/// Keeps what a count came to.
pub fn insert_line(
    tx: &WriteTx<'_>,
    count: &str,
    product_id: i64,
    counted: Quantity,
    difference: Quantity,
    value: Money,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO count_lines (count_id, product_id, counted, difference, value) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        count,
        product_id,
        counted.0,
        difference.0,
        value.0
    ])?;
    Ok(())
}

/// What a saved count came to, the greatest differences in rupiah first.
pub fn lines(connection: &Connection, count: &str) -> Result<Vec<CountLineRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT p.sku, p.name, p.main_unit, u.factor, l.counted, l.difference, l.value
         FROM count_lines l JOIN products p ON p.id = l.product_id
         JOIN product_units u ON u.product_id = p.id AND u.name = p.main_unit AND u.retired_at_utc IS NULL
         WHERE l.count_id = ?1 ORDER BY abs(l.value) DESC, abs(l.difference) DESC, lower(p.name), p.sku",
    )?;
    let rows = statement.query_map([count], |row| {
        Ok(CountLineRow {
            sku: read::sku(row, 0)?,
            name: row.get(1)?,
            unit: (row.get(2)?, row.get(3)?),
            counted: Quantity(row.get(4)?),
            difference: Quantity(row.get(5)?),
            value: Money(row.get(6)?),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}
