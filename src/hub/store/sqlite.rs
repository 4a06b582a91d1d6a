//! The hub's database in one SQLite file.

use std::path::Path;
use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql};

use super::statement::for_sqlite;
use super::{
    Dialect, HubStore, HubTx, Job, Kind, Row, Submitted, Tenant, Value, numbered_by_appearance,
};
use crate::error::{Error, Result};
use crate::store::{Database, Options, Schema};

/// The file's name in the data folder.
pub const FILE_NAME: &str = "hub.db";

/// The hub's schema. Applied migrations are frozen; a change is a further file in both dialects.
pub static SCHEMA: Schema = Schema {
    // "klkH" in ASCII.
    application_id: 0x6b6c_6b48,
    migrations: super::migrations::SQLITE,
};

/// [`HubStore`] over one SQLite file: one writer with group commit, reading connections beside it.
#[derive(Clone)]
pub struct SqliteStore {
    database: Database,
}

impl SqliteStore {
    /// Creates the database in the data folder `folder`.
    ///
    /// # Errors
    /// [`Error::Conflict`] when there is one already, [`Error::Io`] when the folder cannot be written.
    pub fn create(folder: &Path, options: Options) -> Result<Self> {
        let database = Database::create(&folder.join(FILE_NAME), &SCHEMA, options)?;
        Ok(Self { database })
    }

    /// Opens the database in the data folder `folder`.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn open(folder: &Path, options: Options) -> Result<Self> {
        let database = Database::open(&folder.join(FILE_NAME), &SCHEMA, options)?;
        Ok(Self { database })
    }
}

impl HubStore for SqliteStore {
    fn submit_write(&self, tenant: Tenant, mut job: Job) -> Submitted<'_> {
        Box::pin(self.database.write(move |tx| {
            job(&mut SqliteTx {
                connection: tx,
                tenant: tenant.clone(),
            })
        }))
    }

    fn submit_read(&self, tenant: Tenant, mut job: Job) -> Submitted<'_> {
        Box::pin(self.database.read(move |connection| {
            job(&mut SqliteTx {
                connection,
                tenant: tenant.clone(),
            })
        }))
    }
}

/// Runs `work` for `tenant` on a connection that somebody else opened, in whatever transaction it is: for checks and for a copy that
/// is being prepared.
///
/// # Errors
/// What `work` returned.
pub fn on_connection<T>(
    connection: &Connection,
    tenant: &Tenant,
    work: impl FnOnce(&mut dyn HubTx) -> Result<T>,
) -> Result<T> {
    work(&mut SqliteTx {
        connection,
        tenant: tenant.clone(),
    })
}

struct SqliteTx<'c> {
    connection: &'c Connection,
    tenant: Tenant,
}

impl SqliteTx<'_> {
    /// The statement with its numbered parameters bound.
    fn prepared(&self, sql: &str, params: &[Value]) -> Result<CachedStatement<'_>> {
        debug_assert!(numbered_by_appearance(sql, params.len()), "{sql}");
        let (text, asks_for_tenant) = for_sqlite(sql, params.len());
        let mut statement = self.connection.prepare_cached(&text)?;
        for (index, value) in params.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value)?;
        }
        if asks_for_tenant {
            statement.raw_bind_parameter(params.len() + 1, self.tenant.as_str())?;
        }
        Ok(statement)
    }
}

impl HubTx for SqliteTx<'_> {
    fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    fn switch(&mut self, tenant: Tenant) -> Result<Tenant> {
        Ok(std::mem::replace(&mut self.tenant, tenant))
    }

    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        let changed = self.prepared(sql, params)?.raw_execute()?;
        Ok(changed as u64)
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        let mut statement = self.prepared(sql, params)?;
        let mut rows = Vec::new();
        answers(&mut statement, &mut rows)?;
        Ok(rows)
    }

    fn insert_rows(&mut self, sql: &str, kinds: &[Kind], rows: &[Vec<Value>]) -> Result<Vec<Row>> {
        let mut given = Vec::new();
        let Some(first) = rows.first() else {
            return Ok(given);
        };
        debug_assert_eq!(first.len(), kinds.len(), "{sql}");
        let mut statement = self.prepared(sql, first)?;
        answers(&mut statement, &mut given)?;
        for row in &rows[1..] {
            for (index, value) in row.iter().enumerate() {
                statement.raw_bind_parameter(index + 1, value)?;
            }
            answers(&mut statement, &mut given)?;
        }
        Ok(given)
    }
}

/// Runs a statement whose parameters are bound, and adds its rows to `rows`.
fn answers(statement: &mut CachedStatement<'_>, rows: &mut Vec<Row>) -> Result<()> {
    if statement.column_count() == 0 {
        statement.raw_execute()?;
        return Ok(());
    }
    let columns: Arc<[String]> = statement.column_names().map(ToOwned::to_owned).collect();
    let mut found = statement.raw_query();
    while let Some(row) = found.next()? {
        let values = columns
            .iter()
            .enumerate()
            .map(|(index, column)| neutral(column, row.get_ref(index)?))
            .collect::<Result<Vec<Value>>>()?;
        rows.push(Row::new(Arc::clone(&columns), values));
    }
    Ok(())
}

fn neutral(column: &str, value: ValueRef<'_>) -> Result<Value> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Integer(number)),
        ValueRef::Text(bytes) => String::from_utf8(bytes.to_vec())
            .map(Value::Text)
            .map_err(|_| Error::Corrupt(format!("column {column} holds a text that is not UTF-8"))),
        ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes.to_vec())),
        ValueRef::Real(_) => Err(Error::Corrupt(format!(
            "column {column} holds a decimal number, which the hub stores nowhere"
        ))),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
