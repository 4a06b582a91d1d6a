//! `/sync`

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::shop::Shop;
use crate::shop::sync::SyncStatus;
use crate::web::Problem;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Shop> {
    OpenApiRouter::new().routes(routes!(status, exchange))
}

/// How the shop stands with its hub.
#[utoipa::path(get, path = "/sync", tag = "sync", responses((status = OK, body = SyncStatus)))]
async fn status(State(shop): State<Shop>) -> Result<axum::Json<SyncStatus>, Problem> {
    Ok(axum::Json(shop.sync_status().await?))
}

/// One full push and pull with the hub, now; answers how the shop stands after it.
#[utoipa::path(post, path = "/sync", tag = "sync",
    responses(
        (status = OK, body = SyncStatus),
        (status = CONFLICT, body = Problem, description = "The shop has no hub"),
        (status = BAD_GATEWAY, body = Problem, description = "The hub cannot be reached, or says no"),
    ))]
async fn exchange(State(shop): State<Shop>) -> Result<axum::Json<SyncStatus>, Problem> {
    shop.exchange().await?;
    Ok(axum::Json(shop.sync_status().await?))
}
