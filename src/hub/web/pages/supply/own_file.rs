//! A supplier's products at the distributor as a file: stock, days of cover, what to send when.

use axum::extract::State;
use axum::response::Response;

use super::super::Pages;
use super::super::visitor::Visitor;
use super::mine::{cover, offered, own};
use crate::error::Result;
use crate::hub::supply::SupplyLine;
use crate::model::Quantity;
use crate::table::{Cell, FileKind, Table};
use crate::web::{Language, attachment};

/// Where a supplier's login finds it.
pub(super) const PATH: &str = "/pemasok-saya/stok.csv";

/// What the file is called, without its ending.
const NAME: &str = "stok";

const COLUMNS: [&str; 10] = [
    "sku",
    "name",
    "unit",
    "supplier_sku",
    "available",
    "on_order",
    "days_of_cover",
    "send",
    "order_on",
    "here_on",
];

pub(in super::super) async fn download(
    State(pages): State<Pages>,
    language: Language,
    visitor: Visitor,
) -> Response {
    let written = async {
        let name = own(&visitor, language)?;
        let table = table(&pages, &name).await?;
        let kind = FileKind::BareCsv;
        let file = table.file_in_background(kind).await?;
        attachment(NAME, kind.ending(), kind.media_type(), file)
    };
    match written.await {
        Ok(response) => response,
        Err(error) => pages.message(language, error, "/pemasok-saya"),
    }
}

/// Every product that the supplier offers; what to send, and when, only of what it is asked for.
async fn table(pages: &Pages, name: &str) -> Result<Table> {
    let today = pages.hub.today();
    pages.hub.supplier(name).await?;
    let plan = pages.hub.supply_plan(today).await?;
    let asked = plan.suppliers.iter().filter(|plan| plan.supplier == name);
    let asked: Vec<&SupplyLine> = asked.flat_map(|plan| &plan.lines).collect();
    let rows = offered(&plan, name).into_iter().map(|(item, terms)| {
        let (available, days) = cover(item);
        let line = asked.iter().find(|line| line.item.sku == item.sku);
        let order_on = line.and_then(|line| {
            let now = line.quantity > Quantity::ZERO;
            if now { Some(today) } else { line.next_order_on }
        });
        let order_on = order_on.map(|date| terms.ordered_and_here(date));
        let in_unit = |quantity| Cell::Quantity(quantity, item.unit_factor);
        vec![
            Cell::text(item.sku.to_string()),
            Cell::text(item.name.clone()),
            Cell::text(item.unit.clone()),
            terms.supplier_sku.clone().map_or(Cell::Empty, Cell::text),
            in_unit(available),
            in_unit(item.stock.on_order),
            days.map_or(Cell::Empty, |days| Cell::Number(days.floor() as i64)),
            line.map_or(Cell::Empty, |line| in_unit(line.quantity)),
            order_on.map_or(Cell::Empty, |(date, _)| Cell::Date(date)),
            order_on.map_or(Cell::Empty, |(_, date)| Cell::Date(date)),
        ]
    });
    Ok(Table {
        name: NAME.to_owned(),
        columns: COLUMNS.map(ToOwned::to_owned).to_vec(),
        rows: rows.collect(),
    })
}
