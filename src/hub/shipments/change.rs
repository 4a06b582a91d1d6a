//! Changing a shipment between its steps: its lines while it is here, its day and route, and the note of one that has
//! left.

use chrono::NaiveDate;

use super::lines::{agrees, edited};
use super::{
    Edits, Step, announce, changed_meanwhile, hand, lacking, put_changed, record, refused, stock,
    tell_dispatched, trip_of,
};
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::hub::orders::with_shipment;
use crate::hub::store::shipments::{self as rows, ShipmentState};
use crate::hub::store::warehouse::MoveReason;
use crate::hub::store::{self, audit, routes};
use crate::model::Quantity;

impl Hub {
    /// Changes the lines of a shipment that has not left. One that is confirmed is reserved and announced anew.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] for edits that cannot be.
    pub async fn edit_shipment(&self, actor: &str, id: &str, edits: Edits) -> Result<Step> {
        let planner = self.planner()?;
        let (actor, id, now, today) = (actor.to_owned(), id.to_owned(), self.now(), self.today());
        store::write(self.store(), move |tx| {
            let mut shipment = rows::get(tx, &id)?;
            match shipment.state {
                ShipmentState::Recommended | ShipmentState::Confirmed => {}
                ShipmentState::Dispatched => {
                    return Ok(refused(
                        shipment,
                        "and on its way: correct its note, or record what is unloaded",
                    ));
                }
                ShipmentState::Received | ShipmentState::Short => {
                    return Ok(refused(
                        shipment,
                        "and has arrived: settle what differs from its note",
                    ));
                }
                ShipmentState::Cancelled => return Ok(refused(shipment, "and will not go")),
            }
            if agrees(&shipment, &edits.lines) {
                return Ok(Step::Repeated(shipment));
            }
            let mut trip = trip_of(tx, &shipment)?;
            if edits.version.is_some_and(|seen| seen != trip.version) {
                return Ok(changed_meanwhile(shipment));
            }
            let known = std::mem::take(&mut shipment.lines);
            shipment.lines = edited(known, &edits.lines, &planner(tx)?, shipment.plan_date)?;
            trip.edited = true;
            if shipment.state == ShipmentState::Confirmed {
                with_shipment::join(tx, &shipment, now)?;
                let lacks = stock::lacking(tx, today, &shipment)?;
                if !lacks.is_empty() && !edits.beyond_stock && !trip.beyond_stock {
                    with_shipment::join_as_kept(tx, &id, now)?;
                    return Ok(lacking(shipment, lacks));
                }
                trip.beyond_stock = !lacks.is_empty();
                announce(tx, &mut shipment, &mut trip, now, today)?;
            } else {
                rows::put(tx, &shipment)?;
                put_changed(tx, &mut trip)?;
            }
            record(tx, now, &actor, "shipment.edited", &shipment)?;
            Ok(Step::Done(shipment))
        })
        .await
    }

    /// Corrects the note of a shipment that has left: what was really loaded. Goods that stayed are back in their lots,
    /// goods that went as well are taken out, and the shop is told anew.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] for edits that cannot be.
    pub async fn correct_shipment(&self, actor: &str, id: &str, edits: Edits) -> Result<Step> {
        let planner = self.planner()?;
        let (actor, id, now, today) = (actor.to_owned(), id.to_owned(), self.now(), self.today());
        store::write(self.store(), move |tx| {
            let mut shipment = rows::get(tx, &id)?;
            if shipment.state != ShipmentState::Dispatched {
                return Ok(refused(
                    shipment,
                    "and only the note of one that is on its way is corrected",
                ));
            }
            if agrees(&shipment, &edits.lines) {
                return Ok(Step::Repeated(shipment));
            }
            let mut trip = trip_of(tx, &shipment)?;
            if edits.version.is_some_and(|seen| seen != trip.version) {
                return Ok(changed_meanwhile(shipment));
            }
            let before = shipment.lines.clone();
            shipment.lines = edited(
                before.clone(),
                &edits.lines,
                &planner(tx)?,
                shipment.plan_date,
            )?;
            let mut more = shipment.clone();
            for line in &mut more.lines {
                let was = before.iter().find(|was| was.sku == line.sku);
                line.quantity = line.quantity - was.map_or(Quantity::ZERO, |was| was.quantity);
            }
            let lacks = stock::lacking(tx, today, &more)?;
            if !lacks.is_empty() && !edits.beyond_stock {
                return Ok(lacking(shipment, lacks));
            }
            trip.beyond_stock |= !lacks.is_empty();
            let by = hand(&shipment, &actor, now, today);
            for line in &more.lines {
                stock::leave(tx, by, &line.sku, line.quantity)?;
                stock::come_back(tx, by, MoveReason::Undispatch, &line.sku, -line.quantity)?;
            }
            rows::put(tx, &shipment)?;
            put_changed(tx, &mut trip)?;
            tell_dispatched(tx, &shipment, now)?;
            record(tx, now, &actor, "shipment.corrected", &shipment)?;
            Ok(Step::Done(shipment))
        })
        .await
    }

    /// Puts a shipment that has not left on another day or route; `None` for no route.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it or without such a route.
    pub async fn move_shipment(
        &self,
        actor: &str,
        id: &str,
        date: NaiveDate,
        route_id: Option<String>,
    ) -> Result<Step> {
        self.may_plan_for(date)?;
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let shipment = rows::get(tx, &id)?;
            if !matches!(
                shipment.state,
                ShipmentState::Recommended | ShipmentState::Confirmed
            ) {
                return Ok(refused(shipment, "and goes on no other day any more"));
            }
            if let Some(route) = &route_id {
                routes::get_route(tx, route)?;
            }
            let mut trip = trip_of(tx, &shipment)?;
            if trip.delivery_date == date && trip.route_id == route_id {
                return Ok(Step::Repeated(shipment));
            }
            if date < shipment.plan_date {
                return Err(Error::invalid(
                    "date",
                    format!("is before {}, which it was planned for", shipment.plan_date),
                ));
            }
            trip.delivery_date = date;
            trip.route_id = route_id.clone();
            put_changed(tx, &mut trip)?;
            let detail = serde_json::json!({ "date": date, "route": route_id });
            audit::record(
                tx,
                now,
                &actor,
                "shipment.moved",
                &shipment.id,
                &detail.to_string(),
            )?;
            Ok(Step::Done(shipment))
        })
        .await
    }
}
