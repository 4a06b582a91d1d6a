//! `/production-plans`

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Items;
use super::queries::ProductionPlanQuery;
use super::shops::sku;
use crate::error::Error;
use crate::hub::Hub;
use crate::hub::production::plans::{LineRequest, Made, MadeRequest, NewPlan, Outcome, Step};
use crate::hub::store::production_plans::{PlanLine, PlanState, ProductionPlan};
use crate::hub::web::auth::Caller;
use crate::model::Quantity;
use crate::web::Problem;
use crate::web::problem::{Json as Body, Query};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get))
        .routes(routes!(confirm))
        .routes(routes!(start))
        .routes(routes!(finish))
        .routes(routes!(take_back))
        .routes(routes!(cancel))
}

/// A planned run.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductionPlanBody {
    /// Its identity.
    id: String,
    /// Its number for people.
    number: String,
    /// The line.
    line: String,
    /// `draft`, `confirmed`, `started`, `done` or `cancelled`.
    #[schema(value_type = String)]
    state: PlanState,
    /// The day on which it is made.
    run_on: NaiveDate,
    /// Counts its steps.
    version: i64,
    /// When it was planned.
    created_at: DateTime<Utc>,
    /// When it was confirmed.
    confirmed_at: Option<DateTime<Utc>>,
    /// When it began.
    started_at: Option<DateTime<Utc>>,
    /// When it was booked in.
    done_at: Option<DateTime<Utc>>,
    /// When it was called off.
    cancelled_at: Option<DateTime<Utc>>,
    /// Why it was called off.
    cancel_reason: Option<String>,
    /// What its lots were reckoned from.
    #[schema(value_type = Option<Object>)]
    basis: Option<Box<RawValue>>,
    /// What is made.
    lines: Vec<PlanLineBody>,
    /// For which routes.
    routes: Vec<PlanRouteBody>,
    /// From what.
    materials: Vec<PlanMaterialBody>,
}

/// A product of a run, in base units.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProductionPlanLineBody)]
pub struct PlanLineBody {
    /// The product.
    sku: String,
    /// Its name.
    name: String,
    /// The model's lot.
    lot: i64,
    /// What is planned.
    quantity: i64,
    /// What came out good.
    made: Option<i64>,
    /// What came out and is no good.
    rejected: Option<i64>,
    /// The last good day.
    expires: Option<NaiveDate>,
    /// Its lot code in the warehouse.
    lot_code: String,
    /// How the lot was reckoned.
    #[schema(value_type = Option<Object>)]
    reason: Option<Box<RawValue>>,
}

/// What of a product is for a route.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanRouteBody {
    /// The route.
    route: String,
    /// The product.
    sku: String,
    /// Base units.
    quantity: i64,
}

/// What a run takes of a material, in base units.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanMaterialBody {
    /// The material.
    sku: String,
    /// Its name.
    name: String,
    /// By the recipes.
    planned: i64,
    /// What was really used.
    used: Option<i64>,
}

fn raw(json: Option<String>) -> Option<Box<RawValue>> {
    json.and_then(|text| RawValue::from_string(text).ok())
}

impl From<PlanLine> for PlanLineBody {
    fn from(line: PlanLine) -> Self {
        Self {
            sku: line.sku.to_string(),
            name: line.name,
            lot: line.lot.0,
            quantity: line.quantity.0,
            made: line.made.map(|quantity| quantity.0),
            rejected: line.rejected.map(|quantity| quantity.0),
            expires: line.expires,
            lot_code: line.lot_code,
            reason: raw(line.reason),
        }
    }
}

