//! `kulakan hub production`

use std::fmt::Write;

use anyhow::Result;
use comfy_table::{CellAlignment, Table, presets};
use kulakan::error::Error;
use kulakan::hub::Hub;
use kulakan::hub::production::LineReport;
use kulakan::hub::production::parameters::LineParameters;
use kulakan::hub::production::policy::{Obstacle, Row};
use serde::Deserialize;
use serde_json::json;

use super::Output;
use crate::cli::ProductionCommand;

/// A file of parameters; what else stands in a study's file is not needed here.
#[derive(Deserialize)]
struct File {
    parameters: LineParameters,
}

pub(super) async fn run(hub: &Hub, command: ProductionCommand, output: Output) -> Result<()> {
    match command {
        ProductionCommand::Show { line, date } => {
            let date = date.unwrap_or_else(|| hub.today());
            let lines = match line {
                Some(name) => vec![hub.production_line(&name, date).await?],
                None => hub.production(date).await?,
            };
            output.print(&json!({ "date": date, "production": lines }), || {
                told(&lines)
            })
        }
        ProductionCommand::Set { line, file } => {
            let name = file.display().to_string();
            let text =
                std::fs::read_to_string(&file).map_err(Error::io(format!("reading {name}")))?;
            let read: File = toml::from_str(&text).map_err(|error| {
                Error::invalid(name, error.to_string().trim().replace('\n', " "))
            })?;
            let version = hub
                .set_production_line("owner", &line, read.parameters, None)
                .await?;
            output.print(&json!({ "line": line, "version": version }), || {
                format!("{line} is set")
            })
        }
    }
}

fn told(lines: &[LineReport]) -> String {
    if lines.is_empty() {
        return "Nothing is made here. Next: kulakan hub import production FILE, and kulakan hub production set LINE FILE"
            .to_owned();
    }
    let mut text = String::new();
    for line in lines {
        tell(&mut text, line);
    }
    text
}

/// The next run of each line in a sentence a product; nothing where nothing is to be made.
pub(super) fn runs(lines: &[LineReport]) -> String {
    let mut text = String::new();
    for line in lines {
        let made = line.production_lots.iter().filter(|lot| lot.quantity > 0);
        let named: Vec<String> = made
            .map(|lot| format!("{} {}", lot.quantity, lot.name))
            .collect();
        if !named.is_empty() {
            let _ = writeln!(text, "{}: {}", line.line, named.join(", "));
        }
    }
    text
}

/// Writing to a String cannot fail.
fn tell(text: &mut String, line: &LineReport) {
    let _ = writeln!(text, "{}, {}", line.line, line.date);
    if let Some(problem) = &line.problem {
        let _ = writeln!(text, "  {}", problem.message);
    }
    let Some(policy) = &line.policy else {
        return;
    };
    if let Some(row) = policy.chosen() {
        let (n, runs, days) = (row.n, row.n_p, row.interval_days);
        let _ = writeln!(
            text,
            "  {n} deliveries in a cycle, one every {days:.2} days; {runs} whole runs of {:.1} hours{}",
            row.run_hours,
            if row.t_3 > 0.0 {
                " and a shorter one"
            } else {
                ""
            },
        );
        let _ = writeln!(text, "  {}", costs(row));
    }
    let best = policy.chosen().map_or(1, |row| row.n);
    let mut table = table(&["n", "runs", "per delivery", "per run", "cost", ""]);
    for row in policy.candidates() {
        if row.n.abs_diff(best) <= 3 {
            table.add_row([
                row.n.to_string(),
                row.n_p.to_string(),
                format!("{:.3}", row.q_b),
                format!("{:.3}", row.q_p),
                row.tc.map_or_else(String::new, |tc| format!("{tc:.2}")),
                obstacles(row),
            ]);
        }
    }
    numbers(&mut table, 5);
    let _ = writeln!(text, "{table}");
    let mut lots = self::table(&["Product", "Lot", "In stock", "Make", "Hours"]);
    for lot in &line.production_lots {
        lots.add_row([
            lot.name.clone(),
            lot.lot.to_string(),
            lot.available
                .map_or_else(|| "-".to_owned(), |there| there.to_string()),
            lot.quantity.to_string(),
            format!("{:.1}", lot.hours),
        ]);
    }
    numbers_from(&mut lots, 1);
    let _ = writeln!(text, "{lots}");
    for need in &line.materials {
        let amount = kulakan::model::Quantity(need.quantity).in_unit(need.unit_factor);
        let _ = writeln!(text, "  {} {} {}", need.name, amount, need.unit);
    }
}

fn costs(row: &Row) -> String {
    let part = |name: &str, cost: Option<f64>| {
        format!(
            "{name} {}",
            cost.map_or_else(|| "-".to_owned(), |cost| format!("{cost:.2}"))
        )
    };
    [
        part("cost in a period", row.tc),
        part("supplier", row.tc_s),
        part("material store", row.tc_pw),
        part("producer", row.tc_p),
        part("salesmen and shops", row.tc_b),
    ]
    .join(" · ")
}

fn obstacles(row: &Row) -> String {
    row.obstacles
        .iter()
        .map(|obstacle| match obstacle {
            Obstacle::RunsDoNotFit { runs, fit } => format!("{runs} runs, time for {fit}"),
            Obstacle::TooOld {
                oldest_days,
                shelf_life_days,
            } => format!("{oldest_days:.1} days old, keeps {shelf_life_days}"),
            Obstacle::SurplusForEver => "a surplus that never decays".to_owned(),
        })
        .collect::<Vec<_>>()
        .join("; ")
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_header(header);
    table
}

fn numbers(table: &mut Table, columns: usize) {
    for column in table.column_iter_mut().take(columns) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

fn numbers_from(table: &mut Table, first: usize) {
    for column in table.column_iter_mut().skip(first) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}
