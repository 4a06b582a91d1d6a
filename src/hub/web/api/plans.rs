//! `/plans`: the nightly planning of all shops, and what it found by product.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Items;
use crate::error::Error;
use crate::hub::Hub;
use crate::hub::nightly::Planned;
use crate::hub::store::plan_work::Run;
use crate::hub::today::ProductRow;
use crate::web::Problem;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(latest))
        .routes(routes!(plan_now))
        .routes(routes!(products))
}

/// A planning of all shops.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RunBody {
    /// The date that is planned for.
    date: NaiveDate,
    /// When it began.
    started_at: DateTime<Utc>,
    /// When it was finished; absent while it is under way.
    finished_at: Option<DateTime<Utc>>,
}

impl From<Run> for RunBody {
    fn from(run: Run) -> Self {
        Self {
            date: run.plan_date,
            started_at: run.started_at,
            finished_at: run.finished_at,
        }
    }
}

/// What is to be planned.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanRequest {
    /// The date; the distributor's today if absent.
    date: Option<NaiveDate>,
}

/// What a planning came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlannedBody {
    /// The date that was planned for.
    date: NaiveDate,
    /// Shops that this process planned.
    shops: usize,
    /// Products in them.
    products: usize,
}

impl From<Planned> for PlannedBody {
    fn from(planned: Planned) -> Self {
        Self {
            date: planned.date,
            shops: planned.shops,
            products: planned.products,
        }
    }
}

/// A product over all shops, by the latest planning.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductPlanBody {
    /// The product.
    sku: String,
    /// Its name.
    name: String,
    /// Shops in which it is in demand.
    shops: i64,
    /// Of them, those that are out of it.
    out_shops: i64,
    /// Shops with urgency due.
    due_shops: i64,
    /// Sum of the forecasts in millionths of a base unit per day.
    forecast_micro_per_day: i64,
    /// In the shops.
    on_hand: i64,
    /// Needed to be at the levels.
    need: i64,
    /// What the plans would send.
    quantity: i64,
    /// Of that, to shops whose turn has come.
    due_quantity: i64,
}

impl From<ProductRow> for ProductPlanBody {
    fn from(row: ProductRow) -> Self {
        Self {
            sku: row.sku.to_string(),
            name: row.name,
            shops: row.plan.shops,
            out_shops: row.plan.out_shops,
            due_shops: row.plan.due_shops,
            forecast_micro_per_day: row.plan.forecast_micro,
            on_hand: row.plan.on_hand.0,
            need: row.plan.need.0,
            quantity: row.plan.quantity.0,
            due_quantity: row.plan.due_quantity.0,
        }
    }
}

/// The latest planning of all shops.
#[utoipa::path(get, path = "/plans/latest", tag = "shops", responses(
    (status = OK, body = RunBody), (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem)))]
async fn latest(State(hub): State<Hub>) -> Result<Json<RunBody>, Problem> {
    let run = hub.latest_planning().await?;
    let run = run.ok_or_else(|| Error::NotFound("nothing has been planned yet".to_owned()))?;
    Ok(Json(run.into()))
}

/// Plans all shops now, as the hub does at night.
#[utoipa::path(post, path = "/plans", tag = "shops", request_body = PlanRequest, responses(
    (status = OK, body = PlannedBody), (status = UNAUTHORIZED, body = Problem)))]
async fn plan_now(
    State(hub): State<Hub>,
    Json(request): Json<PlanRequest>,
) -> Result<Json<PlannedBody>, Problem> {
    let date = request.date.unwrap_or_else(|| hub.today());
    Ok(Json(hub.plan_all(date).await?.into()))
}

/// Every product that is offered, over all shops.
#[utoipa::path(get, path = "/plans/products", tag = "shops", responses(
    (status = OK, body = Items<ProductPlanBody>), (status = UNAUTHORIZED, body = Problem)))]
async fn products(State(hub): State<Hub>) -> Result<Json<Items<ProductPlanBody>>, Problem> {
    Ok(Items::json(hub.product_rows().await?))
}
