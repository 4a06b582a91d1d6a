//! What the hub's notes do here.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::Shop;
use crate::error::Result;
use crate::model::{Quantity, Sku};
use crate::shop::store::days::Moment;
use crate::shop::store::distributors::{self, Rhythm};
use crate::shop::store::notes::Told;
use crate::shop::store::{deliveries, notes, sync_state, taken_back};
use crate::store::WriteTx;
use crate::wire::exchange::NotesPage;
use crate::wire::note::{Announcement, CatalogueEntry, DeliveryRow, TakenBackRow};

/// The kind of the notes that hold against a note of this kind when it is understood only after them: of settings the
/// newest one, and of deliveries that they will not come.
fn holding_against(kind: &str) -> Option<&'static str> {
    match kind {
        "catalogue.product" => Some("catalogue.product"),
        "policy.delivery" => Some("policy.delivery"),
        "delivery.announced" | "delivery.dispatched" => Some("delivery.cancelled"),
        "return.collected" => Some("return.cancelled"),
        _ => None,
    }
}

/// No distributor's rhythm is longer.
const LONGEST_DAYS: u32 = 180;

/// Applies a page and moves the cursor past it, in one transaction. A note that cannot be applied is set aside and
/// delays no other.
///
/// A note that came before comes again only from a hub that was restored, and says what holds there now: what the hub
/// told between its backup and its restore is forgotten on both sides.
pub(super) fn take_page(tx: &WriteTx<'_>, now: &Moment, page: &NotesPage) -> Result<()> {
    if page.anew {
        // What still holds is told again, under its identity.
        notes::forget_all(tx)?;
        notes::forget_offers(tx)?;
        distributors::forget_all(tx)?;
        sync_state::set_delivery_policy(tx, None, None)?;
        deliveries::doubt_all(tx)?;
        taken_back::doubt_all(tx)?;
    }
    let distributor = page.from.map(|id| id.to_string()).unwrap_or_default();
    for note in &page.notes {
        let told = Told {
            note: note.clone(),
            distributor: distributor.clone(),
        };
        let error = take(tx, now, &told)?;
        if let Some(error) = &error {
            tracing::warn!(
                position = note.position,
                kind = note.kind,
                error,
                "a note was set aside"
            );
        }
        notes::keep(tx, &told, now, error.as_deref())?;
    }
    sync_state::set_cursor(tx, &page.cursor)
}

/// Lets a note have its effect; why not, if it cannot.
fn take(tx: &WriteTx<'_>, now: &Moment, told: &Told) -> Result<Option<String>> {
    let Told { note, distributor } = told;
    let announcement = match Announcement::decode(&note.kind, note.version, &note.payload) {
        Ok(announcement) => announcement,
        Err(why) => return Ok(Some(why)),
    };
    if let Some(why) = problem(&announcement) {
        return Ok(Some(why));
    }
    match &announcement {
        Announcement::CatalogueProduct(entry) => notes::set_offer(tx, entry, distributor)?,
        Announcement::DeliveryPolicy {
            review_days,
            lead_time_days,
        } if distributor.is_empty() => {
            sync_state::set_delivery_policy(tx, *review_days, *lead_time_days)?;
        }
        Announcement::DeliveryPolicy {
            review_days,
            lead_time_days,
        } => {
            let rhythm = Rhythm {
                review_days: *review_days,
                lead_time_days: *lead_time_days,
            };
            distributors::set_rhythm(tx, distributor, rhythm)?;
        }
        Announcement::DeliveryAnnounced {
            shipment_id,
            expected_on,
            lines,
        } => deliveries::announce(tx, now, shipment_id, "announced", *expected_on, lines)?,
        Announcement::DeliveryDispatched {
            shipment_id,
            expected_on,
            lines,
        } => deliveries::announce(tx, now, shipment_id, "dispatched", *expected_on, lines)?,
        Announcement::DeliveryCancelled {
            shipment_id,
            reason,
        } => deliveries::cancel(tx, shipment_id, reason)?,
        Announcement::ReturnCollected {
            return_id,
            number,
            collected_on,
            lines,
            ..
        } => taken_back::announce(tx, now, return_id, (number, *collected_on), lines)?,
        Announcement::ReturnCancelled { return_id } => taken_back::cancel(tx, return_id)?,
    }
    Ok(None)
}

