//! Rows from one database of a hub to another, whatever they are: page by page in the order of their keys.
//!
//! The tables are those of the SQLite schema, which the other dialect has alike, so that no later table is left behind.

use sha2::{Digest, Sha256};

use super::{Dialect, HubTx, Kind, Value, numbered_by_appearance};
use crate::error::{Error, Result};

/// Bytes that a page is to have: some such are in memory at once.
const PAGE_BYTES: usize = 1 << 20;

/// Rows that a page has at most.
const PAGE_ROWS: usize = 4000;

/// A table as both databases have it.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// The column that says whose a row is: `tenant_id`, or `home_tenant` where it concerns a second distributor too; none
    /// where rows are the installation's.
    owner: Option<String>,
    /// Without the distributor, which every transaction says for itself.
    columns: Vec<(String, Kind)>,
    /// Places of the key's columns among `columns`.
    key: Vec<usize>,
}

/// The tables of a SQLite database, by name.
///
/// # Errors
/// [`Error::Internal`] for one without a key, which could not be read in an order.
pub fn tables(tx: &mut dyn HubTx) -> Result<Vec<Table>> {
    let names = tx.query(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
        &[],
    )?;
    names
        .iter()
        .map(|row| table(tx, row.text("name")?))
        .collect()
}

fn table(tx: &mut dyn HubTx, name: String) -> Result<Table> {
    let found = tx.query(
        "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid",
        &[(&name).into()],
    )?;
    let mut columns = Vec::new();
    let mut key = Vec::new();
    let mut owner = None;
    for row in &found {
        let (column, place) = (row.text("name")?, row.integer("pk")?);
        if matches!(column.as_str(), "tenant_id" | "home_tenant") && place == 1 {
            owner = Some(column);
            continue;
        }
        let kind = match row.text("type")?.as_str() {
            "INTEGER" => Kind::Integer,
            "TEXT" => Kind::Text,
            "BLOB" => Kind::Bytes,
            other => {
                return Err(Error::Internal(format!(
                    "{name}.{column} is of the type {other}"
                )));
            }
        };
        if place > 0 {
            key.push((place, columns.len()));
        }
        columns.push((column, kind));
    }
    if key.is_empty() && owner.is_none() {
        return Err(Error::Internal(format!("the table {name} has no key")));
    }
    key.sort_unstable();
    Ok(Table {
        name,
        owner,
        columns,
        key: key.into_iter().map(|(_, index)| index).collect(),
    })
}

/// How many rows a page is to have, by what the rows before weighed.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    rows: usize,
}

impl Default for Pace {
    fn default() -> Self {
        // A row may be a megabyte: one is read before many are.
        Self { rows: 1 }
    }
}

impl Pace {
    fn learn(&mut self, rows: &[Vec<Value>]) {
        let bytes: usize = rows.iter().flatten().map(weight).sum();
        let fitting = PAGE_BYTES * rows.len().max(1) / bytes.max(1);
        self.rows = fitting.clamp(1, PAGE_ROWS).min(self.rows * 16);
    }
}

fn weight(value: &Value) -> usize {
    16 + match value {
        Value::Null | Value::Integer(_) => 0,
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
    }
}

impl Table {
    /// Whether its rows are distributors'.
    #[must_use]
    pub fn of_tenants(&self) -> bool {
        self.owner.is_some()
    }

    /// The rows of the transaction's tenant, or of the installation, after the one with the key `after`.
    pub fn page(
        &self,
        tx: &mut dyn HubTx,
        after: Option<&[Value]>,
        pace: &mut Pace,
    ) -> Result<Vec<Vec<Value>>> {
        let mut params: Vec<Value> = Vec::new();
        let mut conditions = Vec::new();
        if let Some(owner) = &self.owner {
            conditions.push(format!("{owner} = tenant()"));
        }
        if let Some(after) = after {
            if self.key.is_empty() {
                // The tenant is the whole key: there is one row.
                return Ok(Vec::new());
            }
            params.extend_from_slice(after);
            let places: Vec<String> = (1..=after.len()).map(|at| format!("${at}")).collect();
            conditions.push(format!("({}) > ({})", self.keys(), places.join(", ")));
        }
        let condition = match conditions.is_empty() {
            true => String::new(),
            false => format!(" WHERE {}", conditions.join(" AND ")),
        };
        let order = match self.key.is_empty() {
            true => String::new(),
            false => format!(" ORDER BY {}", self.keys()),
        };
        params.push((pace.rows as i64).into());
        let sql = format!(
            "SELECT {} FROM {}{condition}{order} LIMIT ${}",
            self.names(),
            self.name,
            params.len()
        );
        debug_assert!(numbered_by_appearance(&sql, params.len()));
        let rows: Vec<Vec<Value>> = tx
            .query(&sql, &params)?
            .into_iter()
            .map(super::Row::into_values)
            .collect();
        if !rows.is_empty() {
            pace.learn(&rows);
        }
        Ok(rows)
    }

