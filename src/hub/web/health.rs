//! Whether the hub can keep what it is told, and what there is to measure. Neither needs a token in a hub of one
//! distributor.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::Error;
use crate::hub::Hub;
use crate::hub::status::Measures;
use crate::web::{Problem, bearer};

/// The hub is well.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    status: &'static str,
    /// The program's version.
    version: &'static str,
}

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(metrics))
}

/// 200 when a change would be kept: one is made and flushed to the disk to find out.
#[utoipa::path(get, path = "/healthz", tag = "service", security(()), responses(
    (status = OK, body = Health),
    (status = SERVICE_UNAVAILABLE, body = Problem, description = "Another process holds the database"),
    (status = INSUFFICIENT_STORAGE, body = Problem, description = "The disk is full"),
    (status = INTERNAL_SERVER_ERROR, body = Problem),
))]
async fn healthz(State(hub): State<Hub>) -> Result<axum::Json<Health>, Problem> {
    hub.check_health().await?;
    Ok(axum::Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    }))
}

/// Figures for Prometheus. They name shops: where several distributors share the hub, a token is needed and the figures
/// are those of its distributor.
#[utoipa::path(get, path = "/metrics", tag = "service", security((), ("token" = [])), responses(
    (status = OK, body = String, content_type = "text/plain", description = "OpenMetrics text"),
    (status = UNAUTHORIZED, body = Problem, description = "Several distributors share this hub"),
    (status = INTERNAL_SERVER_ERROR, body = Problem),
))]
async fn metrics(State(hub): State<Hub>, headers: HeaderMap) -> Result<Response, Problem> {
    if hub.tenants().await?.len() > 1 {
        let secret = bearer(&headers).ok_or_else(|| {
            Error::Unauthorized("several distributors share this hub: a token is needed".to_owned())
        })?;
        hub.token_label(secret).await?;
    }
    let text = measured(&hub.measures().await?)?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfShop {
    shop: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct InState {
    state: &'static str,
}

fn measured(measures: &Measures) -> Result<String, Error> {
    let shops = Gauge::<i64>::default();
    let held = Family::<OfShop, Gauge>::default();
    let quarantined = Family::<OfShop, Gauge>::default();
    let silent = Family::<OfShop, Gauge>::default();
    let skew = Family::<OfShop, Gauge>::default();
    for (shop, events) in &measures.shops {
        let of_shop = OfShop {
            shop: shop.name.clone(),
        };
        shops.inc_by(i64::from(shop.active));
        held.get_or_create(&of_shop).set(events.held);
        quarantined.get_or_create(&of_shop).set(events.quarantined);
        // A shop that never spoke is as old as its row: it was to be paired and was not.
        let since = shop.last_contact.unwrap_or(shop.created_at);
        let seconds = measures
            .at
            .signed_duration_since(since)
            .num_seconds()
            .max(0);
        if shop.active {
            silent.get_or_create(&of_shop).set(seconds);
        }
        if let Some(seconds) = shop.skew_seconds {
            skew.get_or_create(&of_shop).set(seconds);
        }
    }
    let shipments = Family::<InState, Gauge>::default();
    for (state, count) in &measures.shipments {
        let state = state.as_str();
        shipments.get_or_create(&InState { state }).set(*count);
    }
    let mut registry = Registry::with_prefix("kulakan_hub");
    registry.register("shops", "Shops that are supplied", shops);
    registry.register("events", "Events held", held);
    registry.register(
        "events_quarantined",
        "Events that could not be applied",
        quarantined,
    );
    registry.register(
        "shop_silent_seconds",
        "Age of the oldest sale that may not have arrived: time since the shop last spoke",
        silent,
    );
    registry.register("shop_skew_seconds", "Shop's clock minus the hub's", skew);
    registry.register("shipments", "Shipments by state", shipments);
    let alarms = Gauge::<i64>::default();
    alarms.set(i64::try_from(measures.alarms.len()).unwrap_or(i64::MAX));
    registry.register("alarms", "Shops in use as two copies", alarms);
    let backed_up = Gauge::<i64>::default();
    backed_up.set(
        measures
            .backups
            .last
            .as_ref()
            .map_or(0, |last| last.at.timestamp()),
    );
    registry.register(
        "backup_last_timestamp_seconds",
        "When the last backup was taken, 0 for never",
        backed_up,
    );
    let failed = Gauge::<i64>::default();
    failed.set(i64::from(measures.backups.failure.is_some()));
    registry.register(
        "backup_failed",
        "Whether the last nightly backup failed",
        failed,
    );
    let mut text = String::new();
    encode(&mut text, &registry)
        .map_err(|error| Error::Internal(format!("writing the figures: {error}")))?;
    Ok(text)
}
