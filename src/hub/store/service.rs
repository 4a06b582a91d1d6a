//! On how many product-days a shop had something to sell, by week.

use chrono::NaiveDate;

use super::{HubTx, Kind, Row};
use crate::error::Result;

use Kind::{Integer, Text};

/// Product-days of a week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Its Monday.
    pub monday: NaiveDate,
    /// Product-days of which the stock is known.
    pub product_days: i64,
    /// Of them, those on which there was something to sell.
    pub stocked_days: i64,
}

/// Keeps weeks of shops, in place of what was known of them.
pub fn put(tx: &mut dyn HubTx, weeks: &[(String, Week)]) -> Result<()> {
    let rows = weeks.iter().map(|(shop_id, week)| {
        vec![
            shop_id.into(),
            week.monday.into(),
            week.product_days.into(),
            week.stocked_days.into(),
        ]
    });
    tx.insert_rows(
        "INSERT INTO shop_service (tenant_id, shop_id, week, product_days, stocked_days)
         VALUES (tenant(), $1, $2, $3, $4)
         ON CONFLICT (tenant_id, shop_id, week) DO UPDATE SET
             product_days = excluded.product_days, stocked_days = excluded.stocked_days",
        &[Text, Text, Integer, Integer],
        &rows.collect::<Vec<_>>(),
    )?;
    Ok(())
}

/// Sums the shops' weeks from `from` on up over all shops.
pub fn sum_up(tx: &mut dyn HubTx, from: NaiveDate) -> Result<()> {
    tx.execute(
        "DELETE FROM service_weeks WHERE tenant_id = tenant() AND week >= $1",
        &[from.into()],
    )?;
    tx.execute(
        "INSERT INTO service_weeks (tenant_id, week, product_days, stocked_days)
         SELECT tenant(), week, CAST(sum(product_days) AS BIGINT), CAST(sum(stocked_days) AS BIGINT)
         FROM shop_service WHERE tenant_id = tenant() AND week >= $1 GROUP BY week",
        &[from.into()],
    )?;
    Ok(())
}

/// The weeks of all shops together from `from` on.
pub fn weeks(tx: &mut dyn HubTx, from: NaiveDate) -> Result<Vec<Week>> {
    tx.query(
        "SELECT week, product_days, stocked_days FROM service_weeks
         WHERE tenant_id = tenant() AND week >= $1 ORDER BY week",
        &[from.into()],
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// The weeks of a shop from `from` on.
pub fn weeks_of(tx: &mut dyn HubTx, shop_id: &str, from: NaiveDate) -> Result<Vec<Week>> {
    tx.query(
        "SELECT week, product_days, stocked_days FROM shop_service
         WHERE tenant_id = tenant() AND shop_id = $1 AND week >= $2 ORDER BY week",
        &[shop_id.into(), from.into()],
    )?
    .iter()
    .map(from_row)
    .collect()
}

fn from_row(row: &Row) -> Result<Week> {
    Ok(Week {
        monday: row.date("week")?,
        product_days: row.integer("product_days")?,
        stocked_days: row.integer("stocked_days")?,
    })
}
