//! Routes with their weekdays, stops and vehicles, and the room that packs take.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::hub::checked_name;
use crate::hub::delivery_days::DeliveryDays;
use crate::hub::store::routes::{self as rows, PackFreight, Route, Stop, Vehicle};
use crate::hub::store::{self, HubTx, audit, catalogue, shops};
use crate::model::Sku;
use crate::plan::allocation::Capacity;

/// The most volume and weight that anybody means: a container ship's, in cubic centimetres and grams.
const MOST_ROOM: i64 = 1_000_000_000_000;

/// The most stops of a route.
pub const MOST_STOPS: usize = 5_000;

/// All that deliveries travel by.
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    /// Routes by name.
    pub routes: Vec<Route>,
    /// Vehicles by name.
    pub vehicles: Vec<Vehicle>,
    /// Places of shops on routes, by route and place.
    pub stops: Vec<Stop>,
}

impl Fleet {
    /// The route with this identity.
    #[must_use]
    pub fn route_with(&self, id: &str) -> Option<&Route> {
        self.routes.iter().find(|route| route.id == id)
    }

    /// The vehicle of a route.
    #[must_use]
    pub fn vehicle_of(&self, route: &Route) -> Option<&Vehicle> {
        let id = route.vehicle_id.as_ref()?;
        self.vehicles
            .iter()
            .find(|vehicle| vehicle.id == *id && vehicle.active)
    }

    /// The route that each shop is on.
    #[must_use]
    pub fn route_by_shop(&self) -> BTreeMap<&str, &str> {
        self.stops
            .iter()
            .map(|stop| (stop.shop_id.as_str(), stop.route_id.as_str()))
            .collect()
    }

    pub(super) fn load(tx: &mut dyn HubTx) -> Result<Self> {
        Ok(Self {
            routes: rows::routes(tx)?,
            vehicles: rows::vehicles(tx)?,
            stops: rows::stops(tx)?,
        })
    }
}

/// A vehicle to be added or changed.
#[derive(Debug, Clone)]
pub struct VehicleEdit {
    /// Which one; absent for a new one.
    pub id: Option<String>,
    /// What it is called.
    pub name: String,
    /// What it can carry.
    pub capacity: Capacity,
    /// In use.
    pub active: bool,
    /// The version that was looked at.
    pub version: Option<i64>,
}

/// A route to be added or changed.
#[derive(Debug, Clone)]
pub struct RouteEdit {
    /// Which one; absent for a new one.
    pub id: Option<String>,
    /// What it is called.
    pub name: String,
    /// When it is driven.
    pub weekdays: DeliveryDays,
    /// With what.
    pub vehicle_id: Option<String>,
    /// By whom; may be empty.
    pub salesman: String,
    /// Still driven.
    pub active: bool,
    /// The version that was looked at.
    pub version: Option<i64>,
}

impl Hub {
    /// Routes, vehicles and stops.
    ///
    /// # Errors
    /// What the database said.
    pub async fn fleet(&self) -> Result<Fleet> {
        store::read(self.store(), Fleet::load).await
    }

    /// Adds a vehicle or changes one.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name or room that cannot be, [`Error::NotFound`] without such a vehicle,
    /// [`Error::Conflict`] for a name that another has, or when somebody else changed it meanwhile.
    pub async fn save_vehicle(&self, actor: &str, edit: VehicleEdit) -> Result<Vehicle> {
        let name = checked_name("name", &edit.name)?;
        for (field, room) in [
            ("volume", edit.capacity.volume),
            ("weight", edit.capacity.weight),
        ] {
            if room.is_some_and(|room| !(1..=MOST_ROOM).contains(&room)) {
                return Err(Error::invalid(
                    field,
                    format!("must be from 1 to {MOST_ROOM}"),
                ));
            }
        }
        let (actor, now) = (actor.to_owned(), self.now());
        let new_id = Uuid::now_v7().to_string();
        store::write(self.store(), move |tx| {
            let known = rows::vehicles(tx)?;
            let before = match &edit.id {
                None => None,
                Some(id) => Some(
                    known
                        .iter()
                        .find(|vehicle| vehicle.id == *id)
                        .ok_or_else(|| Error::NotFound(format!("there is no vehicle {id}")))?,
                ),
            };
            unchanged(before.map(|before| before.version), edit.version)?;
            let id = before.map_or(&new_id, |before| &before.id).clone();
            if known
                .iter()
                .any(|other| other.name == name && other.id != id)
            {
                return Err(Error::Conflict(format!(
                    "there is a vehicle {name} already"
                )));
            }
            let vehicle = Vehicle {
                id,
                name: name.clone(),
                capacity: edit.capacity,
                active: edit.active,
                version: before.map_or(1, |before| before.version + 1),
            };
            rows::put_vehicle(tx, &vehicle)?;
            let detail = serde_json::json!({
                "name": vehicle.name, "volume": vehicle.capacity.volume, "weight": vehicle.capacity.weight,
                "active": vehicle.active,
            });
            audit::record(
                tx,
                now,
                &actor,
                "vehicle.saved",
                &vehicle.id,
                &detail.to_string(),
            )?;
            Ok(vehicle)
        })
        .await
    }

