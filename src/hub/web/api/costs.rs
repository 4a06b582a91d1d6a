//! `/costs`, `/groups/{id}/costs`, `/shops/{id}/costs`: what deliveries and holding cost, and what a change would do.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::hub::costs::{Change, CostsAt, MILLIONTHS, Preview, ShopChange, Terms};
use crate::hub::store::cost_settings::{Parameter, Scope};
use crate::hub::web::auth::Caller;
use crate::web::Problem;
use crate::web::problem::Json as Body;

/// Shops of a preview that are listed; its sums are over all of them.
const LISTED: usize = 200;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(of_all, set_all))
        .routes(routes!(try_all))
        .routes(routes!(of_group, set_group))
        .routes(routes!(try_group))
        .routes(routes!(of_shop, set_shop))
        .routes(routes!(try_shop))
}

/// Costs at one place, each for every product. What is absent is taken from a wider place: the shop's group, then all
/// shops.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CostValuesBody {
    /// C_d: the distributor's cost of a delivery as such, rupiah.
    distributor_delivery: Option<i64>,
    /// c_dk: what each product in it adds for the distributor, rupiah.
    distributor_item: Option<i64>,
    /// C_j: the shop's cost of a delivery, or its road's, rupiah.
    shop_delivery: Option<i64>,
    /// c_jk: what each product in it adds for the shop, rupiah.
    shop_item: Option<i64>,
    /// F: what holding goods for 30 days costs as a share of their price, such as 0.015; above 0, at most 1, kept to
    /// the millionth.
    holding: Option<f64>,
}

impl CostValuesBody {
    fn of(values: impl IntoIterator<Item = (Parameter, Option<i64>)>) -> Self {
        let mut body = Self::default();
        for (parameter, value) in values {
            let place = match parameter {
                Parameter::DistributorDelivery => &mut body.distributor_delivery,
                Parameter::DistributorItem => &mut body.distributor_item,
                Parameter::ShopDelivery => &mut body.shop_delivery,
                Parameter::ShopItem => &mut body.shop_item,
                Parameter::Holding => {
                    body.holding = value.map(|value| value as f64 / MILLIONTHS as f64);
                    continue;
                }
            };
            *place = value;
        }
        body
    }

    fn change(self, scope: Scope) -> Result<Change> {
        let holding = self.holding.map(|share| {
            let within = (0.0..=1.0).contains(&share);
            let wrong = || Error::invalid("holding", "must be more than 0 and at most 1");
            let millionths = (share * MILLIONTHS as f64).round() as i64;
            within.then_some(millionths).ok_or_else(wrong)
        });
        Ok(Change {
            scope,
            values: vec![
                (Parameter::DistributorDelivery, self.distributor_delivery),
                (Parameter::DistributorItem, self.distributor_item),
                (Parameter::ShopDelivery, self.shop_delivery),
                (Parameter::ShopItem, self.shop_item),
                (Parameter::Holding, holding.transpose()?),
            ],
        })
    }
}

/// The costs at one place.
#[derive(Debug, Serialize, ToSchema)]
pub struct CostsBody {
    /// What is set at this very place.
    set: CostValuesBody,
    /// What holds there, from the narrowest place that says so; what nobody has told is 0.
    in_force: CostValuesBody,
}

impl From<CostsAt> for CostsBody {
    fn from(costs: CostsAt) -> Self {
        let told = costs.in_force.into_iter();
        Self {
            set: CostValuesBody::of(costs.set),
            in_force: CostValuesBody::of(told.map(|(parameter, value)| (parameter, Some(value)))),
        }
    }
}

/// A shop's deliveries under some costs, money in 30 days.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermsBody {
    /// Days from one delivery to the next.
    interval_days: u32,
    /// T of least cost before rounding; absent where no cost is known or nothing is sold.
    least_cost_days: Option<f64>,
    /// What deliveries cost.
    delivering: i64,
    /// What holding the goods costs.
    holding: i64,
    /// Both together.
    total: i64,
}

impl From<Terms> for TermsBody {
    fn from(terms: Terms) -> Self {
        Self {
            interval_days: terms.interval_days,
            least_cost_days: terms.least_cost_days,
            delivering: terms.delivering.0,
            holding: terms.holding.0,
            total: terms.total().0,
        }
    }
}

/// What a change would do to one shop.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShopChangeBody {
    /// The shop.
    shop_id: String,
    /// Its name.
    shop_name: String,
    /// As it is.
    before: TermsBody,
    /// As it would be.
    after: TermsBody,
    /// What the present interval would cost under the new costs.
    unchanged_interval: i64,
}

impl From<ShopChange> for ShopChangeBody {
    fn from(shop: ShopChange) -> Self {
        Self {
            shop_id: shop.id,
            shop_name: shop.name,
            before: shop.before.into(),
            after: shop.after.into(),
            unchanged_interval: shop.unchanged_interval.0,
        }
    }
}

/// What a change would do, by the forecasts of the latest planning, money in 30 days. Nothing is saved.
#[derive(Debug, Serialize, ToSchema)]
pub struct CostPreviewBody {
    /// Shops that it concerns and that have a plan; the sums are over all of them.
    shops: usize,
    /// Of them, those whose interval would be another one.
    changed: usize,
    /// Shops that it concerns and that have no plan yet.
    without_plan: usize,
    /// What they cost now.
    before: i64,
    /// What they would cost under the new costs at the present intervals.
    unchanged_intervals: i64,
    /// What they would cost at the new intervals.
    after: i64,
    /// The shops whose cost changes most, at most 200.
    items: Vec<ShopChangeBody>,
}

