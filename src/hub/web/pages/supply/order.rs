//! One order to a supplier: its lines, its next step, what came of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use uuid::Uuid;

use super::super::Pages;
use super::texts::SupplyTexts;
use super::{frame, rupiah, told};
use crate::error::Result;
use crate::hub::store::supplier_orders::{SupplierOrder, SupplierOrderState};
use crate::hub::store::supplier_receipts::SupplierReceipt;
use crate::model::Quantity;
use crate::web::layout::{Frame, date, figure, moment, page};
use crate::web::{Language, encoded};

#[derive(Template)]
#[template(path = "hub/web/templates/supply/order.html")]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a button that the page has or has not"
)]
struct OrderView {
    frame: Frame,
    texts: &'static SupplyTexts,
    id: String,
    supplier: String,
    state: &'static str,
    class: &'static str,
    version: i64,
    total: String,
    expected: String,
    promised: String,
    promise_note: String,
    note: String,
    end_reason: String,
    late: bool,
    lines: Vec<Line>,
    addable: Vec<(String, String)>,
    receipts: Vec<Receipt>,
    receipt_id: String,
    can_edit: bool,
    can_confirm: bool,
    can_send: bool,
    can_receive: bool,
    can_cancel: bool,
    can_close: bool,
    can_reopen: bool,
    has_number: bool,
    mailto: String,
}

struct Line {
    sku: String,
    name: String,
    unit: String,
    pack: String,
    /// As it is typed.
    quantity: String,
    price: String,
    amount: String,
    value: String,
    promised: String,
    came: String,
    damaged: String,
    open: String,
    over: bool,
}

struct Receipt {
    id: String,
    when: String,
    actor: String,
    note: String,
    undone: bool,
    lines: Vec<(String, String, String)>,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    match view(&pages, language, &id).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/belanja"),
    }
}

async fn view(pages: &Pages, language: Language, id: &str) -> Result<OrderView> {
    let texts = SupplyTexts::of(language);
    let (order, receipts) = pages.hub.supplier_order(id).await?;
    let supplier = pages.hub.supplier(&order.supplier).await;
    let (state, class) = texts.state(order.state);
    let can_edit = matches!(
        order.state,
        SupplierOrderState::Recommended | SupplierOrderState::Confirmed
    );
    let addable = match &supplier {
        Ok(found) if can_edit => found
            .offers
            .iter()
            .filter(|(offer, _)| order.lines.iter().all(|line| line.sku != offer.sku))
            .map(|(offer, name)| (offer.sku.to_string(), name.clone()))
            .collect(),
        _ => Vec::new(),
    };
    let email = supplier
        .ok()
        .and_then(|found| found.overview.supplier.email)
        .unwrap_or_default();
    let title = order
        .number
        .clone()
        .unwrap_or_else(|| format!("{} · {}", texts.recommended, order.supplier));
    let path = format!("/belanja/{id}");
    Ok(OrderView {
        frame: frame(pages, language, &title, "/belanja", &path),
        texts,
        state,
        class,
        version: order.version,
        total: rupiah(order.value(), language),
        expected: date(order.expected_on, language),
        promised: order
            .promised_on
            .map(|on| date(on, language))
            .unwrap_or_default(),
        promise_note: order.promise_note.clone().unwrap_or_default(),
        note: order.note.clone(),
        end_reason: order.end_reason.clone().unwrap_or_default(),
        late: order.state.is_open() && order.due_on() < pages.hub.today(),
        lines: lines(&order, language),
        addable,
        receipts: receipts
            .iter()
            .map(|receipt| came(pages, &order, receipt, language))
            .collect(),
        receipt_id: Uuid::now_v7().to_string(),
        can_edit,
        can_confirm: order.state == SupplierOrderState::Recommended,
        can_send: order.state == SupplierOrderState::Confirmed,
        can_receive: order.state.is_open(),
        can_cancel: matches!(
            order.state,
            SupplierOrderState::Recommended
                | SupplierOrderState::Confirmed
                | SupplierOrderState::Sent
        ),
        can_close: order.state == SupplierOrderState::PartReceived,
        can_reopen: order.state == SupplierOrderState::ClosedShort,
        has_number: order.number.is_some(),
        mailto: mailto(pages, &order, &email, language),
        supplier: order.supplier,
        id: order.id,
    })
}

fn lines(order: &SupplierOrder, language: Language) -> Vec<Line> {
    let some = |quantity: Quantity, unit: &(String, i64)| {
        if quantity > Quantity::ZERO {
            told(quantity, unit, language)
        } else {
            String::new()
        }
    };
    order
        .lines
        .iter()
        .map(|line| {
            let unit = &line.unit;
            let pack = if line.pack.0 == unit.0 {
                String::new()
            } else {
                format!("{} = {}", line.pack.0, told(line.pack.1, unit, language))
            };
            Line {
                sku: line.sku.to_string(),
                name: line.name.clone(),
                unit: unit.0.clone(),
                pack,
                quantity: figure(&line.quantity.in_unit(unit.1), language),
                price: figure(&line.price.0.to_string(), language),
                amount: told(line.quantity, unit, language),
                value: rupiah(line.value(), language),
                promised: line
                    .promised
                    .map(|promised| told(promised, unit, language))
                    .unwrap_or_default(),
                came: some(line.received, unit),
                damaged: some(line.damaged, unit),
                open: some(line.open(), unit),
                over: line.received > line.quantity,
            }
        })
        .collect()
}

fn came(
    pages: &Pages,
    order: &SupplierOrder,
    receipt: &SupplierReceipt,
    language: Language,
) -> Receipt {
    let texts = SupplyTexts::of(language);
    let zone = pages.hub.identity().timezone;
    let lines = receipt.lines.iter().map(|came| {
        let known = order.lines.iter().find(|line| line.sku == came.sku);
        let (name, unit) = known.map_or_else(
            || (came.sku.to_string(), (String::new(), 1)),
            |line| (line.name.clone(), line.unit.clone()),
        );
        let mut quantity = told(came.quantity, &unit, language);
        if came.damaged > Quantity::ZERO {
            let damaged = told(came.damaged, &unit, language);
            quantity = format!("{quantity}, {} {damaged}", texts.damaged);
        }
        let expires = came.expires.map(|day| date(day, language));
        let lot = format!("{} {}", came.lot, expires.unwrap_or_default());
        (name, quantity, lot.trim().to_owned())
    });
    Receipt {
        id: receipt.id.clone(),
        when: moment(receipt.at.with_timezone(&zone).naive_local(), language),
        actor: receipt.actor.clone(),
        note: receipt.note.clone(),
        undone: receipt.undone.is_some(),
        lines: lines.collect(),
    }
}

/// A letter to the supplier, to be opened in the person's own mail program.
fn mailto(pages: &Pages, order: &SupplierOrder, email: &str, language: Language) -> String {
    let texts = SupplyTexts::of(language);
    let number = order.number.as_deref().unwrap_or_default();
    let owner = &pages.hub.identity().name;
    let subject = format!("{} {number} · {owner}", texts.purchase_order);
    let body = super::paper::letter(pages, order, language);
    // RFC 6068: lines of a body end with CR LF.
    let body = body.replace('\n', "\r\n");
    let address = encoded(email).replace("%40", "@");
    format!(
        "mailto:{address}?subject={}&body={}",
        encoded(&subject),
        encoded(&body)
    )
}
