//! Whether everything recorded is whole and adds up, and rebuilding what can be rebuilt.
//!
//! The checks read one snapshot and write nothing, beside a running shop too. Each gives its verdict by itself: where a
//! page is damaged, what lies elsewhere is still checked.

mod accounts;
mod chain;
mod receipts;
mod sums;

use std::path::Path;

use rusqlite::Connection;

use super::Shop;
use super::backup::backups;
use super::store::check::{self, Counted};
use super::store::{SCHEMA, audit};
use crate::clock::SharedClock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::store::WriteTx;
use crate::store::checks::{self, Check, Faults, look_at, refuse_damaged};
use sums::{Book, Replayed};

pub use crate::store::checks::Report;

/// Checks the shop's database in the data folder.
///
/// # Errors
/// [`Error::NotFound`] without one, [`Error::Io`] when it cannot be opened. What is wrong in it is in the report.
pub async fn examine(config: &Config) -> Result<Report> {
    let path = super::existing(config.data())?;
    in_thread(move || look_at(&path, |connection| examined(connection, &path))).await
}

/// Checks the shop's database and rebuilds stock and daily figures where they are not what the ledger and the records
/// add up to, after a backup.
///
/// # Errors
/// As [`examine`]; [`Error::Refused`] when the file itself is damaged, and what the disk said. Nothing is changed then.
pub async fn repair(config: Config, clock: SharedClock) -> Result<Report> {
    let found = examine(&config).await?;
    let kept = backups(config.data()).list();
    let newest = kept.first().map(|kept| kept.file.as_path());
    refuse_damaged(&found, "shop", newest)?;
    if found.needs_no_repair() {
        return Ok(found);
    }
    let shop = Shop::open(config.clone(), clock).await?;
    let backup = shop.back_up_as_it_is().await?;
    // History has no record but its events: where those are in doubt, what is stored of it stays.
    let events_hold = found.passed("chain");
    let repaired = shop
        .record(move |tx, now| {
            let done = rebuild(tx, events_hold)?;
            audit::record(tx, now, "owner", "shop.repaired", "", &done.join("; "))?;
            Ok(done)
        })
        .await?;
    Ok(Report {
        repaired,
        backup: Some(backup),
        ..examine(&config).await?
    })
}

async fn in_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Error::Internal("a check ended abnormally".to_owned()))?
}

fn examined(connection: &Connection, path: &Path) -> Report {
    let replayed = Replayed::read(connection);
    let book = Book::read(connection, replayed.as_ref().ok());
    Report::new(vec![
        checks::integrity(connection, path, &SCHEMA),
        checks::foreign_keys(connection),
        checks::check("stock", || stock(connection)),
        checks::check("flows", || sums::flows(connection, &book)),
        checks::check("replay", || sums::replay(&replayed, &book)),
        checks::check("chain", || chain::look(connection)),
        checks::check("receipts", || receipts::look(connection)),
        checks::check("accounts", || accounts::look(connection)),
        checks::check("audit", || audited(connection)),
    ])
}

fn stock(connection: &Connection) -> Result<Check> {
    let mut faults = Faults::default();
    for fault in check::lot_faults(connection)? {
        faults.add(|| {
            format!(
                "{} {}: the ledger adds up to {}, on hand says {}",
                fault.sku,
                lot_name(fault.lot_id),
                fault.ledger,
                fault.stored
            )
        });
    }
    for seq in check::movements_of_foreign_lots(connection)? {
        faults.add(|| format!("movement {seq} is of a lot that is another product's"));
    }
    let movements = check::count(connection, Counted::Movements)?;
    Ok(faults.verdict(
        "stock",
        format!("on hand is the sum of the ledger's {movements} movements"),
    ))
}

fn lot_name(lot_id: i64) -> String {
    match lot_id {
        0 => "without a lot".to_owned(),
        lot => format!("lot {lot}"),
    }
}

fn audited(connection: &Connection) -> Result<Check> {
    let mut faults = Faults::default();
    if let Some(seq) = audit::first_broken_link(connection)? {
        faults.add(|| format!("entry {seq} is not as it was written, or one before it is missing"));
    }
    let entries = check::count(connection, Counted::Audit)?;
    Ok(faults.verdict(
        "audit",
        format!("{entries} entries, each linked to the one before"),
    ))
}

/// Sets what differs to what it should be, and says so line by line.
fn rebuild(tx: &WriteTx<'_>, events_hold: bool) -> Result<Vec<String>> {
    let mut done = Vec::new();
    for fault in check::lot_faults(tx)? {
        check::set_lot(tx, &fault)?;
        done.push(format!(
            "{} {}: on hand was {}, is {}",
            fault.sku,
            lot_name(fault.lot_id),
            fault.stored,
            fault.ledger
        ));
    }
    let replayed = Replayed::read(tx);
    let book = Book::read(tx, replayed.as_ref().ok().filter(|_| events_hold))?;
    let stored = sums::stored_flows(tx)?;
    for (sku, date, mut right, was) in book.totals.day_differences(&stored) {
        if !book.knows_history {
            right.imported = was.imported;
        }
        if right != was {
            check::set_flow(tx, sku, date, &right)?;
            done.push(format!("{sku} on {date}: was {was}; is {right}"));
        }
    }
    Ok(done)
}
