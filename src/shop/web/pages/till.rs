//! Kasir: the till.

use axum::Router;

use super::Pages;

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
}
