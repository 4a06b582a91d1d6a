//! A shipment: its lines with why, its next step, what was corrected, what differs.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::day::{asked_route, why};
use super::differences::{DifferenceView, difference_view};
use super::texts::ShippingTexts;
use super::{Fields, Pages, Units, asked_day, by_product, frame, state_text};
use crate::error::{Error, Result};
use crate::hub::shipments::{Edits, LineRequest, Step};
use crate::hub::store::shipments::ShipmentState;
use crate::model::{Quantity, Sku};
use crate::web::Language;
use crate::web::encoded;
use crate::web::layout::{Frame, date, local_path, moment, page};

#[derive(Template)]
#[template(path = "hub/web/templates/shipping/one.html")]
struct One {
    frame: Frame,
    texts: &'static ShippingTexts,
    id: String,
    version: i64,
    state: &'static str,
    class: &'static str,
    number: String,
    leaves: String,
    leaves_on: String,
    expected: String,
    tags: Vec<&'static str>,
    reason: String,
    unloaded: String,
    lines: Vec<LineView>,
    routes: Vec<(String, String, bool)>,
    differences: Vec<DifferenceView>,
    /// Documents for other programs: in which folder, and what they are called.
    documents: Vec<(&'static str, &'static str)>,
    may: May,
}

/// The documents that there are of a shipment in this state.
fn documents(state: ShipmentState, texts: &ShippingTexts) -> Vec<(&'static str, &'static str)> {
    let sent = ("kiriman", texts.despatch_advice);
    match state {
        ShipmentState::Dispatched => vec![sent],
        ShipmentState::Received | ShipmentState::Short => {
            vec![sent, ("terima", texts.receipt_advice)]
        }
        ShipmentState::Recommended | ShipmentState::Confirmed | ShipmentState::Cancelled => {
            Vec::new()
        }
    }
}

/// What may be done with a shipment in this state.
struct May(ShipmentState);

impl May {
    fn confirm(&self) -> bool {
        self.0 == ShipmentState::Recommended
    }

    fn dispatch(&self) -> bool {
        self.0 == ShipmentState::Confirmed
    }

    fn edit(&self) -> bool {
        self.confirm() || self.dispatch()
    }

    fn correct(&self) -> bool {
        self.0 == ShipmentState::Dispatched
    }

    fn cancel(&self) -> bool {
        self.edit() || self.correct()
    }
}

struct LineView {
    sku: String,
    name: String,
    amount: String,
    value: String,
    unit: String,
    came: String,
    damaged: String,
    lots: Vec<String>,
    why: Vec<String>,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    match view(&pages, language, &id).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/kiriman"),
    }
}

async fn view(pages: &Pages, language: Language, id: &str) -> Result<One> {
    let texts = ShippingTexts::of(language);
    let (view, differences) = pages.hub.trip(id).await?;
    let units = Units::load(pages).await?;
    let fleet = pages.hub.fleet().await?;
    let (shipment, trip) = (&view.shipment, &view.trip);
    let (state, class) = state_text(shipment.state, texts);
    let zone = pages.hub.identity().timezone;
    let lines = shipment.lines.iter().map(|line| {
        let told = |quantity| units.spoken(&line.sku, quantity, language);
        let lots = view.lots.iter().filter(|part| part.sku == line.sku);
        LineView {
            sku: line.sku.to_string(),
            name: line.name.clone(),
            amount: units.in_packs(&line.sku, line.quantity, language),
            value: units.plain(&line.sku, line.quantity, language),
            unit: units.name(&line.sku).to_owned(),
            came: line.received.map(told).unwrap_or_default(),
            damaged: line
                .damaged
                .filter(|damaged| *damaged > Quantity::ZERO)
                .map(told)
                .unwrap_or_default(),
            lots: lots
                .map(|part| {
                    let mut text = told(part.quantity);
                    if !part.lot.is_empty() {
                        text.push_str(&format!(" · {} {}", texts.lot, part.lot));
                    }
                    if let Some(expires) = part.expires {
                        let until = date(expires, language);
                        text.push_str(&format!(" · {} {until}", texts.expires));
                    }
                    text
                })
                .collect(),
            why: why(
                line,
                view.shares.iter().find(|share| share.sku == line.sku),
                &units,
                language,
            ),
        }
    });
    let unloaded = match (&trip.unloaded_at, &trip.unloaded_by) {
        (Some(at), Some(by)) => {
            let at = moment(at.with_timezone(&zone).naive_local(), language);
            let mut told = format!("{} {by}, {at}", texts.unloaded_by);
            if trip.shop_told_at.is_none() {
                told.push_str(&format!(" · {}", texts.waits_for_shop));
            }
            told
        }
        _ => String::new(),
    };
    let tags = [
        (trip.beyond_stock, texts.beyond_stock),
        (trip.edited, texts.by_hand),
    ];
    Ok(One {
        frame: Frame {
            path: format!("/kiriman/{}", encoded(id)),
            ..frame(pages, language, &view.shop_name, "/kiriman")
        },
        texts,
        id: shipment.id.clone(),
        version: trip.version,
        state,
        class,
        number: trip.number.clone().unwrap_or_default(),
        documents: documents(shipment.state, texts),
        leaves: date(trip.delivery_date, language),
        leaves_on: trip.delivery_date.to_string(),
        expected: date(shipment.expected_on, language),
        tags: tags
            .into_iter()
            .filter_map(|(holds, text)| holds.then_some(text))
            .collect(),
        reason: shipment.cancel_reason.clone().unwrap_or_default(),
        unloaded,
        lines: lines.collect(),
        routes: fleet
            .routes
            .into_iter()
            .filter(|route| route.active)
            .map(|route| {
                let on_it = trip.route_id.as_ref() == Some(&route.id);
                (route.id, route.name, on_it)
            })
            .collect(),
        differences: differences
            .iter()
            .map(|one| difference_view(one, &view.shop_name, &units, language))
            .collect(),
        may: May(shipment.state),
    })
}

