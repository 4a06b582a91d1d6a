//! The warehouse as a list: what can be promised, how long it lasts, and what needs looking at.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::Pages;
use super::texts::SupplyTexts;
use super::{days, frame, rupiah, told};
use crate::error::Result;
use crate::hub::warehouse::{StockList, StockRow};
use crate::model::{Money, Quantity};
use crate::web::Language;
use crate::web::layout::{Frame, date, page};

/// Products on a page.
const PAGE: usize = 100;

/// Stock that lasts for less than so many days is shown as running low.
const LOW_DAYS: f64 = 7.0;

#[derive(Template)]
#[template(path = "hub/web/templates/supply/stock.html")]
struct StockView {
    frame: Frame,
    texts: &'static SupplyTexts,
    query: String,
    looking: String,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    any_counted: bool,
    empty: &'static str,
    next: Option<usize>,
    value: String,
}

struct Tab {
    key: &'static str,
    label: &'static str,
    count: usize,
    current: bool,
}

struct Row {
    sku: String,
    name: String,
    available: String,
    cover: String,
    on_order: String,
    expires: String,
    low: bool,
    expired: String,
    expiring: String,
    below_zero: bool,
    counted: bool,
}

#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    lihat: String,
    #[serde(default)]
    halaman: usize,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    Query(search): Query<Search>,
) -> Response {
    match view(&pages, language, search).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/"),
    }
}

fn is_low(row: &StockRow) -> bool {
    row.days_of_cover.is_some_and(|days| days < LOW_DAYS)
}

fn has_dates(row: &StockRow) -> bool {
    row.expiring > Quantity::ZERO
        || row
            .availability
            .is_some_and(|there| there.expired > Quantity::ZERO)
}

fn shown(row: &StockRow, looking: &str) -> bool {
    match looking {
        "menipis" => is_low(row),
        "tanggal" => has_dates(row),
        "minus" => row.below_zero,
        "belum" => row.availability.is_none(),
        _ => true,
    }
}

async fn view(pages: &Pages, language: Language, search: Search) -> Result<StockView> {
    let texts = SupplyTexts::of(language);
    let StockList { rows, .. } = pages.hub.stock().await?;
    let query = search.q.trim().to_lowercase();
    let looking = match search.lihat.as_str() {
        known @ ("menipis" | "tanggal" | "minus" | "belum") => known,
        _ => "",
    };
    let tabs = [
        ("", texts.everything),
        ("menipis", texts.running_low),
        ("tanggal", texts.dates),
        ("minus", texts.below_zero),
        ("belum", texts.uncounted),
    ];
    let tabs = tabs.into_iter().map(|(key, label)| Tab {
        key,
        label,
        count: match key {
            "" => 0,
            key => rows.iter().filter(|row| shown(row, key)).count(),
        },
        current: key == looking,
    });
    let tabs: Vec<Tab> = tabs
        .filter(|tab| tab.key.is_empty() || tab.count > 0 || tab.current)
        .collect();
    let value: Money = rows.iter().filter_map(|row| row.value).sum();
    let found = rows.iter().filter(|row| {
        shown(row, looking)
            && (query.is_empty()
                || row.name.to_lowercase().contains(&query)
                || row.sku.as_str().to_lowercase().contains(&query))
    });
    let start = search.halaman.min(1_000_000) * PAGE;
    let mut part: Vec<&StockRow> = found.skip(start).take(PAGE + 1).collect();
    let further = part.len() > PAGE;
    part.truncate(PAGE);
    Ok(StockView {
        frame: frame(pages, language, texts.stock, "/gudang", "/gudang"),
        texts,
        any_counted: rows.iter().any(|row| row.availability.is_some()),
        empty: if rows.is_empty() {
            texts.no_products
        } else {
            texts.nothing_found
        },
        rows: part.into_iter().map(|row| line(row, language)).collect(),
        query: search.q.trim().to_owned(),
        looking: looking.to_owned(),
        tabs,
        next: further.then_some(search.halaman + 1),
        value: rupiah(value, language),
    })
}

fn line(row: &StockRow, language: Language) -> Row {
    let amount = |quantity: Quantity| {
        if quantity > Quantity::ZERO {
            told(quantity, &row.unit, language)
        } else {
            String::new()
        }
    };
    let there = row.availability.unwrap_or_default();
    Row {
        sku: row.sku.to_string(),
        name: row.name.clone(),
        available: told(there.available(), &row.unit, language),
        cover: row
            .days_of_cover
            .map(|cover| days(cover, language))
            .unwrap_or_default(),
        on_order: amount(there.on_order),
        expires: row
            .next_expiry
            .filter(|_| row.expiring > Quantity::ZERO)
            .map(|day| date(day, language))
            .unwrap_or_default(),
        low: is_low(row),
        expired: amount(there.expired),
        expiring: amount(row.expiring),
        below_zero: row.below_zero,
        counted: row.availability.is_some(),
    }
}
