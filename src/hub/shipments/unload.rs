//! What whoever drove says was unloaded: for a shop that records nothing itself that day.
//!
//! The shop's stock is the shop's to say. So this moves nothing there: the shop is told the delivery anew with what
//! really came, and it stays in transit until the shop's own record takes it in, once.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::receipt::{self, differs, of_lines};
use super::returns::{NewReturnLine, checked_remark, collect};
use super::{announce, depart, put_changed, record, refused, tell_dispatched, trip_of};
use crate::error::{Error, FieldError, Result};
use crate::hub::Hub;
use crate::hub::messages::announce_change;
use crate::hub::orders::with_shipment;
use crate::hub::planning::Planner;
use crate::hub::store::differences::ToldBy;
use crate::hub::store::shipments::{self as rows, Shipment, ShipmentLine, ShipmentState};
use crate::hub::store::{self, HubTx};
use crate::model::{Quantity, Sku};

use super::Step;

/// The most lines in one record.
pub(super) const MOST_LINES: usize = 2000;

/// What was unloaded of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnloadedLine {
    /// The product.
    pub sku: Sku,
    /// Base units that were unloaded, the damaged among them.
    pub unloaded: Quantity,
    /// Of them, of no use.
    pub damaged: Quantity,
}

/// What was unloaded at a shop, and taken along from there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Unloading {
    /// The lines that were not unloaded as the note says; those not named were.
    pub lines: Vec<UnloadedLine>,
    /// Goods that were taken back along.
    pub returns: Vec<NewReturnLine>,
    /// The identity of the return, if there is one.
    pub return_id: Option<String>,
    /// In words.
    pub remark: String,
}

impl Hub {
    /// Records what was unloaded. A shipment that nobody noted to have left leaves with it. Where the shop has told
    /// already, its word stands and what differs from it is kept to be settled. The same record again changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] without the shipment, [`Error::Invalid`] for lines that cannot be.
    pub async fn unload_shipment(
        &self,
        actor: &str,
        id: &str,
        unloading: Unloading,
    ) -> Result<Step> {
        checked_remark(&unloading.remark)?;
        let planner = self.planner()?;
        let (actor, id, now, today) = (actor.to_owned(), id.to_owned(), self.now(), self.today());
        let hash = digest(&unloading)?;
        store::write(self.store(), move |tx| {
            let mut shipment = rows::get(tx, &id)?;
            let mut trip = trip_of(tx, &shipment)?;
            if trip.unloaded_at.is_some() {
                if trip.unload_hash.as_ref() == Some(&hash) {
                    return Ok(Step::Repeated(shipment));
                }
                let by = trip.unloaded_by.unwrap_or_default();
                let why = format!("and {by} recorded what was unloaded, with other figures");
                return Ok(refused(shipment, &why));
            }
            let arrived = match shipment.state {
                ShipmentState::Received | ShipmentState::Short => true,
                ShipmentState::Confirmed | ShipmentState::Dispatched => false,
                ShipmentState::Recommended | ShipmentState::Cancelled => {
                    return Ok(refused(
                        shipment,
                        "and nothing of it can have been unloaded",
                    ));
                }
            };
            let unloaded = checked(tx, &unloading, &shipment, &planner)?;
            let mut found = Vec::new();
            if arrived {
                trip.shop_told_at = trip.shop_told_at.or(shipment.received_at);
                for (line, unloaded) in unloaded.iter().map(|line| (line, good(line))) {
                    let shop = shipment.lines.iter().find(|told| told.sku == line.sku);
                    let told = shop.map_or(Quantity::ZERO, good);
                    found.extend(differs(&line.sku, &line.name, told, unloaded));
                }
            } else {
                if shipment.state == ShipmentState::Confirmed {
                    // What was announced is reserved; the goods were loaded, whatever the book has of them.
                    if trip.number.is_none() {
                        announce(tx, &mut shipment, &mut trip, now, today)?;
                    }
                    depart(tx, &mut shipment, &mut trip, &actor, now, today)?;
                }
                shipment.lines = unloaded;
                found = of_lines(&shipment.lines);
                let short = shipment.lines.iter().any(|line| good(line) < line.quantity);
                shipment.state = if short {
                    ShipmentState::Short
                } else {
                    ShipmentState::Received
                };
                shipment.received_at = Some(now);
                rows::put(tx, &shipment)?;
                with_shipment::arrived(tx, &shipment.id, &actor, now)?;
                let detail = serde_json::json!({ "shop": shipment.shop_id, "told_by": "driver" });
                announce_change(tx, now, "shipment.received", &shipment.id, &detail)?;
                if !found.is_empty() {
                    tell_dispatched(tx, &as_unloaded(&shipment), now)?;
                }
            }
            trip.unloaded_at = Some(now);
            trip.unloaded_by = Some(actor.clone());
            trip.unload_hash = Some(hash.clone());
            put_changed(tx, &mut trip)?;
            receipt::add(tx, &shipment, ToldBy::Driver, found, now)?;
            if !unloading.returns.is_empty() {
                let id = unloading.return_id.as_deref();
                collect(tx, &actor, now, today, &shipment, id, &unloading.returns)?;
            }
            record(tx, now, &actor, "shipment.unloaded", &shipment)?;
            Ok(Step::Done(shipment))
        })
        .await
    }
}

