//! `/supplier-orders` and `/supply-plan`

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Items;
use super::queries::{ScheduleQuery, SupplierOrderQuery};
use super::shops::sku;
use super::supplier_order_bodies::{OrderBody, SupplierPlanBody};
use crate::error::Error;
use crate::hub::Hub;
use crate::hub::store::supplier_orders::SupplierOrderState;
use crate::hub::supplier_orders::{
    Delivered, Delivery, NewSupplierOrder, OrderLineRequest, OrderMade, OrderStep, Promise,
};
use crate::hub::web::auth::Caller;
use crate::model::{Money, Quantity};
use crate::web::problem::{Json as Body, Query};
use crate::web::{Language, Problem};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(plan))
        .routes(routes!(list, create))
        .routes(routes!(get))
        .routes(routes!(edit))
        .routes(routes!(confirm))
        .routes(routes!(send))
        .routes(routes!(promise))
        .routes(routes!(receive))
        .routes(routes!(take_back))
        .routes(routes!(cancel))
        .routes(routes!(close))
        .routes(routes!(reopen))
}

/// What is to be ordered of a product.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderLineRequestBody {
    /// The product.
    sku: String,
    /// Base units; 0 leaves it out. May be absent where only the price is told.
    quantity: Option<i64>,
    /// Rupiah per unit; the supplier's price if absent.
    price: Option<i64>,
}

/// An order to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrderBody {
    /// Made by the caller, so that the request may be repeated.
    id: Option<Uuid>,
    /// The supplier's name.
    supplier: String,
    /// The date whose plan it is for; today if absent.
    date: Option<NaiveDate>,
    /// For the supplier to read.
    #[serde(default)]
    note: String,
    /// What it holds; what the plan recommends if absent.
    lines: Option<Vec<OrderLineRequestBody>>,
}

/// Changes to an order. Lines that are not named stay.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderEditsBody {
    /// The version that they were made from: refused if the order has another by now.
    version: Option<i64>,
    /// For the supplier to read.
    note: Option<String>,
    /// The changed lines.
    #[serde(default)]
    lines: Vec<OrderLineRequestBody>,
}

/// What came of an order.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryBody {
    /// Made by the caller, so that the request may be repeated.
    id: Option<Uuid>,
    /// The number of the supplier's delivery note, or words.
    #[serde(default)]
    note: String,
    /// What came.
    lines: Vec<DeliveredBody>,
}

/// What came of a lot.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveredBody {
    /// The product.
    sku: String,
    /// In good condition, base units.
    #[serde(default)]
    quantity: i64,
    /// Damaged or past its date: not taken in.
    #[serde(default)]
    damaged: i64,
    /// The supplier's lot code.
    #[serde(default)]
    lot: String,
    /// Best before.
    expires: Option<NaiveDate>,
}

/// What the supplier says that it will deliver.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromiseBody {
    /// The day; absent takes a promise back.
    promised_on: Option<NaiveDate>,
    /// What it says besides.
    #[serde(default)]
    note: String,
    /// How much of which product, where it is not all.
    #[serde(default)]
    lines: Vec<PromisedLineBody>,
}

/// What the supplier says of a product.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromisedLineBody {
    /// The product.
    sku: String,
    /// Base units.
    quantity: i64,
}

/// Why an order ends.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndBody {
    /// In words.
    reason: String,
}

fn lines(bodies: Vec<OrderLineRequestBody>) -> Result<Vec<OrderLineRequest>, Error> {
    bodies
        .into_iter()
        .enumerate()
        .map(|(index, body)| {
            Ok(OrderLineRequest {
                sku: sku(&format!("lines[{index}].sku"), &body.sku)?,
                quantity: body.quantity.map(Quantity),
                price: body.price.map(Money),
            })
        })
        .collect()
}

