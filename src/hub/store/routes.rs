//! Vehicles, routes with their stops, and the room that packs take.

use std::collections::BTreeMap;

use super::{HubTx, Row};
use crate::error::{Error, Result};
use crate::model::Sku;
use crate::plan::allocation::Capacity;

/// Something to deliver with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vehicle {
    /// Its identity.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it can carry.
    pub capacity: Capacity,
    /// Still in use.
    pub active: bool,
    /// Rises with each change.
    pub version: i64,
}

/// A round of shops that are delivered to together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its identity.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// `mon,thu`; absent for any day.
    pub weekdays: Option<String>,
    /// With which vehicle.
    pub vehicle_id: Option<String>,
    /// Who goes; may be empty.
    pub salesman: String,
    /// Still driven.
    pub active: bool,
    /// Rises with each change.
    pub version: i64,
}

/// A shop's place on its route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// The shop.
    pub shop_id: String,
    /// The route.
    pub route_id: String,
    /// Its place, from 1.
    pub order: i64,
}

/// The room that a pack of a product takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PackFreight {
    /// Cubic centimetres; 0 where nobody has told.
    pub volume: i64,
    /// Grams; 0 where nobody has told.
    pub weight: i64,
}

/// All vehicles by name.
pub fn vehicles(tx: &mut dyn HubTx) -> Result<Vec<Vehicle>> {
    tx.query(
        "SELECT id, name, volume, weight, active, version FROM vehicles
         WHERE tenant_id = tenant() ORDER BY name, id",
        &[],
    )?
    .iter()
    .map(vehicle_from)
    .collect()
}

/// The vehicle with this identity.
pub fn vehicle(tx: &mut dyn HubTx, id: &str) -> Result<Option<Vehicle>> {
    tx.query_row(
        "SELECT id, name, volume, weight, active, version FROM vehicles
         WHERE tenant_id = tenant() AND id = $1",
        &[id.into()],
    )?
    .map(|row| vehicle_from(&row))
    .transpose()
}

fn vehicle_from(row: &Row) -> Result<Vehicle> {
    Ok(Vehicle {
        id: row.text("id")?,
        name: row.text("name")?,
        capacity: Capacity {
            volume: row.integer_opt("volume")?,
            weight: row.integer_opt("weight")?,
        },
        active: row.flag("active")?,
        version: row.integer("version")?,
    })
}

/// Writes a vehicle, in place of what was known of it.
pub fn put_vehicle(tx: &mut dyn HubTx, vehicle: &Vehicle) -> Result<()> {
    tx.execute(
        "INSERT INTO vehicles (tenant_id, id, name, volume, weight, active, version)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant_id, id) DO UPDATE SET
             name = excluded.name, volume = excluded.volume, weight = excluded.weight,
             active = excluded.active, version = excluded.version",
        &[
            (&vehicle.id).into(),
            (&vehicle.name).into(),
            vehicle.capacity.volume.into(),
            vehicle.capacity.weight.into(),
            vehicle.active.into(),
            vehicle.version.into(),
        ],
    )?;
    Ok(())
}

/// All routes by name.
pub fn routes(tx: &mut dyn HubTx) -> Result<Vec<Route>> {
    tx.query(
        "SELECT id, name, weekdays, vehicle_id, salesman, active, version FROM routes
         WHERE tenant_id = tenant() ORDER BY name, id",
        &[],
    )?
    .iter()
    .map(route_from)
    .collect()
}

/// The route with this identity.
pub fn route(tx: &mut dyn HubTx, id: &str) -> Result<Option<Route>> {
    tx.query_row(
        "SELECT id, name, weekdays, vehicle_id, salesman, active, version FROM routes
         WHERE tenant_id = tenant() AND id = $1",
        &[id.into()],
    )?
    .map(|row| route_from(&row))
    .transpose()
}

/// The route with this identity, or [`Error::NotFound`].
pub fn get_route(tx: &mut dyn HubTx, id: &str) -> Result<Route> {
    route(tx, id)?.ok_or_else(|| Error::NotFound(format!("there is no route {id}")))
}

fn route_from(row: &Row) -> Result<Route> {
    Ok(Route {
        id: row.text("id")?,
        name: row.text("name")?,
        weekdays: row.text_opt("weekdays")?,
        vehicle_id: row.text_opt("vehicle_id")?,
        salesman: row.text("salesman")?,
        active: row.flag("active")?,
        version: row.integer("version")?,
    })
}

