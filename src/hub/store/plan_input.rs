//! What many shops are planned from, read a range of shops at a time.

use std::collections::BTreeMap;

use super::projections::{LotRow, product_from};
use super::shipments::{Coming, ShipmentState};
use super::shops::{self, Shop};
use super::{HubTx, Value};
use crate::error::Result;
use crate::model::Sku;
use crate::wire::event::ProductFacts;

/// Shops by their identities: from the first on, and before the second; empty for no bound.
pub type ShopRange<'r> = (&'r str, &'r str);

/// The identities of all active shops, rising.
pub fn active_shops(tx: &mut dyn HubTx) -> Result<Vec<String>> {
    tx.query(
        "SELECT id FROM shops WHERE tenant_id = tenant() AND active = 1 ORDER BY id",
        &[],
    )?
    .iter()
    .map(|row| row.text("id"))
    .collect()
}

/// The active shops of a range by identity.
pub fn shops_in(tx: &mut dyn HubTx, range: ShopRange<'_>) -> Result<Vec<Shop>> {
    let (bounds, params) = within("id", range);
    shops::meeting(tx, &format!("active = 1 AND {bounds}"), &params)
}

/// The products of the shops of a range.
pub fn products_in(
    tx: &mut dyn HubTx,
    range: ShopRange<'_>,
) -> Result<BTreeMap<String, Vec<ProductFacts>>> {
    let (bounds, params) = within("shop_id", range);
    let mut found: BTreeMap<String, Vec<ProductFacts>> = BTreeMap::new();
    for row in tx.query(
        &format!(
            "SELECT shop_id, sku, name, base_unit, unit, unit_factor, pack_name, pack_size, minimum_order,
                 shelf_life_days, consignment, active
             FROM shop_products WHERE tenant_id = tenant() AND {bounds} ORDER BY shop_id, sku"
        ),
        &params,
    )? {
        let shop = found.entry(row.text("shop_id")?).or_default();
        shop.push(product_from(&row)?);
    }
    Ok(found)
}

/// The lots of the shops of a range.
pub fn lots_in(tx: &mut dyn HubTx, range: ShopRange<'_>) -> Result<BTreeMap<String, Vec<LotRow>>> {
    let (bounds, params) = within("shop_id", range);
    let mut found: BTreeMap<String, Vec<LotRow>> = BTreeMap::new();
    for row in tx.query(
        &format!(
            "SELECT shop_id, sku, expires, quantity FROM shop_lots WHERE tenant_id = tenant() AND {bounds}
             ORDER BY shop_id, sku, expires"
        ),
        &params,
    )? {
        found.entry(row.text("shop_id")?).or_default().push(LotRow {
            sku: row.sku("sku")?,
            expires: row.date_opt("expires")?,
            quantity: row.quantity("quantity")?,
        });
    }
    Ok(found)
}

/// What is on its way to the shops of a range.
pub fn coming_in(
    tx: &mut dyn HubTx,
    range: ShopRange<'_>,
) -> Result<BTreeMap<String, BTreeMap<Sku, Coming>>> {
    let (bounds, params) = within("s.shop_id", range);
    let mut found: BTreeMap<String, BTreeMap<Sku, Coming>> = BTreeMap::new();
    for row in tx.query(
        &format!(
            "SELECT s.shop_id AS shop_id, l.sku AS sku, s.state AS state,
                 CAST(sum(l.quantity) AS BIGINT) AS quantity
             FROM shipments s
             JOIN shipment_lines l ON l.tenant_id = s.tenant_id AND l.shop_id = s.shop_id AND l.shipment_id = s.id
             WHERE s.tenant_id = tenant() AND {bounds} AND s.state IN ('confirmed', 'dispatched') AND l.quantity <> 0
             GROUP BY s.shop_id, l.sku, s.state ORDER BY s.shop_id, l.sku, s.state"
        ),
        &params,
    )? {
        let shop = found.entry(row.text("shop_id")?).or_default();
        let product = shop.entry(row.sku("sku")?).or_default();
        if row.text("state")? == ShipmentState::Confirmed.as_str() {
            product.on_order += row.quantity("quantity")?;
        } else {
            product.in_transit += row.quantity("quantity")?;
        }
    }
    // As `trips::unloaded_unrecorded` for one shop.
    let (bounds, params) = within("t.shop_id", range);
    for row in tx.query(
        &format!(
            "SELECT t.shop_id AS shop_id, l.sku AS sku, CAST(sum(l.received - l.damaged) AS BIGINT) AS quantity
             FROM shipment_trips t
             JOIN shipment_lines l ON l.tenant_id = t.tenant_id AND l.shop_id = t.shop_id
                 AND l.shipment_id = t.shipment_id
             WHERE t.tenant_id = tenant() AND {bounds}
                 AND t.unloaded_at_utc IS NOT NULL AND t.shop_told_at_utc IS NULL
             GROUP BY t.shop_id, l.sku ORDER BY t.shop_id, l.sku"
        ),
        &params,
    )? {
        let shop = found.entry(row.text("shop_id")?).or_default();
        shop.entry(row.sku("sku")?).or_default().in_transit += row.quantity("quantity")?;
    }
    Ok(found)
}

/// The condition that `column` lies in a range, as the first condition of a statement, with its parameters.
pub(super) fn within(column: &str, (from, until): ShopRange<'_>) -> (String, Vec<Value>) {
    if until.is_empty() {
        (format!("{column} >= $1"), vec![from.into()])
    } else {
        (
            format!("{column} >= $1 AND {column} < $2"),
            vec![from.into(), until.into()],
        )
    }
}
