//! Orders of shops go with their shipments: what is set aside for a shop's orders joins its next shipment.
//!
//! A shipment that is confirmed takes over what it holds of the shop's orders, oldest order first, as parcels that are
//! planned; in the warehouse it is the shipment's reservation from then on. When the shipment leaves they have left, when it
//! arrives they have arrived, and when it is called off their goods are set aside for the orders again.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::fill::{hold, planned};
use super::notices::{Told, settle};
use super::steps::arrived as note_arrival;
use crate::error::Result;
use crate::hub::store::order_parcels::{self, Parcel, ParcelState};
use crate::hub::store::orders::{self, LineKind, OrderFilter};
use crate::hub::store::shipments::{self, Shipment, ShipmentState};
use crate::hub::store::{HubTx, order_board};
use crate::model::{Quantity, Sku};

/// The most orders of a shop that one shipment may hold.
const MOST_ORDERS: i64 = 500;

/// What of a shop's orders is set aside and in no shipment yet, by product: what may join its next one.
///
/// # Errors
/// What the database said.
pub fn ready_for_shop(tx: &mut dyn HubTx, shop_id: &str) -> Result<BTreeMap<Sku, Quantity>> {
    order_board::ready_for_shop(tx, shop_id)
}

/// Takes what a shipment holds of its shop's orders over from them, in place of what it took over before.
///
/// # Errors
/// What the database said.
pub fn join(tx: &mut dyn HubTx, shipment: &Shipment, now: DateTime<Utc>) -> Result<()> {
    part(tx, &shipment.id)?;
    let mut room: BTreeMap<&Sku, Quantity> = shipment
        .lines
        .iter()
        .map(|line| (&line.sku, line.quantity))
        .collect();
    let filter = OrderFilter {
        shop_id: Some(shipment.shop_id.clone()),
        ..OrderFilter::default()
    };
    let mut waiting = orders::list(tx, &filter, MOST_ORDERS)?;
    // Listed newest first.
    waiting.reverse();
    for order in waiting.iter().filter(|order| order.confirmed_at.is_some()) {
        let elsewhere = planned(tx, &order.id)?;
        let mut held = Vec::new();
        for line in order.lines.iter().filter(|it| it.kind == LineKind::Stock) {
            let free = line.reserved - elsewhere.get(&line.line_no).copied().unwrap_or_default();
            let Some(left) = room.get_mut(&line.sku) else {
                continue;
            };
            let taken = free.min(*left);
            if taken > Quantity::ZERO {
                *left = *left - taken;
                held.push((line.line_no, taken));
            }
        }
        if held.is_empty() {
            continue;
        }
        let parcel_no = order_parcels::of_order(tx, &order.id)?
            .iter()
            .map(|parcel| parcel.parcel_no)
            .max()
            .unwrap_or_default()
            + 1;
        order_parcels::put(
            tx,
            &Parcel {
                id: Uuid::now_v7().to_string(),
                order_id: order.id.clone(),
                parcel_no,
                state: ParcelState::Planned,
                shipment_id: Some(shipment.id.clone()),
                carrier: String::new(),
                created_at: now,
                shipped_at: None,
                delivered_at: None,
                request_hash: Vec::new(),
                lines: held,
            },
        )?;
        hold(tx, order)?;
    }
    Ok(())
}

/// Takes over what a shipment holds as it is stored, after a change of it that came to nothing; nothing while it is not
/// confirmed.
///
/// # Errors
/// What the database said.
pub fn join_as_kept(tx: &mut dyn HubTx, shipment_id: &str, now: DateTime<Utc>) -> Result<()> {
    match shipments::find(tx, shipment_id)? {
        Some(kept) if kept.state == ShipmentState::Confirmed => join(tx, &kept, now),
        _ => part(tx, shipment_id),
    }
}

/// Gives what a shipment that has not left holds of orders back to them.
///
/// # Errors
/// What the database said.
pub fn part(tx: &mut dyn HubTx, shipment_id: &str) -> Result<()> {
    let concerned: BTreeSet<String> = order_parcels::of_shipment(tx, shipment_id)?
        .into_iter()
        .filter(|parcel| parcel.state == ParcelState::Planned)
        .map(|parcel| parcel.order_id)
        .collect();
    order_parcels::remove_planned(tx, shipment_id)?;
    for id in concerned {
        let order = orders::get(tx, &id)?;
        hold(tx, &order)?;
    }
    Ok(())
}

/// A shipment leaves, and with it what it holds of orders.
///
/// # Errors
/// What the database said.
pub fn left(tx: &mut dyn HubTx, shipment_id: &str, actor: &str, now: DateTime<Utc>) -> Result<()> {
    let moved = [ParcelState::Planned];
    change(tx, shipment_id, &moved, (actor, now), |_, order, parcel| {
        for (line_no, quantity) in &parcel.lines {
            if let Some(line) = order.lines.iter_mut().find(|it| it.line_no == *line_no) {
                line.reserved = line.reserved - *quantity;
                line.shipped += *quantity;
            }
        }
        parcel.state = ParcelState::Shipped;
        parcel.shipped_at = Some(now);
        Ok(Told::Shipped(parcel.parcel_no))
    })
}

/// A shipment arrives, and with it what it holds of orders.
///
/// # Errors
/// What the database said.
pub fn arrived(
    tx: &mut dyn HubTx,
    shipment_id: &str,
    actor: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    // Goods that came although nobody noted that they left have left all the same.
    left(tx, shipment_id, actor, now)?;
    let moved = [ParcelState::Shipped];
    change(
        tx,
        shipment_id,
        &moved,
        (actor, now),
        |tx, order, parcel| {
            note_arrival(tx, order, parcel, now)?;
            parcel.state = ParcelState::Delivered;
            parcel.delivered_at = Some(now);
            Ok(Told::Delivered(parcel.parcel_no))
        },
    )
}

/// A shipment is called off: what it holds of orders is set aside for them again, whether it had left or not.
///
/// # Errors
/// What the database said.
pub fn called_off(
    tx: &mut dyn HubTx,
    shipment_id: &str,
    actor: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    part(tx, shipment_id)?;
    let moved = [ParcelState::Shipped];
    change(tx, shipment_id, &moved, (actor, now), |_, order, parcel| {
        for (line_no, quantity) in &parcel.lines {
            if let Some(line) = order.lines.iter_mut().find(|it| it.line_no == *line_no) {
                line.shipped = line.shipped - *quantity;
                line.reserved += *quantity;
            }
        }
        parcel.state = ParcelState::Returned;
        Ok(Told::Returned(parcel.parcel_no))
    })
}

fn change(
    tx: &mut dyn HubTx,
    shipment_id: &str,
    from: &[ParcelState],
    (actor, now): (&str, DateTime<Utc>),
    step: impl Fn(&mut dyn HubTx, &mut orders::Order, &mut Parcel) -> Result<Told>,
) -> Result<()> {
    for mut parcel in order_parcels::of_shipment(tx, shipment_id)? {
        if !from.contains(&parcel.state) {
            continue;
        }
        let before = orders::get(tx, &parcel.order_id)?;
        let mut order = before.clone();
        let told = step(tx, &mut order, &mut parcel)?;
        order_parcels::put(tx, &parcel)?;
        hold(tx, &order)?;
        settle(tx, now, actor, Some(&before), &mut order, told)?;
    }
    Ok(())
}
