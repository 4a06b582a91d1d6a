//! Bringing in what a shop already has: products, sales history and stock, from CSV or Excel files.
//!
//! A file comes in whole or not at all: every faulty row is named with its line, and with any there, nothing is kept.

mod customers;
mod file;
mod known;
mod products;
mod sales;
mod stock;

use std::path::Path;

use chrono::NaiveDate;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::shop::Shop;
use crate::store::WriteTx;

pub use crate::columns::{Columns, Filter};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    /// `sku,name,unit,price,cost` and optional columns: added, or changed where the code is known.
    Products,
    /// `date,sku,quantity`: what was sold on past days, replacing what was imported for the same days before.
    Sales,
    /// `sku,quantity`: an opening balance, or a count.
    Stock,
    /// `id,name`: added, or changed where the identity is known, with what they owed before.
    Customers,
}

/// How a file is read.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// Which columns of the file are which of ours (`date=tanggal,sku=item`).
    pub columns: Columns,
    /// Only rows that have these values (`store=292`).
    pub filters: Vec<Filter>,
    /// Sales history of unknown codes creates the products, named by their codes; otherwise they are faults.
    pub create_missing: bool,
    /// Say what would happen, and change nothing.
    pub dry_run: bool,
}

/// What an import did, or with `dry_run` would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Rows read, without the header and without those that the filters left out.
    pub rows: u64,
    /// Rows that the filters left out.
    pub filtered_out: u64,
    /// Products that were not there before.
    pub created: u64,
    /// Products changed; days of sales set; products whose stock changed.
    pub updated: u64,
    /// Products, days of sales or stocks that were so already.
    pub unchanged: u64,
    /// Products that the file names.
    pub products: u64,
    /// The first day of a sales history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_date: Option<NaiveDate>,
    /// The last day of a sales history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_date: Option<NaiveDate>,
    /// Nothing was kept.
    pub dry_run: bool,
}

/// Told the number of rows read so far, every few thousand rows.
pub type Progress<'p> = &'p mut (dyn FnMut(u64) + Send);

impl Shop {
    /// Imports the file at `path`, `.csv` (comma or semicolon) or `.xlsx` (its first sheet).
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] with the file, line and fault of up to 20 rows, and nothing imported;
    /// [`crate::error::Error::Io`] when the file cannot be read.
    pub async fn import(
        &self,
        kind: ImportKind,
        path: &Path,
        options: ImportOptions,
        progress: Progress<'_>,
    ) -> Result<ImportReport> {
        match kind {
            ImportKind::Products => products::import(self, path, options, progress).await,
            ImportKind::Sales => sales::import(self, path, options, progress).await,
            ImportKind::Stock => stock::import(self, path, options, progress).await,
            ImportKind::Customers => customers::import(self, path, options, progress).await,
        }
    }
}

/// Does `work`, and with `dry_run` undoes it: a report of what would happen comes from its happening.
fn trial<T>(
    tx: &WriteTx<'_>,
    dry_run: bool,
    work: impl FnOnce(&WriteTx<'_>) -> Result<T>,
) -> Result<T> {
    if !dry_run {
        return work(tx);
    }
    tx.execute_batch("SAVEPOINT trial")?;
    let result = work(tx);
    tx.execute_batch("ROLLBACK TO trial; RELEASE trial")?;
    result
}

/// A report as the detail of the audit entry.
fn describe(report: &ImportReport) -> Result<String> {
    serde_json::to_string(report)
        .map_err(|error| Error::Internal(format!("describing an import: {error}")))
}
