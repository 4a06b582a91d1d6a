//! Scans on any page of goods and stock: what a code means, and codes that mean nothing.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;

use super::Pages;
use super::visitor::Visitor;
use crate::error::{Error, Result};
use crate::shop::products::{Product, ProductQuery};
use crate::web::layout::asset;
use crate::web::session::wants_json;
use crate::web::{encoded, texts};

texts! {
    /// Scanned codes that no product has.
    ScanTexts {
        unknown: "Kode tidak dikenal" = "Unknown codes";
        not_taken: "Barang dengan kode ini belum tercatat." = "Goods with these codes were not recorded.";
        add: "Buat barang baru" = "Add a new product";
        dismiss: "Sudah saya urus" = "I have dealt with it";
    }
}

/// The list of unknown codes on a page.
pub(super) struct Scans {
    /// Its words.
    pub words: &'static ScanTexts,
    /// Whoever looks may add products.
    pub owner: bool,
}

impl Scans {
    /// As this visitor sees it.
    pub(super) fn of(visitor: &Visitor) -> Self {
        Self {
            words: ScanTexts::of(visitor.language),
            owner: visitor.is_owner(),
        }
    }
}

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/pindai", get(find)).route(
        "/assets/scanner.js",
        get(async || asset("text/javascript", include_str!("../assets/scanner.js"))),
    )
}

#[derive(Deserialize)]
struct Scanned {
    #[serde(default)]
    kode: String,
    /// `stok` for the product's stock; its page among the goods otherwise.
    #[serde(default)]
    ke: String,
}

/// Where the page of a scanned product is: for a script in JSON, for others by going there.
async fn find(
    State(pages): State<Pages>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(scanned): Query<Scanned>,
) -> Response {
    let script = wants_json(&headers);
    let code = scanned.kode.trim();
    let folder = match scanned.ke.as_str() {
        "stok" => "/stok",
        _ => "/barang/kode",
    };
    match exact(&pages, code).await {
        Ok(Some((product, _))) => {
            let to = format!("{folder}/{}", encoded(product.sku.as_str()));
            if script {
                axum::Json(json!({ "to": to })).into_response()
            } else {
                Redirect::to(&to).into_response()
            }
        }
        Ok(None) if script => axum::Json(json!({ "to": null })).into_response(),
        Ok(None) => {
            let error = Error::NotFound(ScanTexts::of(visitor.language).unknown.to_owned());
            pages.message(&visitor, error, "/barang")
        }
        Err(error) => pages.message(&visitor, error, "/barang"),
    }
}

/// The product whose code or barcode is exactly this, and the unit that it means.
pub(super) async fn exact(pages: &Pages, code: &str) -> Result<Option<(Product, String)>> {
    if code.is_empty() {
        return Ok(None);
    }
    let wanted = ProductQuery {
        q: Some(code.to_owned()),
        limit: Some(2),
        active: Some(true),
        ..ProductQuery::default()
    };
    let found = pages.shop.find_products(wanted).await?.items;
    for product in found {
        let on = product
            .units
            .iter()
            .find(|unit| unit.barcodes.iter().any(|known| known == code));
        if let Some(unit) = on.map(|unit| unit.name.clone()) {
            return Ok(Some((product, unit)));
        }
        if product.sku.as_str() == code {
            let unit = product.order_unit.clone();
            return Ok(Some((product, unit)));
        }
    }
    Ok(None)
}
