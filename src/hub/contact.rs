//! Being spoken to by a device: when, with what clock, and by which copy of the shop's database.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::store::alarms::{self, AlarmKind};
use super::store::copies::{self, Heard};
use super::store::devices::Device;
use super::store::{HubTx, audit, shops};
use crate::error::Result;

/// How long an alarm stands after what raised it was noticed last. Two copies that are both in use take turns within
/// days; a shop that was closed for longer than this opens on one device.
pub const ALARM_STANDS: Duration = Duration::days(7);

/// Who speaks, and what was told of it.
#[derive(Debug, Clone, Copy)]
pub struct Contact {
    /// The device.
    pub device: Uuid,
    /// The shop's clock minus the hub's, if it told.
    pub skew_seconds: Option<i64>,
    /// The identity of the copy of the shop's database, if it told.
    pub instance: Option<Uuid>,
}

/// Keeps that the shop has spoken, and raises an alarm where two copies of it take turns.
pub(super) fn record(
    tx: &mut dyn HubTx,
    device: &Device,
    contact: &Contact,
    now: DateTime<Utc>,
) -> Result<()> {
    shops::record_contact(tx, &device.shop_id, now, contact.skew_seconds)?;
    let Some(instance) = contact.instance else {
        return Ok(());
    };
    let actor = format!("device {}", device.id);
    match copies::hear(tx, device, instance, now)? {
        Heard::Same => Ok(()),
        Heard::New => {
            let detail = format!("copy {instance}");
            audit::record(tx, now, &actor, "copy.heard", &device.shop_id, &detail)
        }
        Heard::Returned => {
            raise(tx, device, AlarmKind::AnotherCopy, now)?;
            let detail = format!("copy {instance}");
            audit::record(tx, now, &actor, "copy.returned", &device.shop_id, &detail)
        }
    }
}

/// Raises an alarm about a device's shop.
pub(super) fn raise(
    tx: &mut dyn HubTx,
    device: &Device,
    kind: AlarmKind,
    now: DateTime<Utc>,
) -> Result<()> {
    tracing::warn!(
        shop = device.shop_id,
        kind = kind.as_str(),
        "a shop's database is in use more than once"
    );
    alarms::raise(tx, &device.shop_id, kind, now, now - ALARM_STANDS)
}