/// What is wrong with an announcement that can be read, if anything.
fn problem(announcement: &Announcement) -> Option<String> {
    match announcement {
        Announcement::CatalogueProduct(entry) => problem_of_offer(entry),
        Announcement::DeliveryPolicy {
            review_days,
            lead_time_days,
        } => {
            let beyond = |days: &Option<u32>| days.is_some_and(|days| days > LONGEST_DAYS);
            (beyond(review_days) || beyond(lead_time_days) || *review_days == Some(0))
                .then(|| format!("days beyond 1 to {LONGEST_DAYS}"))
        }
        Announcement::DeliveryAnnounced {
            shipment_id, lines, ..
        }
        | Announcement::DeliveryDispatched {
            shipment_id, lines, ..
        } => problem_of_delivery(shipment_id, lines),
        Announcement::ReturnCollected {
            return_id, lines, ..
        } => problem_of_return(return_id, lines),
        Announcement::DeliveryCancelled { .. } | Announcement::ReturnCancelled { .. } => None,
    }
}

fn problem_of_return(return_id: &str, lines: &[TakenBackRow]) -> Option<String> {
    if return_id.is_empty() {
        return Some("a return without an identity".to_owned());
    }
    let told = lines.iter();
    problem_of_goods(1, told.map(|line| (&line.sku, line.quantity, line.expires)))
}

/// Goods of which fewer than `least` are told or more than there can be, or with a date that cannot be.
fn problem_of_goods<'s>(
    least: i64,
    goods: impl Iterator<Item = (&'s Sku, Quantity, Option<NaiveDate>)> + Clone,
) -> Option<String> {
    goods
        .clone()
        .find(|(_, quantity, _)| !(least..=Quantity::LIMIT.0).contains(&quantity.0))
        .map(|(sku, quantity, _)| format!("{sku}: a quantity of {quantity}"))
        .or_else(|| {
            goods
                .clone()
                .find(|(_, _, expires)| expires.is_some_and(far))
                .map(|(sku, ..)| format!("{sku}: a date that cannot be"))
        })
}

/// Beyond every date that is written on goods.
fn far(date: NaiveDate) -> bool {
    !(1970..=9999).contains(&chrono::Datelike::year(&date))
}

fn problem_of_offer(entry: &CatalogueEntry) -> Option<String> {
    let within = |quantity: Quantity, least: i64| (least..=Quantity::LIMIT.0).contains(&quantity.0);
    if entry.unit_factor < 1 || !within(entry.pack_size, 1) || !within(entry.minimum_order, 0) {
        return Some(format!(
            "{}: a unit, pack or minimum that cannot be",
            entry.sku
        ));
    }
    (entry.price.0 < 0).then(|| format!("{}: a price below zero", entry.sku))
}

fn problem_of_delivery(shipment_id: &str, lines: &[DeliveryRow]) -> Option<String> {
    if shipment_id.is_empty() {
        return Some("a delivery without an identity".to_owned());
    }
    let told = lines.iter();
    problem_of_goods(0, told.map(|line| (&line.sku, line.quantity, line.expires)))
}

impl Shop {
    /// Tries every note that was set aside again, as at each start: a newer program may understand it. How many were
    /// applied.
    ///
    /// # Errors
    /// What the database said.
    pub async fn retry_notes(&self) -> Result<usize> {
        let set_aside = self.db.read(notes::count_quarantined).await?;
        if set_aside == 0 {
            return Ok(0);
        }
        let now = self.now();
        self.db
            .write(move |tx| {
                let mut applied = 0;
                let mut holding = BTreeSet::new();
                for told in notes::quarantined(tx)? {
                    let error = take(tx, &now, &told)?;
                    notes::keep(tx, &told, &now, error.as_deref())?;
                    if error.is_none() {
                        applied += 1;
                        holding.extend(holding_against(&told.note.kind));
                    }
                }
                // One that comes out late must not stand in place of a newer one.
                for kind in holding {
                    for told in notes::applied_of_kind(tx, kind)? {
                        take(tx, &now, &told)?;
                    }
                }
                Ok(applied)
            })
            .await
    }
}
