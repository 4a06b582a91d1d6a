//! Whose rows a transaction works on.

use std::fmt;
use std::sync::Arc;

use super::{HubStore, Job, Submitted};

/// A distributor in this hub. Which one a call is for comes from the caller's credential and from nothing else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenant(Arc<str>);

impl Tenant {
    /// The distributor that the hub was set up for.
    pub const FIRST: &str = "first";

    /// The tenant with this identity; for what reads identities from the database.
    #[must_use]
    pub fn with_id(id: &str) -> Self {
        Self(id.into())
    }

    /// Its identity, as in the column `tenant_id`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Tenant {
    fn default() -> Self {
        Self::with_id(Self::FIRST)
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The database as one tenant sees it.
#[derive(Clone)]
pub struct Scoped {
    store: Arc<dyn HubStore>,
    tenant: Tenant,
}

impl Scoped {
    /// `store`, for the rows of `tenant`.
    #[must_use]
    pub fn new(store: Arc<dyn HubStore>, tenant: Tenant) -> Self {
        Self { store, tenant }
    }

    /// The same database for another tenant.
    #[must_use]
    pub fn of(&self, tenant: Tenant) -> Self {
        Self::new(Arc::clone(&self.store), tenant)
    }

    /// Whose rows these are.
    #[must_use]
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    pub(super) fn submit_write(&self, job: Job) -> Submitted<'_> {
        self.store.submit_write(self.tenant.clone(), job)
    }

    pub(super) fn submit_held(&self, job: Job) -> Submitted<'_> {
        self.store.submit_held(self.tenant.clone(), job)
    }

    pub(super) fn submit_read(&self, job: Job) -> Submitted<'_> {
        self.store.submit_read(self.tenant.clone(), job)
    }
}
