//! Shops with several distributors of this hub: making and ending links, and what follows when a catalogue grows.
//!
//! A shop's device is entered with one distributor, its *home*: there its log, its copies' alarms and its backups are kept,
//! once. A code of another one that this device presents with its own secret is a *link*: that distributor's shop is the
//! same shop. What each of them then knows of it is in [`audience`].

pub(super) mod audience;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Hub;
use super::pairing::{Admission, CodeRefusal, Pairing};
use super::store::devices::{self, Device};
use super::store::links::{self, Link};
use super::store::whole;
use super::store::{self, HubTx, Tenant, as_tenant, audit, shops};
use crate::error::{Error, Result};
use crate::model::Sku;
use audience::{catch_up, refill};

/// A code of one distributor, presented by a device that is entered with another.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// SHA-256 of the code.
    pub code: [u8; 32],
    /// The device, by its own word.
    pub device: Uuid,
    /// SHA-256 of its secret.
    pub token: [u8; 32],
    /// With whom the secret is entered.
    pub home: Tenant,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Links the shop that a code is for to the device's: the device is told which shop it is at home and the epoch of its log,
/// as ever. The same code, device and secret again are the same link. In a transaction of the further distributor.
pub(super) fn redeem(tx: &mut dyn HubTx, request: &Request) -> Result<Admission> {
    let Some(code) = devices::code(tx, &request.code)? else {
        return Ok(Err(Pairing::Refused(CodeRefusal::Wrong)));
    };
    let device = as_tenant(tx, &request.home, |tx| {
        devices::by_token(tx, &request.token)
    })?;
    let Some(device) = device.filter(|device| device.id == request.device) else {
        return Err(Error::invalid("token", "is in use by another device"));
    };
    if !device.is_let_in() {
        return Err(Error::Unauthorized(
            "this device is shut out where it is paired; ask that distributor first".to_owned(),
        ));
    }
    let done = (device.shop_id.clone(), device.head.epoch);
    let present = links::of_shop(tx, &code.shop_id)?;
    let is_linked_so = present
        .as_ref()
        .map(|link| link.home_tenant == request.home && link.home_shop == device.shop_id);
    if let Some(by) = code.used_by {
        return Ok(if by == device.id && is_linked_so == Some(true) {
            Ok(done)
        } else {
            Err(Pairing::Refused(CodeRefusal::Used))
        });
    }
    if request.now >= code.expires_at {
        return Ok(Err(Pairing::Refused(CodeRefusal::Expired)));
    }
    if let Some(why) = hindrance(tx, &code.shop_id, is_linked_so, &device, request)? {
        return Ok(Err(Pairing::Elsewhere(why)));
    }
    devices::redeem_code(tx, &request.code, device.id)?;
    if present.is_none() {
        link(tx, &code.shop_id, &device, request)?;
    }
    Ok(Ok(done))
}

/// Why the shop of a code cannot be linked to a device's, if there is anything in the way. `is_linked_so`: whether it is that
/// device that it is linked to, where it is linked.
fn hindrance(
    tx: &mut dyn HubTx,
    shop_id: &str,
    is_linked_so: Option<bool>,
    device: &Device,
    request: &Request,
) -> Result<Option<&'static str>> {
    if let Some(same) = is_linked_so {
        return Ok((!same).then_some(
            "the code is for a shop that another shop's device speaks for; the distributor ends that first",
        ));
    }
    if !devices::of_shop(tx, shop_id)?.is_empty() {
        return Ok(Some(
            "the code is for a shop that has a device of its own; ask the distributor to add this shop anew",
        ));
    }
    let tenant = tx.tenant().clone();
    let others = as_tenant(tx, &request.home, |tx| {
        links::from_home(tx, &device.shop_id)
    })?;
    Ok(others.iter().any(|link| link.tenant == tenant).then_some(
        "this shop is linked to another shop of that distributor already; the distributor ends that first",
    ))
}

fn link(tx: &mut dyn HubTx, shop_id: &str, device: &Device, request: &Request) -> Result<()> {
    let tenant = tx.tenant().clone();
    let link = Link {
        id: Uuid::now_v7(),
        home_tenant: request.home.clone(),
        home_shop: device.shop_id.clone(),
        tenant: tenant.clone(),
        shop_id: shop_id.to_owned(),
        linked_at: request.now,
        code_hash: request.code,
        device: device.id,
        program: None,
        behind: false,
        name: String::new(),
        active: true,
    };
    as_tenant(tx, &request.home, |tx| {
        shops::hold(tx, &link.home_shop)?;
        let is_first = links::from_home(tx, &link.home_shop)?.is_empty();
        as_tenant(tx, &tenant, |tx| links::insert(tx, &link))?;
        if is_first {
            whole::begin(tx, &link.home_shop)?;
            refill(
                tx,
                &link.home_shop,
                (&link.home_tenant, &link.home_shop),
                None,
            )?;
        }
        catch_up(tx, &link)?;
        let actor = format!("device {}", device.id);
        audit::record(tx, request.now, &actor, "shop.linked", &link.home_shop, "")
    })?;
    shops::record_contact(tx, shop_id, request.now, None)?;
    let actor = format!("device {}", device.id);
    audit::record(tx, request.now, &actor, "shop.linked", shop_id, "")
}

