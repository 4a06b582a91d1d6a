//! Orders: the list, the entry, an order's life, the board of what has not left, what customers are told, and what other
//! systems are.

mod board;
mod customers;
mod entry;
mod list;
mod making;
mod show;
mod texts;
mod told;
mod track;
mod webhooks;

use axum::Router;
use axum::routing::{get, post};
use chrono::{DateTime, NaiveDate, Utc};

use super::Pages;
use crate::hub::store::orders::OrderPhase;
use crate::model::{Money, Quantity};
use crate::web::Language;
use crate::web::layout::{self, Frame, asset, figure};

pub(super) use texts::Texts;
pub(in crate::hub::web) use track::Lookers;

/// The pages of orders, for owners and dispatchers.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/pesanan", get(list::show))
        .route("/pesanan/baru", get(entry::ask).post(entry::enter))
        .route("/pesanan/tertunda", get(board::show))
        .route("/pesanan/tertunda.csv", get(board::export))
        .route(making::PATH, get(making::show))
        .route("/pesanan/kabar", get(told::show))
        .route("/pesanan/kabar/{id}/wa", post(told::by_whatsapp))
        .route("/pesanan/kabar/{id}/sudah", post(told::sent))
        .route("/pesanan/kabar/{id}/belum", post(told::not_sent))
        .route("/pesanan/kabar/{id}/lagi", post(told::again))
        .route("/pesanan/{id}", get(show::show))
        .route("/pesanan/{id}/setujui", post(show::confirm))
        .route("/pesanan/{id}/tahap", post(show::stage))
        .route("/pesanan/{id}/siap", post(show::ready))
        .route("/pesanan/{id}/kirim", post(show::ship))
        .route("/pesanan/{id}/sampai", post(show::deliver))
        .route("/pesanan/{id}/kembali", post(show::give_back))
        .route("/pesanan/{id}/batal", post(show::cancel))
        .route("/pelanggan", get(customers::list))
        .route(
            "/pelanggan/{id}",
            get(customers::edit).post(customers::change),
        )
        .route(
            "/assets/orders.css",
            get(async || asset("text/css", include_str!("../../assets/orders.css"))),
        )
}

/// The pages by which other systems are connected, for owners.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
        .route(
            "/pengaturan/webhook",
            get(webhooks::list).post(webhooks::add),
        )
        .route("/pengaturan/webhook/{id}", get(webhooks::log))
        .route("/pengaturan/webhook/{id}/aktif", post(webhooks::switch))
        .route("/pengaturan/webhook/{id}/coba", post(webhooks::ping))
        .route(
            "/pengaturan/webhook/{id}/lagi/{message}",
            post(webhooks::again),
        )
}

/// The page of an order for whoever has its link: nobody has to log in.
pub(super) fn public_routes() -> Router<Pages> {
    Router::new().route("/lacak/{token}", get(track::show))
}

/// A link of the second menu.
struct Tab {
    path: &'static str,
    label: &'static str,
    current: bool,
}

fn tabs(texts: &Texts, current: &str) -> Vec<Tab> {
    [
        ("/pesanan", texts.all),
        ("/pesanan/tertunda", texts.board),
        (making::PATH, texts.making),
        ("/pesanan/kabar", texts.messages),
        ("/pelanggan", texts.customers),
    ]
    .into_iter()
    .map(|(path, label)| Tab {
        path,
        label,
        current: path == current,
    })
    .collect()
}

/// The frame of a page of orders at `path`.
fn frame(pages: &Pages, language: Language, title: &str, path: &str) -> Frame {
    let mut frame = pages.frame(language, title, "/pesanan");
    frame.path = path.to_owned();
    frame.styles.push("/assets/orders.css");
    frame
}

fn phase_class(phase: OrderPhase) -> &'static str {
    match phase {
        OrderPhase::Received | OrderPhase::Cancelled => "due",
        OrderPhase::Confirmed | OrderPhase::InProduction => "along",
        OrderPhase::Ready | OrderPhase::Shipped | OrderPhase::Delivered => "good",
    }
}

fn rupiah(money: Money, language: Language) -> String {
    format!("Rp{}", figure(&money.0.to_string(), language))
}

fn amount(quantity: Quantity, unit: &str, factor: i64, language: Language) -> String {
    format!("{} {unit}", figure(&quantity.in_unit(factor), language))
}

fn day(on: NaiveDate, language: Language) -> String {
    layout::date(on, language)
}

fn moment(pages: &Pages, at: DateTime<Utc>, language: Language) -> String {
    let local = at.with_timezone(&pages.hub.identity().timezone);
    layout::moment(local.naive_local(), language)
}

/// What somebody typed as a quantity, in a unit of `factor` base units; `27.500` is a thousandfold of whole pieces.
fn typed_quantity(text: &str, factor: i64) -> Option<Quantity> {
    let typed = if factor == 1 {
        Quantity(Money::typed(text)?.0)
    } else {
        Quantity::parse(text, factor).ok()?
    };
    (typed > Quantity::ZERO && typed <= Quantity::LIMIT).then_some(typed)
}

/// A field of a form whose names may occur more than once.
fn field<'f>(fields: &'f [(String, String)], name: &str) -> &'f str {
    fields
        .iter()
        .find(|(key, _)| key == name)
        .map_or("", |(_, value)| value.trim())
}
