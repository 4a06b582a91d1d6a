//! What a supplier sees of the distributor: the stock of its own products, what to send when, and its orders. Nothing of
//! another supplier, of prices that shops pay, or of customers.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::Pages;
use super::super::visitor::Visitor;
use super::orders::{OrderRow, lot_of, order_row, packs_of};
use super::own_file;
use super::texts::SupplyTexts;
use super::{Fields, day, days, field, frame, quantity, told};
use crate::error::{Error, Result};
use crate::hub::supplier_orders::{OrderStep, Promise};
use crate::hub::supply::{Source, SupplyItem, SupplyLine, SupplyPlan};
use crate::model::Quantity;
use crate::web::layout::{Frame, date, figure, page};
use crate::web::{Language, encoded};

#[derive(Template)]
#[template(path = "hub/web/templates/supply/mine.html")]
struct MineView {
    frame: Frame,
    texts: &'static SupplyTexts,
    stock: Vec<StockLine>,
    next: Vec<NextLine>,
    open: Vec<Promised>,
    /// The visitor is the supplier and can say when it delivers.
    can_say: bool,
    /// The same as a file, for the supplier's own programs.
    file: &'static str,
}

/// An open order and what its supplier may say of it.
struct Promised {
    row: OrderRow,
    on: String,
    note: String,
    lines: Vec<(String, String, String)>,
}

/// Where a supplier's login finds its page.
const OWN_PATH: &str = "/pemasok-saya";

struct StockLine {
    name: String,
    available: String,
    on_order: String,
    cover: String,
    low: bool,
}

struct NextLine {
    on: String,
    name: String,
    amount: String,
    now: bool,
}

/// Whose page it is: the supplier that the visitor's login is bound to, from there and from nothing else.
pub(super) fn own(visitor: &Visitor, language: Language) -> Result<String> {
    let told = SupplyTexts::of(language).not_a_supplier;
    let name = visitor.person.supplier.clone();
    name.ok_or_else(|| Error::Forbidden(told.to_owned()))
}

pub(in super::super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    visitor: Visitor,
) -> Response {
    let view = match own(&visitor, language) {
        Ok(name) => view(&pages, language, &name, OWN_PATH).await,
        Err(error) => Err(error),
    };
    match view {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/lainnya"),
    }
}

/// The supplier says when it delivers one of its orders, and how much of it.
pub(in super::super) async fn say(
    State(pages): State<Pages>,
    language: Language,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let said = async {
        let name = own(&visitor, language)?;
        let open = pages.hub.open_supplier_orders(Some(name.clone())).await?;
        let order = open.iter().find(|order| order.id == id);
        let mut quantities = Vec::new();
        for line in order.iter().flat_map(|order| &order.lines) {
            let text = field(&fields, &format!("jumlah.{}", line.sku));
            if !text.is_empty() {
                let amount = quantity(text, line.unit.1, &line.name, language)?;
                quantities.push((line.sku.clone(), amount));
            }
        }
        let promise = Promise {
            on: day(field(&fields, "tanggal"), "tanggal", language)?,
            note: field(&fields, "note").to_owned(),
            quantities,
        };
        pages
            .hub
            .promise_supplier_order(&pages.actor(), Some(&name), &id, promise)
            .await
    };
    match said.await {
        Ok(OrderStep::Done(_) | OrderStep::Repeated(_)) => Redirect::to(OWN_PATH).into_response(),
        Ok(OrderStep::Refused { why, .. }) => {
            pages.message(language, Error::Conflict(why), OWN_PATH)
        }
        Err(error) => pages.message(language, error, OWN_PATH),
    }
}

/// The page as the supplier sees it, shown to the distributor.
pub(super) async fn preview(
    State(pages): State<Pages>,
    language: Language,
    Path(name): Path<String>,
) -> Response {
    let path = format!("/pemasok/{}/lihat", encoded(&name));
    match view(&pages, language, &name, &path).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/pemasok"),
    }
}

