//! Walking the shelf: scan by scan, kept by the daemon.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::super::Pages;
use super::super::people::actor;
use super::super::scanning::Scans;
use super::super::stockroom::{Fields, field, frame, fresh_id, in_field, spoken, unit_name};
use super::super::texts::Texts;
use super::super::visitor::Visitor;
use super::texts::CountTexts;
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Quantity};
use crate::shop::figure::Figure;
use crate::shop::products::ProductQuery;
use crate::shop::stock::{Counted, Counting, CountingEntry, CountingLine};
use crate::web::layout::{Frame, page};
use crate::web::session::wants_json;
use crate::web::{Language, encoded};

/// Goods still to be counted that the page lists.
const UNCOUNTED: usize = 100;

#[derive(Template)]
#[template(path = "shop/web/templates/count.html")]
struct Walk {
    frame: Frame,
    words: &'static CountTexts,
    texts: &'static Texts,
    id: String,
    scope: String,
    tap: String,
    query: String,
    found: Vec<(String, String, String)>,
    wrong: bool,
    lines: Vec<Line>,
    left: usize,
    scans: Scans,
    uncounted: Vec<String>,
}

/// A counted product as it is shown.
pub(super) struct Line {
    pub sku: String,
    pub name: String,
    pub counted: String,
    /// The figure alone, for the field.
    pub value: String,
    pub unit: String,
    /// The figure is in base units, because the unit cannot say it.
    pub in_base: bool,
    pub disturbed: bool,
    pub by: String,
    pub tap: String,
}

/// A count's line as it is shown.
pub(super) fn line(line: &CountingLine, language: Language) -> Line {
    // Of counted goods a field takes whole units only.
    let divides = line.base_unit != BaseUnit::Piece || line.counted.0 % line.unit.1.max(1) == 0;
    let unit = if divides { line.unit.1 } else { 1 };
    let (value, factor) = in_field(line.counted, unit, language);
    Line {
        sku: line.sku.to_string(),
        name: line.name.clone(),
        counted: spoken(line.counted, &line.unit, language),
        value,
        unit: unit_name(&line.unit, factor, Texts::of(language)),
        in_base: factor != line.unit.1,
        disturbed: line.disturbed,
        by: actor(&line.by, language),
        tap: fresh_id(),
    }
}

/// What a count is of, in words.
pub(super) fn scope(scope: &str, category: &str, words: &CountTexts) -> String {
    match scope {
        "all" => words.all.to_owned(),
        "category" => category.to_owned(),
        _ => words.free.to_owned(),
    }
}

#[derive(Deserialize)]
pub(super) struct Look {
    #[serde(default)]
    cari: String,
    #[serde(default)]
    salah: String,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(look): Query<Look>,
) -> Response {
    let shown = async {
        let counting = pages.shop.counting(&id).await?;
        if counting.head.state != "open" {
            return Ok(Redirect::to(&format!("/opname/{id}/selisih")).into_response());
        }
        view(&pages, &visitor, counting, look)
            .await
            .map(|view| page(&view))
    };
    match shown.await {
        Ok(response) => response,
        Err(error) => pages.message(&visitor, error, "/opname"),
    }
}

async fn view(pages: &Pages, visitor: &Visitor, counting: Counting, look: Look) -> Result<Walk> {
    let language = visitor.language;
    let (texts, words) = (Texts::of(language), CountTexts::of(language));
    let mut found = Vec::new();
    if !look.cari.trim().is_empty() {
        let wanted = ProductQuery {
            q: Some(look.cari.trim().to_owned()),
            limit: Some(20),
            active: Some(true),
            ..ProductQuery::default()
        };
        let products = pages.shop.find_products(wanted).await?.items;
        found = products
            .into_iter()
            .map(|product| (product.sku.to_string(), product.name, fresh_id()))
            .collect();
    }
    let path = format!("/opname/{}", counting.head.id);
    // What the book has none of and nobody met is no surprise.
    let missing: Vec<_> = counting
        .uncounted
        .iter()
        .filter(|product| product.on_hand != Quantity::ZERO)
        .collect();
    Ok(Walk {
        frame: frame(pages, visitor, texts.count, "/opname", &path),
        id: counting.head.id,
        scope: scope(&counting.head.scope, &counting.head.category, words),
        tap: fresh_id(),
        query: look.cari,
        found,
        wrong: !look.salah.is_empty(),
        lines: counting
            .lines
            .iter()
            .map(|counted| line(counted, language))
            .collect(),
        left: missing.len(),
        scans: Scans::of(visitor),
        uncounted: missing
            .iter()
            .take(UNCOUNTED)
            .map(|product| product.name.clone())
            .collect(),
        texts,
        words,
    })
}

/// A scan, a figure, or a change of mind.
pub(super) async fn enter(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let script = wants_json(&headers);
    let here = format!("/opname/{id}");
    let code = field(&fields, "code").to_owned();
    let how = match field(&fields, "action") {
        "set" => {
            let figure = Figure::typed(field(&fields, "quantity"), visitor.language);
            match field(&fields, "dasar") {
                "1" => Counted::InBaseUnits(figure),
                _ => Counted::InAll(figure, None),
            }
        }
        "clear" => Counted::NotYet,
        _ => Counted::OneMore,
    };
    let entry = CountingEntry {
        tap: field(&fields, "tap").to_owned(),
        code: code.clone(),
        how,
    };
    let words = CountTexts::of(visitor.language);
    match pages
        .shop
        .count_into(&id, entry, &visitor.person.name)
        .await
    {
        Ok(counted) if script => answer(counted.as_ref(), visitor.language),
        Ok(_) => Redirect::to(&here).into_response(),
        Err(Error::NotFound(_)) if script => {
            refusal(StatusCode::NOT_FOUND, &format!("{}: {code}", words.unknown))
        }
        Err(Error::NotFound(_)) => {
            Redirect::to(&format!("{here}?cari={}", encoded(&code))).into_response()
        }
        Err(Error::Invalid(_)) if script => {
            refusal(StatusCode::UNPROCESSABLE_ENTITY, words.bad_quantity)
        }
        Err(Error::Invalid(_)) => Redirect::to(&format!("{here}?salah=1")).into_response(),
        Err(error) => pages.message(&visitor, error, &here),
    }
}

/// How the product stands in the count now, for the script of the page.
fn answer(counted: Option<&CountingLine>, language: Language) -> Response {
    let body = match counted.map(|counted| line(counted, language)) {
        Some(line) => {
            json!({ "sku": line.sku, "name": line.name, "counted": line.counted, "value": line.value,
            "unit": line.unit, "base": line.in_base, "disturbed": line.disturbed, "by": line.by })
        }
        None => json!({}),
    };
    axum::Json(body).into_response()
}

fn refusal(status: StatusCode, why: &str) -> Response {
    (status, axum::Json(json!({ "error": why }))).into_response()
}
