//! What shipments do to the warehouse: a confirmed one reserves, one that leaves takes lots, one called off gives back.
//!
//! Only products that are kept count of are reserved and taken; of the others nobody has told what there is.

use chrono::{DateTime, NaiveDate, Utc};

use crate::error::Result;
use crate::hub::store::HubTx;
use crate::hub::store::shipments::Shipment;
use crate::hub::store::trips::{self, ShippedLot};
use crate::hub::store::warehouse::{self, MoveReason, StockMove};
use crate::model::{Quantity, Sku};

/// The kind of reservation that is a shipment's.
pub(super) const KIND: &str = "shipment";

/// What the warehouse lacks for a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// The product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// Base units that the line wants.
    pub wanted: Quantity,
    /// Base units that nobody else has been promised.
    pub available: Quantity,
}

/// The lines that the stock on the books does not cover. What the shipment itself has reserved is its own.
pub(super) fn lacking(
    tx: &mut dyn HubTx,
    today: NaiveDate,
    shipment: &Shipment,
) -> Result<Vec<Lack>> {
    let stock = warehouse::availability(tx, today)?;
    let mut lacks = Vec::new();
    for line in &shipment.lines {
        let Some(of_product) = stock.get(&line.sku) else {
            continue;
        };
        let own: Quantity = warehouse::reservations(tx, &line.sku)?
            .iter()
            .filter(|held| held.kind == KIND && held.subject == shipment.id)
            .map(|held| held.quantity)
            .sum();
        let available = (of_product.balance() + own).max(Quantity::ZERO);
        if line.quantity > available {
            lacks.push(Lack {
                sku: line.sku.clone(),
                name: line.name.clone(),
                wanted: line.quantity,
                available,
            });
        }
    }
    Ok(lacks)
}

/// Reserves all lines of a shipment, in place of what was reserved for it before.
pub(super) fn reserve(tx: &mut dyn HubTx, shipment: &Shipment) -> Result<()> {
    warehouse::release(tx, KIND, &shipment.id)?;
    for line in &shipment.lines {
        if is_counted(tx, &line.sku)? {
            warehouse::reserve(tx, &line.sku, line.quantity, KIND, &shipment.id)?;
        }
    }
    Ok(())
}

/// Gives back what is reserved for a shipment.
pub(super) fn release(tx: &mut dyn HubTx, shipment_id: &str) -> Result<()> {
    warehouse::release(tx, KIND, shipment_id)
}

fn is_counted(tx: &mut dyn HubTx, sku: &Sku) -> Result<bool> {
    Ok(warehouse::head(tx, sku)? > 0)
}

/// Who changes the warehouse for which shipment, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hand<'a> {
    pub shop_id: &'a str,
    pub shipment_id: &'a str,
    pub actor: &'a str,
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
}

/// Takes `quantity` of a product out of the warehouse, first expired first out, and notes the lots.
pub(super) fn leave(
    tx: &mut dyn HubTx,
    hand: Hand<'_>,
    sku: &Sku,
    quantity: Quantity,
) -> Result<()> {
    if quantity <= Quantity::ZERO || !is_counted(tx, sku)? {
        return Ok(());
    }
    let mut moves = warehouse::take(tx, hand.today, sku, quantity)?;
    for moved in &mut moves {
        hand.shipment_id.clone_into(&mut moved.reference);
        let part = ShippedLot {
            sku: sku.clone(),
            lot: moved.lot.clone(),
            expires: moved.expires,
            quantity: -moved.quantity,
        };
        trips::add_lot(tx, hand.shop_id, hand.shipment_id, &part)?;
    }
    warehouse::post(tx, hand.now, hand.actor, &moves)
}

/// Puts `quantity` of a product that left with the shipment back into its lots, those that keep longest first; how much
/// of it had left.
pub(super) fn come_back(
    tx: &mut dyn HubTx,
    hand: Hand<'_>,
    reason: MoveReason,
    sku: &Sku,
    quantity: Quantity,
) -> Result<Quantity> {
    let mut left = quantity;
    let mut moves = Vec::new();
    let lots = trips::lots(tx, hand.shop_id, hand.shipment_id)?;
    // Goods without a date sort first in the table, and keep longest of all.
    let (dated, undated): (Vec<_>, Vec<_>) = lots
        .into_iter()
        .filter(|part| part.sku == *sku)
        .partition(|part| part.expires.is_some());
    for part in undated.into_iter().chain(dated.into_iter().rev()) {
        let quantity = part.quantity.min(left);
        if quantity <= Quantity::ZERO {
            continue;
        }
        left = left - quantity;
        let taken = ShippedLot {
            quantity: -quantity,
            ..part.clone()
        };
        trips::add_lot(tx, hand.shop_id, hand.shipment_id, &taken)?;
        moves.push(StockMove {
            sku: part.sku,
            lot: part.lot,
            expires: part.expires,
            quantity,
            reason,
            reference: hand.shipment_id.to_owned(),
        });
    }
    warehouse::post(tx, hand.now, hand.actor, &moves)?;
    Ok(quantity - left)
}

/// Puts all that left with the shipment back.
pub(super) fn all_come_back(tx: &mut dyn HubTx, hand: Hand<'_>) -> Result<()> {
    for part in trips::lots(tx, hand.shop_id, hand.shipment_id)? {
        come_back(tx, hand, MoveReason::Undispatch, &part.sku, part.quantity)?;
    }
    Ok(())
}
