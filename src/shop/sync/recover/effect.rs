//! What a recovered event does here: the same as at the hub, to the unit.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::taken_back;
use crate::error::{Error, Result};
use crate::model::{AdjustmentReason, BaseUnit, Money, MovementKind, Quantity, Sku};
use crate::shop::nightly;
use crate::shop::store::daily::{self, Flow};
use crate::shop::store::days::Moment;
use crate::shop::store::ledger::{self, Posting};
use crate::shop::store::products::{self, Definition, Unit};
use crate::shop::store::returns::RETURNED;
use crate::shop::store::{audit, deliveries, missed, recovered, taken_back as collected};
use crate::store::WriteTx;
use crate::wire::event::{Event, Fact, HandedBackRow, LotMove, ProductFacts, ReceivedRow};
use crate::wire::note::{DeliveryRow, TakenBackRow};
use crate::wire::sound;

/// The fact of an event, or why it cannot be applied here.
pub(super) fn readable(event: &Event) -> Result<Fact, String> {
    let fact = Fact::decode(&event.kind, event.version, &event.payload)?;
    sound::check(&fact, event.business_date)?;
    Ok(fact)
}

pub(super) fn apply(tx: &WriteTx<'_>, now: &Moment, date: NaiveDate, fact: &Fact) -> Result<()> {
    let post = |moves: &[LotMove], kind, reason, reference: &str| {
        post(tx, now, date, moves, (kind, reason, reference))
    };
    match fact {
        Fact::SaleRecorded { sale_id, moves } => post(moves, MovementKind::Sale, "", sale_id),
        Fact::SaleVoided {
            sale_id,
            sale_date,
            moves,
        } => {
            post(moves, MovementKind::Void, "", sale_id)?;
            not_sold(tx, now, *sale_date, moves)?;
            taken_back::void(tx, now, sale_id)
        }
        Fact::SaleReturned {
            return_id,
            sale_id,
            sale_date,
            moves,
        } => {
            post(moves, MovementKind::Void, RETURNED, sale_id)?;
            not_sold(tx, now, *sale_date, moves)?;
            taken_back::some(tx, now, return_id, sale_id, moves)
        }
        Fact::StockReceived { moves } => post(moves, MovementKind::Receipt, "", RECOVERED),
        Fact::StockCounted { moves } => post(moves, MovementKind::Count, "", RECOVERED),
        Fact::StockAdjusted { reason, moves } => {
            post(moves, MovementKind::Adjustment, reason.as_str(), RECOVERED)
        }
        Fact::DemandMissed { sku, quantity } => {
            if *quantity == Quantity::ZERO {
                return Ok(());
            }
            let product = product_of(tx, now, sku)?;
            if *quantity < Quantity::ZERO {
                missed::take_back(tx, None, product, -*quantity, date, now)?;
            } else {
                missed::insert(tx, product, *quantity, date, None, now)?;
            }
            let asked_for = Flow {
                missed: *quantity,
                ..Flow::default()
            };
            daily::add(tx, product, date, asked_for)
        }
        Fact::DeliveryReceived {
            shipment_id,
            lines,
            moves,
        } => {
            post(moves, MovementKind::Receipt, "", shipment_id)?;
            receive(tx, now, date, shipment_id, lines)
        }
        Fact::ReturnConfirmed {
            return_id,
            lines,
            moves,
        } => {
            let reason = AdjustmentReason::Return.as_str();
            post(moves, MovementKind::Adjustment, reason, return_id)?;
            handed_back(tx, now, date, return_id, lines)
        }
        // Of settings the latest holds in the end, see `settle`; a plan is made anew from what is known now.
        Fact::ProductDefined(_)
        | Fact::HistoryImported { .. }
        | Fact::PolicySet(_)
        | Fact::PlanSaved { .. } => Ok(()),
    }
}

/// What movements refer to that no receipt or count of this copy caused.
pub(super) const RECOVERED: &str = "recovered";

