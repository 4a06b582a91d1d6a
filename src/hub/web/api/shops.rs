//! `/shops` and `/positions`

use axum::extract::{Path, State};
use axum::{Extension, Json};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Items;
use super::plan_line::PlanLineBody;
use super::queries::{OfProduct, OnDate};
use crate::error::Error;
use crate::hub::Hub;
use crate::hub::delivery_days::DeliveryDays;
use crate::hub::planning::IntervalSource;
use crate::hub::positions::PositionRow;
use crate::hub::render::alarm_text;
use crate::hub::status::ShopOverview;
use crate::hub::store::alarms::Alarm;
use crate::hub::web::auth::Caller;
use crate::model::Sku;
use crate::plan::LotBalance;
use crate::web::Problem;
use crate::web::problem::{Json as Body, Query};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(positions))
        .routes(routes!(plan))
        .routes(routes!(set_delivery))
        .routes(routes!(positions_of_product))
}

/// A shop.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShopBody {
    /// Its identity.
    id: String,
    /// What the distributor calls it.
    name: String,
    /// Its IANA time zone.
    timezone: String,
    /// Still supplied.
    active: bool,
    /// When it last spoke with the hub.
    last_contact: Option<DateTime<Utc>>,
    /// Shop's clock minus the hub's, when it last told.
    skew_seconds: Option<i64>,
    /// Events held of it.
    events: i64,
    /// Of them, those that could not be applied.
    quarantined: i64,
    /// Days from one delivery to the next.
    interval_days: Option<u32>,
    /// `set` by the distributor, `joint` by cost, or the `shop`'s own.
    #[schema(value_type = Option<String>)]
    interval_source: Option<IntervalSource>,
    /// When the next delivery is due.
    due_on: Option<NaiveDate>,
    /// What the distributor has set for the interval.
    review_days: Option<u32>,
    /// What the distributor has set for the days from the decision to the goods.
    lead_time_days: Option<u32>,
    /// On which weekdays it is delivered to; absent for any.
    delivery_weekdays: Option<String>,
    /// What is wrong with it.
    alarms: Vec<AlarmBody>,
    /// When its last off-site backup was complete here.
    last_backup: Option<DateTime<Utc>>,
}

/// Something that the distributor should look at.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlarmBody {
    /// `another_copy`: two copies of the shop's database take turns. `copied_image`: one copy asked for its place twice.
    kind: &'static str,
    /// Since when.
    raised_at: DateTime<Utc>,
    /// When it was noticed last; a week later the alarm is over.
    last_at: DateTime<Utc>,
    /// How often.
    times: i64,
    /// In words.
    text: &'static str,
}

impl From<Alarm> for AlarmBody {
    fn from(alarm: Alarm) -> Self {
        Self {
            kind: alarm.kind.as_str(),
            raised_at: alarm.raised_at,
            last_at: alarm.last_at,
            times: alarm.times,
            text: alarm_text(alarm.kind),
        }
    }
}

impl From<ShopOverview> for ShopBody {
    fn from(overview: ShopOverview) -> Self {
        let shop = overview.shop;
        let interval = overview.delivery.map(|(interval, _)| interval);
        Self {
            id: shop.id,
            name: shop.name,
            timezone: shop.timezone,
            active: shop.active,
            last_contact: shop.last_contact,
            skew_seconds: shop.skew_seconds,
            events: overview.events.held,
            quarantined: overview.events.quarantined,
            interval_days: interval.map(|interval| interval.days),
            interval_source: interval.map(|interval| interval.source),
            due_on: overview.delivery.map(|(_, due_on)| due_on),
            review_days: shop.review_days,
            lead_time_days: shop.lead_time_days,
            delivery_weekdays: shop.delivery_weekdays,
            alarms: overview.alarms.into_iter().map(Into::into).collect(),
            last_backup: overview.last_backup,
        }
    }
}

/// Stock of one best-before date.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotBody {
    /// Best before; absent for goods without a date.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<NaiveDate>,
    /// Base units.
    quantity: i64,
}

/// A product's stock in a shop, in base units.
#[derive(Debug, Serialize, ToSchema)]
pub struct PositionBody {
    /// The shop.
    shop_id: String,
    /// The shop's name.
    shop_name: String,
    /// The product.
    sku: String,
    /// Its name at the shop.
    name: String,
    /// The unit it is spoken of in.
    unit: String,
    /// Base units in that unit.
    unit_factor: i64,
    /// The sum of the shop's ledger.
    on_hand: i64,
    /// Of that, past its date.
    expiring: i64,
    /// In confirmed shipments.
    on_order: i64,
    /// In dispatched shipments.
    in_transit: i64,
    /// Owed to customers.
    backordered: i64,
    /// on_hand - expiring + on_order + in_transit - backordered.
    position: i64,
    /// What is on hand, by date.
    lots: Vec<LotBody>,
    /// When the shop last spoke: all of this is of then.
    as_of: Option<DateTime<Utc>>,
    /// The shop has not spoken today: what it has now, and `projected`, is an estimate.
    estimated: bool,
    /// The position on `projected_on`, before that delivery: less the forecast of the days between, at least 0.
    projected: Option<i64>,
    /// When the next delivery is expected there, by the latest planning.
    projected_on: Option<NaiveDate>,
}

