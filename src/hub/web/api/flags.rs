//! `/flags`: days of sales that are out of all proportion, and what a person decides on them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Items;
use super::shops::sku;
use crate::error::Error;
use crate::hub::Hub;
use crate::hub::flags::verdict_text;
use crate::hub::store::flags::Flag;
use crate::hub::web::auth::Caller;
use crate::web::Problem;
use crate::web::problem::Json as Body;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(decide))
}

/// A day that is out of all proportion. Quantities are base units.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlagBody {
    /// The shop.
    shop_id: String,
    /// Its name.
    shop_name: String,
    /// The product.
    sku: String,
    /// Its name at the shop.
    name: String,
    /// The day.
    date: NaiveDate,
    /// What was reported as sold.
    reported: i64,
    /// What is usual.
    usual: i64,
    /// What the day counts as until somebody decides.
    bound: i64,
    /// `open`, `accepted` (it is true and counts in full) or `left_out` (it does not count).
    verdict: &'static str,
    /// When it was noticed.
    raised_at: DateTime<Utc>,
    /// When somebody decided.
    decided_at: Option<DateTime<Utc>>,
    /// Who.
    decided_by: Option<String>,
}

impl From<Flag> for FlagBody {
    fn from(flag: Flag) -> Self {
        let (decided_by, decided_at) = flag.decided.unzip();
        Self {
            shop_id: flag.shop_id,
            shop_name: flag.shop_name,
            sku: flag.sku.to_string(),
            name: flag.product,
            date: flag.day.date,
            reported: flag.day.reported.0,
            usual: flag.day.usual.0,
            bound: flag.day.bound.0,
            verdict: verdict_text(flag.verdict),
            raised_at: flag.raised_at,
            decided_at,
            decided_by,
        }
    }
}

/// A decision on a flagged day.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlagDecisionBody {
    /// The shop.
    shop_id: String,
    /// The product.
    sku: String,
    /// The day.
    date: NaiveDate,
    /// `accepted`, `left_out`, or `open` to take a decision back.
    verdict: String,
}

/// The flagged days, those first on which nobody has decided; at most 200.
#[utoipa::path(get, path = "/flags", tag = "shops", responses(
    (status = OK, body = Items<FlagBody>), (status = UNAUTHORIZED, body = Problem)))]
async fn list(State(hub): State<Hub>) -> Result<Json<Items<FlagBody>>, Problem> {
    Ok(Items::json(hub.flags().await?))
}

/// Decides on a flagged day, or takes a decision back, and plans the shop again. The same again: nothing more.
#[utoipa::path(post, path = "/flags/decide", tag = "shops", request_body = FlagDecisionBody, responses(
    (status = NO_CONTENT, description = "It is decided so"), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn decide(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<FlagDecisionBody>,
) -> Result<StatusCode, Problem> {
    let verdict = Flag::verdict_of(&body.verdict)
        .ok_or_else(|| Error::invalid("verdict", "must be accepted, left_out or open"))?;
    let key = (body.shop_id, sku("sku", &body.sku)?, body.date);
    hub.decide_flag(&caller, key, verdict).await?;
    Ok(StatusCode::NO_CONTENT)
}
