//! The page of whoever drives: today's stops in order, what to unload at each, and what was different there.
//!
//! It works where no signal is: the page keeps itself, and what was recorded waits on the telephone until it can be sent.
//! Each record has an identity of its own, so that it counts once however often it is sent.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use serde::Deserialize;
use uuid::Uuid;

use super::day::asked_route;
use super::differences::reason_text;
use super::texts::ShippingTexts;
use super::{Fields, Pages, STYLE, Units, by_product, frame};
use crate::error::{Error, Result};
use crate::hub::shipments::Step;
use crate::hub::shipments::day::TripView;
use crate::hub::shipments::returns::NewReturnLine;
use crate::hub::shipments::unload::{UnloadedLine, Unloading};
use crate::hub::store::returns::ReturnReason;
use crate::hub::store::shipments::ShipmentState;
use crate::hub::store::trips::DayFilter;
use crate::hub::store::users::Role;
use crate::hub::web::pages::visitor::Visitor;
use crate::model::Quantity;
use crate::web::encoded;
use crate::web::layout::{Frame, asset, date, page};
use crate::web::session::wants_json;
use crate::web::{Language, Problem};

const SCRIPT: &str = "/assets/route.js";

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/rute-saya", get(show))
        .route("/rute-saya/{id}", post(record))
        .route("/rute-saya/sw.js", get(async || worker()))
        .route(
            SCRIPT,
            get(async || asset("text/javascript", include_str!("../../assets/route.js"))),
        )
}

/// The worker that keeps the page, allowed to answer for the page itself and not only for what is below it.
fn worker() -> Response {
    let mut response = asset(
        "text/javascript",
        include_str!("../../assets/route-worker.js"),
    );
    response.headers_mut().insert(
        HeaderName::from_static("service-worker-allowed"),
        HeaderValue::from_static("/rute-saya"),
    );
    response
}

#[derive(Template)]
#[template(path = "hub/web/templates/shipping/mine.html")]
struct Mine {
    frame: Frame,
    texts: &'static ShippingTexts,
    chosen: bool,
    route: String,
    day: String,
    routes: Vec<(String, String)>,
    reasons: Vec<(&'static str, &'static str)>,
    stops: Vec<Stop>,
}

struct Stop {
    place: usize,
    id: String,
    /// Of the record that this page makes of it.
    record: String,
    shop: String,
    number: String,
    done: bool,
    lines: Vec<Line>,
}

struct Line {
    sku: String,
    name: String,
    amount: String,
    value: String,
    unit: String,
    came: String,
}

/// The only route that a salesman sees: the own one; nobody's where none is given. Absent for those who see all.
fn own_route() -> Option<String> {
    let visitor = Visitor::current().filter(|visitor| visitor.role() == Role::Salesman)?;
    Some(
        visitor
            .person
            .route_id
            .unwrap_or_else(|| NO_ROUTE.to_owned()),
    )
}

/// No route has this identity.
const NO_ROUTE: &str = "none";

#[derive(Debug, Default, Deserialize)]
struct RouteQuery {
    rute: Option<String>,
}

async fn show(
    State(pages): State<Pages>,
    language: Language,
    Query(query): Query<RouteQuery>,
) -> Response {
    match view(&pages, language, &query).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/rute-saya"),
    }
}

async fn view(pages: &Pages, language: Language, query: &RouteQuery) -> Result<Mine> {
    let texts = ShippingTexts::of(language);
    let today = pages.hub.today();
    let fleet = pages.hub.fleet().await?;
    let own = own_route();
    let route = own.clone().or_else(|| asked_route(query.rute.as_ref()));
    let mut stops = Vec::new();
    let mut title = texts.my_route.to_owned();
    if let Some(id) = &route {
        if let Some(known) = fleet.route_with(id) {
            title = format!("{} · {}", texts.my_route, known.name);
        }
        let units = Units::load(pages).await?;
        let filter = DayFilter {
            route_id: Some(id.clone()),
            state: None,
        };
        let day = pages.hub.whole_day(today, filter).await?;
        let going = day
            .shipments
            .iter()
            .filter(|view| view.shipment.state != ShipmentState::Recommended);
        stops = (1..)
            .zip(going)
            .map(|(place, view)| stop(place, view, &units, language))
            .collect();
    }
    let path = match &route {
        None => "/rute-saya".to_owned(),
        Some(id) if id.is_empty() => "/rute-saya?rute=-".to_owned(),
        Some(id) => format!("/rute-saya?rute={}", encoded(id)),
    };
    Ok(Mine {
        frame: Frame {
            path,
            scripts: vec![SCRIPT],
            styles: vec![STYLE],
            ..frame(pages, language, &title, "/rute-saya")
        },
        texts,
        chosen: route.is_some(),
        route: match route.as_deref() {
            Some("") => "-".to_owned(),
            other => other.unwrap_or_default().to_owned(),
        },
        day: date(today, language),
        routes: fleet
            .routes
            .into_iter()
            .filter(|route| route.active && own.is_none())
            .map(|route| (route.id, route.name))
            .chain([("-".to_owned(), texts.no_route.to_owned())])
            .collect(),
        reasons: ReturnReason::ALL
            .iter()
            .map(|reason| (reason.as_str(), reason_text(*reason, texts)))
            .collect(),
        stops,
    })
}

