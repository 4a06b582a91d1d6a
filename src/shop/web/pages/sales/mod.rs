//! Penjualan: receipts of the past, taking them back.

mod back;
mod list;
mod show;
pub(super) mod texts;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Duration, NaiveDateTime, Utc};

use super::Pages;
use super::visitor::Visitor;
use crate::error::Error;
use crate::model::PaymentMethod;
use crate::web::Language;
use texts::SalesTexts;

/// What everybody may open. Taking something back asks for the owner's approval by itself.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/penjualan", get(list::show))
        .route("/penjualan/{id}", get(show::show))
        .route(
            "/penjualan/{id}/batal",
            get(back::ask_void).post(back::void),
        )
        .route(
            "/penjualan/{id}/retur",
            get(back::ask_return).post(back::give_return),
        )
}

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
}

fn method_name(method: PaymentMethod, texts: &SalesTexts) -> &'static str {
    match method {
        PaymentMethod::Cash => texts.cash,
        PaymentMethod::Qris => texts.qris,
        PaymentMethod::Transfer => texts.transfer,
        PaymentMethod::Debt => texts.debt,
    }
}

/// The wall clock at a stored moment, `offset_minutes` from UTC.
fn at_wall(utc: &str, offset_minutes: i32) -> Option<NaiveDateTime> {
    let moment: DateTime<Utc> = utc.parse().ok()?;
    Some(moment.naive_utc() + Duration::minutes(i64::from(offset_minutes)))
}

/// The shop's wall clock at a stored moment.
pub(super) fn local(pages: &Pages, utc: &str) -> Option<NaiveDateTime> {
    let moment: DateTime<Utc> = utc.parse().ok()?;
    Some(
        moment
            .with_timezone(&pages.shop.info().timezone)
            .naive_local(),
    )
}

/// `09.40`, or `09:40` in English.
fn time(wall: NaiveDateTime, language: Language) -> String {
    let form = match language {
        Language::Indonesian => "%H.%M",
        Language::English => "%H:%M",
    };
    wall.format(form).to_string()
}

/// What went wrong, in the reader's language where it is an old link.
fn failed(pages: &Pages, visitor: &Visitor, error: Error) -> Response {
    let error = match error {
        Error::NotFound(_) => Error::NotFound(SalesTexts::of(visitor.language).unknown.to_owned()),
        other => other,
    };
    pages.message(visitor, error, "/penjualan")
}
