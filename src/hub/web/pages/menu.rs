//! The menu: what is used all day is one tap away, the rest is a page of its own.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use axum::routing::get;

use super::access::AccessTexts;
use super::people::texts::PeopleTexts;
use super::texts::Texts;
use super::visitor::Visitor;
use super::{Pages, doors};
use crate::hub::store::users::Role;
use crate::web::Language;
use crate::web::layout::{Frame, MenuItem, page};

/// Entries beside "more" that a telephone's width has room for.
const SHOWN: usize = 4;

/// A page that can be led to: its path, its name, its picture in `assets/icons.svg`.
type Entry = (&'static str, &'static str, &'static str);

/// Every page that is led to, the most used first. Who may not open one does not see it here.
fn entries(language: Language) -> Vec<Entry> {
    let texts = Texts::of(language);
    let access = AccessTexts::of(language);
    vec![
        ("/", texts.today, "home"),
        ("/toko", texts.shops, "book"),
        ("/kiriman", texts.shipments, "cart"),
        ("/barang", texts.goods, "box"),
        (
            "/pesanan",
            super::orders::Texts::of(language).orders,
            "book",
        ),
        ("/jadwal", texts.schedule, "book"),
        ("/rute-saya", super::shipping::route_label(language), "cart"),
        ("/produksi", super::production::menu_label(language), "box"),
        (
            "/biaya",
            super::biaya::texts::CostTexts::of(language).title,
            "more",
        ),
        (
            "/pengaturan/webhook",
            super::orders::Texts::of(language).webhooks,
            "more",
        ),
        ("/orang", PeopleTexts::of(language).people, "more"),
        ("/sandi", access.own_password, "more"),
    ]
}

fn open_to(role: Role, language: Language) -> Vec<Entry> {
    let mut entries = entries(language);
    entries.retain(|(path, ..)| doors::may(role, &Method::GET, path));
    entries
}

/// The menu of the page at `path`, for whoever is being served.
pub(super) fn bar(language: Language, path: &str) -> Vec<MenuItem> {
    let Some(visitor) = Visitor::current() else {
        return Vec::new();
    };
    let mut shown = open_to(visitor.role(), language);
    if shown.len() > SHOWN + 1 {
        shown.truncate(SHOWN);
        shown.push(("/lainnya", AccessTexts::of(language).more, "more"));
    }
    shown
        .into_iter()
        .map(|(link, label, icon)| MenuItem {
            path: link,
            label,
            icon,
            current: link == path,
        })
        .collect()
}

/// For everybody.
pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/lainnya", get(show))
}

#[derive(Template)]
#[template(path = "hub/web/templates/menu.html")]
struct Menu {
    frame: Frame,
    entries: Vec<Entry>,
}

async fn show(State(pages): State<Pages>, language: Language, visitor: Visitor) -> Response {
    page(&Menu {
        frame: pages.frame(language, AccessTexts::of(language).more, "/lainnya"),
        entries: open_to(visitor.role(), language),
    })
}
