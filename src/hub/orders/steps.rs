//! The steps of an order.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::fill::{self, Outlook, hold, planned};
use super::notices::{Told, settle};
use super::phases;
use crate::error::{Error, Faults, Result};
use crate::hub::Hub;
use crate::hub::store::order_parcels::{self, Parcel, ParcelState};
use crate::hub::store::orders::{self as rows, LineKind, Order};
use crate::hub::store::warehouse::{self, MoveReason, StockMove};
use crate::hub::store::{self, HubTx, audit, customers, stock_ledger};
use crate::model::{Quantity, Sku};

/// So much of a line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// The product.
    pub sku: Sku,
    /// Base units.
    pub quantity: Quantity,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Accept it: what there is, is set aside, and the rest gets a promised date.
    Confirm,
    /// What is made to order comes to its next stage, or, with one more than there are, is done.
    Stage {
        /// The product.
        sku: Sku,
        /// From 1.
        stage: i64,
    },
    /// It is complete and packed.
    Ready,
    /// Something leaves, all that may where no lines are named. Stock leaves the warehouse.
    Ship {
        /// The parcel's identity, made by whoever asks, so that it leaves once.
        parcel: Uuid,
        /// What leaves.
        lines: Option<Vec<Amount>>,
        /// Who carries it, in words.
        carrier: String,
    },
    /// A parcel arrived; every one that is on its way where none is named.
    Deliver {
        /// Which.
        parcel: Option<String>,
    },
    /// A parcel came back: its goods are set aside for the order again.
    Return {
        /// Which.
        parcel: String,
    },
    /// What is open is called off; of the named products so much, in sum with what was called off before.
    Cancel {
        /// Why, in words that the customer reads.
        reason: String,
        /// Of which products, if not of all.
        lines: Option<Vec<Amount>>,
    },
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// It was taken.
    Done(Order),
    /// It had been taken before.
    Repeated(Order),
    /// The order does not allow it.
    Refused {
        /// The order as it is.
        order: Order,
        /// Why, in words.
        why: String,
    },
}

/// Whether a step changed anything, or why it could not.
enum Ended {
    Done(Told),
    Repeated,
    Refused(String),
}

/// What every step is taken with.
struct Taking<'t> {
    tx: &'t mut dyn HubTx,
    now: DateTime<Utc>,
    today: NaiveDate,
    actor: &'t str,
}

impl Hub {
    /// Takes a step of an order.
    ///
    /// # Errors
    /// [`Error::NotFound`] without the order or parcel, [`Error::Invalid`] for what cannot be.
    pub async fn order_step(&self, actor: &str, id: &str, action: Action) -> Result<Step> {
        let (actor, id) = (actor.to_owned(), id.to_owned());
        let (now, today) = (self.now(), self.today());
        let step = store::write(self.store(), move |tx| {
            take(tx, now, today, &actor, &id, &action)
        })
        .await?;
        self.poke_messages();
        Ok(step)
    }
}

fn take(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    today: NaiveDate,
    actor: &str,
    id: &str,
    action: &Action,
) -> Result<Step> {
    let before = rows::get(tx, id)?;
    let mut order = before.clone();
    let mut taking = Taking {
        tx,
        now,
        today,
        actor,
    };
    let (name, ended) = match action {
        Action::Confirm => {
            if order.confirmed_at.is_some() {
                return Ok(Step::Repeated(order));
            }
            if order.cancelled_at.is_some() {
                return Ok(refused(order, "is called off"));
            }
            let outlook = Outlook::load(taking.tx, today)?;
            accept(
                taking.tx,
                now,
                today,
                actor,
                Some(&before),
                &mut order,
                &outlook,
            )?;
            return Ok(Step::Done(rows::get(taking.tx, id)?));
        }
        Action::Stage { sku, stage } => ("order.stage", taking.stage(&mut order, sku, *stage)?),
        Action::Ready => ("order.ready", ready(&mut order, now)),
        Action::Ship {
            parcel,
            lines,
            carrier,
        } => (
            "order.shipped",
            taking.ship(&mut order, *parcel, lines.as_deref(), carrier)?,
        ),
        Action::Deliver { parcel } => (
            "order.delivered",
            taking.deliver(&mut order, parcel.as_deref())?,
        ),
        Action::Return { parcel } => ("order.returned", taking.give_back(&mut order, parcel)?),
        Action::Cancel { reason, lines } => (
            "order.cancelled",
            taking.cancel(&mut order, reason, lines.as_deref())?,
        ),
    };
    match ended {
        Ended::Repeated => Ok(Step::Repeated(order)),
        Ended::Refused(why) => Ok(refused(before, &why)),
        Ended::Done(told) => {
            settle(taking.tx, now, actor, Some(&before), &mut order, told)?;
            let lines: BTreeMap<&str, [i64; 4]> = order
                .lines
                .iter()
                .map(|line| {
                    let figures = [
                        line.reserved,
                        line.shipped,
                        line.backordered,
                        line.cancelled,
                    ];
                    (line.sku.as_str(), figures.map(|quantity| quantity.0))
                })
                .collect();
            let detail = serde_json::json!({ "number": order.number, "lines": lines });
            audit::record(taking.tx, now, actor, name, id, &detail.to_string())?;
            Ok(Step::Done(rows::get(taking.tx, id)?))
        }
    }
}

fn refused(order: Order, why: &str) -> Step {
    let why = format!("order {} {why}", order.number);
    Step::Refused { order, why }
}

