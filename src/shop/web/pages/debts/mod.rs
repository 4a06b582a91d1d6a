//! Kasbon: who owes what.

use axum::Router;

use super::Pages;

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
}

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
}
