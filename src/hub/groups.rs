//! Groups of shops, kept by the distributor.

use uuid::Uuid;

use super::store::groups::{self, Group};
use super::store::{self, audit, shops};
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

    /// Makes a group.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that cannot be, [`Error::Conflict`] for one that another group has.
    pub async fn add_group(&self, actor: &str, name: &str) -> Result<Group> {
        let (actor, now) = (actor.to_owned(), self.now());
        let group = Group {
            id: Uuid::now_v7().to_string(),
            name: checked_name("name", name)?,
        };
        store::write(self.store(), move |tx| {
            if !groups::add(tx, &group)? {
                let told = format!("there is a group {} already", group.name);
                return Err(Error::Conflict(told));
            }
            audit::record(tx, now, &actor, "group.added", &group.name, "")?;
            Ok(group.clone())
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
            let known = groups::list(tx)?.into_iter().find(|group| group.id == id);
            let Some(group) = known else {
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
            let known = groups::list(tx)?;
            if let Some(id) = &group
                && !known.iter().any(|group| group.id == *id)
            {
                return Err(Error::NotFound(format!("there is no group {id}")));
            }
            groups::join(tx, &shop.id, group.as_deref())?;
            let detail = serde_json::json!({ "group": group }).to_string();
            audit::record(tx, now, &actor, "group.joined", &shop.id, &detail)
        })
        .await
    }
}