fn stop(place: usize, view: &TripView, units: &Units, language: Language) -> Stop {
    let shipment = &view.shipment;
    Stop {
        place,
        id: shipment.id.clone(),
        record: Uuid::now_v7().to_string(),
        shop: view.shop_name.clone(),
        number: view.trip.number.clone().unwrap_or_default(),
        done: matches!(
            shipment.state,
            ShipmentState::Received | ShipmentState::Short
        ),
        lines: shipment
            .lines
            .iter()
            .filter(|line| line.quantity > Quantity::ZERO || line.received.is_some())
            .map(|line| Line {
                sku: line.sku.to_string(),
                name: line.name.clone(),
                amount: units.in_packs(&line.sku, line.quantity, language),
                value: units.plain(&line.sku, line.quantity, language),
                unit: units.name(&line.sku).to_owned(),
                came: line
                    .received
                    .map(|came| units.spoken(&line.sku, came, language))
                    .unwrap_or_default(),
            })
            .collect(),
    }
}

/// What a form says was unloaded and taken along.
async fn unloading(pages: &Pages, language: Language, fields: &Fields) -> Result<Unloading> {
    let units = Units::load(pages).await?;
    let field = |name: String| fields.get(&name).map_or("", |text| text.trim());
    let mut unloading = Unloading {
        remark: field("catatan".to_owned()).to_owned(),
        ..Unloading::default()
    };
    for (sku, text) in by_product(fields, "turun")? {
        let damaged = match field(format!("rusak.{sku}")) {
            "" => Quantity::ZERO,
            text => units.typed(&sku, text, language)?,
        };
        let as_noted = field(format!("semula.{sku}")) == text.trim();
        if as_noted && damaged == Quantity::ZERO {
            continue;
        }
        unloading.lines.push(UnloadedLine {
            unloaded: units.typed(&sku, text, language)?,
            damaged,
            sku,
        });
    }
    for (sku, text) in by_product(fields, "retur")? {
        if text.trim().is_empty() {
            continue;
        }
        let quantity = units.typed(&sku, text, language)?;
        if quantity == Quantity::ZERO {
            continue;
        }
        let expires = match field(format!("tanggal.{sku}")) {
            "" => None,
            text => Some(text.parse().map_err(|_| {
                let told = ShippingTexts::of(language).bad_date;
                Error::invalid(sku.as_str(), format!("{told} {text}"))
            })?),
        };
        unloading.returns.push(NewReturnLine {
            quantity,
            reason: ReturnReason::parse(field(format!("sebab.{sku}")))
                .unwrap_or(ReturnReason::Expired),
            expires,
            sku,
        });
    }
    if !unloading.returns.is_empty() {
        let record = field("rekam".to_owned());
        let record: Uuid = record
            .parse()
            .map_err(|_| Error::invalid("rekam", format!("{record:?} is no identity")))?;
        unloading.return_id = Some(record.to_string());
    }
    Ok(unloading)
}

async fn record(
    State(pages): State<Pages>,
    language: Language,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let step = async {
        if let Some(own) = own_route() {
            let (view, _) = pages.hub.trip(&id).await?;
            if view.trip.route_id.as_ref() != Some(&own) {
                return Err(Error::NotFound(format!("there is no shipment {id}")));
            }
        }
        let unloading = unloading(&pages, language, &fields).await?;
        pages
            .hub
            .unload_shipment(&pages.actor(), &id, unloading)
            .await
    };
    let route = fields.get("rute").map_or("", String::as_str);
    let back = format!("/rute-saya?rute={}", encoded(route));
    let outcome = match step.await {
        Ok(Step::Done(shipment) | Step::Repeated(shipment)) => Ok(shipment.state),
        Ok(Step::Refused { why, .. }) => Err(Error::Refused(why)),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(state) if wants_json(&headers) => {
            let told = serde_json::json!({ "state": state });
            (StatusCode::OK, Json(told)).into_response()
        }
        Ok(_) => Redirect::to(&back).into_response(),
        Err(error) if wants_json(&headers) => Problem::from(error).into_response(),
        Err(error) => pages.message(language, error, &back),
    }
}
