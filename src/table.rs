//! Tables for a spreadsheet: one way to write any of them as CSV and as an Excel workbook.
//!
//! A cell of text that a spreadsheet would take for a formula stays text: in CSV it gets an apostrophe in front, in a
//! workbook it is stored as a string. Numbers stay numbers.

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::error::{Error, Result};
use crate::model::{Money, Quantity};

/// A table with a heading over each column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it is called: the stem of the file's name and the name of the sheet.
    pub name: String,
    /// The headings.
    pub columns: Vec<String>,
    /// The rows, each with one cell a column.
    pub rows: Vec<Vec<Cell>>,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words, whatever they begin with.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Whole rupiah, written without a mark.
    Money(Money),
    /// A quantity, and the base units in the unit that it is written in.
    Quantity(Quantity, i64),
    /// Tenths of a percent, written as percent.
    PerMille(i64),
    /// A day.
    Date(NaiveDate),
}

/// The kinds of file that a table can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Comma-separated values in UTF-8, marked so that a spreadsheet knows it.
    Csv,
    /// The same without the mark: for programs, and for what is to be imported again.
    BareCsv,
    /// An Excel workbook.
    Xlsx,
}

impl FileKind {
    /// By the ending of a file's name.
    #[must_use]
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    /// The ending of a file's name.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv | Self::BareCsv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv | Self::BareCsv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
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

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Money> for Cell {
    fn from(amount: Money) -> Self {
        Self::Money(amount)
    }
}

impl Table {
    /// The whole file.
    ///
    /// # Errors
    /// [`Error::Internal`] for more rows or longer texts than a workbook holds.
    pub fn file(&self, kind: FileKind) -> Result<Vec<u8>> {
        match kind {
            FileKind::Csv => self.csv("\u{feff}"),
            FileKind::BareCsv => self.csv(""),
            FileKind::Xlsx => self.xlsx().map_err(|error| self.fault(&error)),
        }
    }

    /// The same, where the writing holds up nothing.
    ///
    /// # Errors
    /// As [`Table::file`].
    pub async fn file_in_background(self, kind: FileKind) -> Result<Vec<u8>> {
        tokio::task::spawn_blocking(move || self.file(kind))
            .await
            .map_err(|error| Error::Internal(format!("writing a file: {error}")))?
    }

    fn fault(&self, error: &impl std::fmt::Display) -> Error {
        Error::Internal(format!("writing the table {}: {error}", self.name))
    }

    /// Excel takes a file without a mark for one in the code page of the machine.
    fn csv(&self, mark: &str) -> Result<Vec<u8>> {
        let mut file = mark.as_bytes().to_vec();
        let mut writer = csv::Writer::from_writer(&mut file);
        let written = writer
            .write_record(self.columns.iter().map(|name| without_formula(name)))
            .and_then(|()| {
                self.rows
                    .iter()
                    .try_for_each(|row| writer.write_record(row.iter().map(Cell::plain)))
            })
            .and_then(|()| Ok(writer.flush()?));
        written.map_err(|error| self.fault(&error))?;
        drop(writer);
        Ok(file)
    }

    fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let heading = Format::new().set_bold();
        let formats = Formats::new();
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(&self.name))?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, name) in (0_u16..).zip(&self.columns) {
            sheet.write_string_with_format(0, column, name, &heading)?;
        }
        for (row, cells) in (1_u32..).zip(&self.rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                cell.write(sheet, row, column, &formats)?;
            }
        }
        sheet.autofit();
        book.save_to_buffer()
    }
}

struct Formats {
    money: Format,
    date: Format,
    percent: Format,
}

impl Formats {
    fn new() -> Self {
        Self {
            money: Format::new().set_num_format("#,##0"),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            percent: Format::new().set_num_format("0.0%"),
        }
    }
}

impl Cell {
    /// As CSV has it.
    fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => without_formula(text),
            Self::Number(number) => number.to_string(),
            Self::Money(amount) => amount.0.to_string(),
            Self::Quantity(quantity, factor) => quantity.in_unit(*factor),
            Self::PerMille(share) => Quantity(*share).in_unit(10),
            Self::Date(date) => date.to_string(),
        }
    }

    fn write(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        column: u16,
        formats: &Formats,
    ) -> Result<(), XlsxError> {
        match self {
            Self::Empty => {}
            Self::Text(text) => {
                sheet.write_string(row, column, text)?;
            }
            Self::Number(number) => {
                sheet.write_number(row, column, *number as f64)?;
            }
            Self::Money(amount) => {
                sheet.write_number_with_format(row, column, amount.0 as f64, &formats.money)?;
            }
            Self::Quantity(quantity, factor) => {
                let figure = quantity.0 as f64 / (*factor).max(1) as f64;
                sheet.write_number(row, column, figure)?;
            }
            Self::PerMille(share) => {
                let share = *share as f64 / 1000.0;
                sheet.write_number_with_format(row, column, share, &formats.percent)?;
            }
            Self::Date(date) => match excel_date(*date) {
                Some(day) => {
                    sheet.write_datetime_with_format(row, column, day, &formats.date)?;
                }
                None => {
                    sheet.write_string(row, column, date.to_string())?;
                }
            },
        }
        Ok(())
    }
}

/// Nothing for a date that Excel has no number for.
fn excel_date(date: NaiveDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(date.year()).ok()?;
    ExcelDateTime::from_ymd(year, date.month() as u8, date.day() as u8).ok()
}

/// Whether a spreadsheet would take a text for a formula.
#[must_use]
pub fn begins_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// What a spreadsheet would take for a formula gets an apostrophe in front, before others that stand there already, so
/// that taking one away gives back what was there.
fn without_formula(text: &str) -> String {
    if begins_a_formula(text.trim_start_matches('\'')) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// The name of a sheet has at most 31 characters and not all of them.
fn sheet_name(name: &str) -> String {
    let safe = |sign: char| !matches!(sign, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'');
    name.chars().filter(|sign| safe(*sign)).take(31).collect()
}
