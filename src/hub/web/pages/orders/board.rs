//! The board of what is ordered and has not left.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{Tab, Texts, amount, day, frame, rupiah, tabs};
use crate::error::{Error, Result};
use crate::hub::orders::board::{Blocker, Board, BoardLine};
use crate::hub::web::pages::Pages;
use crate::model::Money;
use crate::web::Language;
use crate::web::encoded;
use crate::web::layout::{Frame, page};

/// Lines that are shown; the file has all of them.
const SHOWN: usize = 300;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    urut: String,
    #[serde(default)]
    kelompok: String,
}

#[derive(Template)]
#[template(path = "hub/web/templates/orders/board.html")]
struct Shown {
    frame: Frame,
    texts: &'static Texts,
    tabs: Vec<Tab>,
    sorts: Vec<(&'static str, &'static str, bool)>,
    groupings: Vec<(&'static str, &'static str, bool)>,
    backlog_value: String,
    backorder_value: String,
    late: usize,
    oldest: i64,
    groups: Vec<Group>,
    missed: Vec<Missed>,
    more: usize,
}

struct Group {
    name: String,
    value: String,
    rows: Vec<Row>,
}

struct Row {
    order_id: String,
    number: String,
    customer: String,
    product: String,
    aside: String,
    waits: String,
    value: String,
    age: i64,
    blocker: &'static str,
    class: &'static str,
    blocked_by: String,
    link: String,
    expected: String,
    late: bool,
}

struct Missed {
    name: String,
    waits: String,
    value: String,
    orders: usize,
    coming: String,
    supplier: String,
    supplier_link: String,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    Query(asked): Query<Asked>,
) -> Response {
    match pages.hub.backlog().await {
        Ok(board) => page(&view(&pages, language, &asked, board)),
        Err(error) => pages.message(language, error, "/pesanan"),
    }
}

fn view(pages: &Pages, language: Language, asked: &Asked, mut board: Board) -> Shown {
    let texts = Texts::of(language);
    let backlog_value = rupiah(board.backlog_value(), language);
    let backorder_value = rupiah(board.backorder_value(), language);
    let late = board.lines.iter().filter(|line| line.is_late).count();
    let oldest = board.lines.iter().map(|line| line.age_days).max();
    match asked.urut.as_str() {
        "nilai" => board
            .lines
            .sort_by_key(|line| std::cmp::Reverse(line.value)),
        "janji" => board.lines.sort_by_key(|line| {
            let promised = line.open.line.promised_on.or(line.open.wanted_on);
            (promised.is_none(), promised)
        }),
        _ => {}
    }
    let more = board.lines.len().saturating_sub(SHOWN);
    board.lines.truncate(SHOWN);
    let mut groups: Vec<(String, Money, Vec<&BoardLine>)> = Vec::new();
    for line in &board.lines {
        let name = match asked.kelompok.as_str() {
            "pelanggan" => line.open.customer.clone(),
            "barang" => line.open.line.name.clone(),
            _ => texts.blocker(line.blocker).to_owned(),
        };
        match groups.iter_mut().find(|(known, _, _)| *known == name) {
            Some((_, value, lines)) => {
                *value += line.value;
                lines.push(line);
            }
            None => groups.push((name, line.value, vec![line])),
        }
    }
    let choices = |current: &str, all: [(&'static str, &'static str); 3]| {
        all.into_iter()
            .enumerate()
            .map(|(index, (value, label))| {
                let chosen = value == current || (current.is_empty() && index == 0);
                (value, label, chosen)
            })
            .collect()
    };
    Shown {
        frame: frame(pages, language, texts.board, "/pesanan/tertunda"),
        texts,
        tabs: tabs(texts, "/pesanan/tertunda"),
        sorts: choices(
            &asked.urut,
            [
                ("umur", texts.by_age),
                ("nilai", texts.by_value),
                ("janji", texts.by_promise),
            ],
        ),
        groupings: choices(
            &asked.kelompok,
            [
                ("hambatan", texts.by_blocker),
                ("pelanggan", texts.by_customer),
                ("barang", texts.by_product),
            ],
        ),
        backlog_value,
        backorder_value,
        late,
        oldest: oldest.unwrap_or_default(),
        groups: groups
            .into_iter()
            .map(|(name, value, lines)| Group {
                name,
                value: rupiah(value, language),
                rows: lines.into_iter().map(|line| row(line, language)).collect(),
            })
            .collect(),
        missed: board
            .missed
            .iter()
            .take(20)
            .map(|it| Missed {
                name: it.name.clone(),
                waits: amount(it.backordered, &it.unit.0, it.unit.1, language),
                value: rupiah(it.value, language),
                orders: it.orders,
                coming: if it.coming.0 > 0 {
                    amount(it.coming, &it.unit.0, it.unit.1, language)
                } else {
                    String::new()
                },
                supplier_link: encoded(&it.supplier),
                supplier: it.supplier.clone(),
            })
            .collect(),
        more,
    }
}

