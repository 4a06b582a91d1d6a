//! `/sync`

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::shop::Shop;
use crate::shop::sync::SyncStatus;
use crate::shop::transport::HttpTransport;
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

/// One full push and pull with the hub, now, as `kulakan shop sync` does.
#[utoipa::path(post, path = "/sync", tag = "sync", responses(
    (status = OK, body = SyncStatus), (status = CONFLICT, body = Problem), (status = BAD_GATEWAY, body = Problem)))]
async fn exchange(State(shop): State<Shop>) -> Result<axum::Json<SyncStatus>, Problem> {
    shop.exchange(&HttpTransport::default()).await?;
    status(State(shop)).await
}
