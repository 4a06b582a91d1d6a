//! A day's shipments by route and stop: drafted, decided on and sent off together or one by one.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Days, NaiveDate};
use serde::Deserialize;

use super::texts::ShippingTexts;
use super::{Pages, Units, asked_day, frame, state_text};
use crate::error::{Error, Result};
use crate::hub::shipments::day::{DAY_PAGE, DayReport, TripView};
use crate::hub::shipments::draft::{DraftRequest, Drafted};
use crate::hub::shipments::{Made, NewShipment, Step};
use crate::hub::store::shipments::{ShipmentLine, ShipmentState};
use crate::hub::store::trips::{DayFilter, LineShare};
use crate::model::Quantity;
use crate::plan::allocation::{Full, ShareLimit};
use crate::web::Language;
use crate::web::encoded;
use crate::web::layout::{Frame, date, figure, page};

#[derive(Template)]
#[template(path = "hub/web/templates/shipping/day.html")]
struct Day {
    frame: Frame,
    texts: &'static ShippingTexts,
    date: NaiveDate,
    date_text: String,
    before: String,
    after: String,
    route: String,
    routes: Vec<RouteChoice>,
    to_confirm: i64,
    to_dispatch: i64,
    open_differences: usize,
    message: String,
    refused: Vec<(String, String, String)>,
    shipments: Vec<Card>,
    back: Option<String>,
    more: Option<String>,
}

/// A route to choose, with how many shipments it has that day.
struct RouteChoice {
    link: String,
    name: String,
    count: i64,
    current: bool,
}

struct Card {
    id: String,
    shop: String,
    number: String,
    state: &'static str,
    class: &'static str,
    tags: Vec<&'static str>,
    lines: Vec<CardLine>,
    can_confirm: bool,
    can_dispatch: bool,
    has_note: bool,
}

struct CardLine {
    name: String,
    amount: String,
    why: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct DayQuery {
    tanggal: Option<String>,
    /// A route's identity; `-` for shops without a route; absent or empty for all.
    rute: Option<String>,
    hal: Option<i64>,
    disusun: Option<String>,
}

/// The route that a page or form asks for: `None` for all, `Some("")` for shops without one.
pub(super) fn asked_route(text: Option<&String>) -> Option<String> {
    match text.map(|text| text.trim()).filter(|text| !text.is_empty()) {
        None => None,
        Some("-") => Some(String::new()),
        Some(route) => Some(route.to_owned()),
    }
}

fn link(date: NaiveDate, route: Option<&str>, hal: i64) -> String {
    let route = match route {
        None => String::new(),
        Some("") => "&rute=-".to_owned(),
        Some(route) => format!("&rute={}", encoded(route)),
    };
    let hal = if hal > 0 {
        format!("&hal={hal}")
    } else {
        String::new()
    };
    format!("/kiriman?tanggal={date}{route}{hal}")
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    Query(query): Query<DayQuery>,
) -> Response {
    shown(&pages, language, &query, None).await
}

async fn shown(
    pages: &Pages,
    language: Language,
    query: &DayQuery,
    report: Option<DayReport>,
) -> Response {
    match view(pages, language, query, report).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/kiriman"),
    }
}

