//! A product across the shops, as the latest planning found it.

use chrono::NaiveDate;

use super::plans::{LINE_COLUMNS, ShopPlanLine, line_from};
use super::{HubTx, Row};
use crate::error::Result;
use crate::model::Sku;

/// A product in a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductInShop {
    /// The shop's name.
    pub shop_name: String,
    /// When the shop's next delivery is due.
    pub due_on: NaiveDate,
    /// The product's plan there.
    pub line: ShopPlanLine,
}

/// The shops that a product is planned for, those first that run out of it first; at most `limit` after `offset`.
pub fn shops(tx: &mut dyn HubTx, sku: &Sku, offset: i64, limit: i64) -> Result<Vec<ProductInShop>> {
    let columns = LINE_COLUMNS
        .split(", ")
        .map(|column| format!("l.{column} AS {column}, "))
        .collect::<String>();
    tx.query(
        &format!(
            "SELECT {columns}s.name AS name, p.due_on AS due_on
             FROM shop_plan_lines l
             JOIN shops s ON s.tenant_id = l.tenant_id AND s.id = l.shop_id
             JOIN shop_plans p ON p.tenant_id = l.tenant_id AND p.shop_id = l.shop_id
             WHERE l.tenant_id = tenant() AND l.sku = $1
             ORDER BY CASE WHEN l.stock_out_millidays IS NULL THEN 1 ELSE 0 END, l.stock_out_millidays,
                 s.name, s.id
             LIMIT $2 OFFSET $3"
        ),
        &[sku.into(), limit.into(), offset.into()],
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// How many shops a product is planned for.
pub fn count(tx: &mut dyn HubTx, sku: &Sku) -> Result<i64> {
    let row = tx.query_row(
        "SELECT count(*) AS found FROM shop_plan_lines WHERE tenant_id = tenant() AND sku = $1",
        &[sku.into()],
    )?;
    row.map_or(Ok(0), |row| row.integer("found"))
}

/// The shops that count a product in another unit than the catalogue, by name, at most `limit`.
pub fn unit_conflicts(tx: &mut dyn HubTx, sku: &Sku, limit: i64) -> Result<Vec<(String, String)>> {
    tx.query(
        "SELECT s.id AS id, s.name AS name FROM shop_products f
         JOIN products c ON c.tenant_id = f.tenant_id AND c.sku = f.sku
         JOIN shops s ON s.tenant_id = f.tenant_id AND s.id = f.shop_id
         WHERE f.tenant_id = tenant() AND f.sku = $1 AND f.active = 1 AND s.active = 1
             AND f.base_unit <> c.base_unit
         ORDER BY s.name, s.id LIMIT $2",
        &[sku.into(), limit.into()],
    )?
    .iter()
    .map(|row| Ok((row.text("id")?, row.text("name")?)))
    .collect()
}

/// The products, with their names there, that a shop counts in another unit than the catalogue, by code.
pub fn unit_conflicts_of(tx: &mut dyn HubTx, shop_id: &str) -> Result<Vec<(Sku, String)>> {
    tx.query(
        "SELECT f.sku AS sku, f.name AS name FROM shop_products f
         JOIN products c ON c.tenant_id = f.tenant_id AND c.sku = f.sku
         WHERE f.tenant_id = tenant() AND f.shop_id = $1 AND f.active = 1 AND f.base_unit <> c.base_unit
         ORDER BY f.sku",
        &[shop_id.into()],
    )?
    .iter()
    .map(|row| Ok((row.sku("sku")?, row.text("name")?)))
    .collect()
}

fn from_row(row: &Row) -> Result<ProductInShop> {
    Ok(ProductInShop {
        shop_name: row.text("name")?,
        due_on: row.date("due_on")?,
        line: line_from(row)?,
    })
}
