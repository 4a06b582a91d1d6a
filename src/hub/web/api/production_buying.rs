//! `/production-plans/{id}/materials` and what is ordered for them.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Items;
use super::supplier_order_bodies::OrderBody;
use crate::hub::Hub;
use crate::hub::production::buying::{MaterialOrders, MaterialSupply};
use crate::hub::web::auth::Caller;
use crate::model::Sku;
use crate::web::Problem;
use crate::web::problem::Json as Body;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(materials))
        .routes(routes!(order))
}

/// A material of a run as programs are told of it. Base units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MaterialSupplyBody {
    /// The material.
    sku: String,
    /// Its name.
    name: String,
    /// What the run takes.
    planned: i64,
    /// What all runs take that are planned and not booked in.
    for_runs: i64,
    /// What is there and not promised; absent where no count is kept.
    available: Option<i64>,
    /// What suppliers are still to bring.
    on_order: i64,
    /// What is missing for all of these runs; absent where no count is kept.
    missing: Option<i64>,
}

impl From<MaterialSupply> for MaterialSupplyBody {
    fn from(supply: MaterialSupply) -> Self {
        Self {
            sku: supply.sku.to_string(),
            name: supply.name,
            planned: supply.planned.0,
            for_runs: supply.for_runs.0,
            available: supply.available.map(|there| there.0),
            on_order: supply.on_order.0,
            missing: supply.missing.map(|missing| missing.0),
        }
    }
}

/// What material is to be ordered by.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderMaterials {
    /// Made by the caller, so that the request may be repeated.
    id: Option<Uuid>,
}

/// What became of ordering a run's material.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaterialOrdersBody {
    /// The recommended orders, one for each supplier.
    items: Vec<OrderBody>,
    /// Materials that are missing and that nobody can deliver.
    unsupplied: Vec<String>,
    /// Materials that no count is kept of.
    uncounted: Vec<String>,
}

impl From<MaterialOrders> for MaterialOrdersBody {
    fn from(made: MaterialOrders) -> Self {
        let named = |skus: Vec<Sku>| skus.iter().map(ToString::to_string).collect();
        Self {
            items: made.orders.into_iter().map(Into::into).collect(),
            unsupplied: named(made.unsupplied),
            uncounted: named(made.uncounted),
        }
    }
}

/// Whether the material of a planned run will be there.
#[utoipa::path(get, path = "/production-plans/{id}/materials", tag = "production", params(("id" = String, Path)),
    responses((status = OK, body = Items<MaterialSupplyBody>), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn materials(
    State(hub): State<Hub>,
    Path(id): Path<String>,
) -> Result<Json<Items<MaterialSupplyBody>>, Problem> {
    Ok(Items::json(hub.material_supply(&id).await?))
}

/// Recommends orders to the suppliers of what is missing for a run, in place of earlier recommendations for them. The same
/// `id` again: the same orders.
#[utoipa::path(post, path = "/production-plans/{id}/supplier-orders", tag = "production",
    params(("id" = String, Path)), request_body = OrderMaterials, responses(
    (status = OK, body = MaterialOrdersBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "The run is over, or nothing is missing"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn order(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<OrderMaterials>,
) -> Result<Json<MaterialOrdersBody>, Problem> {
    let request = body.id.unwrap_or_else(Uuid::now_v7);
    let made = hub.order_materials(&caller, request, &id).await?;
    Ok(Json(made.into()))
}
