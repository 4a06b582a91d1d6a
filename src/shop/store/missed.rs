//! Demand that went away unserved.

use chrono::NaiveDate;
use rusqlite::params;

use super::days::Moment;
use crate::error::Result;
use crate::model::Quantity;
use crate::store::WriteTx;

/// Records that customers asked for `quantity` and went away without it.
pub fn insert(
    tx: &WriteTx<'_>,
    product_id: i64,
    quantity: Quantity,
    date: NaiveDate,
    now: &Moment,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO missed_demand (product_id, quantity, business_date, at_utc) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![product_id, quantity.0, date, now.text()])?;
    Ok(())
}
