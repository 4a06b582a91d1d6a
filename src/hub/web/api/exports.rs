//! `/exports`

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Items;
use super::queries::ExportQuery;
use crate::error::Error;
use crate::hub::Hub;
use crate::hub::export;
use crate::table::FileKind;
use crate::web::problem::Query;
use crate::web::{Problem, attachment};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
}

/// A table that can be taken out.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportBody {
    /// Its name in the path.
    name: &'static str,
    /// Whether `from` and `to` narrow it.
    dates: bool,
}

/// The tables that can be taken out.
#[utoipa::path(get, path = "/exports", tag = "exports", responses(
    (status = OK, body = Items<ExportBody>), (status = UNAUTHORIZED, body = Problem)))]
async fn list() -> Json<Items<ExportBody>> {
    let items = export::names()
        .into_iter()
        .map(|name| ExportBody {
            name,
            dates: export::has_dates(name),
        })
        .collect();
    Json(Items { items })
}

/// A table as a file, CSV or Excel, at most 200000 rows. Quantities are base units; a text that a spreadsheet would take
/// for a formula has an apostrophe in front.
#[utoipa::path(get, path = "/exports/{table}", tag = "exports", params(("table" = String, Path), ExportQuery),
    responses((status = OK, description = "The file", content(
        (String = "text/csv; charset=utf-8"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "More rows than one file holds"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn get(
    State(hub): State<Hub>,
    Path(what): Path<String>,
    Query(query): Query<ExportQuery>,
) -> Result<Response, Problem> {
    let kind = match query.format.as_deref() {
        None | Some("csv") => FileKind::BareCsv,
        Some("xlsx") => FileKind::Xlsx,
        Some(other) => {
            let message = format!("{other:?} is neither csv nor xlsx");
            return Err(Error::invalid("format", message).into());
        }
    };
    let table = hub.export(&what, query.from, query.to).await?;
    let file = table.file_in_background(kind).await?;
    Ok(attachment(&what, kind.ending(), kind.media_type(), file)?)
}
