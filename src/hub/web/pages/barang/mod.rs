//! Goods across all shops: the list, and each product shop by shop.

pub(super) mod texts;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use super::today::runs_out;
use super::{Pages, spoken};
use crate::error::{Error, Result};
use crate::hub::store::product_shops::ProductInShop;
use crate::hub::today::{ProductAcross, ProductRow};
use crate::model::{Quantity, Sku};
use crate::web::Language;
use crate::web::layout::{Frame, date, figure, page};
use texts::GoodsTexts;

/// Shops on a page.
const PAGE: i64 = 50;

/// For owner and dispatcher.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/barang", get(list))
        .route("/barang/{sku}", get(show))
}

#[derive(Template)]
#[template(path = "hub/web/templates/barang_list.html")]
struct ListView {
    frame: Frame,
    words: &'static GoodsTexts,
    rows: Vec<ProductView>,
}

struct ProductView {
    sku: String,
    name: String,
    demand: String,
    stock: String,
    cover: String,
    out: String,
    need: String,
}

async fn list(State(pages): State<Pages>, language: Language) -> Response {
    let words = GoodsTexts::of(language);
    match pages.hub.product_rows().await {
        Ok(rows) => page(&ListView {
            frame: Frame {
                styles: vec!["/assets/hub-plan.css"],
                ..pages.frame(language, words.title, "/barang")
            },
            words,
            rows: rows.iter().map(|row| product(row, language)).collect(),
        }),
        Err(error) => pages.message(language, error, "/"),
    }
}

fn product(row: &ProductRow, language: Language) -> ProductView {
    let words = GoodsTexts::of(language);
    let told = |quantity| spoken(quantity, Some(&row.unit), language);
    let plan = &row.plan;
    ProductView {
        sku: row.sku.to_string(),
        name: row.name.clone(),
        demand: a_day(plan.forecast_micro, &row.unit, language),
        stock: told(plan.on_hand),
        cover: cover(plan.on_hand, plan.forecast_micro, language),
        out: format!("{} {} {}", plan.out_shops, words.of, plan.shops),
        need: told(plan.need),
    }
}

/// A demand in millionths of a base unit, in the unit it is spoken of in, to a tenth.
fn a_day(micro: i64, unit: &(String, i64), language: Language) -> String {
    let tenth = 100_000_i64.saturating_mul(unit.1.max(1));
    let tenths = (micro + tenth / 2).div_euclid(tenth);
    let number = format!("{}.{}", tenths / 10, tenths % 10);
    format!("{} {}", figure(&number, language), unit.0)
}

/// How many days of demand a stock is.
fn cover(stock: Quantity, micro: i64, language: Language) -> String {
    let words = GoodsTexts::of(language);
    if micro <= 0 {
        return "–".to_owned();
    }
    let days = i128::from(stock.0.max(0)) * 1_000_000 / i128::from(micro);
    format!("{} {}", figure(&days.to_string(), language), words.days)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    mulai: i64,
}

#[derive(Template)]
#[template(path = "hub/web/templates/barang.html")]
struct View {
    frame: Frame,
    words: &'static GoodsTexts,
    sku: String,
    figures: Vec<(&'static str, String)>,
    conflicts: Vec<(String, String)>,
    rows: Vec<ShopView>,
    before: Option<i64>,
    after: Option<i64>,
}

struct ShopView {
    id: String,
    name: String,
    stock: String,
    position: String,
    demand: String,
    runs_out: String,
    next: String,
    send: String,
}

async fn show(
    State(pages): State<Pages>,
    language: Language,
    Path(sku): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let offset = asked.mulai.clamp(0, 10_000_000);
    match across(&pages, &sku, offset).await {
        Ok(across) => page(&view(&pages, across, offset, language)),
        Err(error) => pages.message(language, error, "/barang"),
    }
}

async fn across(pages: &Pages, sku: &str, offset: i64) -> Result<ProductAcross> {
    let sku = Sku::parse(sku).map_err(|error| Error::invalid("sku", error.to_string()))?;
    pages.hub.product_in_shops(&sku, offset, PAGE).await
}

fn view(pages: &Pages, across: ProductAcross, offset: i64, language: Language) -> View {
    let words = GoodsTexts::of(language);
    let row = &across.row;
    let told = |quantity| spoken(quantity, Some(&row.unit), language);
    let plan = &row.plan;
    let own = across.own.map_or_else(
        || words.not_counted.to_owned(),
        |own| {
            format!(
                "{} ({} {}, {} {})",
                told(own.available()),
                words.reserved,
                told(own.reserved),
                words.coming,
                told(own.on_order)
            )
        },
    );
    let last = offset + across.shops.len() as i64;
    View {
        frame: Frame {
            styles: vec!["/assets/hub-plan.css"],
            path: format!("/barang/{}", row.sku),
            ..pages.frame(language, &row.name, "/barang")
        },
        words,
        sku: row.sku.to_string(),
        figures: vec![
            (
                words.demand,
                a_day(plan.forecast_micro, &row.unit, language),
            ),
            (words.in_shops, told(plan.on_hand)),
            (
                words.cover,
                cover(plan.on_hand, plan.forecast_micro, language),
            ),
            (
                words.out,
                format!("{} {} {}", plan.out_shops, words.of, plan.shops),
            ),
            (words.need, told(plan.need)),
            (words.own, own),
        ],
        rows: across
            .shops
            .iter()
            .map(|shop| shop_view(shop, row, language))
            .collect(),
        before: (offset > 0).then(|| (offset - PAGE).max(0)),
        after: (last < across.found).then_some(last),
        conflicts: across.unit_conflicts,
    }
}

fn shop_view(shop: &ProductInShop, row: &ProductRow, language: Language) -> ShopView {
    let told = |quantity| spoken(quantity, Some(&row.unit), language);
    let line = &shop.line;
    ShopView {
        id: line.shop_id.clone(),
        name: shop.shop_name.clone(),
        stock: told(line.on_hand),
        position: told(line.position),
        demand: a_day(line.forecast_micro, &row.unit, language),
        runs_out: line
            .stock_out_millidays
            .map_or_else(|| "–".to_owned(), |days| runs_out(days, language)),
        next: date(shop.due_on, language),
        send: if line.quantity > Quantity::ZERO {
            told(line.quantity)
        } else {
            String::new()
        },
    }
}
