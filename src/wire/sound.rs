//! Whether what an event says can be: the same answer at the hub and at a copy of the shop that recovers it, so that
//! neither applies what the other sets aside.

use chrono::{Datelike, NaiveDate};

use super::event::{Fact, LotMove, ProductFacts};
use crate::model::{Quantity, Sku};

/// No single movement is larger: a thousand times what a person may enter, so that a corrected slip of the finger
/// still passes, and sums of millions of them still fit.
const MOST: i64 = Quantity::LIMIT.0 * 1000;

/// Checks a fact of a business date.
///
/// # Errors
/// What about it cannot be, in words. It can be set aside then, and nothing of it was applied.
pub fn check(fact: &Fact, business_date: NaiveDate) -> Result<(), String> {
    date(business_date)?;
    match fact {
        Fact::ProductDefined(facts) => product(facts),
        Fact::PolicySet(_) | Fact::PlanSaved { .. } => Ok(()),
        Fact::SaleVoided {
            sale_date, moves, ..
        }
        | Fact::SaleReturned {
            sale_date, moves, ..
        } => {
            date(*sale_date)?;
            lot_moves(moves)
        }
        Fact::SaleRecorded { moves, .. }
        | Fact::StockReceived { moves }
        | Fact::StockCounted { moves }
        | Fact::StockAdjusted { moves, .. } => lot_moves(moves),
        Fact::DemandMissed {
            sku: code,
            quantity,
        } => {
            sku(code)?;
            bounded(*quantity)
        }
        Fact::HistoryImported { rows } => rows.iter().try_for_each(|row| {
            sku(&row.sku)?;
            date(row.date)?;
            bounded(row.quantity)
        }),
        Fact::DeliveryReceived {
            shipment_id,
            lines,
            moves,
        } => {
            text(shipment_id)?;
            for line in lines {
                sku(&line.sku)?;
                bounded(line.received)?;
                bounded(line.damaged)?;
            }
            lot_moves(moves)
        }
        Fact::ReturnConfirmed {
            return_id,
            lines,
            moves,
        } => {
            text(return_id)?;
            for line in lines {
                sku(&line.sku)?;
                bounded(line.quantity)?;
                line.expires.map_or(Ok(()), date)?;
            }
            lot_moves(moves)
        }
    }
}

fn product(facts: &ProductFacts) -> Result<(), String> {
    sku(&facts.sku)?;
    for told in [&facts.name, &facts.unit, &facts.pack_name] {
        text(told)?;
    }
    if facts.unit_factor < 1 || facts.pack_size.0 < 1 || facts.minimum_order.0 < 0 {
        return Err("a unit, pack or minimum order is below its least".to_owned());
    }
    if facts.shelf_life_days == Some(0) {
        return Err("a shelf life of no days".to_owned());
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

/// PostgreSQL has no place for the character NUL in a text.
fn text(told: &str) -> Result<(), String> {
    if told.contains('\0') {
        return Err("a text holds the character NUL".to_owned());
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
