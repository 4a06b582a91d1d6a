//! The steps of an order: decided, sent, promised, called off, closed.

use chrono::{Datelike, NaiveDate};

use super::edit::{Goods, agrees, check_version, edited};
use super::{OrderLineRequest, OrderStep, keep, refused, some_words, words};
use crate::error::{Error, Faults, Result};
use crate::hub::Hub;
use crate::hub::reach::not_from;
use crate::hub::store::supplier_orders::{self as rows, SupplierOrder, SupplierOrderState};
use crate::hub::store::{self, HubTx};
use crate::model::{Quantity, Sku};

/// What the supplier says that it will deliver, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promise {
    /// The day; absent takes a promise back.
    pub on: Option<NaiveDate>,
    /// What it says besides; may be empty.
    pub note: String,
    /// How much of which product; all of it where a product is not named.
    pub quantities: Vec<(Sku, Quantity)>,
}

impl Hub {
    /// Changes the lines of an order that the supplier does not have yet. `version` is the one that the edits were made
    /// from.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] for edits that cannot be, [`Error::Conflict`] when it was changed
    /// meanwhile.
    pub async fn edit_supplier_order(
        &self,
        actor: &str,
        id: &str,
        version: Option<i64>,
        edits: Vec<OrderLineRequest>,
        note: Option<String>,
    ) -> Result<OrderStep> {
        let note = note.map(|note| words("note", &note)).transpose()?;
        self.step(actor, id, "edited", move |tx, order| {
            let same_note = note.as_ref().is_none_or(|note| *note == order.note);
            if agrees(order, &edits) && same_note {
                return Ok(Taken::Before);
            }
            if !matches!(
                order.state,
                SupplierOrderState::Recommended | SupplierOrderState::Confirmed
            ) {
                return Ok(Taken::Not(
                    "and what the supplier has is not changed".to_owned(),
                ));
            }
            check_version(order, version)?;
            let goods = Goods::of(tx, &order.supplier)?;
            order.lines = edited(std::mem::take(&mut order.lines), &edits, &goods)?;
            if let Some(note) = &note {
                order.note.clone_from(note);
            }
            Ok(Taken::Now)
        })
        .await
    }

    /// Decides on a recommended order: it gets its number and is on order. `edits` change lines, add them or (with 0)
    /// leave them out.
    ///
    /// # Errors
    /// As [`Hub::edit_supplier_order`].
    pub async fn confirm_supplier_order(
        &self,
        actor: &str,
        id: &str,
        version: Option<i64>,
        edits: Vec<OrderLineRequest>,
    ) -> Result<OrderStep> {
        let (now, year) = (self.now(), self.today().year());
        self.step(actor, id, "confirmed", move |tx, order| {
            if order.state == SupplierOrderState::Confirmed {
                return Ok(if agrees(order, &edits) {
                    Taken::Before
                } else {
                    Taken::Not("already, with other lines".to_owned())
                });
            }
            if order.state != SupplierOrderState::Recommended {
                return Ok(Taken::Not(
                    "and only a recommended order can be confirmed".to_owned(),
                ));
            }
            check_version(order, version)?;
            let goods = Goods::of(tx, &order.supplier)?;
            order.lines = edited(std::mem::take(&mut order.lines), &edits, &goods)?;
            order.lines.retain(|line| line.quantity > Quantity::ZERO);
            let number = rows::next_number(tx, &format!("PO-{year}"))?;
            order.number = Some(format!("PO-{year}-{number:04}"));
            order.state = SupplierOrderState::Confirmed;
            order.confirmed_at = Some(now);
            Ok(Taken::Now)
        })
        .await
    }

