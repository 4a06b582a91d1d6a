//! Barang masuk: a list of goods under way.
//!
//! The list is kept by the daemon as it is typed; every button is a form that sends all of it. Whoever may not see costs
//! has no fields for prices, and what the owner typed there stays.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::scanning::{Scans, exact};
use super::super::stockroom::{Fields, field, frame, sees_costs, wrong_fields};
use super::super::texts::Texts;
use super::super::visitor::Visitor;
use super::super::{Pages, money};
use super::margin::{last_price, margins, worth};
use super::texts::PurchaseTexts;
use crate::error::{Error, Result};
use crate::model::Money;
use crate::shop::outcome::Outcome;
use crate::shop::products::{Product, ProductQuery};
use crate::shop::stock::{PurchaseContent, PurchaseDraft, PurchaseEntry, expected_expiry};
use crate::web::layout::{Frame, page};
use crate::web::session::wants_json;
use crate::web::{Language, encoded};

#[derive(Template)]
#[template(path = "shop/web/templates/purchase.html")]
struct Draft {
    frame: Frame,
    words: &'static PurchaseTexts,
    texts: &'static Texts,
    id: String,
    version: i64,
    supplier: String,
    suppliers: Vec<String>,
    consigned: bool,
    priced: bool,
    paid_how: String,
    note: String,
    lines: Vec<Line>,
    total: String,
    query: String,
    found: Vec<(String, String)>,
    wrong: Vec<String>,
    changed: bool,
    scans: Scans,
}

impl Draft {
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.iter().any(|wrong| wrong == field)
    }
}

struct Line {
    /// Its place in the list.
    at: usize,
    entry: PurchaseEntry,
    name: String,
    units: Vec<String>,
    last: String,
    comes_to: String,
    cost: String,
    loss: bool,
    fresh: bool,
    scanned: bool,
    /// The names of its wrong fields.
    wrong: Vec<String>,
}

impl Line {
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.iter().any(|wrong| wrong == field)
    }
}

#[derive(Deserialize)]
pub(super) struct Look {
    #[serde(default)]
    cari: String,
    /// The line of a product that was chosen from a search: its quantity is typed next.
    #[serde(default)]
    baru: String,
    /// The line that a scan went to: another scan is what comes next.
    #[serde(default)]
    masuk: String,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(look): Query<Look>,
) -> Response {
    let shown = async {
        let draft = pages.shop.purchase_draft(&id).await?;
        if draft.saved {
            return Ok(Redirect::to(&format!("/barang-masuk/{id}")).into_response());
        }
        if !draft.open {
            return Ok(Redirect::to("/barang-masuk").into_response());
        }
        let view = view(&pages, &visitor, draft, look, Vec::new(), false).await?;
        Ok(page(&view))
    };
    match shown.await {
        Ok(response) => response,
        Err(error) => pages.message(&visitor, error, "/barang-masuk"),
    }
}

