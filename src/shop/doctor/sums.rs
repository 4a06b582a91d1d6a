//! What events, ledger and records each add up to, held against each other.

use std::collections::HashSet;

use rusqlite::Connection;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::model::MovementKind;
use crate::shop::store::{check, check_returns};
use crate::store::checks::{Check, Faults};
use crate::wire::event::{Event, Fact};
use crate::wire::replay::{Movement, Totals};

/// What the events add up to: the shop's own log, each event once, and what was recovered from the hub.
pub(super) struct Replayed {
    pub totals: Totals,
    /// Events that this program cannot read, or that stand in no readable row.
    pub unread: Vec<String>,
    pub events: u64,
}

impl Replayed {
    pub fn read(connection: &Connection) -> Result<Self> {
        let mut replayed = Self {
            totals: Totals::default(),
            unread: Vec::new(),
            events: 0,
        };
        // One that was set aside and then given back to a restored hub stands in the log, and has had no effect.
        let mut met: HashSet<Uuid> = check::set_aside(connection)?;
        check::each_event(connection, |(epoch, seq), logged| {
            match logged {
                Ok(logged) if met.insert(logged.event.event_id) => replayed.take(&logged.event),
                Ok(_) => {}
                Err(error) => replayed
                    .unread
                    .push(format!("event {seq} of epoch {epoch}: {error}")),
            }
            Ok(())
        })?;
        check::each_recovered(connection, |event| {
            if met.insert(event.event_id) {
                replayed.take(&event);
            }
            Ok(())
        })?;
        // Of a day's history the latest word holds, in the hub's order, whichever copy said it.
        check::each_import(connection, |event| {
            if let Ok(fact) = Fact::decode(&event.kind, event.version, &event.payload) {
                replayed.totals.add(event.business_date, &fact);
            }
            Ok(())
        })?;
        Ok(replayed)
    }

    fn take(&mut self, event: &Event) {
        self.events += 1;
        match Fact::decode(&event.kind, event.version, &event.payload) {
            Ok(fact) => self.totals.add(event.business_date, &fact),
            Err(why) => self.unread.push(format!("event {}: {why}", event.seq)),
        }
    }
}

/// What the ledger and the records of sales, voids and missed demand add up to.
pub(super) struct Book {
    pub totals: Totals,
    /// Imported history, which only events record, is among it.
    pub knows_history: bool,
}

impl Book {
    pub fn read(connection: &Connection, replayed: Option<&Replayed>) -> Result<Self> {
        let mut totals = Totals::default();
        check::each_movement(connection, |moved| {
            let movement = movement(&moved.kind);
            totals.movement(
                &moved.sku,
                moved.expires,
                moved.date,
                moved.quantity,
                movement,
            );
            Ok(())
        })?;
        check::each_line_taken_back(connection, |sku, date, quantity| {
            totals.day(sku, date).sold += -quantity;
            Ok(())
        })?;
        check_returns::each_line(connection, |sku, date, quantity| {
            totals.day(sku, date).sold += -quantity;
            Ok(())
        })?;
        check::each_recovered(connection, |event| {
            let fact = Fact::decode(&event.kind, event.version, &event.payload);
            if let Ok(
                Fact::SaleVoided {
                    sale_date, moves, ..
                }
                | Fact::SaleReturned {
                    sale_date, moves, ..
                },
            ) = fact
            {
                for part in moves {
                    totals.day(&part.sku, sale_date).sold += -part.quantity;
                }
            }
            Ok(())
        })?;
        check::each_missed(connection, |sku, date, quantity| {
            totals.day(sku, date).missed += quantity;
            Ok(())
        })?;
        if let Some(replayed) = replayed {
            for (sku, product) in replayed.totals.products() {
                for (date, day) in &product.days {
                    if day.imported.0 != 0 {
                        totals.day(sku, *date).imported = day.imported;
                    }
                }
            }
        }
        Ok(Self {
            totals,
            knows_history: replayed.is_some(),
        })
    }
}

/// By the kind that is stored with it; the schema knows no other.
fn movement(kind: &str) -> Movement {
    if kind == MovementKind::Sale.as_str() {
        Movement::Sale
    } else if kind == MovementKind::Void.as_str() {
        Movement::Void
    } else {
        Movement::Other
    }
}

/// The daily flows as they are stored.
pub(super) fn stored_flows(connection: &Connection) -> Result<Totals> {
    let mut totals = Totals::default();
    check::each_flow(connection, |sku, date, day| {
        *totals.day(sku, date) = day;
        Ok(())
    })?;
    Ok(totals)
}

/// Whether the daily flows are what ledger and records add up to.
pub(super) fn flows(connection: &Connection, book: &Result<Book>) -> Result<Check> {
    let book = readable(book)?;
    let stored = stored_flows(connection)?;
    let mut faults = Faults::default();
    if !book.knows_history {
        faults.add(|| "what was imported cannot be held against its events".to_owned());
    }
    for (sku, date, mut right, was) in book.totals.day_differences(&stored) {
        if !book.knows_history {
            right.imported = was.imported;
        }
        if right != was {
            faults.add(|| format!("{sku} on {date} should be {right}; it says {was}"));
        }
    }
    let days: usize = stored
        .products()
        .map(|(_, product)| product.days.len())
        .sum();
    Ok(faults.verdict(
        "flows",
        format!("{days} days of products are what was recorded"),
    ))
}

/// Whether the events add up to the ledger.
pub(super) fn replay(replayed: &Result<Replayed>, book: &Result<Book>) -> Result<Check> {
    let (replayed, book) = (readable(replayed)?, readable(book)?);
    let mut faults = Faults::default();
    for unread in &replayed.unread {
        faults.add(|| unread.clone());
    }
    for (sku, expires, told, is) in replayed.totals.lot_differences(&book.totals) {
        let lot = expires.map_or_else(|| "without a date".to_owned(), |date| format!("of {date}"));
        faults.add(|| format!("{sku} {lot}: the events come to {told}, the ledger to {is}"));
    }
    for (sku, date, told, is) in replayed.totals.day_differences(&book.totals) {
        faults.add(|| format!("{sku} on {date}: by the events {told}; by the records {is}"));
    }
    let looked_at = format!("{} events come to what the ledger holds", replayed.events);
    Ok(faults.verdict("replay", looked_at))
}

fn readable<T>(read: &Result<T>) -> Result<&T> {
    read.as_ref()
        .map_err(|error| Error::Corrupt(error.to_string()))
}
