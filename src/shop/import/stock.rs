//! Stock: an opening balance, or a count.
//!
//! A product whose rows carry no date is counted as a whole. One with a dated row is counted date by date: its rows
//! say all that is there of it.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use uuid::Uuid;

use super::file::{self, Counted, FileFaults, Row};
use super::known::{self, Catalogue, Known};
use super::{ImportOptions, ImportReport, Progress, describe, trial};
use crate::columns::Shape;
use crate::error::Result;
use crate::model::{MovementKind, Quantity};
use crate::shop::Shop;
use crate::shop::stock::{is_shelf_date, settle};
use crate::shop::store::days::{self, Moment};
use crate::shop::store::ledger::{self, NewLot, Posting};
use crate::shop::store::{audit, events, products};
use crate::store::WriteTx;
use crate::wire::event::{Fact, LotMove};

const SKU: usize = 0;
const QUANTITY: usize = 1;
const EXPIRES: usize = 2;
const COST: usize = 3;
const SHAPE: Shape = Shape {
    columns: &["sku", "quantity", "expires", "cost"],
    needed: 2,
};

/// Movements in one event, so that no event is too large to be sent.
const EVENT_MOVES: usize = 500;

/// What there is of a product, by date.
type ByDate = BTreeMap<Option<NaiveDate>, Quantity>;

struct Counts {
    catalogue: Catalogue,
    products: BTreeMap<usize, ByDate>,
    counted: Counted,
    file: String,
}

pub(super) async fn import(
    shop: &Shop,
    path: &Path,
    options: ImportOptions,
    progress: Progress<'_>,
) -> Result<ImportReport> {
    let sellables = shop.db.read(products::sellables).await?;
    let (path, dry_run) = (path.to_owned(), options.dry_run);
    let counts = file::in_background(progress, move |progress| {
        read(&path, &options, Catalogue::new(sellables), progress)
    })
    .await?;
    shop.record(move |tx, now| trial(tx, dry_run, |tx| apply(tx, now, &counts)))
        .await
        .map(|report| ImportReport { dry_run, ..report })
}

fn read(
    path: &Path,
    options: &ImportOptions,
    catalogue: Catalogue,
    progress: &mut dyn FnMut(u64),
) -> Result<Counts> {
    let mut faults = FileFaults::new(path);
    let mut counts = Counts {
        catalogue,
        products: BTreeMap::new(),
        counted: Counted::default(),
        file: faults.name().to_owned(),
    };
    let mut on_row = |row: &Row<'_>, faults: &mut FileFaults| {
        if let Err(message) = take_row(&mut counts, row, faults) {
            faults.add(row.line, message);
        }
    };
    let counted = file::read(path, &SHAPE, options, &mut faults, progress, &mut on_row)?;
    faults.into_result()?;
    counts.counted = counted;
    Ok(counts)
}

fn take_row(counts: &mut Counts, row: &Row<'_>, faults: &mut FileFaults) -> Result<(), String> {
    let cell = |column: usize, name: &str| {
        row.cell(column)
            .ok_or_else(|| format!("{name}: the cell is empty"))
    };
    let sku = cell(SKU, "sku")?;
    let Some(place) = counts.catalogue.place(faults, row.line, sku, false) else {
        return Ok(());
    };
    let expires = row.cell(EXPIRES).map(known::date).transpose();
    let expires = expires.map_err(|message| format!("expires: {message}"))?;
    if let Some(date) = expires.filter(|date| !is_shelf_date(*date)) {
        return Err(format!("expires: {date} is not from 2000 to 2199"));
    }
    let cost = row.cell(COST).map(known::money).transpose();
    let cost = cost.map_err(|message| format!("cost: {message}"))?;
    let Some(product) = counts.catalogue.get_mut(place) else {
        return Ok(());
    };
    let quantity = product
        .quantity(cell(QUANTITY, "quantity")?)
        .map_err(|message| format!("quantity: {message}"))?;
    product.amount = cost.or(product.amount);
    let by_date = counts.products.entry(place).or_default();
    *by_date.entry(expires).or_default() += quantity;
    if by_date.values().copied().sum::<Quantity>() > Quantity::LIMIT {
        return Err(format!(
            "quantity: the product's sum is beyond the limit of {} base units",
            Quantity::LIMIT
        ));
    }
    Ok(())
}

fn apply(tx: &WriteTx<'_>, now: &Moment, counts: &Counts) -> Result<ImportReport> {
    let mut report = ImportReport {
        rows: counts.counted.rows,
        filtered_out: counts.counted.filtered_out,
        products: counts.products.len() as u64,
        ..ImportReport::default()
    };
    let date = days::enter(tx, now)?.date;
    let reference = format!("import-{}", Uuid::now_v7());
    let mut moves = Vec::new();
    for (place, by_date) in &counts.products {
        let Some(product) = counts.catalogue.get(*place) else {
            continue;
        };
        product.check_still(tx)?;
        let Some(product_id) = product.id else {
            continue;
        };
        let posting = Posting {
            product_id,
            sku: &product.sku,
            kind: MovementKind::Count,
            reason: "",
            reference: &reference,
            business_date: date,
            now,
        };
        let made = set(tx, &posting, product, by_date)?;
        if made.is_empty() {
            report.unchanged += 1;
        } else {
            report.updated += 1;
        }
        moves.extend(made);
        if let Some(cost) = product.amount {
            products::set_cost(tx, product_id, cost, now)?;
        }
    }
    let mut moves = moves.into_iter().peekable();
    while moves.peek().is_some() {
        let moves = moves.by_ref().take(EVENT_MOVES).collect();
        events::append(tx, now, date, &Fact::StockCounted { moves })?;
    }
    let detail = describe(&report)?;
    audit::record(tx, now, "import", "stock.imported", &counts.file, &detail)?;
    Ok(report)
}

/// Makes the book say what the file says of a product.
fn set(
    tx: &WriteTx<'_>,
    posting: &Posting<'_>,
    product: &Known,
    by_date: &ByDate,
) -> Result<Vec<LotMove>> {
    let lot = |expires: Option<NaiveDate>| NewLot {
        expires,
        origin: "",
        cost: product.amount.map(|cost| cost.0),
    };
    let total: Quantity = by_date.values().copied().sum();
    let dated = by_date.keys().any(Option::is_some);
    if !dated && ledger::has_moved(tx, posting.product_id)? {
        let difference = total - ledger::on_hand(tx, posting.product_id)?;
        return settle(tx, posting, difference);
    }
    let mut differences = by_date.clone();
    for balance in ledger::balances(tx, posting.product_id)? {
        let difference = differences.entry(balance.expires).or_default();
        *difference = *difference - balance.quantity;
    }
    let mut moves = Vec::new();
    for (expires, difference) in differences {
        moves.extend(match expires {
            _ if difference <= Quantity::ZERO => {
                ledger::take_dated(tx, posting, expires, -difference)?
            }
            None => ledger::bring_in(tx, posting, difference, &lot(None))?,
            Some(_) => ledger::open_lot(tx, posting, difference, &lot(expires))?,
        });
    }
    Ok(moves)
}
