//! `/demand`

use axum::extract::State;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::recorded;
use crate::shop::Shop;
use crate::shop::stock::{MissedDemand, MissedDemandRequest};
use crate::web::Problem;
use crate::web::problem::Json;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Shop> {
    OpenApiRouter::new().routes(routes!(miss))
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
