//! An order, and its steps.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::{Texts, amount, day, field, frame, moment, phase_class, rupiah, typed_quantity};
use crate::error::{Error, Result};
use crate::hub::orders::{Action, Amount, OrderView, Step, phases};
use crate::hub::store::order_parcels::{Parcel, ParcelState};
use crate::hub::store::orders::{LineKind, Order, OrderLine, OrderPhase, Stage};
use crate::hub::web::pages::Pages;
use crate::model::{Quantity, Sku};
use crate::web::Language;
use crate::web::layout::{Frame, page};

#[derive(Template)]
#[template(path = "hub/web/templates/orders/show.html")]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each says whether a part of the page is there"
)]
struct Show {
    frame: Frame,
    texts: &'static Texts,
    id: String,
    phase: &'static str,
    class: &'static str,
    customer: String,
    customer_id: String,
    hold: String,
    address: String,
    placed: String,
    wanted: String,
    reference: String,
    note: String,
    cancel_reason: String,
    value: String,
    lines: Vec<LineView>,
    parcels: Vec<ParcelView>,
    history: Vec<(String, String)>,
    messages: Vec<(&'static str, &'static str, String)>,
    link: String,
    can_confirm: bool,
    can_ready: bool,
    can_ship: bool,
    any_leaves: bool,
    can_cancel: bool,
    next_parcel: String,
}

