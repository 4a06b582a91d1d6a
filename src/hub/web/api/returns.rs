//! `/returns` and `/differences`

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Items;
use super::deliveries::{ReturnLineBody, return_lines};
use super::queries::{DifferenceQuery, ReturnQuery};
use crate::error::Error;
use crate::hub::Hub;
use crate::hub::shipments::returns::{NewReturn, Returned};
use crate::hub::store::differences::{Difference, DifferenceKind, Settlement, ToldBy};
use crate::hub::store::returns::{Fate, GoodsReturn, ReturnReason, ReturnState, ShopWord};
use crate::hub::web::auth::Caller;
use crate::web::Problem;
use crate::web::problem::{Json as Body, Query};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(take_in))
        .routes(routes!(cancel))
        .routes(routes!(list_differences))
        .routes(routes!(settle))
}

/// Goods that came back from a shop.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnBody {
    /// Its identity.
    id: String,
    /// The paper's number.
    number: String,
    /// From where.
    shop_id: String,
    /// The shipment with which the vehicle came.
    shipment_id: Option<String>,
    /// `collected`, `taken_in` or `cancelled`.
    #[schema(value_type = String)]
    state: ReturnState,
    /// The day on which the goods left the shop.
    collected_on: NaiveDate,
    /// When it was recorded.
    created_at: DateTime<Utc>,
    /// When it was taken in or cancelled.
    closed_at: Option<DateTime<Utc>>,
    /// Whether the shop says the same: `waiting`, `agrees` or `differs`.
    #[schema(value_type = String)]
    shop_word: ShopWord,
    /// When the shop said what left.
    shop_told_at: Option<DateTime<Utc>>,
    /// The goods.
    lines: Vec<ReturnedGoodsBody>,
}

/// Goods of one product in a return.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnedGoodsBody {
    /// The product.
    sku: String,
    /// Its name.
    name: String,
    /// Best before.
    expires: Option<NaiveDate>,
    /// Base units.
    quantity: i64,
    /// Why.
    #[schema(value_type = String)]
    reason: ReturnReason,
    /// `stock` or `written_off`; absent until it is at the warehouse.
    #[schema(value_type = Option<String>)]
    fate: Option<Fate>,
    /// Base units that left by the shop's word; absent until it has said.
    shop_quantity: Option<i64>,
}

impl From<GoodsReturn> for ReturnBody {
    fn from(goods: GoodsReturn) -> Self {
        let shop_word = goods.shop_word();
        let lines = goods.lines.into_iter().map(|line| ReturnedGoodsBody {
            sku: line.sku.to_string(),
            name: line.name,
            expires: line.expires,
            quantity: line.quantity.0,
            reason: line.reason,
            fate: line.fate,
            shop_quantity: line.shop_quantity.map(|quantity| quantity.0),
        });
        Self {
            id: goods.id,
            number: goods.number,
            shop_id: goods.shop_id,
            shipment_id: goods.shipment_id,
            state: goods.state,
            collected_on: goods.collected_on,
            created_at: goods.created_at,
            closed_at: goods.closed_at,
            shop_word,
            shop_told_at: goods.shop_told_at,
            lines: lines.collect(),
        }
    }
}

/// The latest 200 returns, newest first.
#[utoipa::path(get, path = "/returns", tag = "shipments", params(ReturnQuery), responses(
    (status = OK, body = Items<ReturnBody>), (status = UNAUTHORIZED, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn list(
    State(hub): State<Hub>,
    Query(query): Query<ReturnQuery>,
) -> Result<Json<Items<ReturnBody>>, Problem> {
    let state = query
        .state
        .map(|text| {
            ReturnState::parse(&text)
                .ok_or_else(|| Error::invalid("state", format!("{text:?} is no state of a return")))
        })
        .transpose()?;
    Ok(Items::json(hub.returns(state).await?))
}

/// A return to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReturnBody {
    /// Made by the caller, so that the request may be repeated.
    id: Option<Uuid>,
    /// From where.
    shop_id: String,
    /// The goods.
    lines: Vec<ReturnLineBody>,
}

/// Records goods that were taken along from a shop.
#[utoipa::path(post, path = "/returns", tag = "shipments", request_body = NewReturnBody, responses(
    (status = CREATED, body = ReturnBody),
    (status = OK, body = ReturnBody, description = "Recorded before by the same request; as it is now"),
    (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn create(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<NewReturnBody>,
) -> Result<Response, Problem> {
    let new = NewReturn {
        id: body.id,
        shop_id: body.shop_id,
        lines: return_lines(body.lines)?,
    };
    let (status, goods) = match hub.record_return(&caller, new).await? {
        Returned::Created(goods) => (StatusCode::CREATED, goods),
        Returned::Repeated(goods) => (StatusCode::OK, goods),
    };
    Ok((status, Json(ReturnBody::from(goods))).into_response())
}

/// What becomes of returned goods.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeInBody {
    /// `stock` or `written_off` for each line, in order. Absent: what is expired or damaged is written off, the rest goes
    /// to stock.
    #[serde(default)]
    fates: Vec<String>,
}

