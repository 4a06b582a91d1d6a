//! What changes the warehouse from its pages, and what came of it.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::super::Pages;
use super::texts::SupplyTexts;
use super::{Fields, day, field, form_id, frame, quantity, told, under};
use crate::error::{Error, Result};
use crate::hub::store::stock_documents::{Document, DocumentKind};
use crate::hub::warehouse::{
    AdjustmentRequest, CountLine, CountRequest, Counted, ReceiptLine, ReceiptRequest, Recorded,
    Undone,
};
use crate::model::{AdjustmentReason, Quantity, Sku};
use crate::web::layout::{Frame, date, moment, page};
use crate::web::{Language, encoded};

fn product_path(code: &str) -> String {
    format!("/gudang/{}", encoded(code))
}

fn sku_of(code: &str) -> Result<Sku> {
    Sku::parse(code).map_err(|_| Error::NotFound(code.to_owned()))
}

async fn factor(pages: &Pages, sku: &Sku) -> Result<i64> {
    Ok(pages.hub.stock_of(sku, None, 1).await?.row.unit.1)
}

/// To the document where there is something to see in it, else back to the product.
fn recorded(pages: &Pages, language: Language, done: Result<Recorded>, back: &str) -> Response {
    match done {
        Ok(recorded) => match recorded.document() {
            Document {
                kind: DocumentKind::Count,
                id,
                ..
            } => Redirect::to(&format!("/gudang/dokumen/{id}")).into_response(),
            _ => Redirect::to(back).into_response(),
        },
        Err(error) => pages.message(language, error, back),
    }
}

pub(super) async fn receive(
    State(pages): State<Pages>,
    language: Language,
    Path(code): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let done = async {
        let sku = sku_of(&code)?;
        let factor = factor(&pages, &sku).await?;
        let line = ReceiptLine {
            quantity: quantity(field(&fields, "quantity"), factor, "quantity", language)?,
            lot: field(&fields, "lot").to_owned(),
            expires: day(field(&fields, "expires"), "expires", language)?,
            sku,
        };
        let request = ReceiptRequest {
            id: form_id(&fields),
            note: field(&fields, "note").to_owned(),
            lines: vec![line],
        };
        pages.hub.receive_stock(&pages.actor(), request).await
    };
    recorded(&pages, language, done.await, &product_path(&code))
}

pub(super) async fn count_one(
    State(pages): State<Pages>,
    language: Language,
    Path(code): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let done = async {
        let sku = sku_of(&code)?;
        let factor = factor(&pages, &sku).await?;
        let counted = quantity(field(&fields, "counted"), factor, "counted", language)?;
        let request = CountRequest {
            id: form_id(&fields),
            note: field(&fields, "note").to_owned(),
            lines: vec![CountLine {
                sku,
                at_seq: field(&fields, "at_seq").parse().ok(),
                counted: Counted::Whole(counted),
            }],
        };
        pages.hub.count_stock(&pages.actor(), request).await
    };
    recorded(&pages, language, done.await, &product_path(&code))
}

pub(super) async fn adjust(
    State(pages): State<Pages>,
    language: Language,
    Path(code): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let done = async {
        let sku = sku_of(&code)?;
        let factor = factor(&pages, &sku).await?;
        let reason = match field(&fields, "reason") {
            "waste" => AdjustmentReason::Waste,
            "expired" => AdjustmentReason::Expired,
            "own_use" => AdjustmentReason::OwnUse,
            "return" => AdjustmentReason::Return,
            "correction" => AdjustmentReason::Correction,
            _ => return Err(Error::invalid("reason", SupplyTexts::of(language).why)),
        };
        let request = AdjustmentRequest {
            id: form_id(&fields),
            quantity: quantity(field(&fields, "quantity"), factor, "quantity", language)?,
            reason,
            lot: None,
            beyond_book: !field(&fields, "beyond").is_empty(),
            note: field(&fields, "note").to_owned(),
            sku,
        };
        pages.hub.adjust_stock(&pages.actor(), request).await
    };
    recorded(&pages, language, done.await, &product_path(&code))
}

#[derive(Template)]
#[template(path = "hub/web/templates/supply/count.html")]
struct CountView {
    frame: Frame,
    texts: &'static SupplyTexts,
    id: String,
    rows: Vec<CountRow>,
}

struct CountRow {
    sku: String,
    name: String,
    unit: String,
    seq: i64,
}

/// The shelf list. The book's figures are not on it: whoever counts is to look at the shelf.
pub(super) async fn ask_count(State(pages): State<Pages>, language: Language) -> Response {
    let texts = SupplyTexts::of(language);
    let listed = match pages.hub.stock_positions().await {
        Ok(listed) => listed,
        Err(error) => return pages.message(language, error, "/gudang"),
    };
    let rows = listed.into_iter().map(|(row, seq)| CountRow {
        sku: row.sku.to_string(),
        name: row.name,
        unit: row.unit.0,
        seq,
    });
    page(&CountView {
        frame: frame(&pages, language, texts.count, "/gudang", "/gudang/opname"),
        texts,
        id: Uuid::now_v7().to_string(),
        rows: rows.collect(),
    })
}