struct LineView {
    sku: String,
    name: String,
    kind: &'static str,
    price: String,
    ordered: String,
    figures: Vec<(&'static str, String)>,
    bar: [u32; 4],
    bar_text: String,
    promise: String,
    stage: String,
    next_stage: Option<(i64, String)>,
    shippable: String,
    most: String,
}

struct ParcelView {
    id: String,
    number: i64,
    state: &'static str,
    when: String,
    what: String,
    carrier: String,
    with_shipment: Option<String>,
    under_way: bool,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    match pages.hub.order(&id).await {
        Ok(order) => page(&view(&pages, language, order)),
        Err(error) => pages.message(language, error, "/pesanan"),
    }
}

pub(super) fn stage_name(stage: &Stage, language: Language) -> &str {
    match language {
        Language::Indonesian => &stage.name,
        Language::English => &stage.english,
    }
}

fn view(pages: &Pages, language: Language, all: OrderView) -> Show {
    let texts = Texts::of(language);
    let order = &all.order;
    let planned = |line: &OrderLine| -> Quantity {
        all.parcels
            .iter()
            .filter(|parcel| parcel.state == ParcelState::Planned)
            .flat_map(|parcel| &parcel.lines)
            .filter(|(line_no, _)| *line_no == line.line_no)
            .map(|(_, quantity)| *quantity)
            .sum()
    };
    let lines: Vec<LineView> = order
        .lines
        .iter()
        .map(|line| line_view(order, line, planned(line), language))
        .collect();
    let leaves = |line: &OrderLine| phases::may_leave(line, planned(line)) > Quantity::ZERO;
    let accepted = order.confirmed_at.is_some();
    let path = format!("/pesanan/{}", order.id);
    Show {
        frame: frame(pages, language, &order.number, &path),
        texts,
        phase: texts.phase(order.phase),
        class: phase_class(order.phase),
        placed: moment(pages, order.placed_at, language),
        wanted: order
            .wanted_on
            .map(|on| day(on, language))
            .unwrap_or_default(),
        reference: order.reference.clone(),
        note: order.note.clone(),
        cancel_reason: order.cancel_reason.clone().unwrap_or_default(),
        value: rupiah(order.value(), language),
        parcels: all
            .parcels
            .iter()
            .map(|parcel| parcel_view(pages, order, parcel, language))
            .collect(),
        history: all
            .phases
            .iter()
            .map(|step| {
                let what = step_text(texts, step.phase, &step.detail, language);
                (what, moment(pages, step.at, language))
            })
            .collect(),
        messages: all
            .messages
            .iter()
            .map(|message| {
                let phase = message.kind.strip_prefix("order.").unwrap_or_default();
                let about = OrderPhase::parse(phase).map_or("", |phase| texts.phase(phase));
                let state = texts.message_state(message.state);
                (about, state, message.recipient.clone())
            })
            .collect(),
        link: format!("/lacak/{}", order.link_secret),
        can_confirm: !accepted && order.phase == OrderPhase::Received,
        can_ready: order.ready_at.is_none() && phases::why_not_ready(order).is_none(),
        can_ship: accepted
            && order
                .lines
                .iter()
                .any(|line| line.kind != LineKind::Dropship && leaves(line)),
        can_cancel: order.lines.iter().any(|line| line.open() > Quantity::ZERO),
        any_leaves: lines.iter().any(|line| !line.shippable.is_empty()),
        next_parcel: Uuid::now_v7().to_string(),
        id: order.id.clone(),
        customer: all.customer.name,
        customer_id: all.customer.id,
        hold: all.customer.hold,
        address: all.customer.address,
        lines,
    }
}

/// What a step of an order's history says.
pub(super) fn step_text(
    texts: &Texts,
    phase: OrderPhase,
    detail: &str,
    language: Language,
) -> String {
    let name = texts.phase(phase);
    match phase {
        OrderPhase::InProduction => match serde_json::from_str::<Stage>(detail) {
            Ok(stage) => format!("{name}: {}", stage_name(&stage, language)),
            Err(_) => name.to_owned(),
        },
        OrderPhase::Shipped | OrderPhase::Delivered if !detail.is_empty() => {
            format!("{name} ({} {detail})", texts.parcel)
        }
        _ => name.to_owned(),
    }
}

fn line_view(order: &Order, line: &OrderLine, planned: Quantity, language: Language) -> LineView {
    let texts = Texts::of(language);
    let told = |quantity| amount(quantity, &line.unit, line.unit_factor, language);
    let figures: Vec<(&'static str, String)> = [
        (texts.backlog, line.reserved),
        (texts.backordered, line.backordered),
        (texts.sent, line.shipped),
        (texts.arrived, line.delivered),
        (texts.called_off, line.cancelled),
    ]
    .into_iter()
    .filter(|(_, quantity)| *quantity > Quantity::ZERO)
    .map(|(name, quantity)| (name, told(quantity)))
    .collect();
    let part = |quantity: Quantity| {
        u32::try_from(i128::from(quantity.0) * 1000 / i128::from(line.quantity.0.max(1)))
            .unwrap_or_default()
    };
    let waits = order.confirmed_at.is_some() && line.backordered > Quantity::ZERO;
    let promise = match line.promised_on.filter(|_| waits) {
        Some(on) => format!(
            "{} {} · {} {}",
            texts.promised,
            day(on, language),
            texts.promise_basis(&line.promised_by),
            line.promise_reference
        ),
        None if waits => texts.promise_basis(&line.promised_by).to_owned(),
        None => String::new(),
    };
    let at = |stage: i64| {
        usize::try_from(stage - 1)
            .ok()
            .and_then(|index| line.stages.get(index))
    };
    let next_stage = phases::next_stage(order, line).map(|next| {
        let name = at(next).map_or_else(
            || texts.finish.to_owned(),
            |stage| format!("{}: {}", texts.begin_stage, stage_name(stage, language)),
        );
        (next, name)
    });
    let may_leave = if order.confirmed_at.is_some() {
        phases::may_leave(line, planned)
    } else {
        Quantity::ZERO
    };
    LineView {
        sku: line.sku.to_string(),
        name: line.name.clone(),
        kind: if line.kind == LineKind::Stock {
            ""
        } else {
            texts.line_kind(line.kind)
        },
        price: rupiah(line.value_of(line.quantity), language),
        ordered: told(line.quantity),
        bar_text: figures
            .iter()
            .map(|(name, told)| format!("{name} {told}"))
            .collect::<Vec<_>>()
            .join(", "),
        bar: [
            part(line.shipped),
            part(line.reserved),
            part(line.backordered),
            part(line.cancelled),
        ],
        figures,
        promise,
        stage: at(line.stage)
            .filter(|_| waits)
            .map(|stage| format!("{}: {}", texts.stage, stage_name(stage, language)))
            .unwrap_or_default(),
        next_stage,
        shippable: if may_leave > Quantity::ZERO {
            told(may_leave)
        } else {
            String::new()
        },
        // What a supplier sends is named by hand: the rest is sent as it is set aside.
        most: if line.kind == LineKind::Dropship {
            String::new()
        } else {
            may_leave.in_unit(line.unit_factor)
        },
    }
}

fn parcel_view(pages: &Pages, order: &Order, parcel: &Parcel, language: Language) -> ParcelView {
    let texts = Texts::of(language);
    let what = parcel
        .lines
        .iter()
        .filter_map(|(line_no, quantity)| {
            let line = order.lines.iter().find(|line| line.line_no == *line_no)?;
            let told = amount(*quantity, &line.unit, line.unit_factor, language);
            Some(format!("{} {told}", line.name))
        })
        .collect::<Vec<_>>()
        .join(", ");
    let (state, at) = match parcel.state {
        ParcelState::Planned => (texts.planned, Some(parcel.created_at)),
        ParcelState::Shipped => (texts.shipped, parcel.shipped_at),
        ParcelState::Delivered => (texts.delivered, parcel.delivered_at),
        ParcelState::Returned => (texts.returned, parcel.shipped_at),
    };
    ParcelView {
        id: parcel.id.clone(),
        number: parcel.parcel_no,
        state,
        when: at.map(|at| moment(pages, at, language)).unwrap_or_default(),
        what,
        carrier: parcel.carrier.clone(),
        with_shipment: parcel.shipment_id.clone(),
        under_way: parcel.state == ParcelState::Shipped && parcel.shipment_id.is_none(),
    }
}

async fn take(pages: &Pages, language: Language, id: &str, action: Result<Action>) -> Response {
    let back = format!("/pesanan/{id}");
    take_from(pages, language, id, action, back).await
}

/// Takes a step and goes back to the page that it was taken on.
async fn take_from(
    pages: &Pages,
    language: Language,
    id: &str,
    action: Result<Action>,
    back: String,
) -> Response {
    let step = match action {
        Ok(action) => pages.hub.order_step(&pages.actor(), id, action).await,
        Err(error) => Err(error),
    };
    match step {
        Ok(Step::Done(_) | Step::Repeated(_)) => Redirect::to(&back).into_response(),
        Ok(Step::Refused { why, .. }) => pages.message(language, Error::Conflict(why), &back),
        Err(error) => pages.message(language, error, &back),
    }
}

pub(super) async fn confirm(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    take(&pages, language, &id, Ok(Action::Confirm)).await
}

pub(super) async fn ready(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    take(&pages, language, &id, Ok(Action::Ready)).await
}

pub(super) async fn stage(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let action = || -> Result<Action> {
        let stage = field(&fields, "tahap")
            .parse()
            .map_err(|_| Error::invalid("tahap", "?"))?;
        Ok(Action::Stage {
            sku: sku(field(&fields, "barang"))?,
            stage,
        })
    };
    let back = match field(&fields, "dari") {
        "produksi" => super::making::PATH.to_owned(),
        _ => format!("/pesanan/{id}"),
    };
    take_from(&pages, language, &id, action(), back).await
}

pub(super) async fn ship(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let action = async {
        let parcel = field(&fields, "kiriman")
            .parse()
            .map_err(|_| Error::invalid("kiriman", "muat ulang halaman ini"))?;
        let named: Vec<&(String, String)> = fields
            .iter()
            .filter(|(name, _)| name.starts_with("jumlah."))
            .collect();
        let lines = if named.is_empty() {
            None
        } else {
            let order = pages.hub.order(&id).await?.order;
            Some(amounts(&order, &named)?)
        };
        Ok(Action::Ship {
            parcel,
            lines,
            carrier: field(&fields, "pengantar").to_owned(),
        })
    };
    let action = action.await;
    take(&pages, language, &id, action).await
}

fn amounts(order: &Order, named: &[&(String, String)]) -> Result<Vec<Amount>> {
    let mut amounts = Vec::new();
    for (name, typed) in named {
        let typed = typed.trim();
        if matches!(typed, "" | "0") {
            continue;
        }
        let code = sku(name.strip_prefix("jumlah.").unwrap_or_default())?;
        let line = order.lines.iter().find(|line| line.sku == code);
        let factor = line.map_or(1, |line| line.unit_factor);
        let quantity = typed_quantity(typed, factor)
            .ok_or_else(|| Error::invalid(code.to_string(), format!("{typed:?}: bukan jumlah")))?;
        amounts.push(Amount {
            sku: code,
            quantity,
        });
    }
    Ok(amounts)
}

fn sku(text: &str) -> Result<Sku> {
    Sku::parse(text).map_err(|error| Error::invalid("barang", error.to_string()))
}

pub(super) async fn deliver(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let parcel = Some(field(&fields, "kiriman").to_owned()).filter(|text| !text.is_empty());
    take(&pages, language, &id, Ok(Action::Deliver { parcel })).await
}

pub(super) async fn give_back(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let parcel = field(&fields, "kiriman").to_owned();
    take(&pages, language, &id, Ok(Action::Return { parcel })).await
}

pub(super) async fn cancel(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let action = Action::Cancel {
        reason: field(&fields, "alasan").to_owned(),
        lines: None,
    };
    take(&pages, language, &id, Ok(action)).await
}
