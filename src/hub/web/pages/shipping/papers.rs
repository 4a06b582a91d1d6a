//! Papers to print: the delivery note, what goes on a vehicle, and a route's day.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};
use serde::Deserialize;

use super::day::asked_route;
use super::texts::ShippingTexts;
use super::{Pages, Units, asked_day, frame};
use crate::error::{Error, Result};
use crate::hub::shipments::day::TripView;
use crate::hub::shipments::fleet::Fleet;
use crate::hub::store::shipments::ShipmentState;
use crate::hub::store::trips::DayFilter;
use crate::model::{Quantity, Sku};
use crate::web::Language;
use crate::web::encoded;
use crate::web::layout::{Frame, date, page};

#[derive(Template)]
#[template(path = "hub/web/templates/shipping/note.html")]
struct Note {
    frame: Frame,
    texts: &'static ShippingTexts,
    id: String,
    number: String,
    code: Code,
    distributor: String,
    shop: String,
    day: String,
    route: String,
    vehicle: String,
    salesman: String,
    rows: Vec<NoteRow>,
}

struct NoteRow {
    sku: String,
    name: String,
    lot: String,
    expires: String,
    packs: String,
    units: String,
}

/// A QR code as a path of unit squares.
struct Code {
    size: usize,
    path: String,
}

fn code(text: &str) -> Result<Code> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M)
        .map_err(|error| Error::Internal(format!("drawing a code: {error}")))?;
    let width = code.width();
    let mut path = String::new();
    for (place, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            // Four light squares around it, without which no reader finds it.
            let (x, y) = (place % width + 4, place / width + 4);
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    Ok(Code {
        size: width + 8,
        path,
    })
}

pub(super) async fn note(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    match note_view(&pages, language, &id).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, &format!("/kiriman/{}", encoded(&id))),
    }
}

async fn note_view(pages: &Pages, language: Language, id: &str) -> Result<Note> {
    let texts = ShippingTexts::of(language);
    let (view, _) = pages.hub.trip(id).await?;
    let Some(number) = view.trip.number.clone() else {
        return Err(Error::Refused(format!(
            "{}: {}",
            texts.note, texts.state_recommended
        )));
    };
    let units = Units::load(pages).await?;
    let fleet = pages.hub.fleet().await?;
    let route = view
        .trip
        .route_id
        .as_deref()
        .and_then(|id| fleet.route_with(id));
    let vehicle = route.and_then(|route| fleet.vehicle_of(route));
    Ok(Note {
        frame: Frame {
            path: format!("/kiriman/{}/surat-jalan", encoded(id)),
            ..frame(pages, language, texts.note, "/kiriman")
        },
        texts,
        id: id.to_owned(),
        code: code(&number)?,
        number,
        distributor: pages.hub.identity().name.clone(),
        shop: view.shop_name.clone(),
        day: date(view.trip.delivery_date, language),
        route: route.map(|route| route.name.clone()).unwrap_or_default(),
        vehicle: vehicle
            .map(|vehicle| vehicle.name.clone())
            .unwrap_or_default(),
        salesman: route
            .map(|route| route.salesman.clone())
            .unwrap_or_default(),
        rows: note_rows(&view, &units, language),
    })
}

/// The rows of a note: each lot that left, or else the line as it stands.
fn note_rows(view: &TripView, units: &Units, language: Language) -> Vec<NoteRow> {
    let mut rows = Vec::new();
    for line in &view.shipment.lines {
        let row = |quantity: Quantity, lot: &str, expires: Option<NaiveDate>| NoteRow {
            sku: line.sku.to_string(),
            name: line.name.clone(),
            lot: lot.to_owned(),
            expires: expires
                .map(|expires| date(expires, language))
                .unwrap_or_default(),
            packs: units.in_packs(&line.sku, quantity, language),
            units: units.spoken(&line.sku, quantity, language),
        };
        let mut left = line.quantity;
        for part in view.lots.iter().filter(|part| part.sku == line.sku) {
            left = left - part.quantity;
            rows.push(row(part.quantity, &part.lot, part.expires.or(line.expires)));
        }
        if left > Quantity::ZERO {
            rows.push(row(left, "", line.expires));
        }
    }
    rows
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct PaperQuery {
    tanggal: Option<String>,
    rute: Option<String>,
}

#[derive(Template)]
#[template(path = "hub/web/templates/shipping/loading.html")]
struct Loading {
    frame: Frame,
    texts: &'static ShippingTexts,
    day: NaiveDate,
    day_text: String,
    vehicles: Vec<VehicleLoad>,
}

struct VehicleLoad {
    route: String,
    vehicle: String,
    salesman: String,
    volume: String,
    weight: String,
    totals: Vec<(String, String, String)>,
    stops: Vec<StopLoad>,
}

struct StopLoad {
    place: usize,
    shop: String,
    number: String,
    lines: Vec<(String, String)>,
}

/// The shipments of a day that go, by route, in the order of the stops.
async fn by_route(
    pages: &Pages,
    day: NaiveDate,
    route: Option<String>,
) -> Result<Vec<(String, Vec<TripView>)>> {
    let filter = DayFilter {
        route_id: route,
        state: None,
    };
    let mut found: Vec<(String, Vec<TripView>)> = Vec::new();
    for view in pages.hub.whole_day(day, filter).await?.shipments {
        if view.shipment.state == ShipmentState::Recommended {
            continue;
        }
        let route = view.trip.route_id.clone().unwrap_or_default();
        match found.last_mut().filter(|(last, _)| *last == route) {
            Some((_, views)) => views.push(view),
            None => found.push((route, vec![view])),
        }
    }
    Ok(found)
}

pub(super) async fn loading_list(
    State(pages): State<Pages>,
    language: Language,
    Query(query): Query<PaperQuery>,
) -> Response {
    match loading_view(&pages, language, &query).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/kiriman"),
    }
}

