//! What each event does to what the hub knows of a shop.
//!
//! Everything that could go wrong with an event is found by [`readable`] before anything is written, so that one that
//! cannot be applied takes nothing of the others in its push with it.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::store::events::{self, State};
use super::store::projections::{self, Flow};
use super::store::receipts::{self, Receipt};
use super::store::{HubTx, shops};
use crate::error::Result;
use crate::model::{Quantity, Sku};
use crate::plan::Policy;
use crate::wire::event::{Event, Fact, LotMove, ProductFacts};

/// No single movement is larger: a thousand times what a person may enter, so that a corrected slip of the finger
/// still passes, and sums of millions of them still fit.
const MOST: i64 = Quantity::LIMIT.0 * 1000;

/// Kinds whose latest event stands in place of the earlier ones; order matters to them and to no other kind.
pub(super) const SETTING_KINDS: [&str; 3] = ["product.defined", "policy.set", "history.imported"];

/// The fact of an event, or why this program cannot apply it.
pub(super) fn readable(event: &Event) -> Result<Fact, String> {
    let fact = Fact::decode(&event.kind, event.version, &event.payload)?;
    date(event.business_date)?;
    match &fact {
        Fact::ProductDefined(facts) => product(facts)?,
        // One with settings that this program does not know is set aside for a newer one; the earlier policy holds.
        Fact::PolicySet(policy) => {
            Policy::deserialize(policy).map_err(|error| format!("the policy: {error}"))?;
        }
        Fact::SaleVoided {
            sale_date, moves, ..
        } => {
            date(*sale_date)?;
            lot_moves(moves)?;
        }
        Fact::SaleRecorded { moves, .. }
        | Fact::StockReceived { moves }
        | Fact::StockCounted { moves }
        | Fact::StockAdjusted { moves, .. } => lot_moves(moves)?,
        Fact::DemandMissed {
            sku: code,
            quantity,
        } => {
            sku(code)?;
            bounded(*quantity)?;
        }
        Fact::HistoryImported { rows } => {
            for row in rows {
                sku(&row.sku)?;
                date(row.date)?;
                bounded(row.quantity)?;
            }
        }
        Fact::PlanSaved { .. } => {}
        Fact::DeliveryReceived { lines, moves, .. } => {
            for line in lines {
                sku(&line.sku)?;
                bounded(line.received)?;
                bounded(line.damaged)?;
            }
            lot_moves(moves)?;
        }
    }
    Ok(fact)
}

fn product(facts: &ProductFacts) -> Result<(), String> {
    sku(&facts.sku)?;
    let texts = [&facts.name, &facts.unit, &facts.pack_name];
    // PostgreSQL has no place for the character NUL in a text.
    if texts.iter().any(|text| text.contains('\0')) {
        return Err("a text holds the character NUL".to_owned());
    }
    if facts.unit_factor < 1 || facts.pack_size.0 < 1 || facts.minimum_order.0 < 0 {
        return Err("a unit, pack or minimum order is below its least".to_owned());
    }
    bounded(facts.pack_size)?;
    bounded(facts.minimum_order)
}

fn lot_moves(moves: &[LotMove]) -> Result<(), String> {
    for part in moves {
        sku(&part.sku)?;
        bounded(part.quantity)?;
        part.expires.map_or(Ok(()), date)?;
    }
    Ok(())
}

fn sku(code: &Sku) -> Result<(), String> {
    match Sku::parse(code.as_str()) {
        Ok(parsed) if parsed == *code => Ok(()),
        Ok(_) => Err(format!("the product code {:?} has blanks", code.as_str())),
        Err(error) => Err(format!("the product code {:?} {error}", code.as_str())),
    }
}

fn bounded(quantity: Quantity) -> Result<(), String> {
    if (-MOST..=MOST).contains(&quantity.0) {
        Ok(())
    } else {
        Err(format!("the quantity {quantity} is absurd"))
    }
}

