//! `kulakan shop export`

use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, Result};
use kulakan::error::Error;
use kulakan::shop::Shop;
use kulakan::shop::export::{Days, ExportKind};
use kulakan::table::{Cell, FileKind, Table};
use serde_json::{Value, json};

use super::Output;
use crate::cli::{ExportArgs, ExportFormat, ExportWhat};

pub(super) async fn run(shop: &Shop, arguments: ExportArgs, output: Output) -> Result<()> {
    let kind = match arguments.kind {
        ExportWhat::Products => ExportKind::Products,
        ExportWhat::Sales => ExportKind::Sales,
        ExportWhat::Stock => ExportKind::Stock,
        ExportWhat::Movements => ExportKind::Movements,
        ExportWhat::Plan => ExportKind::Plan,
        ExportWhat::Customers => ExportKind::Customers,
    };
    let format = kind_of(arguments.format);
    let days = Days::of(arguments.from, arguments.to)?;
    refuse_terminal(format, arguments.out.as_deref(), output)?;
    let table = shop.export(kind, days).await?;
    put(&table, format, arguments.out.as_deref(), output)
}

/// The kind of file that is asked for.
pub(super) fn kind_of(format: ExportFormat) -> FileKind {
    match format {
        ExportFormat::Csv => FileKind::BareCsv,
        ExportFormat::Xlsx => FileKind::Xlsx,
    }
}

/// Refuses to print what is no text on somebody's terminal.
pub(super) fn refuse_terminal(format: FileKind, out: Option<&Path>, output: Output) -> Result<()> {
    let to_terminal = out.is_none() && std::io::stdout().is_terminal();
    if format == FileKind::Xlsx && to_terminal && !output.json {
        return Err(Error::invalid("--out", "an Excel file needs a name").into());
    }
    Ok(())
}

/// Writes a table to a file, or prints it.
pub(super) fn put(
    table: &Table,
    format: FileKind,
    out: Option<&Path>,
    output: Output,
) -> Result<()> {
    let Some(path) = out else {
        return if output.json {
            output.print(&value(table), String::new)
        } else {
            print(&table.file(format)?)
        };
    };
    write(path, &table.file(format)?)?;
    let (rows, file) = (table.rows.len(), path.display().to_string());
    output.print(&json!({ "rows": rows, "file": file }), || {
        format!("{rows} rows written to {file}.")
    })
}

/// Writes a file so that it is there whole or not at all.
fn write(path: &Path, content: &[u8]) -> Result<()> {
    let writing = || format!("writing {}", path.display());
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = Path::new(&beside);
    std::fs::write(beside, content)
        .and_then(|()| std::fs::rename(beside, path))
        .map_err(Error::io(writing()))?;
    Ok(())
}

/// Prints bytes. A reader who has seen enough (`| head`) is no fault.
fn print(content: &[u8]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(content).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("writing to standard output"),
    }
}

fn value(table: &Table) -> Value {
    let cell = |cell: &Cell| match cell {
        Cell::Empty => Value::Null,
        Cell::Text(text) => json!(text),
        Cell::Number(number) | Cell::PerMille(number) => json!(number),
        Cell::Money(amount) => json!(amount.0),
        Cell::Quantity(quantity, factor) => json!(quantity.in_unit(*factor)),
        Cell::Date(date) => json!(date),
    };
    let rows: Vec<Value> = table
        .rows
        .iter()
        .map(|row| row.iter().map(cell).collect())
        .collect();
    json!({ "name": table.name, "columns": table.columns, "rows": rows })
}
