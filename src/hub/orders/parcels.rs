//! What leaves for a customer, arrives, and comes back.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::fill::{hold, planned};
use super::notices::Told;
use super::phases;
use super::steps::{Amount, Ended, Taking, place};
use crate::error::{Error, Faults, Result};
use crate::hub::store::order_parcels::{self, Parcel, ParcelState};
use crate::hub::store::orders::{LineKind, Order};
use crate::hub::store::warehouse::{self, MoveReason, StockMove};
use crate::hub::store::{HubTx, customers, stock_ledger};
use crate::model::Quantity;

impl Taking<'_> {
    pub(super) fn ship(
        &mut self,
        order: &mut Order,
        parcel: Uuid,
        asked: Option<&[Amount]>,
        carrier: &str,
    ) -> Result<Ended> {
        let id = parcel.to_string();
        let request_hash = digest(asked, carrier);
        let parcels = order_parcels::of_order(self.tx, &order.id)?;
        if let Some(known) = parcels.iter().find(|known| known.id == id) {
            return if known.request_hash == request_hash {
                Ok(Ended::Repeated)
            } else {
                Err(Error::Conflict(format!(
                    "parcel {id} left with other lines"
                )))
            };
        }
        if carrier.chars().count() > 100 || carrier.chars().any(char::is_control) {
            return Err(Error::invalid(
                "carrier",
                "must have at most 100 characters",
            ));
        }
        if order.confirmed_at.is_none() {
            return Ok(Ended::Refused("is not confirmed yet".to_owned()));
        }
        let customer = customers::get(self.tx, &order.customer_id)?;
        if !customer.hold.is_empty() {
            return Ok(Ended::Refused(format!(
                "waits because {} is on hold: {}",
                customer.name, customer.hold
            )));
        }
        let planned = planned(self.tx, &order.id)?;
        let leaving = match leaving(order, asked, &planned)? {
            Ok(leaving) => leaving,
            Err(why) => return Ok(Ended::Refused(why)),
        };
        let mut held = Vec::new();
        for (place, quantity) in &leaving {
            let line = &mut order.lines[*place];
            line.shipped += *quantity;
            held.push((line.line_no, *quantity));
            if line.kind == LineKind::Dropship {
                line.backordered = line.backordered - *quantity;
                continue;
            }
            line.reserved = line.reserved - *quantity;
            // What nobody counts leaves without a trace in the warehouse.
            if line.kind == LineKind::Stock && warehouse::head(self.tx, &line.sku)? > 0 {
                let moves: Vec<StockMove> =
                    warehouse::take(self.tx, self.today, &line.sku, *quantity)?
                        .into_iter()
                        .map(|moved| StockMove {
                            reason: MoveReason::Delivery,
                            reference: id.clone(),
                            ..moved
                        })
                        .collect();
                warehouse::post(self.tx, self.now, self.actor, &moves)?;
            }
        }
        let parcel_no = parcels.len() as i64 + 1;
        order_parcels::put(
            self.tx,
            &Parcel {
                id,
                order_id: order.id.clone(),
                parcel_no,
                state: ParcelState::Shipped,
                shipment_id: None,
                carrier: carrier.trim().to_owned(),
                created_at: self.now,
                shipped_at: Some(self.now),
                delivered_at: None,
                request_hash,
                lines: held,
            },
        )?;
        hold(self.tx, order)?;
        Ok(Ended::Done(Told::Shipped(parcel_no)))
    }

    pub(super) fn deliver(&mut self, order: &mut Order, which: Option<&str>) -> Result<Ended> {
        let parcels = order_parcels::of_order(self.tx, &order.id)?;
        if let Some(id) = which
            && !parcels.iter().any(|parcel| parcel.id == id)
        {
            return Err(Error::NotFound(format!(
                "order {} has no parcel {id}",
                order.number
            )));
        }
        let asked = |parcel: &&Parcel| which.is_none_or(|id| parcel.id == id);
        let mut last = None;
        for parcel in parcels
            .iter()
            .filter(asked)
            .filter(|it| it.state == ParcelState::Shipped)
        {
            arrived(self.tx, order, parcel, self.now)?;
            last = Some(parcel.parcel_no);
        }
        if let Some(number) = last {
            return Ok(Ended::Done(Told::Delivered(number)));
        }
        let is_there = parcels
            .iter()
            .filter(asked)
            .any(|it| it.state == ParcelState::Delivered);
        Ok(if is_there {
            Ended::Repeated
        } else {
            Ended::Refused("has nothing on its way".to_owned())
        })
    }

    pub(super) fn give_back(&mut self, order: &mut Order, id: &str) -> Result<Ended> {
        let parcels = order_parcels::of_order(self.tx, &order.id)?;
        let Some(mut parcel) = parcels.into_iter().find(|parcel| parcel.id == id) else {
            return Err(Error::NotFound(format!(
                "order {} has no parcel {id}",
                order.number
            )));
        };
        match parcel.state {
            ParcelState::Returned => return Ok(Ended::Repeated),
            ParcelState::Shipped if parcel.shipment_id.is_none() => {}
            ParcelState::Shipped | ParcelState::Planned => {
                let why = "has it in a shipment: what comes back is told there".to_owned();
                return Ok(Ended::Refused(why));
            }
            ParcelState::Delivered => {
                return Ok(Ended::Refused("was delivered with it".to_owned()));
            }
        }
        for (line_no, quantity) in &parcel.lines {
            let Some(line) = order.lines.iter_mut().find(|it| it.line_no == *line_no) else {
                continue;
            };
            line.shipped = line.shipped - *quantity;
            if line.kind == LineKind::Dropship {
                line.backordered += *quantity;
            } else {
                line.reserved += *quantity;
            }
        }
        // Each lot gets back what it gave.
        let back: Vec<StockMove> = stock_ledger::moves_of(self.tx, id)?
            .into_iter()
            .map(|posted| StockMove {
                quantity: -posted.moved.quantity,
                reason: MoveReason::Undispatch,
                ..posted.moved
            })
            .collect();
        warehouse::post(self.tx, self.now, self.actor, &back)?;
        parcel.state = ParcelState::Returned;
        order_parcels::put(self.tx, &parcel)?;
        hold(self.tx, order)?;
        Ok(Ended::Done(Told::Returned(parcel.parcel_no)))
    }
}

