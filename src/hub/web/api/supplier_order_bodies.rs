//! What `/supplier-orders` and `/supply-plan` answer.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::hub::store::supplier_orders::{SupplierOrder, SupplierOrderLine, SupplierOrderState};
use crate::hub::store::supplier_receipts::SupplierReceipt;
use crate::hub::supply::{
    OrderReason, SupplierPlan, SupplyLine, SupplyReason, SupplyUrgency, Switch, words,
};
use crate::web::Language;

/// An order to a supplier. Quantities are base units, money rupiah.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupplierOrder)]
pub struct OrderBody {
    /// Its identity.
    id: String,
    /// `PO-2026-0001`, from the moment it is confirmed.
    number: Option<String>,
    /// The supplier's name.
    supplier: String,
    /// `recommended`, `confirmed`, `sent`, `part_received`, `received`, `closed_short` or `cancelled`.
    #[schema(value_type = String)]
    state: SupplierOrderState,
    /// Counts up with every change.
    version: i64,
    /// The date whose plan it is for.
    date: NaiveDate,
    /// When the goods are expected, by the lead time.
    expected_on: NaiveDate,
    /// When the supplier says that it will deliver.
    promised_on: Option<NaiveDate>,
    /// What it says besides.
    promise_note: Option<String>,
    /// For the supplier to read.
    note: String,
    /// What all of it costs.
    value: i64,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was confirmed.
    confirmed_at: Option<DateTime<Utc>>,
    /// When it was sent.
    sent_at: Option<DateTime<Utc>>,
    /// When it was received whole, closed or called off.
    ended_at: Option<DateTime<Utc>>,
    /// Why it was closed or called off.
    end_reason: Option<String>,
    /// How the recommendation as a whole came about.
    #[schema(value_type = Option<Object>)]
    reason: Option<Box<RawValue>>,
    /// What it holds.
    lines: Vec<OrderLineBody>,
    /// Its deliveries, where one order is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipts: Option<Vec<ReceiptBody>>,
}

/// A product of an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupplierOrderLine)]
pub struct OrderLineBody {
    /// The product.
    sku: String,
    /// The supplier's own code.
    supplier_sku: Option<String>,
    /// Its name.
    name: String,
    /// The unit that the price is for.
    unit: String,
    /// Base units in it.
    unit_factor: i64,
    /// The supplier's pack.
    pack_name: String,
    /// Base units in it.
    pack_size: i64,
    /// What the plan recommended.
    recommended: i64,
    /// What is ordered.
    quantity: i64,
    /// Rupiah per unit.
    price: i64,
    /// What it costs.
    value: i64,
    /// What the supplier says that it will deliver.
    promised: Option<i64>,
    /// What came in good condition.
    received: i64,
    /// What came damaged.
    damaged: i64,
    /// What is still to come.
    open: i64,
    /// Why it was recommended.
    #[schema(value_type = Option<Object>)]
    reason: Option<Box<RawValue>>,
}

/// A delivery of a supplier.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupplierReceipt)]
pub struct ReceiptBody {
    /// Its identity.
    id: String,
    /// When it was booked in.
    at: DateTime<Utc>,
    /// By whom.
    actor: String,
    /// The number of the supplier's delivery note, or words.
    note: String,
    /// When it was taken back.
    undone_at: Option<DateTime<Utc>>,
    /// What came.
    lines: Vec<ReceiptLineBody>,
}

/// What came of a lot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupplierReceiptLine)]
pub struct ReceiptLineBody {
    /// The product.
    sku: String,
    /// The supplier's lot code.
    lot: String,
    /// Best before.
    expires: Option<NaiveDate>,
    /// In good condition.
    quantity: i64,
    /// Damaged.
    damaged: i64,
}

fn raw(json: Option<String>) -> Option<Box<RawValue>> {
    json.and_then(|text| RawValue::from_string(text).ok())
}

impl From<SupplierOrder> for OrderBody {
    fn from(order: SupplierOrder) -> Self {
        Self {
            value: order.value().0,
            id: order.id,
            number: order.number,
            supplier: order.supplier,
            state: order.state,
            version: order.version,
            date: order.plan_date,
            expected_on: order.expected_on,
            promised_on: order.promised_on,
            promise_note: order.promise_note,
            note: order.note,
            created_at: order.created_at,
            confirmed_at: order.confirmed_at,
            sent_at: order.sent_at,
            ended_at: order.ended_at,
            end_reason: order.end_reason,
            reason: raw(order.reason_json),
            lines: order.lines.into_iter().map(Into::into).collect(),
            receipts: None,
        }
    }
}

