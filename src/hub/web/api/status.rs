//! `/status`

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::quarantine::SetAsideBody;
use super::shops::ShopBody;
use crate::hub::Hub;
use crate::hub::backup::BackupsStatus;
use crate::hub::status::HubStatus;
use crate::web::Problem;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(status))
}

/// The hub at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusBody {
    /// The program's version.
    version: &'static str,
    /// The distributor's name.
    name: String,
    /// Where the database is.
    database: String,
    /// When this was so.
    at: DateTime<Utc>,
    /// The shops by name.
    shops: Vec<ShopBody>,
    /// Events held that could not be applied.
    quarantined: i64,
    /// The latest of them, at most 20; `/quarantine` has more.
    set_aside: Vec<SetAsideBody>,
    /// Products offered.
    products: usize,
    /// Suppliers bought from.
    suppliers: usize,
    /// How many shipments are in each state.
    shipments: BTreeMap<String, i64>,
    /// How the backups stand.
    #[schema(value_type = Object)]
    backups: BackupsStatus,
}

impl From<HubStatus> for StatusBody {
    fn from(status: HubStatus) -> Self {
        Self {
            quarantined: status.quarantined(),
            set_aside: status.set_aside.into_iter().map(Into::into).collect(),
            version: status.version,
            name: status.name,
            database: status.database,
            at: status.at,
            backups: status.backups,
            shops: status.shops.into_iter().map(Into::into).collect(),
            products: status.products_offered,
            suppliers: status.suppliers,
            shipments: status
                .shipments
                .into_iter()
                .map(|(state, count)| (state.to_string(), count))
                .collect(),
        }
    }
}

/// The hub at a glance.
#[utoipa::path(get, path = "/status", tag = "service", responses(
    (status = OK, body = StatusBody), (status = UNAUTHORIZED, body = Problem)))]
async fn status(State(hub): State<Hub>) -> Result<Json<StatusBody>, Problem> {
    Ok(Json(hub.status().await?.into()))
}
