//! Goods that others left to be sold: whose they are, and what was settled.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::days::Moment;
use super::read;
use crate::error::Result;
use crate::model::{BaseUnit, Money, Quantity, Sku};
use crate::store::WriteTx;

/// Who leaves goods to be sold.
#[derive(Debug, Clone)]
pub struct ConsignorRow {
    /// Their identity.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their telephone, or ''.
    pub phone: String,
    /// Kinds of goods of theirs.
    pub goods: i64,
    /// Owed to them after what was settled and paid.
    pub balance: Money,
}

const CONSIGNOR: &str = "SELECT c.id, c.name, c.phone,
    (SELECT count(*) FROM consigned_goods g WHERE g.consignor = c.id),
    (SELECT coalesce(sum(u.total - u.paid), 0) FROM purchases u WHERE u.consignor = c.id AND u.kind = 'settled')
    FROM consignors c";

fn consignor_row(row: &Row<'_>) -> rusqlite::Result<ConsignorRow> {
    Ok(ConsignorRow {
        id: row.get(0)?,
        name: row.get(1)?,
        phone: row.get(2)?,
        goods: row.get(3)?,
        balance: Money(row.get(4)?),
    })
}

/// Everybody who leaves goods, by name.
pub fn list(connection: &Connection) -> Result<Vec<ConsignorRow>> {
    let mut statement =
        connection.prepare_cached(&format!("{CONSIGNOR} ORDER BY lower(c.name), c.id"))?;
    let rows = statement.query_map([], consignor_row)?;
    rows.map(|row| Ok(row?)).collect()
}

/// The one of this identity.
pub fn by_id(connection: &Connection, id: &str) -> Result<Option<ConsignorRow>> {
    Ok(connection
        .prepare_cached(&format!("{CONSIGNOR} WHERE c.id = ?1"))?
        .query_row([id], consignor_row)
        .optional()?)
}

/// The identity of whoever has this name.
pub fn named(connection: &Connection, name: &str) -> Result<Option<String>> {
    Ok(connection
        .prepare_cached("SELECT id FROM consignors WHERE lower(name) = lower(?1)")?
        .query_row([name], |row| row.get(0))
        .optional()?)
}

/// Keeps somebody new.
pub fn insert(tx: &WriteTx<'_>, id: &str, name: &str, phone: &str, now: &Moment) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO consignors (id, name, phone, created_at_utc) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![id, name, phone, now.text()])?;
    Ok(())
}

