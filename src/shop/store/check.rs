//! What a check of the whole database reads, row by row, and what a repair of its projections writes.
//!
//! Rows come as they are: a check must get past one that no program of ours would have written.

use std::collections::HashSet;

use chrono::NaiveDate;
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::events::{COLUMNS, read_event};
use super::{read, recovered};
use crate::error::{Error, Result};
use crate::model::{Money, Quantity, Sku};
use crate::store::WriteTx;
use crate::wire::event::{Event, Hash};
use crate::wire::replay::Day;

/// A stored event, and the links as they are stored with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The epoch it stands in.
    pub epoch: i64,
    /// The event.
    pub event: Event,
    /// The link before it.
    pub prev_hash: Hash,
    /// Its own.
    pub hash: Hash,
}

/// Where the log is said to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// The device that writes it.
    pub device: Uuid,
    /// The epoch being written.
    pub epoch: i64,
    /// The last seq.
    pub seq: i64,
    /// The hash there.
    pub hash: Hash,
    /// The last seq that the hub is known to hold.
    pub acked: i64,
}

/// Where the log is said to end, and by whom it is written.
pub fn ends(connection: &Connection) -> Result<Ends> {
    Ok(connection.query_row(
        "SELECT s.device_id, y.epoch, y.head_seq, y.head_hash, y.acked_seq
         FROM shop s JOIN sync_state y ON y.id = s.id WHERE s.id = 1",
        [],
        |row| {
            Ok(Ends {
                device: uuid(row, 0)?,
                epoch: row.get(1)?,
                seq: row.get(2)?,
                hash: Hash(row.get(3)?),
                acked: row.get(4)?,
            })
        },
    )?)
}

fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    let text: String = row.get(column)?;
    Uuid::parse_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Text,
            Box::new(error),
        )
    })
}

/// Every event of this copy's own log, in order; one that cannot be read comes with its place and why.
pub fn each_event(
    connection: &Connection,
    mut each: impl FnMut((i64, i64), Result<Logged>) -> Result<()>,
) -> Result<()> {
    let mut statement = connection.prepare(&format!(
        "SELECT {COLUMNS}, epoch, prev_hash, hash FROM events ORDER BY epoch, seq"
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let place = (row.get(8)?, row.get(0)?);
        each(place, logged(row).map_err(Error::from))?;
    }
    Ok(())
}

fn logged(row: &Row<'_>) -> rusqlite::Result<Logged> {
    Ok(Logged {
        epoch: row.get(8)?,
        event: read_event(row)?,
        prev_hash: Hash(row.get(9)?),
        hash: Hash(row.get(10)?),
    })
}

/// Events that only the hub had and that have had their effect here, in order. None in a database of a program that
/// did not know of them.
pub fn each_recovered(
    connection: &Connection,
    mut each: impl FnMut(Event) -> Result<()>,
) -> Result<()> {
    if !connection.table_exists(None::<&str>, "recovered_events")? {
        return Ok(());
    }
    let mut statement = connection.prepare(&format!(
        "SELECT {COLUMNS} FROM recovered_events WHERE state = 'applied' ORDER BY epoch, seq"
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(read_event(row)?)?;
    }
    Ok(())
}

/// Every import of history, this copy's own and recovered ones, in the hub's order; none where nothing was recovered.
pub fn each_import(
    connection: &Connection,
    mut each: impl FnMut(Event) -> Result<()>,
) -> Result<()> {
    if !connection.table_exists(None::<&str>, "recovered_events")? {
        return Ok(());
    }
    let mut statement = connection.prepare(&recovered::in_hub_order("'history.imported'"))?;
    let mut rows = statement.query([0])?;
    while let Some(row) = rows.next()? {
        // One that cannot be read is named by whoever reads them all.
        if let Ok(event) = read_event(row) {
            each(event)?;
        }
    }
    Ok(())
}

/// The identities of recovered events that were set aside.
pub fn set_aside(connection: &Connection) -> Result<HashSet<Uuid>> {
    if !connection.table_exists(None::<&str>, "recovered_events")? {
        return Ok(HashSet::new());
    }
    let events = recovered::quarantined(connection)?;
    Ok(events
        .into_iter()
        .map(|logged| logged.event.event_id)
        .collect())
}

/// A movement of the ledger, with its product and the date of its lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The product.
    pub sku: Sku,
    /// Best before.
    pub expires: Option<NaiveDate>,
    /// The business date.
    pub date: NaiveDate,
    /// Base units.
    pub quantity: Quantity,
    /// As stored.
    pub kind: String,
}

/// Every movement of the ledger.
pub fn each_movement(
    connection: &Connection,
    mut each: impl FnMut(Moved) -> Result<()>,
) -> Result<()> {
    let mut statement = connection.prepare(
        "SELECT p.sku, l.expires, m.business_date, m.quantity, m.kind
         FROM stock_movements m JOIN products p ON p.id = m.product_id LEFT JOIN lots l ON l.id = m.lot_id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(Moved {
            sku: read::sku(row, 0)?,
            expires: row.get(1)?,
            date: read::date(row, 2)?,
            quantity: Quantity(row.get(3)?),
            kind: row.get(4)?,
        })?;
    }
    Ok(())
}

/// Every line of a sale that was taken back: product, the date of the sale, base units.
pub fn each_line_taken_back(
    connection: &Connection,
    each: impl FnMut(&Sku, NaiveDate, Quantity) -> Result<()>,
) -> Result<()> {
    let here = if connection.column_exists(None::<&str>, "voids", "recovered")? {
        "WHERE v.recovered = 0"
    } else {
        ""
    };
    each_dated(
        connection,
        &format!(
            "SELECT p.sku, s.business_date, l.quantity FROM voids v JOIN sales s ON s.id = v.sale_id
             JOIN sale_lines l ON l.sale_id = s.id JOIN products p ON p.id = l.product_id {here}"
        ),
        each,
    )
}

/// Everything that was asked for in vain: product, date, base units; negative for what was taken back.
pub fn each_missed(
    connection: &Connection,
    mut each: impl FnMut(&Sku, NaiveDate, Quantity) -> Result<()>,
) -> Result<()> {
    each_dated(
        connection,
        "SELECT p.sku, m.business_date, m.quantity FROM missed_demand m JOIN products p ON p.id = m.product_id",
        &mut each,
    )?;
    // Databases of a program that took nothing back have none.
    if !connection.table_exists(None::<&str>, "missed_taken_back")? {
        return Ok(());
    }
    each_dated(
        connection,
        "SELECT p.sku, t.business_date, -t.quantity FROM missed_taken_back t JOIN products p ON p.id = t.product_id",
        each,
    )
}

pub(super) fn each_dated(
    connection: &Connection,
    sql: &str,
    mut each: impl FnMut(&Sku, NaiveDate, Quantity) -> Result<()>,
) -> Result<()> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(
            &read::sku(row, 0)?,
            read::date(row, 1)?,
            Quantity(row.get(2)?),
        )?;
    }
    Ok(())
}