async fn view(
    pages: &Pages,
    visitor: &Visitor,
    draft: PurchaseDraft,
    look: Look,
    wrong: Vec<String>,
    changed: bool,
) -> Result<Draft> {
    let language = visitor.language;
    let (texts, words) = (Texts::of(language), PurchaseTexts::of(language));
    let priced = sees_costs(visitor);
    let consigned = draft.content.consignor.is_some();
    let mut found = Vec::new();
    if !look.cari.trim().is_empty() {
        found = search(pages, &look.cari).await?;
    }
    let mut lines = Vec::with_capacity(draft.content.lines.len());
    let mut total = Money::ZERO;
    let mut known: BTreeMap<String, Option<Product>> = BTreeMap::new();
    for (index, entry) in draft.content.lines.iter().enumerate() {
        if !known.contains_key(&entry.sku) {
            let product = match pages.shop.product(&entry.sku).await {
                Ok(product) => Some(product),
                Err(Error::NotFound(_)) => None,
                Err(error) => return Err(error),
            };
            known.insert(entry.sku.clone(), product);
        }
        let Some(product) = known.get(&entry.sku).cloned().flatten() else {
            continue;
        };
        let worth = worth(&draft.content.figure(entry), entry, &product);
        total += worth.map_or(Money::ZERO, |(all, _)| all);
        let (cost, loss) = match worth {
            Some((_, cost)) if priced && !consigned => {
                margins(cost, entry, &product, words, language)
            }
            _ => (String::new(), false),
        };
        let last = if priced && !consigned {
            last_price(pages, &entry.sku, &draft.content.supplier, words, language).await?
        } else {
            String::new()
        };
        lines.push(Line {
            at: index,
            name: product.name.clone(),
            units: product.units.iter().map(|unit| unit.name.clone()).collect(),
            last,
            comes_to: worth
                .filter(|_| priced)
                .map(|(all, _)| money(all, language))
                .unwrap_or_default(),
            cost,
            loss,
            fresh: look.baru == index.to_string(),
            scanned: look.masuk == index.to_string(),
            wrong: wrong
                .iter()
                .filter_map(|field| field.strip_prefix(&format!("lines[{index}].")))
                .map(str::to_owned)
                .collect(),
            entry: entry.clone(),
        });
    }
    let title = if consigned {
        words.left_goods
    } else {
        words.bought
    };
    let path = format!("/barang-masuk/daftar/{}", draft.id);
    Ok(Draft {
        frame: frame(pages, visitor, title, "/barang-masuk", &path),
        id: draft.id,
        version: draft.version,
        suppliers: pages.shop.suppliers().await?,
        supplier: draft.content.supplier,
        consigned,
        priced,
        paid_how: draft.content.paid_how,
        note: draft.content.note,
        lines,
        total: if priced && total > Money::ZERO {
            money(total, language)
        } else {
            String::new()
        },
        query: look.cari,
        found,
        wrong,
        changed,
        scans: Scans::of(visitor),
        texts,
        words,
    })
}

async fn search(pages: &Pages, text: &str) -> Result<Vec<(String, String)>> {
    let wanted = ProductQuery {
        q: Some(text.trim().to_owned()),
        limit: Some(20),
        active: Some(true),
        ..ProductQuery::default()
    };
    let found = pages.shop.find_products(wanted).await?.items;
    Ok(found
        .into_iter()
        .map(|product| (product.sku.to_string(), product.name))
        .collect())
}

/// What the form holds, over what the list held: fields that were not sent stay.
fn content(
    fields: &Fields,
    held: &PurchaseContent,
    priced: bool,
    language: Language,
) -> PurchaseContent {
    let sent = |name: String, held: &str| {
        fields
            .get(&name)
            .cloned()
            .unwrap_or_else(|| held.to_owned())
    };
    let mut content = PurchaseContent {
        supplier: if held.consignor.is_some() {
            held.supplier.clone()
        } else {
            sent("supplier".to_owned(), &held.supplier)
        },
        consignor: held.consignor.clone(),
        // Who does not see what it comes to does not say that it was paid.
        paid_how: if priced {
            sent("paid_how".to_owned(), &held.paid_how)
        } else {
            held.paid_how.clone()
        },
        scan: held.scan.clone(),
        note: sent("note".to_owned(), &held.note),
        lines: Vec::with_capacity(held.lines.len()),
        english: language == Language::English,
    };
    for (index, line) in held.lines.iter().enumerate() {
        let of = |name: &str, held: &str| sent(format!("lines.{index}.{name}"), held);
        let mut entry = PurchaseEntry {
            sku: line.sku.clone(),
            unit: of("unit", &line.unit),
            quantity: of("quantity", &line.quantity),
            expires: of("expires", &line.expires),
            ..line.clone()
        };
        if priced {
            entry.price = of("price", &line.price);
            entry.for_all = of("for", if line.for_all { "all" } else { "one" }) == "all";
            // An unticked box is not sent at all, so a hidden field says that there was one.
            if fields.contains_key(&format!("lines.{index}.asked")) {
                entry.keeps_cost = !fields.contains_key(&format!("lines.{index}.sets_cost"));
            }
        }
        content.lines.push(entry);
    }
    content
}

/// Every button of the list.
pub(super) async fn act(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let script = wants_json(&headers);
    match done(&pages, &visitor, &id, &fields, script).await {
        Ok(response) => response,
        Err(error) => pages.message(&visitor, error, &format!("/barang-masuk/daftar/{id}")),
    }
}

