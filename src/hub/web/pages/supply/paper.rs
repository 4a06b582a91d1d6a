//! An order as the supplier gets it: on paper, as a letter, as a table.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::super::Pages;
use super::texts::SupplyTexts;
use super::{frame, rupiah, told};
use crate::hub::store::supplier_orders::{SupplierOrder, SupplierOrderLine};
use crate::model::Quantity;
use crate::web::Language;
use crate::web::layout::{Frame, date, figure, page};

#[derive(Template)]
#[template(path = "hub/web/templates/supply/paper.html")]
struct Paper {
    frame: Frame,
    texts: &'static SupplyTexts,
    supplier: String,
    on: String,
    expected: String,
    note: String,
    owner: String,
    lines: Vec<PaperLine>,
    total: String,
}

struct PaperLine {
    name: String,
    code: String,
    amount: String,
    price: String,
    value: String,
}

/// The quantity as the supplier packs it.
fn packed(line: &SupplierOrderLine, language: Language) -> String {
    let size = line.pack.1.0.max(1);
    let units = told(line.quantity, &line.unit, language);
    if line.pack.0 == line.unit.0 || line.quantity.0 % size != 0 {
        return units;
    }
    let packs = figure(&(line.quantity.0 / size).to_string(), language);
    format!("{packs} {} ({units})", line.pack.0)
}

fn ordered(order: &SupplierOrder) -> impl Iterator<Item = &SupplierOrderLine> {
    order
        .lines
        .iter()
        .filter(|line| line.quantity > Quantity::ZERO)
}

pub(super) async fn print(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let texts = SupplyTexts::of(language);
    let order = match pages.hub.supplier_order(&id).await {
        Ok((order, _)) => order,
        Err(error) => return pages.message(language, error, "/belanja"),
    };
    let number = order.number.as_deref().unwrap_or(texts.recommended);
    let title = format!("{} {number}", texts.purchase_order);
    let path = format!("/belanja/{id}/cetak");
    let zone = pages.hub.identity().timezone;
    let on = order.confirmed_at.unwrap_or(order.created_at);
    page(&Paper {
        frame: frame(&pages, language, &title, "/belanja", &path),
        texts,
        on: date(on.with_timezone(&zone).date_naive(), language),
        expected: date(order.due_on(), language),
        owner: pages.hub.identity().name.clone(),
        lines: ordered(&order)
            .map(|line| PaperLine {
                name: line.name.clone(),
                code: line.supplier_sku.clone().unwrap_or_default(),
                amount: packed(line, language),
                price: format!("{} / {}", rupiah(line.price, language), line.unit.0),
                value: rupiah(line.value(), language),
            })
            .collect(),
        total: rupiah(order.value(), language),
        note: order.note,
        supplier: order.supplier,
    })
}

/// The order as the text of a letter.
pub(super) fn letter(pages: &Pages, order: &SupplierOrder, language: Language) -> String {
    let texts = SupplyTexts::of(language);
    let number = order.number.as_deref().unwrap_or(texts.recommended);
    let mut out = format!(
        "{} {number}\n{}: {}\n{}: {}\n\n{}\n",
        texts.purchase_order,
        texts.to_supplier,
        order.supplier,
        texts.expected_on,
        date(order.due_on(), language),
        texts.please_deliver,
    );
    for line in ordered(order) {
        let code = line
            .supplier_sku
            .as_ref()
            .map(|code| format!(" [{code}]"))
            .unwrap_or_default();
        out.push_str(&format!(
            "- {}{code}: {} = {}\n",
            line.name,
            packed(line, language),
            rupiah(line.value(), language)
        ));
    }
    let total = rupiah(order.value(), language);
    out.push_str(&format!("\n{}: {total}\n", texts.total));
    if !order.note.is_empty() {
        out.push_str(&format!("{}: {}\n", texts.note, order.note));
    }
    out.push_str(&format!(
        "\n{}\n{}\n",
        texts.thanks,
        pages.hub.identity().name
    ));
    out
}

pub(super) async fn text(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    match pages.hub.supplier_order(&id).await {
        Ok((order, _)) => {
            let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
            (kind, letter(&pages, &order, language)).into_response()
        }
        Err(error) => pages.message(language, error, "/belanja"),
    }
}

pub(super) async fn csv(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let order = match pages.hub.supplier_order(&id).await {
        Ok((order, _)) => order,
        Err(error) => return pages.message(language, error, "/belanja"),
    };
    let name = order.number.as_deref().unwrap_or("order");
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    match table(&order) {
        Ok(bytes) => (headers, bytes).into_response(),
        Err(error) => pages.message(language, error, "/belanja"),
    }
}

fn table(order: &SupplierOrder) -> crate::error::Result<Vec<u8>> {
    let fault = |error: csv::Error| {
        crate::error::Error::Internal(format!("writing an order as a table: {error}"))
    };
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record([
        "order",
        "supplier",
        "sku",
        "supplier_sku",
        "name",
        "quantity",
        "unit",
        "price",
        "value",
    ])
    .map_err(fault)?;
    for line in ordered(order) {
        out.write_record([
            order.number.as_deref().unwrap_or_default(),
            &guarded(&order.supplier),
            &guarded(line.sku.as_str()),
            &guarded(line.supplier_sku.as_deref().unwrap_or_default()),
            &guarded(&line.name),
            &line.quantity.in_unit(line.unit.1),
            &guarded(&line.unit.0),
            &line.price.0.to_string(),
            &line.value().0.to_string(),
        ])
        .map_err(fault)?;
    }
    out.into_inner()
        .map_err(|error| crate::error::Error::Internal(format!("writing a table: {error}")))
}

/// A text that a spreadsheet must not take for a formula.
fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
