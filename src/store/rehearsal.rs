//! Work that is tried on a copy in memory, so that nobody waits for it.

use std::path::Path;

use rusqlite::Connection;

use super::backup::address;
use super::{Database, Schema, WriteTx, connection};
use crate::error::{Error, Result};

impl Database {
    /// Runs `job` on a copy in memory of these tables as they are now; the others are empty there, and nothing points from
    /// one to another. What it would do can so be told without the one writer, which has sales to make.
    ///
    /// # Errors
    /// What `job` returned, or what the database said.
    pub async fn rehearse<T, F>(&self, tables: &'static [&'static str], job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&WriteTx<'_>) -> Result<T> + Send + 'static,
    {
        let (path, schema) = (self.path.clone(), self.schema);
        let rehearsed = tokio::task::spawn_blocking(move || {
            let copy = copied(&path, schema, tables)?;
            job(&WriteTx(&copy))
        });
        rehearsed
            .await
            .map_err(|error| Error::Internal(format!("a rehearsal: {error}")))?
    }
}

fn copied(path: &Path, schema: &Schema, tables: &[&str]) -> Result<Connection> {
    let located = |error: rusqlite::Error| Error::from(error).at(path);
    let mut copy = Connection::open_in_memory().map_err(located)?;
    copy.pragma_update(None, "foreign_keys", false)
        .map_err(located)?;
    connection::migrate(&mut copy, path, schema)?;
    copy.execute("ATTACH ?1 AS original", [address(path, "mode=ro")?])
        .map_err(located)?;
    // In one transaction, which sees one state of the original.
    let tx = copy.transaction().map_err(located)?;
    for table in tables {
        tx.execute_batch(&format!(
            "DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM original.{table}"
        ))
        .map_err(located)?;
    }
    tx.commit().map_err(located)?;
    copy.execute_batch("DETACH original").map_err(located)?;
    copy.set_prepared_statement_cache_capacity(128);
    Ok(copy)
}
