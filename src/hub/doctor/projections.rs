//! What the shops' events come to, held against what is stored of it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use rusqlite::Connection;

use crate::error::{Error, Result};
use crate::hub::store::check::{self, Counted, LinkEnds};
use crate::hub::store::sqlite::on_connection;
use crate::hub::store::whole::Book;
use crate::hub::store::{Tenant, projections, shops};
use crate::model::{Quantity, Sku};
use crate::store::checks::{self, Check, Faults};
use crate::wire::event::{Event, Fact, ProductFacts};
use crate::wire::replay::Totals;

/// What should be stored of a shop's stock and flow, and what is.
pub(super) struct Shop {
    pub right: Totals,
    pub stored: Totals,
}

impl Shop {
    pub fn read(
        connection: &Connection,
        tenant: &Tenant,
        shop_id: &str,
        book: Book,
    ) -> Result<Self> {
        let stored = check::stored(connection, tenant, shop_id, book)?;
        // The stock is that of the devices that are let in. The flow of the others stays: it happened.
        let (mut on_book, mut right) = (Totals::default(), Totals::default());
        let mut taken_over = false;
        for ends in check::devices(connection)? {
            if (&ends.tenant, ends.shop_id.as_str()) != (tenant, shop_id) {
                continue;
            }
            taken_over |= ends.revoked;
            check::each_event(connection, &ends, |_, logged| {
                let logged = logged?;
                // Imported history is order-dependent across devices; see below.
                if !logged.applied || logged.event.kind == HISTORY {
                    return Ok(());
                }
                let fact = fact_of(&logged.event)?;
                right.add(logged.event.business_date, &fact);
                if !ends.revoked {
                    on_book.add(logged.event.business_date, &fact);
                }
                Ok(())
            })?;
        }
        check::each_of_kind(connection, tenant, shop_id, HISTORY, |event| {
            right.add(event.business_date, &fact_of(&event)?);
            Ok(())
        })?;
        if taken_over {
            let dates = takeovers(connection, tenant, shop_id)?;
            write_off(&mut right, &on_book, &stored, &dates);
        }
        for (sku, product) in on_book.products() {
            right.product(sku).lots.clone_from(&product.lots);
        }
        Ok(Self { right, stored })
    }
}

const HISTORY: &str = "history.imported";

const DEFINITION: &str = "product.defined";

fn fact_of(event: &Event) -> Result<Fact> {
    Fact::decode(&event.kind, event.version, &event.payload)
        .map_err(|why| Error::Corrupt(format!("applied event {}: {why}", event.event_id)))
}

/// The dates on which a device may have taken another's place, the latest last: the wall of the shop may have stood in
/// another zone then.
fn takeovers(connection: &Connection, tenant: &Tenant, shop_id: &str) -> Result<Vec<NaiveDate>> {
    let shop = on_connection(connection, tenant, shops::list)?
        .into_iter()
        .find(|shop| shop.id == shop_id);
    let zone: Tz = shop
        .and_then(|shop| shop.timezone.parse().ok())
        .unwrap_or(Tz::UTC);
    let mut dates = Vec::new();
    for moment in check::pairings(connection, tenant, shop_id)? {
        let date = moment.with_timezone(&zone).date_naive();
        dates.extend(date.checked_sub_days(Days::new(1)));
        dates.extend(date.checked_add_days(Days::new(1)));
        dates.push(date);
    }
    Ok(dates)
}

/// When a device takes another's place, the stock of that one's ledger leaves the book on that date, and comes back with
/// it. What left on which date is not written anywhere else; what all of it comes to is known: the flow of all dates
/// together is the stock that is there. So what is stored for those dates stands if it comes to that, and the latest of
/// them makes up the difference otherwise.
fn write_off(right: &mut Totals, on_book: &Totals, stored: &Totals, dates: &[NaiveDate]) {
    let sum_of_lots = |totals: &Totals, sku: &Sku| -> Quantity {
        totals.get(sku).map_or(Quantity::ZERO, |product| {
            product.lots.values().copied().sum()
        })
    };
    let skus: Vec<Sku> = right.products().map(|(sku, _)| sku.clone()).collect();
    for sku in skus {
        let flow: Quantity = right.get(&sku).map_or(Quantity::ZERO, |product| {
            product.days.values().map(|day| day.net).sum()
        });
        let mut missing = sum_of_lots(on_book, &sku) - flow;
        if let Some(product) = stored.get(&sku) {
            for (date, was) in &product.days {
                if !dates.contains(date) {
                    continue;
                }
                let day = right.day(&sku, *date);
                missing = missing - (was.net - day.net);
                day.net = was.net;
                day.moved |= was.moved;
            }
        }
        if let Some(latest) = dates.last()
            && missing != Quantity::ZERO
        {
            let day = right.day(&sku, *latest);
            day.net += missing;
            day.moved = true;
        }
        // The lots of those that were shut out are off the book.
        right.product(&sku).lots.clear();
    }
}

