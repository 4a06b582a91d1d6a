//! `/plans`

use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{Error, Result};
use crate::model::{BaseUnit, Money, Quantity, Sku};
use crate::plan::explain::{ForecastDay, HistoryDay};
use crate::plan::{DemandClass, LineCut, Method, PlanLanguage, Urgency, sentence};
use crate::shop::Shop;
use crate::shop::explain::Explained;
use crate::shop::nightly::{Plan, PlannedLine};
use crate::web::problem::Json;
use crate::web::{Language, Problem};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Shop> {
    OpenApiRouter::new()
        .routes(routes!(make))
        .routes(routes!(latest))
        .routes(routes!(get))
}

/// What to plan.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanRequest {
    /// The date to plan for, from history strictly before it; the current business date without it.
    #[serde(default)]
    date: Option<NaiveDate>,
    /// Keep it as the plan of that date, as the schedule does. A date has one such plan; if it has one, that is
    /// answered.
    #[serde(default)]
    save: bool,
    /// What it may cost, whole rupiah from 0; the shop's own setting without it. A plan that is there already keeps
    /// its own.
    #[serde(default)]
    budget: Option<i64>,
}

/// A plan. Quantities are whole base units, figures of the mathematics are not rounded.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlanBody {
    /// Its identity.
    pub id: String,
    /// The local date that it is for.
    pub plan_date: NaiveDate,
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// Kept as the plan of its date.
    pub saved: bool,
    /// The settings that it was made with.
    #[schema(value_type = Object)]
    pub policy: serde_json::Value,
    /// What everything suggested costs, rupiah.
    #[schema(value_type = i64)]
    pub total_cost: Money,
    /// What it was allowed to cost, rupiah; absent without a cash budget.
    #[schema(value_type = Option<i64>)]
    pub budget: Option<Money>,
    /// What the budget took from each line that it cut: `sku`, `from` and `to` in base units, `saved` in rupiah, and
    /// `margin_lost`, the margin that is expected to be lost by it.
    #[schema(value_type = Vec<Object>)]
    pub cut: Vec<LineCut>,
    /// Margin that the budget is expected to lose over the protection interval, rupiah.
    pub margin_lost: f64,
    /// Products that the budget does not count, because nobody entered what they cost.
    #[schema(value_type = Vec<String>)]
    pub without_cost: Vec<Sku>,
    /// One line a product, the most urgent first.
    pub lines: Vec<PlanLineBody>,
}

/// What to do about one product, and why.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlanLineBody {
    /// The product.
    #[schema(value_type = String)]
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// What quantities count: `piece`, `gram` or `millilitre`.
    #[schema(value_type = String)]
    pub base_unit: BaseUnit,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that.
    pub unit_factor: i64,
    /// `moving_average`, `ses`, `blend`, `croston`, `sba`, `tsb`, `weekday` or `calendar`, or `too_little_history`: then there is no
    /// forecast and no suggestion.
    #[schema(value_type = String)]
    pub method: Method,
    /// What kind of demand it has: `smooth`, `intermittent`, `erratic` or `lumpy`; absent while it has none.
    #[schema(value_type = Option<String>)]
    pub demand_class: Option<DemandClass>,
    /// Expected demand a day.
    pub forecast_per_day: f64,
    /// Standard deviation of the forecast's error over the protection interval.
    pub sigma_protection: f64,
    /// Days that an order has to last: review interval and lead time.
    pub protection_days: u32,
    /// Safety stock in standard deviations.
    pub service_factor: f64,
    /// Safety stock.
    pub safety_stock: f64,
    /// The position that an order brings the product up to.
    pub order_up_to: f64,
    /// All lots together.
    #[schema(value_type = i64)]
    pub on_hand: Quantity,
    /// Past their date, or going to be before they can sell, of all that is there or to come; `reason.losses` says which.
    #[schema(value_type = i64)]
    pub expiring: Quantity,
    /// Announced by the hub, not yet sent.
    #[schema(value_type = i64)]
    pub on_order: Quantity,
    /// Sent, not yet received.
    #[schema(value_type = i64)]
    pub in_transit: Quantity,
    /// Ordered by customers and owed to them.
    #[schema(value_type = i64)]
    pub backordered: Quantity,
    /// On hand - expiring + on order + in transit - backordered.
    #[schema(value_type = i64)]
    pub position: Quantity,
    /// Order-up-to level less position, at least 0.
    #[schema(value_type = i64)]
    pub need: Quantity,
    /// What to order: packs times pack size.
    #[schema(value_type = i64)]
    pub quantity: Quantity,
    /// What to order, in packs.
    pub packs: i64,
    /// Base units in a pack.
    #[schema(value_type = i64)]
    pub pack_size: Quantity,
    /// What a pack is called.
    pub pack_name: String,
    /// `due`, `along` (worth taking on the same trip) or `later`.
    #[schema(value_type = String)]
    pub urgency: Urgency,
    /// Days that the stock is expected to last; absent without demand.
    pub days_to_stock_out: Option<f64>,
    /// What the quantity costs, rupiah.
    #[schema(value_type = i64)]
    pub cost: Money,
    /// Why, as data: every figure and every step of rounding.
    #[schema(value_type = Object)]
    pub reason: serde_json::Value,
    /// Why, in words: Indonesian, or English for `Accept-Language: en`.
    pub sentence: String,
}