impl From<ProductionPlan> for ProductionPlanBody {
    fn from(plan: ProductionPlan) -> Self {
        let routes = plan.routes.into_iter().map(|route| PlanRouteBody {
            route: route.route,
            sku: route.sku.to_string(),
            quantity: route.quantity.0,
        });
        let materials = plan.materials.into_iter().map(|material| PlanMaterialBody {
            sku: material.sku.to_string(),
            name: material.name,
            planned: material.planned.0,
            used: material.used.map(|quantity| quantity.0),
        });
        Self {
            id: plan.id,
            number: plan.number,
            line: plan.line,
            state: plan.state,
            run_on: plan.run_on,
            version: plan.version,
            created_at: plan.created_at,
            confirmed_at: plan.confirmed_at,
            started_at: plan.started_at,
            done_at: plan.done_at,
            cancelled_at: plan.cancelled_at,
            cancel_reason: plan.cancel_reason,
            basis: raw(Some(plan.basis)),
            lines: plan.lines.into_iter().map(Into::into).collect(),
            routes: routes.collect(),
            materials: materials.collect(),
        }
    }
}

/// How much of a product is to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProductionLineRequest)]
pub struct RequestLine {
    /// The product.
    sku: String,
    /// Base units; 0 leaves it out.
    quantity: i64,
}

/// A run to be planned.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProductionPlan {
    /// Made by the caller, so that the request may be repeated.
    id: Option<Uuid>,
    /// The line.
    line: String,
    /// The day; today if absent.
    run_on: Option<NaiveDate>,
    /// What to make; what the policy says if absent.
    lines: Option<Vec<RequestLine>>,
}

/// Changes to a draft on the way. Lines that are not named stay.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmProduction {
    /// The version that the plan was read at; whatever it is if absent.
    version: Option<i64>,
    /// The changed lines.
    #[serde(default)]
    lines: Vec<RequestLine>,
}

/// What came out of a product.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MadeBody {
    /// The product.
    sku: String,
    /// Good base units.
    made: i64,
    /// Base units that are no good; 0 if absent.
    #[serde(default)]
    rejected: i64,
    /// The last good day; by the shelf life if absent.
    expires: Option<NaiveDate>,
}

/// What a run took of a material.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsedBody {
    /// The material.
    sku: String,
    /// Base units.
    quantity: i64,
}

/// What came out of a run. What is not named came out as planned and took what the recipes say.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishProduction {
    /// By product.
    #[serde(default)]
    lines: Vec<MadeBody>,
    /// By material.
    #[serde(default)]
    used: Vec<UsedBody>,
}

/// Why a run is called off.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelProduction {
    /// In words.
    reason: String,
}

fn requests(lines: &[RequestLine]) -> Result<Vec<LineRequest>, Error> {
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            Ok(LineRequest {
                sku: sku(&format!("lines[{index}].sku"), &line.sku)?,
                quantity: Quantity(line.quantity),
            })
        })
        .collect()
}