/// What is to be ordered, supplier by supplier, and every figure of why.
#[utoipa::path(get, path = "/supply-plan", tag = "supply", params(ScheduleQuery), responses(
    (status = OK, body = Items<SupplierPlanBody>), (status = UNAUTHORIZED, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn plan(
    State(hub): State<Hub>,
    Query(query): Query<ScheduleQuery>,
) -> Result<Json<Items<SupplierPlanBody>>, Problem> {
    let language = match query.lang.as_deref() {
        None => Language::default(),
        Some(tag) => {
            Language::from_tag(tag).ok_or_else(|| Error::invalid("lang", "must be id or en"))?
        }
    };
    let plan = hub
        .supply_plan(query.date.unwrap_or_else(|| hub.today()))
        .await?;
    let items = plan
        .suppliers
        .into_iter()
        .map(|plan| SupplierPlanBody::of(plan, language));
    Ok(Json(Items {
        items: items.collect(),
    }))
}

/// The latest 200 orders to suppliers, newest first.
#[utoipa::path(get, path = "/supplier-orders", tag = "supply", params(SupplierOrderQuery), responses(
    (status = OK, body = Items<OrderBody>), (status = UNAUTHORIZED, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn list(
    State(hub): State<Hub>,
    Query(query): Query<SupplierOrderQuery>,
) -> Result<Json<Items<OrderBody>>, Problem> {
    let state = query
        .state
        .map(|text| {
            SupplierOrderState::parse(&text).ok_or_else(|| {
                Error::invalid("state", format!("{text:?} is no state of a supplier order"))
            })
        })
        .transpose()?;
    Ok(Items::json(
        hub.supplier_orders(query.supplier, state).await?,
    ))
}

/// Makes an order from the plan, or from lines of one's own, in place of an earlier recommendation for the supplier.
#[utoipa::path(post, path = "/supplier-orders", tag = "supply", request_body = NewOrderBody, responses(
    (status = CREATED, body = OrderBody),
    (status = OK, body = OrderBody, description = "Made before by the same request; as it is now"),
    (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "Nothing to order, a supplier that is switched off, or an id with other content"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn create(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<NewOrderBody>,
) -> Result<Response, Problem> {
    let new = NewSupplierOrder {
        id: body.id,
        supplier: body.supplier,
        date: body.date,
        note: body.note,
        lines: body.lines.map(lines).transpose()?,
    };
    let (status, order) = match hub.create_supplier_order(&caller, new).await? {
        OrderMade::Created(order) => (StatusCode::CREATED, order),
        OrderMade::Repeated(order) => (StatusCode::OK, order),
    };
    Ok((status, Json(OrderBody::from(order))).into_response())
}

/// An order and its deliveries.
#[utoipa::path(get, path = "/supplier-orders/{id}", tag = "supply", params(("id" = String, Path)), responses(
    (status = OK, body = OrderBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn get(State(hub): State<Hub>, Path(id): Path<String>) -> Result<Json<OrderBody>, Problem> {
    let (order, receipts) = hub.supplier_order(&id).await?;
    Ok(Json(OrderBody::from(order).with(receipts)))
}

/// Changes an order that the supplier does not have yet.
#[utoipa::path(patch, path = "/supplier-orders/{id}", tag = "supply", params(("id" = String, Path)),
    request_body = OrderEditsBody, responses(
    (status = OK, body = OrderBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "Sent already, or changed meanwhile"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn edit(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<OrderEditsBody>,
) -> Result<Json<OrderBody>, Problem> {
    let edits = lines(body.lines)?;
    taken(
        hub.edit_supplier_order(&caller, &id, body.version, edits, body.note)
            .await?,
    )
}

/// Decides on a recommended order: it gets its number and is on order. The same again: 200.
#[utoipa::path(post, path = "/supplier-orders/{id}/confirm", tag = "supply", params(("id" = String, Path)),
    request_body = Option<OrderEditsBody>, responses(
    (status = OK, body = OrderBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "From another state, told in `state`"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn confirm(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    body: Option<Body<OrderEditsBody>>,
) -> Result<Json<OrderBody>, Problem> {
    let body = body.map(|Body(edits)| edits).unwrap_or_default();
    let edits = lines(body.lines)?;
    taken(
        hub.confirm_supplier_order(&caller, &id, body.version, edits)
            .await?,
    )
}

/// Notes that the supplier has the order. Again: 200.
#[utoipa::path(post, path = "/supplier-orders/{id}/send", tag = "supply", params(("id" = String, Path)), responses(
    (status = OK, body = OrderBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "From another state, told in `state`")))]
async fn send(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<OrderBody>, Problem> {
    taken(hub.send_supplier_order(&caller, &id).await?)
}

/// Notes what the supplier says that it will deliver, and when.
#[utoipa::path(post, path = "/supplier-orders/{id}/promise", tag = "supply", params(("id" = String, Path)),
    request_body = PromiseBody, responses(
    (status = OK, body = OrderBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "Nothing of it is waited for"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn promise(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<PromiseBody>,
) -> Result<Json<OrderBody>, Problem> {
    let quantities = body.lines.into_iter().enumerate().map(|(index, line)| {
        let sku = sku(&format!("lines[{index}].sku"), &line.sku)?;
        Ok((sku, Quantity(line.quantity)))
    });
    let promise = Promise {
        on: body.promised_on,
        note: body.note,
        quantities: quantities.collect::<Result<_, Error>>()?,
    };
    taken(
        hub.promise_supplier_order(&caller, None, &id, promise)
            .await?,
    )
}

/// Books a delivery in: all of the order or a part. The same again: 200.
#[utoipa::path(post, path = "/supplier-orders/{id}/receipts", tag = "supply", params(("id" = String, Path)),
    request_body = DeliveryBody, responses(
    (status = OK, body = OrderBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "Not ordered or called off, or an id with other content"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn receive(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<DeliveryBody>,
) -> Result<Json<OrderBody>, Problem> {
    let came = body.lines.into_iter().enumerate().map(|(index, line)| {
        Ok(Delivered {
            sku: sku(&format!("lines[{index}].sku"), &line.sku)?,
            quantity: Quantity(line.quantity),
            damaged: Quantity(line.damaged),
            lot: line.lot.trim().to_owned(),
            expires: line.expires,
        })
    });
    let delivery = Delivery {
        id: body.id,
        note: body.note,
        lines: came.collect::<Result<_, Error>>()?,
    };
    taken(hub.receive_supplier_order(&caller, &id, delivery).await?)
}

/// Takes a delivery back that was booked by mistake, while its goods are still there. Again: 200.
#[utoipa::path(post, path = "/supplier-orders/{id}/receipts/{receipt}/undo", tag = "supply",
    params(("id" = String, Path), ("receipt" = String, Path)), responses(
    (status = OK, body = OrderBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "The goods have left since")))]
async fn take_back(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path((id, receipt)): Path<(String, String)>,
) -> Result<Json<OrderBody>, Problem> {
    taken(
        hub.take_back_supplier_receipt(&caller, &id, &receipt)
            .await?,
    )
}

/// Calls an order off of which nothing has come. Again: 200.
#[utoipa::path(post, path = "/supplier-orders/{id}/cancel", tag = "supply", params(("id" = String, Path)),
    request_body = EndBody, responses(
    (status = OK, body = OrderBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "Something has come; told in `state`"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn cancel(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<EndBody>,
) -> Result<Json<OrderBody>, Problem> {
    taken(
        hub.cancel_supplier_order(&caller, &id, &body.reason)
            .await?,
    )
}

/// Waits for no more of an order of which a part has come. Again: 200.
#[utoipa::path(post, path = "/supplier-orders/{id}/close", tag = "supply", params(("id" = String, Path)),
    request_body = EndBody, responses(
    (status = OK, body = OrderBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem), (status = CONFLICT, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn close(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<EndBody>,
) -> Result<Json<OrderBody>, Problem> {
    taken(hub.close_supplier_order(&caller, &id, &body.reason).await?)
}

/// Waits for the rest of a closed order after all. Again: 200.
#[utoipa::path(post, path = "/supplier-orders/{id}/reopen", tag = "supply", params(("id" = String, Path)), responses(
    (status = OK, body = OrderBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem), (status = CONFLICT, body = Problem)))]
async fn reopen(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<OrderBody>, Problem> {
    taken(hub.reopen_supplier_order(&caller, &id).await?)
}

fn taken(step: OrderStep) -> Result<Json<OrderBody>, Problem> {
    match step {
        OrderStep::Done(order) | OrderStep::Repeated(order) => Ok(Json(order.into())),
        OrderStep::Refused { order, why } => {
            Err(Problem::from(Error::Refused(why)).with("state", order.state.as_str()))
        }
    }
}
