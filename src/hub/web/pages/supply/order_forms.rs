//! The steps of an order to a supplier, as its page's forms ask for them.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::Pages;
use super::{Fields, day, field, form_id, money, quantity, under};
use crate::error::{Error, Result};
use crate::hub::store::supplier_orders::SupplierOrder;
use crate::hub::supplier_orders::{
    Delivered, Delivery, NewSupplierOrder, OrderLineRequest, OrderMade, OrderStep,
};
use crate::model::{Quantity, Sku};
use crate::web::Language;

/// Where a step leads: to the order, or to what is wrong.
pub(super) fn taken(
    pages: &Pages,
    language: Language,
    id: &str,
    step: Result<OrderStep>,
) -> Response {
    let back = format!("/belanja/{id}");
    match step {
        Ok(OrderStep::Done(_) | OrderStep::Repeated(_)) => Redirect::to(&back).into_response(),
        Ok(OrderStep::Refused { why, .. }) => pages.message(language, Error::Conflict(why), &back),
        Err(error) => pages.message(language, error, &back),
    }
}

fn sku_of(code: &str) -> Result<Sku> {
    Sku::parse(code).map_err(|_| Error::NotFound(code.to_owned()))
}

/// Makes an order: as the plan recommends, or (`dasar.SKU`, base units) of these lines.
pub(super) async fn create(
    State(pages): State<Pages>,
    language: Language,
    Form(fields): Form<Fields>,
) -> Response {
    let made = async {
        let mut lines = Vec::new();
        for (code, text) in under(&fields, "dasar") {
            lines.push(OrderLineRequest {
                sku: sku_of(code)?,
                quantity: Some(quantity(text, 1, code, language)?),
                price: None,
            });
        }
        let units = units(&pages, field(&fields, "supplier")).await?;
        for (code, text) in under(&fields, "jumlah").filter(|(_, text)| !text.is_empty()) {
            let factor = units.get(code).copied().unwrap_or(1);
            lines.push(OrderLineRequest {
                sku: sku_of(code)?,
                quantity: Some(quantity(text, factor, code, language)?),
                price: None,
            });
        }
        let by_hand = !field(&fields, "sendiri").is_empty();
        let new = NewSupplierOrder {
            id: form_id(&fields),
            supplier: field(&fields, "supplier").to_owned(),
            date: None,
            note: String::new(),
            lines: (by_hand || !lines.is_empty()).then_some(lines),
        };
        pages.hub.create_supplier_order(&pages.actor(), new).await
    };
    match made.await {
        Ok(OrderMade::Created(order) | OrderMade::Repeated(order)) => {
            Redirect::to(&format!("/belanja/{}", order.id)).into_response()
        }
        Err(error) => pages.message(language, error, "/belanja"),
    }
}

/// Base units in the unit of each product.
async fn units(pages: &Pages, supplier: &str) -> Result<std::collections::BTreeMap<String, i64>> {
    if supplier.is_empty() {
        return Ok(std::collections::BTreeMap::new());
    }
    let rows = pages.hub.stock().await?.rows;
    Ok(rows
        .into_iter()
        .map(|row| (row.sku.to_string(), row.unit.1))
        .collect())
}

fn factor(order: &SupplierOrder, code: &str) -> i64 {
    let line = order.lines.iter().find(|line| line.sku.as_str() == code);
    line.map_or(1, |line| line.unit.1)
}

/// Saves changes to the lines, and with them decides on the order where that was the button.
pub(super) async fn edit(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let done = async {
        let (order, _) = pages.hub.supplier_order(&id).await?;
        let mut edits = Vec::new();
        for (code, text) in under(&fields, "jumlah") {
            let factor = factor(&order, code);
            edits.push(OrderLineRequest {
                sku: sku_of(code)?,
                quantity: match text {
                    "" => Some(Quantity::ZERO),
                    text => Some(quantity(text, factor, code, language)?),
                },
                price: money(field(&fields, &format!("harga.{code}")), code, language)?,
            });
        }
        let (added, amount) = (field(&fields, "tambah"), field(&fields, "tambah_jumlah"));
        if !added.is_empty() && !amount.is_empty() {
            let sku = sku_of(added)?;
            let factor = pages.hub.stock_of(&sku, None, 1).await?.row.unit.1;
            edits.push(OrderLineRequest {
                quantity: Some(quantity(amount, factor, added, language)?),
                price: None,
                sku,
            });
        }
        let version = field(&fields, "version").parse().ok();
        let note = Some(field(&fields, "note").to_owned());
        let actor = pages.actor();
        let saved = pages
            .hub
            .edit_supplier_order(&actor, &id, version, edits, note)
            .await?;
        if field(&fields, "langkah") != "setujui" {
            return Ok(saved);
        }
        match saved {
            OrderStep::Refused { .. } => Ok(saved),
            _ => {
                pages
                    .hub
                    .confirm_supplier_order(&actor, &id, None, Vec::new())
                    .await
            }
        }
    };
    let done = done.await;
    taken(&pages, language, &id, done)
}

pub(super) async fn send(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let done = pages.hub.send_supplier_order(&pages.actor(), &id).await;
    taken(&pages, language, &id, done)
}

pub(super) async fn receive(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let done = async {
        let (order, _) = pages.hub.supplier_order(&id).await?;
        let mut lines = Vec::new();
        for line in &order.lines {
            let code = line.sku.as_str();
            let of = |name: &str| field(&fields, &format!("{name}.{code}"));
            let amount = |text: &str, name: &str| match text {
                "" => Ok(Quantity::ZERO),
                text => quantity(text, line.unit.1, name, language),
            };
            let (came, damaged) = (of("datang"), of("rusak"));
            if came.is_empty() && damaged.is_empty() {
                continue;
            }
            lines.push(Delivered {
                sku: line.sku.clone(),
                quantity: amount(came, &line.name)?,
                damaged: amount(damaged, &line.name)?,
                lot: of("lot").to_owned(),
                expires: day(of("tanggal"), &line.name, language)?,
            });
        }
        let delivery = Delivery {
            id: form_id(&fields),
            note: field(&fields, "note").to_owned(),
            lines,
        };
        pages
            .hub
            .receive_supplier_order(&pages.actor(), &id, delivery)
            .await
    };
    let done = done.await;
    taken(&pages, language, &id, done)
}

pub(super) async fn take_back(
    State(pages): State<Pages>,
    language: Language,
    Path((id, receipt)): Path<(String, String)>,
) -> Response {
    let done = pages
        .hub
        .take_back_supplier_receipt(&pages.actor(), &id, &receipt)
        .await;
    taken(&pages, language, &id, done)
}

pub(super) async fn cancel(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let reason = field(&fields, "reason");
    let done = pages
        .hub
        .cancel_supplier_order(&pages.actor(), &id, reason)
        .await;
    taken(&pages, language, &id, done)
}

pub(super) async fn close(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let reason = field(&fields, "reason");
    let done = pages
        .hub
        .close_supplier_order(&pages.actor(), &id, reason)
        .await;
    taken(&pages, language, &id, done)
}

pub(super) async fn reopen(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let done = pages.hub.reopen_supplier_order(&pages.actor(), &id).await;
    taken(&pages, language, &id, done)
}
