//! `/routes`, `/vehicles` and `/freight`

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Items;
use super::shops::sku;
use crate::error::Error;
use crate::hub::Hub;
use crate::hub::shipments::fleet::{RouteEdit, VehicleEdit};
use crate::hub::store::routes::{PackFreight, Route, Vehicle};
use crate::hub::web::auth::Caller;
use crate::plan::allocation::Capacity;
use crate::web::Problem;
use crate::web::problem::Json as Body;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_routes, save_route))
        .routes(routes!(set_stops))
        .routes(routes!(list_vehicles, save_vehicle))
        .routes(routes!(list_freight, set_freight))
}

/// A round of shops that are delivered to together.
#[derive(Debug, Serialize, ToSchema)]
pub struct RouteBody {
    /// Its identity.
    id: String,
    /// What it is called.
    name: String,
    /// `mon,thu`; empty for any day.
    weekdays: String,
    /// With which vehicle.
    vehicle_id: Option<String>,
    /// Who goes; may be empty.
    salesman: String,
    /// Still driven.
    active: bool,
    /// Rises with each change.
    version: i64,
    /// Its shops, in their order.
    shops: Vec<String>,
}

fn route_body(route: Route, shops: Vec<String>) -> RouteBody {
    RouteBody {
        id: route.id,
        name: route.name,
        weekdays: route.weekdays.unwrap_or_default(),
        vehicle_id: route.vehicle_id,
        salesman: route.salesman,
        active: route.active,
        version: route.version,
        shops,
    }
}

/// A route to be added or changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteEditBody {
    /// Which one; absent for a new one.
    id: Option<String>,
    /// What it is called.
    name: String,
    /// `mon,thu`; empty or absent for any day.
    #[serde(default)]
    weekdays: String,
    /// With which vehicle.
    vehicle_id: Option<String>,
    /// Who goes.
    #[serde(default)]
    salesman: String,
    /// Still driven; true if absent.
    active: Option<bool>,
    /// The version that was looked at; another one is not overwritten.
    version: Option<i64>,
}

/// The stops of a route.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StopsBody {
    /// Shops in the order in which they are driven to.
    shops: Vec<String>,
    /// The version of the route that was looked at.
    version: Option<i64>,
}

/// Something to deliver with.
#[derive(Debug, Serialize, ToSchema)]
pub struct VehicleBody {
    /// Its identity.
    id: String,
    /// What it is called.
    name: String,
    /// Cubic centimetres that it can carry; absent for no limit.
    volume: Option<i64>,
    /// Grams that it can carry; absent for no limit.
    weight: Option<i64>,
    /// In use.
    active: bool,
    /// Rises with each change.
    version: i64,
}

impl From<Vehicle> for VehicleBody {
    fn from(vehicle: Vehicle) -> Self {
        Self {
            id: vehicle.id,
            name: vehicle.name,
            volume: vehicle.capacity.volume,
            weight: vehicle.capacity.weight,
            active: vehicle.active,
            version: vehicle.version,
        }
    }
}

/// A vehicle to be added or changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VehicleEditBody {
    /// Which one; absent for a new one.
    id: Option<String>,
    /// What it is called.
    name: String,
    /// Cubic centimetres that it can carry; absent for no limit.
    volume: Option<i64>,
    /// Grams that it can carry; absent for no limit.
    weight: Option<i64>,
    /// In use; true if absent.
    active: Option<bool>,
    /// The version that was looked at; another one is not overwritten.
    version: Option<i64>,
}

/// The room that a pack of a product takes.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FreightBody {
    /// The product.
    sku: String,
    /// Cubic centimetres; 0 where nobody has told.
    #[serde(default)]
    pack_volume: i64,
    /// Grams; 0 where nobody has told.
    #[serde(default)]
    pack_weight: i64,
}

/// The room that packs of products take.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FreightsBody {
    /// One entry a product.
    items: Vec<FreightBody>,
}

/// All routes with their stops, by name.
#[utoipa::path(get, path = "/routes", tag = "shipments", responses(
    (status = OK, body = Items<RouteBody>), (status = UNAUTHORIZED, body = Problem)))]
async fn list_routes(State(hub): State<Hub>) -> Result<Json<Items<RouteBody>>, Problem> {
    let fleet = hub.fleet().await?;
    let mut shops: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for stop in fleet.stops {
        shops.entry(stop.route_id).or_default().push(stop.shop_id);
    }
    let items = fleet
        .routes
        .into_iter()
        .map(|route| {
            let stops = shops.remove(&route.id).unwrap_or_default();
            route_body(route, stops)
        })
        .collect();
    Ok(Json(Items { items }))
}

