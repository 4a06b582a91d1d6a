//! The list: what is there at a glance, what is low, out, or about to expire.

use std::cmp::Ordering;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::scanning::Scans;
use super::super::stockroom::{frame, sees_costs, spoken};
use super::super::texts::Texts;
use super::super::visitor::Visitor;
use super::super::{Pages, money};
use super::texts::StockTexts;
use crate::error::Result;
use crate::model::Quantity;
use crate::shop::stock::{Glance, ShelfQuery};
use crate::shop::store::glance::ShelfRow;
use crate::web::Language;
use crate::web::layout::{Frame, date, page};

#[derive(Template)]
#[template(path = "shop/web/templates/stock.html")]
struct StockList {
    frame: Frame,
    texts: &'static Texts,
    words: &'static StockTexts,
    query: String,
    glance: &'static str,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: &'static str,
    next: Option<i64>,
    value: Option<(String, String)>,
    scans: Scans,
}

struct Tab {
    key: &'static str,
    label: &'static str,
    count: i64,
    current: bool,
}

struct Row {
    sku: String,
    name: String,
    on_hand: String,
    incoming: String,
    expires: String,
    expiring: bool,
    /// Class and words of what is wrong with it, if anything.
    tag: Option<(&'static str, &'static str)>,
    consignment: bool,
}

#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    lihat: String,
    #[serde(default)]
    halaman: i64,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(search): Query<Search>,
) -> Response {
    match view(&pages, &visitor, search).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/"),
    }
}

async fn view(pages: &Pages, visitor: &Visitor, search: Search) -> Result<StockList> {
    let language = visitor.language;
    let (texts, words) = (Texts::of(language), StockTexts::of(language));
    let glance = match search.lihat.as_str() {
        "menipis" => Glance::Low,
        "habis" => Glance::Out,
        "kedaluwarsa" => Glance::Expiring,
        _ => Glance::All,
    };
    let query = search.q.trim().to_owned();
    let number = search.halaman.clamp(0, 1_000_000);
    let wanted = ShelfQuery {
        text: query.clone(),
        glance,
        page: number,
    };
    let shelf = pages.shop.shelf(wanted).await?;
    let empty = match glance {
        _ if !query.is_empty() => texts.nothing_found,
        Glance::All => texts.no_products,
        Glance::Low => words.none_low,
        Glance::Out => words.none_out,
        Glance::Expiring => words.none_expiring,
    };
    let tab = |of: Glance, key, label, count| Tab {
        key,
        label,
        count,
        current: of == glance,
    };
    let (low, out, expiring) = shelf.tally;
    let tabs = vec![
        tab(Glance::All, "", words.everything, 0),
        tab(Glance::Low, "menipis", words.low, low),
        tab(Glance::Out, "habis", words.out, out),
        tab(Glance::Expiring, "kedaluwarsa", words.expiring, expiring),
    ];
    let soon = shelf
        .today
        .checked_add_days(chrono::Days::new(14))
        .unwrap_or(shelf.today);
    let value = (sees_costs(visitor) && query.is_empty() && glance == Glance::All && number == 0)
        .then(|| {
            (
                money(shelf.value.0, language),
                money(shelf.value.1, language),
            )
        });
    Ok(StockList {
        scans: Scans::of(visitor),
        frame: frame(pages, visitor, texts.stock, "/stok", "/stok"),
        texts,
        words,
        query,
        glance: tabs
            .iter()
            .find(|tab| tab.current)
            .map_or("", |tab| tab.key),
        rows: shelf
            .rows
            .iter()
            .map(|shown| row(shown, soon, glance, language))
            .collect(),
        tabs,
        empty,
        next: shelf.more.then_some(number + 1),
        value,
    })
}

fn row(row: &ShelfRow, soon: chrono::NaiveDate, glance: Glance, language: Language) -> Row {
    let (texts, words) = (Texts::of(language), StockTexts::of(language));
    Row {
        sku: row.sku.to_string(),
        name: row.name.clone(),
        on_hand: spoken(row.on_hand, &row.unit, language),
        incoming: if row.coming > Quantity::ZERO {
            spoken(row.coming, &row.unit, language)
        } else {
            String::new()
        },
        expires: row
            .expires
            .map(|day| date(day, language))
            .unwrap_or_default(),
        expiring: row.expires.is_some_and(|day| day <= soon),
        tag: match row.on_hand.cmp(&Quantity::ZERO) {
            Ordering::Less => Some(("due", texts.below_zero)),
            Ordering::Equal => Some(("along", texts.sold_out)),
            Ordering::Greater => (glance == Glance::Low).then_some(("along", words.low)),
        },
        consignment: row.consignment,
    }
}
