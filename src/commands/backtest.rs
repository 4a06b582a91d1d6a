//! `kulakan backtest`

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use kulakan::backtest::{Costs, Settings, Suite, Way, report, suite};
use kulakan::error::Error;
use kulakan::history::{self, History, ReadOptions};
use kulakan::model::Sku;
use kulakan::plan::Policy;
use serde::Deserialize;
use serde_json::json;

use super::{Output, table};
use crate::cli::BacktestArgs;

pub(super) fn run(arguments: &BacktestArgs, output: Output) -> Result<()> {
    let settings = settings(arguments)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let options = ReadOptions {
        columns: match &arguments.columns {
            Some(text) => text
                .parse()
                .map_err(|why: String| Error::invalid("--columns", why))?,
            None => ReadOptions::default().columns,
        },
        threads,
        ..ReadOptions::default()
    };
    let shelf_lives = match &arguments.shelf_lives {
        Some(path) => shelf_lives(path)?,
        None => BTreeMap::new(),
    };
    let ways = suite::ways();
    let mut histories: Vec<(String, History)> = Vec::new();
    for path in &arguments.files {
        let mut history = history::read(&[path], &options, &|_| ())?;
        let name = name_of(path);
        if shelf_lives.is_empty() {
            histories.push((name, history));
        } else {
            histories.push((format!("{name}, as if everything kept"), history.clone()));
            history.set_shelf_lives(&shelf_lives);
            histories.push((format!("{name}, with shelf lives"), history));
        }
    }
    let suites = replayed(&histories, &ways, &settings, threads)?;
    // Services of nothing would be printed as if they had been missed.
    if let Some(short) = suites.iter().find(|suite| suite.reviews == 0) {
        let least = settings.learning_days + settings.review_days + settings.lead_time_days;
        let message = format!(
            "no product has the days for a single review: {} to learn from and {} to see what an order does, {least} in all",
            settings.learning_days,
            settings.review_days + settings.lead_time_days,
        );
        return Err(Error::invalid(short.history.clone(), message).into());
    }
    if let Some(path) = &arguments.report {
        let text = report::markdown(&suites, &ways, &settings, &command_line());
        std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    let said = report::conclusions(&suites, &ways);
    let value = json!({
        "settings": {
            "review_days": settings.review_days,
            "lead_time_days": settings.lead_time_days,
            "learning_days": settings.learning_days,
            "costs": settings.costs,
        },
        "histories": suites,
        "conclusions": said.iter().map(|line| plain(line)).collect::<Vec<_>>(),
    });
    output.print(&value, || text(&suites, &said))
}

fn settings(arguments: &BacktestArgs) -> Result<Settings> {
    // What stock and shortages cost is judged as `auto` judges it.
    let policy = Policy::default();
    let settings = Settings {
        review_days: arguments.review_days,
        lead_time_days: arguments.lead_time_days,
        learning_days: arguments.learning_days,
        costs: Costs {
            holding_fraction_per_period: arguments
                .holding_fraction
                .unwrap_or(policy.holding_fraction_per_period),
            period_days: policy.period_days,
            margin_fraction: arguments.margin_fraction.unwrap_or(policy.margin_fraction),
        },
    };
    settings.check().map_err(|error| {
        let flag = match error.name.as_ref() {
            "holding_fraction_per_period" => "holding-fraction".to_owned(),
            name => name.replace('_', "-"),
        };
        Error::invalid(format!("--{flag}"), format!("must be {}", error.allowed))
    })?;
    Ok(settings)
}

fn name_of(path: &Path) -> String {
    path.file_stem().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// Without the marks that make a report's words bold.
fn plain(line: &str) -> String {
    line.replace("**", "")
}

/// The command as a reader can give it again.
fn command_line() -> String {
    let words: Vec<String> = std::env::args().skip(1).collect();
    format!("kulakan {}", words.join(" "))
}

fn shelf_lives(path: &Path) -> Result<BTreeMap<Sku, u32>> {
    #[derive(Deserialize)]
    struct Row {
        sku: String,
        shelf_life_days: u32,
    }
    let file = path.display();
    let mut reader = csv::Reader::from_path(path).with_context(|| format!("reading {file}"))?;
    let mut lives = BTreeMap::new();
    for row in reader.deserialize() {
        let row: Row = row.with_context(|| format!("reading {file}"))?;
        let sku = Sku::parse(&row.sku)
            .map_err(|error| Error::invalid(format!("{file}"), format!("{}: {error}", row.sku)))?;
        if !(1..=3650).contains(&row.shelf_life_days) {
            let message = format!("the shelf life of {sku} must be from 1 to 3650 days");
            return Err(Error::invalid(format!("{file}"), message).into());
        }
        lives.insert(sku, row.shelf_life_days);
    }
    Ok(lives)
}

fn replayed(
    histories: &[(String, History)],
    ways: &[Way],
    settings: &Settings,
    threads: usize,
) -> Result<Vec<Suite>> {
    let bar = ProgressBar::new((histories.len() * (ways.len() + 1)) as u64).with_style(
        ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {elapsed}")?,
    );
    let suites = histories
        .iter()
        .enumerate()
        .map(|(place, (name, history))| {
            bar.set_message(name.clone());
            suite::run(name, history, ways, settings, threads, &mut |done, all| {
                bar.set_position((place * all + done) as u64);
            })
        })
        .collect::<Result<Vec<_>, _>>();
    bar.finish_and_clear();
    Ok(suites?)
}

fn text(suites: &[Suite], conclusions: &[String]) -> String {
    let mut text = String::new();
    for suite in suites {
        text.push_str(&format!(
            "{}: {} series, {} reviews, {} units\n",
            suite.history, suite.series, suite.reviews, suite.demand
        ));
        let mut table = table();
        table.set_header([
            "rule", "target", "reached", "promised", "fill", "days", "waste", "cost", "stock",
            "cost",
        ]);
        for row in &suite.rows {
            let percent = |share: f64| format!("{:.1}%", share * 100.0);
            let against = row.against_textbook;
            table.add_row([
                row.name.clone(),
                percent(row.target),
                percent(row.cycle_service),
                percent(row.promised),
                percent(row.fill_rate),
                format!("{:.1}", row.days_of_cover),
                row.waste_units.to_string(),
                format!("{:.1}", row.cost_per_thousand.total()),
                against.map_or_else(String::new, |one| {
                    format!("{:+.1}%", one.stock_saving * 100.0)
                }),
                against.map_or_else(String::new, |one| format!("{:+.1}%", one.saving * 100.0)),
            ]);
        }
        text.push_str(&format!("{table}\n\n"));
    }
    text.push_str(
        "reached, promised: cycle service. days: of demand in stock. cost: for each 1,000 units asked for, a unit \
         costing 1.\nThe last two: saved of stock and of cost against the textbook's moving average at the same fill rate.\n\n",
    );
    for line in conclusions {
        text.push_str(&format!("{}\n", plain(line)));
    }
    text
}