/// The checks of stock, flow and products, in this order.
pub(super) fn look(connection: &Connection) -> [Check; 3] {
    let (mut stock, mut flows) = (Faults::default(), Faults::default());
    let read = sums(connection, &mut stock, &mut flows);
    let verdict = |name: &'static str, faults: Faults| {
        checks::check(name, || match &read {
            Ok(shops) => Ok(faults.verdict(name, format!("{shops} shops are as their events say"))),
            Err(error) => Err(Error::Corrupt(error.to_string())),
        })
    };
    [
        verdict("stock", stock),
        verdict("flows", flows),
        checks::check("products", || products(connection)),
    ]
}

fn sums(connection: &Connection, stock: &mut Faults, flows: &mut Faults) -> Result<usize> {
    let known = every_shop(connection)?;
    for (tenant, shop, book) in &known {
        let (name, sums) = (&shop.name, Shop::read(connection, tenant, &shop.id, *book)?);
        for (sku, expires, right, was) in sums.right.lot_differences(&sums.stored) {
            let lot = lot_name(expires);
            stock.add(|| {
                format!("{name}: {sku} {lot}: the events come to {right}, stock says {was}")
            });
        }
        for (sku, date, right, was) in sums.right.day_differences(&sums.stored) {
            flows.add(|| format!("{name}: {sku} on {date} should be {right}; it says {was}"));
        }
    }
    Ok(known.len())
}

/// The shops of every distributor with a log of their own, and the book that is what the log comes to.
pub(super) fn every_shop(connection: &Connection) -> Result<Vec<(Tenant, shops::Shop, Book)>> {
    let mut found = Vec::new();
    for tenant in check::tenants(connection)? {
        let of_tenant = shops_of(connection, &tenant)?;
        found.extend(
            of_tenant
                .into_iter()
                .map(|(shop, book)| (tenant.clone(), shop, book)),
        );
    }
    Ok(found)
}

/// The same of one distributor. A shop that is linked to another's device has no log; what it has is held against that
/// one's book by [`super::links`].
pub(super) fn shops_of(
    connection: &Connection,
    tenant: &Tenant,
) -> Result<Vec<(shops::Shop, Book)>> {
    let links = check::links(connection)?;
    let of = |ends: fn(&LinkEnds) -> (&Tenant, &String)| -> BTreeSet<&String> {
        let mine = links.iter().map(ends).filter(|(whose, _)| *whose == tenant);
        mine.map(|(_, shop)| shop).collect()
    };
    let linked = of(|link| (&link.tenant, &link.shop_id));
    let shared = of(|link| (&link.home_tenant, &link.home_shop));
    let mut found = Vec::new();
    for shop in on_connection(connection, tenant, shops::list)? {
        if linked.contains(&shop.id) {
            continue;
        }
        let book = match shared.contains(&shop.id) {
            true => Book::Whole,
            false => Book::Own,
        };
        found.push((shop, book));
    }
    Ok(found)
}

/// A lot in words.
pub(super) fn lot_name(expires: Option<NaiveDate>) -> String {
    expires.map_or_else(|| "without a date".to_owned(), |date| format!("of {date}"))
}

fn products(connection: &Connection) -> Result<Check> {
    let mut faults = Faults::default();
    for (tenant, shop, book) in every_shop(connection)? {
        for (sku, _) in product_differences(connection, &tenant, &shop.id, book)? {
            faults.add(|| format!("{}: {sku} is not as the shop defined it last", shop.name));
        }
    }
    let shops = check::count(connection, Counted::Shops)?;
    Ok(faults.verdict(
        "products",
        format!("of {shops} shops, each as defined last"),
    ))
}

/// Products that are not stored as they were defined last, each with how they were; without, where they never were.
pub(super) fn product_differences(
    connection: &Connection,
    tenant: &Tenant,
    shop_id: &str,
    book: Book,
) -> Result<Vec<(Sku, Option<ProductFacts>)>> {
    let mut defined: BTreeMap<Sku, ProductFacts> = BTreeMap::new();
    check::each_of_kind(connection, tenant, shop_id, DEFINITION, |event| {
        if let Fact::ProductDefined(facts) = fact_of(&event)? {
            defined.insert(facts.sku.clone(), facts);
        }
        Ok(())
    })?;
    let mut found = Vec::new();
    let stored = on_connection(connection, tenant, |tx| {
        projections::products_in(tx, shop_id, book)
    })?;
    for stored in stored {
        let right = defined.remove(&stored.sku);
        if right.as_ref() != Some(&stored) {
            found.push((stored.sku, right));
        }
    }
    found.extend(defined.into_iter().map(|(sku, facts)| (sku, Some(facts))));
    Ok(found)
}
