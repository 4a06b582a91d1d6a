//! Moving a hub from its SQLite file to a PostgreSQL server.
//!
//! Table after table, distributor after distributor, in the order of their keys: a page of rows and how far the move has
//! come by it are one transaction on the server, so that a move that was cut off anywhere goes on where it was. The row
//! that says that there is a hub is written last, after every row was read back and compared. Until then no hub opens
//! that database; from then on none opens the file.

use std::sync::Arc;

use serde::Serialize;

use super::LOCK_FILE;
use super::database::{address_of, must_exist, options};
use super::store::postgres::Founding;
use super::store::transfer::{self, Look, Pace, Progress, Seen, Table};
use super::store::{
    self, HubStore, PostgresStore, Scoped, SqliteStore, Tenant, audit, identity, settings,
};
use crate::clock::SharedClock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::store::FileLock;
use crate::wire::event::moment_text;

/// Where the hub of a file went and when, in the settings of its first distributor.
const MOVED: &str = "moved.to";

/// The table whose row says that there is a hub.
const HUB: &str = "hub";

/// Connections that a move needs.
const CONNECTIONS: usize = 2;

/// A move that is complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Where the hub is now, without the password.
    pub to: String,
    /// Its tables and how many rows of each are there; all were read back and are as they were.
    pub tables: Vec<(String, u64)>,
    /// Rows that an earlier, unfinished move had brought there already.
    pub found_there: i64,
}

/// Refuses a file whose hub was moved away, and says what to do.
pub(super) async fn must_be_here(store: &Scoped, config: &Config) -> Result<()> {
    let Some(text) = store::read(store, |tx| settings::get(tx, MOVED)).await? else {
        return Ok(());
    };
    let (at, to) = text.split_once(' ').unwrap_or(("", &text));
    Err(Error::Refused(format!(
        "the hub in {} was moved to {to} on {}: run it with --database; to go on with the file as it was then, with the \
         shops sending again what it lacks: kulakan hub migrate-to --take-back",
        config.data().display(),
        at.get(..10).unwrap_or(at)
    )))
}

/// Moves the hub of the data folder to the database at `address`, or goes on with a move that was cut off.
///
/// # Errors
/// [`Error::NotFound`] without a hub in the folder, [`Error::Refused`] while it runs, when it was moved elsewhere before,
/// or when the database holds anything else; what either database said. The file stays as it is then.
pub async fn migrate(config: &Config, address: &str, clock: SharedClock) -> Result<Moved> {
    let address = address_of(config, address)?;
    let to = address.to_string();
    let _held_meanwhile = closed(config)?;
    let source = file(config)?;
    let known = store::read(&source, |tx| {
        let hub = identity::load(tx)?;
        Ok((
            hub.incarnation.to_string(),
            identity::tenants(tx)?,
            transfer::tables(tx)?,
        ))
    });
    let (source_id, tenants, tables) = known.await?;
    if let Some(before) = store::read(&source, |tx| settings::get(tx, MOVED)).await?
        && !before.ends_with(&format!(" {to}"))
    {
        must_be_here(&source, config).await?;
    }
    let target = PostgresStore::open(address, CONNECTIONS, Founding::Allowed).await?;
    let target = Scoped::new(Arc::new(target), Tenant::default());
    let tenants: Vec<Tenant> = tenants.into_iter().map(|tenant| tenant.id).collect();
    let route = Route { source, target };
    let mut moved = Moved {
        to: to.clone(),
        tables: Vec::new(),
        found_there: 0,
    };
    if route.begin(&source_id, &to).await? == Begun::CompleteBefore {
        route.mark(&to, &clock).await?;
        return Ok(moved);
    }
    let (of_hub, tables): (Vec<Table>, Vec<Table>) =
        tables.into_iter().partition(|table| table.name == HUB);
    for table in tables {
        let rows = route
            .table(&Arc::new(table.clone()), &tenants, &mut moved.found_there)
            .await?;
        tracing::info!(table = table.name, rows, "moved and compared");
        moved.tables.push((table.name, rows));
    }
    route.finish(of_hub, &clock).await?;
    route.mark(&to, &clock).await?;
    Ok(moved)
}

