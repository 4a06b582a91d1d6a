//! Shops: the list, and each shop.

mod flags;
mod list;
pub(super) mod shop;
pub(super) mod texts;

use axum::Router;
use axum::routing::{get, post};

use super::Pages;

/// For owner and dispatcher.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/toko", get(list::show))
        .route("/toko/aneh", get(flags::show).post(flags::decide))
        .route("/toko/{id}", get(shop::show))
        .route("/toko/{id}/rencana", post(shop::plan_again))
}