/// Adds a route or changes one.
#[utoipa::path(post, path = "/routes", tag = "shipments", request_body = RouteEditBody, responses(
    (status = OK, body = RouteBody), (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "Another has the name, or it was changed meanwhile"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn save_route(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<RouteEditBody>,
) -> Result<Json<RouteBody>, Problem> {
    let weekdays = body
        .weekdays
        .parse()
        .map_err(|error| Error::invalid("weekdays", format!("{error}")))?;
    let edit = RouteEdit {
        id: body.id,
        name: body.name,
        weekdays,
        vehicle_id: body.vehicle_id,
        salesman: body.salesman,
        active: body.active.unwrap_or(true),
        version: body.version,
    };
    let route = hub.save_route(&caller, edit).await?;
    let stops = stops_of(&hub, &route.id).await?;
    Ok(Json(route_body(route, stops)))
}

async fn stops_of(hub: &Hub, route_id: &str) -> Result<Vec<String>, Error> {
    let stops = hub.fleet().await?.stops;
    Ok(stops
        .into_iter()
        .filter(|stop| stop.route_id == route_id)
        .map(|stop| stop.shop_id)
        .collect())
}

/// Says which shops a route stops at, and in which order. A shop that was on another route leaves it.
#[utoipa::path(put, path = "/routes/{id}/stops", tag = "shipments", params(("id" = String, Path)),
    request_body = StopsBody, responses(
    (status = OK, body = RouteBody), (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn set_stops(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<StopsBody>,
) -> Result<Json<RouteBody>, Problem> {
    let shops = body.shops.clone();
    let route = hub.set_stops(&caller, &id, shops, body.version).await?;
    Ok(Json(route_body(route, body.shops)))
}

/// All vehicles by name.
#[utoipa::path(get, path = "/vehicles", tag = "shipments", responses(
    (status = OK, body = Items<VehicleBody>), (status = UNAUTHORIZED, body = Problem)))]
async fn list_vehicles(State(hub): State<Hub>) -> Result<Json<Items<VehicleBody>>, Problem> {
    Ok(Items::json(hub.fleet().await?.vehicles))
}

/// Adds a vehicle or changes one.
#[utoipa::path(post, path = "/vehicles", tag = "shipments", request_body = VehicleEditBody, responses(
    (status = OK, body = VehicleBody), (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "Another has the name, or it was changed meanwhile"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn save_vehicle(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<VehicleEditBody>,
) -> Result<Json<VehicleBody>, Problem> {
    let edit = VehicleEdit {
        id: body.id,
        name: body.name,
        capacity: Capacity {
            volume: body.volume,
            weight: body.weight,
        },
        active: body.active.unwrap_or(true),
        version: body.version,
    };
    Ok(Json(hub.save_vehicle(&caller, edit).await?.into()))
}

/// The room that packs take, of every product that somebody has told it of.
#[utoipa::path(get, path = "/freight", tag = "shipments", responses(
    (status = OK, body = Items<FreightBody>), (status = UNAUTHORIZED, body = Problem)))]
async fn list_freight(State(hub): State<Hub>) -> Result<Json<Items<FreightBody>>, Problem> {
    let items = hub
        .pack_freight()
        .await?
        .into_iter()
        .map(|(sku, room)| FreightBody {
            sku: sku.to_string(),
            pack_volume: room.volume,
            pack_weight: room.weight,
        })
        .collect();
    Ok(Json(Items { items }))
}

/// Says how much room packs of products take; products that are not named stay.
#[utoipa::path(post, path = "/freight", tag = "shipments", request_body = FreightsBody, responses(
    (status = OK, body = Items<FreightBody>), (status = UNAUTHORIZED, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn set_freight(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<FreightsBody>,
) -> Result<Json<Items<FreightBody>>, Problem> {
    let mut told = BTreeMap::new();
    for (index, item) in body.items.iter().enumerate() {
        let room = PackFreight {
            volume: item.pack_volume,
            weight: item.pack_weight,
        };
        told.insert(sku(&format!("items[{index}].sku"), &item.sku)?, room);
    }
    hub.set_pack_freight(&caller, told).await?;
    list_freight(State(hub)).await
}
