//! The list of goods as a file.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use crate::shop::export::{Days, ExportKind};
use crate::shop::web::pages::Pages;
use crate::shop::web::pages::visitor::Visitor;
use crate::shop::web::table::attachment;
use crate::table::FileKind;

pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
        .route(
            "/barang/ekspor.csv",
            get(async |pages: State<Pages>, visitor: Visitor| {
                send(pages, visitor, FileKind::BareCsv).await
            }),
        )
        .route(
            "/barang/ekspor.xlsx",
            get(async |pages: State<Pages>, visitor: Visitor| {
                send(pages, visitor, FileKind::Xlsx).await
            }),
        )
}

async fn send(State(pages): State<Pages>, visitor: Visitor, kind: FileKind) -> Response {
    let sent = async {
        let everything = Days::of(None, None)?;
        let table = pages.shop.export(ExportKind::Products, everything).await?;
        attachment("barang", kind, table.file_in_background(kind).await?)
    };
    match sent.await {
        Ok(file) => file,
        Err(error) => pages.message(&visitor, error, "/barang"),
    }
}
