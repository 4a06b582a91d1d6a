//! What each event does to what the hub knows of a shop.
//!
//! Everything that could go wrong with an event is found by [`readable`] before anything is written, so that one that
//! cannot be applied takes nothing of the others in its push with it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::links::audience::Audience;
use super::store::devices::Device;
use super::store::events::{self, State};
use super::store::postings::Postings;
use super::store::projections::Flow;
use super::store::receipts::Receipt;
use super::store::{HubTx, shops};
use crate::error::Result;
use crate::model::Quantity;
use crate::plan::Policy;
use crate::wire::event::{Event, Fact, LotMove};
use crate::wire::sound;

/// The fact of an event, or why this program cannot apply it.
pub(super) fn readable(event: &Event) -> Result<Fact, String> {
    let fact = Fact::decode(&event.kind, event.version, &event.payload)?;
    sound::check(&fact, event.business_date)?;
    // A policy with settings that this program does not know is set aside for a newer one; the earlier one holds.
    if let Fact::PolicySet(policy) = &fact {
        Policy::deserialize(policy).map_err(|error| format!("the policy: {error}"))?;
    }
    Ok(fact)
}

/// Applies a fact that [`readable`] let pass; a remark where something about it was out of the ordinary. What it does to
/// stock, flow and products is added to `postings`, for the caller to write.
pub(super) fn apply(
    tx: &mut dyn HubTx,
    postings: &mut Postings,
    audience: &Audience,
    business_date: NaiveDate,
    fact: &Fact,
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    match fact {
        Fact::ProductDefined(facts) => postings.define_product(facts),
        Fact::PolicySet(policy) => {
            let policy = policy.to_string();
            audience.each(tx, |tx, shop_id| shops::set_policy(tx, shop_id, &policy))?;
        }
        Fact::SaleRecorded { moves, .. } => {
            post(postings, business_date, moves, Movement::Sale);
        }
        Fact::SaleVoided {
            sale_date, moves, ..
        }
        | Fact::SaleReturned {
            sale_date, moves, ..
        } => {
            post(postings, business_date, moves, Movement::Void);
            for part in moves {
                let taken_back = Flow {
                    sold: -part.quantity,
                    ..Flow::default()
                };
                postings.add_to_day(&part.sku, *sale_date, taken_back);
            }
        }
        Fact::StockReceived { moves }
        | Fact::StockCounted { moves }
        | Fact::StockAdjusted { moves, .. } => {
            post(postings, business_date, moves, Movement::Other);
        }
        Fact::DemandMissed { sku, quantity } => {
            let missed = Flow {
                missed: *quantity,
                ..Flow::default()
            };
            postings.add_to_day(sku, business_date, missed);
        }
        Fact::HistoryImported { rows } => {
            for row in rows {
                postings.set_imported(&row.sku, row.date, row.quantity);
            }
        }
        // The hub makes its own plan from the same figures; the shop's is kept in its log for comparison.
        Fact::PlanSaved { .. } => {}
        Fact::DeliveryReceived {
            shipment_id,
            lines,
            moves,
        } => {
            post(postings, business_date, moves, Movement::Other);
            let receipt = audience.received(tx, shipment_id, lines, now)?;
            return Ok(match receipt {
                Receipt::Recorded => None,
                Receipt::ReceivedBefore => Some(format!(
                    "shipment {shipment_id} was received before; only the stock was taken in"
                )),
                Receipt::Unknown => Some(format!(
                    "shipment {shipment_id} is unknown here; only the stock was taken in"
                )),
            });
        }
        Fact::ReturnConfirmed {
            return_id,
            lines,
            moves,
        } => {
            post(postings, business_date, moves, Movement::Other);
            if !audience.handed_back(tx, return_id, lines, now)? {
                return Ok(Some(format!(
                    "return {return_id} is unknown here or was answered before; only the stock was taken out"
                )));
            }
        }
    }
    Ok(None)
}

/// Puts the stock that a device's applied events add up to on the book again, with the day's flow to match; for a
/// device that was replaced and comes back with the ledger it had.
pub(super) fn restock(
    tx: &mut dyn HubTx,
    audience: &Audience,
    device: &Device,
    date: NaiveDate,
) -> Result<()> {
    let mut postings = Postings::default();
    for stored in events::of_device(tx, device)? {
        if stored.state != State::Applied {
            continue;
        }
        let Ok(fact) = readable(&stored.event) else {
            continue;
        };
        for part in moves_of(&fact) {
            postings.add_to_lot(&part.sku, part.expires, part.quantity);
            let flow = Flow {
                net: part.quantity,
                moved: true,
                ..Flow::default()
            };
            postings.add_to_day(&part.sku, date, flow);
        }
    }
    audience.post(tx, postings)
}

fn moves_of(fact: &Fact) -> &[LotMove] {
    match fact {
        Fact::SaleRecorded { moves, .. }
        | Fact::SaleVoided { moves, .. }
        | Fact::SaleReturned { moves, .. }
        | Fact::StockReceived { moves }
        | Fact::StockCounted { moves }
        | Fact::StockAdjusted { moves, .. }
        | Fact::DeliveryReceived { moves, .. }
        | Fact::ReturnConfirmed { moves, .. } => moves,
        _ => &[],
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Movement {
    Sale,
    Void,
    /// Receipts, counts and adjustments: what comes in by them is inflow.
    Other,
}

fn post(postings: &mut Postings, business_date: NaiveDate, moves: &[LotMove], movement: Movement) {
    for part in moves {
        postings.add_to_lot(&part.sku, part.expires, part.quantity);
        let mut flow = Flow {
            net: part.quantity,
            moved: true,
            ..Flow::default()
        };
        match movement {
            Movement::Sale => flow.sold = -part.quantity,
            Movement::Void => {}
            Movement::Other => flow.inflow = part.quantity.max(Quantity::ZERO),
        }
        postings.add_to_day(&part.sku, business_date, flow);
    }
}
