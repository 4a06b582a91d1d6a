//! What the hub keeps of the shops' off-site backups: parts, chains of them, sets, and who may read.
//!
//! Every function takes the shop, so that no question can be asked across shops.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::directory::{self, CredentialKind};
use super::{HubTx, Row, Value};
use crate::error::{Error, Result};
use crate::wire::event::Hash;

/// A set as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetRow {
    /// Its name.
    pub id: Uuid,
    /// The device that sent it.
    pub device: Uuid,
    /// The chain that it is a beginning of.
    pub chain: Uuid,
    /// How many parts of the chain.
    pub chain_parts: u32,
    /// The part with the key.
    pub key: Hash,
    /// The part that tells what it is.
    pub manifest: Hash,
    /// Of all its parts.
    pub bytes: u64,
    /// When the hub had all of it.
    pub received_at: DateTime<Utc>,
}

const SET_COLUMNS: &str =
    "id, device_id, chain_id, chain_parts, key_hash, manifest_hash, bytes, received_at_utc";

fn set_from(row: &Row) -> Result<SetRow> {
    Ok(SetRow {
        id: row.uuid("id")?,
        device: row.uuid("device_id")?,
        chain: row.uuid("chain_id")?,
        chain_parts: count("chain_parts", row.integer("chain_parts")?)?,
        key: row.hash("key_hash")?,
        manifest: row.hash("manifest_hash")?,
        bytes: row.integer("bytes")?.unsigned_abs(),
        received_at: row.moment("received_at_utc")?,
    })
}

fn count(column: &str, number: i64) -> Result<u32> {
    u32::try_from(number)
        .map_err(|_| Error::Corrupt(format!("column {column} holds {number} and not a count")))
}

/// Keeps a part; nothing when it is there already. Whether it was not.
pub fn insert_part(
    tx: &mut dyn HubTx,
    shop_id: &str,
    hash: Hash,
    content: &[u8],
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx.execute(
        "INSERT INTO backup_parts (tenant_id, shop_id, hash, bytes, received_at_utc, content)
         VALUES (tenant(), $1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id, shop_id, hash) DO NOTHING",
        &[
            shop_id.into(),
            hash.into(),
            (content.len() as i64).into(),
            now.into(),
            Value::Bytes(content.to_vec()),
        ],
    )?;
    Ok(changed > 0)
}

/// Whether the part is there.
pub fn has_part(tx: &mut dyn HubTx, shop_id: &str, hash: Hash) -> Result<bool> {
    let found = tx.query_row(
        "SELECT bytes FROM backup_parts WHERE tenant_id = tenant() AND shop_id = $1 AND hash = $2",
        &[shop_id.into(), hash.into()],
    )?;
    Ok(found.is_some())
}

/// What a part holds.
pub fn part(tx: &mut dyn HubTx, shop_id: &str, hash: Hash) -> Result<Option<Vec<u8>>> {
    tx.query_row(
        "SELECT content FROM backup_parts WHERE tenant_id = tenant() AND shop_id = $1 AND hash = $2",
        &[shop_id.into(), hash.into()],
    )?
    .map(|row| row.bytes("content").map(<[u8]>::to_vec))
    .transpose()
}

/// The room that a shop's parts take, bytes.
pub fn room(tx: &mut dyn HubTx, shop_id: &str) -> Result<u64> {
    let row = tx.query_row(
        "SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) AS bytes FROM backup_parts
         WHERE tenant_id = tenant() AND shop_id = $1",
        &[shop_id.into()],
    )?;
    row.map_or(Ok(0), |row| Ok(row.integer("bytes")?.unsigned_abs()))
}

/// How many parts a chain has.
pub fn chain_length(tx: &mut dyn HubTx, shop_id: &str, chain: Uuid) -> Result<u32> {
    let row = tx.query_row(
        "SELECT coalesce(max(position), 0) AS parts FROM backup_chains
         WHERE tenant_id = tenant() AND shop_id = $1 AND chain_id = $2",
        &[shop_id.into(), chain.into()],
    )?;
    row.map_or(Ok(0), |row| count("position", row.integer("parts")?))
}

