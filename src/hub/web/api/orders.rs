//! `/orders`

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Items;
use super::order_bodies::{AmountBody, NewOrderBody, OrderBody, OrderDetailBody, amounts};
use super::queries::OrderQuery;
use super::shops::sku;
use crate::error::Error;
use crate::hub::Hub;
use crate::hub::orders::{Action, Made, Step};
use crate::hub::store::orders::{OrderFilter, OrderPhase};
use crate::hub::web::auth::Caller;
use crate::web::Problem;
use crate::web::problem::{Json as Body, Query};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get))
        .routes(routes!(confirm))
        .routes(routes!(stage))
        .routes(routes!(ready))
        .routes(routes!(ship))
        .routes(routes!(deliver))
        .routes(routes!(give_back))
        .routes(routes!(cancel))
}

/// What is made to order comes to a stage.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageBody {
    /// The product.
    sku: String,
    /// From 1; one more than there are is done.
    stage: i64,
}

/// Something leaves.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShipBody {
    /// The parcel's identity, made by the caller, so that the request may be repeated.
    id: Uuid,
    /// What leaves; all that is set aside if absent. What a supplier sends has to be named.
    lines: Option<Vec<AmountBody>>,
    /// Who carries it, in words.
    #[serde(default)]
    carrier: String,
}

/// Which parcel.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParcelBody {
    /// Its identity; every one that is on its way if absent.
    parcel: Option<String>,
}

/// Which parcel came back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnBody {
    /// Its identity.
    parcel: String,
}

/// What is called off, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderCancelBody {
    /// In words that the customer reads.
    reason: String,
    /// Of which products how much in all, with what was called off before; everything open if absent.
    lines: Option<Vec<AmountBody>>,
}

/// The latest 100 orders, newest first.
#[utoipa::path(get, path = "/orders", tag = "orders", params(OrderQuery), responses(
    (status = OK, body = Items<OrderBody>), (status = UNAUTHORIZED, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn list(
    State(hub): State<Hub>,
    Query(query): Query<OrderQuery>,
) -> Result<Json<Items<OrderBody>>, Problem> {
    let phase = query
        .phase
        .map(|text| {
            OrderPhase::parse(&text)
                .ok_or_else(|| Error::invalid("phase", format!("{text:?} is no phase of an order")))
        })
        .transpose()?;
    let before = match query.before {
        Some(id) => {
            let order = hub.order(&id).await?.order;
            Some((order.placed_at, order.id))
        }
        None => None,
    };
    let filter = OrderFilter {
        phase,
        customer_id: query.customer,
        shop_id: query.shop,
        number: query.number,
        before,
    };
    Ok(Items::json(hub.orders(filter).await?))
}

/// Enters an order of a customer or a shop.
#[utoipa::path(post, path = "/orders", tag = "orders", request_body = NewOrderBody, responses(
    (status = CREATED, body = OrderDetailBody),
    (status = OK, body = OrderDetailBody, description = "Entered before by the same request; as it is now"),
    (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "The id has other content"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn create(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<NewOrderBody>,
) -> Result<Response, Problem> {
    let (status, order) = match hub.create_order(&caller, body.order()?).await? {
        Made::Created(order) => (StatusCode::CREATED, order),
        Made::Repeated(order) => (StatusCode::OK, order),
    };
    let detail = detail(&hub, &order.id).await?;
    Ok((status, detail).into_response())
}

/// An order, with its parcels, the phases that it came through, and its public link.
#[utoipa::path(get, path = "/orders/{id}", tag = "orders", params(("id" = String, Path)), responses(
    (status = OK, body = OrderDetailBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn get(
    State(hub): State<Hub>,
    Path(id): Path<String>,
) -> Result<Json<OrderDetailBody>, Problem> {
    detail(&hub, &id).await
}

/// Accepts an order: what there is, is set aside; the rest gets a promised date. The same again: 200.
#[utoipa::path(post, path = "/orders/{id}/confirm", tag = "orders", params(("id" = String, Path)), responses(
    (status = OK, body = OrderDetailBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "From another phase, told in `phase`")))]
