//! `/deliveries`: a day's shipments together; and what is changed of a shipment between its steps.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::delivery_bodies::{DayBody, DayCountBody, TripBody};
use super::queries::DayQuery;
use super::shipments::{EditsBody, ShipmentBody, edits, taken};
use super::shops::sku;
use crate::error::Error;
use crate::hub::Hub;
use crate::hub::shipments::day::DayReport;
use crate::hub::shipments::draft::{DraftRequest, Drafted};
use crate::hub::shipments::returns::NewReturnLine;
use crate::hub::shipments::unload::{UnloadedLine, Unloading};
use crate::hub::store::returns::ReturnReason;
use crate::hub::store::shipments::ShipmentState;
use crate::hub::store::trips::DayFilter;
use crate::hub::web::auth::Caller;
use crate::model::Quantity;
use crate::web::Problem;
use crate::web::problem::{Json as Body, Query};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(day))
        .routes(routes!(draft))
        .routes(routes!(confirm_day))
        .routes(routes!(dispatch_day))
        .routes(routes!(trip))
        .routes(routes!(edit))
        .routes(routes!(correct))
        .routes(routes!(reschedule))
        .routes(routes!(unloaded))
}

/// A page of a day's shipments, by route and stop.
#[utoipa::path(get, path = "/deliveries", tag = "shipments", params(DayQuery), responses(
    (status = OK, body = DayBody), (status = UNAUTHORIZED, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn day(
    State(hub): State<Hub>,
    Query(query): Query<DayQuery>,
) -> Result<Json<DayBody>, Problem> {
    let date = query.date.unwrap_or_else(|| hub.today());
    let filter = DayFilter {
        route_id: query.route,
        state: query.state,
    };
    let day = hub.day(date, filter, query.page.unwrap_or(0)).await?;
    let count = |((route_id, state), count)| DayCountBody {
        route_id,
        state,
        count,
    };
    Ok(Json(DayBody {
        date,
        items: day.shipments.into_iter().map(Into::into).collect(),
        counts: day.counts.into_iter().map(count).collect(),
    }))
}

/// What to draft.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftBody {
    /// The day on which the goods are to leave; today if absent.
    date: Option<NaiveDate>,
    /// Only this route; empty for shops without one. What is scarce is shared out over all of them anyway.
    route: Option<String>,
    /// Days in which nothing more can be had, at most 30: shops whose turn comes within them have their claim.
    #[serde(default)]
    days_ahead: u32,
}

/// What drafting did.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftedBody {
    /// Shops that are due and need something.
    due: usize,
    /// Shipments that were recommended.
    made: usize,
    /// Of them, those that hold nothing because there is nothing for them.
    empty: usize,
    /// Shops left alone: their shipment is confirmed, or a person changed it.
    kept: usize,
    /// Earlier recommendations that do not hold any more.
    withdrawn: usize,
    /// Products of which there is not enough for all.
    scarce: usize,
}

impl From<Drafted> for DraftedBody {
    fn from(drafted: Drafted) -> Self {
        Self {
            due: drafted.due,
            made: drafted.made,
            empty: drafted.empty,
            kept: drafted.kept,
            withdrawn: drafted.withdrawn,
            scarce: drafted.scarce,
        }
    }
}

/// Recommends shipments for all shops that are due, sharing out what is scarce and loading each route's vehicle. Again: anew.
#[utoipa::path(post, path = "/deliveries/draft", tag = "shipments", request_body = DraftBody, responses(
    (status = OK, body = DraftedBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn draft(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<DraftBody>,
) -> Result<Json<DraftedBody>, Problem> {
    let request = DraftRequest {
        date: body.date,
        route_id: body.route,
        days_ahead: body.days_ahead,
    };
    Ok(Json(hub.draft_day(&caller, request).await?.into()))
}

/// Which shipments of a day take a step together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayStepBody {
    /// The day.
    date: NaiveDate,
    /// Only this route; empty for shops without one.
    route: Option<String>,
}

/// What one action did to a day's shipments.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayReportBody {
    /// Shipments that took the step.
    done: Vec<String>,
    /// Shipments that did not.
    refused: Vec<RefusedBody>,
}

/// A shipment that did not take a step with its day.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedBody {
    /// The shipment.
    id: String,
    /// Where it goes.
    shop_name: String,
    /// Why.
    why: String,
}

impl From<DayReport> for DayReportBody {
    fn from(report: DayReport) -> Self {
        let refused = report.refused.into_iter().map(|one| RefusedBody {
            id: one.id,
            shop_name: one.shop_name,
            why: one.why,
        });
        Self {
            done: report.done,
            refused: refused.collect(),
        }
    }
}

/// Confirms every recommended shipment of a day or route that can be, and says of the others why not.
#[utoipa::path(post, path = "/deliveries/confirm", tag = "shipments", request_body = DayStepBody, responses(
    (status = OK, body = DayReportBody), (status = UNAUTHORIZED, body = Problem)))]
async fn confirm_day(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<DayStepBody>,
) -> Result<Json<DayReportBody>, Problem> {
    let target = ShipmentState::Confirmed;
    let report = hub
        .advance_day(&caller, body.date, body.route, target)
        .await?;
    Ok(Json(report.into()))
}