impl From<SupplierOrderLine> for OrderLineBody {
    fn from(line: SupplierOrderLine) -> Self {
        Self {
            value: line.value().0,
            open: line.open().0,
            sku: line.sku.to_string(),
            supplier_sku: line.supplier_sku,
            name: line.name,
            unit: line.unit.0,
            unit_factor: line.unit.1,
            pack_name: line.pack.0,
            pack_size: line.pack.1.0,
            recommended: line.recommended.0,
            quantity: line.quantity.0,
            price: line.price.0,
            promised: line.promised.map(|promised| promised.0),
            received: line.received.0,
            damaged: line.damaged.0,
            reason: raw(line.reason_json),
        }
    }
}

impl OrderBody {
    /// With the order's deliveries.
    #[must_use]
    pub fn with(mut self, receipts: Vec<SupplierReceipt>) -> Self {
        self.receipts = Some(receipts.into_iter().map(Into::into).collect());
        self
    }
}

impl From<SupplierReceipt> for ReceiptBody {
    fn from(receipt: SupplierReceipt) -> Self {
        let lines = receipt.lines.into_iter().map(|line| ReceiptLineBody {
            sku: line.sku.to_string(),
            lot: line.lot,
            expires: line.expires,
            quantity: line.quantity.0,
            damaged: line.damaged.0,
        });
        Self {
            id: receipt.id,
            at: receipt.at,
            actor: receipt.actor,
            note: receipt.note,
            undone_at: receipt.undone.map(|(at, _)| at),
            lines: lines.collect(),
        }
    }
}

/// What to order from a supplier.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupplierPlan)]
pub struct SupplierPlanBody {
    /// The supplier's name.
    supplier: String,
    /// Something is to be ordered now.
    due: bool,
    /// The first day on which the supplier takes it.
    order_on: NaiveDate,
    /// When it would be here.
    expected_on: NaiveDate,
    /// How the order as a whole came about.
    #[schema(value_type = Object)]
    reason: OrderReason,
    /// Its products: those to be ordered now, then the others.
    lines: Vec<SupplyLineBody>,
}

/// A product in the plan of its supplier.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupplyLine)]
pub struct SupplyLineBody {
    /// The product.
    sku: String,
    /// Its name.
    name: String,
    /// `due`, `along` or `later`.
    #[schema(value_type = String)]
    urgency: SupplyUrgency,
    /// Base units to order now.
    quantity: i64,
    /// In packs of the supplier.
    packs: i64,
    /// Base units in a pack.
    pack_size: i64,
    /// Rupiah per unit.
    price: i64,
    /// What it costs.
    value: i64,
    /// Q, base units, unrounded.
    eoq: f64,
    /// Reorder point, base units, unrounded.
    rop: f64,
    /// When its position will have come down to the reorder point.
    next_order_on: Option<NaiveDate>,
    /// Every figure of why.
    #[schema(value_type = Object)]
    reason: SupplyReason,
    /// Why, in words.
    sentence: String,
    /// A reserve supplier in place of the first, and what that costs.
    #[schema(value_type = Option<Object>)]
    switch: Option<Switch>,
    /// That in words.
    switch_sentence: Option<String>,
}

impl SupplierPlanBody {
    /// A plan, with its sentences in `language`.
    #[must_use]
    pub fn of(plan: SupplierPlan, language: Language) -> Self {
        Self {
            due: plan.is_due(),
            supplier: plan.supplier,
            order_on: plan.order_on,
            expected_on: plan.expected_on,
            reason: plan.reason,
            lines: plan
                .lines
                .into_iter()
                .map(|line| SupplyLineBody::of(line, language))
                .collect(),
        }
    }
}

impl SupplyLineBody {
    fn of(line: SupplyLine, language: Language) -> Self {
        Self {
            sentence: words::line(&line, language),
            switch_sentence: line
                .switch
                .as_ref()
                .map(|switch| words::switch(switch, language)),
            sku: line.item.sku.to_string(),
            name: line.item.name,
            urgency: line.reason.urgency,
            quantity: line.quantity.0,
            packs: line.packs,
            pack_size: line.source.pack.1.0,
            price: line.source.price.0,
            value: line.value.0,
            eoq: line.reason.lot,
            rop: line.reason.reorder_point,
            next_order_on: line.next_order_on,
            reason: line.reason,
            switch: line.switch,
        }
    }
}
