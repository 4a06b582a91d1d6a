//! Orders as calls take and give them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::shops::sku;
use crate::error::Error;
use crate::hub::orders::people::NewCustomer;
use crate::hub::orders::{Amount, NewLine, NewOrder, OrderView, Orderer};
use crate::hub::store::customers::Customer;
use crate::hub::store::order_parcels::{Parcel, PhaseStep};
use crate::hub::store::orders::{LineKind, Order, OrderLine, OrderPhase};
use crate::model::{Money, Quantity};

/// So much of a product.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmountBody {
    /// The product.
    sku: String,
    /// Base units.
    quantity: i64,
}

pub(super) fn amounts(bodies: Vec<AmountBody>) -> Result<Vec<Amount>, Error> {
    bodies
        .into_iter()
        .enumerate()
        .map(|(index, body)| {
            Ok(Amount {
                sku: sku(&format!("lines[{index}].sku"), &body.sku)?,
                quantity: Quantity(body.quantity),
            })
        })
        .collect()
}

/// A customer that may be new: found again by name, telephone number and e-mail address together.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CustomerRequest {
    /// The name.
    name: String,
    /// As people write it: `0812-3456-789`.
    phone: String,
    /// For messages by e-mail.
    email: String,
    /// Where deliveries go.
    address: String,
    /// `id` or `en`: in which language the customer is told.
    language: String,
    /// `email`, `whatsapp`, `webhook` or `none`; by what there is if absent.
    channel: String,
}

/// A line of an order to be entered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLineBody {
    /// The product.
    sku: String,
    /// Base units.
    quantity: i64,
    /// Rupiah per unit; the catalogue's price if absent.
    price: Option<i64>,
    /// `stock`, `made` or `dropship`; as the product's rule says if absent.
    kind: Option<String>,
    /// Who sends it, of what a supplier sends.
    supplier: Option<String>,
}

/// An order to be entered, of one of `customer_id`, `shop_id` and `customer`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrderBody {
    /// Made by the caller, so that the request may be repeated.
    id: Option<Uuid>,
    /// A customer that is known.
    customer_id: Option<String>,
    /// A shop of this hub.
    shop_id: Option<String>,
    /// Anybody else.
    customer: Option<CustomerRequest>,
    /// When it is wanted.
    wanted_on: Option<NaiveDate>,
    /// The customer's own number.
    #[serde(default)]
    reference: String,
    /// In words.
    #[serde(default)]
    note: String,
    /// What is ordered.
    lines: Vec<NewLineBody>,
    /// Accept it at once.
    #[serde(default)]
    confirm: bool,
}

impl NewOrderBody {
    pub(super) fn order(self) -> Result<NewOrder, Error> {
        let orderer = match (self.customer_id, self.shop_id, self.customer) {
            (Some(id), None, None) => Orderer::Customer(id),
            (None, Some(id), None) => Orderer::Shop(id),
            (None, None, Some(told)) => Orderer::New(NewCustomer {
                name: told.name,
                phone: told.phone,
                email: told.email,
                address: told.address,
                language: told.language,
                channel: told.channel,
            }),
            _ => {
                return Err(Error::invalid(
                    "customer",
                    "give one of customer_id, shop_id and customer",
                ));
            }
        };
        let lines = self
            .lines
            .into_iter()
            .enumerate()
            .map(|(index, line)| {
                let kind = line
                    .kind
                    .map(|text| {
                        LineKind::parse(&text).ok_or_else(|| {
                            Error::invalid(
                                format!("lines[{index}].kind"),
                                format!("{text:?} is none of stock, made, dropship"),
                            )
                        })
                    })
                    .transpose()?;
                Ok(NewLine {
                    sku: sku(&format!("lines[{index}].sku"), &line.sku)?,
                    quantity: Quantity(line.quantity),
                    price: line.price.map(Money),
                    kind,
                    supplier: line.supplier,
                })
            })
            .collect::<Result<Vec<_>, Error>>()?;
        Ok(NewOrder {
            id: self.id,
            orderer,
            wanted_on: self.wanted_on,
            reference: self.reference,
            note: self.note,
            lines,
            confirm: self.confirm,
            source: "api",
        })
    }
}

/// A line of an order, in base units. `reserved + shipped + backordered + cancelled = quantity`.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderLineBody {
    /// From 1.
    line_no: i64,
    /// The product.
    sku: String,
    /// Its name when it was ordered.
    name: String,
    /// `stock`, `made` or `dropship`.
    #[schema(value_type = String)]
    kind: LineKind,
    /// Who sends it, where a supplier does.
    supplier: Option<String>,
    /// Rupiah per unit.
    price: i64,
    /// Base units in a unit.
    unit_factor: i64,
    /// Ordered.
    quantity: i64,
    /// Backlog: set aside and not sent yet.
    reserved: i64,
    /// Sent.
    shipped: i64,
    /// Not there yet.
    backordered: i64,
    /// Called off.
    cancelled: i64,
    /// Of what was sent, arrived.
    delivered: i64,
    /// Of what is made to order: 0 before it is begun, n in its nth stage, one more than there are when it is done.
    stage: i64,
    /// The stages' names, in Indonesian.
    stages: Vec<String>,
    /// When what is not there is promised for.
    promised_on: Option<NaiveDate>,
    /// What the promise rests on: `stock`, `supplier_order`, `lead_time` or `production`.
    promised_by: Option<String>,
    /// Which supplier order, or which supplier.
    promise_reference: Option<String>,
}

fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

impl From<OrderLine> for OrderLineBody {
    fn from(line: OrderLine) -> Self {
        Self {
            line_no: line.line_no,
            sku: line.sku.to_string(),
            name: line.name,
            kind: line.kind,
            supplier: filled(line.supplier),
            price: line.price.0,
            unit_factor: line.unit_factor,
            quantity: line.quantity.0,
            reserved: line.reserved.0,
            shipped: line.shipped.0,
            backordered: line.backordered.0,
            cancelled: line.cancelled.0,
            delivered: line.delivered.0,
            stage: line.stage,
            stages: line.stages.into_iter().map(|stage| stage.name).collect(),
            promised_on: line.promised_on,
            promised_by: filled(line.promised_by),
            promise_reference: filled(line.promise_reference),
        }
    }
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderBody {
    /// Its identity.
    id: String,
    /// `SO-2026-0001`.
    number: String,
    /// `received`, `confirmed`, `in_production`, `ready`, `shipped`, `delivered` or `cancelled`.
    #[schema(value_type = String)]
    phase: OrderPhase,
    /// The stage of the line that is least far, where it is in production; else 0.
    stage: i64,
    /// Who ordered.
    customer_id: String,
    /// The customer's name.
    customer: String,
    /// The shop that the customer is.
    shop_id: Option<String>,
    /// When it came.
    placed_at: DateTime<Utc>,
    /// When it is wanted.
    wanted_on: Option<NaiveDate>,
    /// When it was accepted.
    confirmed_at: Option<DateTime<Utc>>,
    /// When it was complete and packed.
    ready_at: Option<DateTime<Utc>>,
    /// When all that was open was called off.
    cancelled_at: Option<DateTime<Utc>>,
    /// Why.
    cancel_reason: Option<String>,
    /// The customer's own number.
    reference: Option<String>,
    /// In words.
    note: Option<String>,
    /// Rupiah, without what was called off.
    value: i64,
    /// What was ordered.
    lines: Vec<OrderLineBody>,
}

impl From<(Order, Customer)> for OrderBody {
    fn from((order, customer): (Order, Customer)) -> Self {
        Self {
            value: order.value().0,
            id: order.id,
            number: order.number,
            phase: order.phase,
            stage: order.stage,
            customer_id: customer.id,
            customer: customer.name,
            shop_id: order.shop_id,
            placed_at: order.placed_at,
            wanted_on: order.wanted_on,
            confirmed_at: order.confirmed_at,
            ready_at: order.ready_at,
            cancelled_at: order.cancelled_at,
            cancel_reason: order.cancel_reason,
            reference: filled(order.reference),
            note: filled(order.note),
            lines: order.lines.into_iter().map(Into::into).collect(),
        }
    }
}

/// What leaves together.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderParcelBody {
    /// Its identity.
    id: String,
    /// From 1 within the order.
    number: i64,
    /// `planned`, `shipped`, `delivered` or `returned`.
    state: &'static str,
    /// The shipment to a shop that it goes with.
    shipment_id: Option<String>,
    /// Who carries it.
    carrier: Option<String>,
    /// When it left.
    shipped_at: Option<DateTime<Utc>>,
    /// When it arrived.
    delivered_at: Option<DateTime<Utc>>,
    /// What it holds.
    lines: Vec<OrderParcelLineBody>,
}

/// Part of a line in a parcel.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderParcelLineBody {
    /// The order's line.
    line_no: i64,
    /// Base units.
    quantity: i64,
}

impl From<Parcel> for OrderParcelBody {
    fn from(parcel: Parcel) -> Self {
        Self {
            id: parcel.id,
            number: parcel.parcel_no,
            state: parcel.state.as_str(),
            shipment_id: parcel.shipment_id,
            carrier: filled(parcel.carrier),
            shipped_at: parcel.shipped_at,
            delivered_at: parcel.delivered_at,
            lines: parcel
                .lines
                .into_iter()
                .map(|(line_no, quantity)| OrderParcelLineBody {
                    line_no,
                    quantity: quantity.0,
                })
                .collect(),
        }
    }
}

/// A phase that an order came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderPhaseBody {
    /// The phase.
    #[schema(value_type = String)]
    phase: OrderPhase,
    /// When.
    at: DateTime<Utc>,
    /// By whom.
    actor: String,
}

impl From<PhaseStep> for OrderPhaseBody {
    fn from(step: PhaseStep) -> Self {
        Self {
            phase: step.phase,
            at: step.at,
            actor: step.actor,
        }
    }
}

/// An order with all that belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderDetailBody {
    /// The order.
    #[serde(flatten)]
    order: OrderBody,
    /// What left, or is about to.
    parcels: Vec<OrderParcelBody>,
    /// The phases that it came through.
    phases: Vec<OrderPhaseBody>,
    /// The page that shows it to whoever has the link: a path where the setting `public_url` is not set.
    tracking: String,
}

impl OrderDetailBody {
    pub(super) fn of(view: OrderView, base: Option<String>) -> Self {
        let base = base.unwrap_or_default();
        Self {
            tracking: format!("{base}/lacak/{}", view.order.link_secret),
            parcels: view.parcels.into_iter().map(Into::into).collect(),
            phases: view.phases.into_iter().map(Into::into).collect(),
            order: (view.order, view.customer).into(),
        }
    }
}