/// Takes returned goods in at the warehouse. The same again: 200.
#[utoipa::path(post, path = "/returns/{id}/take-in", tag = "shipments", params(("id" = String, Path)),
    request_body = TakeInBody, responses(
    (status = OK, body = ReturnBody), (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn take_in(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<TakeInBody>,
) -> Result<Json<ReturnBody>, Problem> {
    let mut fates = BTreeMap::new();
    for (place, text) in body.fates.iter().enumerate() {
        let fate = Fate::parse(text).ok_or_else(|| {
            Error::invalid(format!("fates[{place}]"), "must be stock or written_off")
        })?;
        fates.insert(place, fate);
    }
    Ok(Json(hub.take_in_return(&caller, &id, fates).await?.into()))
}

/// Calls off a return whose goods are not taken in. Again: 200.
#[utoipa::path(post, path = "/returns/{id}/cancel", tag = "shipments", params(("id" = String, Path)), responses(
    (status = OK, body = ReturnBody), (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem)))]
async fn cancel(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<ReturnBody>, Problem> {
    Ok(Json(hub.cancel_return(&caller, &id).await?.into()))
}

/// What of a shipment did not come as it was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct DifferenceBody {
    /// Its identity.
    id: String,
    /// The shop.
    shop_id: String,
    /// The shipment.
    shipment_id: String,
    /// The product.
    sku: String,
    /// Its name.
    name: String,
    /// `missing`, `surplus` or `damaged`.
    #[schema(value_type = String)]
    kind: DifferenceKind,
    /// `shop` or `driver`.
    #[schema(value_type = String)]
    told_by: ToldBy,
    /// Base units.
    quantity: i64,
    /// What the shop pays for so much.
    value: i64,
    /// When it was learned of.
    found_at: DateTime<Utc>,
    /// `credit`, `stock`, `lost`, `charge` or `error`; absent while it is open.
    #[schema(value_type = Option<String>)]
    settlement: Option<Settlement>,
    /// When that was.
    settled_at: Option<DateTime<Utc>>,
    /// What was said of it then.
    remark: Option<String>,
}

impl From<Difference> for DifferenceBody {
    fn from(difference: Difference) -> Self {
        Self {
            id: difference.id,
            shop_id: difference.shop_id,
            shipment_id: difference.shipment_id,
            sku: difference.sku.to_string(),
            name: difference.name,
            kind: difference.kind,
            told_by: difference.told_by,
            quantity: difference.quantity.0,
            value: difference.value.0,
            found_at: difference.found_at,
            settlement: difference.settlement,
            settled_at: difference.settled_at,
            remark: difference.remark,
        }
    }
}

/// Differences between what was sent and what came: the open ones, oldest first, or those settled, the latest first.
#[utoipa::path(get, path = "/differences", tag = "shipments", params(DifferenceQuery), responses(
    (status = OK, body = Items<DifferenceBody>), (status = UNAUTHORIZED, body = Problem)))]
async fn list_differences(
    State(hub): State<Hub>,
    Query(query): Query<DifferenceQuery>,
) -> Result<Json<Items<DifferenceBody>>, Problem> {
    let found = hub.differences(!query.settled, query.shipment).await?;
    Ok(Items::json(found))
}

/// How a difference is settled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleBody {
    /// `credit` (the shop does not pay), `stock` (the goods are back), `lost`, `charge` (a surplus the shop pays) or
    /// `error` (counted wrongly).
    settlement: String,
    /// In words.
    #[serde(default)]
    remark: String,
}

/// Settles a difference. The same again: 200.
#[utoipa::path(post, path = "/differences/{id}/settle", tag = "shipments", params(("id" = String, Path)),
    request_body = SettleBody, responses(
    (status = OK, body = DifferenceBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem), (status = CONFLICT, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn settle(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<SettleBody>,
) -> Result<Json<DifferenceBody>, Problem> {
    let settlement = Settlement::parse(&body.settlement).ok_or_else(|| {
        Error::invalid("settlement", "must be credit, stock, lost, charge or error")
    })?;
    let settled = hub.settle_difference(&caller, &id, settlement, &body.remark);
    Ok(Json(settled.await?.into()))
}
