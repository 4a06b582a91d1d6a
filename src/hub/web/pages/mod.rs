//! The hub's pages: shops and their last contact, positions, due shipments and their steps.
//!
//! A PIN opens them where one is set; without a PIN they open only on the machine itself.

mod access;
mod shipments;
mod shops;
pub mod supply;
mod texts;

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::model::Quantity;
use crate::web::layout::{self, Frame, MenuItem, figure, page};
use crate::web::session::{self, Attempts, Sessions};
use crate::web::{Language, Problem};
use texts::Texts;

/// What the pages need.
#[derive(Clone)]
pub(super) struct Pages {
    hub: Hub,
    sessions: Sessions<()>,
    attempts: Attempts,
}

/// Who did it, in the audit log.
const ACTOR: &str = "page";

/// What is kept at the entrance whoever the pages are for.
#[derive(Clone, Default)]
pub(in crate::hub::web) struct Entrance {
    sessions: Sessions<()>,
    attempts: Attempts,
}

/// All pages of a distributor.
pub(in crate::hub::web) fn router(hub: Hub, entrance: Entrance) -> Router {
    let pages = Pages {
        hub,
        sessions: entrance.sessions,
        attempts: entrance.attempts,
    };
    Router::new()
        .route("/", get(shops::list))
        .route("/toko/{id}", get(shops::positions))
        .route("/kiriman", get(shipments::show).post(shipments::create))
        .route("/kiriman/{id}/setujui", post(shipments::confirm))
        .route("/kiriman/{id}/berangkat", post(shipments::dispatch))
        .route("/kiriman/{id}/batal", post(shipments::cancel))
        .merge(supply::routes())
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
    fn has_pin(&self) -> bool {
        self.hub.identity().pin_hash.is_some()
    }

    /// The frame of the page at `path`.
    fn frame(&self, language: Language, title: &str, path: &str) -> Frame {
        let texts = Texts::of(language);
        let supply_words = supply::words(language);
        let menu = [
            ("/", texts.shops, "home"),
            ("/kiriman", texts.shipments, "cart"),
            ("/gudang", supply_words.stock, "box"),
            ("/belanja", supply_words.buying, "book"),
        ];
        Frame {
            language,
            title: title.to_owned(),
            owner: self.hub.identity().name.clone(),
            menu: menu
                .into_iter()
                .map(|(link, label, icon)| MenuItem {
                    path: link,
                    label,
                    icon,
                    current: link == path,
                })
                .collect(),
            path: path.to_owned(),
            logged_in: self.has_pin(),
            scripts: Vec::new(),
            styles: Vec::new(),
            lock_seconds: 0,
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

    /// How a shop speaks of its products: the unit and its size in base units, by code.
    async fn units(&self, shop_id: &str) -> Result<BTreeMap<String, (String, i64)>> {
        let positions = self.hub.positions(shop_id).await?;
        Ok(positions
            .into_iter()
            .map(|row| (row.sku.to_string(), row.unit))
            .collect())
    }
}

#[derive(Template)]
#[template(path = "hub/web/templates/message.html")]
struct Message {
    frame: Frame,
    texts: &'static Texts,
    message: String,
    back: String,
}

/// A quantity in the unit that its shop speaks of it in.
fn spoken(quantity: Quantity, unit: Option<&(String, i64)>, language: Language) -> String {
    match unit {
        Some((name, factor)) => format!("{} {name}", figure(&quantity.in_unit(*factor), language)),
        None => figure(&quantity.in_unit(1), language),
    }
}
