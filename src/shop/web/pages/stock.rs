//! Stok: what is there, what is coming, what is about to expire.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use super::texts::Texts;
use super::visitor::Visitor;
use super::{Pages, in_unit};
use crate::error::Result;
use crate::model::Quantity;
use crate::shop::products::{Product, ProductQuery};
use crate::shop::stock::Position;
use crate::web::Language;
use crate::web::layout::{Frame, date, page};

/// Rows on the page; beyond that a person searches.
const ROWS: u32 = 200;

#[derive(Template)]
#[template(path = "shop/web/templates/stock.html")]
struct Stock {
    frame: Frame,
    texts: &'static Texts,
    query: String,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    on_hand: String,
    incoming: String,
    position: String,
    expires: String,
    sold_out: bool,
    below_zero: bool,
}

#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
}

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/stok", get(show))
}

async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(search): Query<Search>,
) -> Response {
    match view(&pages, &visitor, search.q).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/"),
    }
}

async fn view(pages: &Pages, visitor: &Visitor, query: String) -> Result<Stock> {
    let language = visitor.language;
    let texts = Texts::of(language);
    let wanted = ProductQuery {
        q: Some(query.trim().to_owned()).filter(|text| !text.is_empty()),
        limit: Some(ROWS),
        active: Some(true),
        ..ProductQuery::default()
    };
    let products = pages.shop.find_products(wanted).await?.items;
    let mut rows = Vec::with_capacity(products.len());
    for product in &products {
        rows.push(row(
            product,
            &pages.shop.stock_of(product.sku.as_str()).await?,
            language,
        ));
    }
    Ok(Stock {
        frame: pages.frame(visitor, texts.stock, "/stok"),
        texts,
        query,
        rows,
    })
}

fn row(product: &Product, position: &Position, language: Language) -> Row {
    let factor = product.main_factor();
    let spoken =
        |quantity: Quantity| format!("{} {}", in_unit(quantity, factor, language), product.unit);
    let coming = position.on_order + position.in_transit;
    let first_date = position.lots.iter().filter_map(|lot| lot.expires).min();
    Row {
        name: product.name.clone(),
        on_hand: spoken(position.on_hand),
        incoming: if coming > Quantity::ZERO {
            spoken(coming)
        } else {
            String::new()
        },
        position: spoken(position.position),
        expires: first_date
            .map(|day| date(day, language))
            .unwrap_or_default(),
        sold_out: position.on_hand == Quantity::ZERO,
        below_zero: position.on_hand < Quantity::ZERO,
    }
}
