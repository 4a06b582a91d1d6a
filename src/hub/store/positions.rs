//! What shops have and sell, asked for product by product, and how far their logs have come.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{HubTx, Value, conditions, settings};
use crate::error::Result;
use crate::model::{Quantity, Sku};
use crate::wire::event::moment_text;

/// What was asked for of a product in a shop on a date, in base units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandRow {
    /// The shop.
    pub shop_id: String,
    /// The product.
    pub sku: Sku,
    /// The business date.
    pub date: NaiveDate,
    /// Sold at the till, less what was taken back.
    pub sold: Quantity,
    /// Sold according to an imported history.
    pub imported: Quantity,
    /// Asked for and not there.
    pub missed: Quantity,
}

/// Which days of demand are asked for; what is absent does not narrow.
#[derive(Debug, Clone, Default)]
pub struct DemandFilter {
    /// Of this shop.
    pub shop_id: Option<String>,
    /// Of this product.
    pub sku: Option<Sku>,
    /// On this date or later.
    pub from: Option<NaiveDate>,
    /// On this date or earlier.
    pub to: Option<NaiveDate>,
}

/// Demand by date, shop and product, at most `limit` rows.
pub fn demand(tx: &mut dyn HubTx, filter: &DemandFilter, limit: i64) -> Result<Vec<DemandRow>> {
    let asked: [(&str, Option<Value>); 4] = [
        ("shop_id =", filter.shop_id.as_ref().map(Into::into)),
        ("sku =", filter.sku.as_ref().map(Into::into)),
        ("business_date >=", filter.from.map(Into::into)),
        ("business_date <=", filter.to.map(Into::into)),
    ];
    let (conditions, mut params) = conditions(asked);
    params.push(limit.into());
    let sql = format!(
        "SELECT shop_id, sku, business_date, sold, imported, missed FROM shop_daily
         WHERE tenant_id = tenant() AND (sold <> 0 OR imported <> 0 OR missed <> 0){conditions}
         ORDER BY business_date, shop_id, sku LIMIT ${}",
        params.len()
    );
    tx.query(&sql, &params)?
        .iter()
        .map(|row| {
            Ok(DemandRow {
                shop_id: row.text("shop_id")?,
                sku: row.sku("sku")?,
                date: row.date("business_date")?,
                sold: row.quantity("sold")?,
                imported: row.quantity("imported")?,
                missed: row.quantity("missed")?,
            })
        })
        .collect()
}

/// How many events are held of a shop.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EventCount {
    /// All.
    pub held: i64,
    /// Of them, those that could not be applied.
    pub quarantined: i64,
}

/// How many events are held of each shop that has sent any.
pub fn event_counts(tx: &mut dyn HubTx) -> Result<BTreeMap<String, EventCount>> {
    tx.query(
        "SELECT shop_id, count(*) AS held,
             CAST(sum(CASE WHEN state = 'quarantined' THEN 1 ELSE 0 END) AS BIGINT) AS quarantined
         FROM events WHERE tenant_id = tenant() GROUP BY shop_id ORDER BY shop_id",
        &[],
    )?
    .iter()
    .map(|row| {
        let count = EventCount {
            held: row.integer("held")?,
            quarantined: row.integer("quarantined")?,
        };
        Ok((row.text("shop_id")?, count))
    })
    .collect()
}

/// Sets when and how fast a shop is delivered to; what is absent is left to the shop.
pub fn set_delivery(
    tx: &mut dyn HubTx,
    shop_id: &str,
    review_days: Option<u32>,
    lead_time_days: Option<u32>,
    weekdays: Option<String>,
) -> Result<()> {
    tx.execute(
        "UPDATE shops SET review_days = $1, lead_time_days = $2, delivery_weekdays = $3
         WHERE tenant_id = tenant() AND id = $4",
        &[
            review_days.into(),
            lead_time_days.into(),
            weekdays.into(),
            shop_id.into(),
        ],
    )?;
    Ok(())
}

/// Writes a sign of life: that this succeeds is what health means.
pub fn heartbeat(tx: &mut dyn HubTx, now: DateTime<Utc>) -> Result<()> {
    settings::set(tx, "heartbeat", &moment_text(now))
}
