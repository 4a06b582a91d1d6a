//! The hub: the distributor's side of the loop.
//!
//! Use cases are the modules of this folder: one function, one transaction. SQL is in `store/`, HTTP in `web/`.

pub mod account;
mod apply;
mod attempts;
pub mod audit_log;
pub mod backup;
pub mod catalogue;
pub mod comparison;
pub mod contact;
pub mod costs;
mod database;
pub mod delivery_days;
pub mod devices;
pub mod doctor;
pub mod export;
mod figures;
pub mod flags;
mod freight;
mod groups;
pub mod intake;
pub mod links;
pub mod login;
pub mod messages;
pub mod moving;
pub mod nightly;
pub mod notes;
pub mod offsite;
pub mod orders;
pub mod packing;
pub mod pairing;
mod password;
mod plan_part;
mod planner;
pub mod planning;
pub mod positions;
pub mod production;
mod reach;
pub mod render;
pub mod settings;
pub mod shipments;
pub mod status;
pub mod store;
pub mod supplier_book;
pub mod supplier_orders;
pub mod supplier_products;
mod suppliers;
pub mod supply;
mod table;
pub mod tenants;
pub mod today;
pub mod tokens;
pub mod ubl;
pub mod users;
mod visits;
pub mod warehouse;
pub mod web;

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::clock::SharedClock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::web::host::AllowedHosts;
use crate::wire::MAX_DECOMPRESSED_BYTES;
use database::{must_exist, options};
use store::identity::Identity;
use store::{Scoped, Tenant};

pub use crate::plan::PlanLanguage;
pub use catalogue::HubImport;

/// Held by the daemon that serves the data folder.
const LOCK_FILE: &str = "hub.lock";

/// An open hub. Cloning shares it.
#[derive(Clone)]
pub struct Hub {
    store: Scoped,
    clock: SharedClock,
    config: Arc<Config>,
    identity: Arc<Identity>,
    guesses: Arc<pairing::Guesses>,
    /// Passwords and PINs that were not right.
    attempts: Arc<attempts::Attempts>,
    passwords: password::Passwords,
    /// Pushes that are being read and taken in.
    intake: Arc<Semaphore>,
    /// Poked when a message was queued.
    queued: Arc<tokio::sync::Notify>,
}

/// What a new hub is asked for.
#[derive(Debug, Clone)]
pub struct NewHub {
    /// The distributor's name.
    pub name: String,
    /// IANA time zone, such as `Asia/Jakarta`.
    pub timezone: String,
    /// 4 to 12 digits, if the pages are to ask for them.
    pub pin: Option<String>,
}

impl Hub {
    /// Creates a hub in the data folder.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name, zone or PIN that cannot be, [`Error::Conflict`] when a hub is there already.
    pub async fn create(config: Config, new: NewHub, clock: SharedClock) -> Result<Self> {
        let identity = checked(&new, clock.now())?;
        let store = database::empty(&config).await?;
        let written = identity.clone();
        store::write(&store, move |tx| {
            store::identity::create(tx, &written)?;
            let at = written.created_at;
            store::audit::record(tx, at, "owner", "hub.created", &written.name, "")
        })
        .await?;
        Ok(Self::assemble(store, clock, config, identity))
    }

    /// Opens the hub of the settings: the one in the data folder, or on the server that `database` names.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, and what [`crate::store::Database::open`] or
    /// [`store::PostgresStore::open`] says.
    pub async fn open(config: Config, clock: SharedClock) -> Result<Self> {
        let store = database::open(&config).await?;
        let identity = store::read(&store, store::identity::load).await?;
        Ok(Self::assemble(store, clock, config, identity))
    }

    fn assemble(store: Scoped, clock: SharedClock, config: Config, identity: Identity) -> Self {
        Self {
            store,
            clock,
            config: Arc::new(config),
            identity: Arc::new(identity),
            guesses: Arc::default(),
            attempts: Arc::default(),
            passwords: password::Passwords::default(),
            intake: Arc::new(Semaphore::new(intake::PUSHES_AT_ONCE)),
            queued: Arc::default(),
        }
    }

