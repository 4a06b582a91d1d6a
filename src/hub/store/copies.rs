//! Which copies of a shop's database speak for a device.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::HubTx;
use crate::error::Result;

/// What hearing a copy means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It spoke last time too, or is the first.
    Same,
    /// Nobody has heard it before: the shop was restored or moved.
    New,
    /// Another copy has spoken since: two are in use.
    Returned,
}

/// No device has more copies on record; the longest silent ones are forgotten.
const MOST_COPIES: i64 = 50;

/// Keeps that this copy of the device's database has spoken. `current` is the one that spoke last.
pub fn hear(
    tx: &mut dyn HubTx,
    device: Uuid,
    current: Option<Uuid>,
    instance: Uuid,
    now: DateTime<Utc>,
) -> Result<Heard> {
    let known = tx.execute(
        "UPDATE device_instances SET last_heard_utc = $1 WHERE device_id = $2 AND instance = $3",
        &[now.into(), device.into(), instance.into()],
    )? > 0;
    if current == Some(instance) {
        return Ok(Heard::Same);
    }
    tx.execute(
        "UPDATE devices SET instance = $1 WHERE id = $2",
        &[instance.into(), device.into()],
    )?;
    if known {
        return Ok(Heard::Returned);
    }
    tx.execute(
        "INSERT INTO device_instances (device_id, instance, first_heard_utc, last_heard_utc)
         VALUES ($1, $2, $3, $3)",
        &[device.into(), instance.into(), now.into()],
    )?;
    tx.execute(
        "DELETE FROM device_instances WHERE device_id = $1 AND instance NOT IN
             (SELECT instance FROM device_instances WHERE device_id = $1
              ORDER BY last_heard_utc DESC, instance LIMIT $2)",
        &[device.into(), MOST_COPIES.into()],
    )?;
    Ok(current.map_or(Heard::Same, |_| Heard::New))
}