/// Takes a hub that was moved away back: its file is the hub again, as it was then, in another life, so that every shop
/// sends again what the file lacks.
///
/// # Errors
/// [`Error::Refused`] for one that was not moved or is running.
pub async fn take_back(config: &Config, clock: SharedClock) -> Result<()> {
    let _held_meanwhile = closed(config)?;
    let now = clock.now();
    store::write(&file(config)?, move |tx| {
        let Some(moved) = settings::get(tx, MOVED)? else {
            return Err(Error::Refused("this hub was not moved away".to_owned()));
        };
        settings::clear(tx, MOVED)?;
        identity::begin_life(tx, uuid::Uuid::now_v7())?;
        audit::record(tx, now, "owner", "hub.taken_back", &moved, "")
    })
    .await
}

fn closed(config: &Config) -> Result<FileLock> {
    must_exist(config.data())?;
    FileLock::take(
        &config.data().join(LOCK_FILE),
        format!(
            "the hub in {} is running: stop it first (systemctl stop kulakan-hub, or Ctrl-C where it runs)",
            config.data().display()
        ),
    )
}

fn file(config: &Config) -> Result<Scoped> {
    let store: Arc<dyn HubStore> = Arc::new(SqliteStore::open(config.data(), options(config))?);
    Ok(Scoped::new(store, Tenant::default()))
}

#[derive(Debug, PartialEq, Eq)]
enum Begun {
    /// Now, or by a move that was cut off.
    UnderWay,
    /// All of the hub is there.
    CompleteBefore,
}

struct Route {
    source: Scoped,
    target: Scoped,
}

impl Route {
    /// Makes sure that the database is this hub's to fill.
    async fn begin(&self, source_id: &str, to: &str) -> Result<Begun> {
        let (mine, to) = (source_id.to_owned(), to.to_owned());
        store::write(&self.target, move |tx| {
            if let Some(other) = transfer::unfinished(tx)? {
                if other == mine {
                    return Ok(Begun::UnderWay);
                }
                return Err(Error::Refused(format!(
                    "{to} holds the unfinished move of another hub; choose another database"
                )));
            }
            match identity::load(tx) {
                Ok(there) if there.incarnation.to_string() == mine => Ok(Begun::CompleteBefore),
                Ok(there) => Err(Error::Refused(format!(
                    "{to} holds the hub {:?} already; choose another database",
                    there.name
                ))),
                Err(Error::NotFound(_)) => {
                    transfer::begin(tx, &mine)?;
                    Ok(Begun::UnderWay)
                }
                Err(error) => Err(error),
            }
        })
        .await
    }

    /// Moves a table and compares it; how many rows it has.
    async fn table(
        &self,
        table: &Arc<Table>,
        tenants: &[Tenant],
        found_there: &mut i64,
    ) -> Result<u64> {
        let whose: Vec<Tenant> = match table.of_tenants() {
            true => tenants.to_vec(),
            false => vec![Tenant::default()],
        };
        let mut rows = 0;
        for tenant in whose {
            let part = Part::new(self, table, tenant);
            let before = part.progress().await?;
            *found_there += before.rows;
            part.copy(before).await?;
            let (left, mut right) = (
                part.look(&part.source).await?,
                part.look(&part.target).await?,
            );
            if left != right {
                // The file was written to after a move that was cut off: what had been brought is old.
                part.begin_anew().await?;
                part.copy(Progress::default()).await?;
                right = part.look(&part.target).await?;
            }
            if left != right {
                return Err(Error::Internal(format!(
                    "{} of {} has {} rows in the file and {} on the server, or they differ",
                    table.name, part.tenant, left.rows, right.rows
                )));
            }
            rows += left.rows;
        }
        let looked_at = Arc::clone(table);
        let all = store::read(&self.source, move |tx| looked_at.count(tx)).await?;
        if all != rows as i64 {
            return Err(Error::Refused(format!(
                "{} has {all} rows, of which {rows} belong to a distributor that there is: let kulakan hub doctor look \
                 at it first",
                table.name
            )));
        }
        Ok(rows)
    }

