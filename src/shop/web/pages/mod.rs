//! The shop's pages: tonight's suggestions, stock, deliveries, connection.
//!
//! Pages are for people: a PIN opens them where the owner has set one; without a PIN they open only on the machine
//! itself. What they do, the use cases do; nothing is decided here.

mod access;
mod deliveries;
mod stock;
mod suggestions;
mod sync;
mod texts;

use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::error::Error;
use crate::model::{Money, Quantity};
use crate::shop::Shop;
use crate::web::layout::{self, Frame, MenuItem, figure, page};
use crate::web::session::{self, Sessions};
use crate::web::{Language, Problem};
use texts::Texts;

/// What the pages need.
#[derive(Clone)]
pub(super) struct Pages {
    shop: Shop,
    sessions: Sessions,
}

/// All pages of the shop.
pub fn router(shop: Shop) -> Router {
    let pages = Pages {
        shop,
        sessions: Sessions::default(),
    };
    Router::new()
        .route("/", get(suggestions::show))
        .route("/hitung", post(suggestions::compute))
        .route("/stok", get(stock::show))
        .route("/kiriman", get(deliveries::list))
        .route(
            "/kiriman/{id}",
            get(deliveries::show).post(deliveries::receive),
        )
        .route("/sinkron", get(sync::show))
        .route("/keluar", post(access::log_out))
        .layer(axum::middleware::from_fn_with_state(
            pages.clone(),
            access::guard,
        ))
        .route("/masuk", get(access::ask).post(access::log_in))
        .layer(axum::middleware::from_fn(session::from_our_page))
        .merge(layout::router())
        .with_state(pages)
}

impl Pages {
    /// The frame of the page at `path`.
    fn frame(&self, language: Language, title: &str, path: &str) -> Frame {
        let texts = Texts::of(language);
        let menu = [
            ("/", texts.suggestions),
            ("/stok", texts.stock),
            ("/kiriman", texts.deliveries),
            ("/sinkron", texts.sync),
        ];
        Frame {
            language,
            title: title.to_owned(),
            owner: self.shop.info().name.clone(),
            menu: menu
                .into_iter()
                .map(|(link, label)| MenuItem {
                    path: link,
                    label,
                    current: link == path,
                })
                .collect(),
            path: path.to_owned(),
            logged_in: self.shop.info().has_pin,
        }
    }

    /// A page that says what went wrong, and the way back.
    fn message(&self, language: Language, error: Error, back: &str) -> Response {
        let texts = Texts::of(language);
        let problem = Problem::from(error);
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let frame = Frame {
            menu: Vec::new(),
            ..self.frame(language, texts.not_done, back)
        };
        let shown = page(&Message {
            frame,
            texts,
            message: problem.detail,
            back: back.to_owned(),
        });
        (status, shown).into_response()
    }
}

#[derive(Template)]
#[template(path = "shop/web/templates/message.html")]
struct Message {
    frame: Frame,
    texts: &'static Texts,
    message: String,
    back: String,
}

/// An amount of money as the language writes it.
fn money(amount: Money, language: Language) -> String {
    let sign = if amount.0 < 0 { "-" } else { "" };
    format!(
        "{sign}Rp{}",
        figure(&amount.0.unsigned_abs().to_string(), language)
    )
}

/// A quantity in a unit of `factor` base units.
fn in_unit(quantity: Quantity, factor: i64, language: Language) -> String {
    figure(&quantity.in_unit(factor), language)
}
