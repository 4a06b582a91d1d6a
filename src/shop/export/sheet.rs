//! A table as a file: CSV for programs, XLSX for people.

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::error::{Error, Result};

/// A table with the names of its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What it holds, in one word.
    pub name: &'static str,
    /// The names of its columns.
    pub columns: Vec<&'static str>,
    /// Its rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words, and codes of digits that are no number.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A decimal number, with a point.
    Decimal(String),
    /// A day.
    Date(NaiveDate),
}

impl Cell {
    /// Words, or nothing.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text)
        }
    }
}

/// How a table is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// UTF-8 with commas; a text that begins as a formula would is preceded by an apostrophe.
    Csv,
    /// Excel's, with texts as texts.
    Xlsx,
}

/// Whether a spreadsheet would take a text for a formula.
#[must_use]
pub fn begins_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

impl Sheet {
    /// The table as a file.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be written, as an Excel file with more than a million rows.
    pub fn written(&self, format: FileFormat) -> Result<Vec<u8>> {
        match format {
            FileFormat::Csv => self.csv(),
            FileFormat::Xlsx => self
                .xlsx()
                .map_err(|error| Error::Internal(format!("writing an Excel file: {error}"))),
        }
    }

    /// The same, where the writing holds up nothing.
    ///
    /// # Errors
    /// As [`Sheet::written`].
    pub async fn written_in_background(self, format: FileFormat) -> Result<Vec<u8>> {
        tokio::task::spawn_blocking(move || self.written(format))
            .await
            .map_err(|error| Error::Internal(format!("writing a file: {error}")))?
    }

    fn csv(&self) -> Result<Vec<u8>> {
        let failed = |error: csv::Error| Error::Internal(format!("writing CSV: {error}"));
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.columns).map_err(failed)?;
        for row in &self.rows {
            writer
                .write_record(row.iter().map(csv_cell))
                .map_err(failed)?;
        }
        writer
            .into_inner()
            .map_err(|error| Error::Internal(format!("writing CSV: {error}")))
    }

    fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.set_name(self.name)?;
        sheet.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        for (name, column) in self.columns.iter().zip(0_u16..) {
            sheet.write_string_with_format(0, column, *name, &bold)?;
        }
        for (cells, row) in self.rows.iter().zip(1_u32..) {
            for (cell, column) in cells.iter().zip(0_u16..) {
                write(sheet, row, column, cell, &day)?;
            }
        }
        book.save_to_buffer()
    }
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    day: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, text)?;
        }
        Cell::Number(number) => {
            sheet.write_number(row, column, *number as f64)?;
        }
        Cell::Decimal(text) => {
            sheet.write_number(row, column, text.parse().unwrap_or(0.0))?;
        }
        Cell::Date(date) => {
            let year = u16::try_from(date.year()).unwrap_or(1900);
            let date = ExcelDateTime::from_ymd(year, date.month() as u8, date.day() as u8)?;
            sheet.write_datetime_with_format(row, column, &date, day)?;
        }
    }
    Ok(())
}

/// A cell as it stands in a CSV file. The apostrophe goes before others too that stand before such a text, so that
/// taking one away gives back what was there.
fn csv_cell(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) if begins_a_formula(text.trim_start_matches('\'')) => format!("'{text}"),
        Cell::Text(text) | Cell::Decimal(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Date(date) => date.to_string(),
    }
}
