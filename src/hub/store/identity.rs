//! Who this hub is: one row.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::HubTx;
use crate::error::{Error, Result};

/// A hub's identity.
#[derive(Debug, Clone)]
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
}

/// Writes the row of a new hub.
pub fn create(tx: &mut dyn HubTx, identity: &Identity) -> Result<()> {
    tx.execute(
        "INSERT INTO hub (id, name, incarnation, created_at_utc, timezone, pin_hash)
         VALUES (1, $1, $2, $3, $4, $5)",
        &[
            (&identity.name).into(),
            identity.incarnation.into(),
            identity.created_at.into(),
            identity.timezone.name().into(),
            identity.pin_hash.clone().into(),
        ],
    )?;
    Ok(())
}

/// The hub of this database; [`Error::NotFound`] where its creation was cut off before there was one.
pub fn load(tx: &mut dyn HubTx) -> Result<Identity> {
    let row = tx
        .query_row(
            "SELECT name, incarnation, created_at_utc, timezone, pin_hash FROM hub WHERE id = 1",
            &[],
        )?
        .ok_or_else(|| Error::NotFound("the database holds no hub".to_owned()))?;
    let timezone = row.text("timezone")?;
    Ok(Identity {
        name: row.text("name")?,
        incarnation: row.uuid("incarnation")?,
        created_at: row.moment("created_at_utc")?,
        timezone: timezone
            .parse()
            .map_err(|_| Error::Corrupt(format!("the hub's time zone {timezone} is unknown")))?,
        pin_hash: row.text_opt("pin_hash")?,
    })
}

/// Begins another life of the hub: its database was put back from a copy, and the shops must notice.
pub fn begin_life(tx: &mut dyn HubTx, incarnation: Uuid) -> Result<()> {
    tx.execute(
        "UPDATE hub SET incarnation = $1 WHERE id = 1",
        &[incarnation.into()],
    )?;
    // Epochs that the lost life granted are asked for again by the same copies, which is no sign of a second one.
    tx.execute("UPDATE devices SET epoch_instance = NULL", &[])?;
    Ok(())
}
