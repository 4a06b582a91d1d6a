//! Receipts on paper and screen, the printer, QRIS, codes on photographs.

mod photo;
mod qris;
mod queue;
mod receipt;
mod settings;
mod texts;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::Pages;
use crate::shop::codes::PHOTO_LIMIT;
use crate::shop::printing::Trouble;
use crate::web::layout::asset;

pub(super) use texts::Texts;

/// The style sheet of these pages.
const STYLE: &str = "/assets/printing.css";

/// A photograph with what a form puts around it.
const FORM_LIMIT: usize = PHOTO_LIMIT + 64 * 1024;

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route(
            STYLE,
            get(async || asset("text/css", include_str!("../../assets/printing.css"))),
        )
        .route("/struk/{id}", get(receipt::show))
        .route("/struk/{id}/cetak", post(receipt::print))
        .route("/cetak", get(queue::show))
        .route("/cetak/sekarang", post(queue::try_now))
        .route("/cetak/buang", post(queue::drop_all))
        .route("/cetak/{id}/buang", post(queue::drop_one))
        .route("/qris/{id}", get(qris::show))
        .route(
            "/kasir/foto",
            post(photo::read).layer(DefaultBodyLimit::max(FORM_LIMIT)),
        )
}

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
        .route(
            "/pengaturan/struk",
            get(settings::show).post(settings::save),
        )
        .route("/pengaturan/struk/tes", post(settings::test))
        .route("/pengaturan/qris", get(qris::settings).post(qris::save))
        .route("/pengaturan/qris/hapus", post(qris::remove))
        .route(
            "/pengaturan/qris/periksa",
            post(qris::check).layer(DefaultBodyLimit::max(FORM_LIMIT)),
        )
}

/// Why nothing came out of the printer, and what to do.
fn told(trouble: Trouble, texts: &Texts) -> &'static str {
    match trouble {
        Trouble::Off => texts.trouble_off,
        Trouble::NoDevice => texts.trouble_no_device,
        Trouble::NotAllowed => texts.trouble_not_allowed,
        Trouble::Stuck => texts.trouble_stuck,
        Trouble::CutOff => texts.trouble_cut_off,
        Trouble::FarAway => texts.trouble_far_away,
        Trouble::NoPrinter => texts.trouble_no_printer,
        Trouble::Other => texts.trouble_other,
    }
}

/// An identity for a form, so that sending it twice acts once.
fn form_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
