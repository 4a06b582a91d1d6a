//! How products are had that are not simply taken from stock: made to order, or sent by a supplier.

use super::orders::{LineKind, Stage};
use super::{HubTx, Row};
use crate::error::{Error, Result};
use crate::model::Sku;

/// How a product is had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRule {
    /// The product; absent for the stages of whatever has none of its own.
    pub sku: Option<Sku>,
    /// Where its goods come from.
    pub kind: LineKind,
    /// Who sends it, where a supplier does; else empty.
    pub supplier: String,
    /// The stages of making it; empty for the general ones.
    pub stages: Vec<Stage>,
}

fn from_row(row: &Row) -> Result<OrderRule> {
    let sku = match row.text("sku")?.as_str() {
        "" => None,
        _ => Some(row.sku("sku")?),
    };
    let unknown = || Error::Corrupt(format!("the rule for orders of {sku:?} cannot be read"));
    Ok(OrderRule {
        kind: LineKind::parse(&row.text("kind")?).ok_or_else(unknown)?,
        supplier: row.text("supplier")?,
        stages: serde_json::from_str(&row.text("stages_json")?).map_err(|_| unknown())?,
        sku,
    })
}

/// All rules, the general one first.
pub fn list(tx: &mut dyn HubTx) -> Result<Vec<OrderRule>> {
    tx.query(
        "SELECT sku, kind, supplier, stages_json FROM order_rules WHERE tenant_id = tenant() ORDER BY sku",
        &[],
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// Writes a rule, in place of the one for the same product.
pub fn put(tx: &mut dyn HubTx, rule: &OrderRule) -> Result<()> {
    let stages = serde_json::to_string(&rule.stages)
        .map_err(|error| Error::Internal(format!("writing stages: {error}")))?;
    tx.execute(
        "INSERT INTO order_rules (tenant_id, sku, kind, supplier, stages_json) VALUES (tenant(), $1, $2, $3, $4)
         ON CONFLICT (tenant_id, sku) DO UPDATE SET
             kind = excluded.kind, supplier = excluded.supplier, stages_json = excluded.stages_json",
        &[
            rule.sku.as_ref().map_or("", Sku::as_str).into(),
            rule.kind.as_str().into(),
            (&rule.supplier).into(),
            stages.into(),
        ],
    )?;
    Ok(())
}