fn post(
    tx: &WriteTx<'_>,
    now: &Moment,
    date: NaiveDate,
    moves: &[LotMove],
    (kind, reason, reference): (MovementKind, &str, &str),
) -> Result<()> {
    for part in moves {
        let posting = Posting {
            product_id: product_of(tx, now, &part.sku)?,
            sku: &part.sku,
            kind,
            reason,
            reference,
            business_date: date,
            now,
        };
        ledger::post_as_told(tx, &posting, part.expires, part.quantity)?;
    }
    Ok(())
}

/// The row of a product; one that this copy does not have is made, without a price, from what its log says of it.
fn product_of(tx: &WriteTx<'_>, now: &Moment, sku: &Sku) -> Result<i64> {
    if let Some(known) = products::by_sku(tx, sku.as_str())? {
        return Ok(known.id);
    }
    let bare = ProductFacts {
        sku: sku.clone(),
        name: sku.to_string(),
        base_unit: BaseUnit::Piece,
        unit: "pcs".to_owned(),
        unit_factor: 1,
        pack_name: "pcs".to_owned(),
        pack_size: Quantity(1),
        minimum_order: Quantity::ZERO,
        shelf_life_days: None,
        consignment: false,
        active: true,
    };
    define(tx, now, &bare)?;
    products::by_sku(tx, sku.as_str())?
        .map(|row| row.id)
        .ok_or_else(|| Error::Internal(format!("{sku} was not created")))
}

/// Makes a product what the facts say. Prices, cost, category and barcodes stay as they are here; the hub never had
/// them.
fn define(tx: &WriteTx<'_>, now: &Moment, facts: &ProductFacts) -> Result<()> {
    let known = products::by_sku(tx, facts.sku.as_str())?;
    let old = known.as_ref().map(|row| &row.definition);
    let told = [
        (&facts.unit, facts.unit_factor),
        (&facts.pack_name, facts.pack_size.0),
    ];
    let mut units: Vec<Unit> = Vec::new();
    for (name, factor) in told {
        if units.iter().all(|unit| unit.name != *name) {
            let kept = old.and_then(|old| old.unit(name));
            let same = kept.filter(|unit| unit.factor == factor);
            units.push(Unit {
                name: name.clone(),
                factor,
                price: same.map_or(Money::ZERO, |unit| unit.price),
                barcodes: kept.map(|unit| unit.barcodes.clone()).unwrap_or_default(),
                tiers: same.map(|unit| unit.tiers.clone()).unwrap_or_default(),
            });
        }
    }
    let others = old.map(|old| old.units.clone()).unwrap_or_default();
    for unit in others {
        if units.iter().all(|told| told.name != unit.name) {
            units.push(unit);
        }
    }
    let new = Definition {
        sku: facts.sku.clone(),
        name: facts.name.clone(),
        category: old.map(|old| old.category.clone()).unwrap_or_default(),
        base_unit: old.map_or(facts.base_unit, |old| old.base_unit),
        main_unit: facts.unit.clone(),
        order_unit: facts.pack_name.clone(),
        units,
        // Per main unit, which may be another one now.
        cost: old.map_or(Money::ZERO, |old| {
            Money::for_quantity(old.cost, old.factor(&old.main_unit), facts.unit_factor)
        }),
        shelf_life_days: facts.shelf_life_days,
        minimum_order: facts.minimum_order,
        supplier: old.map(|old| old.supplier.clone()).unwrap_or_default(),
        consignment: facts.consignment,
        active: facts.active,
        open_price: old.is_some_and(|old| old.open_price),
        favourite: old.and_then(|old| old.favourite),
    };
    match &known {
        Some(row) if row.definition == new => return Ok(()),
        Some(row) => products::replace(tx, row.id, &row.definition, &new, now)?,
        None => {
            products::insert(tx, &new, now)?;
        }
    }
    audit::record(tx, now, "sync", "product.recovered", new.sku.as_str(), "")
}