/// Adds parts to the end of a chain that has `length`.
pub fn extend_chain(
    tx: &mut dyn HubTx,
    shop_id: &str,
    chain: Uuid,
    length: u32,
    parts: &[Hash],
) -> Result<()> {
    for (position, hash) in (i64::from(length) + 1..).zip(parts) {
        tx.execute(
            "INSERT INTO backup_chains (tenant_id, shop_id, chain_id, position, hash)
             VALUES (tenant(), $1, $2, $3, $4)",
            &[
                shop_id.into(),
                chain.into(),
                position.into(),
                (*hash).into(),
            ],
        )?;
    }
    Ok(())
}

/// The first `length` parts of a chain.
pub fn chain(tx: &mut dyn HubTx, shop_id: &str, chain: Uuid, length: u32) -> Result<Vec<Hash>> {
    tx.query(
        "SELECT hash FROM backup_chains WHERE tenant_id = tenant() AND shop_id = $1 AND chain_id = $2 AND position <= $3
         ORDER BY position",
        &[shop_id.into(), chain.into(), length.into()],
    )?
    .iter()
    .map(|row| row.hash("hash"))
    .collect()
}

/// Bytes of the first `length` parts of a chain.
pub fn chain_bytes(tx: &mut dyn HubTx, shop_id: &str, chain: Uuid, length: u32) -> Result<u64> {
    let row = tx.query_row(
        "SELECT CAST(coalesce(sum(p.bytes), 0) AS BIGINT) AS bytes
         FROM backup_chains c JOIN backup_parts p
             ON p.tenant_id = c.tenant_id AND p.shop_id = c.shop_id AND p.hash = c.hash
         WHERE c.tenant_id = tenant() AND c.shop_id = $1 AND c.chain_id = $2 AND c.position <= $3",
        &[shop_id.into(), chain.into(), length.into()],
    )?;
    row.map_or(Ok(0), |row| Ok(row.integer("bytes")?.unsigned_abs()))
}

/// The sets of a shop, the latest first.
pub fn sets(tx: &mut dyn HubTx, shop_id: &str) -> Result<Vec<SetRow>> {
    tx.query(
        &format!(
            "SELECT {SET_COLUMNS} FROM backup_sets WHERE tenant_id = tenant() AND shop_id = $1
             ORDER BY received_at_utc DESC, id DESC"
        ),
        &[shop_id.into()],
    )?
    .iter()
    .map(set_from)
    .collect()
}

/// A set.
pub fn set(tx: &mut dyn HubTx, shop_id: &str, id: Uuid) -> Result<Option<SetRow>> {
    tx.query_row(
        &format!("SELECT {SET_COLUMNS} FROM backup_sets WHERE tenant_id = tenant() AND shop_id = $1 AND id = $2"),
        &[shop_id.into(), id.into()],
    )?
    .map(|row| set_from(&row))
    .transpose()
}

/// Adds a set.
pub fn insert_set(tx: &mut dyn HubTx, shop_id: &str, set: &SetRow) -> Result<()> {
    tx.execute(
        "INSERT INTO backup_sets (tenant_id, shop_id, id, device_id, chain_id, chain_parts, key_hash, manifest_hash, bytes,
             received_at_utc)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            shop_id.into(),
            set.id.into(),
            set.device.into(),
            set.chain.into(),
            set.chain_parts.into(),
            set.key.into(),
            set.manifest.into(),
            (set.bytes as i64).into(),
            set.received_at.into(),
        ],
    )?;
    Ok(())
}

/// Deletes a set; its parts stay until [`sweep`].
pub fn delete_set(tx: &mut dyn HubTx, shop_id: &str, id: Uuid) -> Result<()> {
    tx.execute(
        "DELETE FROM backup_sets WHERE tenant_id = tenant() AND shop_id = $1 AND id = $2",
        &[shop_id.into(), id.into()],
    )?;
    Ok(())
}

