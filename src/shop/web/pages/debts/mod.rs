//! Kasbon: who owes what, taking a payment, and reminding somebody.

mod account;
mod edit;
mod list;
mod pay_out;
pub(super) mod texts;

use axum::Router;
use axum::routing::{get, post};

use super::visitor::Visitor;
use super::{Pages, money};
use crate::shop::debts::Ageing;
use crate::web::Language;
use crate::web::encoded;
use crate::web::layout::Frame;
use texts::DebtTexts;

/// A label and its figure.
type Row = (&'static str, String);

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/kasbon", get(list::show))
        .route("/kasbon/{id}", get(account::show))
        .route("/kasbon/{id}/bayar", post(account::pay))
        .route(
            "/kasbon/{id}/kembalikan",
            get(pay_out::ask).post(pay_out::pay_out),
        )
        .route("/kasbon/{id}/ubah", get(edit::ask).post(edit::change))
        .route("/pelanggan/baru", get(edit::ask_new).post(edit::add))
}

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
        .route("/kasbon/{id}/hapus", post(account::write_off))
        .route("/kasbon/{id}/awal", post(account::open))
        .route("/kasbon/{id}/simpan", post(edit::retire))
        .route("/kasbon/{id}/kembali", post(edit::bring_back))
        .route(
            "/pengaturan/kasbon",
            get(edit::ask_settings).post(edit::save_settings),
        )
}

impl Pages {
    /// The frame of a page of this area.
    fn debts_frame(&self, visitor: &Visitor, title: &str, path: &str) -> Frame {
        Frame {
            path: path.to_owned(),
            scripts: vec!["/assets/day.js"],
            styles: vec!["/assets/day.css"],
            ..self.frame(visitor, title, "/kasbon")
        }
    }
}

/// A customer's page; an identity may hold anything.
fn path_of(id: &str) -> String {
    format!("/kasbon/{}", encoded(id))
}

fn ageing_rows(ageing: &Ageing, language: Language) -> Vec<Row> {
    let texts = DebtTexts::of(language);
    vec![
        (texts.to_7, money(ageing.to_7_days, language)),
        (texts.to_30, money(ageing.to_30_days, language)),
        (texts.to_60, money(ageing.to_60_days, language)),
        (texts.older, money(ageing.older, language)),
    ]
}
