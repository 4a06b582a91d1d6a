//! What the hub keeps for itself under a name.

use super::HubTx;
use crate::error::Result;

/// What is kept under `key`.
pub fn get(tx: &mut dyn HubTx, key: &str) -> Result<Option<String>> {
    tx.query_row(
        "SELECT value FROM settings WHERE tenant_id = tenant() AND key = $1",
        &[key.into()],
    )?
    .map(|row| row.text("value"))
    .transpose()
}

/// Keeps `value` under `key`, in place of what was there.
pub fn set(tx: &mut dyn HubTx, key: &str, value: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO settings (tenant_id, key, value) VALUES (tenant(), $1, $2)
         ON CONFLICT (tenant_id, key) DO UPDATE SET value = excluded.value",
        &[key.into(), value.into()],
    )?;
    Ok(())
}

/// Keeps nothing under `key` any more.
pub fn clear(tx: &mut dyn HubTx, key: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM settings WHERE tenant_id = tenant() AND key = $1",
        &[key.into()],
    )?;
    Ok(())
}
