//! The events that are set aside, for people to see.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{HubTx, Value};
use crate::error::{Error, Result};

/// An event that this program cannot apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The shop.
    pub shop_id: String,
    /// What the distributor calls it.
    pub shop_name: String,
    /// The device that wrote it.
    pub device_id: Uuid,
    /// Its place in the device's log.
    pub epoch: i64,
    /// Its place in the epoch.
    pub seq: i64,
    /// Its own identity.
    pub event_id: Uuid,
    /// What happened.
    pub kind: String,
    /// Version of the payload's form.
    pub version: i64,
    /// The trading day it belongs to.
    pub business_date: NaiveDate,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Why it cannot be applied.
    pub reason: String,
}

/// The events that are set aside, the newest first, at most `limit`.
///
/// # Errors
/// What the database said.
pub fn list(tx: &mut dyn HubTx, limit: i64) -> Result<Vec<SetAside>> {
    found(tx, "", &[limit.into()])
}

/// Those of one shop.
///
/// # Errors
/// What the database said.
pub fn of_shop(tx: &mut dyn HubTx, shop_id: &str, limit: i64) -> Result<Vec<SetAside>> {
    found(tx, " AND e.shop_id = $1", &[shop_id.into(), limit.into()])
}

fn found(tx: &mut dyn HubTx, also: &str, params: &[Value]) -> Result<Vec<SetAside>> {
    let sql = format!(
        "SELECT e.shop_id, s.name AS shop_name, e.device_id, e.epoch, e.seq, e.event_id, e.kind, e.version,
             e.business_date, e.received_at_utc, e.error
         FROM events e JOIN shops s ON s.tenant_id = e.tenant_id AND s.id = e.shop_id
         WHERE e.tenant_id = tenant() AND e.state = 'quarantined'{also}
         ORDER BY e.received_at_utc DESC, e.shop_id, e.device_id, e.epoch DESC, e.seq DESC LIMIT ${}",
        params.len()
    );
    tx.query(&sql, params)?
        .iter()
        .map(|row| {
            Ok(SetAside {
                shop_id: row.text("shop_id")?,
                shop_name: row.text("shop_name")?,
                device_id: row.uuid("device_id")?,
                epoch: row.integer("epoch")?,
                seq: row.integer("seq")?,
                event_id: row.uuid("event_id")?,
                kind: row.text("kind")?,
                version: row.integer("version")?,
                business_date: row.date("business_date")?,
                received_at: row.moment("received_at_utc")?,
                reason: row.text_opt("error")?.ok_or_else(|| {
                    Error::Corrupt("an event is set aside without a reason".to_owned())
                })?,
            })
        })
        .collect()
}
