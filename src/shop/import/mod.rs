//! Bringing in what a shop already has: products, sales history and stock, from CSV or Excel files.
//!
//! A file comes in whole or not at all: every faulty row is named with its line, and with any there, nothing is kept.

mod customers;
mod file;
pub mod jobs;
mod known;
mod product_row;
mod products;
mod sales;
mod sheet;
mod stock;

use std::path::Path;

use chrono::NaiveDate;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::shop::Shop;
use crate::shop::products::Product;
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

/// The columns of a file of customers.
pub(super) fn customer_columns() -> &'static [&'static str] {
    customers::SHAPE.columns
}

/// The columns of a file of products.
pub(super) fn product_columns() -> &'static [&'static str] {
    products::SHAPE.columns
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The file is being read.
    Reading {
        /// Rows read.
        done: u64,
    },
    /// What was read is being compared and kept.
    Keeping {
        /// Rows done with.
        done: u64,
        /// All of them.
        of: u64,
    },
}

/// A row of a products file and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleRow {
    /// Its line in the file.
    pub line: u64,
    /// The product as the row makes it.
    pub product: Product,
    /// What becomes of it.
    pub effect: Effect,
}

/// What a row does to a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It is new.
    Created,
    /// Something of it changes.
    Changed,
    /// It is so already.
    Unchanged,
}

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
            ImportKind::Products => {
                let mut told = |stage| match stage {
                    Stage::Reading { done } | Stage::Keeping { done, .. } => progress(done),
                };
                let imported = products::import(self, path, options, "import", &mut told).await?;
                Ok(imported.report)
            }
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
