//! What moves stock by hand: taking in, counting, and goods of others.

mod bring_in;
mod consignment;
mod count;
mod margin;
mod purchase;
mod receipts;
mod settle;
pub mod texts;
mod walk;

use axum::Router;
use axum::routing::{get, post};

use super::Pages;

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/barang-masuk", get(receipts::list).post(receipts::open))
        .route("/barang-masuk/{id}", get(receipts::receipt))
        .route(
            "/barang-masuk/daftar/{id}",
            get(purchase::show).post(purchase::act),
        )
        .route("/opname", get(count::list).post(count::open))
        .route("/opname/{id}", get(walk::show).post(walk::enter))
        .route("/opname/{id}/selisih", get(count::review).post(count::save))
        .route("/opname/{id}/buang", post(count::drop_it))
        .route("/titip-jual", get(consignment::list).post(consignment::add))
        .route("/titip-jual/{id}", get(consignment::show))
        .route("/titip-jual/{id}/masuk", post(consignment::leave))
}

/// What only the owner may open: it shows what is paid for goods.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
        .route(
            "/titip-jual/{id}/bayar",
            get(settle::ask).post(settle::settle),
        )
        .route("/titip-jual/nota/{id}", get(settle::statement))
}