    /// Its database, as the tenant sees it that this hub is open for.
    #[must_use]
    pub fn store(&self) -> &Scoped {
        &self.store
    }

    /// The same hub, for another tenant of whom no more is needed than the rows: [`Hub::of_tenant`] knows its name and zone
    /// too.
    #[must_use]
    pub fn for_tenant(&self, tenant: Tenant) -> Self {
        Self {
            store: self.store.of(tenant),
            ..self.clone()
        }
    }

    /// The settings it was opened with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Who it is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Now, by the hub's clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Today on the hub's wall.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now()
            .with_timezone(&self.identity.timezone)
            .date_naive()
    }
}

/// The address that the daemon is to answer at: one that the service manager hands over, or else the setting
/// `hub_listen`.
///
/// # Errors
/// [`Error::Invalid`] for an address that cannot be, [`Error::Refused`] when another program has the port.
pub async fn listen(config: &Config) -> Result<TcpListener> {
    crate::web::serve::listen_or_inherit(config.address("hub_listen")?).await
}

/// Runs the hub of the data folder on `listener` until `stop` is cancelled.
///
/// # Errors
/// [`Error::NotFound`] without a hub there, [`Error::Refused`] while another daemon runs on the folder, and what
/// opening and serving say.
pub async fn run(
    config: Config,
    listener: TcpListener,
    clock: SharedClock,
    stop: CancellationToken,
) -> Result<()> {
    let held_while_serving = database::alone(&config)?;
    let address = listener
        .local_addr()
        .map_err(Error::io("asking which address is listened on"))?;
    let hosts = AllowedHosts::new(address, &config.allowed_hosts());
    let hub = Hub::open(config, clock).await?;
    let mut retried = 0;
    for of_tenant in hub.every_tenant().await? {
        retried += of_tenant.retry_quarantined().await?;
    }
    hub.check_message_settings()?;
    if held_while_serving.is_some() {
        hub.take_over_messages().await?;
    }
    tracing::info!(%address, hub = %hub.identity.name, out_of_quarantine = retried, "the hub is up");
    // Whatever ends the serving ends the nights too.
    let stop = stop.child_token();
    let nights = tokio::spawn(hub.clone().back_up_nightly(stop.clone()));
    let plannings = tokio::spawn(hub.clone().plan_nightly(stop.clone()));
    let messages = tokio::spawn(hub.clone().send_messages(stop.clone()));
    let served = crate::web::serve::serve(
        listener,
        web::router(hub),
        hosts,
        Some(MAX_DECOMPRESSED_BYTES),
        stop.clone(),
    )
    .await;
    stop.cancel();
    for task in [nights, plannings, messages] {
        if let Err(error) = task.await {
            tracing::error!(%error, "a task ended abnormally");
        }
    }
    served
}

fn checked(new: &NewHub, now: DateTime<Utc>) -> Result<Identity> {
    let name = checked_name("--name", &new.name)?;
    let timezone: Tz = new.timezone.parse().map_err(|_| {
        Error::invalid(
            "--timezone",
            format!("{} is no time zone such as Asia/Jakarta", new.timezone),
        )
    })?;
    let pin_hash = new.pin.as_deref().map(hash_pin).transpose()?;
    Ok(Identity {
        name,
        incarnation: Uuid::now_v7(),
        created_at: now,
        timezone,
        pin_hash,
        language: store::identity::UNSAID_LANGUAGE.to_owned(),
    })
}

/// A name for people: 1 to 100 characters, none of them a control character.
fn checked_name(field: &str, name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(Error::invalid(field, "must have 1 to 100 characters"));
    }
    Ok(name.to_owned())
}

fn hash_pin(pin: &str) -> Result<String> {
    if !((4..=12).contains(&pin.len()) && pin.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(Error::invalid("--pin", "must have 4 to 12 digits"));
    }
    Argon2::default()
        .hash_password(pin.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::Internal(format!("hashing a PIN: {error}")))
}