/// Lets the latest word on each product and each imported day hold, in the hub's order: what this copy wrote after
/// `epoch` comes after what was recovered from it.
pub(super) fn settle(tx: &WriteTx<'_>, now: &Moment, epoch: i64) -> Result<()> {
    let mut facts: BTreeMap<Sku, ProductFacts> = BTreeMap::new();
    let mut history: BTreeMap<(Sku, NaiveDate), Quantity> = BTreeMap::new();
    let mut policy_told_otherwise = false;
    for setting in recovered::settings_from(tx, epoch)? {
        match Fact::decode(&setting.kind, setting.version, &setting.payload) {
            Ok(Fact::ProductDefined(told)) => {
                facts.insert(told.sku.clone(), told);
            }
            Ok(Fact::HistoryImported { rows }) => {
                history.extend(
                    rows.into_iter()
                        .map(|row| ((row.sku, row.date), row.quantity)),
                );
            }
            Ok(Fact::PolicySet(_)) => policy_told_otherwise = true,
            _ => {}
        }
    }
    for told in facts.values() {
        define(tx, now, told)?;
    }
    for ((sku, date), quantity) in history {
        daily::set_imported(tx, product_of(tx, now, &sku)?, date, quantity)?;
    }
    if policy_told_otherwise {
        // This copy plans by its own settings, and tells them to the hub again.
        nightly::forget_told_policy(tx)?;
    }
    Ok(())
}

/// Takes what came back from the demand of the day on which it was sold.
fn not_sold(tx: &WriteTx<'_>, now: &Moment, sale_date: NaiveDate, moves: &[LotMove]) -> Result<()> {
    for part in moves {
        let less = Flow {
            sold: -part.quantity,
            ..Flow::default()
        };
        daily::add(tx, product_of(tx, now, &part.sku)?, sale_date, less)?;
    }
    Ok(())
}

/// A return that another copy answered waits for no answer.
fn handed_back(
    tx: &WriteTx<'_>,
    now: &Moment,
    date: NaiveDate,
    id: &str,
    lines: &[HandedBackRow],
) -> Result<()> {
    let known = collected::by_id(tx, id)?;
    if known.is_some_and(|known| known.state == "confirmed") {
        return Ok(());
    }
    let rows: Vec<TakenBackRow> = lines
        .iter()
        .map(|line| TakenBackRow {
            sku: line.sku.clone(),
            name: line.sku.to_string(),
            quantity: line.quantity,
            expires: line.expires,
            reason: String::new(),
        })
        .collect();
    collected::announce(tx, now, id, (id, date), &rows)?;
    for (number, line) in (1..).zip(lines) {
        collected::confirm_line(tx, id, number, line.quantity)?;
    }
    collected::confirm(tx, id, &[0; 32], now)
}

/// A delivery that another copy received is no longer on its way.
fn receive(
    tx: &WriteTx<'_>,
    now: &Moment,
    date: NaiveDate,
    id: &str,
    lines: &[ReceivedRow],
) -> Result<()> {
    let known = deliveries::by_id(tx, id)?;
    if known
        .as_ref()
        .is_some_and(|known| known.state == "received")
    {
        return Ok(());
    }
    if known.is_none() {
        let rows: Vec<DeliveryRow> = lines
            .iter()
            .map(|line| DeliveryRow {
                sku: line.sku.clone(),
                name: line.sku.to_string(),
                quantity: line.received,
                expires: None,
                lot: String::new(),
            })
            .collect();
        deliveries::announce(tx, now, id, "announced", date, &rows)?;
    }
    deliveries::receive(tx, id, &[0; 32], now)?;
    let announced = deliveries::by_id(tx, id)?
        .map(|known| known.lines)
        .unwrap_or_default();
    for (number, line) in (1..).zip(&announced) {
        if let Some(came) = lines.iter().find(|came| came.sku == line.sku) {
            deliveries::receive_line(tx, id, number, came.received, came.damaged)?;
        }
    }
    Ok(())
}
