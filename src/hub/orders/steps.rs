//! The steps of an order.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::fill::{self, Outlook, hold, planned};
use super::notices::{Told, settle};
use super::phases;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::hub::store::orders::{self as rows, LineKind, Order};
use crate::hub::store::{self, HubTx, audit};
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
pub(super) enum Ended {
    Done(Told),
    Repeated,
    Refused(String),
}

/// What every step is taken with.
pub(super) struct Taking<'t> {
    pub tx: &'t mut dyn HubTx,
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
    pub actor: &'t str,
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
        Action::Stage { sku, stage } => ("order.stage", Taking::stage(&mut order, sku, *stage)?),
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
    fn stage(order: &mut Order, sku: &Sku, stage: i64) -> Result<Ended> {
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

pub(super) fn place(order: &Order, field: &str, sku: &Sku) -> Result<usize> {
    order
        .lines
        .iter()
        .position(|line| line.sku == *sku)
        .ok_or_else(|| Error::invalid(field, format!("{sku} is not in order {}", order.number)))
}
