//! Stok opname: beginning a count, looking at its differences, saving it.

use std::collections::BTreeSet;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::stockroom::{Fields, field, frame, sees_costs, signed, spoken, when};
use super::super::texts::Texts;
use super::super::visitor::Visitor;
use super::super::{Pages, money};
use super::texts::CountTexts;
use super::walk::scope;
use crate::error::{Error, Result};
use crate::model::{Money, Quantity};
use crate::shop::outcome::Outcome;
use crate::shop::stock::Scope;
use crate::shop::store::counts::CountingRow;
use crate::web::layout::{Frame, page};

/// Uncounted goods that can be ticked on the page.
const UNCOUNTED: usize = 500;

#[derive(Template)]
#[template(path = "shop/web/templates/counts.html")]
struct List {
    frame: Frame,
    words: &'static CountTexts,
    categories: Vec<String>,
    open: Vec<Entry>,
    done: Vec<Entry>,
    wrong: bool,
}

struct Entry {
    id: String,
    scope: String,
    when: String,
    by: String,
}

pub(super) async fn list(State(pages): State<Pages>, visitor: Visitor) -> Response {
    match list_view(&pages, &visitor, false).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/"),
    }
}

async fn list_view(pages: &Pages, visitor: &Visitor, wrong: bool) -> Result<List> {
    let language = visitor.language;
    let words = CountTexts::of(language);
    let entry = |row: &CountingRow| Entry {
        id: row.id.clone(),
        scope: scope(&row.scope, &row.category, words),
        when: when(
            pages,
            row.closed_at.as_deref().unwrap_or(&row.opened_at),
            language,
        ),
        by: if row.closed_by.is_empty() {
            row.opened_by.clone()
        } else {
            row.closed_by.clone()
        },
    };
    let all = pages.shop.countings().await?;
    let (open, done): (Vec<_>, Vec<_>) = all.iter().partition(|row| row.state == "open");
    Ok(List {
        frame: frame(
            pages,
            visitor,
            Texts::of(language).count,
            "/opname",
            "/opname",
        ),
        words,
        categories: pages.shop.categories().await?,
        open: open.into_iter().map(entry).collect(),
        done: done.into_iter().map(entry).collect(),
        wrong,
    })
}

pub(super) async fn open(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Response {
    let scope = match field(&fields, "scope") {
        "category" => Scope::Category(field(&fields, "category").to_owned()),
        "free" => Scope::Free,
        _ => Scope::All,
    };
    match pages.shop.open_counting(scope, &visitor.person.name).await {
        Ok(id) => Redirect::to(&format!("/opname/{id}")).into_response(),
        Err(Error::Invalid(_)) => match list_view(&pages, &visitor, true).await {
            Ok(view) => (StatusCode::UNPROCESSABLE_ENTITY, page(&view)).into_response(),
            Err(error) => pages.message(&visitor, error, "/opname"),
        },
        Err(error) => pages.message(&visitor, error, "/opname"),
    }
}

#[derive(Template)]
#[template(path = "shop/web/templates/count_review.html")]
struct Review {
    frame: Frame,
    words: &'static CountTexts,
    texts: &'static Texts,
    id: String,
    open: bool,
    dropped: bool,
    scope: String,
    lines: Vec<Line>,
    agreeing: usize,
    worth: String,
    uncounted: Vec<(String, String, String)>,
    unlisted: usize,
    at_seq: i64,
    nothing: bool,
}

/// A product whose count differs from the book.
struct Line {
    sku: String,
    name: String,
    counted: String,
    difference: String,
    short: bool,
    value: String,
    disturbed: bool,
}

pub(super) async fn review(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    match review_view(&pages, &visitor, &id).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/opname"),
    }
}

async fn review_view(pages: &Pages, visitor: &Visitor, id: &str) -> Result<Review> {
    let language = visitor.language;
    let (texts, words) = (Texts::of(language), CountTexts::of(language));
    let counting = pages.shop.counting(id).await?;
    let open = counting.head.state == "open";
    let mut differing: Vec<(Money, Line)> = Vec::new();
    let (mut agreeing, mut worth) = (0, Money::ZERO);
    let mut note = |sku: String,
                    name: String,
                    unit: &(String, i64),
                    figures: (Quantity, Quantity, Money),
                    disturbed: bool| {
        let (counted, difference, value) = figures;
        worth += value;
        if difference == Quantity::ZERO && !disturbed {
            agreeing += 1;
            return;
        }
        let line = Line {
            sku,
            name,
            counted: spoken(counted, unit, language),
            difference: if difference == Quantity::ZERO {
                words.agrees.to_owned()
            } else {
                signed(difference, unit, language)
            },
            short: difference < Quantity::ZERO,
            value: if sees_costs(visitor) {
                money(value, language)
            } else {
                String::new()
            },
            disturbed,
        };
        differing.push((value, line));
    };
    for line in &counting.lines {
        let figures = (line.counted, line.difference, line.value);
        note(
            line.sku.to_string(),
            line.name.clone(),
            &line.unit,
            figures,
            line.disturbed,
        );
    }
    let result = pages.shop.counting_result(id).await?;
    for line in &result {
        let figures = (line.counted, line.difference, line.value);
        note(
            line.sku.to_string(),
            line.name.clone(),
            &line.unit,
            figures,
            false,
        );
    }
    differing.sort_by_key(|(value, _)| std::cmp::Reverse(value.0.abs()));
    let missing: Vec<_> = counting
        .uncounted
        .iter()
        .filter(|product| product.on_hand != Quantity::ZERO)
        .collect();
    let path = format!("/opname/{id}/selisih");
    Ok(Review {
        frame: frame(pages, visitor, words.difference, "/opname", &path),
        id: id.to_owned(),
        open,
        dropped: counting.head.state == "dropped",
        scope: scope(&counting.head.scope, &counting.head.category, words),
        agreeing,
        worth: if sees_costs(visitor) {
            money(worth, language)
        } else {
            String::new()
        },
        uncounted: missing
            .iter()
            .take(UNCOUNTED)
            .map(|product| {
                let book = spoken(product.on_hand, &product.unit, language);
                (product.sku.to_string(), product.name.clone(), book)
            })
            .collect(),
        unlisted: missing.len().saturating_sub(UNCOUNTED),
        at_seq: counting.at_seq,
        nothing: differing.is_empty() && agreeing == 0,
        lines: differing.into_iter().map(|(_, line)| line).collect(),
        texts,
        words,
    })
}

/// Fields `gone.SKU` say of what there is none.
pub(super) async fn save(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let here = format!("/opname/{id}/selisih");
    let gone: BTreeSet<String> = fields
        .keys()
        .filter_map(|name| name.strip_prefix("gone."))
        .map(str::to_owned)
        .collect();
    let at_seq = field(&fields, "at_seq").parse().unwrap_or(-1);
    let saved = pages
        .shop
        .save_counting(&id, gone, at_seq, &visitor.person.name)
        .await;
    match saved.and_then(Outcome::kept) {
        Ok(()) => Redirect::to(&here).into_response(),
        Err(error) => pages.message(&visitor, error, &here),
    }
}

pub(super) async fn drop_it(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    match pages.shop.drop_counting(&id, &visitor.person.name).await {
        Ok(()) => Redirect::to("/opname").into_response(),
        Err(error) => pages.message(&visitor, error, "/opname"),
    }
}
