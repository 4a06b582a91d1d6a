//! Stok: what is there, what became of it, and what left without being sold.

mod asked;
mod list;
mod product;
mod record;
pub mod texts;

use axum::Router;
use axum::routing::{get, post};

use super::Pages;

pub(super) use asked::Told;

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/stok", get(list::show))
        .route("/stok/{sku}", get(product::show))
        .route("/stok/catat", get(record::ask).post(record::save))
        .route("/stok/tidak-ada", post(asked::miss))
        .route("/stok/tidak-ada/batal", post(asked::take_back))
        .route("/stok/dicari", get(asked::wishes).post(asked::wish))
}
