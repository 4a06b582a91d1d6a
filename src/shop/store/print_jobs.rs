//! What waits for the printer, and the buyer whom a receipt names.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::days::Moment;
use super::read;
use crate::error::Result;
use crate::model::Money;
use crate::store::WriteTx;

/// What is to come out of the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// A sale's receipt.
    Receipt,
    /// Nothing; the drawer at the printer opens.
    Drawer,
    /// A page that shows whether printing works.
    Test,
    /// A heading and lines of text.
    Text,
}

impl JobKind {
    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Drawer => "drawer",
            Self::Test => "test",
            Self::Text => "text",
        }
    }
}

/// A job that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// Its place in the queue.
    pub seq: i64,
    /// Its identity.
    pub id: String,
    /// What it prints.
    pub kind: JobKind,
    /// The sale of a receipt.
    pub sale_id: Option<String>,
    /// The text of a text.
    pub body: String,
    /// It says on it that it is a copy.
    pub copy: bool,
    /// How often it was tried in vain.
    pub attempts: u32,
    /// Why the last attempt failed, or ''.
    pub last_error: String,
    /// Who asked.
    pub asked_by: String,
    /// When, RFC 3339 UTC.
    pub asked_at_utc: String,
}

/// A job to be.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Its identity; a second one of the same is no second job.
    pub id: String,
    /// What it prints.
    pub kind: JobKind,
    /// The sale of a receipt.
    pub sale_id: Option<String>,
    /// The text of a text.
    pub body: String,
    /// It says on it that it is a copy.
    pub copy: bool,
    /// Who asked.
    pub asked_by: String,
}

/// Puts a job at the end of the queue; whether it was not there already.
pub fn insert(tx: &WriteTx<'_>, now: &Moment, job: &NewJob) -> Result<bool> {
    let added = tx
        .prepare_cached(
            "INSERT INTO print_jobs (id, kind, sale_id, body, state, copy, asked_by, asked_at_utc)
             VALUES (?1, ?2, ?3, ?4, 'waiting', ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            job.id,
            job.kind.as_str(),
            job.sale_id,
            job.body,
            job.copy,
            job.asked_by,
            now.text()
        ])?;
    Ok(added > 0)
}

const COLUMNS: &str =
    "seq, id, kind, sale_id, body, copy, attempts, last_error, asked_by, asked_at_utc";

fn from_row(row: &Row<'_>) -> rusqlite::Result<JobRow> {
    Ok(JobRow {
        seq: row.get(0)?,
        id: row.get(1)?,
        kind: read::job_kind(row, 2)?,
        sale_id: row.get(3)?,
        body: row.get(4)?,
        copy: row.get(5)?,
        attempts: row.get(6)?,
        last_error: row.get(7)?,
        asked_by: row.get(8)?,
        asked_at_utc: row.get(9)?,
    })
}

/// Jobs that have not ended, the next one first.
pub fn unended(connection: &Connection, limit: i64) -> Result<Vec<JobRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM print_jobs WHERE state IN ('waiting', 'printing') ORDER BY seq LIMIT ?1"
    ))?;
    let rows = statement.query_map([limit], from_row)?;
    rows.map(|row| Ok(row?)).collect()
}

/// How many jobs have not ended, and why the next one did not come out.
pub fn backlog(connection: &Connection) -> Result<(i64, Option<String>)> {
    let count = connection
        .prepare_cached("SELECT count(*) FROM print_jobs WHERE state IN ('waiting', 'printing')")?
        .query_row([], |row| row.get(0))?;
    let error: Option<String> = connection
        .prepare_cached(
            "SELECT last_error FROM print_jobs WHERE state IN ('waiting', 'printing') ORDER BY seq LIMIT 1",
        )?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok((count, error.filter(|error| !error.is_empty())))
}

/// Takes the next job in hand, if there is one.
pub fn begin(tx: &WriteTx<'_>) -> Result<Option<JobRow>> {
    Ok(tx
        .prepare_cached(&format!(
            "UPDATE print_jobs SET state = 'printing'
             WHERE seq = (SELECT seq FROM print_jobs WHERE state = 'waiting' ORDER BY seq LIMIT 1)
             RETURNING {COLUMNS}"
        ))?
        .query_row([], from_row)
        .optional()?)
}

