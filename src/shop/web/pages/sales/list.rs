//! The receipts of a day, and finding one.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;

use super::texts::SalesTexts;
use super::{at_wall, failed, method_name, time};
use crate::error::Result;
use crate::model::Money;
use crate::shop::till::{Summary, SummaryQuery};
use crate::shop::web::pages::people::{STYLE, actor};
use crate::shop::web::pages::visitor::Visitor;
use crate::shop::web::pages::{Pages, money};
use crate::web::Language;
use crate::web::layout::{Frame, date, page};

#[derive(Template)]
#[template(path = "shop/web/templates/sales.html")]
struct List {
    frame: Frame,
    texts: &'static SalesTexts,
    query: String,
    /// What was typed is no figure.
    no_figure: bool,
    /// For the date field, ISO 8601.
    day: String,
    /// For reading; nothing where receipts of several days were found.
    day_told: Option<String>,
    earlier: Option<NaiveDate>,
    later: Option<NaiveDate>,
    more: Option<i64>,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    number: i64,
    when: String,
    what: String,
    total: String,
    method: &'static str,
    customer: String,
    by: String,
    voided: bool,
    returned: bool,
}

#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    hari: String,
    sebelum: Option<i64>,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(search): Query<Search>,
) -> Response {
    match view(&pages, &visitor, search).await {
        Ok(view) => page(&view),
        Err(error) => failed(&pages, &visitor, error),
    }
}

/// A receipt's number or an amount as people write it: `#12`, `27.500`, `Rp 27.500`.
fn figure(text: &str) -> Option<i64> {
    let text = text.trim().trim_start_matches('#');
    let text = text
        .strip_prefix("Rp")
        .or(text.strip_prefix("rp"))
        .unwrap_or(text);
    let digits: String = text.chars().filter(|sign| !" .,".contains(*sign)).collect();
    digits
        .parse()
        .ok()
        .filter(|figure| (0..=Money::LIMIT.0).contains(figure))
}

async fn view(pages: &Pages, visitor: &Visitor, search: Search) -> Result<List> {
    let language = visitor.language;
    let texts = SalesTexts::of(language);
    let query = search.q.trim().to_owned();
    let wanted = figure(&query);
    let found = pages
        .shop
        .receipts(SummaryQuery {
            date: search.hari.parse().ok(),
            before: search.sebelum,
            figure: wanted,
        })
        .await?;
    let no_figure = !query.is_empty() && wanted.is_none();
    let of_day = wanted.is_none();
    let oldest = found.receipts.last().map(|receipt| receipt.number);
    Ok(List {
        frame: Frame {
            styles: vec![STYLE],
            ..pages.frame(visitor, texts.title, "/penjualan")
        },
        texts,
        no_figure,
        day: found.date.to_string(),
        day_told: of_day.then(|| date(found.date, language)),
        earlier: found.beside.0,
        later: found.beside.1,
        more: oldest.filter(|_| found.more && of_day),
        rows: found
            .receipts
            .into_iter()
            .map(|receipt| row(receipt, of_day, language))
            .collect(),
        query,
    })
}

fn row(receipt: Summary, of_day: bool, language: Language) -> Row {
    let texts = SalesTexts::of(language);
    let wall = at_wall(&receipt.sold_at_utc, receipt.utc_offset_minutes);
    let clock = wall.map(|wall| time(wall, language)).unwrap_or_default();
    let further = receipt.lines - 1;
    let mut what = receipt.first_line;
    if further > 0 {
        what.push_str(&format!(" + {further} {}", texts.and_more));
    }
    Row {
        id: receipt.id,
        number: receipt.number,
        when: if of_day {
            clock
        } else {
            format!("{} {clock}", date(receipt.business_date, language))
        },
        what,
        total: money(receipt.total, language),
        method: method_name(receipt.method, texts),
        customer: receipt.customer,
        by: actor(&receipt.sold_by, language),
        voided: receipt.voided,
        returned: receipt.returned > Money::ZERO,
    }
}
