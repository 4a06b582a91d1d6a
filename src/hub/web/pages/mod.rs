//! The hub's pages: shops and their last contact, positions, due shipments and their steps; people and settings.
//!
//! People come in by name and password; a hub without users opens by its PIN, and without a PIN on the machine itself.
//! Which role may open what is in the table of `doors`.

mod access;
mod audit;
mod barang;
mod biaya;
mod devices;
mod doors;
mod exports;
mod menu;
mod orders;
mod people;
mod production;
mod settings;
pub mod shipping;
pub mod supply;
pub mod texts;
mod today;
mod toko;
mod visitor;
mod weekdays;

use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::error::Error;
use crate::hub::Hub;
use crate::hub::login::OWNER;
use crate::model::Quantity;
use crate::web::layout::{self, Frame, figure, page};
use crate::web::session;
use crate::web::{Language, Problem};
use texts::Texts;
use visitor::Visitor;

/// What the pages need.
#[derive(Clone)]
pub(super) struct Pages {
    hub: Hub,
    lookers: orders::Lookers,
}

/// All pages of a distributor.
pub(in crate::hub::web) fn router(hub: Hub) -> Router {
    let pages = Pages {
        hub,
        lookers: orders::Lookers::default(),
    };
    areas()
        .layer(axum::middleware::from_fn_with_state(
            pages.clone(),
            access::guard,
        ))
        .route("/masuk", get(access::ask).post(access::log_in))
        .layer(axum::middleware::from_fn(session::from_our_page))
        .merge(layout::router())
        .route(
            "/assets/hub-plan.css",
            get(async || layout::asset("text/css", include_str!("../assets/plan.css"))),
        )
        .with_state(pages)
}

/// Every page behind the guard; who may open each is in the table of `doors`.
fn areas() -> Router<Pages> {
    Router::new()
        .merge(today::routes())
        .merge(toko::routes())
        .merge(barang::routes())
        .merge(biaya::routes())
        .route("/keluar", post(access::log_out))
        .merge(menu::routes())
        .merge(people::routes())
        .merge(devices::routes())
        .merge(settings::routes())
        .merge(audit::routes())
        .merge(exports::routes())
        .merge(orders::routes())
        .merge(orders::owner_routes())
        .merge(orders::public_routes())
        .merge(production::routes())
        .merge(shipping::routes())
        .merge(shipping::driving_routes())
        .merge(supply::routes())
}

impl Pages {
    /// Who did it, in the audit log: whoever is being served.
    #[allow(
        clippy::unused_self,
        reason = "who is served is known by the task; whoever has no pages serves nobody"
    )]
    fn actor(&self) -> String {
        Visitor::current().map_or_else(|| OWNER.to_owned(), |visitor| visitor.person.name)
    }

    /// The frame of the page at `path`.
    fn frame(&self, language: Language, title: &str, path: &str) -> Frame {
        Frame {
            language,
            title: title.to_owned(),
            owner: self.hub.identity().name.clone(),
            menu: menu::bar(language, path),
            path: path.to_owned(),
            logged_in: Visitor::current().is_some_and(|visitor| visitor.session),
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
        let shown = page(&Message {
            frame: self.frame(language, texts.not_done, back),
            texts,
            message: problem.detail,
            back: back.to_owned(),
        });
        (status, shown).into_response()
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
