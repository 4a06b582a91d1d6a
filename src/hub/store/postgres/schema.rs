//! The hub's tables on a PostgreSQL server: made, brought up to date and guarded by tenant.

use std::path::PathBuf;

use tokio_postgres::{Client, Transaction};

use super::Address;
use super::fault::{Fault, in_full};
use crate::error::{Error, Result};

/// File name and text of every migration, in order.
pub use super::super::migrations::POSTGRES as MIGRATIONS;

/// What holds of every table, however late it came: run after the migrations.
const GUARD: &str = include_str!("../../../../schema/hub/guard.sql");

/// "klkH", as in the SQLite file: who holds this advisory lock brings the schema up to date.
const LOCK: i64 = 0x6b6c_6b48;

/// Whether tables may be made where there are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Founding {
    /// A hub is being set up.
    Allowed,
    /// A hub must be there.
    Forbidden,
}

/// Applies what the database lacks, all of it or nothing. Several processes may start at once: one does it, the others
/// wait and find it done.
pub(super) async fn bring_up_to_date(
    client: &mut Client,
    address: &Address,
    founding: Founding,
) -> Result<()> {
    let told = |error: tokio_postgres::Error| Fault::of(&error).into_error(address);
    // A hub's role may be one that changes no tables: where nothing has to be done, nothing is tried.
    if found_version(client).await.map_err(told)? == Some(MIGRATIONS.len() as i64) {
        return Ok(());
    }
    let tx = client.transaction().await.map_err(told)?;
    tx.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK])
        .await
        .map_err(told)?;
    let version = match found_version(&tx).await.map_err(told)? {
        Some(version) => version,
        None => {
            check_empty(&tx, address, founding).await?;
            tx.batch_execute(
                "CREATE TABLE kulakan_schema (
                     version BIGINT PRIMARY KEY,
                     name TEXT NOT NULL,
                     applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
                 )",
            )
            .await
            .map_err(told)?;
            0
        }
    };
    let known = MIGRATIONS.len() as i64;
    if version > known {
        return Err(Error::NewerDatabase {
            path: PathBuf::from(address.to_string()),
            found: version,
            known,
        });
    }
    for (number, (name, sql)) in (1_i64..).zip(MIGRATIONS).skip(version as usize) {
        tx.batch_execute(sql).await.map_err(|error| {
            Error::Statement(format!("{name} on {address}: {}", in_full(&error)))
        })?;
        tx.execute(
            "INSERT INTO kulakan_schema (version, name) VALUES ($1, $2)",
            &[&number, name],
        )
        .await
        .map_err(told)?;
    }
    tx.batch_execute(GUARD).await.map_err(told)?;
    tx.commit().await.map_err(told)
}

/// The number of the last migration; nothing where there was none.
async fn found_version(
    client: &impl tokio_postgres::GenericClient,
) -> Result<Option<i64>, tokio_postgres::Error> {
    let there = client
        .query_one("SELECT to_regclass('kulakan_schema') IS NOT NULL", &[])
        .await?;
    if !there.try_get::<_, bool>(0)? {
        return Ok(None);
    }
    let row = client
        .query_one("SELECT coalesce(max(version), 0) FROM kulakan_schema", &[])
        .await?;
    row.try_get(0).map(Some)
}

/// Refuses a database that something else lives in, or that cannot hold every text.
async fn check_empty(tx: &Transaction<'_>, address: &Address, founding: Founding) -> Result<()> {
    let told = |error: tokio_postgres::Error| Fault::of(&error).into_error(address);
    if founding == Founding::Forbidden {
        return Err(Error::NotFound(format!(
            "no hub in {address}: run kulakan hub init --name NAME"
        )));
    }
    let row = tx
        .query_one(
            "SELECT count(*), current_setting('server_encoding') FROM pg_class
             WHERE relnamespace = to_regnamespace(current_schema()::text) AND relkind IN ('r', 'p', 'v', 'm', 'f')",
            &[],
        )
        .await
        .map_err(told)?;
    let tables: i64 = row.try_get(0).map_err(told)?;
    let encoding: String = row.try_get(1).map_err(told)?;
    if tables > 0 {
        return Err(Error::Refused(format!(
            "{address} holds {tables} tables that are not a hub's; give the hub a database of its own"
        )));
    }
    if encoding != "UTF8" {
        return Err(Error::Refused(format!(
            "{address} keeps its texts as {encoding}; make the hub's database with ENCODING 'UTF8'"
        )));
    }
    Ok(())
}
