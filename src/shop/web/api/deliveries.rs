//! `/deliveries`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::recorded;
use crate::shop::Shop;
use crate::shop::deliveries::{DeliveryQuery, DeliveryReceipt};
use crate::shop::store::deliveries::Delivery;
use crate::shop::store::taken_back::TakenBack;
use crate::shop::taken_back::TakenBackAnswer;
use crate::web::Problem;
use crate::web::problem::{Json, Query};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Shop> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(receive))
        .routes(routes!(list_taken_back))
        .routes(routes!(confirm_taken_back))
}

/// Deliveries.
#[derive(Debug, Serialize, ToSchema)]
struct Deliveries {
    /// Those to come first, then the newest; at most 200.
    items: Vec<Delivery>,
}

/// What the hub announced and sent.
#[utoipa::path(get, path = "/deliveries", tag = "deliveries", params(DeliveryQuery),
    responses((status = OK, body = Deliveries), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn list(
    State(shop): State<Shop>,
    Query(query): Query<DeliveryQuery>,
) -> Result<axum::Json<Deliveries>, Problem> {
    let items = shop.deliveries(query).await?;
    Ok(axum::Json(Deliveries { items }))
}

/// What really came: short, damaged or more than announced.
#[utoipa::path(post, path = "/deliveries/{id}/receipt", tag = "deliveries", params(("id" = String, Path)),
    request_body = DeliveryReceipt,
    responses(
        (status = CREATED, body = Delivery),
        (status = OK, body = Delivery, description = "Received before with the same quantities"),
        (status = NOT_FOUND, body = Problem),
        (status = CONFLICT, body = Problem, description = "Received with other quantities, or cancelled"),
        (status = UNPROCESSABLE_ENTITY, body = Problem),
    ))]
async fn receive(
    State(shop): State<Shop>,
    Path(id): Path<String>,
    Json(receipt): Json<DeliveryReceipt>,
) -> Result<Response, Problem> {
    recorded(shop.receive_delivery(&id, receipt).await?)
}

/// What the distributor took back.
#[derive(Debug, Serialize, ToSchema)]
struct TakenBackList {
    /// What waits for an answer first, then the newest; at most 200.
    items: Vec<TakenBack>,
}

/// What the hub says that it took back.
#[utoipa::path(get, path = "/deliveries/returns", tag = "deliveries",
    responses((status = OK, body = TakenBackList)))]
async fn list_taken_back(State(shop): State<Shop>) -> Result<axum::Json<TakenBackList>, Problem> {
    let items = shop.taken_back().await?;
    Ok(axum::Json(TakenBackList { items }))
}

/// What really left: it leaves the stock, and the hub is told.
#[utoipa::path(post, path = "/deliveries/returns/{id}/confirm", tag = "deliveries", params(("id" = String, Path)),
    request_body = TakenBackAnswer,
    responses(
        (status = CREATED, body = TakenBack),
        (status = OK, body = TakenBack, description = "Confirmed before with the same quantities"),
        (status = NOT_FOUND, body = Problem),
        (status = CONFLICT, body = Problem, description = "Confirmed with other quantities, or withdrawn"),
        (status = UNPROCESSABLE_ENTITY, body = Problem),
    ))]
async fn confirm_taken_back(
    State(shop): State<Shop>,
    Path(id): Path<String>,
    Json(answer): Json<TakenBackAnswer>,
) -> Result<Response, Problem> {
    recorded(shop.confirm_taken_back("stock", &id, answer).await?)
}