/// What the supplier of this name sees.
async fn view(pages: &Pages, language: Language, name: &str, path: &str) -> Result<MineView> {
    let texts = SupplyTexts::of(language);
    let today = pages.hub.today();
    // Whoever the page is for, it is for a supplier that there is.
    pages.hub.supplier(name).await?;
    let plan = pages.hub.supply_plan(today).await?;
    let stock = offered(&plan, name);
    let stock: Vec<StockLine> = stock
        .into_iter()
        .map(|(item, terms)| stock_line(item, terms, language))
        .collect();
    let mut lines: Vec<SupplyLine> = plan
        .suppliers
        .into_iter()
        .filter(|plan| plan.supplier == name)
        .flat_map(|plan| plan.lines)
        .collect();
    lines.sort_by(|one, other| {
        let when = |line: &SupplyLine| (line.quantity == Quantity::ZERO, line.next_order_on);
        when(one)
            .cmp(&when(other))
            .then(one.item.name.cmp(&other.item.name))
    });
    let open = pages
        .hub
        .open_supplier_orders(Some(name.to_owned()))
        .await?;
    let title = format!("{} · {name}", texts.for_supplier);
    Ok(MineView {
        frame: frame(pages, language, &title, "/belanja", path),
        texts,
        stock,
        next: lines
            .iter()
            .filter_map(|line| next(line, today, language))
            .collect(),
        open: open
            .iter()
            .map(|order| Promised {
                row: order_row(order, today, language),
                on: order.due_on().to_string(),
                note: order.promise_note.clone().unwrap_or_default(),
                lines: order
                    .lines
                    .iter()
                    .map(|line| {
                        let amount = line.promised.unwrap_or(line.quantity);
                        let typed = figure(&amount.in_unit(line.unit.1), language);
                        let name = format!("{} ({})", line.name, line.unit.0);
                        (line.sku.to_string(), name, typed)
                    })
                    .collect(),
            })
            .collect(),
        can_say: path == OWN_PATH,
        file: own_file::PATH,
    })
}

/// The products that a supplier offers, by name, each with its terms: those that others are asked for too.
pub(super) fn offered<'p>(plan: &'p SupplyPlan, name: &str) -> Vec<(&'p SupplyItem, &'p Source)> {
    let planned = plan.suppliers.iter().flat_map(|plan| &plan.lines);
    let planned = planned.map(|line| &line.item);
    let nobodys = plan.unsupplied.iter().map(|nobody| &nobody.item);
    let mut found: Vec<(&SupplyItem, &Source)> = planned
        .chain(nobodys)
        .filter_map(|item| {
            let mut sources = item.sources.iter();
            Some((item, sources.find(|source| source.supplier == name)?))
        })
        .collect();
    found.sort_by(|(one, _), (other, _)| (&one.name, &one.sku).cmp(&(&other.name, &other.sku)));
    found
}

/// What there is of a product that can still be sent on, and the days that it lasts.
pub(super) fn cover(item: &SupplyItem) -> (Quantity, Option<f64>) {
    let there = item.stock;
    let available = (there.on_hand - there.expired - there.reserved).max(Quantity::ZERO);
    let asked = item.demand_per_day > 0.0;
    let days = asked.then(|| available.0 as f64 / item.demand_per_day);
    (available, days)
}

fn stock_line(item: &SupplyItem, terms: &Source, language: Language) -> StockLine {
    let unit = (item.unit.clone(), item.unit_factor);
    let (available, cover) = cover(item);
    StockLine {
        name: item.name.clone(),
        available: told(available, &unit, language),
        on_order: if item.stock.on_order > Quantity::ZERO {
            told(item.stock.on_order, &unit, language)
        } else {
            String::new()
        },
        low: cover.is_some_and(|cover| cover < f64::from(terms.lead_time_days)),
        cover: cover.map(|cover| days(cover, language)).unwrap_or_default(),
    }
}

fn next(line: &SupplyLine, today: chrono::NaiveDate, language: Language) -> Option<NextLine> {
    let now = line.quantity > Quantity::ZERO;
    let asked = if now { today } else { line.next_order_on? };
    let (_, here) = line.source.ordered_and_here(asked);
    Some(NextLine {
        on: date(here, language),
        name: line.item.name.clone(),
        amount: if now {
            packs_of(line, line.packs, language)
        } else {
            lot_of(line, language)
        },
        now,
    })
}