/// Writes a route, in place of what was known of it.
pub fn put_route(tx: &mut dyn HubTx, route: &Route) -> Result<()> {
    tx.execute(
        "INSERT INTO routes (tenant_id, id, name, weekdays, vehicle_id, salesman, active, version)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tenant_id, id) DO UPDATE SET
             name = excluded.name, weekdays = excluded.weekdays, vehicle_id = excluded.vehicle_id,
             salesman = excluded.salesman, active = excluded.active, version = excluded.version",
        &[
            (&route.id).into(),
            (&route.name).into(),
            route.weekdays.clone().into(),
            route.vehicle_id.clone().into(),
            (&route.salesman).into(),
            route.active.into(),
            route.version.into(),
        ],
    )?;
    Ok(())
}

/// Every shop's place on its route, by route and place.
pub fn stops(tx: &mut dyn HubTx) -> Result<Vec<Stop>> {
    tx.query(
        "SELECT shop_id, route_id, stop_order FROM route_stops
         WHERE tenant_id = tenant() ORDER BY route_id, stop_order, shop_id",
        &[],
    )?
    .iter()
    .map(|row| {
        Ok(Stop {
            shop_id: row.text("shop_id")?,
            route_id: row.text("route_id")?,
            order: row.integer("stop_order")?,
        })
    })
    .collect()
}

/// A shop's place on its route, if it is on one.
pub fn stop_of(tx: &mut dyn HubTx, shop_id: &str) -> Result<Option<Stop>> {
    tx.query_row(
        "SELECT shop_id, route_id, stop_order FROM route_stops WHERE tenant_id = tenant() AND shop_id = $1",
        &[shop_id.into()],
    )?
    .map(|row| {
        Ok(Stop {
            shop_id: row.text("shop_id")?,
            route_id: row.text("route_id")?,
            order: row.integer("stop_order")?,
        })
    })
    .transpose()
}

/// The stops of a route in their order.
pub fn stops_of(tx: &mut dyn HubTx, route_id: &str) -> Result<Vec<String>> {
    tx.query(
        "SELECT shop_id FROM route_stops
         WHERE tenant_id = tenant() AND route_id = $1 ORDER BY stop_order, shop_id",
        &[route_id.into()],
    )?
    .iter()
    .map(|row| row.text("shop_id"))
    .collect()
}

/// Makes these shops the stops of a route, in this order; a shop leaves the route that it was on before.
pub fn set_stops(tx: &mut dyn HubTx, route_id: &str, shops: &[String]) -> Result<()> {
    tx.execute(
        "DELETE FROM route_stops WHERE tenant_id = tenant() AND route_id = $1",
        &[route_id.into()],
    )?;
    for (order, shop) in (1_i64..).zip(shops) {
        tx.execute(
            "INSERT INTO route_stops (tenant_id, shop_id, route_id, stop_order)
             VALUES (tenant(), $1, $2, $3)
             ON CONFLICT (tenant_id, shop_id) DO UPDATE SET
                 route_id = excluded.route_id, stop_order = excluded.stop_order",
            &[shop.into(), route_id.into(), order.into()],
        )?;
    }
    Ok(())
}

/// The weekdays of the route that each shop is on, where the route has any: what holds for a shop without its own.
pub fn weekdays_by_shop(tx: &mut dyn HubTx) -> Result<BTreeMap<String, String>> {
    tx.query(
        "SELECT s.shop_id AS shop_id, r.weekdays AS weekdays
         FROM route_stops s JOIN routes r ON r.tenant_id = s.tenant_id AND r.id = s.route_id
         WHERE s.tenant_id = tenant() AND r.tenant_id = tenant() AND r.active = 1 AND r.weekdays IS NOT NULL
         ORDER BY s.shop_id",
        &[],
    )?
    .iter()
    .map(|row| Ok((row.text("shop_id")?, row.text("weekdays")?)))
    .collect()
}

/// The room that packs take, of every product that somebody has told it of.
pub fn freight(tx: &mut dyn HubTx) -> Result<BTreeMap<Sku, PackFreight>> {
    tx.query(
        "SELECT sku, pack_volume, pack_weight FROM product_freight
         WHERE tenant_id = tenant() ORDER BY sku",
        &[],
    )?
    .iter()
    .map(|row| {
        let freight = PackFreight {
            volume: row.integer("pack_volume")?,
            weight: row.integer("pack_weight")?,
        };
        Ok((row.sku("sku")?, freight))
    })
    .collect()
}

/// Writes the room that a pack of a product takes.
pub fn put_freight(tx: &mut dyn HubTx, sku: &Sku, freight: PackFreight) -> Result<()> {
    tx.execute(
        "INSERT INTO product_freight (tenant_id, sku, pack_volume, pack_weight)
         VALUES (tenant(), $1, $2, $3)
         ON CONFLICT (tenant_id, sku) DO UPDATE SET
             pack_volume = excluded.pack_volume, pack_weight = excluded.pack_weight",
        &[sku.into(), freight.volume.into(), freight.weight.into()],
    )?;
    Ok(())
}
