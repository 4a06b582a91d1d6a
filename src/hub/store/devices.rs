//! Devices, where their logs end, and the one-time codes that they are paired with.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::directory::{self, CredentialKind};
use super::{HubTx, Row, Value};
use crate::error::Result;
use crate::wire::event::Hash;
use crate::wire::exchange::Head;

/// A shop's device.
#[derive(Debug, Clone)]
pub struct Device {
    /// The identity it gave itself.
    pub id: Uuid,
    /// Whose it is.
    pub shop_id: String,
    /// SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// Where the hub's copy of its log ends.
    pub head: Head,
    /// The nonce that its current epoch was granted for; absent in the first.
    pub epoch_nonce: Option<Uuid>,
    /// Another device has taken its place.
    pub revoked: bool,
    /// It was shut out by hand; its stock stays on the book.
    pub blocked: bool,
    /// The program's version that spoke last, where it has told.
    pub program: Option<String>,
    /// The copy of the shop's database that spoke last.
    pub instance: Option<Uuid>,
    /// The copy that the current epoch was granted to.
    pub epoch_instance: Option<Uuid>,
    /// How many further distributors its shop has.
    pub links: i64,
}

impl Device {
    /// Nothing shuts it out.
    #[must_use]
    pub fn is_let_in(&self) -> bool {
        !self.revoked && !self.blocked
    }
}

const COLUMNS: &str = "id, shop_id, token_hash, epoch, head_seq, head_hash, epoch_nonce, revoked, \
     instance, epoch_instance, blocked_at_utc, program, \
     (SELECT count(*) FROM shop_links l WHERE l.home_tenant = tenant() AND l.home_shop = devices.shop_id) AS links";

fn from_row(row: &Row) -> Result<Device> {
    Ok(Device {
        id: row.uuid("id")?,
        shop_id: row.text("shop_id")?,
        token_hash: row.hash("token_hash")?.0,
        head: Head {
            epoch: row.integer("epoch")?,
            seq: row.integer("head_seq")?,
            hash: row.hash("head_hash")?,
        },
        epoch_nonce: row.uuid_opt("epoch_nonce")?,
        revoked: row.flag("revoked")?,
        blocked: row.text_opt("blocked_at_utc")?.is_some(),
        program: row.text_opt("program")?,
        instance: row.uuid_opt("instance")?,
        epoch_instance: row.uuid_opt("epoch_instance")?,
        links: row.integer("links")?,
    })
}

fn digest(hash: &[u8; 32]) -> Value {
    Value::Bytes(hash.to_vec())
}

/// The device with this identity.
pub fn find(tx: &mut dyn HubTx, id: Uuid) -> Result<Option<Device>> {
    tx.query_row(
        &format!("SELECT {COLUMNS} FROM devices WHERE tenant_id = tenant() AND id = $1"),
        &[id.into()],
    )?
    .map(|row| from_row(&row))
    .transpose()
}

/// The device whose token has this digest, revoked or not.
pub fn by_token(tx: &mut dyn HubTx, token_hash: &[u8; 32]) -> Result<Option<Device>> {
    tx.query_row(
        &format!("SELECT {COLUMNS} FROM devices WHERE tenant_id = tenant() AND token_hash = $1"),
        &[digest(token_hash)],
    )?
    .map(|row| from_row(&row))
    .transpose()
}

/// The devices of a shop, the oldest first.
pub fn of_shop(tx: &mut dyn HubTx, shop_id: &str) -> Result<Vec<Device>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM devices
         WHERE tenant_id = tenant() AND shop_id = $1 ORDER BY paired_at_utc, id"
        ),
        &[shop_id.into()],
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// Adds a device.
pub fn insert(tx: &mut dyn HubTx, device: &Device, now: DateTime<Utc>) -> Result<()> {
    let id = device.id.to_string();
    directory::enter(tx, &device.token_hash, CredentialKind::Device, &id)?;
    tx.execute(
        "INSERT INTO devices (tenant_id, id, shop_id, token_hash, epoch, head_seq, head_hash, epoch_nonce,
             paired_at_utc, revoked)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            device.id.into(),
            (&device.shop_id).into(),
            digest(&device.token_hash),
            device.head.epoch.into(),
            device.head.seq.into(),
            device.head.hash.into(),
            device.epoch_nonce.into(),
            now.into(),
            device.revoked.into(),
        ],
    )?;
    Ok(())
}