async fn done(
    pages: &Pages,
    visitor: &Visitor,
    id: &str,
    fields: &Fields,
    script: bool,
) -> Result<Response> {
    let here = format!("/barang-masuk/daftar/{id}");
    let draft = pages.shop.purchase_draft(id).await?;
    let action = field(fields, "action");
    if action == "drop" {
        pages.shop.drop_purchase(id).await?;
        return Ok(Redirect::to("/barang-masuk").into_response());
    }
    if draft.saved && action == "save" {
        // A page that was gone back to: she is told that it did not come in twice.
        return Ok(Redirect::to(&format!("/barang-masuk/{id}?tadi=1")).into_response());
    }
    if !draft.open {
        return Ok(Redirect::to(&format!("/barang-masuk/{id}")).into_response());
    }
    let version = field(fields, "version").parse().unwrap_or(0);
    let mut content = content(
        fields,
        &draft.content,
        sees_costs(visitor),
        visitor.language,
    );
    let mut next = here.clone();
    if let Some(index) = action
        .strip_prefix("remove.")
        .and_then(|text| text.parse::<usize>().ok())
    {
        if index < content.lines.len() {
            content.lines.remove(index);
        }
    } else if let Some(sku) = action.strip_prefix("pick.") {
        let product = pages.shop.product(sku).await?;
        let unit = product.order_unit.clone();
        let place = add(pages, &mut content, &product, &unit);
        next = format!("{here}?baru={place}");
    } else if action == "add" && !field(fields, "code").is_empty() {
        let (code, scan) = (field(fields, "code"), field(fields, "scan"));
        if !scan.is_empty() && scan == draft.content.scan {
            // The answer to this scan was lost on the way.
            return Ok(Redirect::to(&here).into_response());
        }
        next = match exact(pages, code).await? {
            Some((product, unit)) => {
                let place = add(pages, &mut content, &product, &unit);
                scan.clone_into(&mut content.scan);
                format!("{here}?masuk={place}")
            }
            None if !scan.is_empty() => {
                return Ok(
                    (StatusCode::NOT_FOUND, axum::Json(serde_json::json!({}))).into_response()
                );
            }
            None => format!("{here}?cari={}", encoded(code)),
        };
    }
    let kept = match pages.shop.keep_purchase(id, version, content).await {
        Ok(kept) => kept,
        Err(Error::Conflict(why)) if script => return Err(Error::Conflict(why)),
        Err(Error::Conflict(_)) => {
            let draft = pages.shop.purchase_draft(id).await?;
            let shown = view(pages, visitor, draft, Look::none(), Vec::new(), true).await?;
            return Ok((StatusCode::CONFLICT, page(&shown)).into_response());
        }
        Err(error) => return Err(error),
    };
    if script {
        return Ok(axum::Json(serde_json::json!({ "version": kept })).into_response());
    }
    if action != "save" {
        return Ok(Redirect::to(&next).into_response());
    }
    match pages
        .shop
        .save_purchase(id, kept, &visitor.person.name)
        .await
    {
        Ok(Outcome::Recorded(_) | Outcome::Already(_)) => {
            Ok(Redirect::to(&format!("/barang-masuk/{id}")).into_response())
        }
        Ok(Outcome::Conflict(why)) => Err(Error::Conflict(why)),
        Err(error) => {
            let wrong = wrong_fields(error)?;
            let draft = pages.shop.purchase_draft(id).await?;
            let shown = view(pages, visitor, draft, Look::none(), wrong, false).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
        }
    }
}

impl Look {
    fn none() -> Self {
        Self {
            cari: String::new(),
            baru: String::new(),
            masuk: String::new(),
        }
    }
}

/// Adds one of the unit, to the line that it is on already or in a new one; gives the line's place.
fn add(pages: &Pages, content: &mut PurchaseContent, product: &Product, unit: &str) -> usize {
    let same = |line: &PurchaseEntry| line.sku == product.sku.as_str() && line.unit == unit;
    if let Some(place) = content.lines.iter().position(same)
        && let Some(line) = content.lines.get_mut(place)
        && let Ok(quantity) = line.quantity.trim().parse::<u32>()
    {
        line.quantity = quantity.saturating_add(1).to_string();
        return place;
    }
    let today = pages.shop.now().local.date();
    content.lines.push(PurchaseEntry {
        sku: product.sku.to_string(),
        unit: unit.to_owned(),
        quantity: "1".to_owned(),
        expires: expected_expiry(product, today),
        ..PurchaseEntry::default()
    });
    content.lines.len() - 1
}