impl From<Preview> for CostPreviewBody {
    fn from(preview: Preview) -> Self {
        let (before, unchanged, after) = preview.totals();
        Self {
            shops: preview.shops.len(),
            changed: preview.changed(),
            without_plan: preview.without_plan,
            before: before.0,
            unchanged_intervals: unchanged.0,
            after: after.0,
            items: preview
                .shops
                .into_iter()
                .take(LISTED)
                .map(Into::into)
                .collect(),
        }
    }
}

async fn told(hub: &Hub, scope: Scope) -> Result<Json<CostsBody>, Problem> {
    Ok(Json(hub.costs_at(scope).await?.into()))
}

async fn set(
    hub: &Hub,
    caller: &Caller,
    scope: Scope,
    body: CostValuesBody,
) -> Result<Json<CostsBody>, Problem> {
    hub.set_costs(&caller.0, body.change(scope.clone())?)
        .await?;
    told(hub, scope).await
}

async fn preview(
    hub: &Hub,
    scope: Scope,
    body: CostValuesBody,
) -> Result<Json<CostPreviewBody>, Problem> {
    let preview = hub.preview_costs(body.change(scope)?).await?;
    Ok(Json(preview.into()))
}

/// The costs for all shops.
#[utoipa::path(get, path = "/costs", tag = "costs", responses(
    (status = OK, body = CostsBody), (status = UNAUTHORIZED, body = Problem)))]
async fn of_all(State(hub): State<Hub>) -> Result<Json<CostsBody>, Problem> {
    told(&hub, Scope::All).await
}

/// Sets the costs for all shops, in place of what was set. Intervals follow with the next planning. The same again: 200.
#[utoipa::path(put, path = "/costs", tag = "costs", request_body = CostValuesBody, responses(
    (status = OK, body = CostsBody), (status = UNAUTHORIZED, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn set_all(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    Body(body): Body<CostValuesBody>,
) -> Result<Json<CostsBody>, Problem> {
    set(&hub, &caller, Scope::All, body).await
}

/// What other costs for all shops would do to intervals and costs, before they are set.
#[utoipa::path(post, path = "/costs/preview", tag = "costs", request_body = CostValuesBody, responses(
    (status = OK, body = CostPreviewBody), (status = UNAUTHORIZED, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn try_all(
    State(hub): State<Hub>,
    Body(body): Body<CostValuesBody>,
) -> Result<Json<CostPreviewBody>, Problem> {
    preview(&hub, Scope::All, body).await
}

/// The costs for the shops of a group.
#[utoipa::path(get, path = "/groups/{id}/costs", tag = "costs", params(("id" = String, Path)), responses(
    (status = OK, body = CostsBody), (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem)))]
async fn of_group(
    State(hub): State<Hub>,
    Path(id): Path<String>,
) -> Result<Json<CostsBody>, Problem> {
    told(&hub, Scope::Group(id)).await
}

/// Sets the costs for the shops of a group, in place of what was set. The same again: 200.
#[utoipa::path(put, path = "/groups/{id}/costs", tag = "costs", params(("id" = String, Path)),
    request_body = CostValuesBody, responses(
    (status = OK, body = CostsBody), (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn set_group(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<CostValuesBody>,
) -> Result<Json<CostsBody>, Problem> {
    set(&hub, &caller, Scope::Group(id), body).await
}

/// What other costs for the shops of a group would do, before they are set.
#[utoipa::path(post, path = "/groups/{id}/costs/preview", tag = "costs", params(("id" = String, Path)),
    request_body = CostValuesBody, responses(
    (status = OK, body = CostPreviewBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn try_group(
    State(hub): State<Hub>,
    Path(id): Path<String>,
    Body(body): Body<CostValuesBody>,
) -> Result<Json<CostPreviewBody>, Problem> {
    preview(&hub, Scope::Group(id), body).await
}

/// The costs for one shop.
#[utoipa::path(get, path = "/shops/{id}/costs", tag = "costs", params(("id" = String, Path)), responses(
    (status = OK, body = CostsBody), (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem)))]
async fn of_shop(
    State(hub): State<Hub>,
    Path(id): Path<String>,
) -> Result<Json<CostsBody>, Problem> {
    told(&hub, Scope::Shop(id)).await
}

/// Sets the costs for one shop, in place of what was set. The same again: 200.
#[utoipa::path(put, path = "/shops/{id}/costs", tag = "costs", params(("id" = String, Path)),
    request_body = CostValuesBody, responses(
    (status = OK, body = CostsBody), (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn set_shop(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<CostValuesBody>,
) -> Result<Json<CostsBody>, Problem> {
    set(&hub, &caller, Scope::Shop(id), body).await
}

/// What other costs for one shop would do, before they are set.
#[utoipa::path(post, path = "/shops/{id}/costs/preview", tag = "costs", params(("id" = String, Path)),
    request_body = CostValuesBody, responses(
    (status = OK, body = CostPreviewBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn try_shop(
    State(hub): State<Hub>,
    Path(id): Path<String>,
    Body(body): Body<CostValuesBody>,
) -> Result<Json<CostPreviewBody>, Problem> {
    preview(&hub, Scope::Shop(id), body).await
}
