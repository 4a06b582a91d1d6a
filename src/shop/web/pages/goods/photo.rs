//! Pictures of goods: put in place, taken away, shown.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::{address, told, upload};
use crate::error::Result;
use crate::shop::products::PHOTO_LIMIT;
use crate::shop::web::pages::Pages;
use crate::shop::web::pages::visitor::Visitor;

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/barang/kode/{sku}/foto", get(show))
}

pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
        .route(
            "/barang/kode/{sku}/foto",
            post(put).layer(DefaultBodyLimit::max(PHOTO_LIMIT + upload::AROUND)),
        )
        .route("/barang/kode/{sku}/foto/hapus", post(remove))
}

/// The address of a picture names its version, so that a browser may keep it for good.
async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(sku): Path<String>,
    headers: HeaderMap,
) -> Response {
    let photo = match pages.shop.photo(&sku).await {
        Ok(photo) => photo,
        Err(error) => return pages.message(&visitor, error, "/barang"),
    };
    let tag = format!("\"{}\"", photo.version);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let told = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, max-age=31536000, immutable"),
        ),
        (
            header::ETAG,
            HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\"")),
        ),
    ];
    if known {
        return (StatusCode::NOT_MODIFIED, told).into_response();
    }
    (told, photo.content).into_response()
}

async fn put(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(sku): Path<String>,
    form: Multipart,
) -> Response {
    let put = async {
        let sent = upload::file(form, "foto", PHOTO_LIMIT).await?;
        pages
            .shop
            .set_photo(&sku, sent.content, &visitor.person.name)
            .await
    };
    answer(&pages, &visitor, &sku, put.await)
}

async fn remove(State(pages): State<Pages>, visitor: Visitor, Path(sku): Path<String>) -> Response {
    let removed = pages.shop.remove_photo(&sku, &visitor.person.name).await;
    answer(&pages, &visitor, &sku, removed)
}

fn answer(pages: &Pages, visitor: &Visitor, sku: &str, done: Result<()>) -> Response {
    match done {
        Ok(()) => Redirect::to(&format!("{}?tersimpan=1", address(sku))).into_response(),
        Err(error) => pages.message(visitor, told(error, visitor.language), &address(sku)),
    }
}