/// Every stored daily flow: product, date, flow.
pub fn each_flow(
    connection: &Connection,
    mut each: impl FnMut(&Sku, NaiveDate, Day) -> Result<()>,
) -> Result<()> {
    let mut statement = connection.prepare(
        "SELECT p.sku, f.business_date, f.sold, f.imported, f.missed, f.net, f.inflow, f.moved
         FROM daily_flows f JOIN products p ON p.id = f.product_id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let day = Day {
            sold: Quantity(row.get(2)?),
            imported: Quantity(row.get(3)?),
            missed: Quantity(row.get(4)?),
            net: Quantity(row.get(5)?),
            inflow: Quantity(row.get(6)?),
            moved: row.get(7)?,
        };
        each(&read::sku(row, 0)?, read::date(row, 1)?, day)?;
    }
    Ok(())
}

/// A lot whose stock is not what the ledger adds up to. Lot 0 stands for no lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotFault {
    /// The product's row.
    pub product_id: i64,
    /// Its code; its row's number where it has none.
    pub sku: String,
    /// The lot.
    pub lot_id: i64,
    /// What the ledger adds up to.
    pub ledger: Quantity,
    /// What is stored.
    pub stored: Quantity,
}

/// Lots whose stock is not what the ledger adds up to.
pub fn lot_faults(connection: &Connection) -> Result<Vec<LotFault>> {
    let mut statement = connection.prepare(
        "SELECT d.product_id, coalesce(p.sku, d.product_id), d.lot_id, d.ledger, d.stored FROM (
             SELECT product_id, lot_id, sum(ledger) AS ledger, sum(stored) AS stored FROM (
                 SELECT product_id, coalesce(lot_id, 0) AS lot_id, quantity AS ledger, 0 AS stored FROM stock_movements
                 UNION ALL SELECT product_id, lot_id, 0, on_hand FROM lot_stock)
             GROUP BY product_id, lot_id HAVING sum(ledger) <> sum(stored)) d
         LEFT JOIN products p ON p.id = d.product_id ORDER BY d.product_id, d.lot_id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(LotFault {
            product_id: row.get(0)?,
            sku: row.get(1)?,
            lot_id: row.get(2)?,
            ledger: Quantity(row.get(3)?),
            stored: Quantity(row.get(4)?),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// Movements of a lot that is another product's: the seq of each.
pub fn movements_of_foreign_lots(connection: &Connection) -> Result<Vec<i64>> {
    numbers(
        connection,
        "SELECT m.seq FROM stock_movements m JOIN lots l ON l.id = m.lot_id WHERE l.product_id <> m.product_id",
    )
}

/// How many rows a table has.
pub fn count(connection: &Connection, table: Counted) -> Result<i64> {
    let sql = match table {
        Counted::Movements => "SELECT count(*) FROM stock_movements",
        Counted::Sales => "SELECT count(*) FROM sales",
        Counted::Audit => "SELECT count(*) FROM audit",
    };
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// What can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// The ledger.
    Movements,
    /// Sales.
    Sales,
    /// Entries of the audit log.
    Audit,
}

/// The first numbers of the series of receipts, rising.
pub fn series(connection: &Connection) -> Result<Vec<i64>> {
    if connection.table_exists(None::<&str>, "receipt_series")? {
        return numbers(
            connection,
            "SELECT first_number FROM receipt_series ORDER BY first_number",
        );
    }
    Ok(vec![1])
}

/// Receipts whose number does not follow another one's, rising.
pub fn numbers_after_none(connection: &Connection) -> Result<Vec<i64>> {
    numbers(
        connection,
        "SELECT number FROM sales s WHERE NOT EXISTS (SELECT 1 FROM sales b WHERE b.number = s.number - 1)
         ORDER BY number",
    )
}

fn numbers(connection: &Connection, sql: &str) -> Result<Vec<i64>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    rows.map(|row| Ok(row?)).collect()
}

/// A sale's sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sums {
    /// Its receipt number.
    pub number: i64,
    /// Sum of its lines, as stored with the sale.
    pub lines_total: Money,
    /// Sum of its lines.
    pub lines: Money,
    /// Taken off the sum of the lines.
    pub discount: Money,
    /// What rounding added.
    pub rounding: Money,
    /// What its payments come to.
    pub paid: Money,
    /// Of that, in cash; none where no part is cash.
    pub in_cash: Option<Money>,
    /// To pay.
    pub total: Money,
    /// What was handed over.
    pub tendered: Option<Money>,
    /// What went back.
    pub change: Money,
    /// What went back when it was taken back.
    pub voided: Option<Money>,
}

/// Every sale's sums.
pub fn each_sum(connection: &Connection, mut each: impl FnMut(Sums)) -> Result<()> {
    let mut statement = connection.prepare(
        "SELECT s.number, s.lines_total, (SELECT coalesce(sum(l.total), 0) FROM sale_lines l WHERE l.sale_id = s.id),
                s.rounding, s.total, s.tendered, s.change, v.amount, s.discount,
                (SELECT coalesce(sum(p.amount), 0) FROM sale_payments p WHERE p.sale_id = s.id),
                (SELECT sum(p.amount) FROM sale_payments p WHERE p.sale_id = s.id AND p.method = 'cash')
         FROM sales s LEFT JOIN voids v ON v.sale_id = s.id ORDER BY s.number",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(Sums {
            number: row.get(0)?,
            lines_total: Money(row.get(1)?),
            lines: Money(row.get(2)?),
            rounding: Money(row.get(3)?),
            total: Money(row.get(4)?),
            tendered: row.get::<_, Option<i64>>(5)?.map(Money),
            change: Money(row.get(6)?),
            voided: row.get::<_, Option<i64>>(7)?.map(Money),
            discount: Money(row.get(8)?),
            paid: Money(row.get(9)?),
            in_cash: row.get::<_, Option<i64>>(10)?.map(Money),
        });
    }
    Ok(())
}

