//! Whether everything that the hub holds is whole and adds up, and rebuilding what its shops' events come to.
//!
//! The checks read one snapshot and write nothing, beside a running hub too. Each gives its verdict by itself.

mod chain;
mod links;
mod orders;
mod projections;
mod server;
mod warehouse;

use std::path::Path;

use rusqlite::Connection;

use super::backup::backups;
use super::database::{Place, only_for_a_file};
use super::store::check::{self, Counted};
use super::store::histories;
use super::store::postings::Postings;
use super::store::sqlite::{FILE_NAME, SCHEMA, on_connection};
use super::store::whole::Book;
use super::store::{Tenant, audit};
use super::{Hub, must_exist, options};
use crate::clock::SharedClock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::store::checks::{self, Check, Faults, look_at, refuse_damaged};
use crate::store::{Database, WriteTx};
use projections::Shop;
use warehouse::Ledgers;

pub use crate::store::checks::Report;

/// Checks the hub's database in the data folder.
///
/// # Errors
/// [`Error::NotFound`] without one, [`Error::Io`] when it cannot be opened. What is wrong in it is in the report.
pub async fn examine(config: &Config) -> Result<Report> {
    if let Place::Server(address) = Place::of(config)? {
        return server::examine(config, &address.to_string()).await;
    }
    must_exist(config.data())?;
    let path = config.data().join(FILE_NAME);
    tokio::task::spawn_blocking(move || look_at(&path, |connection| examined(connection, &path)))
        .await
        .map_err(|_| Error::Internal("a check ended abnormally".to_owned()))?
}

/// Checks the hub's database and rebuilds the shops' stock, daily figures and products where they are not what the
/// applied events come to, after a backup.
///
/// # Errors
/// As [`examine`]; [`Error::Refused`] when the file itself is damaged or the events are not what the shops sent, and
/// what the disk said. Nothing is changed then.
pub async fn repair(config: Config, clock: SharedClock) -> Result<Report> {
    only_for_a_file(
        &config,
        "what is wrong there is put right from one of that server's own backups; a shop that finds less than it had sent \
         sends it again",
    )?;
    let found = examine(&config).await?;
    let kept = backups(config.data()).list();
    let newest = kept.first().map(|kept| kept.file.as_path());
    refuse_damaged(&found, "hub", newest)?;
    if found.needs_no_repair() {
        return Ok(found);
    }
    if !found.passed("chain") {
        return Err(Error::Refused(
            "the events are not what the shops sent: what they come to cannot be trusted; put a backup in place, and \
             the shops send again what it lacks"
                .to_owned(),
        ));
    }
    let hub = Hub::open(config.clone(), clock).await?;
    let backup = hub.back_up_as_it_is().await?;
    let now = hub.now();
    let database = Database::open(&config.data().join(FILE_NAME), &SCHEMA, options(&config))?;
    let repaired = database
        .write(move |tx| {
            let mut done = Vec::new();
            for tenant in check::tenants(tx)? {
                let of_tenant = rebuild(tx, &tenant)?;
                on_connection(tx, &tenant, |tx| {
                    audit::record(tx, now, "owner", "hub.repaired", "", &of_tenant.join("; "))
                })?;
                done.extend(of_tenant);
            }
            done.extend(links::repair(tx)?);
            Ok(done)
        })
        .await?;
    Ok(Report {
        repaired,
        backup: Some(backup),
        ..examine(&config).await?
    })
}

fn examined(connection: &Connection, path: &Path) -> Report {
    let mut checks = vec![
        checks::integrity(connection, path, &SCHEMA),
        checks::check("foreign_keys", || references(connection)),
    ];
    checks.extend(projections::look(connection));
    checks.extend([
        checks::check("chain", || chain::look(connection)),
        checks::check("effects", || effects(connection)),
        checks::check("notes", || notes(connection)),
        checks::check("links", || links::look(connection)),
        checks::check("audit", || audited(connection)),
        checks::check("warehouse", || warehoused(connection)),
        checks::check("orders", || ordered(connection)),
    ]);
    Report::new(checks)
}

