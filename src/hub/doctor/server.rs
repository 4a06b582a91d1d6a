//! The checks of a hub on a server. They are those of a file, on a copy in one: a distributor's rows are read in one
//! snapshot, so that what the checks see is the state of a moment however many processes write meanwhile. The copy lies
//! in the data folder for as long as they take and is as large as what it is a copy of.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use uuid::Uuid;

use super::examined;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::hub::database;
use crate::hub::store::sqlite::{FILE_NAME, on_connection};
use crate::hub::store::transfer::{self, Pace, Table};
use crate::hub::store::{self, HubTx, Scoped, SqliteStore, Tenant, identity};
use crate::store::Options;
use crate::store::checks::{Check, Report, look_at};

pub(super) async fn examine(config: &Config, shown: &str) -> Result<Report> {
    let hub = database::open(config).await?;
    let folder = Folder::make(config.data())?;
    let tables = tables(&folder.0).await?;
    let tenants = store::read(&hub, identity::tenants).await?;
    let mut rows = 0;
    for (index, tenant) in tenants.into_iter().enumerate() {
        let of_first = index == 0;
        let tables = tables.iter().filter(|table| of_first || table.of_tenants());
        let path = folder.0.join(FILE_NAME);
        rows += copy(&hub.of(tenant.id), tables.cloned().collect(), path).await?;
    }
    let mut report = tokio::task::spawn_blocking(move || {
        let path = folder.0.join(FILE_NAME);
        look_at(&path, |connection| examined(connection, &path))
    })
    .await
    .map_err(|_| Error::Internal("a check ended abnormally".to_owned()))??;
    // The copy's pages are whole because they are new; that every row could be read is what says something.
    if let Some(first) = report.checks.first_mut() {
        *first = Check {
            name: first.name,
            ok: first.ok,
            detail: format!("{rows} rows were read from {shown}"),
        };
    }
    Ok(report)
}

/// A folder that goes with what is in it.
struct Folder(PathBuf);

impl Folder {
    fn make(data: &Path) -> Result<Self> {
        let path = data.join(format!("doctor-{}", Uuid::now_v7().simple()));
        std::fs::create_dir_all(&path)
            .map_err(Error::io(format!("creating {}", path.display())))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, folder = %self.0.display(), "a copy that was looked at is left over");
        }
    }
}

/// Makes an empty file with every table.
async fn tables(folder: &Path) -> Result<Vec<Table>> {
    let empty = SqliteStore::create(folder, Options::default())?;
    let empty = Scoped::new(Arc::new(empty), Tenant::default());
    store::read(&empty, transfer::tables).await
}

/// Copies what one distributor has; how many rows that are.
async fn copy(hub: &Scoped, tables: Vec<Table>, path: PathBuf) -> Result<u64> {
    store::read(hub, move |tx| {
        let file = Connection::open(&path)?;
        // A copy that a crash damages is made anew.
        file.pragma_update(None, "synchronous", false)?;
        let tenant = tx.tenant().clone();
        let mut rows = 0;
        for table in &tables {
            let whole = file.unchecked_transaction()?;
            rows += on_connection(&whole, &tenant, |out| copy_table(tx, out, table))?;
            whole.commit()?;
        }
        Ok(rows)
    })
    .await
}

fn copy_table(from: &mut dyn HubTx, to: &mut dyn HubTx, table: &Table) -> Result<u64> {
    // A read that had to begin again finds what it had written.
    table.clear(to)?;
    let (mut after, mut pace, mut rows) = (None, Pace::default(), 0);
    loop {
        let page = table.page(from, after.as_deref(), &mut pace)?;
        let Some(last) = page.last() else {
            return Ok(rows);
        };
        after = Some(table.key_of(last));
        table.put(to, &page)?;
        rows += page.len() as u64;
    }
}
