//! What came of an order: in parts, with lots and damages; and taking such a delivery back.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use super::{OrderStep, digest, keep, refused, words};
use crate::error::{Error, Faults, Result};
use crate::hub::Hub;
use crate::hub::reach::check_date;
use crate::hub::store::supplier_orders::{self as rows, SupplierOrder, SupplierOrderState};
use crate::hub::store::supplier_receipts::{
    self as receipts, SupplierReceipt, SupplierReceiptLine,
};
use crate::hub::store::warehouse::{self, MoveReason, StockMove};
use crate::hub::store::{self, HubTx};
use crate::hub::warehouse::{check_lot, missing, turned_round};
use crate::model::{Quantity, Sku};

/// A delivery of a supplier.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Delivery {
    /// Its identity; with it the same request again is the same delivery.
    pub id: Option<Uuid>,
    /// The number of the supplier's delivery note, or words; may be empty.
    pub note: String,
    /// What came.
    pub lines: Vec<Delivered>,
}

/// What came of a product with one date and one lot code, base units.
#[derive(Debug, Clone, Serialize)]
pub struct Delivered {
    /// The product.
    pub sku: Sku,
    /// In good condition: taken into the warehouse.
    pub quantity: Quantity,
    /// Damaged or past its date: not taken in.
    pub damaged: Quantity,
    /// The supplier's lot code; empty where it has none.
    pub lot: String,
    /// Best before; absent for goods without a date.
    pub expires: Option<NaiveDate>,
}

impl Hub {
    /// Books a delivery of an order in: all of it or a part, and more than was ordered where more came.
    ///
    /// # Errors
    /// [`Error::NotFound`] without the order, [`Error::Invalid`] names the line and field that cannot be,
    /// [`Error::Conflict`] when the identity has other content.
    pub async fn receive_supplier_order(
        &self,
        actor: &str,
        order_id: &str,
        delivery: Delivery,
    ) -> Result<OrderStep> {
        let (actor, order_id) = (actor.to_owned(), order_id.to_owned());
        let (now, today) = (self.now(), self.today());
        let note = words("note", &delivery.note)?;
        let id = delivery.id.unwrap_or_else(Uuid::now_v7).to_string();
        let request_hash = digest(&(&order_id, &delivery))?;
        store::write(self.store(), move |tx| {
            let mut order = rows::get(tx, &order_id)?;
            if let Some(before) = receipts::find(tx, &id)? {
                if before.request_hash == request_hash {
                    return Ok(OrderStep::Repeated(order));
                }
                return Err(Error::Conflict(format!(
                    "delivery {id} was booked with other content"
                )));
            }
            match order.state {
                SupplierOrderState::Recommended => {
                    return Ok(refused(order, "and nothing was ordered: confirm it first"));
                }
                SupplierOrderState::Cancelled => {
                    let why = "and nothing of it is waited for: book the goods in by themselves";
                    return Ok(refused(order, why));
                }
                _ => {}
            }
            check(&order, &delivery, today)?;
            let receipt = SupplierReceipt {
                id: id.clone(),
                order_id: order_id.clone(),
                at: now,
                actor: actor.clone(),
                note: note.clone(),
                request_hash: request_hash.clone(),
                undone: None,
                lines: delivery.lines.iter().map(receipt_line).collect(),
            };
            receipts::insert(tx, &receipt)?;
            warehouse::post(tx, now, &actor, &moves(&receipt))?;
            for came in &receipt.lines {
                add(&mut order, came, 1);
            }
            settle(tx, &mut order, now)?;
            keep(tx, now, &actor, "received", &mut order)?;
            Ok(OrderStep::Done(order))
        })
        .await
    }

    /// The order that a delivery was for.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a delivery.
    pub async fn order_of_supplier_receipt(&self, id: &str) -> Result<String> {
        let id = id.to_owned();
        store::read(self.store(), move |tx| {
            let receipt = receipts::find(tx, &id)?;
            let receipt = receipt
                .ok_or_else(|| Error::NotFound(format!("there is no stock document {id}")))?;
            Ok(receipt.order_id)
        })
        .await
    }

