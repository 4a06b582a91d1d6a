//! Opening a connection: pragmas, read back, and migrations.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::Options;
use crate::error::{Error, Result};

/// What a database must look like.
#[derive(Debug)]
pub struct Schema {
    /// Marks the file as ours and as this kind (`PRAGMA application_id`).
    pub application_id: i32,
    /// File name and text of every migration, in order; the n-th brings `user_version` to n.
    pub migrations: &'static [(&'static str, &'static str)],
}

/// Opens the writing connection, with the schema brought up to date.
pub(super) fn open_writer(path: &Path, schema: &Schema, options: Options) -> Result<Connection> {
    open_to_write(path, schema, options, OpenFlags::SQLITE_OPEN_CREATE)
}

/// Opens the writing connection anew on a database that was open before. It is never made: where the disk is gone, an
/// empty database in its place would take sales for a shop that it knows nothing of.
pub(super) fn reopen_writer(path: &Path, schema: &Schema, options: Options) -> Result<Connection> {
    if std::fs::metadata(path).is_ok_and(|about| about.len() == 0) {
        return Err(Error::NotADatabase {
            path: path.to_owned(),
            reason: "was a database and is empty now: its disk may be another one".to_owned(),
        });
    }
    open_to_write(path, schema, options, OpenFlags::empty())
}

fn open_to_write(
    path: &Path,
    schema: &Schema,
    options: Options,
    may_create: OpenFlags,
) -> Result<Connection> {
    let located = |error: rusqlite::Error| Error::from(error).at(path);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | may_create;
    let mut connection = Connection::open_with_flags(path, flags).map_err(located)?;
    connection
        .busy_timeout(options.busy_timeout)
        .map_err(located)?;
    check_kind(&connection, path, schema)?;
    set_pragmas(&connection, path)?;
    migrate(&mut connection, path, schema)?;
    if let Some(bytes) = options.max_bytes {
        limit_size(&connection, bytes).map_err(located)?;
    }
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// Opens one reading connection on a database that [`open_writer`] has opened before.
pub(super) fn open_reader(path: &Path, options: Options) -> Result<Connection> {
    let located = |error: rusqlite::Error| Error::from(error).at(path);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(located)?;
    connection
        .busy_timeout(options.busy_timeout)
        .map_err(located)?;
    connection
        .pragma_update(None, "query_only", true)
        .map_err(located)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Refuses another program's file and a newer program's before anything is written to it.
pub(super) fn check_kind(connection: &Connection, path: &Path, schema: &Schema) -> Result<()> {
    let pragma = |name: &str| -> Result<i64> {
        connection
            .query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
            .map_err(|error| Error::from(error).at(path))
    };
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|error| Error::from(error).at(path))?;
    if tables > 0 && application != i64::from(schema.application_id) {
        return Err(Error::NotADatabase {
            path: path.to_owned(),
            reason: "is a database of another kind; choose another folder with --data".to_owned(),
        });
    }
    let known = schema.migrations.len() as i64;
    if version > known {
        return Err(Error::NewerDatabase {
            path: path.to_owned(),
            found: version,
            known,
        });
    }
    Ok(())
}

/// Sets what durability rests on, and reads each back: a file system without shared memory silently keeps another
/// journal, and a promise about "paid" must not rest on a setting that did not take.
fn set_pragmas(connection: &Connection, path: &Path) -> Result<()> {
    let wanted = [
        ("journal_mode", "WAL", "wal"),
        ("synchronous", "FULL", "2"),
        ("foreign_keys", "ON", "1"),
        ("trusted_schema", "OFF", "0"),
        // What a statement may have to undo is kept in memory: no file of another folder, which may be full, takes part.
        ("temp_store", "MEMORY", "2"),
    ];
    for (name, value, reads_back) in wanted {
        let failed = |error: rusqlite::Error| Error::from(error).at(path);
        connection
            .pragma_update(None, name, value)
            .map_err(failed)?;
        let found = connection
            .query_row(&format!("PRAGMA {name}"), [], |row| {
                row.get::<_, rusqlite::types::Value>(0)
                    .map(|value| match value {
                        rusqlite::types::Value::Integer(number) => number.to_string(),
                        rusqlite::types::Value::Text(text) => text,
                        other => format!("{other:?}"),
                    })
            })
            .map_err(failed)?;
        if found != reads_back {
            return Err(Error::NotADatabase {
                path: path.to_owned(),
                reason: format!(
                    "this file system does not allow {name} = {value} (it stays {found})"
                ),
            });
        }
    }
    Ok(())
}

/// Bounds the file; one that is larger already does not grow.
fn limit_size(connection: &Connection, bytes: u64) -> rusqlite::Result<()> {
    let page: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let pages = i64::try_from(bytes).unwrap_or(i64::MAX) / page.max(1);
    connection.query_row(
        &format!("PRAGMA max_page_count = {}", pages.max(1)),
        [],
        |_| Ok(()),
    )
}

/// Applies the migrations that the file lacks, each in a transaction of its own together with its number.
pub(super) fn migrate(connection: &mut Connection, path: &Path, schema: &Schema) -> Result<()> {
    let located = |error: rusqlite::Error| Error::from(error).at(path);
    loop {
        let tx = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(located)?;
        // Read inside the transaction: another process may have migrated while this one waited.
        let done: i64 = tx
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .map_err(located)?;
        let Some((name, sql)) = usize::try_from(done)
            .ok()
            .and_then(|done| schema.migrations.get(done))
        else {
            return Ok(());
        };
        tx.execute_batch(sql).map_err(|error| Error::NotADatabase {
            path: path.to_owned(),
            reason: format!("migration {name} failed: {error}"),
        })?;
        tx.pragma_update(None, "application_id", schema.application_id)
            .map_err(located)?;
        tx.pragma_update(None, "user_version", done + 1)
            .map_err(located)?;
        tx.commit().map_err(located)?;
    }
}
