//! What each step does besides changing the state: reserve, number, take from the warehouse, tell the shop.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::lines::told_lines;
use super::stock::{self, Hand};
use crate::error::Result;
use crate::hub::orders::with_shipment;
use crate::hub::store::shipments::{self as rows, Shipment, ShipmentState};
use crate::hub::store::trips::{self, Trip};
use crate::hub::store::{HubTx, notes, routes};
use crate::wire::note::Announcement;

/// Makes a shipment confirmed: reserved, numbered, and announced to the shop.
pub(super) fn announce(
    tx: &mut dyn HubTx,
    shipment: &mut Shipment,
    trip: &mut Trip,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Result<()> {
    shipment.state = ShipmentState::Confirmed;
    shipment.confirmed_at = shipment.confirmed_at.or(Some(now));
    stock::reserve(tx, shipment)?;
    if trip.number.is_none() {
        trip.number = Some(trips::next_number(tx, NOTE_NUMBERS, today.year())?);
    }
    rows::put(tx, shipment)?;
    put_changed(tx, trip)?;
    let announcement = Announcement::DeliveryAnnounced {
        shipment_id: shipment.id.clone(),
        expected_on: shipment.expected_on,
        lines: told_lines(shipment, &[]),
    };
    notes::append(tx, &shipment.shop_id, &announcement, now)?;
    Ok(())
}

/// Makes a shipment dispatched: its goods leave the warehouse, and the shop is told their lots.
pub(super) fn depart(
    tx: &mut dyn HubTx,
    shipment: &mut Shipment,
    trip: &mut Trip,
    actor: &str,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Result<()> {
    stock::release(tx, &shipment.id)?;
    for line in &shipment.lines {
        let hand = hand(shipment, actor, now, today);
        stock::leave(tx, hand, &line.sku, line.quantity)?;
    }
    shipment.state = ShipmentState::Dispatched;
    shipment.dispatched_at = Some(now);
    rows::put(tx, shipment)?;
    put_changed(tx, trip)?;
    with_shipment::left(tx, &shipment.id, actor, now)?;
    tell_dispatched(tx, shipment, now)
}

/// Tells the shop what is in transit to it.
pub(super) fn tell_dispatched(
    tx: &mut dyn HubTx,
    shipment: &Shipment,
    now: DateTime<Utc>,
) -> Result<()> {
    let lots = trips::lots(tx, &shipment.shop_id, &shipment.id)?;
    let announcement = Announcement::DeliveryDispatched {
        shipment_id: shipment.id.clone(),
        expected_on: shipment.expected_on,
        lines: told_lines(shipment, &lots),
    };
    notes::append(tx, &shipment.shop_id, &announcement, now)?;
    Ok(())
}

/// The numbers of delivery notes: surat jalan.
const NOTE_NUMBERS: &str = "SJ";

pub(super) fn hand<'a>(
    shipment: &'a Shipment,
    actor: &'a str,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Hand<'a> {
    Hand {
        shop_id: &shipment.shop_id,
        shipment_id: &shipment.id,
        actor,
        now,
        today,
    }
}

/// The trip of a shipment; a new one for a shipment of before there were trips.
pub(super) fn trip_of(tx: &mut dyn HubTx, shipment: &Shipment) -> Result<Trip> {
    match trips::find(tx, &shipment.id)? {
        Some(trip) => Ok(trip),
        None => new_trip(tx, shipment),
    }
}

pub(super) fn new_trip(tx: &mut dyn HubTx, shipment: &Shipment) -> Result<Trip> {
    let route = routes::stop_of(tx, &shipment.shop_id)?.map(|stop| stop.route_id);
    Ok(Trip::new(
        &shipment.id,
        &shipment.shop_id,
        shipment.plan_date,
        route,
    ))
}

/// Writes a trip that was changed.
pub(super) fn put_changed(tx: &mut dyn HubTx, trip: &mut Trip) -> Result<()> {
    trip.version += 1;
    trips::put(tx, trip)
}
