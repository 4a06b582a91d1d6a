//! Shipments: from the plan's recommendation to what really came.
//!
//! `recommended -> confirmed -> dispatched -> received | short`, and `cancelled` from any state before the receipt.
//! Each step tells the shop exactly once. The receipt comes from the shop's own log, see `store::receipts`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Hub;
use super::planning::{Lines, Planner, Visit};
use super::positions::date_at;
use super::store::shipments::{self as rows, Shipment, ShipmentLine, ShipmentState};
use super::store::shops::Shop;
use super::store::{self, HubTx, audit, notes, shops};
use crate::error::{Error, FieldError, Result};
use crate::model::{Quantity, Sku};
use crate::wire::note::{Announcement, DeliveryRow};

/// The most shipments in one answer.
pub const MOST_SHIPMENTS: i64 = 200;

/// What is to be sent of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineRequest {
    /// The product.
    pub sku: Sku,
    /// Base units; 0 leaves it out. Absent where only the date is told.
    pub quantity: Option<Quantity>,
    /// Best before of what is sent.
    pub expires: Option<NaiveDate>,
}

/// A shipment to be made.
#[derive(Debug, Clone)]
pub struct NewShipment {
    /// Its identity; with it the same request again is the same shipment.
    pub id: Option<Uuid>,
    /// Where it goes.
    pub shop_id: String,
    /// The date whose plan it is for; today at the shop if absent.
    pub date: Option<NaiveDate>,
    /// What it holds; what the plan recommends if absent.
    pub lines: Option<Vec<LineRequest>>,
}

/// What became of a request to make a shipment.
#[derive(Debug, Clone, PartialEq)]
pub enum Made {
    /// It was made, in place of an earlier recommendation for the shop.
    Created(Shipment),
    /// It had been made before, and is now as it is here.
    Repeated(Shipment),
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// It was taken.
    Done(Shipment),
    /// It had been taken before, alike.
    Repeated(Shipment),
    /// It leads nowhere from the state that the shipment is in.
    Refused {
        /// The shipment as it is.
        shipment: Shipment,
        /// Why, in words.
        why: String,
    },
}

impl Hub {
    /// Makes a shipment, from the plan or from lines of one's own, in place of an earlier recommendation for the shop.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a shop, [`Error::Invalid`] for lines that cannot be, [`Error::Refused`] when
    /// the plan has nothing to send, [`Error::Conflict`] when the identity has other content.
    pub async fn create_shipment(&self, actor: &str, new: NewShipment) -> Result<Made> {
        let planner = self.planner()?;
        let (actor, now) = (actor.to_owned(), self.now());
        let id = new.id.unwrap_or_else(Uuid::now_v7).to_string();
        let request_hash = digest(&new)?;
        store::write(self.store(), move |tx| {
            if let Some(before) = rows::find(tx, &id)? {
                if before.request_hash == request_hash {
                    return Ok(Made::Repeated(before));
                }
                return Err(Error::Conflict(format!(
                    "shipment {id} was made with other content"
                )));
            }
            let shop = shops::get(tx, &new.shop_id)?;
            let date = new.date.unwrap_or_else(|| date_at(&shop, now));
            let planner = planner(tx)?;
            withdraw_recommendations(tx, &shop, &id, now)?;
            let visit = planner.visit(tx, &shop, date, Lines::Always)?;
            let mut lines = recommended_lines(&visit)?;
            if let Some(asked) = &new.lines {
                let known = std::mem::take(&mut lines);
                lines = asked_lines(asked, known, &planner, date)?;
            } else if lines.is_empty() {
                return Err(Error::Refused(format!(
                    "{} needs nothing on {date}; name the lines to send something all the same",
                    shop.name
                )));
            }
            let shipment = Shipment {
                id: id.clone(),
                shop_id: shop.id,
                state: ShipmentState::Recommended,
                plan_date: date,
                expected_on: visit.expected_on,
                created_at: now,
                confirmed_at: None,
                dispatched_at: None,
                received_at: None,
                cancelled_at: None,
                cancel_reason: None,
                request_hash: request_hash.clone(),
                lines,
            };
            rows::put(tx, &shipment)?;
            record(tx, now, &actor, "shipment.recommended", &shipment)?;
            Ok(Made::Created(shipment))
        })
        .await
    }

