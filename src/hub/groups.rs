//! Groups of shops, kept by the distributor.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::catalogue::{HubImport, ImportReport, Source, record_import};
use super::store::groups::{self, Group};
use super::store::shops::Shop;
use super::store::{self, HubTx, audit, shops};
use super::table::{Columns, Faults};
use super::{Hub, checked_name};
use crate::error::{Error, Result};

impl Hub {
    /// The groups of shops by name, each with how many shops are in it.
    ///
    /// # Errors
    /// What the database said.
    pub async fn groups_counted(&self) -> Result<Vec<(Group, usize)>> {
        store::read(self.store(), |tx| {
            let members = groups::members(tx)?;
            let counted = |group: &Group| members.values().filter(|id| **id == group.id).count();
            let all = groups::list(tx)?.into_iter();
            Ok(all.map(|group| (group.clone(), counted(&group))).collect())
        })
        .await
    }

    /// Makes a group. With an identity made by the caller the same may be asked for again: the group, and whether it
    /// was made now.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that cannot be, [`Error::Conflict`] for one that another group has, or for an identity
    /// that a group of another name has.
    pub async fn add_group(
        &self,
        actor: &str,
        id: Option<Uuid>,
        name: &str,
    ) -> Result<(Group, bool)> {
        let (actor, now) = (actor.to_owned(), self.now());
        let group = Group {
            id: id.unwrap_or_else(Uuid::now_v7).to_string(),
            name: checked_name("name", name)?,
        };
        store::write(self.store(), move |tx| {
            if let Some(known) = groups::find(tx, &group.id)? {
                if known == group {
                    return Ok((known, false));
                }
                let told = format!("the group {} is called {}", known.id, known.name);
                return Err(Error::Conflict(told));
            }
            if !groups::add(tx, &group)? {
                let told = format!("there is a group {} already", group.name);
                return Err(Error::Conflict(told));
            }
            audit::record(tx, now, &actor, "group.added", &group.name, "")?;
            Ok((group.clone(), true))
        })
        .await
    }

    /// A group and its shops, by name.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a group.
    pub async fn group(&self, id: &str) -> Result<(Group, Vec<Shop>)> {
        let id = id.to_owned();
        store::read(self.store(), move |tx| {
            let group = must_be(tx, &id)?;
            let members = groups::members(tx)?;
            let mut all = shops::list(tx)?;
            all.retain(|shop| members.get(&shop.id) == Some(&id));
            Ok((group, all))
        })
        .await
    }

    /// Removes a group; its shops are in none then, and its costs hold for nobody.
    ///
    /// # Errors
    /// What the database said.
    pub async fn remove_group(&self, actor: &str, id: &str) -> Result<()> {
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let Some(group) = groups::find(tx, &id)? else {
                return Ok(());
            };
            groups::remove(tx, &id)?;
            audit::record(tx, now, &actor, "group.removed", &group.name, "")
        })
        .await
    }

    /// Puts a shop, by its name, into a group; into none without one.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a shop or group that there is not.
    pub async fn join_group(&self, actor: &str, shop: &str, group: Option<&str>) -> Result<()> {
        let (actor, now) = (actor.to_owned(), self.now());
        let (name, group) = (shop.trim().to_owned(), group.map(ToOwned::to_owned));
        store::write(self.store(), move |tx| {
            let Some(shop) = shops::by_name(tx, &name)? else {
                return Err(Error::NotFound(format!("there is no shop {name}")));
            };
            join(tx, (now, &actor), &shop.id, group.as_deref())
        })
        .await
    }

    /// Puts a shop into a group, out of the one it was in. Again: nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a shop or group that there is not.
    pub async fn put_into_group(&self, actor: &str, shop_id: &str, group: &str) -> Result<()> {
        let (actor, now) = (actor.to_owned(), self.now());
        let (shop_id, group) = (shop_id.to_owned(), group.to_owned());
        store::write(self.store(), move |tx| {
            let shop = shops::get(tx, &shop_id)?;
            join(tx, (now, &actor), &shop.id, Some(&group))
        })
        .await
    }

    /// Takes a shop out of a group. Again, or where it was not in it: nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a shop or group that there is not.
    pub async fn take_out_of_group(&self, actor: &str, shop_id: &str, group: &str) -> Result<()> {
        let (actor, now) = (actor.to_owned(), self.now());
        let (shop_id, group) = (shop_id.to_owned(), group.to_owned());
        store::write(self.store(), move |tx| {
            let shop = shops::get(tx, &shop_id)?;
            must_be(tx, &group)?;
            if groups::of_shop(tx, &shop.id)?.as_ref() != Some(&group) {
                return Ok(());
            }
            join(tx, (now, &actor), &shop.id, None)
        })
        .await
    }
}

