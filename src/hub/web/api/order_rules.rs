//! `/order-rules`

use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Items;
use super::shops::sku;
use crate::error::Error;
use crate::hub::Hub;
use crate::hub::store::order_rules::OrderRule;
use crate::hub::store::orders::{LineKind, Stage};
use crate::hub::web::auth::Caller;
use crate::web::Problem;
use crate::web::problem::Json as Body;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(list, set))
}

/// How a product is had that is not simply taken from stock.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderRuleBody {
    /// The product; absent for the stages of whatever has none of its own.
    sku: Option<String>,
    /// `stock`, `made` or `dropship`.
    kind: String,
    /// Who sends it, of what a supplier sends.
    supplier: Option<String>,
    /// The stages of making it.
    #[serde(default)]
    stages: Vec<StageRuleBody>,
}

/// A stage of making something.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageRuleBody {
    /// Indonesian.
    name: String,
    /// English.
    english: String,
    /// How long it takes.
    days: u32,
}

impl From<OrderRule> for OrderRuleBody {
    fn from(rule: OrderRule) -> Self {
        Self {
            sku: rule.sku.map(|sku| sku.to_string()),
            kind: rule.kind.as_str().to_owned(),
            supplier: Some(rule.supplier).filter(|text| !text.is_empty()),
            stages: rule
                .stages
                .into_iter()
                .map(|stage| StageRuleBody {
                    name: stage.name,
                    english: stage.english,
                    days: stage.days,
                })
                .collect(),
        }
    }
}

/// Which products are made to order, through which stages, and which a supplier sends.
#[utoipa::path(get, path = "/order-rules", tag = "orders", responses(
    (status = OK, body = Items<OrderRuleBody>), (status = UNAUTHORIZED, body = Problem)))]
async fn list(State(hub): State<Hub>) -> Result<Json<Items<OrderRuleBody>>, Problem> {
    Ok(Items::json(hub.order_rules().await?))
}

/// Says how a product is had, in place of what was said of it. Orders that are there already stay as they are.
#[utoipa::path(post, path = "/order-rules", tag = "orders", request_body = OrderRuleBody, responses(
    (status = OK, body = OrderRuleBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn set(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<OrderRuleBody>,
) -> Result<Json<OrderRuleBody>, Problem> {
    let kind = LineKind::parse(&body.kind).ok_or_else(|| {
        Error::invalid(
            "kind",
            format!("{:?} is none of stock, made, dropship", body.kind),
        )
    })?;
    let rule = OrderRule {
        sku: body.sku.map(|code| sku("sku", &code)).transpose()?,
        kind,
        supplier: body.supplier.unwrap_or_default(),
        stages: body
            .stages
            .into_iter()
            .map(|stage| Stage {
                name: stage.name,
                english: stage.english,
                days: stage.days,
            })
            .collect(),
    };
    Ok(Json(hub.set_order_rule(&caller, rule).await?.into()))
}
