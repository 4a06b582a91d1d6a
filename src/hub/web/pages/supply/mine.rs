//! What a supplier sees of the distributor: the stock of its own products, what to send when, and its orders. Nothing of
//! another supplier, of prices that shops pay, or of customers.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::Pages;
use super::orders::{OrderRow, lot_of, order_row, packs_of};
use super::texts::SupplyTexts;
use super::{days, frame, told};
use crate::error::Result;
use crate::hub::supply::SupplyLine;
use crate::model::Quantity;
use crate::web::layout::{Frame, date, page};
use crate::web::{Language, encoded};

#[derive(Template)]
#[template(path = "hub/web/templates/supply/mine.html")]
struct MineView {
    frame: Frame,
    texts: &'static SupplyTexts,
    stock: Vec<StockLine>,
    next: Vec<NextLine>,
    open: Vec<OrderRow>,
}

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
        stock: lines.iter().map(|line| stock(line, language)).collect(),
        next: lines
            .iter()
            .filter_map(|line| next(line, today, language))
            .collect(),
        open: open
            .iter()
            .map(|order| order_row(order, today, language))
            .collect(),
    })
}

fn stock(line: &SupplyLine, language: Language) -> StockLine {
    let unit = (line.item.unit.clone(), line.item.unit_factor);
    let there = line.item.stock;
    let available = (there.on_hand - there.expired - there.reserved).max(Quantity::ZERO);
    let cover =
        (line.reason.demand_per_day > 0.0).then(|| available.0 as f64 / line.reason.demand_per_day);
    StockLine {
        name: line.item.name.clone(),
        available: told(available, &unit, language),
        on_order: if there.on_order > Quantity::ZERO {
            told(there.on_order, &unit, language)
        } else {
            String::new()
        },
        low: cover.is_some_and(|cover| cover < f64::from(line.source.lead_time_days)),
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