/// Gives a device another token and lets it in again.
pub fn set_token(
    tx: &mut dyn HubTx,
    device: &Device,
    token_hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<()> {
    if device.token_hash != *token_hash {
        directory::strike(tx, &device.token_hash)?;
    }
    let id = device.id.to_string();
    directory::enter(tx, token_hash, CredentialKind::Device, &id)?;
    tx.execute(
        "UPDATE devices SET token_hash = $1, paired_at_utc = $2, revoked = 0, blocked_at_utc = NULL
         WHERE tenant_id = tenant() AND shop_id = $3 AND id = $4",
        &[
            digest(token_hash),
            now.into(),
            (&device.shop_id).into(),
            id.into(),
        ],
    )?;
    Ok(())
}

/// Shuts out every device of a shop but one; how many that were.
pub fn revoke_others(tx: &mut dyn HubTx, shop_id: &str, keep: Uuid) -> Result<u64> {
    tx.execute(
        "UPDATE devices SET revoked = 1 WHERE tenant_id = tenant() AND shop_id = $1 AND id <> $2 AND revoked = 0",
        &[shop_id.into(), keep.into()],
    )
}

/// Shuts a device out by hand since `blocked_at`, or lets it in again.
pub fn set_blocked(
    tx: &mut dyn HubTx,
    device: &Device,
    blocked_at: Option<DateTime<Utc>>,
) -> Result<()> {
    tx.execute(
        "UPDATE devices SET blocked_at_utc = $1 WHERE tenant_id = tenant() AND shop_id = $2 AND id = $3",
        &[
            blocked_at.into(),
            (&device.shop_id).into(),
            device.id.into(),
        ],
    )?;
    Ok(())
}

/// Keeps which program speaks for a device.
pub fn set_program(tx: &mut dyn HubTx, device: &Device, program: &str) -> Result<()> {
    tx.execute(
        "UPDATE devices SET program = $1 WHERE tenant_id = tenant() AND shop_id = $2 AND id = $3",
        &[program.into(), (&device.shop_id).into(), device.id.into()],
    )?;
    Ok(())
}

/// Moves the head within its epoch.
pub fn advance(tx: &mut dyn HubTx, device: &Device, seq: i64, hash: Hash) -> Result<()> {
    tx.execute(
        "UPDATE devices SET head_seq = $1, head_hash = $2
         WHERE tenant_id = tenant() AND shop_id = $3 AND id = $4",
        &[
            seq.into(),
            hash.into(),
            (&device.shop_id).into(),
            device.id.into(),
        ],
    )?;
    Ok(())
}

/// Begins an epoch, whose first event follows `head.hash`, for the copy that asked with `nonce`.
pub fn begin_epoch(
    tx: &mut dyn HubTx,
    device: &Device,
    head: Head,
    nonce: Uuid,
    instance: Option<Uuid>,
) -> Result<()> {
    tx.execute(
        "UPDATE devices SET epoch = $1, head_seq = $2, head_hash = $3, epoch_nonce = $4, epoch_instance = $5
         WHERE tenant_id = tenant() AND shop_id = $6 AND id = $7",
        &[
            head.epoch.into(),
            head.seq.into(),
            head.hash.into(),
            nonce.into(),
            instance.into(),
            (&device.shop_id).into(),
            device.id.into(),
        ],
    )?;
    Ok(())
}

/// A one-time code.
#[derive(Debug, Clone)]
pub struct PairingCode {
    /// Which shop it lets a device speak for.
    pub shop_id: String,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// The device that has redeemed it.
    pub used_by: Option<Uuid>,
}

/// Keeps a new code by its digest; unredeemed older codes of the shop are void from now on.
pub fn insert_code(
    tx: &mut dyn HubTx,
    code_hash: &[u8; 32],
    shop_id: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    directory::strike_open_codes(tx, shop_id)?;
    directory::enter(tx, code_hash, CredentialKind::Code, shop_id)?;
    tx.execute(
        "DELETE FROM pairing_codes WHERE tenant_id = tenant() AND shop_id = $1 AND used_by_device IS NULL",
        &[shop_id.into()],
    )?;
    tx.execute(
        "INSERT INTO pairing_codes (tenant_id, code_hash, shop_id, created_at_utc, expires_at_utc)
         VALUES (tenant(), $1, $2, $3, $4)",
        &[
            digest(code_hash),
            shop_id.into(),
            now.into(),
            expires_at.into(),
        ],
    )?;
    Ok(())
}

/// The code with this digest.
pub fn code(tx: &mut dyn HubTx, code_hash: &[u8; 32]) -> Result<Option<PairingCode>> {
    tx.query_row(
        "SELECT shop_id, expires_at_utc, used_by_device FROM pairing_codes
         WHERE tenant_id = tenant() AND code_hash = $1",
        &[digest(code_hash)],
    )?
    .map(|row| {
        Ok(PairingCode {
            shop_id: row.text("shop_id")?,
            expires_at: row.moment("expires_at_utc")?,
            used_by: row.uuid_opt("used_by_device")?,
        })
    })
    .transpose()
}

/// Marks a code as redeemed.
pub fn redeem_code(tx: &mut dyn HubTx, code_hash: &[u8; 32], device: Uuid) -> Result<()> {
    tx.execute(
        "UPDATE pairing_codes SET used_by_device = $1 WHERE tenant_id = tenant() AND code_hash = $2",
        &[device.into(), digest(code_hash)],
    )?;
    Ok(())
}
