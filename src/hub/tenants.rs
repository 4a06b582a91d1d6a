//! The distributors in one hub, and whose a secret is.
//!
//! Which distributor somebody works for follows from the secret that was presented and from nothing else: a device's or
//! a system's token, a one-time code, a session. [`Hub::whose`] asks the directory once, at the door, and hands on a
//! [`Hub`] that can see that distributor's rows only.

use chrono_tz::Tz;
use sha2::{Digest, Sha256};

use super::store::identity::{self, Identity, TenantRow};
use super::store::{self, Tenant, audit, directory, links};
use super::{Hub, checked_name};
use crate::error::{Error, Result};

/// The longest identity of a distributor.
const LONGEST_ID: usize = 32;

/// A distributor to be added to a hub.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// By which it is known in commands and logins: small letters, digits and hyphens.
    pub id: String,
    /// Its name.
    pub name: String,
    /// IANA time zone; the hub's own where it is absent.
    pub timezone: Option<String>,
}

impl Hub {
    /// The same hub as `tenant` sees it, under that distributor's name and zone.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a distributor.
    pub async fn of_tenant(&self, tenant: Tenant) -> Result<Self> {
        let hub = self.for_tenant(tenant);
        let identity =
            store::read(hub.store(), identity::load)
                .await
                .map_err(|error| match error {
                    Error::NotFound(_) => no_tenant(hub.store().tenant().as_str()),
                    other => other,
                })?;
        Ok(hub.known_as(identity))
    }

    fn known_as(self, identity: Identity) -> Self {
        Self {
            identity: identity.into(),
            ..self
        }
    }

    /// The distributors, the first one first, those that are switched off too.
    ///
    /// # Errors
    /// What the database said.
    pub async fn tenants(&self) -> Result<Vec<TenantRow>> {
        store::read(self.store(), identity::tenants).await
    }

    /// The hub of each distributor that is not switched off: for what the program does by itself.
    ///
    /// # Errors
    /// What the database said.
    pub async fn every_tenant(&self) -> Result<Vec<Self>> {
        let mut hubs = Vec::new();
        for tenant in self.tenants().await? {
            if tenant.active {
                hubs.push(self.of_tenant(tenant.id).await?);
            }
        }
        Ok(hubs)
    }

    /// Adds a distributor, whose rows nobody else of this hub sees.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an identity, name or zone that cannot be, [`Error::Conflict`] for an identity that
    /// there is.
    pub async fn add_tenant(&self, new: NewTenant) -> Result<Self> {
        let (id, now) = (checked_id(&new.id)?, self.now());
        let timezone: Tz = match &new.timezone {
            None => self.identity.timezone,
            Some(text) => text.parse().map_err(|_| {
                Error::invalid(
                    "--timezone",
                    format!("{text} is no time zone such as Asia/Jakarta"),
                )
            })?,
        };
        let identity = Identity {
            name: checked_name("--name", &new.name)?,
            incarnation: self.identity.incarnation,
            created_at: now,
            timezone,
            // Further distributors' people log in by name and password.
            pin_hash: None,
            language: self.identity.language.clone(),
        };
        let hub = self
            .for_tenant(Tenant::with_id(&id))
            .known_as(identity.clone());
        store::write(hub.store(), move |tx| {
            if identity::load(tx).is_ok() {
                return Err(Error::Conflict(format!(
                    "there is a distributor {id:?} already"
                )));
            }
            identity::add_tenant(tx, &identity)?;
            audit::record(tx, now, "owner", "tenant.added", &id, &identity.name)
        })
        .await?;
        Ok(hub)
    }

    /// Switches a distributor off, so that nothing of its opens any more, or on again.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a distributor, [`Error::Refused`] for the one that the hub was set up for.
    pub async fn set_tenant_active(&self, id: &str, active: bool) -> Result<()> {
        let (tenant, now) = (Tenant::with_id(id), self.now());
        if tenant == Tenant::default() && !active {
            return Err(Error::Refused(
                "the distributor that the hub was set up for stays: stop the hub instead"
                    .to_owned(),
            ));
        }
        let hub = self.for_tenant(tenant.clone());
        let switched = store::write(hub.store(), move |tx| {
            if !active {
                links::fall_behind(tx)?;
            }
            if !identity::set_active(tx, &tenant, active)? {
                return Err(no_tenant(tenant.as_str()));
            }
            let action = if active {
                "tenant.resumed"
            } else {
                "tenant.stopped"
            };
            audit::record(tx, now, "owner", action, tenant.as_str(), "")
        });
        switched.await?;
        match active {
            true => hub.catch_up_with_links().await,
            false => Ok(()),
        }
    }

    /// The hub of the distributor whom the secret with this SHA-256 belongs to; nothing for one that nobody has, or
    /// whose distributor is switched off.
    ///
    /// # Errors
    /// What the database said.
    pub async fn whose(&self, hash: &[u8; 32]) -> Result<Option<Self>> {
        let hash = *hash;
        let found = store::read(self.store(), move |tx| directory::resolve(tx, &hash)).await?;
        Ok(found.map(|(tenant, identity)| self.for_tenant(tenant).known_as(identity)))
    }

    /// The same for the secret itself.
    ///
    /// # Errors
    /// As [`Hub::whose`].
    pub async fn whose_secret(&self, secret: &str) -> Result<Option<Self>> {
        self.whose(&Sha256::digest(secret.as_bytes()).into()).await
    }
}

fn no_tenant(id: &str) -> Error {
    Error::NotFound(format!(
        "there is no distributor {id:?} in this hub; kulakan hub tenant list shows them"
    ))
}

fn checked_id(id: &str) -> Result<String> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if id.is_empty() || id.len() > LONGEST_ID || !id.bytes().all(fits) {
        return Err(Error::invalid(
            "--id",
            format!("must have 1 to {LONGEST_ID} small letters, digits or hyphens"),
        ));
    }
    Ok(id.to_owned())
}