/// Whose a product is: the consignor's identity and name.
pub fn owner(connection: &Connection, product_id: i64) -> Result<Option<(String, String)>> {
    Ok(connection
        .prepare_cached(
            "SELECT c.id, c.name FROM consigned_goods g JOIN consignors c ON c.id = g.consignor
             WHERE g.product_id = ?1",
        )?
        .query_row([product_id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// From where in the ledger on a product is to be settled, and with what it began.
pub fn settle_from(
    tx: &WriteTx<'_>,
    product_id: i64,
    consignor: &str,
    opening: Quantity,
    seq: i64,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO consigned_goods (product_id, consignor, opening, settled_seq) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (product_id) DO UPDATE
         SET consignor = excluded.consignor, opening = excluded.opening, settled_seq = excluded.settled_seq",
    )?
    .execute(params![product_id, consignor, opening.0, seq])?;
    Ok(())
}

/// How a consigned product stands since it was settled last, base units.
#[derive(Debug, Clone)]
pub struct StandingRow {
    /// The product's row.
    pub product_id: i64,
    /// Its code.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// What its stock counts.
    pub base_unit: BaseUnit,
    /// The unit it is spoken of in, and base units in that.
    pub unit: (String, i64),
    /// Agreed for one of that.
    pub cost: Money,
    /// What was there at the last settlement.
    pub opening: Quantity,
    /// What was left since.
    pub came: Quantity,
    /// What went back since, or expired and is the consignor's loss.
    pub returned: Quantity,
    /// On hand by the book.
    pub on_hand: Quantity,
    /// The ledger's last movement of the product.
    pub last_seq: i64,
}

/// How the goods of a consignor stand, by name.
pub fn standing(connection: &Connection, consignor: &str) -> Result<Vec<StandingRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT p.id, p.sku, p.name, p.main_unit, u.factor, p.cost, g.opening,
                coalesce(sum(m.quantity) FILTER (WHERE m.kind = 'receipt' AND m.seq > g.settled_seq), 0),
                -coalesce(sum(m.quantity) FILTER (WHERE m.kind = 'adjustment' AND m.reason IN ('return', 'expired')
                                                    AND m.seq > g.settled_seq), 0),
                coalesce(sum(m.quantity), 0), coalesce(max(m.seq), 0), p.base_unit
         FROM consigned_goods g JOIN products p ON p.id = g.product_id
         JOIN product_units u ON u.product_id = p.id AND u.name = p.main_unit AND u.retired_at_utc IS NULL
         LEFT JOIN stock_movements m ON m.product_id = p.id
         WHERE g.consignor = ?1 GROUP BY p.id ORDER BY lower(p.name), p.sku",
    )?;
    let rows = statement.query_map([consignor], |row| {
        Ok(StandingRow {
            product_id: row.get(0)?,
            sku: read::sku(row, 1)?,
            name: row.get(2)?,
            unit: (row.get(3)?, row.get(4)?),
            cost: Money(row.get(5)?),
            opening: Quantity(row.get(6)?),
            came: Quantity(row.get(7)?),
            returned: Quantity(row.get(8)?),
            on_hand: Quantity(row.get(9)?),
            last_seq: row.get(10)?,
            base_unit: read::base_unit(row, 11)?,
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// A line of a settlement, base units: opening + came = sold + returned + remaining.
#[derive(Debug, Clone)]
pub struct SettlementLine {
    /// The product's row.
    pub product_id: i64,
    /// Its name then.
    pub name: String,
    /// The unit it is spoken of in, and base units in that.
    pub unit: (String, i64),
    /// What was there at the settlement before.
    pub opening: Quantity,
    /// What was left since.
    pub came: Quantity,
    /// What went back.
    pub returned: Quantity,
    /// What is still there, as counted.
    pub remaining: Quantity,
    /// What is to be paid for.
    pub sold: Quantity,
    /// Agreed for one unit.
    pub cost: Money,
    /// For what sold.
    pub amount: Money,
}

/// Keeps the lines of a settlement.
pub fn insert_lines(tx: &WriteTx<'_>, id: &str, lines: &[SettlementLine]) -> Result<()> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO settlement_lines (purchase_id, line_no, product_id, name, unit, factor, opening, came, returned,
                                       remaining, sold, cost, amount)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    for (number, line) in (1_i64..).zip(lines) {
        statement.execute(params![
            id,
            number,
            line.product_id,
            line.name,
            line.unit.0,
            line.unit.1,
            line.opening.0,
            line.came.0,
            line.returned.0,
            line.remaining.0,
            line.sold.0,
            line.cost.0,
            line.amount.0
        ])?;
    }
    Ok(())
}

/// The lines of a settlement in their order.
pub fn lines(connection: &Connection, id: &str) -> Result<Vec<SettlementLine>> {
    let mut statement = connection.prepare_cached(
        "SELECT product_id, name, unit, factor, opening, came, returned, remaining, sold, cost, amount
         FROM settlement_lines WHERE purchase_id = ?1 ORDER BY line_no",
    )?;
    let rows = statement.query_map([id], |row| {
        Ok(SettlementLine {
            product_id: row.get(0)?,
            name: row.get(1)?,
            unit: (row.get(2)?, row.get(3)?),
            opening: Quantity(row.get(4)?),
            came: Quantity(row.get(5)?),
            returned: Quantity(row.get(6)?),
            remaining: Quantity(row.get(7)?),
            sold: Quantity(row.get(8)?),
            cost: Money(row.get(9)?),
            amount: Money(row.get(10)?),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// What went back of a product with a settlement, base units.
pub fn returned_with(connection: &Connection, id: &str, product_id: i64) -> Result<Quantity> {
    Ok(connection
        .prepare_cached(
            "SELECT -coalesce(sum(quantity), 0) FROM stock_movements
             WHERE reference = ?1 AND product_id = ?2 AND kind = 'adjustment'",
        )?
        .query_row(params![id, product_id], |row| row.get(0).map(Quantity))?)
}
