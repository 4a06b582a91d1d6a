//! What of the distributor's stock is spoken for by shipments that have nothing reserved.

use std::collections::BTreeMap;

use super::HubTx;
use crate::error::Result;
use crate::model::{Quantity, Sku};

/// What recommended and confirmed shipments hold of each product, beyond what is reserved for shipments.
pub fn unreserved(tx: &mut dyn HubTx) -> Result<BTreeMap<Sku, Quantity>> {
    let mut held: BTreeMap<Sku, Quantity> = tx
        .query(
            "SELECT l.sku AS sku, CAST(sum(l.quantity) AS BIGINT) AS quantity
             FROM shipments s JOIN shipment_lines l
                 ON l.tenant_id = s.tenant_id AND l.shop_id = s.shop_id AND l.shipment_id = s.id
             WHERE s.tenant_id = tenant() AND s.state IN ('recommended', 'confirmed') GROUP BY l.sku ORDER BY l.sku",
            &[],
        )?
        .iter()
        .map(|row| Ok((row.sku("sku")?, row.quantity("quantity")?)))
        .collect::<Result<_>>()?;
    let reserved = tx.query(
        "SELECT sku, CAST(sum(quantity) AS BIGINT) AS quantity FROM stock_reservations
         WHERE tenant_id = tenant() AND kind = 'shipment' GROUP BY sku ORDER BY sku",
        &[],
    )?;
    for row in reserved {
        if let Some(quantity) = held.get_mut(&row.sku("sku")?) {
            *quantity = (*quantity - row.quantity("quantity")?).max(Quantity::ZERO);
        }
    }
    Ok(held)
}