/// What a device that is new to a shop must not do: speak for one that another shop's device speaks for.
pub(super) fn is_linked(tx: &mut dyn HubTx, shop_id: &str) -> Result<bool> {
    Ok(links::of_shop(tx, shop_id)?.is_some())
}

/// Lets the shops with several distributors know of products that the transaction's tenant offers from now on: what the
/// shops' logs say of them, from the first day on, is in its book at once.
pub(super) fn catalogue_grew<'s>(
    tx: &mut dyn HubTx,
    skus: impl Iterator<Item = &'s Sku>,
) -> Result<()> {
    let skus: BTreeSet<Sku> = skus.cloned().collect();
    if skus.is_empty() {
        return Ok(());
    }
    let tenant = tx.tenant().clone();
    let mut homes: BTreeSet<String> = BTreeSet::new();
    for link in links::all_from_home(tx)? {
        homes.insert(link.home_shop);
    }
    for shop_id in homes {
        shops::hold(tx, &shop_id)?;
        refill(tx, &shop_id, (&tenant, &shop_id), Some(&skus))?;
    }
    // One that has fallen behind is told everything once it catches up.
    for link in links::all_of(tx)?.into_iter().filter(|link| !link.behind) {
        as_tenant(tx, &link.home_tenant, |tx| {
            shops::hold(tx, &link.home_shop)?;
            refill(tx, &link.home_shop, (&tenant, &link.shop_id), Some(&skus))
        })?;
    }
    Ok(())
}

/// Ends the link of a shop of the transaction's tenant: what it knows of the shop's stock and sales goes with it, for they are
/// in a log that is another's. The shop is told so with its next page of notes.
fn end(tx: &mut dyn HubTx, actor: &str, shop_id: &str, now: DateTime<Utc>) -> Result<()> {
    let link = links::of_shop(tx, shop_id)?
        .ok_or_else(|| Error::NotFound("the shop is not linked to another's device".to_owned()))?;
    as_tenant(tx, &link.home_tenant, |tx| {
        shops::hold(tx, &link.home_shop)?;
        as_tenant(tx, &link.tenant, |tx| links::remove(tx, &link))?;
        if links::from_home(tx, &link.home_shop)?.is_empty() {
            whole::end(tx, &link.home_shop)?;
        }
        audit::record(tx, now, "hub", "shop.unlinked", &link.home_shop, "")
    })?;
    whole::clear(tx, shop_id, whole::Book::Own)?;
    audit::record(tx, now, actor, "shop.unlinked", shop_id, "")
}

impl Hub {
    /// Ends the link of a shop of this distributor, by its name, to a device that is entered with another one.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a shop or link.
    pub async fn unlink_shop(&self, actor: &str, name: &str) -> Result<()> {
        let (now, actor, name) = (self.now(), actor.to_owned(), name.trim().to_owned());
        store::write(self.store(), move |tx| {
            let shop = shops::by_name(tx, &name)?
                .ok_or_else(|| Error::NotFound(format!("there is no shop {name:?}")))?;
            end(tx, &actor, &shop.id, now)
        })
        .await
    }

    /// The same for the shop with this identity.
    ///
    /// # Errors
    /// As [`Hub::unlink_shop`].
    pub async fn unlink_shop_with(&self, actor: &str, shop_id: &str) -> Result<()> {
        let (now, actor, shop_id) = (self.now(), actor.to_owned(), shop_id.to_owned());
        store::write(self.store(), move |tx| end(tx, &actor, &shop_id, now)).await
    }

    /// Lets this distributor, who is switched on again, hear what its linked shops told meanwhile. A shop that speaks first
    /// does it by itself.
    ///
    /// # Errors
    /// What the database said.
    pub(super) async fn catch_up_with_links(&self) -> Result<()> {
        for behind in store::read(self.store(), links::all_of).await? {
            let home = self.for_tenant(behind.home_tenant.clone());
            store::write(home.store(), move |tx| {
                shops::hold(tx, &behind.home_shop)?;
                audience::Audience::of_shop(tx, &behind.home_shop).map(|_| ())
            })
            .await?;
        }
        Ok(())
    }
}
