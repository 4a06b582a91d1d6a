//! Daily flows: the projection that demand is read from.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::Result;
use crate::model::Quantity;
use crate::store::WriteTx;

/// What a change adds to a product's flow on a date.
#[derive(Debug, Clone, Copy, Default)]
pub struct Flow {
    /// Sold at the till, less what was taken back.
    pub sold: Quantity,
    /// Asked for and not there.
    pub missed: Quantity,
    /// Sum of the ledger's movements; anything but `None` says that the ledger moved on this date.
    pub net: Option<Quantity>,
    /// Of those, what came in by receipt, count or correction.
    pub inflow: Quantity,
}

/// Adds `flow` to the product's date.
pub fn add(tx: &WriteTx<'_>, product_id: i64, date: NaiveDate, flow: Flow) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO daily_flows (product_id, business_date, sold, missed, net, inflow, moved)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (product_id, business_date) DO UPDATE SET
             sold = sold + excluded.sold, missed = missed + excluded.missed, net = net + excluded.net,
             inflow = inflow + excluded.inflow, moved = max(moved, excluded.moved)",
    )?
    .execute(params![
        product_id,
        date,
        flow.sold.0,
        flow.missed.0,
        flow.net.unwrap_or_default().0,
        flow.inflow.0,
        flow.net.is_some(),
    ])?;
    Ok(())
}

/// Sets what history says of a product's date, in place of what was imported for it before; whether that is new.
pub fn set_imported(
    tx: &WriteTx<'_>,
    product_id: i64,
    date: NaiveDate,
    quantity: Quantity,
) -> Result<bool> {
    let changed = tx
        .prepare_cached(
            "INSERT INTO daily_flows (product_id, business_date, imported) VALUES (?1, ?2, ?3)
             ON CONFLICT (product_id, business_date) DO UPDATE SET imported = excluded.imported
             WHERE imported <> excluded.imported",
        )?
        .execute(params![product_id, date, quantity.0])?;
    Ok(changed > 0)
}

/// What history says of a product's date; zero where it says nothing.
pub fn imported(connection: &Connection, sku: &str, date: NaiveDate) -> Result<Quantity> {
    Ok(connection
        .prepare_cached(
            "SELECT d.imported FROM daily_flows d JOIN products p ON p.id = d.product_id
             WHERE p.sku = ?1 AND d.business_date = ?2",
        )?
        .query_row(params![sku, date], |row| row.get(0).map(Quantity))
        .optional()?
        .unwrap_or_default())
}
