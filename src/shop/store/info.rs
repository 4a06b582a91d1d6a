//! The shop itself: the one row that says whose database this is.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::store::WriteTx;
use crate::wire::event::{GENESIS, moment_text};

/// Whose shop this is.
#[derive(Debug, Clone)]
pub struct ShopInfo {
    /// The device that writes this database's event log.
    pub device: Uuid,
    /// The shop's name.
    pub name: String,
    /// Where its days begin and end.
    pub timezone: Tz,
    /// ISO 4217 code; amounts are whole units of it.
    pub currency: String,
    /// The local date on which it was set up.
    pub founded_on: NaiveDate,
    /// The moment of that.
    pub founded_at: DateTime<Utc>,
    /// A PIN was set for the owner when this was read; `Shop::door` tells what holds now.
    pub has_pin: bool,
}

/// Writes the shop's row and starts its event log.
pub fn create(tx: &WriteTx<'_>, info: &ShopInfo, pin_hash: Option<&str>) -> Result<()> {
    tx.execute(
        "INSERT INTO shop (id, device_id, name, timezone, currency, created_at_utc, founded_on, owner_pin_hash)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            info.device.to_string(),
            info.name,
            info.timezone.name(),
            info.currency,
            moment_text(info.founded_at),
            info.founded_on,
            pin_hash,
        ],
    )?;
    tx.execute(
        "INSERT INTO sync_state (id, epoch, head_seq, head_hash, acked_seq) VALUES (1, 1, 0, ?1, 0)",
        params![GENESIS.0],
    )?;
    Ok(())
}

/// Reads the shop's row.
///
/// # Errors
/// [`Error::NotFound`] when the database was created but the shop was not, [`Error::Corrupt`] for a row that no
/// program of ours wrote.
pub fn load(connection: &Connection) -> Result<ShopInfo> {
    let row = connection
        .query_row(
            "SELECT device_id, name, timezone, currency, founded_on, owner_pin_hash IS NOT NULL,
                    created_at_utc
             FROM shop WHERE id = 1",
            [],
            |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, String>(2)?,
                    row.get::<_, String>(3)?,
                    row.get::<_, NaiveDate>(4)?,
                    row.get::<_, bool>(5)?,
                    row.get::<_, DateTime<Utc>>(6)?,
                ))
            },
        )
        .optional()?;
    let Some((device, name, timezone, currency, founded_on, has_pin, founded_at)) = row else {
        return Err(Error::NotFound(
            "no shop here yet: run kulakan shop init --name NAME".to_owned(),
        ));
    };
    Ok(ShopInfo {
        device: Uuid::parse_str(&device)
            .map_err(|_| Error::Corrupt(format!("shop.device_id is no UUID: {device}")))?,
        timezone: timezone
            .parse()
            .map_err(|_| Error::Corrupt(format!("shop.timezone is unknown: {timezone}")))?,
        name,
        currency,
        founded_on,
        founded_at,
        has_pin,
    })
}

/// Writes something and so proves that a write transaction succeeds.
pub fn beat(tx: &WriteTx<'_>) -> Result<()> {
    tx.execute("UPDATE shop SET heartbeat = heartbeat + 1 WHERE id = 1", [])?;
    Ok(())
}