/// The group with this identity.
///
/// # Errors
/// [`Error::NotFound`] without it.
pub(super) fn must_be(tx: &mut dyn HubTx, id: &str) -> Result<Group> {
    let known = groups::find(tx, id)?;
    known.ok_or_else(|| Error::NotFound(format!("there is no group {id}")))
}

fn join(
    tx: &mut dyn HubTx,
    (now, actor): (DateTime<Utc>, &str),
    shop_id: &str,
    group: Option<&str>,
) -> Result<()> {
    if let Some(id) = group {
        must_be(tx, id)?;
    }
    let before = groups::of_shop(tx, shop_id)?;
    if before.as_deref() == group {
        return Ok(());
    }
    groups::join(tx, shop_id, group)?;
    let detail = serde_json::json!({ "before": before, "group": group }).to_string();
    audit::record(tx, now, actor, "group.joined", shop_id, &detail)
}

/// The columns of the groups file.
pub(super) const COLUMNS: Columns = Columns {
    required: &["shop"],
    optional: &["group"],
};

/// Imports groups: into which one each shop comes, by the shop's identity or name. A group that there is not is made; an
/// empty one takes the shop out of the one it is in.
pub(super) fn import(tx: &mut dyn HubTx, source: &Source) -> Result<ImportReport> {
    let named: BTreeMap<String, String> = shops::list(tx)?
        .into_iter()
        .flat_map(|shop| [(shop.id.clone(), shop.id.clone()), (shop.name, shop.id)])
        .collect();
    let known = groups::list(tx)?;
    let mut ids: BTreeMap<String, String> = known
        .into_iter()
        .map(|group| (group.name, group.id))
        .collect();
    let members = groups::members(tx)?;
    let mut faults = Faults::of(&source.path);
    let mut lines_of = BTreeMap::new();
    let mut told = Vec::with_capacity(source.lines.len());
    for line in &source.lines {
        let group = match line.text("group") {
            None => None,
            Some(name) => match checked_name("group", name) {
                Ok(name) => Some(name),
                Err(_) => {
                    faults.add(line.number, "group", "must have 1 to 100 characters");
                    continue;
                }
            },
        };
        let Some(shop) = line.required("shop", &mut faults) else {
            continue;
        };
        let Some(shop_id) = named.get(shop) else {
            let wrong = format!("{shop} is no shop of this hub");
            faults.add(line.number, "shop", wrong);
            continue;
        };
        if let Some(earlier) = lines_of.insert(shop_id.clone(), line.number) {
            let message = format!("the same shop is on line {earlier} already");
            faults.add(line.number, "shop", message);
        }
        told.push((shop_id.clone(), group));
    }
    faults.none_or_refuse()?;
    let mut report = ImportReport::of(HubImport::Groups, told.len(), source.dry_run);
    for (shop_id, name) in told {
        let group = match name {
            None => None,
            Some(name) => Some(match ids.get(&name) {
                Some(id) => id.clone(),
                None => made(tx, name, &mut ids, source.dry_run)?,
            }),
        };
        let before = members.get(&shop_id).cloned();
        let joins = before.is_none() && group.is_some();
        let differs = report.counts((!joins).then_some(&before), &group);
        if differs && !source.dry_run {
            groups::join(tx, &shop_id, group.as_deref())?;
        }
    }
    record_import(tx, source, &report)?;
    Ok(report)
}

/// Makes a group that a file names and that there is not.
fn made(
    tx: &mut dyn HubTx,
    name: String,
    ids: &mut BTreeMap<String, String>,
    dry_run: bool,
) -> Result<String> {
    let id = Uuid::now_v7().to_string();
    let group = Group {
        id: id.clone(),
        name: name.clone(),
    };
    if !dry_run {
        groups::add(tx, &group)?;
    }
    ids.insert(name, id.clone());
    Ok(id)
}
