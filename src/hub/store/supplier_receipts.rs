//! What came of an order to a supplier, delivery by delivery.

use chrono::{DateTime, NaiveDate, Utc};

use super::{HubTx, Row};
use crate::error::Result;
use crate::model::{Quantity, Sku};

/// A delivery of a supplier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplierReceipt {
    /// Its identity; its moves refer to it.
    pub id: String,
    /// The order that it is for.
    pub order_id: String,
    /// When it was booked in.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: String,
    /// The number of the supplier's delivery note, or words.
    pub note: String,
    /// What was asked for, as a digest.
    pub request_hash: Vec<u8>,
    /// When and by whom it was taken back.
    pub undone: Option<(DateTime<Utc>, String)>,
    /// What came.
    pub lines: Vec<SupplierReceiptLine>,
}

/// What came of a product with one date and one lot code, base units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplierReceiptLine {
    /// The product.
    pub sku: Sku,
    /// The supplier's lot code; empty where it has none.
    pub lot: String,
    /// Best before; absent for goods without a date.
    pub expires: Option<NaiveDate>,
    /// In good condition: in the warehouse.
    pub quantity: Quantity,
    /// Damaged: not taken in.
    pub damaged: Quantity,
}

const COLUMNS: &str = "id, order_id, at_utc, actor, note, request_hash, undone_at_utc, undone_by";

/// The delivery with this identity.
pub fn find(tx: &mut dyn HubTx, id: &str) -> Result<Option<SupplierReceipt>> {
    tx.query_row(
        &format!("SELECT {COLUMNS} FROM supplier_receipts WHERE tenant_id = tenant() AND id = $1"),
        &[id.into()],
    )?
    .map(|row| with_lines(tx, &row))
    .transpose()
}

/// An order's deliveries, the first first.
pub fn of_order(tx: &mut dyn HubTx, order_id: &str) -> Result<Vec<SupplierReceipt>> {
    let rows = tx.query(
        &format!(
            "SELECT {COLUMNS} FROM supplier_receipts WHERE tenant_id = tenant() AND order_id = $1
             ORDER BY at_utc, id"
        ),
        &[order_id.into()],
    )?;
    rows.iter().map(|row| with_lines(tx, row)).collect()
}

fn with_lines(tx: &mut dyn HubTx, row: &Row) -> Result<SupplierReceipt> {
    let id = row.text("id")?;
    let lines = tx
        .query(
            "SELECT sku, lot, expires, quantity, damaged FROM supplier_receipt_lines
             WHERE tenant_id = tenant() AND receipt_id = $1 ORDER BY line_no",
            &[(&id).into()],
        )?
        .iter()
        .map(|line| {
            Ok(SupplierReceiptLine {
                sku: line.sku("sku")?,
                lot: line.text("lot")?,
                expires: line.date_opt("expires")?,
                quantity: line.quantity("quantity")?,
                damaged: line.quantity("damaged")?,
            })
        })
        .collect::<Result<_>>()?;
    Ok(SupplierReceipt {
        id,
        order_id: row.text("order_id")?,
        at: row.moment("at_utc")?,
        actor: row.text("actor")?,
        note: row.text("note")?,
        request_hash: row.bytes("request_hash")?.to_vec(),
        undone: row
            .moment_opt("undone_at_utc")?
            .zip(Some(row.text_opt("undone_by")?.unwrap_or_default())),
        lines,
    })
}

/// Writes a new delivery.
pub fn insert(tx: &mut dyn HubTx, receipt: &SupplierReceipt) -> Result<()> {
    tx.execute(
        "INSERT INTO supplier_receipts (tenant_id, id, order_id, at_utc, actor, note, request_hash)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6)",
        &[
            (&receipt.id).into(),
            (&receipt.order_id).into(),
            receipt.at.into(),
            (&receipt.actor).into(),
            (&receipt.note).into(),
            receipt.request_hash.clone().into(),
        ],
    )?;
    for (line_no, line) in (1_i64..).zip(&receipt.lines) {
        let expires = line.expires.map(|date| date.to_string());
        tx.execute(
            "INSERT INTO supplier_receipt_lines (tenant_id, receipt_id, line_no, sku, lot, expires, quantity, damaged)
             VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7)",
            &[
                (&receipt.id).into(),
                line_no.into(),
                (&line.sku).into(),
                (&line.lot).into(),
                expires.unwrap_or_default().into(),
                line.quantity.into(),
                line.damaged.into(),
            ],
        )?;
    }
    Ok(())
}

/// Notes that a delivery was taken back.
pub fn set_undone(tx: &mut dyn HubTx, id: &str, now: DateTime<Utc>, actor: &str) -> Result<()> {
    tx.execute(
        "UPDATE supplier_receipts SET undone_at_utc = $1, undone_by = $2 WHERE tenant_id = tenant() AND id = $3",
        &[now.into(), actor.into(), id.into()],
    )?;
    Ok(())
}