/// Sets a lot's stock to what the ledger adds up to.
pub fn set_lot(tx: &WriteTx<'_>, fault: &LotFault) -> Result<()> {
    tx.execute(
        "INSERT INTO lot_stock (product_id, lot_id, on_hand) VALUES (?1, ?2, ?3)
         ON CONFLICT (product_id, lot_id) DO UPDATE SET on_hand = excluded.on_hand",
        params![fault.product_id, fault.lot_id, fault.ledger.0],
    )?;
    Ok(())
}

/// Sets a product's flow on a date.
pub fn set_flow(tx: &WriteTx<'_>, sku: &Sku, date: NaiveDate, day: &Day) -> Result<()> {
    tx.execute(
        "INSERT INTO daily_flows (product_id, business_date, sold, imported, missed, net, inflow, moved)
         VALUES ((SELECT id FROM products WHERE sku = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (product_id, business_date) DO UPDATE SET
             sold = excluded.sold, imported = excluded.imported, missed = excluded.missed, net = excluded.net,
             inflow = excluded.inflow, moved = excluded.moved",
        params![
            sku.as_str(),
            date,
            day.sold.0,
            day.imported.0,
            day.missed.0,
            day.net.0,
            day.inflow.0,
            day.moved
        ],
    )?;
    Ok(())
}