fn row(it: &BoardLine, language: Language) -> Row {
    let texts = Texts::of(language);
    let line = &it.open.line;
    let told = |quantity: crate::model::Quantity| {
        if quantity.0 > 0 {
            amount(quantity, &line.unit, line.unit_factor, language)
        } else {
            String::new()
        }
    };
    let link = match (&it.supplier_order_id, it.blocker) {
        (Some(id), _) => format!("/belanja/{id}"),
        (None, Blocker::NotOrdered | Blocker::Stock) => "/belanja".to_owned(),
        (None, Blocker::Hold) => format!("/pelanggan/{}", it.open.customer_id),
        _ => String::new(),
    };
    let blocked_by = match (it.blocker, it.blocked_by.parse()) {
        (Blocker::DeliveryDay, Ok(on)) => day(on, language),
        _ => it.blocked_by.clone(),
    };
    Row {
        order_id: it.open.order_id.clone(),
        number: it.open.number.clone(),
        customer: it.open.customer.clone(),
        product: line.name.clone(),
        aside: told(line.reserved),
        waits: told(line.backordered),
        value: rupiah(it.value, language),
        age: it.age_days,
        blocker: texts.blocker(it.blocker),
        class: match it.blocker {
            Blocker::Nothing => "good",
            Blocker::Stock | Blocker::NotOrdered | Blocker::Hold => "due",
            _ => "along",
        },
        blocked_by,
        link,
        expected: it
            .expected_on
            .map_or_else(|| texts.unknown_date.to_owned(), |on| day(on, language)),
        late: it.is_late,
    }
}

/// Everything open as a file.
pub(super) async fn export(State(pages): State<Pages>, language: Language) -> Response {
    let written = async { csv_of(&pages.hub.backlog().await?) };
    match written.await {
        Ok(file) => (
            [
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("text/csv; charset=utf-8"),
                ),
                (
                    header::CONTENT_DISPOSITION,
                    HeaderValue::from_static("attachment; filename=\"backlog.csv\""),
                ),
            ],
            file,
        )
            .into_response(),
        Err(error) => pages.message(language, error, "/pesanan/tertunda"),
    }
}

fn csv_of(board: &Board) -> Result<Vec<u8>> {
    let fault = |error: csv::Error| Error::Internal(format!("writing a file: {error}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record([
            "number",
            "customer",
            "sku",
            "name",
            "kind",
            "reserved",
            "backordered",
            "value",
            "age_days",
            "blocker",
            "blocked_by",
            "promised_on",
            "wanted_on",
            "expected_on",
            "late",
        ])
        .map_err(fault)?;
    for it in &board.lines {
        let line = &it.open.line;
        let date = |on: Option<chrono::NaiveDate>| on.map(|on| on.to_string()).unwrap_or_default();
        writer
            .write_record([
                it.open.number.clone(),
                harmless(&it.open.customer),
                harmless(line.sku.as_str()),
                harmless(&line.name),
                line.kind.as_str().to_owned(),
                line.reserved.0.to_string(),
                line.backordered.0.to_string(),
                it.value.0.to_string(),
                it.age_days.to_string(),
                it.blocker.as_str().to_owned(),
                harmless(&it.blocked_by),
                date(line.promised_on),
                date(it.open.wanted_on),
                date(it.expected_on),
                u8::from(it.is_late).to_string(),
            ])
            .map_err(fault)?;
    }
    writer
        .into_inner()
        .map_err(|error| Error::Internal(format!("writing a file: {error}")))
}

/// A text that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