    /// Takes a delivery back that was booked by mistake, while its goods are still there.
    ///
    /// # Errors
    /// [`Error::NotFound`] without the order or its delivery.
    pub async fn take_back_supplier_receipt(
        &self,
        actor: &str,
        order_id: &str,
        receipt_id: &str,
    ) -> Result<OrderStep> {
        let (actor, now) = (actor.to_owned(), self.now());
        let (order_id, receipt_id) = (order_id.to_owned(), receipt_id.to_owned());
        store::write(self.store(), move |tx| {
            let mut order = rows::get(tx, &order_id)?;
            let receipt = receipts::find(tx, &receipt_id)?
                .filter(|receipt| receipt.order_id == order_id)
                .ok_or_else(|| {
                    Error::NotFound(format!("order {order_id} has no delivery {receipt_id}"))
                })?;
            if receipt.undone.is_some() {
                return Ok(OrderStep::Repeated(order));
            }
            let moves = turned_round(tx, &receipt_id)?;
            if let Some(why) = missing(tx, &moves)? {
                return Ok(refused(order, &format!("and {why}")));
            }
            warehouse::post(tx, now, &actor, &moves)?;
            receipts::set_undone(tx, &receipt_id, now, &actor)?;
            for came in &receipt.lines {
                add(&mut order, came, -1);
            }
            settle(tx, &mut order, now)?;
            keep(tx, now, &actor, "receipt_taken_back", &mut order)?;
            Ok(OrderStep::Done(order))
        })
        .await
    }
}

fn check(order: &SupplierOrder, delivery: &Delivery, today: NaiveDate) -> Result<()> {
    let mut faults = Faults::default();
    if delivery.lines.is_empty() {
        faults.add("lines", "there are none");
    } else if delivery.lines.len() > super::MOST_LINES {
        faults.add(
            "lines",
            format!("there are more than {}", super::MOST_LINES),
        );
    }
    for (index, came) in delivery.lines.iter().enumerate() {
        let field = |name: &str| format!("lines[{index}].{name}");
        if !order.lines.iter().any(|line| line.sku == came.sku) {
            let message = format!("{} is not in the order: book it in by itself", came.sku);
            faults.add(field("sku"), message);
        }
        for (name, quantity) in [("quantity", came.quantity), ("damaged", came.damaged)] {
            if quantity < Quantity::ZERO || quantity > Quantity::LIMIT {
                faults.add(
                    field(name),
                    format!("must be from 0 to {}", Quantity::LIMIT),
                );
            }
        }
        if came.quantity == Quantity::ZERO && came.damaged == Quantity::ZERO {
            faults.add(field("quantity"), "nothing came of it");
        }
        check_lot(&came.lot, &field("lot"), &mut faults);
        check_date(came.expires, today, &field("expires"), &mut faults);
        if came.expires.is_some_and(|expires| expires < today) && came.quantity > Quantity::ZERO {
            let message = format!("is before {today}: book what is past its date as damaged");
            faults.add(field("expires"), message);
        }
    }
    faults.into_result()
}

fn receipt_line(came: &Delivered) -> SupplierReceiptLine {
    SupplierReceiptLine {
        sku: came.sku.clone(),
        lot: came.lot.clone(),
        expires: came.expires,
        quantity: came.quantity,
        damaged: came.damaged,
    }
}

fn moves(receipt: &SupplierReceipt) -> Vec<StockMove> {
    receipt
        .lines
        .iter()
        .map(|line| StockMove {
            sku: line.sku.clone(),
            lot: line.lot.clone(),
            expires: line.expires,
            quantity: line.quantity,
            reason: MoveReason::Receipt,
            reference: receipt.id.clone(),
        })
        .collect()
}

fn add(order: &mut SupplierOrder, came: &SupplierReceiptLine, sign: i64) {
    if let Some(line) = order.lines.iter_mut().find(|line| line.sku == came.sku) {
        line.received += Quantity(came.quantity.0 * sign);
        line.damaged += Quantity(came.damaged.0 * sign);
    }
}

/// The state that follows from what has come.
fn settle(
    tx: &mut dyn HubTx,
    order: &mut SupplierOrder,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<()> {
    let came = receipts::of_order(tx, &order.id)?;
    let anything = came.iter().any(|receipt| receipt.undone.is_none());
    let all = order.lines.iter().all(|line| line.open() == Quantity::ZERO);
    order.state = match (anything, all) {
        (true, true) => SupplierOrderState::Received,
        (true, false) => SupplierOrderState::PartReceived,
        (false, _) if order.sent_at.is_some() => SupplierOrderState::Sent,
        (false, _) => SupplierOrderState::Confirmed,
    };
    order.ended_at = all.then_some(now).filter(|_| anything);
    if order.state != SupplierOrderState::ClosedShort {
        order.end_reason = None;
    }
    Ok(())
}