/// The latest 200 planned runs, the latest day first.
#[utoipa::path(get, path = "/production-plans", tag = "production", params(ProductionPlanQuery), responses(
    (status = OK, body = Items<ProductionPlanBody>), (status = UNAUTHORIZED, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn list(
    State(hub): State<Hub>,
    Query(query): Query<ProductionPlanQuery>,
) -> Result<Json<Items<ProductionPlanBody>>, Problem> {
    let state = query
        .state
        .map(|text| {
            PlanState::parse(&text).ok_or_else(|| {
                Error::invalid(
                    "state",
                    format!("{text:?} is no state of a production plan"),
                )
            })
        })
        .transpose()?;
    Ok(Items::json(hub.production_plans(query.line, state).await?))
}

/// Plans a run from the policy of its line, or from lines of one's own.
#[utoipa::path(post, path = "/production-plans", tag = "production", request_body = NewProductionPlan, responses(
    (status = CREATED, body = ProductionPlanBody),
    (status = OK, body = ProductionPlanBody, description = "Planned before by the same request; as it is now"),
    (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "Nothing to make, or the id has other content"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn create(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<NewProductionPlan>,
) -> Result<Response, Problem> {
    let new = NewPlan {
        id: body.id,
        line: body.line,
        run_on: body.run_on,
        lines: body.lines.as_deref().map(requests).transpose()?,
    };
    let (status, plan) = match hub.create_production_plan(&caller, new).await? {
        Made::Created(plan) => (StatusCode::CREATED, plan),
        Made::Repeated(plan) => (StatusCode::OK, plan),
    };
    Ok((status, Json(ProductionPlanBody::from(plan))).into_response())
}

/// A planned run.
#[utoipa::path(get, path = "/production-plans/{id}", tag = "production", params(("id" = String, Path)), responses(
    (status = OK, body = ProductionPlanBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn get(
    State(hub): State<Hub>,
    Path(id): Path<String>,
) -> Result<Json<ProductionPlanBody>, Problem> {
    Ok(Json(hub.production_plan(&id).await?.into()))
}

/// Decides on a draft. The same again: 200.
#[utoipa::path(post, path = "/production-plans/{id}/confirm", tag = "production", params(("id" = String, Path)),
    request_body = Option<ConfirmProduction>, responses(
    (status = OK, body = ProductionPlanBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "From another state, told in `state`, or changed since `version`"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn confirm(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    body: Option<Body<ConfirmProduction>>,
) -> Result<Json<ProductionPlanBody>, Problem> {
    let Body(body) = body.unwrap_or_else(|| Body(ConfirmProduction::default()));
    let edits = requests(&body.lines)?;
    taken(
        hub.confirm_production_plan(&caller, &id, edits, body.version)
            .await?,
    )
}

/// A confirmed run begins. The same again: 200.
#[utoipa::path(post, path = "/production-plans/{id}/start", tag = "production", params(("id" = String, Path)),
    responses((status = OK, body = ProductionPlanBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "From another state, told in `state`")))]
async fn start(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<ProductionPlanBody>, Problem> {
    taken(hub.start_production_plan(&caller, &id).await?)
}

/// Books a run in: goods into the warehouse, material out of it. The same again: 200.
#[utoipa::path(post, path = "/production-plans/{id}/finish", tag = "production", params(("id" = String, Path)),
    request_body = Option<FinishProduction>, responses(
    (status = OK, body = ProductionPlanBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "From another state, told in `state`, or booked in otherwise"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn finish(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    body: Option<Body<FinishProduction>>,
) -> Result<Json<ProductionPlanBody>, Problem> {
    let Body(body) = body.unwrap_or_else(|| Body(FinishProduction::default()));
    let lines = body.lines.iter().enumerate().map(|(index, line)| {
        Ok(MadeRequest {
            sku: sku(&format!("lines[{index}].sku"), &line.sku)?,
            made: Quantity(line.made),
            rejected: Quantity(line.rejected),
            expires: line.expires,
        })
    });
    let used = body.used.iter().enumerate().map(|(index, used)| {
        let code = sku(&format!("used[{index}].sku"), &used.sku)?;
        Ok((code, Quantity(used.quantity)))
    });
    let outcome = Outcome {
        lines: lines.collect::<Result<_, Error>>()?,
        used: used.collect::<Result<_, Error>>()?,
    };
    taken(hub.finish_production_plan(&caller, &id, outcome).await?)
}

/// Takes a run back that was booked in: goods leave the warehouse again, material comes back, and it may be booked in as
/// it really was. Again: 200.
#[utoipa::path(post, path = "/production-plans/{id}/take-back", tag = "production", params(("id" = String, Path)),
    responses((status = OK, body = ProductionPlanBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "Some of it has left, or it was not booked in; told in `state`")))]
async fn take_back(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<ProductionPlanBody>, Problem> {
    taken(hub.take_back_production_plan(&caller, &id).await?)
}

/// Calls a run off that is not booked in. Again: 200.
#[utoipa::path(post, path = "/production-plans/{id}/cancel", tag = "production", params(("id" = String, Path)),
    request_body = CancelProduction, responses(
    (status = OK, body = ProductionPlanBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "It is booked in; told in `state`"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn cancel(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<CancelProduction>,
) -> Result<Json<ProductionPlanBody>, Problem> {
    taken(
        hub.cancel_production_plan(&caller, &id, &body.reason)
            .await?,
    )
}

fn taken(step: Step) -> Result<Json<ProductionPlanBody>, Problem> {
    match step {
        Step::Done(plan) | Step::Repeated(plan) => Ok(Json(plan.into())),
        Step::Refused { plan, why } => {
            let state = plan.state.as_str();
            Err(Problem::from(Error::Refused(why)).with("state", state))
        }
    }
}
