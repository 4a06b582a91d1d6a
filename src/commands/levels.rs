//! `kulakan levels`

use anyhow::{Context, Result};
use chrono::NaiveDate;
use indicatif::{ProgressBar, ProgressStyle};
use kulakan::config::Flags;
use kulakan::error::{Error, FieldError};
use kulakan::history::{self, History, ReadOptions};
use kulakan::model::Sku;
use kulakan::plan::{LevelLine, Policy};
use kulakan::shop::nightly::own_policy;
use serde::Serialize;

use super::{Folder, Output, print, table};
use crate::cli::LevelsArgs;

/// The levels as one document.
#[derive(Serialize)]
struct Levels<'h> {
    date: NaiveDate,
    /// First and last date of the sales.
    first: NaiveDate,
    last: NaiveDate,
    policy: Policy,
    lines: Vec<Line<'h>>,
}

#[derive(Serialize)]
struct Line<'h> {
    /// Empty where the history is of one shop.
    shop: &'h str,
    sku: &'h Sku,
    #[serde(flatten)]
    level: LevelLine,
}

pub(super) fn run(arguments: &LevelsArgs, folder: &Folder, output: Output) -> Result<()> {
    let flags = flags(arguments);
    let policy = own_policy(&folder.config(&flags)?).map_err(|error| by_flag(error, &flags))?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let history = read(arguments, threads)?;
    let date = arguments.date.unwrap_or_else(|| history.next_day());
    let levels = history.levels(date, &policy, threads);
    let lines = history
        .series
        .iter()
        .zip(levels)
        .map(|(series, level)| Line {
            shop: &series.shop,
            sku: &series.sku,
            level,
        })
        .collect();
    let levels = Levels {
        date,
        first: history.first,
        last: history.last,
        policy,
        lines,
    };
    if arguments.csv {
        return print(&csv(&levels)?);
    }
    output.print(&levels, || text(&levels))
}

/// The settings that were given on the command line.
fn flags(arguments: &LevelsArgs) -> Flags {
    let whole = |value: Option<i64>| value.map(Into::into);
    let real = |value: Option<f64>| value.map(Into::into);
    let word = |value: &Option<String>| value.as_deref().map(Into::into);
    [
        ("plan.method", word(&arguments.method)),
        ("plan.periods", whole(arguments.periods)),
        ("plan.period_days", whole(arguments.period_days)),
        ("plan.review_days", whole(arguments.review_days)),
        ("plan.lead_time_days", whole(arguments.lead_time_days)),
        ("plan.lead_time_sd_days", real(arguments.lead_time_sd_days)),
        ("plan.service_level", real(arguments.service_level)),
        ("plan.fill_rate", real(arguments.fill_rate)),
        ("plan.distribution", word(&arguments.distribution)),
        ("plan.safety", word(&arguments.safety)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

/// Says of a setting that cannot be which flag it was given by.
fn by_flag(error: Error, flags: &Flags) -> Error {
    let Error::Invalid(fields) = error else {
        return error;
    };
    let renamed = |field: FieldError| match flags.iter().find(|(name, _)| *name == field.field) {
        Some((name, _)) => FieldError {
            field: format!("--{}", name.trim_start_matches("plan.").replace('_', "-")),
            ..field
        },
        None => field,
    };
    Error::Invalid(fields.into_iter().map(renamed).collect())
}

fn read(arguments: &LevelsArgs, threads: usize) -> Result<History> {
    let wrong = |why: String| Error::invalid("--columns", why);
    let columns = arguments.columns.as_deref().map(str::parse);
    let options = ReadOptions {
        columns: columns.transpose().map_err(wrong)?.unwrap_or_default(),
        threads,
        ..ReadOptions::default()
    };
    let sizes = arguments.files.iter().map(|path| {
        let about = std::fs::metadata(path);
        about.map_or(0, |about| about.len())
    });
    // Drawn on standard error, and only where that is a terminal.
    let bar = ProgressBar::new(sizes.sum()).with_style(ProgressStyle::with_template(
        "{bar:40} {bytes} of {total_bytes}, {elapsed}",
    )?);
    let history = history::read(&arguments.files, &options, &|bytes| bar.set_position(bytes));
    bar.finish_and_clear();
    Ok(history?)
}

const COLUMNS: [&str; 10] = [
    "shop",
    "sku",
    "method",
    "demand_class",
    "forecast_per_day",
    "sigma_protection",
    "protection_days",
    "service_factor",
    "safety_stock",
    "order_up_to",
];

fn csv(levels: &Levels<'_>) -> Result<String> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(COLUMNS)?;
    for line in &levels.lines {
        let level = &line.level;
        out.write_record([
            line.shop,
            line.sku.as_str(),
            &word(&level.method)?,
            &level
                .demand_class
                .map_or(Ok(String::new()), |class| word(&class))?,
            &level.forecast_per_day.to_string(),
            &level.sigma_protection.to_string(),
            &level.protection_days.to_string(),
            &level.service_factor.to_string(),
            &level.safety_stock.to_string(),
            &level.order_up_to.to_string(),
        ])?;
    }
    let bytes = out.into_inner().context("writing CSV")?;
    String::from_utf8(bytes).context("writing CSV")
}

/// A choice as JSON names it.
fn word(choice: &impl Serialize) -> Result<String> {
    let value = serde_json::to_value(choice)?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

fn text(levels: &Levels<'_>) -> String {
    let shops = levels.lines.iter().any(|line| !line.shop.is_empty());
    let mut table = table();
    let headings = ["sku", "per day", "safety stock", "order up to", "method"];
    table.set_header(shops.then_some("shop").into_iter().chain(headings));
    for line in &levels.lines {
        let level = &line.level;
        let cells = [
            line.sku.to_string(),
            format!("{:.2}", level.forecast_per_day),
            format!("{:.1}", level.safety_stock),
            figure(level.order_up_to),
            word(&level.method).unwrap_or_default().replace('_', " "),
        ];
        table.add_row(shops.then(|| line.shop.to_owned()).into_iter().chain(cells));
    }
    format!(
        "{table}\nLevels for {}, from sales of {} to {}.",
        levels.date, levels.first, levels.last
    )
}

/// Whole where it is whole, otherwise with one decimal.
fn figure(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}
