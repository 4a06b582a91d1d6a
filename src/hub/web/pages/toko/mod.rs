//! Shops: the list, and each shop.

pub(super) mod delivery;
mod flags;
mod list;
pub(super) mod shop;
pub(super) mod texts;
pub(super) mod ways;

use axum::Router;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};

use super::Pages;
use crate::web::Language;
use crate::web::layout::moment;
use texts::ShopTexts;

/// For owner and dispatcher.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/toko", get(list::show))
        .route("/toko/aneh", get(flags::show).post(flags::decide))
        .route("/toko/{id}", get(shop::show))
        .route("/toko/{id}/jadwal", post(delivery::set))
        .route("/toko/{id}/rencana", post(shop::plan_again))
}

/// A moment on the hub's wall, or that it never came.
pub(super) fn contact(pages: &Pages, at: Option<DateTime<Utc>>, language: Language) -> String {
    let zone = pages.hub.identity().timezone;
    at.map_or_else(
        || ShopTexts::of(language).never.to_owned(),
        |at| moment(at.with_timezone(&zone).naive_local(), language),
    )
}
