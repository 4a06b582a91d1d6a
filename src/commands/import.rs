//! `kulakan shop import`

use std::time::Duration;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use kulakan::error::Error;
use kulakan::shop::import::{Columns, ImportReport};
use kulakan::shop::{ImportKind, ImportOptions, Shop};

use super::Output;
use crate::cli::{ImportArgs, ImportWhat};

pub(super) async fn run(shop: &Shop, arguments: ImportArgs, output: Output) -> Result<()> {
    let wrong = |flag: &'static str| move |why: String| Error::invalid(flag, why);
    let columns: Columns = match &arguments.columns {
        Some(text) => text.parse().map_err(wrong("--columns"))?,
        None => Columns::default(),
    };
    let filters = arguments
        .filters
        .iter()
        .map(|text| text.parse().map_err(wrong("--where")))
        .collect::<Result<_, _>>()?;
    let options = ImportOptions {
        columns,
        filters,
        create_missing: arguments.create_missing,
        dry_run: arguments.dry_run,
    };
    let kind = match arguments.kind {
        ImportWhat::Products => ImportKind::Products,
        ImportWhat::Sales => ImportKind::Sales,
        ImportWhat::Stock => ImportKind::Stock,
        ImportWhat::Customers => ImportKind::Customers,
    };
    // Drawn on standard error, and only where that is a terminal.
    let bar = ProgressBar::new_spinner().with_style(ProgressStyle::with_template(
        "{spinner} {human_pos} rows, {per_sec}, {elapsed}",
    )?);
    bar.enable_steady_tick(Duration::from_millis(200));
    let mut progress = |rows: u64| bar.set_position(rows);
    let report = shop
        .import(kind, &arguments.file, options, &mut progress)
        .await;
    bar.finish_and_clear();
    let report = report?;
    output.print(&report, || text(&report))
}

fn text(report: &ImportReport) -> String {
    let mut text = format!(
        "{} rows: {} created, {} changed, {} as they were.",
        report.rows, report.created, report.updated, report.unchanged
    );
    if report.filtered_out > 0 {
        text.push_str(&format!(" {} rows left out.", report.filtered_out));
    }
    if let (Some(first), Some(last)) = (report.first_date, report.last_date) {
        text.push_str(&format!(
            " Sales of {} products from {first} to {last}.",
            report.products
        ));
    }
    if report.dry_run {
        text.push_str(" Nothing was kept: this was a dry run.");
    }
    text
}
