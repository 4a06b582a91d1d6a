//! `/demand`

use axum::extract::{Path, State};
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::recorded;
use crate::shop::Shop;
use crate::shop::stock::{AskedFor, MissedDemand, MissedDemandRequest};
use crate::web::Problem;
use crate::web::problem::Json;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Shop> {
    OpenApiRouter::new()
        .routes(routes!(miss))
        .routes(routes!(take_back))
}

/// A customer asked for something and went away without it. It counts as demand.
#[utoipa::path(post, path = "/demand/missed", tag = "demand", request_body = MissedDemandRequest,
    responses(
        (status = CREATED, body = MissedDemand),
        (status = OK, body = MissedDemand, description = "Recorded before; the same body"),
        (status = CONFLICT, body = Problem, description = "The id was used for something else"),
        (status = UNPROCESSABLE_ENTITY, body = Problem),
    ))]
async fn miss(
    State(shop): State<Shop>,
    Json(request): Json<MissedDemandRequest>,
) -> Result<Response, Problem> {
    recorded(shop.miss_demand(request).await?)
}

/// Takes back what was told by mistake, on the day it was told. Taken back already, it is answered alike.
#[utoipa::path(delete, path = "/demand/missed/{id}", tag = "demand",
    params(("id" = String, Path, description = "Of the request that told it")),
    responses(
        (status = OK, body = AskedFor),
        (status = NOT_FOUND, body = Problem),
        (status = CONFLICT, body = Problem, description = "It was told on an earlier day"),
    ))]
async fn take_back(
    State(shop): State<Shop>,
    Path(id): Path<String>,
) -> Result<axum::Json<AskedFor>, Problem> {
    Ok(axum::Json(shop.take_back_asked(&id, "till").await?))
}
