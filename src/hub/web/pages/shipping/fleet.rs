//! Routes with their days and stops, vehicles, and the size of packs.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::weekdays;
use super::texts::ShippingTexts;
use super::{Fields, Pages, Units, by_product, frame};
use crate::error::{Error, Result};
use crate::hub::delivery_days::DeliveryDays;
use crate::hub::shipments::fleet::{RouteEdit, VehicleEdit};
use crate::hub::store::routes::PackFreight;
use crate::model::Quantity;
use crate::plan::allocation::Capacity;
use crate::web::Language;
use crate::web::encoded;
use crate::web::layout::{Frame, page};

#[derive(Template)]
#[template(path = "hub/web/templates/shipping/fleet.html")]
struct FleetPage {
    frame: Frame,
    texts: &'static ShippingTexts,
    routes: Vec<RouteView>,
    vehicles: Vec<VehicleView>,
}

struct RouteView {
    id: String,
    name: String,
    version: String,
    salesman: String,
    active: bool,
    stops: usize,
    days: Vec<(&'static str, &'static str, bool)>,
    vehicles: Vec<(String, String, bool)>,
}

struct VehicleView {
    id: String,
    name: String,
    version: String,
    volume: String,
    weight: String,
    active: bool,
}

pub(super) async fn show(State(pages): State<Pages>, language: Language) -> Response {
    match view(&pages, language).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/jadwal"),
    }
}

async fn view(pages: &Pages, language: Language) -> Result<FleetPage> {
    let texts = ShippingTexts::of(language);
    let fleet = pages.hub.fleet().await?;
    let choices = |chosen: Option<&String>| {
        fleet
            .vehicles
            .iter()
            .filter(|vehicle| vehicle.active || Some(&vehicle.id) == chosen)
            .map(|vehicle| {
                let is_chosen = Some(&vehicle.id) == chosen;
                (vehicle.id.clone(), vehicle.name.clone(), is_chosen)
            })
            .collect()
    };
    let mut routes: Vec<RouteView> = fleet
        .routes
        .iter()
        .map(|route| {
            let chosen = route.weekdays.as_deref().unwrap_or_default();
            RouteView {
                id: route.id.clone(),
                name: route.name.clone(),
                version: route.version.to_string(),
                salesman: route.salesman.clone(),
                active: route.active,
                stops: fleet
                    .stops
                    .iter()
                    .filter(|stop| stop.route_id == route.id)
                    .count(),
                days: weekdays::choices(chosen.parse().unwrap_or_default(), language),
                vehicles: choices(route.vehicle_id.as_ref()),
            }
        })
        .collect();
    routes.push(RouteView {
        id: String::new(),
        name: String::new(),
        version: String::new(),
        salesman: String::new(),
        active: true,
        stops: 0,
        days: weekdays::choices(DeliveryDays::default(), language),
        vehicles: choices(None),
    });
    let room = |room: Option<i64>| {
        room.map(|room| spelt(Quantity(room).in_unit(1_000), language))
            .unwrap_or_default()
    };
    let mut vehicles: Vec<VehicleView> = fleet
        .vehicles
        .iter()
        .map(|vehicle| VehicleView {
            id: vehicle.id.clone(),
            name: vehicle.name.clone(),
            version: vehicle.version.to_string(),
            volume: room(vehicle.capacity.volume),
            weight: room(vehicle.capacity.weight),
            active: vehicle.active,
        })
        .collect();
    vehicles.push(VehicleView {
        id: String::new(),
        name: String::new(),
        version: String::new(),
        volume: String::new(),
        weight: String::new(),
        active: true,
    });
    Ok(FleetPage {
        frame: Frame {
            path: "/jadwal/rute".to_owned(),
            ..frame(pages, language, texts.routes, "/jadwal")
        },
        texts,
        routes,
        vehicles,
    })
}

/// A figure as a field holds it.
fn spelt(text: String, language: Language) -> String {
    match language {
        Language::Indonesian => text.replace('.', ","),
        Language::English => text,
    }
}

/// Thousandths of what was typed: cubic centimetres of litres, grams of kilograms; `None` for an empty field.
fn thousandths(field: &str, text: &str, language: Language) -> Result<Option<i64>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let plain = match language {
        Language::Indonesian => text.replace('.', "").replace(',', "."),
        Language::English => text.replace(',', ""),
    };
    let read = Quantity::parse(&plain, 1_000).map_err(|_| {
        let told = ShippingTexts::of(language).bad_figure;
        Error::invalid(field, format!("{told} {text}"))
    })?;
    Ok(Some(read.0))
}

fn text<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).map_or("", |text| text.trim())
}

fn identity(fields: &Fields) -> Option<String> {
    Some(text(fields, "id").to_owned()).filter(|id| !id.is_empty())
}

fn answered<T>(pages: &Pages, language: Language, done: Result<T>, back: &str) -> Response {
    match done {
        Ok(_) => Redirect::to(back).into_response(),
        Err(error) => pages.message(language, error, back),
    }
}

pub(super) async fn save_vehicle(
    State(pages): State<Pages>,
    language: Language,
    Form(fields): Form<Fields>,
) -> Response {
    let done = async {
        let edit = VehicleEdit {
            id: identity(&fields),
            name: text(&fields, "nama").to_owned(),
            capacity: Capacity {
                volume: thousandths("volume", text(&fields, "liter"), language)?,
                weight: thousandths("weight", text(&fields, "kg"), language)?,
            },
            active: fields.contains_key("aktif"),
            version: text(&fields, "versi").parse().ok(),
        };
        pages.hub.save_vehicle(&pages.actor(), edit).await
    };
    answered(&pages, language, done.await, "/jadwal/rute")
}

