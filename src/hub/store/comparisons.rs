//! The latest comparison of ways to keep the shops supplied.

use chrono::{DateTime, NaiveDate, Utc};

use super::HubTx;
use crate::error::Result;

/// When it was made, and what it says, as JSON.
pub fn latest(tx: &mut dyn HubTx) -> Result<Option<(DateTime<Utc>, String)>> {
    tx.query_row(
        "SELECT made_at_utc, outcome_json FROM policy_comparisons WHERE tenant_id = tenant()",
        &[],
    )?
    .map(|row| Ok((row.moment("made_at_utc")?, row.text("outcome_json")?)))
    .transpose()
}

/// Keeps it, in place of the one before.
pub fn put(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    date: NaiveDate,
    outcome_json: &str,
) -> Result<()> {
    tx.execute(
        "INSERT INTO policy_comparisons (tenant_id, made_at_utc, plan_date, outcome_json)
         VALUES (tenant(), $1, $2, $3)
         ON CONFLICT (tenant_id) DO UPDATE SET
             made_at_utc = excluded.made_at_utc, plan_date = excluded.plan_date,
             outcome_json = excluded.outcome_json",
        &[now.into(), date.into(), outcome_json.into()],
    )?;
    Ok(())
}

/// The shops with the most products in their plans, by identity where they have as many.
pub fn largest_shops(tx: &mut dyn HubTx, limit: i64) -> Result<Vec<String>> {
    tx.query(
        "SELECT shop_id FROM shop_plans WHERE tenant_id = tenant() ORDER BY products DESC, shop_id LIMIT $1",
        &[limit.into()],
    )?
    .iter()
    .map(|row| row.text("shop_id"))
    .collect()
}
