//! Being spoken to by a device: when, with what clock, and by which copy of the shop's database.

use std::fmt;

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::links::audience::Audience;
use super::store::alarms::{self, AlarmKind};
use super::store::copies::{self, Heard};
use super::store::devices::{self, Device};
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
    /// The shop's program, if it told.
    pub program: Option<Program>,
    /// The identity of the copy of the shop's database, if it told.
    pub instance: Option<Uuid>,
}

/// A version of the program, by semantic versioning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Program(u32, u32, u32);

impl Program {
    /// Of a header `User-Agent: kulakan/1.2.3`; nothing for any other.
    #[must_use]
    pub fn of_agent(header: &str) -> Option<Self> {
        let mut parts = header.strip_prefix("kulakan/")?.split('.');
        let mut part = || parts.next()?.parse().ok();
        let version = Self(part()?, part()?, part()?);
        parts.next().is_none().then_some(version)
    }
}

impl fmt::Display for Program {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Keeps that the shop has spoken, at each of its distributors, and raises an alarm where two copies of it take turns; who
/// hears what it tells.
pub(super) fn record(
    tx: &mut dyn HubTx,
    device: &Device,
    contact: &Contact,
    now: DateTime<Utc>,
) -> Result<Audience> {
    shops::record_contact(tx, &device.shop_id, now, contact.skew_seconds)?;
    let audience = Audience::of(tx, &device.shop_id, device.links)?;
    audience.heard(tx, contact, now)?;
    if let Some(program) = contact.program.map(|program| program.to_string())
        && device.program.as_ref() != Some(&program)
    {
        devices::set_program(tx, device, &program)?;
    }
    if let Some(instance) = contact.instance {
        hear_copy(tx, device, instance, now)?;
    }
    Ok(audience)
}

fn hear_copy(
    tx: &mut dyn HubTx,
    device: &Device,
    instance: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
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
