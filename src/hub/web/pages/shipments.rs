//! Shipments: who is due, what is recommended and why, and each shipment's next step.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::texts::Texts;
use super::{Pages, spoken};
use crate::error::{Error, Result};
use crate::hub::planning::Visit;
use crate::hub::shipments::{Made, NewShipment, Step};
use crate::hub::store::shipments::{Shipment, ShipmentState};
use crate::plan::{PlanLanguage, sentence};
use crate::web::Language;
use crate::web::layout::{Frame, date, figure, page};

#[derive(Template)]
#[template(path = "hub/web/templates/shipments.html")]
struct Shipments {
    frame: Frame,
    texts: &'static Texts,
    date: String,
    due: Vec<DueView>,
    shipments: Vec<ShipmentView>,
}

struct DueView {
    id: String,
    name: String,
    lines: Vec<DueLine>,
}

struct DueLine {
    name: String,
    amount: String,
    sentence: String,
}

struct ShipmentView {
    id: String,
    shop: String,
    state: &'static str,
    class: &'static str,
    expected: String,
    lines: Vec<ShipmentLineView>,
    can_confirm: bool,
    can_dispatch: bool,
    can_cancel: bool,
}

struct ShipmentLineView {
    name: String,
    amount: String,
    came: String,
    damaged: String,
}

type Units = BTreeMap<String, (String, i64)>;

pub(super) async fn show(State(pages): State<Pages>, language: Language) -> Response {
    match view(&pages, language).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/"),
    }
}

async fn view(pages: &Pages, language: Language) -> Result<Shipments> {
    let texts = Texts::of(language);
    let today = pages.hub.today();
    let names: BTreeMap<String, String> = pages
        .hub
        .shops()
        .await?
        .into_iter()
        .map(|overview| (overview.shop.id, overview.shop.name))
        .collect();
    let shown = pages.hub.shipments(None, None).await?;
    let mut units: BTreeMap<&str, Units> = BTreeMap::new();
    for shipment in &shown {
        if !units.contains_key(shipment.shop_id.as_str()) {
            units.insert(&shipment.shop_id, pages.units(&shipment.shop_id).await?);
        }
    }
    let no_units = Units::new();
    let due = pages
        .hub
        .due_shipments(today)
        .await?
        .into_iter()
        .filter(|visit| !visit.lines.is_empty())
        .map(|visit| due_view(&visit, language))
        .collect();
    let shipments = shown
        .iter()
        .map(|shipment| {
            let units = units.get(shipment.shop_id.as_str()).unwrap_or(&no_units);
            shipment_view(shipment, names.get(&shipment.shop_id), units, language)
        })
        .collect();
    Ok(Shipments {
        frame: pages.frame(language, texts.shipments, "/kiriman"),
        texts,
        date: date(today, language),
        due,
        shipments,
    })
}

fn due_view(visit: &Visit, language: Language) -> DueView {
    let spoken_in = match language {
        Language::Indonesian => PlanLanguage::Indonesian,
        Language::English => PlanLanguage::English,
    };
    let lines = visit
        .lines
        .iter()
        .map(|line| {
            let packs = figure(&line.plan.packs.to_string(), language);
            DueLine {
                name: line.name.clone(),
                amount: format!("{packs} {}", line.pack_name),
                sentence: sentence(&line.plan, spoken_in, line.measures()),
            }
        })
        .collect();
    DueView {
        id: visit.shop_id.clone(),
        name: visit.shop_name.clone(),
        lines,
    }
}

fn shipment_view(
    shipment: &Shipment,
    shop: Option<&String>,
    units: &Units,
    language: Language,
) -> ShipmentView {
    let texts = Texts::of(language);
    let (state, class) = match shipment.state {
        ShipmentState::Recommended => (texts.recommended, "along"),
        ShipmentState::Confirmed => (texts.confirmed, "along"),
        ShipmentState::Dispatched => (texts.dispatched, "along"),
        ShipmentState::Received => (texts.received, "good"),
        ShipmentState::Short => (texts.short, "due"),
        ShipmentState::Cancelled => (texts.cancelled, "due"),
    };
    let lines = shipment
        .lines
        .iter()
        .map(|line| {
            let told = |quantity| spoken(quantity, units.get(line.sku.as_str()), language);
            ShipmentLineView {
                name: line.name.clone(),
                amount: told(line.quantity),
                came: line.received.map(told).unwrap_or_default(),
                damaged: line
                    .damaged
                    .filter(|damaged| damaged.0 > 0)
                    .map(told)
                    .unwrap_or_default(),
            }
        })
        .collect();
    ShipmentView {
        id: shipment.id.clone(),
        shop: shop.cloned().unwrap_or_default(),
        state,
        class,
        expected: date(shipment.expected_on, language),
        lines,
        can_confirm: shipment.state == ShipmentState::Recommended,
        can_dispatch: shipment.state == ShipmentState::Confirmed,
        can_cancel: matches!(
            shipment.state,
            ShipmentState::Recommended | ShipmentState::Confirmed | ShipmentState::Dispatched
        ),
    }
}

#[derive(Deserialize)]
pub(super) struct ShopForm {
    shop: String,
}

/// Makes the recommended shipment of a shop and confirms it: what the person saw is what is sent.
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
    done(&pages, language, made.await)
}

pub(super) async fn confirm(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    done(
        &pages,
        language,
        pages
            .hub
            .confirm_shipment(&pages.actor(), &id, Vec::new())
            .await,
    )
}

pub(super) async fn dispatch(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    done(
        &pages,
        language,
        pages
            .hub
            .dispatch_shipment(&pages.actor(), &id, Vec::new())
            .await,
    )
}

pub(super) async fn cancel(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    done(
        &pages,
        language,
        pages.hub.cancel_shipment(&pages.actor(), &id, "").await,
    )
}

fn done(pages: &Pages, language: Language, step: Result<Step>) -> Response {
    match step {
        Ok(Step::Done(_) | Step::Repeated(_)) => Redirect::to("/kiriman").into_response(),
        Ok(Step::Refused { why, .. }) => pages.message(language, Error::Conflict(why), "/kiriman"),
        Err(error) => pages.message(language, error, "/kiriman"),
    }
}
