//! `/shipments`

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Items;
use super::queries::ShipmentQuery;
use super::shops::sku;
use crate::error::Error;
use crate::hub::Hub;
use crate::hub::shipments::{Edits, LineRequest, Made, NewShipment, Step};
use crate::hub::store::shipments::{Shipment, ShipmentLine, ShipmentState};
use crate::hub::web::auth::Caller;
use crate::model::Quantity;
use crate::web::Problem;
use crate::web::problem::{Json as Body, Query};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get))
        .routes(routes!(confirm))
        .routes(routes!(dispatch))
        .routes(routes!(cancel))
}

/// A shipment.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShipmentBody {
    /// Its identity, here and at the shop.
    id: String,
    /// Where it goes.
    shop_id: String,
    /// `recommended`, `confirmed`, `dispatched`, `received`, `short` or `cancelled`.
    #[schema(value_type = String)]
    state: ShipmentState,
    /// The date whose plan it is for.
    date: NaiveDate,
    /// When the goods are expected at the shop.
    expected_on: NaiveDate,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was confirmed.
    confirmed_at: Option<DateTime<Utc>>,
    /// When it left.
    dispatched_at: Option<DateTime<Utc>>,
    /// When the hub learned that it had arrived.
    received_at: Option<DateTime<Utc>>,
    /// When it was called off.
    cancelled_at: Option<DateTime<Utc>>,
    /// Why it was called off.
    cancel_reason: Option<String>,
    /// What it holds.
    lines: Vec<ShipmentLineBody>,
}

/// One product of a shipment, in base units.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShipmentLineBody {
    /// The product.
    sku: String,
    /// Its name.
    name: String,
    /// What the plan recommended.
    recommended: i64,
    /// What is sent.
    quantity: i64,
    /// What came, the damaged among it; absent until the shop has told.
    received: Option<i64>,
    /// Of what came, unusable.
    damaged: Option<i64>,
    /// Best before of what is sent.
    expires: Option<NaiveDate>,
    /// The plan's line, for what was recommended.
    #[schema(value_type = Option<Object>)]
    reason: Option<Box<serde_json::value::RawValue>>,
}

impl From<ShipmentLine> for ShipmentLineBody {
    fn from(line: ShipmentLine) -> Self {
        Self {
            sku: line.sku.to_string(),
            name: line.name,
            recommended: line.recommended.0,
            quantity: line.quantity.0,
            received: line.received.map(|quantity| quantity.0),
            damaged: line.damaged.map(|quantity| quantity.0),
            expires: line.expires,
            reason: line
                .reason_json
                .and_then(|text| serde_json::value::RawValue::from_string(text).ok()),
        }
    }
}

impl From<Shipment> for ShipmentBody {
    fn from(shipment: Shipment) -> Self {
        Self {
            id: shipment.id,
            shop_id: shipment.shop_id,
            state: shipment.state,
            date: shipment.plan_date,
            expected_on: shipment.expected_on,
            created_at: shipment.created_at,
            confirmed_at: shipment.confirmed_at,
            dispatched_at: shipment.dispatched_at,
            received_at: shipment.received_at,
            cancelled_at: shipment.cancelled_at,
            cancel_reason: shipment.cancel_reason,
            lines: shipment.lines.into_iter().map(Into::into).collect(),
        }
    }
}

/// What is to be sent of a product.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineBody {
    /// The product.
    sku: String,
    /// Base units; 0 leaves it out. May be absent where only `expires` is told.
    quantity: Option<i64>,
    /// Best before of what is sent.
    expires: Option<NaiveDate>,
}

/// A shipment to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewShipmentBody {
    /// Made by the caller, so that the request may be repeated.
    id: Option<Uuid>,
    /// Where it goes.
    shop_id: String,
    /// The date whose plan it is for; today at the shop if absent.
    date: Option<NaiveDate>,
    /// What it holds; what the plan recommends if absent.
    lines: Option<Vec<LineBody>>,
}

/// Changes to lines on the way. Lines that are not named stay, all of them where there is no body.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditsBody {
    /// The changed lines.
    #[serde(default)]
    lines: Vec<LineBody>,
    /// Go on although the stock on the books does not cover it; the shipment is marked so.
    #[serde(default)]
    beyond_stock: bool,
    /// The version that this was decided on; a shipment that was changed since is not overwritten.
    version: Option<i64>,
}

pub(super) fn edits(body: Option<Body<EditsBody>>) -> Result<Edits, Error> {
    let body = body.map(|Body(edits)| edits).unwrap_or_default();
    Ok(Edits {
        lines: lines(body.lines)?,
        beyond_stock: body.beyond_stock,
        version: body.version,
    })
}

/// Why a shipment is called off.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelBody {
    /// In words that the shop reads.
    reason: String,
}

