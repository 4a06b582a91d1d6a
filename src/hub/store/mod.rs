//! The hub's storage: one trait with a real implementation per database, and above it every SQL text once.
//!
//! [`HubStore`] runs a job in a transaction and [`HubTx`] is what the job sees. The SQL itself stands in the functions
//! of the modules below (`devices`, `events`, `projections`, ...), in the dialect that SQLite and PostgreSQL share:
//!
//! - parameters are `$1..$n`, numbered by first appearance (SQLite takes them for names and numbers them so itself);
//! - `INSERT ... ON CONFLICT (...) DO UPDATE`, never `INSERT OR REPLACE`;
//! - `CAST(sum(x) AS BIGINT)`: PostgreSQL's sum of integers is no integer. No scalar `max(a, b)`, no `IFNULL`;
//! - flags are the integers 0 and 1, dates and moments are text, see `schema/hub/`;
//! - no order is taken for granted without `ORDER BY`;
//! - `tenant()` stands for the tenant that the transaction is for, as often as it occurs. A table that belongs to tenants
//!   has `tenant_id` as its first column and first in every key, every statement on it says `tenant_id = tenant()`, and an
//!   insertion writes `tenant()`: no caller can hand a tenant over as a parameter, so none can hand over a foreign one.
//!
//! On PostgreSQL each writing job is one `SERIALIZABLE` transaction and each reading one `REPEATABLE READ READ ONLY`, run
//! again from the start where the server could not fit it between the others; see [`postgres`].

pub mod alarms;
pub mod announcements;
pub mod audit;
pub mod backups;
pub mod catalogue;
pub mod check;
pub mod comparisons;
pub mod copies;
pub mod cost_settings;
pub mod customers;
pub mod device_list;
pub mod devices;
pub mod differences;
pub mod directory;
pub mod events;
mod export_tables;
pub mod exports;
pub mod flags;
pub mod groups;
pub mod histories;
pub mod identity;
pub mod links;
mod migrations;
pub mod notes;
pub mod order_board;
pub mod order_check;
pub mod order_parcels;
pub mod order_rules;
pub mod orders;
pub mod outbox;
pub mod overview;
pub mod plan_input;
pub mod plan_work;
pub mod planned_shipments;
pub mod plans;
pub mod positions;
pub mod postgres;
pub mod postings;
pub mod product_shops;
pub mod product_suppliers;
pub mod production;
pub mod production_plans;
pub mod projections;
pub mod quarantine;
pub mod receipts;
pub mod returns;
pub mod routes;
pub mod service;
pub mod sessions;
pub mod settings;
pub mod shipments;
pub mod shops;
mod shortages;
pub mod sqlite;
mod statement;
pub mod stock_documents;
pub mod stock_ledger;
pub mod supplier_orders;
pub mod supplier_receipts;
mod tenant;
pub mod tokens;
pub mod transfer;
pub mod trips;
pub mod users;
mod value;
pub mod warehouse;
pub mod webhooks;
pub mod whole;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};

pub use postgres::PostgresStore;
pub use sqlite::SqliteStore;
pub use tenant::{Scoped, Tenant};
pub use value::{Kind, Row, Value};

/// What runs in one transaction.
///
/// A database may run it again from the start after a serialisation failure, so a job has no effect but through its
/// [`HubTx`] and leaves what it captured as it was.
pub type Job = Box<dyn FnMut(&mut dyn HubTx) -> Result<()> + Send>;

/// The answer to a submitted job, once its transaction has ended.
pub type Submitted<'s> = Pin<Box<dyn Future<Output = Result<()>> + Send + 's>>;

/// A hub's database.
pub trait HubStore: Send + Sync {
    /// Runs `job` for `tenant` in one writing transaction. `Ok` means that it is on the disk; otherwise nothing of it was kept
    /// ([`Error::OutcomeUnknown`] apart).
    fn submit_write(&self, tenant: Tenant, job: Job) -> Submitted<'_>;

    /// The same for a job of one shop: it holds or changes that shop's row first and reads nothing to decide by but what
    /// only jobs that do so too write. Where many write at once this spares them each other.
    fn submit_held(&self, tenant: Tenant, job: Job) -> Submitted<'_> {
        self.submit_write(tenant, job)
    }

    /// Runs `job` for `tenant` on one consistent snapshot; writing there is an error.
    fn submit_read(&self, tenant: Tenant, job: Job) -> Submitted<'_>;
}

/// Which database a transaction is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// One file, one writer at a time.
    Sqlite,
    /// A server, and any number of hub processes that write at once.
    Postgres,
}

/// What to do about rows that another transaction holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Wait until it ends. If it changed them, this transaction is run again from the start.
    Wait,
    /// Leave them out: whoever holds them sees to them.
    Skip,
}

/// A transaction as a job sees it.
pub trait HubTx {
    /// Whose transaction this is: what `tenant()` stands for in its statements.
    fn tenant(&self) -> &Tenant;

    /// Makes this the transaction of another tenant, for what comes next; whose it was. Only [`as_tenant`] calls it, which sets it
    /// back.
    ///
    /// # Errors
    /// What the database said.
    fn switch(&mut self, tenant: Tenant) -> Result<Tenant>;

    /// Which database this is; for the few statements that only one of them has.
    fn dialect(&self) -> Dialect;

    /// Runs a statement; the number of rows it changed.
    ///
    /// # Errors
    /// What the database said.
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64>;

