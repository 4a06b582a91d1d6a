//! Sales history: what was sold of each product on each past day.

use std::collections::HashMap;
use std::path::Path;

use chrono::NaiveDate;

use super::file::{self, Counted, FileFaults, Row};
use super::known::{self, Catalogue};
use super::{ImportOptions, ImportReport, Progress, describe, trial};
use crate::columns::Shape;
use crate::error::{Error, Result};
use crate::model::{Money, Quantity};
use crate::shop::Shop;
use crate::shop::products::{NewProduct, Saved, save};
use crate::shop::store::days::{self, Moment};
use crate::shop::store::info::ShopInfo;
use crate::shop::store::{audit, daily, events, products};
use crate::store::WriteTx;
use crate::wire::event::{Fact, HistoryRow};

const DATE: usize = 0;
const SKU: usize = 1;
const QUANTITY: usize = 2;
const PRICE: usize = 3;
const SHAPE: Shape = Shape {
    columns: &["date", "sku", "quantity", "price"],
    needed: 3,
};

/// Rows of history in one event, so that no event is too large to be sent.
const EVENT_ROWS: usize = 500;

/// No till has records from before this year.
fn earliest() -> NaiveDate {
    NaiveDate::from_ymd_opt(1990, 1, 1).unwrap_or(NaiveDate::MIN)
}

/// A file's content: the sum of each product and day.
struct History {
    catalogue: Catalogue,
    days: HashMap<(usize, NaiveDate), Quantity>,
    counted: Counted,
    file: String,
}

pub(super) async fn import(
    shop: &Shop,
    path: &Path,
    options: ImportOptions,
    progress: Progress<'_>,
) -> Result<ImportReport> {
    let (info, now) = (shop.info.clone(), shop.now());
    let (today, sellables) = shop
        .db
        .read(move |connection| {
            let today = days::current(connection, &info, &now)?.date;
            Ok((today, products::sellables(connection)?))
        })
        .await?;
    let (path, dry_run) = (path.to_owned(), options.dry_run);
    // The file is read before the transaction begins: a till of another process must not wait for a large file.
    let history = file::in_background(progress, move |progress| {
        read(&path, &options, Catalogue::new(sellables), today, progress)
    })
    .await?;
    let info = shop.info.clone();
    shop.record(move |tx, now| trial(tx, dry_run, |tx| apply(tx, &info, now, history)))
        .await
        .map(|report| ImportReport { dry_run, ..report })
}

fn read(
    path: &Path,
    options: &ImportOptions,
    catalogue: Catalogue,
    today: NaiveDate,
    progress: &mut dyn FnMut(u64),
) -> Result<History> {
    let mut faults = FileFaults::new(path);
    let mut history = History {
        catalogue,
        days: HashMap::new(),
        counted: Counted::default(),
        file: faults.name().to_owned(),
    };
    let mut on_row = |row: &Row<'_>, faults: &mut FileFaults| {
        if let Err(message) = take_row(&mut history, row, options.create_missing, today, faults) {
            faults.add(row.line, message);
        }
    };
    let counted = file::read(path, &SHAPE, options, &mut faults, progress, &mut on_row)?;
    faults.into_result()?;
    history.counted = counted;
    Ok(history)
}

fn take_row(
    history: &mut History,
    row: &Row<'_>,
    create_missing: bool,
    today: NaiveDate,
    faults: &mut FileFaults,
) -> Result<(), String> {
    let cell = |column: usize, name: &str| {
        row.cell(column)
            .ok_or_else(|| format!("{name}: the cell is empty"))
    };
    let sku = cell(SKU, "sku")?;
    let Some(place) = history
        .catalogue
        .place(faults, row.line, sku, create_missing)
    else {
        return Ok(());
    };
    let date = known::date(cell(DATE, "date")?).map_err(|message| format!("date: {message}"))?;
    if date > today {
        return Err(format!("date: {date} is after today, {today}"));
    }
    if date < earliest() {
        return Err(format!("date: {date} is before {}", earliest()));
    }
    let price = row.cell(PRICE).map(known::money).transpose();
    let price = price.map_err(|message| format!("price: {message}"))?;
    let Some(product) = history.catalogue.get_mut(place) else {
        return Ok(());
    };
    let quantity = product
        .quantity(cell(QUANTITY, "quantity")?)
        .map_err(|message| format!("quantity: {message}"))?;
    product.amount = price.or(product.amount);
    let sum = history.days.entry((place, date)).or_default();
    *sum += quantity;
    if *sum > Quantity::LIMIT {
        return Err(format!(
            "quantity: the day's sum is beyond the limit of {} base units",
            Quantity::LIMIT
        ));
    }
    Ok(())
}

fn apply(
    tx: &WriteTx<'_>,
    info: &ShopInfo,
    now: &Moment,
    history: History,
) -> Result<ImportReport> {
    let mut report = ImportReport {
        rows: history.counted.rows,
        filtered_out: history.counted.filtered_out,
        first_date: history.days.keys().map(|(_, date)| *date).min(),
        last_date: history.days.keys().map(|(_, date)| *date).max(),
        ..ImportReport::default()
    };
    let today = days::current(tx, info, now)?.date;
    let mut days: Vec<((usize, NaiveDate), Quantity)> = history.days.into_iter().collect();
    days.sort_unstable();
    let mut changed = Vec::new();
    for product_days in days.chunk_by(|((a, _), _), ((b, _), _)| a == b) {
        let Some(&((place, _), _)) = product_days.first() else {
            continue;
        };
        let Some(product) = history.catalogue.get(place) else {
            continue;
        };
        product.check_still(tx)?;
        report.products += 1;
        let product_id = if let Some(id) = product.id {
            id
        } else {
            report.created += 1;
            create(tx, info, now, product.sku.as_str(), product.amount)?
        };
        for &((_, date), quantity) in product_days {
            if daily::set_imported(tx, product_id, date, quantity)? {
                report.updated += 1;
                changed.push(HistoryRow {
                    sku: product.sku.clone(),
                    date,
                    quantity,
                });
            } else {
                report.unchanged += 1;
            }
        }
    }
    let mut rows = changed.into_iter().peekable();
    while rows.peek().is_some() {
        let rows = rows.by_ref().take(EVENT_ROWS).collect();
        events::append(tx, now, today, &Fact::HistoryImported { rows })?;
    }
    let detail = describe(&report)?;
    audit::record(
        tx,
        now,
        "import",
        "history.imported",
        &history.file,
        &detail,
    )?;
    Ok(report)
}

/// A product of which nothing is known but its code, and the price if the file told one.
fn create(
    tx: &WriteTx<'_>,
    info: &ShopInfo,
    now: &Moment,
    sku: &str,
    price: Option<Money>,
) -> Result<i64> {
    let new = NewProduct {
        sku: sku.to_owned(),
        name: sku.to_owned(),
        unit: Some("pcs".to_owned()),
        price: Some(price.unwrap_or_default().0),
        ..NewProduct::default()
    };
    match save(tx, info, now, "import", None, &new.check()?)? {
        Saved::Created(id) => Ok(id),
        _ => Err(Error::Internal(format!("{sku} was not created"))),
    }
}