fn references(connection: &Connection) -> Result<Check> {
    let mut faults = Faults::default();
    for fault in check::references_amiss(connection)? {
        faults.add(|| fault);
    }
    Ok(faults.verdict("foreign_keys", "every reference has its row".to_owned()))
}

fn effects(connection: &Connection) -> Result<Check> {
    let mut faults = Faults::default();
    for fault in check::effects_amiss(connection)? {
        faults.add(|| fault);
    }
    let events = check::count(connection, Counted::Events)?;
    Ok(faults.verdict(
        "effects",
        format!("of {events} events each has had its effect once or none"),
    ))
}

fn notes(connection: &Connection) -> Result<Check> {
    let mut faults = Faults::default();
    for fault in check::notes_amiss(connection)? {
        faults.add(|| fault);
    }
    let notes = check::count(connection, Counted::Notes)?;
    Ok(faults.verdict("notes", format!("{notes} notes, numbered without a gap")))
}

fn audited(connection: &Connection) -> Result<Check> {
    let mut faults = Faults::default();
    for tenant in check::tenants(connection)? {
        if let Some(seq) = on_connection(connection, &tenant, audit::first_broken_link)? {
            faults.add(|| {
                format!("entry {seq} is not as it was written, or one before it is missing")
            });
        }
    }
    let entries = check::count(connection, Counted::Audit)?;
    Ok(faults.verdict(
        "audit",
        format!("{entries} entries, each linked to the one before"),
    ))
}

fn warehoused(connection: &Connection) -> Result<Check> {
    let mut ledgers = Ledgers::default();
    for tenant in check::tenants(connection)? {
        on_connection(connection, &tenant, |tx| ledgers.look(tx))?;
    }
    Ok(ledgers.verdict())
}

fn ordered(connection: &Connection) -> Result<Check> {
    let mut faults = Faults::default();
    let mut seen = 0;
    for tenant in check::tenants(connection)? {
        seen += on_connection(connection, &tenant, |tx| orders::look(tx, &mut faults))?;
    }
    Ok(faults.verdict(
        "orders",
        format!("{seen} orders agree with what is set aside, sent and told for them"),
    ))
}

/// Sets what differs to what the events come to, and says so line by line.
fn rebuild(tx: &WriteTx<'_>, tenant: &Tenant) -> Result<Vec<String>> {
    let mut done = Vec::new();
    for (known, book) in projections::shops_of(tx, tenant)? {
        let shop = Shop::read(tx, tenant, &known.id, book)?;
        let of_book = (known.id.as_str(), book);
        let name = &known.name;
        for (sku, expires, right, was) in shop.right.lot_differences(&shop.stored) {
            check::set_lot(tx, tenant, of_book, sku, expires, right)?;
            let lot = projections::lot_name(expires);
            done.push(format!("{name}: {sku} {lot}: stock was {was}, is {right}"));
        }
        for (sku, date, right, was) in shop.right.day_differences(&shop.stored) {
            check::set_day(tx, tenant, of_book, sku, date, &right)?;
            on_connection(tx, tenant, |tx| histories::changed(tx, &known.id, date))?;
            done.push(format!("{name}: {sku} on {date}: was {was}; is {right}"));
        }
        for (sku, right) in projections::product_differences(tx, tenant, &known.id, book)? {
            check::forget_product(tx, tenant, of_book, &sku)?;
            if let Some(facts) = right {
                let mut postings = Postings::default();
                postings.define_product(&facts);
                on_connection(tx, tenant, |tx| match book {
                    Book::Own => postings.write(tx, &known.id),
                    Book::Whole => postings.write_whole(tx, &known.id),
                })?;
            }
            done.push(format!("{name}: {sku} is as the shop defined it last"));
        }
    }
    Ok(done)
}