/// Accepts an order, new or known: promises first, in turn with everybody who waits, and then what is there is shared out
/// by these promises.
pub(super) fn accept(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    today: NaiveDate,
    actor: &str,
    before: Option<&Order>,
    order: &mut Order,
    outlook: &Outlook,
) -> Result<()> {
    order.confirmed_at = Some(now);
    fill::promise(tx, order, outlook)?;
    // Filled before it is told of: what the customer reads is what is so then.
    (order.phase, order.stage) = phases::of_order(order);
    rows::put(tx, order)?;
    let skus: Vec<Sku> = order
        .lines
        .iter()
        .filter(|line| line.kind == LineKind::Stock)
        .map(|line| line.sku.clone())
        .collect();
    fill::fill(tx, now, today, actor, Some(&skus))?;
    *order = rows::get(tx, &order.id)?;
    settle(tx, now, actor, before, order, Told::Phase)?;
    let detail = serde_json::json!({ "number": order.number });
    audit::record(
        tx,
        now,
        actor,
        "order.confirmed",
        &order.id,
        &detail.to_string(),
    )
}

fn ready(order: &mut Order, now: DateTime<Utc>) -> Ended {
    if order.ready_at.is_some() {
        return Ended::Repeated;
    }
    match phases::why_not_ready(order) {
        Some(why) => Ended::Refused(why),
        None => {
            order.ready_at = Some(now);
            Ended::Done(Told::Phase)
        }
    }
}

impl Taking<'_> {
    fn stage(&mut self, order: &mut Order, sku: &Sku, stage: i64) -> Result<Ended> {
        let place = place(order, "sku", sku)?;
        let line = &order.lines[place];
        if line.kind != LineKind::Made {
            return Ok(Ended::Refused(format!("has {sku} not made to order")));
        }
        let stages = line.stages.len() as i64;
        if stage < 1 || stage > stages + 1 {
            let message = format!("must be from 1 to {}", stages + 1);
            return Err(Error::invalid("stage", message));
        }
        if stage <= line.stage {
            return Ok(Ended::Repeated);
        }
        if phases::next_stage(order, line) != Some(stage) {
            let why = if order.confirmed_at.is_none() {
                "is not confirmed yet".to_owned()
            } else {
                format!("has {sku} in stage {} and not before {stage}", line.stage)
            };
            return Ok(Ended::Refused(why));
        }
        let line = &mut order.lines[place];
        line.stage = stage;
        if stage > stages {
            line.reserved += line.backordered;
            line.backordered = Quantity::ZERO;
        }
        Ok(Ended::Done(Told::Phase))
    }

    fn ship(
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

    fn deliver(&mut self, order: &mut Order, which: Option<&str>) -> Result<Ended> {
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

    fn give_back(&mut self, order: &mut Order, id: &str) -> Result<Ended> {
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

    fn cancel(
        &mut self,
        order: &mut Order,
        reason: &str,
        asked: Option<&[Amount]>,
    ) -> Result<Ended> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > 200 || reason.chars().any(char::is_control)
        {
            return Err(Error::invalid("reason", "must have 1 to 200 characters"));
        }
        let planned = planned(self.tx, &order.id)?;
        let mut wanted: Vec<(usize, Quantity)> = Vec::new();
        match asked {
            None => {
                for (place, line) in order.lines.iter().enumerate() {
                    wanted.push((place, line.open()));
                }
            }
            Some(amounts) => {
                for (index, amount) in amounts.iter().enumerate() {
                    let place = place(order, &format!("lines[{index}].sku"), &amount.sku)?;
                    let line = &order.lines[place];
                    let further = amount.quantity - line.cancelled;
                    if amount.quantity < Quantity::ZERO || further > line.open() {
                        let most = line.cancelled + line.open();
                        let message = format!("must be from 0 to {most}: the rest has left");
                        return Err(Error::invalid(format!("lines[{index}].quantity"), message));
                    }
                    wanted.push((place, further.max(Quantity::ZERO)));
                }
            }
        }
        for (place, quantity) in &wanted {
            let line = &order.lines[*place];
            let in_shipment = planned.get(&line.line_no).copied().unwrap_or_default();
            if *quantity > line.open() - in_shipment {
                let sku = &line.sku;
                return Ok(Ended::Refused(format!(
                    "has {in_shipment} of {sku} in a shipment: take it out there first"
                )));
            }
        }
        let mut changed = false;
        for (place, quantity) in wanted {
            let line = &mut order.lines[place];
            let from_waiting = quantity.min(line.backordered);
            line.backordered = line.backordered - from_waiting;
            line.reserved = line.reserved - (quantity - from_waiting);
            line.cancelled += quantity;
            changed |= quantity > Quantity::ZERO;
        }
        if !changed {
            return Ok(Ended::Repeated);
        }
        order.cancel_reason = Some(reason.to_owned());
        if order.lines.iter().all(|line| line.open() == Quantity::ZERO) {
            order.cancelled_at = Some(self.now);
        }
        hold(self.tx, order)?;
        Ok(Ended::Done(Told::Phase))
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

fn place(order: &Order, field: &str, sku: &Sku) -> Result<usize> {
    order
        .lines
        .iter()
        .position(|line| line.sku == *sku)
        .ok_or_else(|| Error::invalid(field, format!("{sku} is not in order {}", order.number)))
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