    /// Runs a query; all its rows.
    ///
    /// # Errors
    /// What the database said.
    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>>;

    /// The first row of a query, if it has any.
    ///
    /// # Errors
    /// What the database said.
    fn query_row(&mut self, sql: &str, params: &[Value]) -> Result<Option<Row>> {
        Ok(self.query(sql, params)?.into_iter().next())
    }

    /// Inserts many rows by one statement that ends in `VALUES (tenant(), $1, ..., $n)` and what follows it: where the
    /// database is across a wire, the rows go over it together. `kinds` are those of the n parameters; no two rows may
    /// have the same key. The rows that a `RETURNING` gives.
    ///
    /// # Errors
    /// What the database said.
    fn insert_rows(&mut self, sql: &str, kinds: &[Kind], rows: &[Vec<Value>]) -> Result<Vec<Row>>;

    /// Runs a query over one table, without aggregates, and keeps its rows from every other writer until this
    /// transaction ends. In SQLite the writing transaction is alone as it is.
    ///
    /// # Errors
    /// What the database said; in a reading transaction that it cannot.
    fn hold(&mut self, sql: &str, params: &[Value], held: Held) -> Result<Vec<Row>> {
        match (self.dialect(), held) {
            (Dialect::Sqlite, _) => self.query(sql, params),
            (Dialect::Postgres, Held::Wait) => self.query(&format!("{sql} FOR UPDATE"), params),
            (Dialect::Postgres, Held::Skip) => {
                self.query(&format!("{sql} FOR UPDATE SKIP LOCKED"), params)
            }
        }
    }
}

/// Runs `work` in one writing transaction and returns what it made; see [`Job`] on what it may do.
///
/// # Errors
/// What `work` returned, in which case nothing of it was kept; or what the database said at the commit.
pub async fn write<T, F>(store: &Scoped, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnMut(&mut dyn HubTx) -> Result<T> + Send + 'static,
{
    let (job, made) = keeping_result(work);
    store.submit_write(job).await?;
    take(&made)
}

/// The same for work on one shop; see [`HubStore::submit_held`] on what it may do.
///
/// # Errors
/// As [`write`].
pub async fn write_held<T, F>(store: &Scoped, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnMut(&mut dyn HubTx) -> Result<T> + Send + 'static,
{
    let (job, made) = keeping_result(work);
    store.submit_held(job).await?;
    take(&made)
}

/// Runs `work` on one consistent snapshot and returns what it made.
///
/// # Errors
/// What `work` returned, or what the database said.
pub async fn read<T, F>(store: &Scoped, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnMut(&mut dyn HubTx) -> Result<T> + Send + 'static,
{
    let (job, made) = keeping_result(work);
    store.submit_read(job).await?;
    take(&made)
}

/// Runs `work` for another tenant within the same transaction: for a shop that tells several of them at once. Afterwards it is
/// the first one's again, whatever came of it. Whose turn it is follows from [`links`] and from nothing that a caller said.
///
/// # Errors
/// What `work` returned, or what the database said.
pub fn as_tenant<T>(
    tx: &mut dyn HubTx,
    tenant: &Tenant,
    work: impl FnOnce(&mut dyn HubTx) -> Result<T>,
) -> Result<T> {
    if tx.tenant() == tenant {
        return work(tx);
    }
    let before = tx.switch(tenant.clone())?;
    let done = work(tx);
    let back = tx.switch(before);
    let done = done?;
    back?;
    Ok(done)
}

type Made<T> = Arc<Mutex<Option<T>>>;

fn keeping_result<T, F>(mut work: F) -> (Job, Made<T>)
where
    T: Send + 'static,
    F: FnMut(&mut dyn HubTx) -> Result<T> + Send + 'static,
{
    let made: Made<T> = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&made);
    let job: Job = Box::new(move |tx| {
        let value = work(tx)?;
        // Of several runs the last one counts: it is the one that was committed.
        *keep.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        Ok(())
    });
    (job, made)
}

fn take<T>(made: &Made<T>) -> Result<T> {
    made.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take()
        .ok_or_else(|| Error::Internal("a job ended without a result".to_owned()))
}

/// The conditions of a query that narrows only by what is asked for: ` AND column = $1 AND ...`, and the parameters.
fn conditions<const N: usize>(asked: [(&str, Option<Value>); N]) -> (String, Vec<Value>) {
    let mut params = Vec::with_capacity(N);
    let sql = asked
        .into_iter()
        .filter_map(|(condition, value)| {
            params.push(value?);
            Some(format!(" AND {condition} ${}", params.len()))
        })
        .collect();
    (sql, params)
}

/// The pattern of every text in which `part` occurs, for `LIKE $1 ESCAPE '\\'`.
fn occurring(part: &str) -> String {
    let escaped = part
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{escaped}%")
}

/// Whether the parameters of `sql` are `$1..$count`, numbered by first appearance.
///
/// SQLite numbers by appearance and PostgreSQL by the digits; only where both agree does one text mean the same.
#[must_use]
pub fn numbered_by_appearance(sql: &str, count: usize) -> bool {
    let mut highest = 0;
    for part in sql.split('$').skip(1) {
        let digits = part
            .find(|character: char| !character.is_ascii_digit())
            .map_or(part, |end| &part[..end]);
        match digits.parse::<usize>() {
            Ok(number) if number == highest + 1 => highest = number,
            Ok(number) if number >= 1 && number <= highest => {}
            _ => return false,
        }
    }
    highest == count
}
