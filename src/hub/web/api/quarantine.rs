//! `/quarantine`

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Items;
use crate::hub::Hub;
use crate::hub::store::quarantine::SetAside;
use crate::web::Problem;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(list))
}

/// An event that this program cannot apply. It is kept as it came and tried again at each start of the hub; nothing else
/// waits for it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SetAsideBody {
    /// The shop.
    shop_id: String,
    /// What the distributor calls it.
    shop_name: String,
    /// The device that wrote it.
    device: String,
    /// The epoch of the device's log.
    epoch: i64,
    /// The place in the epoch.
    seq: i64,
    /// The event's own identity.
    event_id: String,
    /// What happened.
    kind: String,
    /// Version of the payload's form.
    version: i64,
    /// The trading day it belongs to.
    business_date: NaiveDate,
    /// When it came.
    received_at: DateTime<Utc>,
    /// Why it cannot be applied.
    reason: String,
}

impl From<SetAside> for SetAsideBody {
    fn from(event: SetAside) -> Self {
        Self {
            shop_id: event.shop_id,
            shop_name: event.shop_name,
            device: event.device_id.to_string(),
            epoch: event.epoch,
            seq: event.seq,
            event_id: event.event_id.to_string(),
            kind: event.kind,
            version: event.version,
            business_date: event.business_date,
            received_at: event.received_at,
            reason: event.reason,
        }
    }
}

/// Events held that could not be applied, the newest first, at most 500.
#[utoipa::path(get, path = "/quarantine", tag = "service", responses(
    (status = OK, body = Items<SetAsideBody>), (status = UNAUTHORIZED, body = Problem)))]
async fn list(State(hub): State<Hub>) -> Result<Json<Items<SetAsideBody>>, Problem> {
    Ok(Items::json(hub.set_aside().await?))
}