    /// Inserts rows for the transaction's tenant, or for the installation.
    pub fn put(&self, tx: &mut dyn HubTx, rows: &[Vec<Value>]) -> Result<()> {
        let places: Vec<String> = (1..=self.columns.len())
            .map(|at| format!("${at}"))
            .collect();
        let (column, tenant) = match &self.owner {
            Some(owner) => (format!("{owner}, "), "tenant(), "),
            None => (String::new(), ""),
        };
        let kinds: Vec<Kind> = self.columns.iter().map(|(_, kind)| *kind).collect();
        let sql = format!(
            "INSERT INTO {} ({column}{}) VALUES ({tenant}{})",
            self.name,
            self.names(),
            places.join(", ")
        );
        tx.insert_rows(&sql, &kinds, rows)?;
        Ok(())
    }

    /// Removes the rows of the transaction's tenant, or of the installation.
    pub fn clear(&self, tx: &mut dyn HubTx) -> Result<()> {
        let condition = match &self.owner {
            Some(owner) => format!(" WHERE {owner} = tenant()"),
            None => String::new(),
        };
        tx.execute(&format!("DELETE FROM {}{condition}", self.name), &[])?;
        Ok(())
    }

    /// All rows of all tenants; in SQLite, where nothing hides them.
    pub fn count(&self, tx: &mut dyn HubTx) -> Result<i64> {
        let sql = format!("SELECT count(*) AS found FROM {}", self.name);
        tx.query_row(&sql, &[])?
            .map_or(Ok(0), |row| row.integer("found"))
    }

    /// The key of a row.
    #[must_use]
    pub fn key_of(&self, row: &[Value]) -> Vec<Value> {
        self.key.iter().map(|index| row[*index].clone()).collect()
    }

    fn names(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|(name, _)| quoted(name)).collect();
        names.join(", ")
    }

    fn keys(&self) -> String {
        let names: Vec<String> = self
            .key
            .iter()
            .map(|index| quoted(&self.columns[*index].0))
            .collect();
        names.join(", ")
    }
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// Rows as they were seen: how many, and a digest of every value of them in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// How many rows.
    pub rows: u64,
    /// SHA-256 over kind, length and bytes of every value.
    pub digest: [u8; 32],
}

/// Rows that are being looked at.
#[derive(Default)]
pub struct Look {
    rows: u64,
    digest: Sha256,
}

impl Look {
    /// Looks at further rows.
    pub fn at(&mut self, rows: &[Vec<Value>]) {
        for value in rows.iter().flatten() {
            match value {
                Value::Null => self.digest.update([0]),
                Value::Integer(number) => {
                    self.digest.update([1]);
                    self.digest.update(number.to_le_bytes());
                }
                Value::Text(text) => self.bytes(2, text.as_bytes()),
                Value::Bytes(bytes) => self.bytes(3, bytes),
            }
        }
        self.rows += rows.len() as u64;
    }

    fn bytes(&mut self, kind: u8, bytes: &[u8]) {
        self.digest.update([kind]);
        self.digest.update((bytes.len() as u64).to_le_bytes());
        self.digest.update(bytes);
    }

    /// What was seen.
    #[must_use]
    pub fn seen(self) -> Seen {
        Seen {
            rows: self.rows,
            digest: self.digest.finalize().into(),
        }
    }
}

