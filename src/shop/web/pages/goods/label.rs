//! Price labels: for which goods, how many of each, and the page that is printed.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;

use super::barcode::{Bars, bars};
use super::texts::Goods;
use super::{frame, told};
use crate::error::{Error, Result};
use crate::model::{Money, Sku};
use crate::shop::products::ProductQuery;
use crate::shop::web::pages::visitor::Visitor;
use crate::shop::web::pages::{Pages, money};
use crate::web::encoded;
use crate::web::layout::{Frame, asset, page};

/// The most labels of a print.
const MOST_LABELS: usize = 500;

/// Products to choose from; beyond that a person searches.
const ROWS: u32 = 200;

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route(
            "/assets/label.css",
            get(async || asset("text/css", include_str!("../../assets/label.css"))),
        )
        .route(
            "/assets/label-a4.css",
            get(async || asset("text/css", include_str!("../../assets/label-a4.css"))),
        )
        .route(
            "/assets/label-58.css",
            get(async || asset("text/css", include_str!("../../assets/label-58.css"))),
        )
}

pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
        .route("/barang/label", get(choose).post(take))
        .route("/barang/label/lembar", get(sheet))
}

#[derive(Template)]
#[template(path = "shop/web/templates/goods/labels.html")]
struct ChoosePage {
    frame: Frame,
    texts: &'static Goods,
    query: String,
    error: &'static str,
    rows: Vec<Row>,
}

struct Row {
    sku: String,
    name: String,
    price: String,
    /// It gets a barcode of the shop's own when its label is made.
    without_barcode: bool,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "shop/web/templates/goods/sheet.html")]
struct SheetPage {
    frame: Frame,
    texts: &'static Goods,
    class: &'static str,
    back: &'static str,
    labels: Vec<Label>,
}

struct Label {
    name: String,
    price: String,
    unit: String,
    code: String,
    bars: Option<Bars>,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    sku: String,
    #[serde(default)]
    salah: String,
}

async fn choose(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Response {
    match choosing(&pages, &visitor, wanted).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/barang"),
    }
}

async fn choosing(pages: &Pages, visitor: &Visitor, wanted: Wanted) -> Result<ChoosePage> {
    let texts = Goods::of(visitor.language);
    let sought = if wanted.q.is_empty() {
        wanted.sku.clone()
    } else {
        wanted.q.clone()
    };
    let query = ProductQuery {
        q: Some(sought.trim().to_owned()).filter(|text| !text.is_empty()),
        limit: Some(ROWS),
        active: Some(true),
        ..ProductQuery::default()
    };
    let found = pages.shop.find_products(query).await?;
    let rows = found.items.iter().map(|product| {
        let main = product.units.first();
        let price = main.map_or(Money::ZERO, |unit| unit.price);
        Row {
            chosen: product.sku.as_str() == wanted.sku,
            sku: product.sku.to_string(),
            name: product.name.clone(),
            price: format!("{} / {}", money(price, visitor.language), product.unit),
            without_barcode: main.is_some_and(|unit| unit.barcodes.is_empty()),
        }
    });
    Ok(ChoosePage {
        rows: rows.collect(),
        error: match wanted.salah.as_str() {
            "kosong" => texts.choose_labels,
            "banyak" => texts.too_many_labels,
            _ => "",
        },
        query: wanted.q,
        frame: frame(pages, visitor, texts.labels, "/barang/label"),
        texts,
    })
}

/// Gives the chosen goods barcodes where they have none, and leads to their labels.
async fn take(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let value = |name: &str| {
        let field = fields.iter().find(|(field, _)| field == name);
        field.map_or("", |(_, value)| value.trim())
    };
    let chosen: Vec<(&str, usize)> = fields
        .iter()
        .filter(|(field, _)| field == "pilih")
        .map(|(_, sku)| {
            let copies = value(&format!("n.{sku}")).parse().unwrap_or(1);
            (sku.as_str(), copies)
        })
        .filter(|(_, copies)| *copies > 0)
        .collect();
    let count = chosen
        .iter()
        .fold(0_usize, |sum, (_, copies)| sum.saturating_add(*copies));
    if count == 0 || count > MOST_LABELS {
        let wrong = if count == 0 { "kosong" } else { "banyak" };
        return Redirect::to(&format!("/barang/label?salah={wrong}")).into_response();
    }
    let given = async {
        let skus = chosen.iter().map(|(sku, _)| {
            Sku::parse(sku).map_err(|error| Error::invalid("sku", error.to_string()))
        });
        let skus = skus.collect::<Result<Vec<_>>>()?;
        pages.shop.give_barcodes(skus, &visitor.person.name).await
    };
    if let Err(error) = given.await {
        return pages.message(&visitor, told(error, visitor.language), "/barang/label");
    }
    let paper = if value("kertas") == "58" { "58" } else { "a4" };
    let chosen = chosen
        .iter()
        .map(|(sku, copies)| format!("&b={}*{copies}", encoded(sku)));
    let chosen: String = chosen.collect();
    Redirect::to(&format!("/barang/label/lembar?kertas={paper}{chosen}")).into_response()
}

async fn sheet(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(fields): Query<Vec<(String, String)>>,
) -> Response {
    match sheet_view(&pages, &visitor, &fields).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/barang/label"),
    }
}

async fn sheet_view(
    pages: &Pages,
    visitor: &Visitor,
    fields: &[(String, String)],
) -> Result<SheetPage> {
    let language = visitor.language;
    let texts = Goods::of(language);
    let roll = fields
        .iter()
        .any(|(name, value)| name == "kertas" && value == "58");
    let mut labels = Vec::new();
    for (_, wanted) in fields.iter().filter(|(name, _)| name == "b") {
        let (sku, copies) = wanted.rsplit_once('*').unwrap_or((wanted, "1"));
        let copies: usize = copies.parse().unwrap_or(1);
        let product = pages.shop.product(sku).await?;
        let Some(main) = product.units.first() else {
            continue;
        };
        let code = main.barcodes.first().cloned().unwrap_or_default();
        for _ in 0..copies.min(MOST_LABELS.saturating_sub(labels.len())) {
            labels.push(Label {
                name: product.name.clone(),
                price: money(main.price, language),
                unit: main.name.clone(),
                bars: bars(&code),
                code: code.clone(),
            });
        }
    }
    let mut frame = frame(pages, visitor, texts.labels, "/barang/label");
    frame.styles.push("/assets/label.css");
    frame.styles.push(if roll {
        "/assets/label-58.css"
    } else {
        "/assets/label-a4.css"
    });
    Ok(SheetPage {
        frame,
        texts,
        class: if roll { "roll" } else { "a4" },
        back: "/barang/label",
        labels,
    })
}
