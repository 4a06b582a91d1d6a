//! What `kulakan shop export` and `kulakan hub export` take.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What to export, and how.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// What to take out
    #[arg(value_enum)]
    pub kind: ExportWhat,
    /// Sales and movements: the first trading day, YYYY-MM-DD
    #[arg(long, value_name = "D")]
    pub from: Option<chrono::NaiveDate>,
    /// Sales and movements: the last trading day, YYYY-MM-DD
    #[arg(long, value_name = "D")]
    pub to: Option<chrono::NaiveDate>,
    /// The form of the file
    #[arg(long, value_enum, default_value_t = ExportFormat::Csv)]
    pub format: ExportFormat,
    /// Where to [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// What is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportWhat {
    /// Every product, as an import takes it
    Products,
    /// Every line of every sale
    Sales,
    /// What is on hand
    Stock,
    /// The ledger of stock
    Movements,
    /// The last plan that was kept
    Plan,
    /// Every customer and what they owe, as an import takes it
    Customers,
}

/// The form of an exported file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// UTF-8 with commas
    Csv,
    /// Excel
    Xlsx,
}

/// What to take out of a hub, and how.
#[derive(Debug, Args)]
pub struct HubExportArgs {
    /// What to take out: shops, products, positions, demand, plan, shipments, suppliers, supplier-products,
    /// supplier-orders, stock, moves, reservations, production-plans, recipes, routes, costs, audit
    #[arg(value_name = "WHAT")]
    pub what: String,
    /// What has dates: the first day, YYYY-MM-DD
    #[arg(long, value_name = "D")]
    pub from: Option<chrono::NaiveDate>,
    /// What has dates: the last day, YYYY-MM-DD
    #[arg(long, value_name = "D")]
    pub to: Option<chrono::NaiveDate>,
    /// The form of the file
    #[arg(long, value_enum, default_value_t = ExportFormat::Csv)]
    pub format: ExportFormat,
    /// Where to [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}
