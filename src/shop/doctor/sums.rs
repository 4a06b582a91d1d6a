//! What events, ledger and records each add up to, held against each other.

use std::collections::HashSet;

use rusqlite::Connection;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::model::MovementKind;
use crate::shop::store::check;
use crate::shop::sync::RECOVERED;
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
        let mut met: HashSet<Uuid> = HashSet::new();
        // Of imported history the latest word holds, and what was recovered may be earlier than what was written here.
        let mut history = Vec::new();
        let mut take = |replayed: &mut Self, epoch: i64, event: &Event| {
            let first = met.insert(event.event_id);
            match Fact::decode(&event.kind, event.version, &event.payload) {
                Ok(fact @ Fact::HistoryImported { .. }) => {
                    history.push((epoch, event.seq, event.business_date, fact));
                }
                Ok(fact) if first => replayed.totals.add(event.business_date, &fact),
                Ok(_) => {}
                Err(why) => replayed.unread.push(format!("event {}: {why}", event.seq)),
            }
            replayed.events += u64::from(first);
        };
        check::each_event(connection, |(epoch, seq), logged| {
            match logged {
                Ok(logged) => take(&mut replayed, epoch, &logged.event),
                Err(error) => replayed
                    .unread
                    .push(format!("event {seq} of epoch {epoch}: {error}")),
            }
            Ok(())
        })?;
        check::each_recovered(connection, |epoch, event| {
            take(&mut replayed, epoch, &event);
            Ok(())
        })?;
        history.sort_by_key(|(epoch, seq, _, _)| (*epoch, *seq));
        for (_, _, date, fact) in &history {
            replayed.totals.add(*date, fact);
        }
        Ok(replayed)
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
        take_back(connection, &mut totals)?;
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

/// Takes from the demand of its date what was sold and taken back: here, by the lines of the sale; in another copy of
/// the shop, by what its event says, for that sale need not be here.
fn take_back(connection: &Connection, totals: &mut Totals) -> Result<()> {
    let mut elsewhere: HashSet<String> = HashSet::new();
    check::each_recovered(connection, |_, event| {
        if let Ok(Fact::SaleVoided {
            sale_id,
            sale_date,
            moves,
        }) = Fact::decode(&event.kind, event.version, &event.payload)
        {
            for part in &moves {
                totals.day(&part.sku, sale_date).sold += -part.quantity;
            }
            elsewhere.insert(sale_id);
        }
        Ok(())
    })?;
    check::each_line_taken_back(connection, |line| {
        if line.reason != RECOVERED || !elsewhere.contains(&line.sale_id) {
            totals.day(&line.sku, line.sale_date).sold += -line.quantity;
        }
        Ok(())
    })
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
