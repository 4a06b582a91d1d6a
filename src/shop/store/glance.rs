//! Stock as people look at it: what is there at a glance, and what became of one product.

use chrono::NaiveDate;
use rusqlite::{Connection, ToSql, params};

use super::read;
use super::search::Wanted;
use crate::error::Result;
use crate::model::{Money, Quantity, Sku};

/// A product at a glance, base units.
#[derive(Debug, Clone)]
pub struct ShelfRow {
    /// Its code.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The unit it is spoken of in, and base units in that.
    pub unit: (String, i64),
    /// Belongs to somebody else until sold.
    pub consignment: bool,
    /// On hand by the book.
    pub on_hand: Quantity,
    /// Announced or on its way.
    pub coming: Quantity,
    /// The first date of anything on hand.
    pub expires: Option<NaiveDate>,
    /// Sold since `Window::since`.
    pub sold: Quantity,
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slice {
    /// Everything, by name.
    All,
    /// At most so many of the window's days of sales are left; the shortest first.
    Low,
    /// Nothing is there; what sold most first.
    Out,
    /// Something expires by the window's date; the first first.
    Expiring,
}

/// The days by which stock is judged.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// Sales count from this date on.
    pub since: NaiveDate,
    /// Days from there to today.
    pub days: i64,
    /// Stock for fewer days of such sales is low.
    pub low_days: i64,
    /// What expires by this date is expiring.
    pub expires_by: NaiveDate,
}

/// `?1` since.
const SHELF: &str = "SELECT p.id, p.sku, p.name, p.main_unit, u.factor, p.consignment,
        coalesce((SELECT sum(s.on_hand) FROM lot_stock s WHERE s.product_id = p.id), 0) AS on_hand,
        coalesce((SELECT sum(d.quantity) FROM delivery_lines d JOIN deliveries v ON v.id = d.delivery_id
                  WHERE d.sku = p.sku AND v.state IN ('announced', 'dispatched')), 0) AS coming,
        (SELECT min(l.expires) FROM lot_stock s JOIN lots l ON l.id = s.lot_id
         WHERE s.product_id = p.id AND s.on_hand > 0) AS expires,
        coalesce((SELECT sum(f.sold + f.imported) FROM daily_flows f
                  WHERE f.product_id = p.id AND f.business_date >= ?1), 0) AS sold
    FROM products p
    JOIN product_units u ON u.product_id = p.id AND u.name = p.main_unit AND u.retired_at_utc IS NULL
    WHERE p.active = 1";

