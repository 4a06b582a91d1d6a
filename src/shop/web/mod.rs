//! HTTP: the JSON API, its description, health and figures; the pages.

pub mod api;
mod auth;
mod health;
mod openapi;
pub mod pages;
pub mod table;

use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;

use super::Shop;
use crate::web::Problem;

/// Where the API lies.
const API: &str = "/api/v1";

/// Everything that the shop answers.
pub fn router(shop: Shop) -> Router {
    let requests = health::Requests::default();
    let guarded = api::router().layer(from_fn_with_state(shop.clone(), auth::bearer));
    let (calls, description) = OpenApiRouter::with_openapi(openapi::description())
        .nest(API, guarded.merge(health::router()))
        .split_for_parts();
    let description = openapi::Text::of(&description);
    Router::new()
        .merge(calls)
        // Monitors look for these at the root.
        .merge(health::at_root())
        .with_state(shop.clone())
        .merge(pages::router(shop))
        .route(
            "/api/openapi.json",
            get(move || std::future::ready(description.clone())),
        )
        .fallback(nothing_here)
        .layer(from_fn_with_state(requests.clone(), health::count))
        .layer(axum::Extension(requests))
}

async fn nothing_here(uri: Uri) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "not-found",
        "There is no such thing",
        format!("nothing is at {}", uri.path()),
    )
}
