//! `kulakan study`: the tables and drawings of the published studies.

mod bakery;
mod vmi;

use std::io::IsTerminal;
use std::path::Path;

use anyhow::{Context, Result};
use comfy_table::{Cell, CellAlignment, Table};
use kulakan::study::{Erratum, InputError};

use super::{Output, table};
use crate::cli::StudyCommand;

/// Runs a study and prints it.
pub(super) fn run(command: StudyCommand, output: Output) -> Result<()> {
    match command {
        StudyCommand::Bakery(arguments) => bakery::run(&arguments, output),
        StudyCommand::Vmi(arguments) => vmi::run(&arguments, output),
    }
}

/// The case in the file, or the published one. What is wrong with a file is told with its name.
fn case<C>(
    input: Option<&Path>,
    published: impl FnOnce() -> Result<C, InputError>,
    from_toml: impl FnOnce(&str) -> Result<C, InputError>,
) -> Result<C> {
    let Some(file) = input else {
        return named(None, published());
    };
    let text =
        std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    named(input, from_toml(&text))
}

/// Tells a refusal with the name of the file that it comes from.
fn named<T>(input: Option<&Path>, result: Result<T, InputError>) -> Result<T> {
    match input {
        Some(file) => result.with_context(|| file.display().to_string()),
        None => Ok(result?),
    }
}

/// A drawing for the reader at a terminal, as wide as it is; nothing for a file or a pipe.
fn on_terminal(plot: impl FnOnce(usize) -> String) -> String {
    if !std::io::stdout().is_terminal() {
        return String::new();
    }
    format!("\n{}", plot(table().width().map_or(80, usize::from)))
}

/// Writes a drawing.
fn draw(file: Option<&Path>, svg: impl FnOnce() -> String) -> Result<()> {
    match file {
        Some(file) => {
            std::fs::write(file, svg()).with_context(|| format!("writing {}", file.display()))
        }
        None => Ok(()),
    }
}

/// A table of figures: the first column reads from the left, all others from the right.
fn figures(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Table {
    let mut table = table();
    table.set_header(header.iter().map(Cell::new));
    table.add_rows(rows);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// The printed figures that do not follow, each with what follows.
fn errata(errata: &[Erratum]) -> String {
    let mut table = table();
    table.set_header(["figure", "printed", "follows", "why"]);
    for erratum in errata {
        table.add_row([
            erratum.figure.as_str(),
            &erratum.printed,
            &erratum.recomputed,
            erratum.why,
        ]);
    }
    format!("Errata of the publication\n{table}\n")
}

/// A figure with so many decimals, thousands set apart.
fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    if value < 0.0 {
        grouped.push('-');
    }
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}