async fn loading_view(pages: &Pages, language: Language, query: &PaperQuery) -> Result<Loading> {
    let texts = ShippingTexts::of(language);
    let day = asked_day(query.tanggal.as_ref(), pages.hub.today(), language)?;
    let (fleet, units) = (pages.hub.fleet().await?, Units::load(pages).await?);
    let freight = pages.hub.pack_freight().await?;
    let mut vehicles = Vec::new();
    for (route, views) in by_route(pages, day, asked_route(query.rute.as_ref())).await? {
        let mut totals: BTreeMap<&Sku, (&str, Quantity)> = BTreeMap::new();
        let (mut volume, mut weight) = (0_i64, 0_i64);
        for line in views.iter().flat_map(|view| &view.shipment.lines) {
            let total = totals
                .entry(&line.sku)
                .or_insert((line.name.as_str(), Quantity::ZERO));
            total.1 += line.quantity;
            let pack = units
                .0
                .get(&line.sku)
                .map_or(1, |unit| unit.pack_size.max(1));
            let packs = line.quantity.0.div_euclid(pack);
            let room = freight.get(&line.sku).copied().unwrap_or_default();
            volume = volume.saturating_add(room.volume.saturating_mul(packs));
            weight = weight.saturating_add(room.weight.saturating_mul(packs));
        }
        let (name, vehicle, salesman) = names(&fleet, &route, texts);
        vehicles.push(VehicleLoad {
            route: name,
            vehicle,
            salesman,
            volume: Quantity(volume).in_unit(1_000),
            weight: Quantity(weight).in_unit(1_000),
            totals: totals
                .iter()
                .filter(|(_, (_, quantity))| *quantity > Quantity::ZERO)
                .map(|(sku, (name, quantity))| {
                    (
                        sku.to_string(),
                        (*name).to_owned(),
                        units.in_packs(sku, *quantity, language),
                    )
                })
                .collect(),
            stops: stops(&views, &units, language).into_iter().rev().collect(),
        });
    }
    Ok(Loading {
        frame: Frame {
            path: "/kiriman/muat".to_owned(),
            ..frame(pages, language, texts.loading_list, "/kiriman")
        },
        texts,
        day,
        day_text: date(day, language),
        vehicles,
    })
}

/// What a route, its vehicle and whoever goes are called.
fn names(fleet: &Fleet, route: &str, texts: &ShippingTexts) -> (String, String, String) {
    match fleet.route_with(route) {
        None => (texts.no_route.to_owned(), String::new(), String::new()),
        Some(route) => (
            route.name.clone(),
            fleet
                .vehicle_of(route)
                .map(|vehicle| vehicle.name.clone())
                .unwrap_or_default(),
            route.salesman.clone(),
        ),
    }
}

fn stops(views: &[TripView], units: &Units, language: Language) -> Vec<StopLoad> {
    let stop = |(place, view): (usize, &TripView)| StopLoad {
        place,
        shop: view.shop_name.clone(),
        number: view.trip.number.clone().unwrap_or_default(),
        lines: view
            .shipment
            .lines
            .iter()
            .filter(|line| line.quantity > Quantity::ZERO)
            .map(|line| {
                (
                    line.name.clone(),
                    units.in_packs(&line.sku, line.quantity, language),
                )
            })
            .collect(),
    };
    (1..).zip(views).map(stop).collect()
}

#[derive(Template)]
#[template(path = "hub/web/templates/shipping/sheet.html")]
struct Sheet {
    frame: Frame,
    texts: &'static ShippingTexts,
    day: NaiveDate,
    day_text: String,
    routes: Vec<(String, String, String, Vec<StopLoad>)>,
}

pub(super) async fn route_sheet(
    State(pages): State<Pages>,
    language: Language,
    Query(query): Query<PaperQuery>,
) -> Response {
    match sheet_view(&pages, language, &query).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/kiriman"),
    }
}

async fn sheet_view(pages: &Pages, language: Language, query: &PaperQuery) -> Result<Sheet> {
    let texts = ShippingTexts::of(language);
    let day = asked_day(query.tanggal.as_ref(), pages.hub.today(), language)?;
    let (fleet, units) = (pages.hub.fleet().await?, Units::load(pages).await?);
    let found = by_route(pages, day, asked_route(query.rute.as_ref())).await?;
    Ok(Sheet {
        frame: Frame {
            path: "/kiriman/lembar-rute".to_owned(),
            ..frame(pages, language, texts.route_sheet, "/kiriman")
        },
        texts,
        day,
        day_text: date(day, language),
        routes: found
            .iter()
            .map(|(route, views)| {
                let (name, vehicle, salesman) = names(&fleet, route, texts);
                (name, vehicle, salesman, stops(views, &units, language))
            })
            .collect(),
    })
}