pub(super) async fn count(
    State(pages): State<Pages>,
    language: Language,
    Form(fields): Form<Fields>,
) -> Response {
    let done = async {
        let units: std::collections::BTreeMap<String, i64> = pages
            .hub
            .stock()
            .await?
            .rows
            .into_iter()
            .map(|row| (row.sku.to_string(), row.unit.1))
            .collect();
        let mut lines = Vec::new();
        for (code, text) in under(&fields, "jumlah") {
            if text.is_empty() {
                continue;
            }
            let factor = units.get(code).copied().unwrap_or(1);
            lines.push(CountLine {
                sku: sku_of(code)?,
                at_seq: field(&fields, &format!("posisi.{code}")).parse().ok(),
                counted: Counted::Whole(quantity(text, factor, code, language)?),
            });
        }
        let request = CountRequest {
            id: form_id(&fields),
            note: field(&fields, "note").to_owned(),
            lines,
        };
        pages.hub.count_stock(&pages.actor(), request).await
    };
    recorded(&pages, language, done.await, "/gudang/opname")
}

#[derive(Template)]
#[template(path = "hub/web/templates/supply/document.html")]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a part that the page has or has not"
)]
struct DocumentView {
    frame: Frame,
    texts: &'static SupplyTexts,
    id: String,
    when: String,
    actor: String,
    note: String,
    why: &'static str,
    undone: bool,
    can_undo: bool,
    is_count: bool,
    agrees: bool,
    lines: Vec<DocumentLine>,
}

struct DocumentLine {
    sku: String,
    name: String,
    lot: String,
    counted: String,
    change: String,
    left: bool,
    differs: bool,
}

pub(super) async fn document(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    match document_view(&pages, language, &id).await {
        Ok(Some(view)) => page(&view),
        Ok(None) => match pages.hub.order_of_supplier_receipt(&id).await {
            Ok(order) => Redirect::to(&format!("/belanja/{order}")).into_response(),
            Err(error) => pages.message(language, error, "/gudang"),
        },
        Err(error) => pages.message(language, error, "/gudang"),
    }
}

/// A document; nothing where the moves belong to a delivery of an order, which is on the order's page.
async fn document_view(
    pages: &Pages,
    language: Language,
    id: &str,
) -> Result<Option<DocumentView>> {
    let texts = SupplyTexts::of(language);
    let found = match pages.hub.stock_document(id).await {
        Ok(document) => document,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let rows = pages.hub.stock().await?.rows;
    let units: std::collections::BTreeMap<_, _> = rows
        .into_iter()
        .map(|row| (row.sku, (row.name, row.unit)))
        .collect();
    let lines = found.detail.lines.iter().map(|line| {
        let known = units.get(&line.sku).cloned();
        let (name, unit) = known.unwrap_or_else(|| (line.sku.to_string(), (String::new(), 1)));
        let sign = if line.quantity > Quantity::ZERO {
            "+"
        } else {
            ""
        };
        let mut lot = line.lot.clone();
        if let Some(expires) = line.expires {
            lot = format!("{lot} {}", date(expires, language));
        }
        DocumentLine {
            sku: line.sku.to_string(),
            name,
            lot: lot.trim().to_owned(),
            counted: line
                .counted
                .map(|counted| told(counted, &unit, language))
                .unwrap_or_default(),
            change: format!("{sign}{}", told(line.quantity, &unit, language)),
            left: line.quantity < Quantity::ZERO,
            differs: line.quantity != Quantity::ZERO,
        }
    });
    let lines: Vec<DocumentLine> = lines.collect();
    let zone = pages.hub.identity().timezone;
    let title = match found.kind {
        DocumentKind::Receipt => texts.receive,
        DocumentKind::Count => texts.saved_count,
        DocumentKind::Adjustment => texts.adjust,
    };
    let path = format!("/gudang/dokumen/{id}");
    Ok(Some(DocumentView {
        frame: frame(pages, language, title, "/gudang", &path),
        texts,
        id: found.id,
        when: moment(found.at.with_timezone(&zone).naive_local(), language),
        actor: found.actor,
        note: found.note,
        why: found
            .detail
            .reason
            .map_or("", |reason| texts.adjustment(reason)),
        can_undo: found.undone.is_none() && found.kind != DocumentKind::Count,
        undone: found.undone.is_some(),
        is_count: found.kind == DocumentKind::Count,
        agrees: lines.iter().all(|line| !line.differs),
        lines,
    }))
}

pub(super) async fn undo(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let back = format!("/gudang/dokumen/{id}");
    match pages.hub.undo_stock_document(&pages.actor(), &id).await {
        Ok(Undone::Done(_) | Undone::Repeated(_)) => Redirect::to(&back).into_response(),
        Ok(Undone::Refused { why, .. }) => pages.message(language, Error::Conflict(why), &back),
        Err(error) => pages.message(language, error, &back),
    }
}
