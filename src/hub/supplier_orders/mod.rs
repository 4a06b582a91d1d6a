//! Orders to suppliers: from the plan's recommendation to the goods in the warehouse.
//!
//! `recommended -> confirmed -> sent -> part_received -> received`, `cancelled` while nothing has come, and `closed_short`
//! when no more of it is waited for. A step taken again is answered as done.

mod edit;
mod make;
mod receive;
mod steps;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Hub;
use super::messages::announce_each;
use super::store::supplier_orders::{self as rows, SupplierOrder, SupplierOrderState};
use super::store::supplier_receipts::{self as receipts, SupplierReceipt};
use super::store::{self, HubTx, audit};
use crate::error::{Error, Result};
use crate::model::{Money, Quantity, Sku};

pub use receive::{Delivered, Delivery};
pub use steps::Promise;

/// The most orders in one answer.
pub const MOST_ORDERS: i64 = 200;

/// The most lines of an order.
pub const MOST_LINES: usize = 1_000;

/// What is to be ordered of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderLineRequest {
    /// The product.
    pub sku: Sku,
    /// Base units; 0 leaves it out. Absent where only the price is told.
    pub quantity: Option<Quantity>,
    /// Rupiah per unit; the supplier's price where absent.
    pub price: Option<Money>,
}

/// An order to be made.
#[derive(Debug, Clone)]
pub struct NewSupplierOrder {
    /// Its identity; with it the same request again is the same order.
    pub id: Option<Uuid>,
    /// The supplier's name.
    pub supplier: String,
    /// The date whose plan it is for; today if absent.
    pub date: Option<NaiveDate>,
    /// For the supplier to read; may be empty.
    pub note: String,
    /// What it holds; what the plan recommends if absent.
    pub lines: Option<Vec<OrderLineRequest>>,
}

/// What became of a request to make an order.
#[derive(Debug, Clone, PartialEq)]
pub enum OrderMade {
    /// It was made, in place of an earlier recommendation for the supplier.
    Created(SupplierOrder),
    /// It had been made before, and is now as it is here.
    Repeated(SupplierOrder),
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum OrderStep {
    /// It was taken.
    Done(SupplierOrder),
    /// It had been taken before, alike.
    Repeated(SupplierOrder),
    /// It leads nowhere from the state that the order is in.
    Refused {
        /// The order as it is.
        order: SupplierOrder,
        /// Why, in words.
        why: String,
    },
}

impl Hub {
    /// An order to a supplier and its deliveries.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn supplier_order(&self, id: &str) -> Result<(SupplierOrder, Vec<SupplierReceipt>)> {
        let id = id.to_owned();
        store::read(self.store(), move |tx| {
            Ok((rows::get(tx, &id)?, receipts::of_order(tx, &id)?))
        })
        .await
    }

    /// The latest orders, newest first, at most [`MOST_ORDERS`]; to one supplier, in one state, where asked for.
    ///
    /// # Errors
    /// What the database said.
    pub async fn supplier_orders(
        &self,
        supplier: Option<String>,
        state: Option<SupplierOrderState>,
    ) -> Result<Vec<SupplierOrder>> {
        store::read(self.store(), move |tx| {
            rows::list(tx, supplier.as_deref(), state, MOST_ORDERS)
        })
        .await
    }

    /// The orders that something is still to come of, the next to come first; to one supplier where asked for.
    ///
    /// # Errors
    /// What the database said.
    pub async fn open_supplier_orders(
        &self,
        supplier: Option<String>,
    ) -> Result<Vec<SupplierOrder>> {
        store::read(self.store(), move |tx| rows::open(tx, supplier.as_deref())).await
    }
}

fn refused(order: SupplierOrder, why: &str) -> OrderStep {
    let name = order.number.as_ref().unwrap_or(&order.id);
    let why = format!("order {name} is {} {why}", order.state);
    OrderStep::Refused { order, why }
}

/// What makes two requests the same.
fn digest(content: &impl Serialize) -> Result<Vec<u8>> {
    let content = serde_json::to_vec(content)
        .map_err(|error| Error::Internal(format!("writing a request: {error}")))?;
    Ok(Sha256::digest(content).to_vec())
}

/// Writes an order as it is after a step, the step in the audit log, and tells the distributor's other systems of it.
fn keep(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    actor: &str,
    step: &str,
    order: &mut SupplierOrder,
) -> Result<()> {
    order.version += 1;
    rows::put(tx, order)?;
    let lines: BTreeMap<&str, i64> = order
        .lines
        .iter()
        .map(|line| (line.sku.as_str(), line.quantity.0))
        .collect();
    let detail = serde_json::json!({
        "number": order.number, "supplier": order.supplier, "reason": order.end_reason, "lines": lines,
    });
    let action = format!("supplier_order.{step}");
    announce_each(
        tx,
        now,
        &action,
        (&order.id, Some(order.version)),
        &told(order),
    )?;
    audit::record(tx, now, actor, &action, &order.id, &detail.to_string())
}

/// An order as other systems are told of it.
fn told(order: &SupplierOrder) -> serde_json::Value {
    let lines: Vec<serde_json::Value> = order
        .lines
        .iter()
        .map(|line| {
            serde_json::json!({
                "sku": line.sku, "quantity": line.quantity.0, "received": line.received.0, "damaged": line.damaged.0,
            })
        })
        .collect();
    serde_json::json!({
        "number": order.number, "supplier": order.supplier, "state": order.state.as_str(),
        "reason": order.end_reason, "lines": lines,
    })
}

/// A text for people, trimmed: at most 200 characters, none of them a control character.
fn words(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > 200 || text.chars().any(char::is_control) {
        return Err(Error::invalid(
            field,
            "must have at most 200 characters, none of them a control character",
        ));
    }
    Ok(text.to_owned())
}

/// As [`words`], and not empty.
fn some_words(field: &str, text: &str) -> Result<String> {
    let text = words(field, text)?;
    if text.is_empty() {
        return Err(Error::invalid(field, "must have 1 to 200 characters"));
    }
    Ok(text)
}
