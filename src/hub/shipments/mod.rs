//! Shipments: from the plan's recommendation to what really came.
//!
//! `recommended -> confirmed -> dispatched -> received | short`, and `cancelled` from any state before the receipt.
//! Each step tells the shop exactly once. The receipt comes from the shop's own log, see `store::receipts`, or first from
//! whoever unloaded the goods, see [`unload`].

pub mod calendar;
mod change;
pub mod day;
pub mod draft;
pub mod fleet;
mod lines;
mod receipt;
pub mod returns;
pub mod settle;
mod steps;
pub mod stock;
pub mod unload;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Hub;
use super::messages::announce_change;
use super::orders::with_shipment;
use super::planning::Lines;
use super::positions::date_at;
use super::reach::in_reach;
use super::store::shipments::{self as rows, Shipment, ShipmentState};
use super::store::trips;
use super::store::{self, HubTx, audit, notes, shops};
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};
use crate::wire::note::Announcement;
use lines::{agrees, asked_lines, edited, recommended_lines, something_left};
pub(super) use receipt::told_by_shop;
use steps::{announce, depart, hand, new_trip, put_changed, tell_dispatched, trip_of};
use stock::Hand;
pub use stock::Lack;

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

/// What is changed on the way to the next step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edits {
    /// Lines that are changed, added or (with 0) left out; lines that are not named stay.
    pub lines: Vec<LineRequest>,
    /// Go on although the stock on the books does not cover it; it is marked so.
    pub beyond_stock: bool,
    /// The [`Trip::version`] that the person saw who decides this; a later one is not overwritten. Absent for a system
    /// that decides by itself.
    pub version: Option<i64>,
}

impl From<Vec<LineRequest>> for Edits {
    fn from(lines: Vec<LineRequest>) -> Self {
        Self {
            lines,
            ..Self::default()
        }
    }
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
        /// What the warehouse lacks for it, where that is why.
        lacks: Vec<Lack>,
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
            let today = date_at(&shop, now);
            let date = new.date.unwrap_or(today);
            in_reach("date", date, today)?;
            let planner = planner(tx)?;
            withdraw_recommendations(tx, &shop.id, &format!("replaced by {id}"), now)?;
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
            let shipment = Shipment::recommended(
                id.clone(),
                shop.id,
                (date, visit.expected_on),
                now,
                request_hash.clone(),
                lines,
            );
            rows::put(tx, &shipment)?;
            let mut trip = new_trip(tx, &shipment)?;
            trip.edited = new.lines.is_some();
            trips::put(tx, &trip)?;
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

    /// Decides on a recommended shipment, reserves its goods and announces it to the shop, where it is on order from then
    /// on. Refused while the stock on the books does not cover it, unless the edits say to go on all the same.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] for edits that cannot be.
    pub async fn confirm_shipment(
        &self,
        actor: &str,
        id: &str,
        edits: impl Into<Edits>,
    ) -> Result<Step> {
        self.advance(actor, id, edits.into(), ShipmentState::Confirmed)
            .await
    }

    /// Sends a confirmed shipment off: its goods leave the warehouse, first expired first out, and the shop is told, where
    /// it is in transit from then on. The edits say what was really loaded, and with which dates.
    ///
    /// # Errors
    /// As [`Hub::confirm_shipment`].
    pub async fn dispatch_shipment(
        &self,
        actor: &str,
        id: &str,
        edits: impl Into<Edits>,
    ) -> Result<Step> {
        self.advance(actor, id, edits.into(), ShipmentState::Dispatched)
            .await
    }