async fn confirm(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<OrderDetailBody>, Problem> {
    take(&hub, &caller, &id, Action::Confirm).await
}

/// What is made to order comes to its next stage. The same or an earlier one again: 200.
#[utoipa::path(post, path = "/orders/{id}/stage", tag = "orders", params(("id" = String, Path)),
    request_body = StageBody, responses(
    (status = OK, body = OrderDetailBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "A stage lies between, or the order is not confirmed"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn stage(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<StageBody>,
) -> Result<Json<OrderDetailBody>, Problem> {
    let action = Action::Stage {
        sku: sku("sku", &body.sku)?,
        stage: body.stage,
    };
    take(&hub, &caller, &id, action).await
}

/// Says that an order is complete and packed. The same again: 200.
#[utoipa::path(post, path = "/orders/{id}/ready", tag = "orders", params(("id" = String, Path)), responses(
    (status = OK, body = OrderDetailBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "Something is lacking, told in `detail`")))]
async fn ready(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<OrderDetailBody>, Problem> {
    take(&hub, &caller, &id, Action::Ready).await
}

/// Sends off what is set aside, or a part of it: stock leaves the warehouse. The same parcel again: 200.
#[utoipa::path(post, path = "/orders/{id}/ship", tag = "orders", params(("id" = String, Path)),
    request_body = ShipBody, responses(
    (status = OK, body = OrderDetailBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "Nothing can leave, or the parcel left with other lines"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn ship(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<ShipBody>,
) -> Result<Json<OrderDetailBody>, Problem> {
    let action = Action::Ship {
        parcel: body.id,
        lines: body.lines.map(amounts).transpose()?,
        carrier: body.carrier,
    };
    take(&hub, &caller, &id, action).await
}

/// Notes that parcels arrived. The same again: 200.
#[utoipa::path(post, path = "/orders/{id}/deliver", tag = "orders", params(("id" = String, Path)),
    request_body = Option<ParcelBody>, responses(
    (status = OK, body = OrderDetailBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "Nothing is on its way")))]
async fn deliver(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    body: Option<Body<ParcelBody>>,
) -> Result<Json<OrderDetailBody>, Problem> {
    let parcel = body.and_then(|Body(body)| body.parcel);
    take(&hub, &caller, &id, Action::Deliver { parcel }).await
}

/// Takes a parcel back that could not be delivered: its goods are set aside for the order again. The same again: 200.
#[utoipa::path(post, path = "/orders/{id}/return", tag = "orders", params(("id" = String, Path)),
    request_body = ReturnBody, responses(
    (status = OK, body = OrderDetailBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "It was delivered")))]
async fn give_back(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<ReturnBody>,
) -> Result<Json<OrderDetailBody>, Problem> {
    let action = Action::Return {
        parcel: body.parcel,
    };
    take(&hub, &caller, &id, action).await
}

/// Calls off what is open of an order, or a part of it. The same again: 200.
#[utoipa::path(post, path = "/orders/{id}/cancel", tag = "orders", params(("id" = String, Path)),
    request_body = OrderCancelBody, responses(
    (status = OK, body = OrderDetailBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "It is in a shipment"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn cancel(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<OrderCancelBody>,
) -> Result<Json<OrderDetailBody>, Problem> {
    let action = Action::Cancel {
        reason: body.reason,
        lines: body.lines.map(amounts).transpose()?,
    };
    take(&hub, &caller, &id, action).await
}

async fn detail(hub: &Hub, id: &str) -> Result<Json<OrderDetailBody>, Problem> {
    let view = hub.order(id).await?;
    Ok(Json(OrderDetailBody::of(view, hub.config().public_url())))
}

async fn take(
    hub: &Hub,
    caller: &str,
    id: &str,
    action: Action,
) -> Result<Json<OrderDetailBody>, Problem> {
    match hub.order_step(caller, id, action).await? {
        Step::Done(_) | Step::Repeated(_) => detail(hub, id).await,
        Step::Refused { order, why } => {
            Err(Problem::from(Error::Conflict(why)).with("phase", order.phase.as_str()))
        }
    }
}
