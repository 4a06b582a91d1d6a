//! The menu: what is used all day is one tap away, the rest is a page of its own.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::Pages;
use super::texts::Texts;
use super::visitor::Visitor;
use crate::shop::access::Role;
use crate::web::layout::{Frame, MenuItem, page};

/// The menu of every page, with the page at `path` marked.
pub(super) fn main(visitor: &Visitor, path: &str) -> Vec<MenuItem> {
    let texts = Texts::of(visitor.language);
    let suggestions = ("/saran", texts.suggestions_short, "cart");
    let debts = ("/kasbon", texts.debts, "book");
    let mut items = vec![
        ("/", texts.home, "home"),
        ("/kasir", texts.till, "till"),
        ("/stok", texts.stock, "box"),
    ];
    items.push(match visitor.person.role {
        Role::Owner => suggestions,
        Role::Cashier => debts,
    });
    items.push(("/lainnya", texts.more, "more"));
    items
        .into_iter()
        .map(|(link, label, icon)| MenuItem {
            path: link,
            label,
            icon,
            current: link == path,
        })
        .collect()
}

#[derive(Template)]
#[template(path = "shop/web/templates/menu.html")]
struct Menu {
    frame: Frame,
    groups: Vec<Group>,
}

struct Group {
    heading: &'static str,
    links: Vec<(&'static str, &'static str)>,
}

/// Everything that there is, by what it is for.
pub(super) async fn show(State(pages): State<Pages>, visitor: Visitor) -> Response {
    let texts = Texts::of(visitor.language);
    let group = |heading, links: &[(&'static str, &'static str)]| Group {
        heading,
        links: links.to_vec(),
    };
    let mut groups = vec![
        group(
            texts.at_the_till,
            &[
                ("/kasir", texts.till),
                ("/penjualan", texts.sales),
                ("/hari", texts.day),
                ("/kasbon", texts.debts),
            ],
        ),
        group(
            texts.in_the_stockroom,
            &[
                ("/barang", texts.goods),
                ("/stok", texts.stock),
                ("/barang-masuk", texts.receive),
                ("/kiriman", texts.deliveries),
                ("/opname", texts.count),
                ("/titip-jual", texts.consignment),
            ],
        ),
    ];
    if visitor.person.role == Role::Owner {
        groups.push(group(
            texts.for_the_owner,
            &[
                ("/saran", texts.suggestions),
                ("/laporan", texts.reports),
                ("/orang", texts.people),
                ("/catatan", texts.audit),
                ("/sinkron", texts.sync),
                ("/pengaturan", texts.settings),
            ],
        ));
    }
    page(&Menu {
        frame: pages.frame(&visitor, texts.more, "/lainnya"),
        groups,
    })
}