    /// Calls a shipment off: what was reserved is free again, what had left is back in its lots. A shop that knows of it
    /// is told.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] without a reason.
    pub async fn cancel_shipment(&self, actor: &str, id: &str, reason: &str) -> Result<Step> {
        let reason = reason.trim().to_owned();
        if reason.is_empty() || reason.chars().count() > 200 || reason.chars().any(char::is_control)
        {
            return Err(Error::invalid("reason", "must have 1 to 200 characters"));
        }
        let (actor, id, now, today) = (actor.to_owned(), id.to_owned(), self.now(), self.today());
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
            stock::release(tx, &shipment.id)?;
            stock::all_come_back(tx, hand(&shipment, &actor, now, today))?;
            with_shipment::called_off(tx, &shipment.id, &actor, now)?;
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
        edits: Edits,
        target: ShipmentState,
    ) -> Result<Step> {
        let planner = self.planner()?;
        let (actor, id, now, today) = (actor.to_owned(), id.to_owned(), self.now(), self.today());
        store::write(self.store(), move |tx| {
            let mut shipment = rows::get(tx, &id)?;
            if shipment.state == target {
                return Ok(if agrees(&shipment, &edits.lines) {
                    Step::Repeated(shipment)
                } else {
                    refused(shipment, "already, with other lines")
                });
            }
            let from = match target {
                ShipmentState::Confirmed => ShipmentState::Recommended,
                _ => ShipmentState::Confirmed,
            };
            if shipment.state != from {
                let why = format!("and only a {from} shipment can be {target}");
                return Ok(refused(shipment, &why));
            }
            let mut trip = trip_of(tx, &shipment)?;
            if edits.version.is_some_and(|seen| seen != trip.version) {
                return Ok(changed_meanwhile(shipment));
            }
            if edits.lines.is_empty() {
                something_left(&shipment.lines)?;
            } else {
                let known = std::mem::take(&mut shipment.lines);
                shipment.lines = edited(known, &edits.lines, &planner(tx)?, shipment.plan_date)?;
            }
            with_shipment::join(tx, &shipment, now)?;
            let lacks = stock::lacking(tx, today, &shipment)?;
            // Nobody confirms what is not there by oversight; what was confirmed so has been decided on.
            let decided = edits.beyond_stock || trip.beyond_stock;
            if !lacks.is_empty() && !decided {
                with_shipment::join_as_kept(tx, &shipment.id, now)?;
                return Ok(lacking(shipment, lacks));
            }
            trip.beyond_stock = !lacks.is_empty();
            trip.edited |= !edits.lines.is_empty();
            if target == ShipmentState::Confirmed {
                announce(tx, &mut shipment, &mut trip, now, today)?;
                record(tx, now, &actor, "shipment.confirmed", &shipment)?;
            } else {
                depart(tx, &mut shipment, &mut trip, &actor, now, today)?;
                record(tx, now, &actor, "shipment.dispatched", &shipment)?;
            }
            Ok(Step::Done(shipment))
        })
        .await
    }
}

fn refused(shipment: Shipment, why: &str) -> Step {
    let why = format!("shipment {} is {} {why}", shipment.id, shipment.state);
    Step::Refused {
        shipment,
        why,
        lacks: Vec::new(),
    }
}

fn changed_meanwhile(shipment: Shipment) -> Step {
    refused(
        shipment,
        "and was changed by somebody else meanwhile; look at it again",
    )
}

fn lacking(shipment: Shipment, lacks: Vec<Lack>) -> Step {
    let told: Vec<String> = lacks
        .iter()
        .map(|lack| {
            format!(
                "{} wants {} and {} can be promised",
                lack.sku, lack.wanted, lack.available
            )
        })
        .collect();
    Step::Refused {
        why: format!(
            "shipment {} is {} and the stock does not cover it: {}",
            shipment.id,
            shipment.state,
            told.join("; ")
        ),
        shipment,
        lacks,
    }
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
    shop_id: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let state = Some(ShipmentState::Recommended);
    for mut earlier in rows::list(tx, Some(shop_id), state, MOST_SHIPMENTS)? {
        cancel(&mut earlier, reason, now);
        rows::put(tx, &earlier)?;
    }
    Ok(())
}

/// Why the program itself withdraws a recommendation.
#[derive(Debug, Clone, Copy)]
enum Cause {
    Replaced,
    NotDueAnyMore,
}

impl Cause {
    fn as_str(self) -> &'static str {
        match self {
            Self::Replaced => "recommended anew",
            Self::NotDueAnyMore => "not due any more",
        }
    }
}

fn cancel(shipment: &mut Shipment, reason: &str, now: DateTime<Utc>) {
    shipment.state = ShipmentState::Cancelled;
    shipment.cancelled_at = Some(now);
    shipment.cancel_reason = Some(reason.to_owned());
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
    announce_change(tx, now, action, &shipment.id, &detail)?;
    audit::record(tx, now, actor, action, &shipment.id, &detail.to_string())
}