    /// A shipment.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn shipment(&self, id: &str) -> Result<Shipment> {
        let id = id.to_owned();
        store::read(self.store(), move |tx| rows::get(tx, &id)).await
    }

    /// The latest shipments, newest first, at most [`MOST_SHIPMENTS`]; of one shop, in one state, where asked for.
    ///
    /// # Errors
    /// What the database said.
    pub async fn shipments(
        &self,
        shop_id: Option<String>,
        state: Option<ShipmentState>,
    ) -> Result<Vec<Shipment>> {
        store::read(self.store(), move |tx| {
            rows::list(tx, shop_id.as_deref(), state, MOST_SHIPMENTS)
        })
        .await
    }

    /// Decides on a recommended shipment and announces it to the shop, where it is on order from then on. `edits`
    /// change lines, add them or (with 0) leave them out; lines that they do not name stay.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] for edits that cannot be.
    pub async fn confirm_shipment(
        &self,
        actor: &str,
        id: &str,
        edits: Vec<LineRequest>,
    ) -> Result<Step> {
        self.advance(actor, id, edits, ShipmentState::Confirmed)
            .await
    }

    /// Sends a confirmed shipment off and tells the shop, where it is in transit from then on. `edits` say what was
    /// really loaded, and with which dates.
    ///
    /// # Errors
    /// As [`Hub::confirm_shipment`].
    pub async fn dispatch_shipment(
        &self,
        actor: &str,
        id: &str,
        edits: Vec<LineRequest>,
    ) -> Result<Step> {
        self.advance(actor, id, edits, ShipmentState::Dispatched)
            .await
    }

    /// Calls a shipment off. A shop that knows of it is told.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] without a reason.
    pub async fn cancel_shipment(&self, actor: &str, id: &str, reason: &str) -> Result<Step> {
        let reason = reason.trim().to_owned();
        if reason.is_empty() || reason.chars().count() > 200 || reason.chars().any(char::is_control)
        {
            return Err(Error::invalid("reason", "must have 1 to 200 characters"));
        }
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let mut shipment = rows::get(tx, &id)?;
            let told = match shipment.state {
                ShipmentState::Cancelled => return Ok(Step::Repeated(shipment)),
                ShipmentState::Received | ShipmentState::Short => {
                    return Ok(refused(shipment, "cannot be cancelled any more"));
                }
                ShipmentState::Recommended => false,
                ShipmentState::Confirmed | ShipmentState::Dispatched => true,
            };
            cancel(&mut shipment, &reason, now);
            rows::put(tx, &shipment)?;
            if told {
                let announcement = Announcement::DeliveryCancelled {
                    shipment_id: shipment.id.clone(),
                    reason: reason.clone(),
                };
                notes::append(tx, &shipment.shop_id, &announcement, now)?;
            }
            record(tx, now, &actor, "shipment.cancelled", &shipment)?;
            Ok(Step::Done(shipment))
        })
        .await
    }

    async fn advance(
        &self,
        actor: &str,
        id: &str,
        edits: Vec<LineRequest>,
        target: ShipmentState,
    ) -> Result<Step> {
        let planner = self.planner()?;
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let mut shipment = rows::get(tx, &id)?;
            if shipment.state == target {
                return Ok(if agrees(&shipment, &edits) {
                    Step::Repeated(shipment)
                } else {
                    refused(shipment, "already, with other lines")
                });
            }
            let (from, action) = match target {
                ShipmentState::Confirmed => (ShipmentState::Recommended, "shipment.confirmed"),
                _ => (ShipmentState::Confirmed, "shipment.dispatched"),
            };
            if shipment.state != from {
                let why = format!("and only a {from} shipment can be {target}");
                return Ok(refused(shipment, &why));
            }
            let known = std::mem::take(&mut shipment.lines);
            shipment.lines = edited(known, &edits, &planner(tx)?, shipment.plan_date)?;
            shipment.state = target;
            let announcement = if target == ShipmentState::Confirmed {
                shipment.confirmed_at = Some(now);
                Announcement::DeliveryAnnounced {
                    shipment_id: shipment.id.clone(),
                    expected_on: shipment.expected_on,
                    lines: told_lines(&shipment),
                }
            } else {
                shipment.dispatched_at = Some(now);
                Announcement::DeliveryDispatched {
                    shipment_id: shipment.id.clone(),
                    expected_on: shipment.expected_on,
                    lines: told_lines(&shipment),
                }
            };
            rows::put(tx, &shipment)?;
            notes::append(tx, &shipment.shop_id, &announcement, now)?;
            record(tx, now, &actor, action, &shipment)?;
            Ok(Step::Done(shipment))
        })
        .await
    }
}

fn refused(shipment: Shipment, why: &str) -> Step {
    let why = format!("shipment {} is {} {why}", shipment.id, shipment.state);
    Step::Refused { shipment, why }
}

/// What makes two requests the same.
fn digest(new: &NewShipment) -> Result<Vec<u8>> {
    let content = serde_json::to_vec(&(&new.shop_id, new.date, &new.lines))
        .map_err(|error| Error::Internal(format!("writing a request: {error}")))?;
    Ok(Sha256::digest(content).to_vec())
}

/// A shop has one recommendation at a time. What is replaced was told to nobody, but stays to be looked up.
fn withdraw_recommendations(
    tx: &mut dyn HubTx,
    shop: &Shop,
    replacement: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let state = Some(ShipmentState::Recommended);
    for mut earlier in rows::list(tx, Some(&shop.id), state, MOST_SHIPMENTS)? {
        cancel(&mut earlier, &format!("replaced by {replacement}"), now);
        rows::put(tx, &earlier)?;
    }
    Ok(())
}