/// The edits that a form holds: the figures that differ from what the page was made with, and a product that was added.
async fn edits_of(pages: &Pages, language: Language, fields: &Fields) -> Result<Edits> {
    let texts = ShippingTexts::of(language);
    let units = Units::load(pages).await?;
    let mut lines = Vec::new();
    for (sku, text) in by_product(fields, "jumlah")? {
        let before = fields.get(&format!("semula.{sku}"));
        if before.is_some_and(|before| before.trim() == text.trim()) {
            continue;
        }
        lines.push(LineRequest {
            quantity: Some(units.typed(&sku, text, language)?),
            expires: None,
            sku,
        });
    }
    let field = |name: &str| fields.get(name).map_or("", |text| text.trim());
    if !field("tambah").is_empty() {
        let sku = Sku::parse(field("tambah"))
            .map_err(|error| Error::invalid(texts.add_product, error.to_string()))?;
        lines.push(LineRequest {
            quantity: Some(units.typed(&sku, field("banyak"), language)?),
            expires: None,
            sku,
        });
    }
    Ok(Edits {
        lines,
        beyond_stock: fields.contains_key("lebih"),
        version: field("versi").parse().ok(),
    })
}

/// Saves the lines as they were typed: of one that is here as a change, of one that has left as a correction.
pub(super) async fn save(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let step = async {
        let edits = edits_of(&pages, language, &fields).await?;
        if fields.contains_key("koreksi") {
            pages.hub.correct_shipment(&pages.actor(), &id, edits).await
        } else {
            pages.hub.edit_shipment(&pages.actor(), &id, edits).await
        }
    };
    done(&pages, language, &id, &fields, step.await)
}

pub(super) async fn confirm(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let step = async {
        let edits = edits_of(&pages, language, &fields).await?;
        pages.hub.confirm_shipment(&pages.actor(), &id, edits).await
    };
    done(&pages, language, &id, &fields, step.await)
}

pub(super) async fn dispatch(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let step = async {
        let edits = edits_of(&pages, language, &fields).await?;
        pages
            .hub
            .dispatch_shipment(&pages.actor(), &id, edits)
            .await
    };
    done(&pages, language, &id, &fields, step.await)
}

pub(super) async fn cancel(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let reason = fields.get("alasan").cloned().unwrap_or_default();
    let step = pages
        .hub
        .cancel_shipment(&pages.actor(), &id, &reason)
        .await;
    done(&pages, language, &id, &fields, step)
}

pub(super) async fn reschedule(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let step = async {
        let day = asked_day(fields.get("tanggal"), pages.hub.today(), language)?;
        let route = asked_route(fields.get("rute")).filter(|route| !route.is_empty());
        pages
            .hub
            .move_shipment(&pages.actor(), &id, day, route)
            .await
    };
    done(&pages, language, &id, &fields, step.await)
}

fn done(
    pages: &Pages,
    language: Language,
    id: &str,
    fields: &Fields,
    step: Result<Step>,
) -> Response {
    let here = format!("/kiriman/{}", encoded(id));
    let back = fields
        .get("kembali")
        .map_or(here.as_str(), |path| local_path(path));
    match step {
        Ok(Step::Done(_) | Step::Repeated(_)) => Redirect::to(back).into_response(),
        Ok(Step::Refused { why, .. }) => pages.message(language, Error::Refused(why), &here),
        Err(error) => pages.message(language, error, &here),
    }
}
