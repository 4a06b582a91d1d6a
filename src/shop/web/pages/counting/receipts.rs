//! Barang masuk: what is coming, what is being taken in, and what was.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::deliveries;
use super::super::people::actor;
use super::super::stockroom::{Fields, field, frame, sees_costs, spoken, when};
use super::super::texts::Texts;
use super::super::visitor::Visitor;
use super::super::{Pages, money};
use super::bring_in;
use super::texts::PurchaseTexts;
use crate::error::Result;
use crate::model::Money;
use crate::shop::deliveries::DeliveryQuery;
use crate::shop::store::purchases::PurchaseRow;
use crate::web::Language;
use crate::web::layout::{Frame, date, page};

#[derive(Template)]
#[template(path = "shop/web/templates/purchases.html")]
struct List {
    frame: Frame,
    words: &'static PurchaseTexts,
    texts: &'static Texts,
    deliveries: Vec<deliveries::Summary>,
    drafts: Vec<Entry>,
    history: Vec<Entry>,
    older: Option<String>,
}

/// A receipt or an unfinished list, in a list of them.
struct Entry {
    id: String,
    what: String,
    left: bool,
    when: String,
    by: String,
    total: String,
}

#[derive(Deserialize)]
pub(super) struct Page {
    sebelum: Option<String>,
    /// What was bought by the shopping list.
    barang: Option<String>,
}

pub(super) async fn list(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(query): Query<Page>,
) -> Response {
    if let Some(bought) = query.barang.filter(|text| !text.trim().is_empty()) {
        return bring_in::ask(&pages, &visitor, bought).await;
    }
    match list_view(&pages, &visitor, query.sebelum).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/"),
    }
}

async fn list_view(pages: &Pages, visitor: &Visitor, before: Option<String>) -> Result<List> {
    let language = visitor.language;
    let (texts, words) = (Texts::of(language), PurchaseTexts::of(language));
    let all = pages.shop.deliveries(DeliveryQuery::default()).await?;
    let open = all.iter().filter(|delivery| deliveries::is_open(delivery));
    let history = pages.shop.purchases(before).await?;
    let named = |name: &str| match name {
        "" => words.nobody.to_owned(),
        name => name.to_owned(),
    };
    let drafts = pages.shop.purchase_drafts().await?;
    Ok(List {
        frame: frame(
            pages,
            visitor,
            texts.receive,
            "/barang-masuk",
            "/barang-masuk",
        ),
        deliveries: open
            .map(|delivery| deliveries::summary(delivery, language))
            .collect(),
        drafts: drafts
            .iter()
            .map(|draft| Entry {
                id: draft.id.clone(),
                what: match draft.content.lines.len() {
                    0 => format!("{}, {}", named(&draft.content.supplier), words.empty_list),
                    lines => format!(
                        "{}, {lines} {}",
                        named(&draft.content.supplier),
                        words.kinds
                    ),
                },
                left: draft.content.consignor.is_some(),
                when: when(pages, &draft.changed_at, language),
                by: actor(&draft.opened_by, language),
                total: String::new(),
            })
            .collect(),
        older: (history.len() == 50)
            .then(|| history.last().map(|row| row.id.clone()))
            .flatten(),
        history: history
            .iter()
            .map(|row| Entry {
                id: row.id.clone(),
                what: named(&row.supplier),
                left: row.kind == "left",
                when: when(pages, &row.at, language),
                by: actor(&row.by, language),
                total: priced(row, visitor),
            })
            .collect(),
        texts,
        words,
    })
}

/// What a receipt comes to, for whoever may see it.
fn priced(row: &PurchaseRow, visitor: &Visitor) -> String {
    if sees_costs(visitor) && row.total > Money::ZERO {
        money(row.total, visitor.language)
    } else {
        String::new()
    }
}

pub(super) async fn open(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Response {
    let by = &visitor.person.name;
    let opened = match field(&fields, "barang") {
        "" => pages.shop.open_purchase(by, None).await,
        bought => {
            let id = field(&fields, "id");
            pages.shop.open_purchase_of(id, bought, by).await
        }
    };
    match opened {
        Ok(id) => Redirect::to(&format!("/barang-masuk/daftar/{id}")).into_response(),
        Err(error) => pages.message(&visitor, error, "/barang-masuk"),
    }
}

#[derive(Template)]
#[template(path = "shop/web/templates/purchase_receipt.html")]
struct Receipt {
    frame: Frame,
    words: &'static PurchaseTexts,
    texts: &'static Texts,
    supplier: String,
    again: bool,
    left: bool,
    when: String,
    by: String,
    note: String,
    paid: &'static str,
    total: String,
    lines: Vec<ReceiptLine>,
}

struct ReceiptLine {
    sku: String,
    name: String,
    quantity: String,
    expires: String,
    total: String,
    cost: String,
}

#[derive(Deserialize)]
pub(super) struct Told {
    /// It was sent once more, and had come in before.
    #[serde(default)]
    tadi: String,
}

pub(super) async fn receipt(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(told): Query<Told>,
) -> Response {
    match receipt_view(&pages, &visitor, &id, !told.tadi.is_empty()).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/barang-masuk"),
    }
}

async fn receipt_view(pages: &Pages, visitor: &Visitor, id: &str, again: bool) -> Result<Receipt> {
    let language = visitor.language;
    let (texts, words) = (Texts::of(language), PurchaseTexts::of(language));
    let purchase = pages.shop.purchase(id).await?;
    let priced = sees_costs(visitor);
    let path = format!("/barang-masuk/{id}");
    let lines = purchase.lines.iter().map(|line| ReceiptLine {
        sku: line.sku.to_string(),
        name: line.name.clone(),
        quantity: spoken(line.quantity, &(line.unit.clone(), line.factor), language),
        expires: line
            .expires
            .map(|day| date(day, language))
            .unwrap_or_default(),
        total: line
            .total
            .filter(|_| priced)
            .map(|total| money(total, language))
            .unwrap_or_default(),
        cost: if priced && line.cost.0 != line.cost.1 {
            format!(
                "{} {} → {}",
                words.cost,
                money(line.cost.0, language),
                money(line.cost.1, language)
            )
        } else {
            String::new()
        },
    });
    let lines = lines.collect();
    let head = purchase.head;
    Ok(Receipt {
        again,
        frame: frame(pages, visitor, texts.receive, "/barang-masuk", &path),
        left: head.kind == "left",
        when: when(pages, &head.at, language),
        paid: match head.paid_how.as_str() {
            _ if !priced || head.kind != "bought" => "",
            "drawer" => words.drawer,
            "unpaid" => words.unpaid,
            _ => words.other,
        },
        total: priced_total(head.total, priced, language),
        supplier: head.supplier,
        by: actor(&head.by, language),
        note: head.note,
        lines,
        texts,
        words,
    })
}

fn priced_total(total: Money, priced: bool, language: Language) -> String {
    if priced && total > Money::ZERO {
        money(total, language)
    } else {
        String::new()
    }
}