fn cancel(shipment: &mut Shipment, reason: &str, now: DateTime<Utc>) {
    shipment.state = ShipmentState::Cancelled;
    shipment.cancelled_at = Some(now);
    shipment.cancel_reason = Some(reason.to_owned());
}

fn recommended_lines(visit: &Visit) -> Result<Vec<ShipmentLine>> {
    visit
        .lines
        .iter()
        .map(|line| {
            let reason = serde_json::to_string(&line.plan)
                .map_err(|error| Error::Internal(format!("writing a plan's line: {error}")))?;
            Ok(ShipmentLine {
                sku: line.plan.sku.clone(),
                name: line.name.clone(),
                recommended: line.plan.quantity,
                quantity: line.plan.quantity,
                received: None,
                damaged: None,
                expires: None,
                reason_json: Some(reason),
            })
        })
        .collect()
}

/// The lines that somebody asks for, with what the plan says of the same products.
fn asked_lines(
    asked: &[LineRequest],
    recommended: Vec<ShipmentLine>,
    planner: &Planner,
    date: NaiveDate,
) -> Result<Vec<ShipmentLine>> {
    let named: BTreeSet<&Sku> = asked.iter().map(|line| &line.sku).collect();
    let mut known = recommended;
    known.retain(|line| named.contains(&line.sku));
    edited(known, asked, planner, date)
}

/// The lines after edits.
fn edited(
    mut lines: Vec<ShipmentLine>,
    edits: &[LineRequest],
    planner: &Planner,
    date: NaiveDate,
) -> Result<Vec<ShipmentLine>> {
    let mut faults = Vec::new();
    let mut fault = |index: usize, field: &str, message: String| {
        faults.push(FieldError {
            field: format!("lines[{index}].{field}"),
            message,
        });
    };
    let mut places: BTreeMap<&Sku, usize> = BTreeMap::new();
    for (index, edit) in edits.iter().enumerate() {
        if let Some(first) = places.insert(&edit.sku, index) {
            fault(
                index,
                "sku",
                format!("{} is in lines[{first}] already", edit.sku),
            );
            continue;
        }
        if edit.expires.is_some_and(|expires| expires < date) {
            fault(index, "expires", format!("is before {date}"));
        }
        match edit.quantity {
            Some(quantity) if quantity < Quantity::ZERO => {
                fault(index, "quantity", "must not be negative".to_owned());
            }
            Some(quantity) if quantity > Quantity::LIMIT => {
                fault(
                    index,
                    "quantity",
                    format!("must be at most {}", Quantity::LIMIT),
                );
            }
            _ => {}
        }
        if let Some(line) = lines.iter_mut().find(|line| line.sku == edit.sku) {
            line.quantity = edit.quantity.unwrap_or(line.quantity);
            line.expires = edit.expires.or(line.expires);
            continue;
        }
        let Some(product) = planner.offered(&edit.sku) else {
            fault(
                index,
                "sku",
                format!("{} is not offered in the catalogue", edit.sku),
            );
            continue;
        };
        let Some(quantity) = edit.quantity else {
            fault(index, "quantity", "is missing".to_owned());
            continue;
        };
        lines.push(ShipmentLine {
            sku: edit.sku.clone(),
            name: product.entry.name.clone(),
            recommended: Quantity::ZERO,
            quantity,
            received: None,
            damaged: None,
            expires: edit.expires,
            reason_json: None,
        });
    }
    if faults.is_empty() && lines.iter().all(|line| line.quantity == Quantity::ZERO) {
        faults.push(FieldError {
            field: "lines".to_owned(),
            message: "nothing is left to send".to_owned(),
        });
    }
    if faults.is_empty() {
        Ok(lines)
    } else {
        Err(Error::Invalid(faults))
    }
}

/// Whether edits say what is so already.
fn agrees(shipment: &Shipment, edits: &[LineRequest]) -> bool {
    edits.iter().all(|edit| {
        let line = shipment.lines.iter().find(|line| line.sku == edit.sku);
        line.is_some_and(|line| {
            edit.quantity
                .is_none_or(|quantity| quantity == line.quantity)
                && edit
                    .expires
                    .is_none_or(|expires| Some(expires) == line.expires)
        })
    })
}

fn told_lines(shipment: &Shipment) -> Vec<DeliveryRow> {
    shipment
        .lines
        .iter()
        .filter(|line| line.quantity > Quantity::ZERO)
        .map(|line| DeliveryRow {
            sku: line.sku.clone(),
            name: line.name.clone(),
            quantity: line.quantity,
            expires: line.expires,
        })
        .collect()
}

fn record(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    actor: &str,
    action: &str,
    shipment: &Shipment,
) -> Result<()> {
    let lines: BTreeMap<&str, i64> = shipment
        .lines
        .iter()
        .map(|line| (line.sku.as_str(), line.quantity.0))
        .collect();
    let detail = serde_json::json!({
        "shop": shipment.shop_id, "reason": shipment.cancel_reason, "lines": lines,
    });
    audit::record(tx, now, actor, action, &shipment.id, &detail.to_string())
}
