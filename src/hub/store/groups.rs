//! Groups of shops: those of a road, a town or a kind, so that what holds for all of them is said once.

use std::collections::BTreeMap;

use super::HubTx;
use crate::error::Result;

/// A group of shops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its identity.
    pub id: String,
    /// Its name, no other group's.
    pub name: String,
}

/// All groups by name.
pub fn list(tx: &mut dyn HubTx) -> Result<Vec<Group>> {
    tx.query(
        "SELECT id, name FROM shop_groups WHERE tenant_id = tenant() ORDER BY name, id",
        &[],
    )?
    .iter()
    .map(|row| {
        Ok(Group {
            id: row.text("id")?,
            name: row.text("name")?,
        })
    })
    .collect()
}

/// A group, if there is such.
pub fn find(tx: &mut dyn HubTx, id: &str) -> Result<Option<Group>> {
    let row = tx.query_row(
        "SELECT id, name FROM shop_groups WHERE tenant_id = tenant() AND id = $1",
        &[id.into()],
    )?;
    row.map(|row| {
        Ok(Group {
            id: row.text("id")?,
            name: row.text("name")?,
        })
    })
    .transpose()
}

/// The group that a shop is in.
pub fn of_shop(tx: &mut dyn HubTx, shop_id: &str) -> Result<Option<String>> {
    let row = tx.query_row(
        "SELECT group_id FROM shop_group_members WHERE tenant_id = tenant() AND shop_id = $1",
        &[shop_id.into()],
    )?;
    row.map(|row| row.text("group_id")).transpose()
}

/// The group of each shop that is in one.
pub fn members(tx: &mut dyn HubTx) -> Result<BTreeMap<String, String>> {
    tx.query(
        "SELECT shop_id, group_id FROM shop_group_members WHERE tenant_id = tenant() ORDER BY shop_id",
        &[],
    )?
    .iter()
    .map(|row| Ok((row.text("shop_id")?, row.text("group_id")?)))
    .collect()
}

/// Makes a group. `false` when one has the name already.
pub fn add(tx: &mut dyn HubTx, group: &Group) -> Result<bool> {
    let added = tx.execute(
        "INSERT INTO shop_groups (tenant_id, id, name) VALUES (tenant(), $1, $2)
         ON CONFLICT (tenant_id, name) DO NOTHING",
        &[(&group.id).into(), (&group.name).into()],
    )?;
    Ok(added == 1)
}

/// Removes a group; its shops are in none then.
pub fn remove(tx: &mut dyn HubTx, id: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM shop_group_members WHERE tenant_id = tenant() AND group_id = $1",
        &[id.into()],
    )?;
    tx.execute(
        "DELETE FROM shop_groups WHERE tenant_id = tenant() AND id = $1",
        &[id.into()],
    )?;
    Ok(())
}

/// Puts a shop into a group, out of the one it was in; into none without a group.
pub fn join(tx: &mut dyn HubTx, shop_id: &str, group_id: Option<&str>) -> Result<()> {
    match group_id {
        None => tx.execute(
            "DELETE FROM shop_group_members WHERE tenant_id = tenant() AND shop_id = $1",
            &[shop_id.into()],
        )?,
        Some(group) => tx.execute(
            "INSERT INTO shop_group_members (tenant_id, shop_id, group_id) VALUES (tenant(), $1, $2)
             ON CONFLICT (tenant_id, shop_id) DO UPDATE SET group_id = excluded.group_id",
            &[shop_id.into(), group.into()],
        )?,
    };
    Ok(())
}
