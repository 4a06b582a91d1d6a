//! `/production`, `/production-lines`

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Items;
use super::queries::OnDate;
use crate::hub::Hub;
use crate::hub::production::LineReport;
use crate::hub::production::parameters::LineParameters;
use crate::hub::web::auth::Caller;
use crate::web::Problem;
use crate::web::problem::{Json as Body, Query};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(set))
}

/// What is said of a line.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineBody {
    /// The version that the change is made from; whatever it is if absent.
    version: Option<i64>,
    /// Its figures by their symbols; what is absent takes its default.
    parameters: LineParameters,
}

/// A line after a change.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedLine {
    /// Its name.
    line: String,
    /// Counts its changes.
    version: i64,
}

/// Every line: each number of deliveries in a cycle with its costs and what stands against it, the best, and the next run.
#[utoipa::path(get, path = "/production", tag = "production", params(OnDate), responses(
    (status = OK, body = Items<LineReport>), (status = UNAUTHORIZED, body = Problem)))]
async fn list(
    State(hub): State<Hub>,
    Query(query): Query<OnDate>,
) -> Result<Json<Items<LineReport>>, Problem> {
    let date = query.date.unwrap_or_else(|| hub.today());
    let items = hub.production(date).await?;
    Ok(Json(Items { items }))
}

/// One line of them.
#[utoipa::path(get, path = "/production/{line}", tag = "production", params(("line" = String, Path), OnDate),
    responses((status = OK, body = LineReport), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn get(
    State(hub): State<Hub>,
    Path(line): Path<String>,
    Query(query): Query<OnDate>,
) -> Result<Json<LineReport>, Problem> {
    let date = query.date.unwrap_or_else(|| hub.today());
    Ok(Json(hub.production_line(&line, date).await?))
}

/// Sets what is said of a line, and makes it where there is none of this name. The same again changes nothing.
#[utoipa::path(put, path = "/production-lines/{line}", tag = "production", params(("line" = String, Path)),
    request_body = LineBody, responses(
    (status = OK, body = ChangedLine), (status = UNAUTHORIZED, body = Problem),
    (status = CONFLICT, body = Problem, description = "It was changed since `version`"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn set(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(line): Path<String>,
    Body(body): Body<LineBody>,
) -> Result<Json<ChangedLine>, Problem> {
    let version = hub
        .set_production_line(&caller, &line, body.parameters, body.version)
        .await?;
    Ok(Json(ChangedLine { line, version }))
}