/// Deletes every link of a chain and every part that no set needs.
pub fn sweep(tx: &mut dyn HubTx, shop_id: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM backup_chains WHERE tenant_id = tenant() AND shop_id = $1 AND NOT EXISTS (
             SELECT 1 FROM backup_sets s
             WHERE s.tenant_id = backup_chains.tenant_id AND s.shop_id = backup_chains.shop_id
                 AND s.chain_id = backup_chains.chain_id
                 AND s.chain_parts >= backup_chains.position)",
        &[shop_id.into()],
    )?;
    tx.execute(
        "DELETE FROM backup_parts WHERE tenant_id = tenant() AND shop_id = $1 AND hash NOT IN (
             SELECT hash FROM backup_chains WHERE tenant_id = tenant() AND shop_id = $1
             UNION SELECT key_hash FROM backup_sets WHERE tenant_id = tenant() AND shop_id = $1
             UNION SELECT manifest_hash FROM backup_sets WHERE tenant_id = tenant() AND shop_id = $1)",
        &[shop_id.into()],
    )?;
    Ok(())
}

/// Deletes every part that came before `before` and that no set needs; how many.
pub fn sweep_parts(tx: &mut dyn HubTx, shop_id: &str, before: DateTime<Utc>) -> Result<u64> {
    tx.execute(
        "DELETE FROM backup_parts WHERE tenant_id = tenant() AND shop_id = $1 AND received_at_utc < $2 AND hash NOT IN (
             SELECT hash FROM backup_chains WHERE tenant_id = tenant() AND shop_id = $1
             UNION SELECT key_hash FROM backup_sets WHERE tenant_id = tenant() AND shop_id = $1
             UNION SELECT manifest_hash FROM backup_sets WHERE tenant_id = tenant() AND shop_id = $1)",
        &[shop_id.into(), before.into()],
    )
}

/// When each shop's latest set came, by shop.
pub fn latest(tx: &mut dyn HubTx) -> Result<BTreeMap<String, DateTime<Utc>>> {
    tx.query(
        "SELECT shop_id, max(received_at_utc) AS received_at_utc FROM backup_sets
         WHERE tenant_id = tenant() GROUP BY shop_id ORDER BY shop_id",
        &[],
    )?
    .iter()
    .map(|row| Ok((row.text("shop_id")?, row.moment("received_at_utc")?)))
    .collect()
}

/// Leave to read a shop's sets.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Its name, under which the code was used.
    pub id: Uuid,
    /// Whose sets.
    pub shop_id: String,
    /// SHA-256 of what is presented.
    pub token_hash: [u8; 32],
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

fn grant_from(row: &Row) -> Result<Grant> {
    Ok(Grant {
        id: row.uuid("id")?,
        shop_id: row.text("shop_id")?,
        token_hash: row.hash("token_hash")?.0,
        expires_at: row.moment("expires_at_utc")?,
    })
}

/// Keeps a grant for a code.
pub fn insert_grant(tx: &mut dyn HubTx, grant: &Grant, code_hash: &[u8; 32]) -> Result<()> {
    let id = grant.id.to_string();
    directory::enter(tx, &grant.token_hash, CredentialKind::Grant, &id)?;
    tx.execute(
        "INSERT INTO backup_grants (tenant_id, id, shop_id, code_hash, token_hash, expires_at_utc)
         VALUES (tenant(), $1, $2, $3, $4, $5)",
        &[
            grant.id.into(),
            (&grant.shop_id).into(),
            Value::Bytes(code_hash.to_vec()),
            Value::Bytes(grant.token_hash.to_vec()),
            grant.expires_at.into(),
        ],
    )?;
    Ok(())
}

/// The grant that a code was used for.
pub fn grant_of_code(tx: &mut dyn HubTx, code_hash: &[u8; 32]) -> Result<Option<Grant>> {
    tx.query_row(
        "SELECT id, shop_id, token_hash, expires_at_utc FROM backup_grants
         WHERE tenant_id = tenant() AND code_hash = $1",
        &[Value::Bytes(code_hash.to_vec())],
    )?
    .map(|row| grant_from(&row))
    .transpose()
}

/// The grant whose token has this digest, expired or not.
pub fn grant_of_token(tx: &mut dyn HubTx, token_hash: &[u8; 32]) -> Result<Option<Grant>> {
    tx.query_row(
        "SELECT id, shop_id, token_hash, expires_at_utc FROM backup_grants
         WHERE tenant_id = tenant() AND token_hash = $1",
        &[Value::Bytes(token_hash.to_vec())],
    )?
    .map(|row| grant_from(&row))
    .transpose()
}
