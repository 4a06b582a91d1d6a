//! Customers: added, or changed where the identity is known, with what they owed before.
//!
//! For a known customer an empty cell, like a column that is not there, leaves what it is about as it was. `debt` is a
//! balance brought in once, from a paper book or another program: for a customer with a ledger already it may only
//! repeat what an import brought in before, because what they owe since then is the ledger's business.

use std::collections::HashMap;
use std::path::Path;

use super::file::{self, Counted, FileFaults, Row};
use super::known;
use super::{ImportOptions, ImportReport, Progress, describe, trial};
use crate::columns::Shape;
use crate::error::Result;
use crate::model::Money;
use crate::shop::Shop;
use crate::shop::debts::{Change, CustomerRequest, change, create};
use crate::shop::faults::Faults;
use crate::shop::store::audit;
use crate::shop::store::days::Moment;
use crate::shop::store::debts::{self as rows, CustomerRow};
use crate::store::WriteTx;

const ID: usize = 0;
const NAME: usize = 1;
const PHONE: usize = 2;
const LIMIT: usize = 3;
const DUE_DAYS: usize = 4;
const DEBT: usize = 5;
const NOTE: usize = 6;

/// The columns of a file of customers.
pub(super) const SHAPE: Shape = Shape {
    columns: &["id", "name", "phone", "limit", "due_days", "debt", "note"],
    needed: 2,
};

/// A row of the file.
struct Given {
    line: u64,
    id: String,
    name: String,
    phone: Option<String>,
    limit: Option<Money>,
    due_days: Option<i64>,
    debt: Option<Money>,
    note: Option<String>,
}

struct File {
    rows: Vec<Given>,
    counted: Counted,
    faults: FileFaults,
}

pub(super) async fn import(
    shop: &Shop,
    path: &Path,
    options: ImportOptions,
    progress: Progress<'_>,
) -> Result<ImportReport> {
    let (path, dry_run) = (path.to_owned(), options.dry_run);
    let file =
        file::in_background(progress, move |progress| read(&path, &options, progress)).await?;
    shop.record(move |tx, now| trial(tx, dry_run, |tx| apply(tx, now, file)))
        .await
        .map(|report| ImportReport { dry_run, ..report })
}

fn read(path: &Path, options: &ImportOptions, progress: &mut dyn FnMut(u64)) -> Result<File> {
    let mut faults = FileFaults::new(path);
    let mut rows = Vec::new();
    let mut lines: HashMap<String, u64> = HashMap::new();
    let mut on_row = |row: &Row<'_>, faults: &mut FileFaults| match given(row) {
        Ok(given) => {
            if let Some(earlier) = lines.insert(given.id.clone(), row.line) {
                let message = format!("id: {:?} stands in line {earlier} already", given.id);
                faults.add(row.line, message);
            }
            rows.push(given);
        }
        Err(message) => faults.add(row.line, message),
    };
    let counted = file::read(path, &SHAPE, options, &mut faults, progress, &mut on_row)?;
    Ok(File {
        rows,
        counted,
        faults,
    })
}

fn given(row: &Row<'_>) -> Result<Given, String> {
    let needed = |column: usize, name: &str| {
        row.cell(column)
            .map(ToOwned::to_owned)
            .ok_or_else(|| format!("{name}: the cell is empty"))
    };
    let money = |column: usize, name: &str| {
        let cell = row.cell(column).map(known::money).transpose();
        cell.map_err(|message| format!("{name}: {message}"))
    };
    let due_days = row.cell(DUE_DAYS).map(|cell| {
        cell.parse::<i64>()
            .map_err(|_| format!("due_days: {cell:?} is no number of days"))
    });
    Ok(Given {
        line: row.line,
        id: needed(ID, "id")?,
        name: needed(NAME, "name")?,
        phone: row.cell(PHONE).map(ToOwned::to_owned),
        limit: money(LIMIT, "limit")?,
        due_days: due_days.transpose()?,
        debt: money(DEBT, "debt")?,
        note: row.cell(NOTE).map(ToOwned::to_owned),
    })
}

fn apply(tx: &WriteTx<'_>, now: &Moment, file: File) -> Result<ImportReport> {
    let File {
        rows,
        counted,
        mut faults,
    } = file;
    let mut report = ImportReport {
        rows: counted.rows,
        filtered_out: counted.filtered_out,
        ..ImportReport::default()
    };
    for given in &rows {
        let known = rows::customer(tx, &given.id)?;
        let mut wrong = Faults::default();
        let row = given.request(known.as_ref()).check(&mut wrong);
        let debt = check_debt(tx, given, known.is_some())?;
        if let Err(error) = wrong.into_result() {
            faults.add(given.line, error.to_string());
            continue;
        }
        let debt = match debt {
            Ok(debt) => debt,
            Err(message) => {
                faults.add(given.line, message);
                continue;
            }
        };
        let changed = match &known {
            None => {
                create(tx, now, &row, "import")?;
                report.created += 1;
                false
            }
            Some(known) => change(tx, now, known, &row, "import")?,
        };
        if let Some(debt) = debt {
            opening(&row.id, debt).record(tx, now)?;
        }
        if known.is_some() {
            if changed || debt.is_some() {
                report.updated += 1;
            } else {
                report.unchanged += 1;
            }
        }
    }
    let name = faults.name().to_owned();
    faults.into_result()?;
    let detail = describe(&report)?;
    audit::record(tx, now, "import", "customers.imported", &name, &detail)?;
    Ok(report)
}

impl Given {
    fn request(&self, known: Option<&CustomerRow>) -> CustomerRequest {
        let kept = |own: &Option<String>, of: fn(&CustomerRow) -> &String| {
            let kept = || known.map(|known| of(known).clone());
            own.clone().or_else(kept).unwrap_or_default()
        };
        let limit = self.limit.or(known.and_then(|known| known.limit));
        CustomerRequest {
            id: self.id.clone(),
            name: self.name.clone(),
            phone: kept(&self.phone, |known| &known.phone),
            note: kept(&self.note, |known| &known.note),
            limit: limit.map(|limit| limit.0),
            due_days: self.due_days.or(known.and_then(|known| known.due_days)),
        }
    }
}

/// The debt to bring in, if there is one that is not there yet.
fn check_debt(
    tx: &WriteTx<'_>,
    given: &Given,
    known: bool,
) -> Result<Result<Option<Money>, String>> {
    let Some(debt) = given.debt.filter(|debt| *debt > Money::ZERO) else {
        return Ok(Ok(None));
    };
    if !known {
        return Ok(Ok(Some(debt)));
    }
    if let Some(earlier) = rows::entry(tx, "opening", &reference(&given.id))? {
        return Ok(if earlier.amount == debt {
            Ok(None)
        } else {
            Err(format!(
                "debt: {} was brought in before; enter a payment or another debt by hand",
                earlier.amount.0
            ))
        });
    }
    if !rows::ledger(tx, &given.id)?.is_empty() {
        let message = "debt: the customer has debts in this shop already; enter it by hand";
        return Ok(Err(message.to_owned()));
    }
    Ok(Ok(Some(debt)))
}

/// One of each customer: what tells that a balance was brought in already.
fn reference(id: &str) -> String {
    format!("import-{id}")
}

fn opening(id: &str, debt: Money) -> Change {
    Change {
        customer_id: id.to_owned(),
        kind: "opening",
        amount: debt,
        method: "",
        reference: reference(id),
        note: String::new(),
        by: "import".to_owned(),
        action: "debt.opened",
    }
}
