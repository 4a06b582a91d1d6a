//! What a check of orders reads besides the orders themselves.

use std::collections::BTreeMap;

use super::HubTx;
use crate::error::Result;
use crate::model::Quantity;

/// What the warehouse has set aside as `kind`, by what it is for and the product.
pub fn set_aside(tx: &mut dyn HubTx, kind: &str) -> Result<BTreeMap<(String, String), Quantity>> {
    tx.query(
        "SELECT subject, sku, quantity FROM stock_reservations WHERE tenant_id = tenant() AND kind = $1
         ORDER BY subject, sku",
        &[kind.into()],
    )?
    .iter()
    .map(|row| {
        let key = (row.text("subject")?, row.text("sku")?);
        Ok((key, row.quantity("quantity")?))
    })
    .collect()
}

/// Messages about orders that there are not: the message and the order.
pub fn messages_about_nothing(tx: &mut dyn HubTx) -> Result<Vec<(String, String)>> {
    tx.query(
        "SELECT m.topic_key AS topic_key, m.order_id AS order_id FROM outbox m
         LEFT JOIN orders o ON o.tenant_id = m.tenant_id AND o.id = m.order_id
         WHERE m.tenant_id = tenant() AND m.order_id IS NOT NULL AND o.id IS NULL ORDER BY m.topic_key",
        &[],
    )?
    .iter()
    .map(|row| Ok((row.text("topic_key")?, row.text("order_id")?)))
    .collect()
}

/// The last number given in each year.
pub fn last_numbers(tx: &mut dyn HubTx) -> Result<BTreeMap<i64, i64>> {
    tx.query(
        "SELECT year, last FROM order_numbers WHERE tenant_id = tenant() ORDER BY year",
        &[],
    )?
    .iter()
    .map(|row| Ok((row.integer("year")?, row.integer("last")?)))
    .collect()
}
