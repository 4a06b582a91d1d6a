//! Whether shops with several distributors are linked to what there is, and whether each distributor's own book is the part of
//! the whole one that is in its catalogue.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::projections::lot_name;
use crate::error::Result;
use crate::hub::links::audience::{is_seen, refill};
use crate::hub::store::check::{self, LinkEnds};
use crate::hub::store::projections::products_in;
use crate::hub::store::sqlite::on_connection;
use crate::hub::store::whole::{self, Book};
use crate::hub::store::{Tenant, shops};
use crate::model::{BaseUnit, Sku};
use crate::store::WriteTx;
use crate::store::checks::{Check, Faults};
use crate::wire::event::ProductFacts;
use crate::wire::replay::Totals;

/// One distributor's side of a shop with several.
struct Side<'s> {
    home: (&'s Tenant, &'s str),
    tenant: &'s Tenant,
    shop_id: &'s str,
}

/// Every side that is kept up to date, the homes too.
fn sides(links: &[LinkEnds]) -> Vec<Side<'_>> {
    let mut homes = BTreeSet::new();
    let mut found = Vec::new();
    for link in links {
        let home = (&link.home_tenant, link.home_shop.as_str());
        if homes.insert(home) {
            found.push(Side {
                home,
                tenant: home.0,
                shop_id: home.1,
            });
        }
        // One that is switched off catches up when it is on again.
        if !link.behind {
            found.push(Side {
                home,
                tenant: &link.tenant,
                shop_id: &link.shop_id,
            });
        }
    }
    found
}

pub(super) fn look(connection: &Connection) -> Result<Check> {
    let mut faults = Faults::default();
    for fault in check::links_amiss(connection)? {
        faults.add(|| fault);
    }
    let links = check::links(connection)?;
    for side in sides(&links) {
        for fault in differences(connection, &side)? {
            faults.add(|| fault);
        }
    }
    Ok(faults.verdict(
        "links",
        format!(
            "{} links; each distributor has its own products",
            links.len()
        ),
    ))
}

/// Makes the books of every side again that are not what they should be; what was done.
pub(super) fn repair(tx: &WriteTx<'_>) -> Result<Vec<String>> {
    let mut done = Vec::new();
    for side in sides(&check::links(tx)?) {
        if differences(tx, &side)?.is_empty() {
            continue;
        }
        let (home, home_shop) = side.home;
        on_connection(tx, home, |tx| {
            refill(tx, home_shop, (side.tenant, side.shop_id), None)
        })?;
        done.push(format!(
            "{}: made again from the whole of its log",
            name(tx, &side)?
        ));
    }
    Ok(done)
}

fn name(connection: &Connection, side: &Side<'_>) -> Result<String> {
    let shop = on_connection(connection, side.tenant, |tx| shops::find(tx, side.shop_id))?;
    Ok(shop.map_or_else(|| side.shop_id.to_owned(), |shop| shop.name))
}

/// Where a side's own book is not the part of the whole one that it should be.
fn differences(connection: &Connection, side: &Side<'_>) -> Result<Vec<String>> {
    let (home, home_shop) = side.home;
    let name = name(connection, side)?;
    let mut all = check::stored(connection, home, home_shop, Book::Whole)?;
    let stored = check::stored(connection, side.tenant, side.shop_id, Book::Own)?;
    let mut defined = products(connection, home, home_shop, Book::Whole)?;
    let told = products(connection, side.tenant, side.shop_id, Book::Own)?;
    let mut skus: BTreeSet<Sku> = all.products().map(|(sku, _)| sku.clone()).collect();
    skus.extend(defined.keys().cloned());
    let offered = on_connection(connection, side.tenant, |tx| {
        whole::catalogue_units(tx, &skus)
    })?;
    let counted: BTreeMap<Sku, BaseUnit> = defined
        .iter()
        .map(|(sku, facts)| (sku.clone(), facts.base_unit))
        .collect();
    defined.retain(|sku, _| is_seen(sku, &offered, &counted));
    let mut right = Totals::default();
    for (sku, product) in all.products_mut() {
        if is_seen(sku, &offered, &counted) {
            *right.product(sku) = std::mem::take(product);
        }
    }
    let mut found = Vec::new();
    for (sku, expires, right, was) in right.lot_differences(&stored) {
        let lot = lot_name(expires);
        found.push(format!(
            "{name}: {sku} {lot}: should be {right}, stock says {was}"
        ));
    }
    for (sku, date, right, was) in right.day_differences(&stored) {
        found.push(format!(
            "{name}: {sku} on {date} should be {right}; it says {was}"
        ));
    }
    if defined != told {
        found.push(format!("{name}: products are not those of its catalogue"));
    }
    Ok(found)
}

fn products(
    connection: &Connection,
    tenant: &Tenant,
    shop_id: &str,
    book: Book,
) -> Result<BTreeMap<Sku, ProductFacts>> {
    let found = on_connection(connection, tenant, |tx| products_in(tx, shop_id, book))?;
    Ok(found
        .into_iter()
        .map(|facts| (facts.sku.clone(), facts))
        .collect())
}