pub(super) async fn save_route(
    State(pages): State<Pages>,
    language: Language,
    Form(fields): Form<Fields>,
) -> Response {
    let done = async {
        let vehicle = text(&fields, "mobil");
        let edit = RouteEdit {
            id: identity(&fields),
            name: text(&fields, "nama").to_owned(),
            weekdays: weekdays::chosen(|day| fields.contains_key(&format!("hari.{day}"))),
            vehicle_id: (!vehicle.is_empty()).then(|| vehicle.to_owned()),
            salesman: text(&fields, "salesman").to_owned(),
            active: fields.contains_key("aktif"),
            version: text(&fields, "versi").parse().ok(),
        };
        pages.hub.save_route(&pages.actor(), edit).await
    };
    answered(&pages, language, done.await, "/jadwal/rute")
}

#[derive(Template)]
#[template(path = "hub/web/templates/shipping/route.html")]
struct RoutePage {
    frame: Frame,
    texts: &'static ShippingTexts,
    id: String,
    version: i64,
    stops: String,
}

pub(super) async fn route(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    match route_view(&pages, language, &id).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/jadwal/rute"),
    }
}

async fn route_view(pages: &Pages, language: Language, id: &str) -> Result<RoutePage> {
    let texts = ShippingTexts::of(language);
    let fleet = pages.hub.fleet().await?;
    let route = fleet
        .route_with(id)
        .ok_or_else(|| Error::NotFound(format!("there is no route {id}")))?;
    let names = pages.hub.shop_names().await?;
    let stops: Vec<&str> = fleet
        .stops
        .iter()
        .filter(|stop| stop.route_id == id)
        .filter_map(|stop| names.get(&stop.shop_id).map(String::as_str))
        .collect();
    Ok(RoutePage {
        frame: Frame {
            path: format!("/jadwal/rute/{}", encoded(id)),
            ..frame(pages, language, &route.name, "/jadwal")
        },
        texts,
        id: id.to_owned(),
        version: route.version,
        stops: stops.join("\n"),
    })
}

pub(super) async fn save_stops(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let done = async {
        let by_name: BTreeMap<String, String> = pages
            .hub
            .shop_names()
            .await?
            .into_iter()
            .map(|(id, name)| (name, id))
            .collect();
        let mut shops = Vec::new();
        for name in text(&fields, "warung").lines().map(str::trim) {
            if name.is_empty() {
                continue;
            }
            let shop = by_name.get(name).ok_or_else(|| {
                let told = ShippingTexts::of(language).unknown_shop;
                Error::invalid("warung", format!("{told} {name}"))
            })?;
            shops.push(shop.clone());
        }
        let version = text(&fields, "versi").parse().ok();
        pages
            .hub
            .set_stops(&pages.actor(), &id, shops, version)
            .await
    };
    let here = format!("/jadwal/rute/{}", encoded(&id));
    answered(&pages, language, done.await, &here)
}

#[derive(Template)]
#[template(path = "hub/web/templates/shipping/freight.html")]
struct FreightPage {
    frame: Frame,
    texts: &'static ShippingTexts,
    rows: Vec<FreightRow>,
}

struct FreightRow {
    sku: String,
    name: String,
    pack: String,
    volume: String,
    weight: String,
}

pub(super) async fn freight(State(pages): State<Pages>, language: Language) -> Response {
    match freight_view(&pages, language).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/jadwal"),
    }
}

async fn freight_view(pages: &Pages, language: Language) -> Result<FreightPage> {
    let texts = ShippingTexts::of(language);
    let told = pages.hub.pack_freight().await?;
    let units = Units::load(pages).await?;
    let rows = units.0.iter().map(|(sku, unit)| {
        let room = told.get(sku).copied().unwrap_or_default();
        let field = |room: i64| match room {
            0 => String::new(),
            room => spelt(Quantity(room).in_unit(1_000), language),
        };
        FreightRow {
            sku: sku.to_string(),
            name: unit.product.clone(),
            pack: unit.pack_name.clone(),
            volume: field(room.volume),
            weight: field(room.weight),
        }
    });
    Ok(FreightPage {
        frame: Frame {
            path: "/jadwal/kemasan".to_owned(),
            ..frame(pages, language, texts.freight, "/jadwal")
        },
        texts,
        rows: rows.collect(),
    })
}

pub(super) async fn save_freight(
    State(pages): State<Pages>,
    language: Language,
    Form(fields): Form<Fields>,
) -> Response {
    let done = async {
        let mut told: BTreeMap<_, PackFreight> = BTreeMap::new();
        for (sku, text) in by_product(&fields, "liter")? {
            let room = thousandths(sku.as_str(), text, language)?;
            told.entry(sku).or_default().volume = room.unwrap_or(0);
        }
        for (sku, text) in by_product(&fields, "kg")? {
            let room = thousandths(sku.as_str(), text, language)?;
            told.entry(sku).or_default().weight = room.unwrap_or(0);
        }
        pages.hub.set_pack_freight(&pages.actor(), told).await
    };
    answered(&pages, language, done.await, "/jadwal/kemasan")
}
