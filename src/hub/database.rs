//! Where a hub's database is: the file in its data folder, or a PostgreSQL server that many hub processes share.

use std::path::Path;
use std::sync::Arc;

use super::store::postgres::{Address, Founding};
use super::store::transfer;
use super::store::{self, HubStore, PostgresStore, Scoped, SqliteStore, Tenant};
use super::{LOCK_FILE, moving};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::store::{FileLock, Options};

/// A hub's database by the settings.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// The file in the data folder.
    File,
    /// A server's.
    Server(Address),
}

impl Place {
    pub(super) fn of(config: &Config) -> Result<Self> {
        match config.database() {
            None => Ok(Self::File),
            Some(address) => Address::parse(&address).map(Self::Server),
        }
    }

    /// In words, without the password.
    pub(super) fn shown(&self, config: &Config) -> String {
        match self {
            Self::File => config
                .data()
                .join(store::sqlite::FILE_NAME)
                .display()
                .to_string(),
            Self::Server(address) => address.to_string(),
        }
    }
}

/// Refuses, on a server's database, what is done to the file of a hub on SQLite; `instead` says how it is done there.
pub(super) fn only_for_a_file(config: &Config, instead: &str) -> Result<()> {
    match Place::of(config)? {
        Place::File => Ok(()),
        Place::Server(address) => Err(Error::Refused(format!(
            "this hub is kept on the server {address}: {instead}"
        ))),
    }
}

/// Opens the database of a hub that there is.
pub(super) async fn open(config: &Config) -> Result<Scoped> {
    match Place::of(config)? {
        Place::File => {
            must_exist(config.data())?;
            let store = first_tenant(SqliteStore::open(config.data(), options(config))?);
            moving::must_be_here(&store, config).await?;
            Ok(store)
        }
        Place::Server(address) => {
            let opened =
                PostgresStore::open(address, config.database_connections(), Founding::Forbidden);
            let store = first_tenant(opened.await?);
            must_be_complete(&store).await?;
            Ok(store)
        }
    }
}

/// A new database, or one whose creation was cut off before a hub was in it.
pub(super) async fn empty(config: &Config) -> Result<Scoped> {
    let place = Place::of(config)?;
    let store = match &place {
        Place::File if !config.data().join(store::sqlite::FILE_NAME).exists() => {
            return SqliteStore::create(config.data(), options(config)).map(first_tenant);
        }
        Place::File => first_tenant(SqliteStore::open(config.data(), options(config))?),
        Place::Server(address) => {
            let connections = config.database_connections();
            let opened = PostgresStore::open(address.clone(), connections, Founding::Allowed);
            let store = first_tenant(opened.await?);
            must_be_complete(&store).await?;
            store
        }
    };
    match store::read(&store, store::identity::load).await {
        Ok(identity) => {
            let (place_, name) = (place.shown(config), identity.name);
            Err(Error::Conflict(match place {
                Place::File => format!(
                    "{} holds the hub {name:?} already; choose another folder with --data",
                    config.data().display()
                ),
                Place::Server(_) => {
                    format!("{place_} holds the hub {name:?} already; choose another database")
                }
            }))
        }
        Err(Error::NotFound(_)) => Ok(store),
        Err(error) => Err(error),
    }
}

/// Keeps a second daemon off the file of the data folder; a server's database is there for many.
pub(super) fn alone(config: &Config) -> Result<Option<FileLock>> {
    if matches!(Place::of(config)?, Place::Server(_)) {
        return Ok(None);
    }
    must_exist(config.data())?;
    let refusal = format!(
        "another kulakan hub is running on {}; stop it or choose another folder with --data",
        config.data().display()
    );
    FileLock::take(&config.data().join(LOCK_FILE), refusal).map(Some)
}

pub(super) fn options(config: &Config) -> Options {
    Options {
        busy_timeout: config.busy_timeout(),
        max_bytes: config.database_limit(),
    }
}

pub(super) fn must_exist(data: &Path) -> Result<()> {
    if data.join(store::sqlite::FILE_NAME).exists() {
        return Ok(());
    }
    Err(Error::NotFound(format!(
        "no hub in {}: run kulakan hub init --name NAME",
        data.display()
    )))
}

/// Refuses a database that a hub is still being moved to.
async fn must_be_complete(store: &Scoped) -> Result<()> {
    match store::read(store, transfer::unfinished).await? {
        None => Ok(()),
        Some(_) => Err(Error::Refused(
            "a hub is being moved to this database and not all of it is there: finish with kulakan hub migrate-to"
                .to_owned(),
        )),
    }
}

fn first_tenant(store: impl HubStore + 'static) -> Scoped {
    Scoped::new(Arc::new(store), Tenant::default())
}