/// Products at a glance, those that a text finds (all for ''), from the one at `skip` on.
pub fn list(
    connection: &Connection,
    slice: Slice,
    text: &str,
    window: &Window,
    (skip, limit): (i64, i64),
) -> Result<Vec<ShelfRow>> {
    let (chosen, order) = match slice {
        Slice::All => ("1", "lower(name), sku"),
        Slice::Low => (LOW, "on_hand * 1.0 / sold, sold DESC, sku"),
        Slice::Out => ("on_hand <= 0", "sold DESC, lower(name), sku"),
        Slice::Expiring => ("expires <= ?4", "expires, lower(name), sku"),
    };
    let text = text.trim();
    let wanted = Wanted::of(text, 7);
    if wanted.is_none() && !text.is_empty() {
        return Ok(Vec::new());
    }
    let found = wanted.as_ref().map_or("1".to_owned(), Wanted::condition);
    // All parameters are named in every statement, so that each takes the same list.
    let mut statement = connection.prepare_cached(&format!(
        "SELECT sku, name, main_unit, factor, consignment, on_hand, coming, expires, sold FROM ({SHELF} AND {found})
         WHERE {chosen} AND ?2 >= 0 AND ?3 >= 0 AND ?4 >= '' ORDER BY {order} LIMIT ?5 OFFSET ?6"
    ))?;
    let mut values: Vec<&dyn ToSql> = vec![
        &window.since,
        &window.low_days,
        &window.days,
        &window.expires_by,
        &limit,
        &skip,
    ];
    values.extend(wanted.iter().flat_map(Wanted::values));
    let rows = statement.query_map(&values[..], |row| {
        Ok(ShelfRow {
            sku: read::sku(row, 0)?,
            name: row.get(1)?,
            unit: (row.get(2)?, row.get(3)?),
            consignment: row.get(4)?,
            on_hand: Quantity(row.get(5)?),
            coming: Quantity(row.get(6)?),
            expires: row.get(7)?,
            sold: Quantity(row.get(8)?),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// Left for fewer than `?2` days of what sold in `?3`.
const LOW: &str = "on_hand > 0 AND sold > 0 AND on_hand * ?3 < sold * ?2";

/// How many products are low, out, and expiring.
pub fn tally(connection: &Connection, window: &Window) -> Result<(i64, i64, i64)> {
    Ok(connection
        // Each figure of a product is worked out once, however often it is asked about.
        .prepare_cached(&format!(
            "WITH shelf AS MATERIALIZED ({SHELF})
             SELECT count(*) FILTER (WHERE {LOW}), count(*) FILTER (WHERE on_hand <= 0),
                    count(*) FILTER (WHERE expires <= ?4) FROM shelf"
        ))?
        .query_row(
            params![
                window.since,
                window.low_days,
                window.days,
                window.expires_by
            ],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?)
}

/// What the stock cost: the shop's own, and that of others. A book below zero is worth nothing.
pub fn value(connection: &Connection) -> Result<(Money, Money)> {
    let mut statement = connection.prepare_cached(
        "SELECT p.consignment, p.cost, u.factor,
                (SELECT sum(s.on_hand) FROM lot_stock s WHERE s.product_id = p.id) AS on_hand
         FROM products p
         JOIN product_units u ON u.product_id = p.id AND u.name = p.main_unit AND u.retired_at_utc IS NULL
         WHERE on_hand > 0",
    )?;
    let mut rows = statement.query([])?;
    let (mut own, mut others) = (Money::ZERO, Money::ZERO);
    while let Some(row) = rows.next()? {
        let worth = Money::for_quantity(Money(row.get(1)?), row.get(2)?, row.get(3)?);
        if row.get(0)? {
            others += worth;
        } else {
            own += worth;
        }
    }
    Ok((own, others))
}

/// What one doing did to a product.
#[derive(Debug, Clone)]
pub struct MovementRow {
    /// Place of its last movement in the ledger.
    pub seq: i64,
    /// As stored: `sale`, `void`, `receipt`, `count` or `adjustment`.
    pub kind: String,
    /// A closer reason, or ''.
    pub reason: String,
    /// The sale, receipt, count, adjustment or delivery behind it.
    pub reference: String,
    /// Base units, negative for what left.
    pub quantity: Quantity,
    /// The trading day.
    pub business_date: NaiveDate,
    /// When, RFC 3339.
    pub at: String,
    /// Number of the receipt of a sale.
    pub sale: Option<i64>,
    /// Who it came from, for goods bought.
    pub supplier: Option<String>,
    /// It is an announced delivery.
    pub delivery: bool,
    /// What somebody said about it, or ''.
    pub note: String,
    /// Who did it, or ''.
    pub by: String,
}

/// What was done with a product, the latest first: before movement `before`, the most `limit`.
pub fn movements(
    connection: &Connection,
    product_id: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<MovementRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT max(m.seq) AS last, m.kind, m.reason, m.reference, sum(m.quantity), m.business_date, m.at_utc, s.number,
                u.supplier, EXISTS (SELECT 1 FROM deliveries d WHERE d.id = m.reference),
                coalesce(r.note, ''), coalesce(r.by_whom, s.sold_by, '')
         FROM stock_movements m
         LEFT JOIN sales s ON s.id = m.reference AND m.kind IN ('sale', 'void')
         LEFT JOIN purchases u ON u.id = m.reference
         LEFT JOIN stock_remarks r ON r.reference = m.reference
         WHERE m.product_id = ?1 AND m.seq < ?2
         GROUP BY m.kind, m.reason, m.reference, m.at_utc ORDER BY last DESC LIMIT ?3",
    )?;
    let rows = statement.query_map(params![product_id, before, limit], |row| {
        Ok(MovementRow {
            seq: row.get(0)?,
            kind: row.get(1)?,
            reason: row.get(2)?,
            reference: row.get(3)?,
            quantity: Quantity(row.get(4)?),
            business_date: read::date(row, 5)?,
            at: row.get(6)?,
            sale: row.get(7)?,
            supplier: row.get(8)?,
            delivery: row.get(9)?,
            note: row.get(10)?,
            by: row.get(11)?,
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}