    /// Writes the row that makes it a hub.
    async fn finish(&self, of_hub: Vec<Table>, clock: &SharedClock) -> Result<()> {
        let tables = of_hub.clone();
        let rows = store::read(&self.source, move |tx| {
            tables
                .iter()
                .map(|table| table.page(tx, None, &mut Pace::default()))
                .collect::<Result<Vec<_>>>()
        });
        let (rows, now) = (rows.await?, clock.now());
        store::write(&self.target, move |tx| {
            for (table, rows) in of_hub.iter().zip(&rows) {
                table.put(tx, rows)?;
            }
            transfer::end(tx)?;
            audit::record(tx, now, "owner", "hub.moved", "", "from a SQLite file")
        })
        .await
    }

    /// Says in the file where the hub went.
    async fn mark(&self, to: &str, clock: &SharedClock) -> Result<()> {
        let now = clock.now();
        let text = format!("{} {to}", moment_text(now));
        let to = to.to_owned();
        store::write(&self.source, move |tx| {
            if settings::get(tx, MOVED)?.is_some() {
                return Ok(());
            }
            settings::set(tx, MOVED, &text)?;
            audit::record(tx, now, "owner", "hub.moved", &to, "")
        })
        .await
    }
}

/// The rows of one distributor in one table, or those of the installation.
struct Part {
    table: Arc<Table>,
    tenant: Tenant,
    source: Scoped,
    target: Scoped,
    name: String,
}

impl Part {
    fn new(route: &Route, table: &Arc<Table>, tenant: Tenant) -> Self {
        let name = match table.of_tenants() {
            true => format!("{} of {tenant}", table.name),
            false => table.name.clone(),
        };
        Self {
            table: Arc::clone(table),
            source: route.source.of(tenant.clone()),
            target: route.target.of(tenant.clone()),
            tenant,
            name,
        }
    }

    async fn progress(&self) -> Result<Progress> {
        let name = self.name.clone();
        store::read(&self.target, move |tx| transfer::progress(tx, &name)).await
    }

    /// Brings over what is not there yet.
    async fn copy(&self, mut progress: Progress) -> Result<()> {
        let mut pace = Pace::default();
        while !progress.done {
            let rows;
            (rows, pace) = self
                .page(&self.source, progress.last_key.clone(), pace)
                .await?;
            progress.done = rows.is_empty();
            progress.rows += rows.len() as i64;
            if let Some(last) = rows.last() {
                progress.last_key = Some(self.table.key_of(last));
            }
            let (table, name, now) = (Arc::clone(&self.table), self.name.clone(), progress.clone());
            store::write(&self.target, move |tx| {
                table.put(tx, &rows)?;
                transfer::set_progress(tx, &name, &now)
            })
            .await?;
        }
        Ok(())
    }

    async fn begin_anew(&self) -> Result<()> {
        let (table, name) = (Arc::clone(&self.table), self.name.clone());
        store::write(&self.target, move |tx| {
            table.clear(tx)?;
            transfer::set_progress(tx, &name, &Progress::default())
        })
        .await
    }

    /// Reads all of it on one side.
    async fn look(&self, side: &Scoped) -> Result<Seen> {
        let mut look = Look::default();
        let (mut after, mut pace) = (None, Pace::default());
        loop {
            let rows;
            (rows, pace) = self.page(side, after, pace).await?;
            let Some(last) = rows.last() else {
                return Ok(look.seen());
            };
            after = Some(self.table.key_of(last));
            look.at(&rows);
        }
    }

    async fn page(
        &self,
        side: &Scoped,
        after: Option<Vec<store::Value>>,
        pace: Pace,
    ) -> Result<(Vec<Vec<store::Value>>, Pace)> {
        let table = Arc::clone(&self.table);
        store::read(side, move |tx| {
            let mut pace = pace;
            let rows = table.page(tx, after.as_deref(), &mut pace)?;
            Ok((rows, pace))
        })
        .await
    }
}
