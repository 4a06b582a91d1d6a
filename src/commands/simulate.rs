//! `kulakan simulate`

use std::fs;
use std::io::IsTerminal;
use std::path::Path;

use anyhow::{Context, Result};
use comfy_table::{Cell, CellAlignment};
use indicatif::{ProgressBar, ProgressStyle};
use kulakan::chart::{BarGroup, Bars};
use kulakan::simulate::report::PolicyReport;
use kulakan::simulate::{Input, Overrides, Report, STUDY_CASE, simulate};

use super::{Output, print, table};
use crate::cli::SimulateArgs;

pub(super) fn run(arguments: &SimulateArgs, output: Output) -> Result<()> {
    if arguments.print_input {
        return print(STUDY_CASE);
    }
    let report = report(arguments)?;
    if let Some(file) = &arguments.plot {
        let picture = bars(&report).svg();
        fs::write(file, picture).with_context(|| format!("writing {}", file.display()))?;
    }
    output.print(&report, || text(&report))
}

fn report(arguments: &SimulateArgs) -> Result<Report> {
    let (text, name) = match &arguments.input {
        Some(file) => (read(file)?, file.display().to_string()),
        None => (STUDY_CASE.to_owned(), "the study's case".to_owned()),
    };
    let input = Input::parse(&text).with_context(|| name.clone())?;
    let sales = match input.replay() {
        Some(source) => {
            let folder = arguments.input.as_deref().and_then(Path::parent);
            Some(read(&folder.unwrap_or(Path::new("")).join(&source.file))?)
        }
        None => None,
    };
    let overrides = Overrides {
        seed: arguments.seed,
        days: arguments.days,
        replications: arguments.replications,
    };
    let (network, horizon) = input
        .network(&overrides, sales.as_deref())
        .with_context(|| name.clone())?;
    let bar = progress_bar();
    let report = simulate(&network, &horizon, input.published, &mut |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    report.context(name)
}

/// Columns of a terminal that does not say how wide it is.
const WIDTH: usize = 80;

/// What each policy costs and for what.
fn bars(report: &Report) -> Bars {
    let group = |policy: &PolicyReport| {
        let cost = &policy.cost;
        let segments = [
            ("ordering", cost.ordering),
            ("holding", cost.holding),
            ("waste", cost.waste),
            ("lost sales", cost.lost_sales),
        ];
        BarGroup {
            label: label(policy),
            segments: segments
                .map(|(name, money)| (name.to_owned(), money))
                .to_vec(),
            error: policy.intervals.total.half_width(),
        }
    };
    Bars {
        title: "Cost of each policy on the same demand".to_owned(),
        y_axis: format!("money per {} days", report.period_days),
        groups: report.policies.iter().map(group).collect(),
        ..Bars::default()
    }
}

/// Its name, to be read.
fn label(policy: &PolicyReport) -> String {
    policy.name.replace('_', " ")
}

/// A bar where somebody looks at it, else none.
fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} simulations, {eta} left");
    let bar = ProgressBar::new(0);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
}

fn text(report: &Report) -> String {
    let mut text = format!(
        "{} shops, {} products, {} replications of {} days after {} days of warm-up, seed {}. \
         Money per {} days.\n\n",
        report.shops,
        report.products,
        report.replications,
        report.days,
        report.warm_up_days,
        report.seed,
        report.period_days
    );
    text.push_str(&costs(report));
    text.push_str("\n\n");
    if std::io::stdout().is_terminal() {
        let columns = table().width().map_or(WIDTH, usize::from);
        text.push_str(&bars(report).terminal(columns));
        text.push_str("\n\n");
    }
    text.push_str(&service(report));
    text.push_str("\n\n");
    for sentence in &report.conclusion {
        text.push_str(sentence);
        text.push('\n');
    }
    text
}

fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

fn costs(report: &Report) -> String {
    let mut table = table();
    table.set_header([
        "policy",
        "where",
        "ordering",
        "holding",
        "waste",
        "lost sales",
        "total",
        "+-",
    ]);
    for policy in &report.policies {
        let echelons = &policy.echelons;
        let half_width = policy.intervals.total.half_width();
        let rows = [
            ("shops", echelons.shops.cost, None),
            ("distributor", echelons.distributor.cost, None),
            ("suppliers", echelons.suppliers.cost, None),
            ("all", policy.cost, half_width),
        ];
        for (place, cost, half_width) in rows {
            let figures = [
                cost.ordering,
                cost.holding,
                cost.waste,
                cost.lost_sales,
                cost.total,
            ];
            let mut cells = vec![Cell::new(label(policy)), Cell::new(place)];
            cells.extend(figures.map(|figure| right(format!("{figure:.2}"))));
            cells.push(right(
                half_width.map_or_else(String::new, |half| format!("{half:.2}")),
            ));
            table.add_row(cells);
        }
    }
    table.to_string()
}

fn service(report: &Report) -> String {
    let mut table = table();
    table.set_header([
        "policy",
        "fill rate",
        "cycles served",
        "stock",
        "wasted",
        "deliveries",
        "as the study counts",
    ]);
    for policy in &report.policies {
        table.add_row([
            Cell::new(label(policy)),
            right(format!("{:.2}%", 100.0 * policy.fill_rate)),
            right(format!("{:.2}%", 100.0 * policy.cycle_service)),
            right(format!("{:.1}", policy.stock_average)),
            right(format!("{:.1}", policy.waste_units)),
            right(format!("{:.2}", policy.deliveries)),
            right(format!("{:.2}", policy.intervals.as_the_study_counts.mean)),
        ]);
    }
    table.to_string()
}
