//! The shop's pages.
//!
//! Pages are for people: a PIN opens them where the owner has set one; without a PIN they open only on the machine
//! itself. What they do, the use cases do; nothing is decided here. Each area has its file or folder with its routes:
//! `routes` are everybody's, `owner_routes` the owner's alone.

mod access;
mod amount;
mod audit;
mod counting;
mod day;
mod debts;
mod deliveries;
mod goods;
mod home;
mod menu;
mod people;
mod printing;
mod reports;
mod sales;
mod scanning;
mod settings;
mod stock;
mod stockroom;
mod suggestions;
mod sync;
mod taken_back;
pub mod texts;
mod till;
mod visitor;

use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::error::Error;
use crate::model::{Money, Quantity};
use crate::shop::Shop;
use crate::shop::access::Person;
use crate::web::layout::{self, Frame, figure, page};
use crate::web::session::{self, Sessions};
use crate::web::{Language, Problem};
use texts::Texts;
use visitor::Visitor;

/// What the pages need.
#[derive(Clone)]
pub(super) struct Pages {
    shop: Shop,
    sessions: Sessions<Person>,
}

/// All pages of the shop.
pub fn router(shop: Shop) -> Router {
    let pages = Pages {
        shop,
        sessions: Sessions::default(),
    };
    let everybodys = Router::new()
        .route("/lainnya", get(menu::show))
        .route("/keluar", axum::routing::post(access::log_out))
        .route("/sesi", get(access::left).post(access::used))
        .merge(home::routes())
        .merge(till::routes())
        .merge(sales::routes())
        .merge(day::routes())
        .merge(debts::routes())
        .merge(goods::routes())
        .merge(stock::routes())
        .merge(scanning::routes())
        .merge(stockroom::assets())
        .merge(counting::routes())
        .merge(deliveries::routes())
        .merge(taken_back::routes())
        .merge(printing::routes());
    let owners = Router::new()
        .merge(home::owner_routes())
        .merge(sales::owner_routes())
        .merge(day::owner_routes())
        .merge(debts::owner_routes())
        .merge(goods::owner_routes())
        .merge(counting::owner_routes())
        .merge(suggestions::owner_routes())
        .merge(reports::owner_routes())
        .merge(sync::owner_routes())
        .merge(people::owner_routes())
        .merge(audit::owner_routes())
        .merge(settings::owner_routes())
        .merge(printing::owner_routes())
        .layer(from_fn_with_state(pages.clone(), access::owner_only));
    everybodys
        .merge(owners)
        .layer(from_fn_with_state(pages.clone(), access::guard))
        .route("/masuk", get(access::ask).post(access::log_in))
        .layer(from_fn(session::from_our_page))
        .merge(layout::router())
        .merge(people::assets())
        .with_state(pages)
}

impl Pages {
    /// The frame of the page at `path`.
    fn frame(&self, visitor: &Visitor, title: &str, path: &str) -> Frame {
        Frame {
            language: visitor.language,
            title: title.to_owned(),
            owner: self.shop.info().name.clone(),
            menu: menu::main(visitor, path),
            path: path.to_owned(),
            logged_in: visitor.door.has_pin,
            scripts: Vec::new(),
            styles: Vec::new(),
            lock_seconds: if visitor.door.has_pin {
                visitor.door.lock_minutes * 60
            } else {
                0
            },
        }
    }

    /// A page that says what went wrong, and the way back.
    fn message(&self, visitor: &Visitor, error: Error, back: &str) -> Response {
        let texts = Texts::of(visitor.language);
        let problem = Problem::from(error);
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let frame = self.frame(visitor, texts.not_done, back);
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

/// By this header the script of a page asks for the part of it that changes, alone.
const PART: &str = "x-bagian";

/// An amount of money as the language writes it.
fn money(amount: Money, language: Language) -> String {
    let sign = if amount.0 < 0 { "-" } else { "" };
    format!(
        "{sign}Rp{}",
        figure(&amount.0.unsigned_abs().to_string(), language)
    )
}

/// A decimal number with the language's mark.
fn with_mark(number: &str, language: Language) -> String {
    match language {
        Language::Indonesian => number.replace('.', ","),
        Language::English => number.to_owned(),
    }
}

/// A quantity in a unit of `factor` base units.
fn in_unit(quantity: Quantity, factor: i64, language: Language) -> String {
    figure(&quantity.in_unit(factor), language)
}