impl From<PositionRow> for PositionBody {
    fn from(row: PositionRow) -> Self {
        let lot = |lot: LotBalance| LotBody {
            expires: lot.expires,
            quantity: lot.quantity.0,
        };
        Self {
            shop_id: row.shop_id,
            shop_name: row.shop_name,
            sku: row.sku.to_string(),
            name: row.name,
            unit: row.unit.0,
            unit_factor: row.unit.1,
            on_hand: row.stock.on_hand.0,
            expiring: row.stock.expiring.0,
            on_order: row.stock.on_order.0,
            in_transit: row.stock.in_transit.0,
            backordered: row.stock.backordered.0,
            position: row.stock.position().0,
            lots: row.lots.into_iter().map(lot).collect(),
            as_of: row.as_of,
            estimated: row.estimated,
            projected: row.projected.map(|(_, left)| left.0),
            projected_on: row.projected.map(|(date, _)| date),
        }
    }
}

/// The shops by name, with when they last spoke and when they are due.
#[utoipa::path(get, path = "/shops", tag = "shops", responses(
    (status = OK, body = Items<ShopBody>), (status = UNAUTHORIZED, body = Problem)))]
async fn list(State(hub): State<Hub>) -> Result<Json<Items<ShopBody>>, Problem> {
    Ok(Items::json(hub.shops().await?))
}

/// A shop's stock, product by product.
#[utoipa::path(get, path = "/shops/{id}/positions", tag = "shops", params(("id" = String, Path)), responses(
    (status = OK, body = Items<PositionBody>), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn positions(
    State(hub): State<Hub>,
    Path(id): Path<String>,
) -> Result<Json<Items<PositionBody>>, Problem> {
    Ok(Items::json(hub.positions(&id).await?))
}

/// A product's stock in every shop.
#[utoipa::path(get, path = "/positions", tag = "shops", params(OfProduct), responses(
    (status = OK, body = Items<PositionBody>), (status = UNAUTHORIZED, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn positions_of_product(
    State(hub): State<Hub>,
    Query(query): Query<OfProduct>,
) -> Result<Json<Items<PositionBody>>, Problem> {
    Ok(Items::json(
        hub.positions_of_product(&sku("sku", &query.sku)?).await?,
    ))
}

/// A product's code from outside.
pub(super) fn sku(field: &str, text: &str) -> Result<Sku, Error> {
    Sku::parse(text).map_err(|error| Error::invalid(field, format!("{text:?} {error}")))
}

/// A shop's plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShopPlanBody {
    /// The shop.
    shop_id: String,
    /// The date it is for.
    date: NaiveDate,
    /// *due* first, then *along*, then *later*.
    lines: Vec<PlanLineBody>,
    /// Products that the shop counts in another unit than the catalogue: they are left out of shipments.
    unit_conflicts: Vec<UnitConflictBody>,
}

/// A product that a shop counts in another unit than the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitConflictBody {
    /// The product.
    sku: String,
    /// Its name at the shop.
    name: String,
}

/// A shop's plan, made here: at equal heads the very plan that the shop makes itself.
#[utoipa::path(get, path = "/shops/{id}/plan", tag = "shops", params(("id" = String, Path), OnDate), responses(
    (status = OK, body = ShopPlanBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn plan(
    State(hub): State<Hub>,
    Path(id): Path<String>,
    Query(query): Query<OnDate>,
) -> Result<Json<ShopPlanBody>, Problem> {
    let date = query.date.unwrap_or_else(|| hub.today());
    let lines = hub.plan_shop(&id, date).await?;
    let conflicts = hub.unit_conflicts(&id).await?;
    Ok(Json(ShopPlanBody {
        shop_id: id,
        date,
        lines: lines.into_iter().map(Into::into).collect(),
        unit_conflicts: conflicts
            .into_iter()
            .map(|(sku, name)| UnitConflictBody {
                sku: sku.to_string(),
                name,
            })
            .collect(),
    }))
}

/// When and how fast a shop is delivered to; what is absent is left to the shop.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryPolicyBody {
    /// Days from one delivery to the next, 1 to 180.
    review_days: Option<u32>,
    /// Days from the decision to the goods, 0 to 180.
    lead_time_days: Option<u32>,
    /// `mon,thu`; any day if absent.
    weekdays: Option<String>,
}

/// Sets when and how fast a shop is delivered to, and tells the shop.
#[utoipa::path(put, path = "/shops/{id}/delivery-policy", tag = "shops", params(("id" = String, Path)),
    request_body = DeliveryPolicyBody, responses(
    (status = OK, body = DeliveryPolicyBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn set_delivery(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<DeliveryPolicyBody>,
) -> Result<Json<DeliveryPolicyBody>, Problem> {
    let weekdays: DeliveryDays = body
        .weekdays
        .as_deref()
        .unwrap_or_default()
        .parse()
        .map_err(|error: crate::hub::delivery_days::NoWeekday| {
            Error::invalid("weekdays", error.to_string())
        })?;
    hub.set_delivery_policy(
        &caller,
        &id,
        body.review_days,
        body.lead_time_days,
        weekdays,
    )
    .await?;
    Ok(Json(DeliveryPolicyBody {
        weekdays: (!weekdays.is_any_day()).then(|| weekdays.to_string()),
        ..body
    }))
}