/// How far a part of a move has come on the side that it goes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// The key of the last row that is there.
    pub last_key: Option<Vec<Value>>,
    /// Rows that are there.
    pub rows: i64,
    /// All of them are.
    pub done: bool,
}

/// Whose unfinished move a database holds: what was kept by [`begin`].
pub fn unfinished(tx: &mut dyn HubTx) -> Result<Option<String>> {
    debug_assert_eq!(tx.dialect(), Dialect::Postgres);
    let there = tx.query_row(
        "SELECT CASE WHEN to_regclass('kulakan_move') IS NULL THEN 0 ELSE 1 END AS there",
        &[],
    )?;
    if !there.is_some_and(|row| row.flag("there").unwrap_or(false)) {
        return Ok(None);
    }
    tx.query_row(
        "SELECT last_key FROM kulakan_move WHERE part = 'source'",
        &[],
    )?
    .map(|row| row.text("last_key"))
    .transpose()
}

/// Makes the place in which the move of the hub `source` keeps how far it has come.
pub fn begin(tx: &mut dyn HubTx, source: &str) -> Result<()> {
    tx.execute(
        "CREATE TABLE kulakan_move (part TEXT PRIMARY KEY, last_key TEXT, moved BIGINT NOT NULL, done BIGINT NOT NULL)",
        &[],
    )?;
    tx.execute(
        "INSERT INTO kulakan_move (part, last_key, moved, done) VALUES ('source', $1, 0, 0)",
        &[source.into()],
    )?;
    Ok(())
}

/// Removes that place: the move is complete.
pub fn end(tx: &mut dyn HubTx) -> Result<()> {
    tx.execute("DROP TABLE kulakan_move", &[])?;
    Ok(())
}

/// How far a part has come.
pub fn progress(tx: &mut dyn HubTx, part: &str) -> Result<Progress> {
    let Some(row) = tx.query_row(
        "SELECT last_key, moved, done FROM kulakan_move WHERE part = $1",
        &[part.into()],
    )?
    else {
        return Ok(Progress::default());
    };
    Ok(Progress {
        last_key: row
            .text_opt("last_key")?
            .map(|text| values_of(&text))
            .transpose()?,
        rows: row.integer("moved")?,
        done: row.flag("done")?,
    })
}

/// Keeps how far a part has come, in the transaction of its rows.
pub fn set_progress(tx: &mut dyn HubTx, part: &str, progress: &Progress) -> Result<()> {
    let last_key = progress.last_key.as_deref().map(text_of).transpose()?;
    tx.execute(
        "INSERT INTO kulakan_move (part, last_key, moved, done) VALUES ($1, $2, $3, $4)
         ON CONFLICT (part) DO UPDATE SET last_key = excluded.last_key, moved = excluded.moved, done = excluded.done",
        &[
            part.into(),
            last_key.into(),
            progress.rows.into(),
            progress.done.into(),
        ],
    )?;
    Ok(())
}

/// Values as JSON; bytes as an array of them.
fn text_of(values: &[Value]) -> Result<String> {
    let values: Vec<serde_json::Value> = values
        .iter()
        .map(|value| match value {
            Value::Null => serde_json::Value::Null,
            Value::Integer(number) => (*number).into(),
            Value::Text(text) => text.as_str().into(),
            Value::Bytes(bytes) => bytes.as_slice().into(),
        })
        .collect();
    serde_json::to_string(&values)
        .map_err(|error| Error::Internal(format!("keeping a key: {error}")))
}

fn values_of(text: &str) -> Result<Vec<Value>> {
    let odd = || Error::Corrupt(format!("a move stands at {text}, which is no key"));
    let values: Vec<serde_json::Value> = serde_json::from_str(text).map_err(|_| odd())?;
    values
        .into_iter()
        .map(|value| match value {
            serde_json::Value::Null => Ok(Value::Null),
            serde_json::Value::Number(number) => {
                number.as_i64().map(Value::Integer).ok_or_else(odd)
            }
            serde_json::Value::String(text) => Ok(Value::Text(text)),
            bytes @ serde_json::Value::Array(_) => serde_json::from_value(bytes)
                .map(Value::Bytes)
                .map_err(|_| odd()),
            _ => Err(odd()),
        })
        .collect()
}