async fn view(
    pages: &Pages,
    language: Language,
    query: &DayQuery,
    report: Option<DayReport>,
) -> Result<Day> {
    let texts = ShippingTexts::of(language);
    let day = asked_day(query.tanggal.as_ref(), pages.hub.today(), language)?;
    let route = asked_route(query.rute.as_ref());
    let hal = query.hal.unwrap_or(0).max(0);
    let filter = DayFilter {
        route_id: route.clone(),
        state: None,
    };
    let found = pages.hub.day(day, filter, hal).await?;
    let fleet = pages.hub.fleet().await?;
    let units = Units::load(pages).await?;
    let of_route = |route: Option<&str>, state: Option<ShipmentState>| -> i64 {
        found
            .counts
            .iter()
            .filter(|((of, in_state), _)| {
                *in_state != ShipmentState::Cancelled
                    && route.is_none_or(|route| route == of)
                    && state.is_none_or(|state| state == *in_state)
            })
            .map(|(_, count)| count)
            .sum()
    };
    let chosen = route.as_deref();
    let mut routes = vec![RouteChoice {
        link: link(day, None, 0),
        name: texts.all_routes.to_owned(),
        count: of_route(None, None),
        current: chosen.is_none(),
    }];
    for one in fleet.routes.iter().filter(|one| one.active) {
        routes.push(RouteChoice {
            link: link(day, Some(&one.id), 0),
            name: one.name.clone(),
            count: of_route(Some(&one.id), None),
            current: chosen == Some(one.id.as_str()),
        });
    }
    routes.push(RouteChoice {
        link: link(day, Some(""), 0),
        name: texts.no_route.to_owned(),
        count: of_route(Some(""), None),
        current: chosen == Some(""),
    });
    let total = of_route(chosen, None);
    let report = report.unwrap_or_default();
    let message = if report.done.is_empty() && report.refused.is_empty() {
        query.disusun.clone().unwrap_or_default()
    } else {
        format!("{}: {}", texts.was_done, report.done.len())
    };
    let day_link = |other: Option<NaiveDate>| link(other.unwrap_or(day), chosen, 0);
    Ok(Day {
        frame: frame(pages, language, texts.shipments, "/kiriman"),
        texts,
        date: day,
        date_text: date(day, language),
        before: day_link(day.checked_sub_days(Days::new(1))),
        after: day_link(day.checked_add_days(Days::new(1))),
        route: match chosen {
            None => String::new(),
            Some("") => "-".to_owned(),
            Some(route) => route.to_owned(),
        },
        routes,
        to_confirm: of_route(chosen, Some(ShipmentState::Recommended)),
        to_dispatch: of_route(chosen, Some(ShipmentState::Confirmed)),
        open_differences: pages.hub.differences(true, None).await?.len(),
        message,
        refused: report
            .refused
            .into_iter()
            .map(|one| (one.id, one.shop_name, one.why))
            .collect(),
        shipments: found
            .shipments
            .iter()
            .map(|trip| card(trip, &units, language))
            .collect(),
        back: (hal > 0).then(|| link(day, chosen, hal - 1)),
        more: ((hal + 1) * DAY_PAGE < total).then(|| link(day, chosen, hal + 1)),
    })
}

fn card(view: &TripView, units: &Units, language: Language) -> Card {
    let texts = ShippingTexts::of(language);
    let shipment = &view.shipment;
    let (state, class) = state_text(shipment.state, texts);
    let nothing = shipment
        .lines
        .iter()
        .all(|line| line.quantity == Quantity::ZERO);
    let tags = [
        (nothing, texts.gets_nothing),
        (view.trip.beyond_stock, texts.beyond_stock),
        (view.trip.edited, texts.by_hand),
    ];
    Card {
        id: shipment.id.clone(),
        shop: view.shop_name.clone(),
        number: view.trip.number.clone().unwrap_or_default(),
        state,
        class,
        tags: tags
            .into_iter()
            .filter_map(|(holds, text)| holds.then_some(text))
            .collect(),
        lines: shipment
            .lines
            .iter()
            .map(|line| {
                let share = view.shares.iter().find(|share| share.sku == line.sku);
                CardLine {
                    name: line.name.clone(),
                    amount: units.in_packs(&line.sku, line.quantity, language),
                    why: why(line, share, units, language),
                }
            })
            .collect(),
        can_confirm: shipment.state == ShipmentState::Recommended && !nothing,
        can_dispatch: shipment.state == ShipmentState::Confirmed,
        has_note: view.trip.number.is_some(),
    }
}

/// Why a line is not what was recommended, in sentences.
pub(super) fn why(
    line: &ShipmentLine,
    share: Option<&LineShare>,
    units: &Units,
    language: Language,
) -> Vec<String> {
    let texts = ShippingTexts::of(language);
    let told = |quantity| units.in_packs(&line.sku, quantity, language);
    let mut why = Vec::new();
    let Some(share) = share else { return why };
    if share.recommended != share.loaded {
        why.push(format!("{} {}", texts.recommended, told(share.recommended)));
    }
    match share.share {
        Some(ShareLimit::Scarce { missing }) => {
            why.push(format!("{} {}", texts.scarce, told(missing)));
        }
        Some(ShareLimit::LessThanAPack { missing }) => {
            let missing = units.spoken(&line.sku, missing, language);
            why.push(format!("{} {missing}", texts.less_than_pack));
        }
        Some(ShareLimit::NeedMet) | None => {}
    }
    match share.full {
        Some(Full::Volume) => why.push(texts.full_volume.to_owned()),
        Some(Full::Weight) => why.push(texts.full_weight.to_owned()),
        None => {}
    }
    why
}

