//! `/api/v1`: the hub for a distributor's own systems.

mod backlog;
mod costs;
mod deliveries;
mod delivery_bodies;
mod demand;
mod exports;
mod flags;
mod fleet;
mod groups;
mod order_bodies;
mod order_rules;
mod orders;
mod plan_line;
mod plans;
mod production;
mod production_buying;
mod production_plans;
mod quarantine;
mod queries;
mod returns;
pub mod schedule;
mod shipments;
mod shops;
pub mod status;
mod stock;
pub mod stock_bodies;
pub mod supplier_order_bodies;
mod supplier_orders;
mod suppliers;
mod ubl;
mod webhooks;

use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router, middleware};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use super::openapi::Description;
use super::{auth, health};
use crate::hub::Hub;
use crate::web::Problem;

/// A list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Items<T> {
    /// The entries.
    pub items: Vec<T>,
}

impl<T> Items<T> {
    fn json<S>(entries: impl IntoIterator<Item = S>) -> Json<Self>
    where
        T: From<S>,
    {
        Json(Self {
            items: entries.into_iter().map(T::from).collect(),
        })
    }
}

/// The API under `/api/v1`, its description at `/api/openapi.json`, and health and figures at the root as well.
pub fn router(hub: Hub) -> Router {
    let calls = OpenApiRouter::new()
        .merge(shops::router())
        .merge(demand::router())
        .merge(flags::router())
        .merge(groups::router())
        .merge(costs::router())
        .merge(plans::router())
        .merge(schedule::router())
        .merge(shipments::router())
        .merge(deliveries::router())
        .merge(fleet::router())
        .merge(returns::router())
        .merge(orders::router())
        .merge(order_rules::router())
        .merge(backlog::router())
        .merge(webhooks::router())
        .merge(exports::router())
        .merge(ubl::router())
        .merge(production::router())
        .merge(production_plans::router())
        .merge(production_buying::router())
        .merge(status::router())
        .merge(quarantine::router())
        .merge(stock::router())
        .merge(suppliers::router())
        .merge(supplier_orders::router())
        .route_layer(middleware::from_fn_with_state(
            hub.clone(),
            auth::require_token,
        ))
        .merge(health::router())
        .fallback(unknown_call);
    let (api, description) = OpenApiRouter::with_openapi(Description::openapi())
        .nest("/api/v1", calls)
        .split_for_parts();
    let description = crate::web::openapi::finished(&description);
    let (service, _) = health::router().split_for_parts();
    api.method_not_allowed_fallback(wrong_method)
        .merge(service)
        .route("/api/openapi.json", get(|| async { Json(description) }))
        .with_state(hub)
}

async fn unknown_call() -> impl IntoResponse {
    Problem::new(
        StatusCode::NOT_FOUND,
        "not-found",
        "There is no such call",
        "see /api/openapi.json for the calls that there are",
    )
}

async fn wrong_method() -> impl IntoResponse {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong-method",
        "The call does not take this method",
        "see /api/openapi.json for the methods that it takes",
    )
}