/// What is of use of what came.
fn good(line: &ShipmentLine) -> Quantity {
    line.received.unwrap_or_default() - line.damaged.unwrap_or_default()
}

/// The shipment as the shop is told it: what is there for it to take in.
fn as_unloaded(shipment: &Shipment) -> Shipment {
    let mut told = shipment.clone();
    for line in &mut told.lines {
        line.quantity = good(line);
    }
    told
}

fn digest(unloading: &Unloading) -> Result<Vec<u8>> {
    let content = serde_json::to_vec(unloading)
        .map_err(|error| Error::Internal(format!("writing a record: {error}")))?;
    Ok(Sha256::digest(content).to_vec())
}

/// The shipment's lines with what was unloaded of each.
fn checked(
    tx: &mut dyn HubTx,
    unloading: &Unloading,
    shipment: &Shipment,
    planner: &impl Fn(&mut dyn HubTx) -> Result<Planner>,
) -> Result<Vec<ShipmentLine>> {
    let mut faults = Vec::new();
    let mut fault = |index: usize, field: &str, message: String| {
        faults.push(FieldError {
            field: format!("lines[{index}].{field}"),
            message,
        });
    };
    if unloading.lines.len() > MOST_LINES {
        return Err(Error::invalid(
            "lines",
            format!("are more than {MOST_LINES}"),
        ));
    }
    let mut lines: Vec<ShipmentLine> = shipment.lines.clone();
    for line in &mut lines {
        line.received = Some(line.quantity);
        line.damaged = Some(Quantity::ZERO);
    }
    let mut places: BTreeMap<&Sku, usize> = BTreeMap::new();
    for (index, told) in unloading.lines.iter().enumerate() {
        if let Some(first) = places.insert(&told.sku, index) {
            fault(
                index,
                "sku",
                format!("{} is in lines[{first}] already", told.sku),
            );
        }
        if !(0..=Quantity::LIMIT.0).contains(&told.unloaded.0) {
            let message = format!("must be from 0 to {}", Quantity::LIMIT);
            fault(index, "unloaded", message);
        } else if !(0..=told.unloaded.0).contains(&told.damaged.0) {
            let message = format!("must be from 0 to {}, what was unloaded", told.unloaded);
            fault(index, "damaged", message);
        }
        if let Some(line) = lines.iter_mut().find(|line| line.sku == told.sku) {
            line.received = Some(told.unloaded);
            line.damaged = Some(told.damaged);
            continue;
        }
        match planner(tx)?.offered(&told.sku) {
            Some(product) => lines.push(ShipmentLine {
                sku: told.sku.clone(),
                name: product.entry.name.clone(),
                recommended: Quantity::ZERO,
                quantity: Quantity::ZERO,
                received: Some(told.unloaded),
                damaged: Some(told.damaged),
                expires: None,
                reason_json: None,
            }),
            None => fault(
                index,
                "sku",
                format!("{} is not offered in the catalogue", told.sku),
            ),
        }
    }
    if faults.is_empty() {
        Ok(lines)
    } else {
        Err(Error::Invalid(faults))
    }
}
