//! Which copies of a shop's database speak for a device.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::HubTx;
use super::devices::Device;
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
    device: &Device,
    instance: Uuid,
    now: DateTime<Utc>,
) -> Result<Heard> {
    let (shop, current) = (&device.shop_id, device.instance);
    let known = tx.execute(
        "UPDATE device_instances SET last_heard_utc = $1 
         WHERE tenant_id = tenant() AND shop_id = $2 AND device_id = $3 AND instance = $4",
        &[now.into(), shop.into(), device.id.into(), instance.into()],
    )? > 0;
    if current == Some(instance) {
        return Ok(Heard::Same);
    }
    tx.execute(
        "UPDATE devices SET instance = $1 WHERE tenant_id = tenant() AND shop_id = $2 AND id = $3",
        &[instance.into(), shop.into(), device.id.into()],
    )?;
    if known {
        return Ok(Heard::Returned);
    }
    tx.execute(
        "INSERT INTO device_instances (tenant_id, shop_id, device_id, instance, first_heard_utc, last_heard_utc)
         VALUES (tenant(), $1, $2, $3, $4, $4)",
        &[shop.into(), device.id.into(), instance.into(), now.into()],
    )?;
    tx.execute(
        "DELETE FROM device_instances WHERE tenant_id = tenant() AND shop_id = $1 AND device_id = $2
             AND instance NOT IN (
                 SELECT instance FROM device_instances WHERE tenant_id = tenant() AND shop_id = $1 AND device_id = $2
                 ORDER BY last_heard_utc DESC, instance LIMIT $3)",
        &[shop.into(), device.id.into(), MOST_COPIES.into()],
    )?;
    Ok(current.map_or(Heard::Same, |_| Heard::New))
}
