//! The list of goods as a file.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::error::Result;
use crate::shop::export::{Days, ExportKind, FileFormat};
use crate::shop::web::pages::Pages;
use crate::shop::web::pages::visitor::Visitor;

pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
        .route(
            "/barang/ekspor.csv",
            get(async |pages: State<Pages>, visitor: Visitor| {
                send(pages, visitor, FileFormat::Csv).await
            }),
        )
        .route(
            "/barang/ekspor.xlsx",
            get(async |pages: State<Pages>, visitor: Visitor| {
                send(pages, visitor, FileFormat::Xlsx).await
            }),
        )
}

async fn send(State(pages): State<Pages>, visitor: Visitor, format: FileFormat) -> Response {
    let (kind, name) = match format {
        FileFormat::Csv => ("text/csv; charset=utf-8", "barang.csv"),
        FileFormat::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "barang.xlsx",
        ),
    };
    let disposition = format!("attachment; filename=\"{name}\"");
    match written(&pages, format).await {
        Ok(content) => (
            [
                (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
                (
                    header::CONTENT_DISPOSITION,
                    HeaderValue::from_str(&disposition)
                        .unwrap_or(HeaderValue::from_static("attachment")),
                ),
            ],
            content,
        )
            .into_response(),
        Err(error) => pages.message(&visitor, error, "/barang"),
    }
}

async fn written(pages: &Pages, format: FileFormat) -> Result<Vec<u8>> {
    let everything = Days::of(None, None)?;
    let sheet = pages.shop.export(ExportKind::Products, everything).await?;
    sheet.written_in_background(format).await
}
