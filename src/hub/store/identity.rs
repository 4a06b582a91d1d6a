//! Who this hub is, and the distributors in it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::{HubTx, Row, Tenant};
use crate::error::{Error, Result};

/// A distributor's hub: who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The distributor's name.
    pub name: String,
    /// Which life of the hub this is; a restored hub begins another, so that shops notice.
    pub incarnation: Uuid,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// Where its planning day turns.
    pub timezone: Tz,
    /// The PIN of the pages in PHC form, if they ask for one.
    pub pin_hash: Option<String>,
    /// The tag of the language of its pages for whoever has chosen none, such as `id`.
    pub language: String,
}

/// Of a distributor who has said nothing of it.
pub const UNSAID_LANGUAGE: &str = "id";

/// What [`identity_from`] reads, of `tenants t` and `hub h`.
pub(super) const TENANT_COLUMNS: &str =
    "t.name, h.incarnation, t.created_at_utc, t.timezone, t.pin_hash, t.language";

pub(super) fn identity_from(row: &Row) -> Result<Identity> {
    let timezone = row.text("timezone")?;
    Ok(Identity {
        name: row.text("name")?,
        incarnation: row.uuid("incarnation")?,
        created_at: row.moment("created_at_utc")?,
        timezone: timezone
            .parse()
            .map_err(|_| Error::Corrupt(format!("the hub's time zone {timezone} is unknown")))?,
        pin_hash: row.text_opt("pin_hash")?,
        // Null until somebody says.
        language: row
            .text_opt("language")?
            .unwrap_or_else(|| UNSAID_LANGUAGE.to_owned()),
    })
}

/// Writes down a new hub and the distributor it is set up for, which is the transaction's tenant.
pub fn create(tx: &mut dyn HubTx, identity: &Identity) -> Result<()> {
    tx.execute(
        "INSERT INTO hub (id, incarnation, created_at_utc) VALUES (1, $1, $2)",
        &[identity.incarnation.into(), identity.created_at.into()],
    )?;
    add_tenant(tx, identity)
}

/// Writes the transaction's tenant down, as a further distributor of a hub that there is.
pub fn add_tenant(tx: &mut dyn HubTx, identity: &Identity) -> Result<()> {
    tx.execute(
        "INSERT INTO tenants (id, name, timezone, created_at_utc, active, pin_hash, language)
         VALUES (tenant(), $1, $2, $3, 1, $4, $5)",
        &[
            (&identity.name).into(),
            identity.timezone.name().into(),
            identity.created_at.into(),
            identity.pin_hash.clone().into(),
            (&identity.language).into(),
        ],
    )?;
    Ok(())
}

/// Who the transaction's tenant is; [`Error::NotFound`] without one, as where a hub's creation was cut off.
pub fn load(tx: &mut dyn HubTx) -> Result<Identity> {
    let sql =
        format!("SELECT {TENANT_COLUMNS} FROM tenants t CROSS JOIN hub h WHERE t.id = tenant()");
    let row = tx
        .query_row(&sql, &[])?
        .ok_or_else(|| Error::NotFound("the database holds no hub".to_owned()))?;
    identity_from(&row)
}

/// A distributor of this hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRow {
    /// By which its rows are known.
    pub id: Tenant,
    /// Its name.
    pub name: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// Not switched off.
    pub active: bool,
}

/// Every distributor, the first one first. In a transaction for any tenant.
pub fn tenants(tx: &mut dyn HubTx) -> Result<Vec<TenantRow>> {
    tx.query(
        "SELECT id, name, created_at_utc, active FROM tenants
         ORDER BY CASE WHEN id = 'first' THEN 0 ELSE 1 END, created_at_utc, id",
        &[],
    )?
    .iter()
    .map(|row| {
        Ok(TenantRow {
            id: Tenant::with_id(&row.text("id")?),
            name: row.text("name")?,
            created_at: row.moment("created_at_utc")?,
            active: row.flag("active")?,
        })
    })
    .collect()
}

/// Switches the distributor with this identity on or off; whether there is one. In a transaction for any tenant.
pub fn set_active(tx: &mut dyn HubTx, id: &Tenant, active: bool) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE tenants SET active = $1 WHERE id = $2",
        &[active.into(), id.as_str().into()],
    )?;
    Ok(changed > 0)
}

/// Gives the transaction's tenant another name, time zone and language of its pages.
pub fn change(tx: &mut dyn HubTx, name: &str, timezone: Tz, language: &str) -> Result<()> {
    tx.execute(
        "UPDATE tenants SET name = $1, timezone = $2, language = $3 WHERE id = tenant()",
        &[name.into(), timezone.name().into(), language.into()],
    )?;
    Ok(())
}

/// Gives the pages of the transaction's tenant another PIN in PHC form, or none.
pub fn set_pin(tx: &mut dyn HubTx, pin_hash: Option<&str>) -> Result<()> {
    tx.execute(
        "UPDATE tenants SET pin_hash = $1 WHERE id = tenant()",
        &[pin_hash.into()],
    )?;
    Ok(())
}

/// Begins another life of the hub: its database was put back from a copy, and the shops must notice.
pub fn begin_life(tx: &mut dyn HubTx, incarnation: Uuid) -> Result<()> {
    tx.execute(
        "UPDATE hub SET incarnation = $1 WHERE id = 1",
        &[incarnation.into()],
    )?;
    Ok(())
}

/// The part of [`begin_life`] that belongs to the transaction's tenant.
pub fn begin_life_of_devices(tx: &mut dyn HubTx) -> Result<()> {
    // Epochs that the lost life granted are asked for again by the same copies, which is no sign of a second one.
    tx.execute(
        "UPDATE devices SET epoch_instance = NULL WHERE tenant_id = tenant()",
        &[],
    )?;
    Ok(())
}