/// Notes that a parcel is with its customer.
pub(super) fn arrived(
    tx: &mut dyn HubTx,
    order: &mut Order,
    parcel: &Parcel,
    now: DateTime<Utc>,
) -> Result<()> {
    for (line_no, quantity) in &parcel.lines {
        if let Some(line) = order.lines.iter_mut().find(|it| it.line_no == *line_no) {
            line.delivered += *quantity;
        }
    }
    let parcel = Parcel {
        state: ParcelState::Delivered,
        delivered_at: Some(now),
        ..parcel.clone()
    };
    order_parcels::put(tx, &parcel)
}

/// What leaves, by place of the line; or why nothing can.
fn leaving(
    order: &Order,
    asked: Option<&[Amount]>,
    planned: &BTreeMap<i64, Quantity>,
) -> Result<std::result::Result<Vec<(usize, Quantity)>, String>> {
    let most = |place: usize| {
        let line = &order.lines[place];
        let in_shipments = planned.get(&line.line_no).copied().unwrap_or_default();
        phases::may_leave(line, in_shipments)
    };
    let Some(asked) = asked else {
        // What a supplier sends leaves when the supplier says so, and not with the rest.
        let all: Vec<(usize, Quantity)> = (0..order.lines.len())
            .filter(|place| order.lines[*place].kind != LineKind::Dropship)
            .map(|place| (place, most(place)))
            .filter(|(_, quantity)| *quantity > Quantity::ZERO)
            .collect();
        return Ok(if all.is_empty() {
            Err("has nothing set aside that could leave".to_owned())
        } else {
            Ok(all)
        });
    };
    let mut faults = Faults::default();
    let mut leaving: Vec<(usize, Quantity)> = Vec::new();
    for (index, amount) in asked.iter().enumerate() {
        let place = place(order, &format!("lines[{index}].sku"), &amount.sku)?;
        if leaving.iter().any(|(other, _)| *other == place) {
            faults.add(format!("lines[{index}].sku"), "is there twice");
        }
        if amount.quantity < Quantity::ZERO || amount.quantity > most(place) {
            faults.add(
                format!("lines[{index}].quantity"),
                format!("must be from 0 to {}: no more is set aside", most(place)),
            );
        }
        if amount.quantity > Quantity::ZERO {
            leaving.push((place, amount.quantity));
        }
    }
    if leaving.is_empty() {
        faults.add("lines", "nothing leaves");
    }
    faults.into_result()?;
    Ok(Ok(leaving))
}

/// What makes two requests for a parcel the same.
fn digest(asked: Option<&[Amount]>, carrier: &str) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(carrier.trim());
    for amount in asked.into_iter().flatten() {
        digest.update([0]);
        digest.update(amount.sku.as_str());
        digest.update(amount.quantity.0.to_le_bytes());
    }
    digest.finalize().to_vec()
}
