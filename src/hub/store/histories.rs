//! Shops' days packed for planning: made from `shop_daily`, and worthless as soon as one of the packed days changes.
//!
//! Whatever changes a shop's days says so by [`changed`]. It leaves a mark in place of the packing, no two of them alike, and
//! a packing is written only over what was there when its days were read: a change in between is never covered up.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::plan_input::{ShopRange, within};
use super::{HubTx, Value};
use crate::error::Result;
use crate::model::Sku;
use crate::plan::DayFlow;

/// What is kept of a shop: a packing, or a mark that there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The last packed day; absent for a mark.
    pub through: Option<NaiveDate>,
    /// The packing, or the mark.
    pub bytes: Vec<u8>,
}

/// What is kept of the shops of a range.
pub fn kept_in(tx: &mut dyn HubTx, range: ShopRange<'_>) -> Result<BTreeMap<String, Kept>> {
    let (bounds, params) = within("shop_id", range);
    tx.query(
        &format!(
            "SELECT shop_id, through, packed FROM shop_histories WHERE tenant_id = tenant() AND {bounds}
             ORDER BY shop_id"
        ),
        &params,
    )?
    .iter()
    .map(|row| {
        let kept = Kept {
            through: row.date_opt("through")?,
            bytes: row.bytes("packed")?.to_vec(),
        };
        Ok((row.text("shop_id")?, kept))
    })
    .collect()
}

/// Keeps a packing through a day, unless something else is there than was when its days were read.
pub fn keep(
    tx: &mut dyn HubTx,
    shop_id: &str,
    seen: Option<&[u8]>,
    through: NaiveDate,
    packed: &[u8],
) -> Result<()> {
    let packed: Value = packed.to_vec().into();
    match seen {
        None => tx.execute(
            "INSERT INTO shop_histories (tenant_id, shop_id, through, packed) VALUES (tenant(), $1, $2, $3)
             ON CONFLICT (tenant_id, shop_id) DO NOTHING",
            &[shop_id.into(), through.into(), packed],
        )?,
        Some(seen) => tx.execute(
            "UPDATE shop_histories SET through = $1, packed = $2
             WHERE tenant_id = tenant() AND shop_id = $3 AND packed = $4",
            &[
                through.into(),
                packed,
                shop_id.into(),
                seen.to_vec().into(),
            ],
        )?,
    };
    Ok(())
}

/// Says that days of a shop from `earliest` on were changed.
pub fn changed(tx: &mut dyn HubTx, shop_id: &str, earliest: NaiveDate) -> Result<()> {
    let mark = Uuid::now_v7().as_bytes().to_vec();
    tx.execute(
        "INSERT INTO shop_histories (tenant_id, shop_id, through, packed) VALUES (tenant(), $1, '', $2)
         ON CONFLICT (tenant_id, shop_id) DO UPDATE SET through = '', packed = excluded.packed
         WHERE shop_histories.through >= $3 OR shop_histories.through = ''",
        &[shop_id.into(), mark.into(), earliest.into()],
    )?;
    Ok(())
}

/// The days of a shop's products after a day, by product.
pub fn days_after(
    tx: &mut dyn HubTx,
    shop_id: &str,
    after: NaiveDate,
) -> Result<Vec<(Sku, DayFlow)>> {
    // From each product to its latest days, instead of over all that the shop ever sold.
    tx.query(
        "SELECT d.sku AS sku, d.business_date AS business_date, d.sold AS sold, d.imported AS imported,
             d.missed AS missed, d.net AS net, d.inflow AS inflow, d.moved AS moved
         FROM shop_products p CROSS JOIN shop_daily d
         WHERE p.tenant_id = tenant() AND p.shop_id = $1 AND d.tenant_id = tenant() AND d.shop_id = $1
             AND d.sku = p.sku AND d.business_date > $2
         ORDER BY d.sku, d.business_date",
        &[shop_id.into(), after.into()],
    )?
    .iter()
    .map(|row| {
        let flow = DayFlow {
            date: row.date("business_date")?,
            sold: row.quantity("sold")?,
            imported: row.quantity("imported")?,
            missed: row.quantity("missed")?,
            net: row.quantity("net")?,
            inflow: row.quantity("inflow")?,
            moved: row.flag("moved")?,
        };
        Ok((row.sku("sku")?, flow))
    })
    .collect()
}
