//! Reports with pictures.

use axum::Router;

use super::Pages;

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
}
