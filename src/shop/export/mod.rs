//! Taking out what a shop has: products, sales, stock, movements, customers and the plan, as tables for files.

mod customers;
mod products;

use chrono::{DateTime, NaiveDate, Utc};

use super::Shop;
use super::store::exports;
use crate::error::{Error, Result};
use crate::model::Quantity;
use crate::table::{Cell, Table};

/// What is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportKind {
    /// Every product, in the form that an import takes.
    Products,
    /// Every line of every sale.
    Sales,
    /// What is on hand, in the form that an import takes, and names.
    Stock,
    /// The ledger of stock.
    Movements,
    /// The last plan that was kept.
    Plan,
    /// Every customer, in the form that an import takes, with what they owe.
    Customers,
}

/// From which trading day to which, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
}

impl Days {
    /// From one day to another; from the beginning and to the end where none is given.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an end before the beginning.
    pub fn of(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<Self> {
        let far = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        let days = Self {
            from: from.unwrap_or_else(|| far(1900)),
            to: to.unwrap_or_else(|| far(9999)),
        };
        if days.to < days.from {
            return Err(Error::invalid("--to", "is before --from"));
        }
        Ok(days)
    }
}

impl Shop {
    /// A table of what the shop has; `days` bounds sales and movements.
    ///
    /// # Errors
    /// [`Error::NotFound`] where no plan was kept yet, and what the database says.
    pub async fn export(&self, kind: ExportKind, days: Days) -> Result<Table> {
        match kind {
            ExportKind::Products => self.db.read(products::table).await,
            ExportKind::Sales => self.export_sales(days).await,
            ExportKind::Stock => self.export_stock().await,
            ExportKind::Movements => self.export_movements(days).await,
            ExportKind::Plan => self.export_plan().await,
            ExportKind::Customers => Ok(customers::table(&self.customers().await?)),
        }
    }

    async fn export_sales(&self, days: Days) -> Result<Table> {
        let lines = self
            .db
            .read(move |connection| exports::sale_lines(connection, days.from, days.to))
            .await?;
        let rows = lines.into_iter().map(|line| {
            vec![
                Cell::Date(line.date),
                Cell::text(self.time(&line.at)),
                Cell::Number(line.number),
                Cell::text(line.id),
                Cell::text(line.sku),
                Cell::text(line.name),
                match line.unit.is_empty() {
                    true => Cell::Empty,
                    false => decimal(line.quantity, line.factor),
                },
                Cell::text(line.unit),
                Cell::Number(line.unit_price.0),
                Cell::Number(line.discount.0),
                Cell::Number(line.total.0),
                Cell::Number(line.cost.0),
                Cell::text(line.payment),
                Cell::Number(i64::from(line.voided)),
                Cell::text(line.kind),
            ]
        });
        Ok(named(
            "sales",
            &[
                "date",
                "time",
                "number",
                "id",
                "sku",
                "name",
                "quantity",
                "unit",
                "unit_price",
                "discount",
                "total",
                "cost",
                "payment",
                "voided",
                "kind",
            ],
            rows.collect(),
        ))
    }

    async fn export_movements(&self, days: Days) -> Result<Table> {
        let movements = self
            .db
            .read(move |connection| exports::movements(connection, days.from, days.to))
            .await?;
        let rows = movements.into_iter().map(|moved| {
            vec![
                Cell::Date(moved.date),
                Cell::text(self.time(&moved.at)),
                Cell::text(moved.sku.as_str()),
                Cell::text(moved.name),
                decimal(moved.quantity, moved.factor),
                Cell::text(moved.unit),
                Cell::text(moved.kind),
                Cell::text(moved.reason),
                Cell::text(moved.reference),
                moved.expires.map_or(Cell::Empty, Cell::Date),
            ]
        });
        Ok(named(
            "movements",
            &[
                "date",
                "time",
                "sku",
                "name",
                "quantity",
                "unit",
                "kind",
                "reason",
                "reference",
                "expires",
            ],
            rows.collect(),
        ))
    }

    async fn export_stock(&self) -> Result<Table> {
        let stock = self.db.read(exports::stock).await?;
        let rows = stock.into_iter().map(|row| {
            vec![
                Cell::text(row.sku.as_str()),
                decimal(row.quantity, row.factor),
                row.expires.map_or(Cell::Empty, Cell::Date),
                Cell::Number(row.cost.0),
                Cell::text(row.name),
                Cell::text(row.unit),
            ]
        });
        Ok(named(
            "stock",
            &["sku", "quantity", "expires", "cost", "name", "unit"],
            rows.collect(),
        ))
    }

    async fn export_plan(&self) -> Result<Table> {
        let plan = self.latest_saved_plan().await?;
        let rows = plan.lines.iter().map(|planned| {
            let line = &planned.line;
            vec![
                Cell::Date(plan.plan_date),
                Cell::text(line.sku.as_str()),
                Cell::text(planned.name.as_str()),
                decimal(line.quantity, planned.unit_factor),
                Cell::text(planned.unit.as_str()),
                Cell::Number(line.packs),
                Cell::text(planned.pack_name.as_str()),
                Cell::Number(planned.cost.0),
                Cell::text(format!("{:?}", line.urgency).to_lowercase()),
                decimal(line.position, planned.unit_factor),
                decimal(line.on_hand, planned.unit_factor),
            ]
        });
        Ok(named(
            "plan",
            &[
                "date",
                "sku",
                "name",
                "quantity",
                "unit",
                "packs",
                "pack_name",
                "cost",
                "urgency",
                "position",
                "on_hand",
            ],
            rows.collect(),
        ))
    }

    /// The wall clock's time of a stored moment.
    fn time(&self, stored: &str) -> String {
        let Ok(moment) = stored.parse::<DateTime<Utc>>() else {
            return String::new();
        };
        let local = moment.with_timezone(&self.info.timezone);
        local.format("%H:%M:%S").to_string()
    }
}

/// A quantity in a unit of `factor` base units.
fn decimal(quantity: Quantity, factor: i64) -> Cell {
    Cell::Quantity(quantity, factor)
}

/// A table whose columns are named as in a file.
fn named(name: &str, columns: &[&str], rows: Vec<Vec<Cell>>) -> Table {
    Table {
        name: name.to_owned(),
        columns: columns.iter().map(|&column| column.to_owned()).collect(),
        rows,
    }
}
