//! Barang: what the shop sells, in which units, at what price.

mod barcode;
mod edit;
mod export;
mod form;
mod import;
mod label;
mod photo;
pub(super) mod texts;
mod upload;
mod words;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::scanning::Scans;
use super::visitor::Visitor;
use super::{Pages, money};
use crate::error::{Error, FieldError, Result};
use crate::model::Money;
use crate::shop::access::Role;
use crate::shop::products::{Product, ProductQuery};
use crate::web::layout::{Frame, asset, page};
use crate::web::{Language, encoded};
use texts::Goods;

/// Products on a page of the list.
const ROWS: u32 = 50;

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/barang", get(list))
        .route("/barang/{sku}", get(to_product))
        .route("/barang/kode/{sku}", get(product))
        .merge(photo::routes())
        .merge(label::routes())
        .route("/assets/goods.css", get(async || asset("text/css", STYLE)))
        .route(
            "/assets/goods.js",
            get(async || asset("text/javascript", SCRIPT)),
        )
}

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
        .route("/barang/baru", get(edit::ask).post(edit::add))
        .route("/barang/kode/{sku}", post(edit::save))
        .route("/barang/kode/{sku}/favorit", post(star))
        .merge(photo::owner_routes())
        .merge(import::owner_routes())
        .merge(export::owner_routes())
        .merge(label::owner_routes())
}

const STYLE: &str = include_str!("../../assets/goods.css");
const SCRIPT: &str = include_str!("../../assets/goods.js");

/// The frame of a page of goods.
fn frame(pages: &Pages, visitor: &Visitor, title: &str, path: &str) -> Frame {
    Frame {
        scripts: vec!["/assets/goods.js"],
        styles: vec!["/assets/goods.css"],
        path: path.to_owned(),
        ..pages.frame(visitor, title, "/barang")
    }
}

/// What went wrong, in the reader's language.
fn told(error: Error, language: Language) -> Error {
    match error {
        Error::Invalid(faults) => Error::Invalid(
            faults
                .into_iter()
                .map(|fault| FieldError {
                    field: words::name(&fault.field, language),
                    message: words::fault(&fault.message, language),
                })
                .collect(),
        ),
        Error::NotFound(message) => Error::NotFound(words::fault(&message, language)),
        Error::Conflict(message) => Error::Conflict(words::fault(&message, language)),
        other => other,
    }
}

/// Where a product is. Its code may be any word, so it lies one folder below the other pages of goods.
fn address(sku: &str) -> String {
    format!("/barang/kode/{}", encoded(sku))
}

#[derive(Template)]
#[template(path = "shop/web/templates/goods/list.html")]
struct List {
    frame: Frame,
    texts: &'static Goods,
    owner: bool,
    query: String,
    all: bool,
    rows: Vec<Row>,
    /// The list goes on at this address.
    next: Option<String>,
    is_first: bool,
    scans: Scans,
}

struct Row {
    name: String,
    address: String,
    price: String,
    sku: String,
    other_units: String,
    photo: Option<String>,
    favourite: bool,
    active: bool,
    consignment: bool,
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    semua: String,
    #[serde(default)]
    setelah: String,
}

async fn list(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(search): Query<Search>,
) -> Response {
    match list_view(&pages, &visitor, search).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/lainnya"),
    }
}

async fn list_view(pages: &Pages, visitor: &Visitor, search: Search) -> Result<List> {
    let texts = Goods::of(visitor.language);
    let all = !search.semua.is_empty();
    let query = search.q.trim().to_owned();
    let wanted = ProductQuery {
        q: Some(query.clone()).filter(|text| !text.is_empty()),
        cursor: Some(search.setelah.clone()).filter(|text| !text.is_empty()),
        limit: Some(ROWS),
        active: Some(!all),
    };
    let found = pages.shop.find_products(wanted).await?;
    let mut rows = Vec::with_capacity(found.items.len());
    for product in &found.items {
        let photo = pages.shop.photo_version(product.sku.as_str()).await?;
        rows.push(row(product, photo, visitor.language));
    }
    let next = found.next_cursor.map(|cursor| {
        let more = if all { "&semua=1" } else { "" };
        format!(
            "/barang?q={}&setelah={}{more}",
            encoded(&query),
            encoded(&cursor)
        )
    });
    Ok(List {
        scans: Scans::of(visitor),
        frame: frame(pages, visitor, texts.title, "/barang"),
        texts,
        owner: visitor.person.role == Role::Owner,
        query,
        all,
        rows,
        next,
        is_first: search.setelah.is_empty(),
    })
}

fn row(product: &Product, photo: Option<String>, language: Language) -> Row {
    let sku = product.sku.as_str();
    let others = product.units.iter().skip(1);
    let others: Vec<String> = others
        .map(|unit| format!("{} / {}", money(unit.price, language), unit.name))
        .collect();
    let price = product.units.first().map_or(Money::ZERO, |unit| unit.price);
    Row {
        name: product.name.clone(),
        address: address(sku),
        price: format!("{} / {}", money(price, language), product.unit),
        sku: sku.to_owned(),
        other_units: others.join(" · "),
        photo: photo.map(|version| format!("{}/foto?v={version}", address(sku))),
        favourite: product.favourite.is_some(),
        active: product.active,
        consignment: product.consignment,
    }
}

async fn to_product(Path(sku): Path<String>) -> Redirect {
    Redirect::to(&address(&sku))
}

#[derive(Deserialize)]
struct Saved {
    #[serde(default)]
    tersimpan: String,
}

#[derive(Template)]
#[template(path = "shop/web/templates/goods/product.html")]
struct ProductPage {
    frame: Frame,
    texts: &'static Goods,
    product: edit::Shown,
    units: Vec<(String, String, String)>,
    back: &'static str,
}

async fn product(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(sku): Path<String>,
    Query(saved): Query<Saved>,
) -> Response {
    let shown = async {
        let product = pages.shop.product(&sku).await?;
        if visitor.person.role == Role::Owner {
            return edit::change(&pages, &visitor, product, !saved.tersimpan.is_empty()).await;
        }
        let units = product.units.iter().map(|unit| {
            let price = money(unit.price, visitor.language);
            (unit.name.clone(), price, unit.barcodes.join(" "))
        });
        Ok(page(&ProductPage {
            frame: frame(&pages, &visitor, &product.name, &address(&sku)),
            texts: Goods::of(visitor.language),
            units: units.collect(),
            product: edit::shown(&pages, &product, visitor.language).await?,
            back: "/barang",
        }))
    };
    match shown.await {
        Ok(shown) => shown,
        Err(error) => pages.message(&visitor, error, "/barang"),
    }
}

#[derive(Deserialize)]
struct Star {
    #[serde(default)]
    favorit: String,
    #[serde(default)]
    kembali: String,
}

async fn star(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(sku): Path<String>,
    axum::Form(star): axum::Form<Star>,
) -> Response {
    let favourite = !star.favorit.is_empty();
    let by = &visitor.person.name;
    match pages.shop.set_favourite(&sku, favourite, by).await {
        Ok(()) => {
            let back = crate::web::layout::local_path(&star.kembali);
            Redirect::to(if back == "/" { "/barang" } else { back }).into_response()
        }
        Err(error) => pages.message(&visitor, error, "/barang"),
    }
}