/// A job in hand came out.
pub fn done(tx: &WriteTx<'_>, now: &Moment, seq: i64) -> Result<()> {
    tx.prepare_cached(
        "UPDATE print_jobs SET state = 'done', last_error = '', ended_at_utc = ?2
         WHERE seq = ?1 AND state = 'printing'",
    )?
    .execute(params![seq, now.text()])?;
    Ok(())
}

/// A job in hand did not come out, or nobody knows how far: it waits again.
pub fn again(tx: &WriteTx<'_>, seq: i64, error: &str, unknown: bool) -> Result<()> {
    tx.prepare_cached(
        "UPDATE print_jobs SET state = 'waiting', attempts = attempts + 1, last_error = ?2, copy = copy OR ?3
         WHERE seq = ?1 AND state = 'printing'",
    )?
    .execute(params![seq, error, unknown])?;
    Ok(())
}

/// What was in hand when the program ended waits again, as a copy of what may have come out.
pub fn take_up_again(tx: &WriteTx<'_>) -> Result<usize> {
    Ok(tx.execute(
        "UPDATE print_jobs SET state = 'waiting', copy = 1 WHERE state = 'printing'",
        [],
    )?)
}

/// Ends jobs that have not come out, one or (without an identity) all; how many there were. What the printer has been
/// given already may come out all the same.
pub fn drop_unended(tx: &WriteTx<'_>, now: &Moment, id: Option<&str>) -> Result<usize> {
    Ok(tx
        .prepare_cached(
            "UPDATE print_jobs SET state = 'dropped', ended_at_utc = ?2
             WHERE state IN ('waiting', 'printing') AND (?1 IS NULL OR id = ?1)",
        )?
        .execute(params![id, now.text()])?)
}

/// Ends a job in hand of which nothing can be made.
pub fn give_up(tx: &WriteTx<'_>, now: &Moment, seq: i64, error: &str) -> Result<()> {
    tx.prepare_cached(
        "UPDATE print_jobs SET state = 'dropped', last_error = ?3, ended_at_utc = ?2 WHERE seq = ?1",
    )?
    .execute(params![seq, now.text(), error])?;
    Ok(())
}

/// Forgets what ended, but for the latest `kept`.
pub fn forget_old(tx: &WriteTx<'_>, kept: i64) -> Result<()> {
    tx.prepare_cached(
        "DELETE FROM print_jobs WHERE state IN ('done', 'dropped')
         AND seq <= (SELECT max(seq) FROM print_jobs) - ?1",
    )?
    .execute([kept])?;
    Ok(())
}

/// Whether a receipt of the sale came out before the job `seq`, or may have.
pub fn printed_before(connection: &Connection, sale_id: &str, seq: i64) -> Result<bool> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM print_jobs WHERE sale_id = ?1 AND seq < ?2 AND state = 'done')",
        )?
        .query_row(params![sale_id, seq], |row| row.get(0))?)
}

/// How the newest job of a sale stands: `waiting`, `printing`, `done`, `dropped`.
pub fn state_of(connection: &Connection, sale_id: &str) -> Result<Option<String>> {
    Ok(connection
        .prepare_cached(
            "SELECT state FROM print_jobs WHERE sale_id = ?1 ORDER BY seq DESC LIMIT 1",
        )?
        .query_row([sale_id], |row| row.get(0))
        .optional()?)
}

/// Who bought, as a receipt names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Buyer {
    /// Their name.
    pub name: String,
    /// Their telephone, or ''.
    pub phone: String,
    /// What they owe by now, rupiah.
    pub owes: Money,
}

/// The customer with this identity; one without an account has nothing but the identity.
pub fn buyer(connection: &Connection, customer_id: &str) -> Result<Buyer> {
    let found = connection
        .prepare_cached(
            "SELECT name, phone, (SELECT coalesce(sum(amount), 0) FROM customer_ledger WHERE customer_id = ?1)
             FROM customers WHERE id = ?1",
        )?
        .query_row([customer_id], |row| {
            Ok(Buyer {
                name: row.get(0)?,
                phone: row.get(1)?,
                owes: Money(row.get(2)?),
            })
        })
        .optional()?;
    Ok(found.unwrap_or_else(|| Buyer {
        name: customer_id.to_owned(),
        ..Buyer::default()
    }))
}
