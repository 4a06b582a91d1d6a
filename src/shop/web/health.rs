//! Health and figures, for monitors: no token, and nothing in them that is anybody's secret.

use axum::Router;
use axum::extract::{Extension, MatchedPath, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::Error;
use crate::shop::Shop;
use crate::web::Problem;

/// The calls of this file, to be nested with the API.
pub fn router() -> OpenApiRouter<Shop> {
    OpenApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(metrics))
}

/// The same at the root.
pub fn at_root() -> Router<Shop> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
}

/// All is well.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
    /// Of the program.
    version: &'static str,
}

/// Whether a sale would be recorded now: a write transaction was just done.
#[utoipa::path(get, path = "/healthz", tag = "monitoring", security(()),
    responses((status = OK, body = Health), (status = SERVICE_UNAVAILABLE, body = Problem)))]
async fn healthz(State(shop): State<Shop>) -> Response {
    match shop.beat().await {
        Ok(()) => axum::Json(Health {
            status: "ok",
            version: env!("CARGO_PKG_VERSION"),
        })
        .into_response(),
        Err(error) => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not-writable",
            "Nothing can be recorded",
            error.to_string(),
        )
        .into_response(),
    }
}

/// Answered requests, by path as it is written in the API and by status: a bounded number of series.
#[derive(Debug, Clone, Default)]
pub struct Requests(Family<Vec<(&'static str, String)>, Counter>);

/// Middleware: counts what is answered.
pub async fn count(
    State(requests): State<Requests>,
    path: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let path = path.map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let labels = vec![
        ("path", path),
        ("status", response.status().as_u16().to_string()),
    ];
    requests.0.get_or_create(&labels).inc();
    response
}

/// Figures in the text form of Prometheus. No product and no customer has a series.
#[utoipa::path(get, path = "/metrics", tag = "monitoring", security(()),
    responses((status = OK, body = String, content_type = "application/openmetrics-text")))]
async fn metrics(
    State(shop): State<Shop>,
    Extension(requests): Extension<Requests>,
) -> Result<Response, Problem> {
    let status = shop.status().await?;
    let mut registry = Registry::with_prefix("kulakan_shop");
    registry.register(
        "http_requests",
        "Requests answered since the start",
        requests.0,
    );
    registry.register(
        "sales",
        "Sales recorded",
        ConstCounter::new(status.sales.unsigned_abs()),
    );
    registry.register(
        "sync_backlog_events",
        "Events that the hub does not have yet",
        ConstGauge::new(status.sync.backlog),
    );
    registry.register(
        "sync_failures",
        "Exchanges with the hub that failed in a row",
        ConstGauge::new(i64::from(status.sync.failures)),
    );
    registry.register(
        "sync_last_success_timestamp_seconds",
        "When an exchange with the hub last went through, 0 for never",
        ConstGauge::new(seconds(status.sync.last_success_at.as_deref())),
    );
    registry.register(
        "plan_last_timestamp_seconds",
        "When the last plan was made, 0 for never",
        ConstGauge::new(seconds(
            status
                .last_plan
                .as_ref()
                .map(|plan| plan.created_at.as_str()),
        )),
    );
    let backups = &status.backups;
    registry.register(
        "backup_last_timestamp_seconds",
        "When the last backup was taken, 0 for never",
        ConstGauge::new(backups.last.as_ref().map_or(0, |last| last.at.timestamp())),
    );
    registry.register(
        "backup_failed",
        "Whether the last nightly backup failed",
        ConstGauge::new(i64::from(backups.failure.is_some())),
    );
    registry.register(
        "database_bytes",
        "Size of the database with its log",
        ConstGauge::new(status.database_bytes as i64),
    );
    let mut text = String::new();
    encode(&mut text, &registry)
        .map_err(|error| Error::Internal(format!("writing figures: {error}")))?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

fn seconds(moment: Option<&str>) -> i64 {
    moment
        .and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok())
        .map_or(0, |moment| moment.timestamp())
}
