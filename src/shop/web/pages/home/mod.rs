//! Beranda: the first page.

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;

use super::Pages;

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/", get(async || Redirect::to("/lainnya")))
}

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
}