impl PlanBody {
    /// The body of a plan, its sentences in `language`.
    ///
    /// # Errors
    /// [`Error::Internal`] when something of it has no place in JSON, which no plan has.
    pub fn new(plan: Plan, language: Language) -> Result<Self> {
        let lines = plan
            .lines
            .into_iter()
            .map(|line| PlanLineBody::new(line, language))
            .collect::<Result<_>>()?;
        let without_cost = plan.budget.as_ref().map(|cut| cut.without_cost.clone());
        Ok(Self {
            id: plan.id,
            plan_date: plan.plan_date,
            created_at: plan.created_at,
            saved: plan.saved,
            policy: value(&plan.policy)?,
            total_cost: plan.total_cost,
            budget: plan.budget.as_ref().map(|cut| cut.budget),
            margin_lost: plan.budget.as_ref().map_or(0.0, |cut| cut.margin_lost),
            without_cost: without_cost.unwrap_or_default(),
            cut: plan.budget.map(|cut| cut.cut).unwrap_or_default(),
            lines,
        })
    }
}

impl PlanLineBody {
    /// The body of a line, its sentence in `language`.
    ///
    /// # Errors
    /// As [`PlanBody::new`].
    pub fn new(planned: PlannedLine, language: Language) -> Result<Self> {
        let spoken = match language {
            Language::Indonesian => PlanLanguage::Indonesian,
            Language::English => PlanLanguage::English,
        };
        let sentence = sentence(&planned.line, spoken, planned.measures());
        let line = planned.line;
        Ok(Self {
            sentence,
            reason: value(&line.reason)?,
            sku: line.sku,
            name: planned.name,
            base_unit: planned.base_unit,
            unit: planned.unit,
            unit_factor: planned.unit_factor,
            method: line.method,
            demand_class: line.demand_class,
            forecast_per_day: line.forecast_per_day,
            sigma_protection: line.sigma_protection,
            protection_days: line.protection_days,
            service_factor: line.service_factor,
            safety_stock: line.safety_stock,
            order_up_to: line.order_up_to,
            on_hand: line.on_hand,
            expiring: line.expiring,
            on_order: line.on_order,
            in_transit: line.in_transit,
            backordered: line.backordered,
            position: line.position,
            need: line.need,
            quantity: line.quantity,
            packs: line.packs,
            pack_size: line.pack_size,
            pack_name: planned.pack_name,
            urgency: line.urgency,
            days_to_stock_out: line.days_to_stock_out,
            cost: planned.cost,
        })
    }
}

/// One product's plan laid open.
#[derive(Debug, Clone, Serialize)]
pub struct ExplainedBody {
    /// The local date that it is for.
    pub plan_date: NaiveDate,
    /// The line, as the plan has it.
    pub line: PlanLineBody,
    /// Each step from the history to the quantity, in words.
    pub steps: Vec<String>,
    /// Every day that was read, oldest first: base units asked for, none where nothing was there to sell.
    pub history: Vec<HistoryDay>,
    /// The days of the protection interval: base units expected, and the 10% and 90% quantiles of each day.
    pub forecast: Vec<ForecastDay>,
}

impl ExplainedBody {
    /// The body of an explanation, its words in `language`.
    ///
    /// # Errors
    /// As [`PlanBody::new`].
    pub fn new(explained: &Explained, language: Language) -> Result<Self> {
        Ok(Self {
            plan_date: explained.plan_date,
            line: PlanLineBody::new(explained.line.clone(), language)?,
            steps: explained.steps(language),
            history: explained.history.clone(),
            forecast: explained.forecast.clone(),
        })
    }
}

fn value(part: &impl Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(part).map_err(|error| Error::Internal(format!("encoding a plan: {error}")))
}

/// The language that a caller of the API asks for.
struct Asked(Language);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let first = parts
            .headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.split([',', ';', '-']).next())
            .map(|tag| tag.trim().to_lowercase());
        let language = first.as_deref().and_then(Language::from_tag);
        Ok(Self(language.unwrap_or_default()))
    }
}

/// Plans now.
#[utoipa::path(post, path = "/plans", tag = "plans", request_body = Option<PlanRequest>,
    responses(
        (status = CREATED, body = PlanBody),
        (status = UNPROCESSABLE_ENTITY, body = Problem),
    ))]
async fn make(
    State(shop): State<Shop>,
    Asked(language): Asked,
    request: Option<Json<PlanRequest>>,
) -> Result<Response, Problem> {
    let Json(request) = request.unwrap_or_default();
    let plan = match (request.save, request.budget.map(Money)) {
        (true, None) => shop.plan_and_save(request.date).await?,
        (true, budget) => shop.plan_and_save_within(request.date, budget).await?,
        (false, None) => shop.plan_now(request.date).await?,
        (false, budget) => shop.plan_within(request.date, budget).await?,
    };
    let body = PlanBody::new(plan, language)?;
    Ok((StatusCode::CREATED, axum::Json(body)).into_response())
}

/// The plan that was made last, by the schedule or on request.
#[utoipa::path(get, path = "/plans/latest", tag = "plans",
    responses((status = OK, body = PlanBody), (status = NOT_FOUND, body = Problem)))]
async fn latest(
    State(shop): State<Shop>,
    Asked(language): Asked,
) -> Result<axum::Json<PlanBody>, Problem> {
    Ok(axum::Json(PlanBody::new(
        shop.latest_plan().await?,
        language,
    )?))
}

/// A plan by its identity.
#[utoipa::path(get, path = "/plans/{id}", tag = "plans", params(("id" = String, Path)),
    responses((status = OK, body = PlanBody), (status = NOT_FOUND, body = Problem)))]
async fn get(
    State(shop): State<Shop>,
    Path(id): Path<String>,
    Asked(language): Asked,
) -> Result<axum::Json<PlanBody>, Problem> {
    Ok(axum::Json(PlanBody::new(shop.plan(&id).await?, language)?))
}
