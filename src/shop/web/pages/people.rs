//! Who works here, and what was done by whom.

use axum::Router;

use super::Pages;

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
}