/// Sends every confirmed shipment of a day or route off that can go, and says of the others why not.
#[utoipa::path(post, path = "/deliveries/dispatch", tag = "shipments", request_body = DayStepBody, responses(
    (status = OK, body = DayReportBody), (status = UNAUTHORIZED, body = Problem)))]
async fn dispatch_day(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<DayStepBody>,
) -> Result<Json<DayReportBody>, Problem> {
    let target = ShipmentState::Dispatched;
    let report = hub
        .advance_day(&caller, body.date, body.route, target)
        .await?;
    Ok(Json(report.into()))
}

/// A shipment with its way: day, route, note, lots, and how its lines came about.
#[utoipa::path(get, path = "/shipments/{id}/trip", tag = "shipments", params(("id" = String, Path)), responses(
    (status = OK, body = TripBody), (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem)))]
async fn trip(State(hub): State<Hub>, Path(id): Path<String>) -> Result<Json<TripBody>, Problem> {
    let (view, _) = hub.trip(&id).await?;
    Ok(Json(view.into()))
}

/// Changes lines of a shipment that has not left; a confirmed one is announced anew. The same again: 200.
#[utoipa::path(post, path = "/shipments/{id}/edit", tag = "shipments", params(("id" = String, Path)),
    request_body = EditsBody, responses(
    (status = OK, body = ShipmentBody), (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "It has left, stock does not cover it, or it was changed meanwhile"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn edit(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    body: Body<EditsBody>,
) -> Result<Json<ShipmentBody>, Problem> {
    taken(hub.edit_shipment(&caller, &id, edits(Some(body))?).await?)
}

/// Corrects the note of a shipment that is on its way; the shop is told anew. The same again: 200.
#[utoipa::path(post, path = "/shipments/{id}/correct", tag = "shipments", params(("id" = String, Path)),
    request_body = EditsBody, responses(
    (status = OK, body = ShipmentBody), (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "It is not on its way, or was changed meanwhile"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn correct(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    body: Body<EditsBody>,
) -> Result<Json<ShipmentBody>, Problem> {
    let corrected = hub.correct_shipment(&caller, &id, edits(Some(body))?);
    taken(corrected.await?)
}

/// Another day or route for a shipment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShipmentMoveBody {
    /// The day on which it is to leave.
    date: NaiveDate,
    /// With which route; absent for none.
    route: Option<String>,
}

/// Puts a shipment that has not left on another day or route. The same again: 200.
#[utoipa::path(post, path = "/shipments/{id}/move", tag = "shipments", params(("id" = String, Path)),
    request_body = ShipmentMoveBody, responses(
    (status = OK, body = ShipmentBody), (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "It has left"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn reschedule(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<ShipmentMoveBody>,
) -> Result<Json<ShipmentBody>, Problem> {
    let moved = hub.move_shipment(&caller, &id, body.date, body.route);
    taken(moved.await?)
}

/// What was unloaded of a product, where it is not what the note says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnloadedBody {
    /// The product.
    sku: String,
    /// Base units unloaded, the damaged among them.
    unloaded: i64,
    /// Of them, of no use.
    #[serde(default)]
    damaged: i64,
}

/// Goods that come back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnLineBody {
    /// The product.
    sku: String,
    /// Base units.
    quantity: i64,
    /// `expired`, `damaged`, `unsold` or `wrong`.
    reason: String,
    /// Best before, where it is on the goods.
    expires: Option<NaiveDate>,
}

/// What was unloaded at a shop, and taken along from there.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnloadingBody {
    /// Lines that were not unloaded as the note says; those not named were.
    #[serde(default)]
    lines: Vec<UnloadedBody>,
    /// Goods taken back along.
    #[serde(default)]
    returns: Vec<ReturnLineBody>,
    /// In words.
    #[serde(default)]
    remark: String,
}

/// Goods that come back, checked.
pub(super) fn return_lines(bodies: Vec<ReturnLineBody>) -> Result<Vec<NewReturnLine>, Error> {
    bodies
        .into_iter()
        .enumerate()
        .map(|(index, body)| {
            let field = |name: &str| format!("lines[{index}].{name}");
            let reason = ReturnReason::parse(&body.reason).ok_or_else(|| {
                Error::invalid(field("reason"), "must be expired, damaged, unsold or wrong")
            })?;
            Ok(NewReturnLine {
                sku: sku(&field("sku"), &body.sku)?,
                quantity: Quantity(body.quantity),
                reason,
                expires: body.expires,
            })
        })
        .collect()
}

/// Records what whoever drove says was unloaded, for a shop that records nothing itself that day. The same again: 200.
#[utoipa::path(post, path = "/shipments/{id}/unloaded", tag = "shipments", params(("id" = String, Path)),
    request_body = UnloadingBody, responses(
    (status = OK, body = ShipmentBody), (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "It was called off, or recorded with other figures"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn unloaded(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<UnloadingBody>,
) -> Result<Json<ShipmentBody>, Problem> {
    let mut lines = Vec::with_capacity(body.lines.len());
    for (index, line) in body.lines.iter().enumerate() {
        lines.push(UnloadedLine {
            sku: sku(&format!("lines[{index}].sku"), &line.sku)?,
            unloaded: Quantity(line.unloaded),
            damaged: Quantity(line.damaged),
        });
    }
    let unloading = Unloading {
        lines,
        returns: return_lines(body.returns)?,
        return_id: None,
        remark: body.remark,
    };
    taken(hub.unload_shipment(&caller, &id, unloading).await?)
}
