//! Products: added, or changed where the code is known.
//!
//! For a known product an empty cell, like a column that is not there, leaves what it is about as it was. `pack_size`
//! and `minimum_order` are in the main unit (`unit`), as people speak of them; `unit_size` is base units in that one,
//! where its name does not say it.

use std::collections::BTreeMap;
use std::path::Path;

use tokio::sync::mpsc::{self, UnboundedSender};

use super::file::{self, Counted, FileFaults, Row};
use super::product_row::{Cells, describe_product};
use super::{Effect, ImportOptions, ImportReport, SampleRow, Stage, describe};
use crate::columns::Shape;
use crate::error::{Error, Result};
use crate::shop::Shop;
use crate::shop::products::{Saved, save};
use crate::shop::store::audit;
use crate::shop::store::days::Moment;
use crate::shop::store::info::ShopInfo;
use crate::shop::store::products::{self as rows, Definition};
use crate::store::WriteTx;

pub(in crate::shop) const SHAPE: Shape = Shape {
    columns: &[
        "sku",
        "name",
        "unit",
        "price",
        "cost",
        "barcode",
        "category",
        "pack_name",
        "pack_size",
        "pack_price",
        "pack_barcode",
        "shelf_life_days",
        "minimum_order",
        "supplier",
        "consignment",
        "active",
        "open_price",
        "favourite",
        "price_tiers",
        "pack_price_tiers",
        "base_unit",
        "unit_size",
        "other_units",
    ],
    needed: 5,
};

/// Rows between two tellings of how far it is.
const TOLD_ROWS: u64 = 200;

/// Rows that are shown before a file is imported.
const SAMPLE_ROWS: usize = 10;

/// The tables that a product is written to, beside the logs, and those that writing one asks.
const NEEDED: [&str; 7] = [
    "shop",
    "sync_state",
    "trading_days",
    "products",
    "product_units",
    "barcodes",
    "price_tiers",
];

/// What importing a file of products came to.
#[derive(Debug, Clone)]
pub(super) struct Imported {
    pub report: ImportReport,
    /// Its first rows.
    pub sample: Vec<SampleRow>,
}

pub(super) async fn import(
    shop: &Shop,
    path: &Path,
    options: ImportOptions,
    by: &str,
    stages: &mut (dyn FnMut(Stage) + Send),
) -> Result<Imported> {
    let (tell, mut told) = mpsc::unbounded_channel();
    let working = work(shop, path, options, by, tell);
    tokio::pin!(working);
    loop {
        tokio::select! {
            biased;
            Some(stage) = told.recv() => stages(stage),
            done = &mut working => return done,
        }
    }
}

async fn work(
    shop: &Shop,
    path: &Path,
    options: ImportOptions,
    by: &str,
    tell: UnboundedSender<Stage>,
) -> Result<Imported> {
    let (file, dry_run, reading) = (path.to_owned(), options.dry_run, tell.clone());
    let mut progress = move |done| {
        // Nobody listening any more is no reason to stop.
        let _ = reading.send(Stage::Reading { done });
    };
    let (cells, counted) = file::in_background(&mut progress, move |progress| {
        read(&file, &options, progress)
    })
    .await?;
    let (info, path, by) = (shop.info.clone(), path.to_owned(), by.to_owned());
    let job = move |tx: &WriteTx<'_>, now: &Moment| {
        let writing = Writing {
            tx,
            info: &info,
            now,
            by: &by,
        };
        apply(&writing, &path, &cells, counted, &tell)
    };
    let mut imported = if dry_run {
        shop.rehearse(&NEEDED, job).await?
    } else {
        shop.record(job).await?
    };
    imported.report.dry_run = dry_run;
    Ok(imported)
}

fn read(
    path: &Path,
    options: &ImportOptions,
    progress: &mut dyn FnMut(u64),
) -> Result<(Vec<Cells>, Counted)> {
    let mut faults = FileFaults::new(path);
    let mut cells: Vec<Cells> = Vec::new();
    let mut lines: BTreeMap<String, u64> = BTreeMap::new();
    let mut on_row = |row: &Row<'_>, faults: &mut FileFaults| {
        let row = Cells::new(row);
        let Some(sku) = row.text("sku") else {
            faults.add(row.line, "sku: the cell is empty");
            return;
        };
        if let Some(earlier) = lines.get(sku) {
            faults.add(row.line, format!("sku: {sku} is on line {earlier} too"));
        } else {
            lines.insert(sku.to_owned(), row.line);
            cells.push(row);
        }
    };
    let counted = file::read(path, &SHAPE, options, &mut faults, progress, &mut on_row)?;
    faults.into_result()?;
    Ok((cells, counted))
}

/// Where rows are written, and by whom.
struct Writing<'w> {
    tx: &'w WriteTx<'w>,
    info: &'w ShopInfo,
    now: &'w Moment,
    by: &'w str,
}

fn apply(
    writing: &Writing<'_>,
    path: &Path,
    cells: &[Cells],
    counted: Counted,
    tell: &UnboundedSender<Stage>,
) -> Result<Imported> {
    let mut report = ImportReport {
        rows: counted.rows,
        filtered_out: counted.filtered_out,
        products: cells.len() as u64,
        ..ImportReport::default()
    };
    let mut sample = Vec::new();
    let mut faults = FileFaults::new(path);
    for (row, done) in cells.iter().zip(0_u64..) {
        if done.is_multiple_of(TOLD_ROWS) {
            // Nobody listening any more is no reason to stop.
            let _ = tell.send(Stage::Keeping {
                done,
                of: report.products,
            });
        }
        let saved = match keep(writing, row) {
            Ok(saved) => saved,
            Err(Error::Invalid(fields)) => {
                for field in fields {
                    let told = match field.field.as_str() {
                        "" => field.message,
                        name => format!("{name}: {}", field.message),
                    };
                    faults.add(row.line, told);
                }
                continue;
            }
            Err(Error::Conflict(message)) => {
                faults.add(row.line, message);
                continue;
            }
            Err(error) => return Err(error),
        };
        let (product, saved) = saved;
        let effect = match saved {
            Saved::Created(_) => {
                report.created += 1;
                Effect::Created
            }
            Saved::Changed => {
                report.updated += 1;
                Effect::Changed
            }
            Saved::Unchanged => {
                report.unchanged += 1;
                Effect::Unchanged
            }
        };
        if sample.len() < SAMPLE_ROWS {
            sample.push(SampleRow {
                line: row.line,
                product: product.into(),
                effect,
            });
        }
    }
    let file = faults.name().to_owned();
    faults.into_result()?;
    let Writing { tx, now, by, .. } = *writing;
    audit::record(tx, now, by, "products.imported", &file, &describe(&report)?)?;
    Ok(Imported { report, sample })
}

/// Writes what a row describes.
fn keep(writing: &Writing<'_>, row: &Cells) -> Result<(Definition, Saved)> {
    let Writing { tx, info, now, by } = *writing;
    let sku = row.text("sku").unwrap_or_default();
    let old = rows::by_sku(tx, sku)?;
    let new = describe_product(row, sku, old.as_ref().map(|old| &old.definition))
        .map_err(|message| Error::invalid("", message))?
        .check()?;
    let saved = save(tx, info, now, by, old.as_ref(), &new)?;
    Ok((new, saved))
}