/// Years of four digits: others would not sort as text.
fn date(date: NaiveDate) -> Result<(), String> {
    if (1900..=9999).contains(&date.year()) {
        Ok(())
    } else {
        Err(format!("the date {date} is absurd"))
    }
}

/// Applies a fact that [`readable`] let pass; a remark where something about it was out of the ordinary.
pub(super) fn apply(
    tx: &mut dyn HubTx,
    shop_id: &str,
    business_date: NaiveDate,
    fact: &Fact,
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    match fact {
        Fact::ProductDefined(facts) => projections::define_product(tx, shop_id, facts)?,
        Fact::PolicySet(policy) => shops::set_policy(tx, shop_id, &policy.to_string())?,
        Fact::SaleRecorded { moves, .. } => {
            post(tx, shop_id, business_date, moves, Movement::Sale)?;
        }
        Fact::SaleVoided {
            sale_date, moves, ..
        } => {
            post(tx, shop_id, business_date, moves, Movement::Void)?;
            for part in moves {
                let taken_back = Flow {
                    sold: -part.quantity,
                    ..Flow::default()
                };
                projections::add_to_day(tx, shop_id, &part.sku, *sale_date, taken_back)?;
            }
        }
        Fact::StockReceived { moves }
        | Fact::StockCounted { moves }
        | Fact::StockAdjusted { moves, .. } => {
            post(tx, shop_id, business_date, moves, Movement::Other)?;
        }
        Fact::DemandMissed { sku, quantity } => {
            let missed = Flow {
                missed: *quantity,
                ..Flow::default()
            };
            projections::add_to_day(tx, shop_id, sku, business_date, missed)?;
        }
        Fact::HistoryImported { rows } => {
            for row in rows {
                projections::set_imported(tx, shop_id, &row.sku, row.date, row.quantity)?;
            }
        }
        // The hub makes its own plan from the same figures; the shop's is kept in its log for comparison.
        Fact::PlanSaved { .. } => {}
        Fact::DeliveryReceived {
            shipment_id,
            lines,
            moves,
        } => {
            post(tx, shop_id, business_date, moves, Movement::Other)?;
            let receipt = receipts::record(tx, shop_id, shipment_id, lines, now)?;
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
    }
    Ok(None)
}

/// Puts the stock that a device's applied events add up to on the book again, with the day's flow to match; for a
/// device that was replaced and comes back with the ledger it had.
pub(super) fn restock(
    tx: &mut dyn HubTx,
    shop_id: &str,
    device: Uuid,
    date: NaiveDate,
) -> Result<()> {
    for stored in events::of_device(tx, device)? {
        if stored.state != State::Applied {
            continue;
        }
        let Ok(fact) = readable(&stored.event) else {
            continue;
        };
        for part in moves_of(&fact) {
            projections::add_to_lot(tx, shop_id, &part.sku, part.expires, part.quantity)?;
            let flow = Flow {
                net: part.quantity,
                moved: true,
                ..Flow::default()
            };
            projections::add_to_day(tx, shop_id, &part.sku, date, flow)?;
        }
    }
    Ok(())
}

fn moves_of(fact: &Fact) -> &[LotMove] {
    match fact {
        Fact::SaleRecorded { moves, .. }
        | Fact::SaleVoided { moves, .. }
        | Fact::StockReceived { moves }
        | Fact::StockCounted { moves }
        | Fact::StockAdjusted { moves, .. }
        | Fact::DeliveryReceived { moves, .. } => moves,
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

fn post(
    tx: &mut dyn HubTx,
    shop_id: &str,
    business_date: NaiveDate,
    moves: &[LotMove],
    movement: Movement,
) -> Result<()> {
    for part in moves {
        projections::add_to_lot(tx, shop_id, &part.sku, part.expires, part.quantity)?;
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
        projections::add_to_day(tx, shop_id, &part.sku, business_date, flow)?;
    }
    Ok(())
}