    /// Adds a route or changes one.
    ///
    /// # Errors
    /// As [`Hub::save_vehicle`].
    pub async fn save_route(&self, actor: &str, edit: RouteEdit) -> Result<Route> {
        let name = checked_name("name", &edit.name)?;
        let salesman = match edit.salesman.trim() {
            "" => String::new(),
            salesman => checked_name("salesman", salesman)?,
        };
        let (actor, now) = (actor.to_owned(), self.now());
        let new_id = Uuid::now_v7().to_string();
        store::write(self.store(), move |tx| {
            let known = rows::routes(tx)?;
            let before = match &edit.id {
                None => None,
                Some(id) => Some(
                    known
                        .iter()
                        .find(|route| route.id == *id)
                        .ok_or_else(|| Error::NotFound(format!("there is no route {id}")))?,
                ),
            };
            unchanged(before.map(|before| before.version), edit.version)?;
            let id = before.map_or(&new_id, |before| &before.id).clone();
            if known
                .iter()
                .any(|other| other.name == name && other.id != id)
            {
                return Err(Error::Conflict(format!("there is a route {name} already")));
            }
            if let Some(vehicle) = &edit.vehicle_id
                && rows::vehicle(tx, vehicle)?.is_none()
            {
                return Err(Error::invalid(
                    "vehicle_id",
                    format!("there is no vehicle {vehicle}"),
                ));
            }
            let weekdays = (!edit.weekdays.is_any_day()).then(|| edit.weekdays.to_string());
            let route = Route {
                id,
                name: name.clone(),
                weekdays,
                vehicle_id: edit.vehicle_id.clone(),
                salesman: salesman.clone(),
                active: edit.active,
                version: before.map_or(1, |before| before.version + 1),
            };
            rows::put_route(tx, &route)?;
            let detail = serde_json::json!({
                "name": route.name, "weekdays": route.weekdays, "vehicle": route.vehicle_id,
                "salesman": route.salesman, "active": route.active,
            });
            audit::record(
                tx,
                now,
                &actor,
                "route.saved",
                &route.id,
                &detail.to_string(),
            )?;
            Ok(route)
        })
        .await
    }

    /// Makes these shops the stops of a route, in this order. A shop that was on another route leaves it.
    ///
    /// # Errors
    /// [`Error::NotFound`] without the route, [`Error::Invalid`] for a shop that there is not or that is named twice,
    /// [`Error::Conflict`] when somebody else changed the route meanwhile.
    pub async fn set_stops(
        &self,
        actor: &str,
        route_id: &str,
        shop_ids: Vec<String>,
        version: Option<i64>,
    ) -> Result<Route> {
        if shop_ids.len() > MOST_STOPS {
            return Err(Error::invalid(
                "shops",
                format!("are more than {MOST_STOPS}"),
            ));
        }
        let (actor, route_id, now) = (actor.to_owned(), route_id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let mut route = rows::get_route(tx, &route_id)?;
            unchanged(Some(route.version), version)?;
            let mut seen = BTreeSet::new();
            for (place, shop) in shop_ids.iter().enumerate() {
                let field = format!("shops[{place}]");
                if !seen.insert(shop) {
                    return Err(Error::invalid(field, "is there twice"));
                }
                if shops::find(tx, shop)?.is_none() {
                    return Err(Error::invalid(field, format!("there is no shop {shop}")));
                }
            }
            if rows::stops_of(tx, &route_id)? == shop_ids {
                return Ok(route);
            }
            rows::set_stops(tx, &route_id, &shop_ids)?;
            route.version += 1;
            rows::put_route(tx, &route)?;
            let detail = serde_json::json!({ "shops": shop_ids });
            audit::record(
                tx,
                now,
                &actor,
                "route.stops",
                &route_id,
                &detail.to_string(),
            )?;
            Ok(route)
        })
        .await
    }

    /// The room that packs take, by product.
    ///
    /// # Errors
    /// What the database said.
    pub async fn pack_freight(&self) -> Result<BTreeMap<Sku, PackFreight>> {
        store::read(self.store(), rows::freight).await
    }

    /// Says how much room packs of products take.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a room that cannot be or a product that is not in the catalogue.
    pub async fn set_pack_freight(
        &self,
        actor: &str,
        told: BTreeMap<Sku, PackFreight>,
    ) -> Result<()> {
        for (sku, room) in &told {
            for (field, amount) in [("pack_volume", room.volume), ("pack_weight", room.weight)] {
                if !(0..=MOST_ROOM).contains(&amount) {
                    let message = format!("of {sku} must be from 0 to {MOST_ROOM}");
                    return Err(Error::invalid(field, message));
                }
            }
        }
        let (actor, now) = (actor.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let known = rows::freight(tx)?;
            let products: BTreeSet<Sku> = catalogue::products(tx)?
                .into_iter()
                .map(|product| product.entry.sku)
                .collect();
            for (sku, room) in &told {
                if !products.contains(sku) {
                    let message = format!("{sku} is not in the catalogue");
                    return Err(Error::invalid("sku", message));
                }
                if known.get(sku).copied().unwrap_or_default() == *room {
                    continue;
                }
                rows::put_freight(tx, sku, *room)?;
                let detail = serde_json::json!({ "volume": room.volume, "weight": room.weight });
                audit::record(
                    tx,
                    now,
                    &actor,
                    "product.freight",
                    sku.as_str(),
                    &detail.to_string(),
                )?;
            }
            Ok(())
        })
        .await
    }
}

/// Refuses to overwrite what somebody else changed since it was looked at.
fn unchanged(version: Option<i64>, seen: Option<i64>) -> Result<()> {
    match (version, seen) {
        (Some(version), Some(seen)) if version != seen => Err(Error::Conflict(
            "somebody else changed it meanwhile; look at it again".to_owned(),
        )),
        _ => Ok(()),
    }
}
