//! What shops say of the shipments that reached them.

use chrono::{DateTime, Utc};

use super::HubTx;
use crate::error::Result;
use crate::model::Quantity;
use crate::wire::event::ReceivedRow;

/// What a receipt meant to the shipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// It is closed by it: `received`, or `short` where less came in good condition than was sent.
    Recorded,
    /// It was closed by a receipt before, which stands.
    ReceivedBefore,
    /// The hub knows no such shipment to this shop.
    Unknown,
}

/// Records a receipt, whatever state the shipment is in: goods that came have come. A product that the shop does not
/// mention did not come; one that was not sent gets a line of its own.
pub fn record(
    tx: &mut dyn HubTx,
    shop_id: &str,
    shipment_id: &str,
    came: &[ReceivedRow],
    now: DateTime<Utc>,
) -> Result<Receipt> {
    let state = tx.query_row(
        "SELECT state FROM shipments WHERE tenant_id = tenant() AND id = $1 AND shop_id = $2",
        &[shipment_id.into(), shop_id.into()],
    )?;
    match state {
        None => return Ok(Receipt::Unknown),
        Some(row) if matches!(row.text("state")?.as_str(), "received" | "short") => {
            return Ok(Receipt::ReceivedBefore);
        }
        Some(_) => {}
    }
    let lines = tx.query(
        "SELECT line_no, sku, quantity FROM shipment_lines
         WHERE tenant_id = tenant() AND shop_id = $1 AND shipment_id = $2 ORDER BY line_no",
        &[shop_id.into(), shipment_id.into()],
    )?;
    let mut short = false;
    let mut last_line = 0;
    let mut sent = Vec::with_capacity(lines.len());
    for line in &lines {
        let (line_no, sku) = (line.integer("line_no")?, line.sku("sku")?);
        let (mut received, mut damaged) = (Quantity::ZERO, Quantity::ZERO);
        for row in came.iter().filter(|row| row.sku == sku) {
            received += row.received;
            damaged += row.damaged;
        }
        short |= received - damaged < line.quantity("quantity")?;
        last_line = last_line.max(line_no);
        sent.push(sku);
        tx.execute(
            "UPDATE shipment_lines SET received = $1, damaged = $2
             WHERE tenant_id = tenant() AND shop_id = $3 AND shipment_id = $4 AND line_no = $5",
            &[
                received.into(),
                damaged.into(),
                shop_id.into(),
                shipment_id.into(),
                line_no.into(),
            ],
        )?;
    }
    for row in came {
        if sent.contains(&row.sku) {
            continue;
        }
        last_line += 1;
        tx.execute(
            "INSERT INTO shipment_lines (tenant_id, shop_id, shipment_id, line_no, sku, name, recommended, quantity,
                 received, damaged)
             VALUES (tenant(), $1, $2, $3, $4, $4, 0, 0, $5, $6)
             ON CONFLICT (tenant_id, shop_id, shipment_id, sku) DO UPDATE SET
                 received = shipment_lines.received + excluded.received,
                 damaged = shipment_lines.damaged + excluded.damaged",
            &[
                shop_id.into(),
                shipment_id.into(),
                last_line.into(),
                (&row.sku).into(),
                row.received.into(),
                row.damaged.into(),
            ],
        )?;
    }
    tx.execute(
        "UPDATE shipments SET state = $1, received_at_utc = $2
         WHERE tenant_id = tenant() AND shop_id = $3 AND id = $4",
        &[
            if short { "short" } else { "received" }.into(),
            now.into(),
            shop_id.into(),
            shipment_id.into(),
        ],
    )?;
    Ok(Receipt::Recorded)
}
