//! `/sync`

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::shop::Shop;
use crate::shop::sync::SyncStatus;
use crate::web::Problem;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Shop> {
    OpenApiRouter::new().routes(routes!(status))
}

/// How the shop stands with its hub.
#[utoipa::path(get, path = "/sync", tag = "sync", responses((status = OK, body = SyncStatus)))]
async fn status(State(shop): State<Shop>) -> Result<axum::Json<SyncStatus>, Problem> {
    Ok(axum::Json(shop.sync_status().await?))
}