    /// Notes that the supplier has the order.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn send_supplier_order(&self, actor: &str, id: &str) -> Result<OrderStep> {
        let now = self.now();
        self.step(actor, id, "sent", move |_, order| {
            match order.state {
                SupplierOrderState::Sent => return Ok(Taken::Before),
                SupplierOrderState::Confirmed => {}
                _ => {
                    return Ok(Taken::Not(
                        "and only a confirmed order can be sent".to_owned(),
                    ));
                }
            }
            order.state = SupplierOrderState::Sent;
            order.sent_at = Some(now);
            Ok(Taken::Now)
        })
        .await
    }

    /// Notes what the supplier says that it will deliver, and when. Only its own orders where `of` names a supplier.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it (or with it, of another supplier), [`Error::Invalid`] for a promise that cannot be.
    pub async fn promise_supplier_order(
        &self,
        actor: &str,
        of: Option<&str>,
        id: &str,
        promise: Promise,
    ) -> Result<OrderStep> {
        let note = words("note", &promise.note)?;
        let of = of.map(ToOwned::to_owned);
        let wanted = id.to_owned();
        self.step(actor, id, "promised", move |_, order| {
            if of
                .as_ref()
                .is_some_and(|supplier| *supplier != order.supplier)
            {
                return Err(Error::NotFound(format!(
                    "there is no supplier order {wanted}"
                )));
            }
            if !order.state.is_open() {
                return Ok(Taken::Not("and nothing of it is waited for".to_owned()));
            }
            let mut faults = Faults::default();
            if let Some(message) = promise.on.and_then(|on| not_from(order.plan_date, on)) {
                faults.add("promised_on", message);
            }
            let before = order.clone();
            for (index, (sku, quantity)) in promise.quantities.iter().enumerate() {
                let line = order.lines.iter_mut().find(|line| line.sku == *sku);
                let Some(line) = line else {
                    let field = format!("lines[{index}].sku");
                    faults.add(field, format!("{sku} is not in the order"));
                    continue;
                };
                if *quantity < Quantity::ZERO || *quantity > line.quantity {
                    let field = format!("lines[{index}].quantity");
                    faults.add(field, format!("must be from 0 to {}", line.quantity));
                }
                line.promised = Some(*quantity);
            }
            faults.into_result()?;
            order.promised_on = promise.on;
            order.promise_note = Some(note.clone()).filter(|note| !note.is_empty());
            Ok(if *order == before {
                Taken::Before
            } else {
                Taken::Now
            })
        })
        .await
    }

    /// Calls an order off of which nothing has come.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] without a reason.
    pub async fn cancel_supplier_order(
        &self,
        actor: &str,
        id: &str,
        reason: &str,
    ) -> Result<OrderStep> {
        let (reason, now) = (some_words("reason", reason)?, self.now());
        self.step(actor, id, "cancelled", move |_, order| {
            match order.state {
                SupplierOrderState::Cancelled => return Ok(Taken::Before),
                SupplierOrderState::Recommended
                | SupplierOrderState::Confirmed
                | SupplierOrderState::Sent => {}
                _ => {
                    return Ok(Taken::Not(
                        "and cannot be called off any more: close it instead".to_owned(),
                    ));
                }
            }
            order.state = SupplierOrderState::Cancelled;
            order.ended_at = Some(now);
            order.end_reason = Some(reason.clone());
            Ok(Taken::Now)
        })
        .await
    }

    /// Waits for no more of an order of which something has come.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] without a reason.
    pub async fn close_supplier_order(
        &self,
        actor: &str,
        id: &str,
        reason: &str,
    ) -> Result<OrderStep> {
        let (reason, now) = (some_words("reason", reason)?, self.now());
        self.step(actor, id, "closed_short", move |_, order| {
            match order.state {
                SupplierOrderState::ClosedShort => return Ok(Taken::Before),
                SupplierOrderState::PartReceived => {}
                _ => {
                    return Ok(Taken::Not(
                        "and only one of which a part has come is closed short".to_owned(),
                    ));
                }
            }
            order.state = SupplierOrderState::ClosedShort;
            order.ended_at = Some(now);
            order.end_reason = Some(reason.clone());
            Ok(Taken::Now)
        })
        .await
    }

    /// Waits for the rest of a closed order after all.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn reopen_supplier_order(&self, actor: &str, id: &str) -> Result<OrderStep> {
        self.step(actor, id, "reopened", move |_, order| {
            match order.state {
                SupplierOrderState::PartReceived => return Ok(Taken::Before),
                SupplierOrderState::ClosedShort => {}
                _ => return Ok(Taken::Not("and was not closed short".to_owned())),
            }
            order.state = SupplierOrderState::PartReceived;
            order.ended_at = None;
            order.end_reason = None;
            Ok(Taken::Now)
        })
        .await
    }

    /// Takes a step: `work` changes the order, or says why not.
    async fn step(
        &self,
        actor: &str,
        id: &str,
        name: &'static str,
        work: impl Fn(&mut dyn HubTx, &mut SupplierOrder) -> Result<Taken> + Send + 'static,
    ) -> Result<OrderStep> {
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let mut order = rows::get(tx, &id)?;
            Ok(match work(tx, &mut order)? {
                Taken::Before => OrderStep::Repeated(order),
                Taken::Not(why) => refused(order, &why),
                Taken::Now => {
                    keep(tx, now, &actor, name, &mut order)?;
                    OrderStep::Done(order)
                }
            })
        })
        .await
    }
}

/// Whether a step was taken.
enum Taken {
    Now,
    Before,
    Not(String),
}