#[derive(Debug, Deserialize)]
pub(super) struct DraftForm {
    tanggal: Option<String>,
    rute: Option<String>,
    hari: Option<String>,
}

fn drafted_text(drafted: &Drafted, language: Language) -> String {
    let texts = ShippingTexts::of(language);
    let told = |count: usize| figure(&count.to_string(), language);
    let mut text = format!("{}: {}", texts.drafted, told(drafted.made));
    for (count, what) in [
        (drafted.kept, texts.drafted_kept),
        (drafted.empty, texts.drafted_empty),
        (drafted.scarce, texts.drafted_scarce),
    ] {
        if count > 0 {
            text.push_str(&format!(" · {} {what}", told(count)));
        }
    }
    text
}

pub(super) async fn draft(
    State(pages): State<Pages>,
    language: Language,
    Form(form): Form<DraftForm>,
) -> Response {
    let drafted = async {
        let day = asked_day(form.tanggal.as_ref(), pages.hub.today(), language)?;
        let days = form.hari.as_deref().map_or("", str::trim);
        let days_ahead = if days.is_empty() {
            0
        } else {
            days.parse().map_err(|_| {
                let told = ShippingTexts::of(language).bad_figure;
                Error::invalid("hari", format!("{told} {days}"))
            })?
        };
        let request = DraftRequest {
            date: Some(day),
            route_id: asked_route(form.rute.as_ref()),
            days_ahead,
        };
        let route = request.route_id.clone();
        let drafted = pages.hub.draft_day(&pages.actor(), request).await?;
        let told = encoded(&drafted_text(&drafted, language));
        Ok(format!("{}&disusun={told}", link(day, route.as_deref(), 0)))
    };
    match drafted.await {
        Ok(to) => Redirect::to(&to).into_response(),
        Err(error) => pages.message(language, error, "/kiriman"),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct AllForm {
    tanggal: Option<String>,
    rute: Option<String>,
    langkah: String,
}

/// Confirms all, or sends all off; what could not is told with why.
pub(super) async fn advance(
    State(pages): State<Pages>,
    language: Language,
    Form(form): Form<AllForm>,
) -> Response {
    let target = match form.langkah.as_str() {
        "berangkat" => ShipmentState::Dispatched,
        _ => ShipmentState::Confirmed,
    };
    let report = async {
        let day = asked_day(form.tanggal.as_ref(), pages.hub.today(), language)?;
        let route = asked_route(form.rute.as_ref());
        pages
            .hub
            .advance_day(&pages.actor(), day, route, target)
            .await
    };
    let query = DayQuery {
        tanggal: form.tanggal.clone(),
        rute: form.rute.clone(),
        ..DayQuery::default()
    };
    match report.await {
        Ok(report) => shown(&pages, language, &query, Some(report)).await,
        Err(error) => pages.message(language, error, "/kiriman"),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct ShopForm {
    shop: String,
}

/// Makes the recommended shipment of one shop and confirms it: what the person saw is what is sent.
pub(super) async fn create(
    State(pages): State<Pages>,
    language: Language,
    Form(ShopForm { shop }): Form<ShopForm>,
) -> Response {
    let new = NewShipment {
        id: None,
        shop_id: shop,
        date: None,
        lines: None,
    };
    let made = async {
        let (Made::Created(shipment) | Made::Repeated(shipment)) =
            pages.hub.create_shipment(&pages.actor(), new).await?;
        pages
            .hub
            .confirm_shipment(&pages.actor(), &shipment.id, Vec::new())
            .await
    };
    match made.await {
        Ok(Step::Done(shipment) | Step::Repeated(shipment)) => {
            Redirect::to(&format!("/kiriman/{}", encoded(&shipment.id))).into_response()
        }
        Ok(Step::Refused { why, .. }) => pages.message(language, Error::Refused(why), "/kiriman"),
        Err(error) => pages.message(language, error, "/kiriman"),
    }
}