fn lines(bodies: Vec<LineBody>) -> Result<Vec<LineRequest>, Error> {
    bodies
        .into_iter()
        .enumerate()
        .map(|(index, body)| {
            Ok(LineRequest {
                sku: sku(&format!("lines[{index}].sku"), &body.sku)?,
                quantity: body.quantity.map(Quantity),
                expires: body.expires,
            })
        })
        .collect()
}

/// The latest 200 shipments, newest first.
#[utoipa::path(get, path = "/shipments", tag = "shipments", params(ShipmentQuery), responses(
    (status = OK, body = Items<ShipmentBody>), (status = UNAUTHORIZED, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn list(
    State(hub): State<Hub>,
    Query(query): Query<ShipmentQuery>,
) -> Result<Json<Items<ShipmentBody>>, Problem> {
    let state = query
        .state
        .map(|text| {
            ShipmentState::parse(&text).ok_or_else(|| {
                Error::invalid("state", format!("{text:?} is no state of a shipment"))
            })
        })
        .transpose()?;
    Ok(Items::json(hub.shipments(query.shop, state).await?))
}

/// Makes a shipment from the plan, or from lines of one's own, in place of an earlier recommendation for the shop.
#[utoipa::path(post, path = "/shipments", tag = "shipments", request_body = NewShipmentBody, responses(
    (status = CREATED, body = ShipmentBody),
    (status = OK, body = ShipmentBody, description = "Made before by the same request; as it is now"),
    (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "Nothing to send, or the id has other content"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn create(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<NewShipmentBody>,
) -> Result<Response, Problem> {
    let new = NewShipment {
        id: body.id,
        shop_id: body.shop_id,
        date: body.date,
        lines: body.lines.map(lines).transpose()?,
    };
    let (status, shipment) = match hub.create_shipment(&caller, new).await? {
        Made::Created(shipment) => (StatusCode::CREATED, shipment),
        Made::Repeated(shipment) => (StatusCode::OK, shipment),
    };
    Ok((status, Json(ShipmentBody::from(shipment))).into_response())
}

/// A shipment.
#[utoipa::path(get, path = "/shipments/{id}", tag = "shipments", params(("id" = String, Path)), responses(
    (status = OK, body = ShipmentBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn get(
    State(hub): State<Hub>,
    Path(id): Path<String>,
) -> Result<Json<ShipmentBody>, Problem> {
    Ok(Json(hub.shipment(&id).await?.into()))
}

/// Decides on a recommended shipment: the goods are on order at the shop. The same again: 200.
#[utoipa::path(post, path = "/shipments/{id}/confirm", tag = "shipments", params(("id" = String, Path)),
    request_body = Option<EditsBody>, responses(
    (status = OK, body = ShipmentBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "From another state, told in `state`"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn confirm(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    body: Option<Body<EditsBody>>,
) -> Result<Json<ShipmentBody>, Problem> {
    taken(hub.confirm_shipment(&caller, &id, edits(body)?).await?)
}

/// Sends a confirmed shipment off: the goods are in transit. The same again: 200.
#[utoipa::path(post, path = "/shipments/{id}/dispatch", tag = "shipments", params(("id" = String, Path)),
    request_body = Option<EditsBody>, responses(
    (status = OK, body = ShipmentBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "From another state, told in `state`"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn dispatch(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    body: Option<Body<EditsBody>>,
) -> Result<Json<ShipmentBody>, Problem> {
    taken(hub.dispatch_shipment(&caller, &id, edits(body)?).await?)
}

/// Calls a shipment off that has not arrived. Again: 200.
#[utoipa::path(post, path = "/shipments/{id}/cancel", tag = "shipments", params(("id" = String, Path)),
    request_body = CancelBody, responses(
    (status = OK, body = ShipmentBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "It has arrived; told in `state`"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn cancel(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<CancelBody>,
) -> Result<Json<ShipmentBody>, Problem> {
    taken(hub.cancel_shipment(&caller, &id, &body.reason).await?)
}

pub(super) fn taken(step: Step) -> Result<Json<ShipmentBody>, Problem> {
    match step {
        Step::Done(shipment) | Step::Repeated(shipment) => Ok(Json(shipment.into())),
        Step::Refused {
            shipment,
            why,
            lacks,
        } => {
            let state = shipment.state.as_str();
            let problem = Problem::from(Error::Refused(why)).with("state", state);
            if lacks.is_empty() {
                return Err(problem);
            }
            let lacking: Vec<serde_json::Value> = lacks
                .iter()
                .map(|lack| {
                    serde_json::json!({
                        "sku": lack.sku, "wanted": lack.wanted.0, "available": lack.available.0,
                    })
                })
                .collect();
            Err(problem.with("lacking", lacking))
        }
    }
}
