//! Tables in CSV files: comma or semicolon, a header that names the columns in any order, UTF-8.
//!
//! Nothing of a file is used unless all of it is right, so faults are collected and told together, each with its line.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::error::{Error, FieldError, Result};
use crate::model::{Money, Quantity};

/// Which columns a table may have, and which of them it must have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    pub required: &'static [&'static str],
    pub optional: &'static [&'static str],
}

/// One line of a table.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Where it begins in the file, from 1.
    pub number: u64,
    cells: Vec<(&'static str, String)>,
}

/// A file's lines, ready to be checked against the database: what an import does in its transaction.
pub(super) struct Source {
    pub path: PathBuf,
    pub lines: Vec<Line>,
    pub dry_run: bool,
    pub now: DateTime<Utc>,
}

impl Source {
    /// The file's name, without its folders.
    pub fn file_name(&self) -> String {
        let file = self.path.file_name().unwrap_or(self.path.as_os_str());
        file.to_string_lossy().into_owned()
    }
}

/// What is wrong with a file.
#[derive(Debug)]
pub(super) struct Faults {
    file: String,
    found: Vec<FieldError>,
}

impl Faults {
    /// None yet, of this file.
    pub fn of(path: &Path) -> Self {
        let file = path.file_name().unwrap_or(path.as_os_str());
        Self {
            file: file.to_string_lossy().into_owned(),
            found: Vec::new(),
        }
    }

    /// Something is wrong on a line; `column` may be empty for the line as such.
    pub fn add(&mut self, line: u64, column: &str, message: impl Into<String>) {
        let comma = if column.is_empty() { "" } else { ", " };
        let field = format!("{} line {line}{comma}{column}", self.file);
        self.found.push(FieldError {
            field,
            message: message.into(),
        });
    }

    /// Goes on only where nothing is wrong.
    pub fn none_or_refuse(self) -> Result<()> {
        if self.found.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self.found))
        }
    }
}

/// Reads a file's lines.
///
/// # Errors
/// [`Error::Io`] when it cannot be read; [`Error::Invalid`] names the line that is no text, has too many or too few
/// cells, or the header's column that is unknown, missing or there twice.
pub(super) fn read(path: &Path, columns: Columns) -> Result<Vec<Line>> {
    let bytes = std::fs::read(path).map_err(Error::io(format!("reading {}", path.display())))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut faults = Faults::of(path);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = before.split(|byte| *byte == b'\n').count() as u64;
            faults.add(line, "", "is not UTF-8: save the file as CSV UTF-8");
            faults.none_or_refuse()?;
            return Ok(Vec::new());
        }
    };
    let header = text.lines().next().unwrap_or_default();
    let count = |mark| header.matches(mark).count();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if count(';') > count(',') { b';' } else { b',' })
        .flexible(true)
        .from_reader(text.as_bytes());
    let names = reader
        .headers()
        .map_err(|error| unreadable(path, &error))?
        .clone();
    let names = known_names(&names, columns, &mut faults);
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(path, &error))?;
        let number = record.position().map_or(0, csv::Position::line);
        if record.len() != names.len() {
            let wanted = names.len();
            let message = format!("has {} cells where the header has {wanted}", record.len());
            faults.add(number, "", message);
            continue;
        }
        let cells = names
            .iter()
            .zip(&record)
            .map(|(name, cell)| (*name, cell.trim().to_owned()))
            .collect();
        lines.push(Line { number, cells });
    }
    faults.none_or_refuse()?;
    Ok(lines)
}

/// The header's columns by their names here; faulty ones are told and keep their place under an empty name.
fn known_names(
    header: &csv::StringRecord,
    columns: Columns,
    faults: &mut Faults,
) -> Vec<&'static str> {
    let known = || columns.required.iter().chain(columns.optional);
    let mut names: Vec<&'static str> = Vec::new();
    for written in header {
        let written = written.trim().to_lowercase();
        match known().find(|name| **name == written) {
            Some(name) if names.contains(name) => {
                faults.add(1, name, "is there twice");
                names.push("");
            }
            Some(name) => names.push(name),
            // Spreadsheets leave columns without a name at the end.
            None if written.is_empty() => names.push(""),
            None => {
                let all: Vec<&str> = known().copied().collect();
                let message = format!("is no column here; there are {}", all.join(", "));
                faults.add(1, &written, message);
                names.push("");
            }
        }
    }
    for name in columns.required {
        if !names.contains(name) {
            faults.add(1, name, "is missing in the header");
        }
    }
    names
}

fn unreadable(path: &Path, error: &csv::Error) -> Error {
    let mut faults = Faults::of(path);
    let line = error.position().map_or(1, csv::Position::line);
    faults.add(line, "", error.to_string());
    Error::Invalid(faults.found)
}

impl Line {
    /// Whether the table has this column, filled here or not.
    pub fn has(&self, column: &str) -> bool {
        self.cells.iter().any(|(name, _)| *name == column)
    }

    /// The text of a cell, unless it is empty or the table has no such column.
    pub fn text(&self, column: &str) -> Option<&str> {
        self.cells
            .iter()
            .find(|(name, _)| *name == column)
            .map(|(_, cell)| cell.as_str())
            .filter(|cell| !cell.is_empty())
    }

    /// The text of a cell that must not be empty.
    pub fn required(&self, column: &str, faults: &mut Faults) -> Option<&str> {
        let text = self.text(column);
        if text.is_none() {
            faults.add(self.number, column, "is empty");
        }
        text
    }

    /// A text for people: at most 200 characters, none of them a control character.
    pub fn words(&self, column: &str, faults: &mut Faults) -> Option<String> {
        let text = self.text(column)?;
        if text.chars().count() > 200 || text.chars().any(char::is_control) {
            faults.add(
                self.number,
                column,
                "is longer than 200 characters or has control characters",
            );
            return None;
        }
        Some(text.to_owned())
    }

    /// Whole rupiah, from 0 up, without marks between thousands: `14.000` could mean fourteen elsewhere.
    pub fn money(&self, column: &str, faults: &mut Faults) -> Option<Money> {
        let text = self.text(column)?;
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse().map(Money) {
            Ok(money) if digits && money <= Money::LIMIT => return Some(money),
            Ok(_) if digits => faults.add(self.number, column, format!("{text} is too large")),
            _ => faults.add(
                self.number,
                column,
                format!("{text} is no amount: write whole rupiah, such as 14000"),
            ),
        }
        None
    }

    /// A quantity in a unit of `factor` base units, from `least` base units up.
    pub fn quantity(
        &self,
        column: &str,
        factor: i64,
        least: Quantity,
        faults: &mut Faults,
    ) -> Option<Quantity> {
        let text = self.text(column)?;
        match Quantity::parse(text, factor) {
            Ok(quantity) if quantity >= least => Some(quantity),
            Ok(_) => {
                faults.add(self.number, column, format!("{text} is too small"));
                None
            }
            Err(error) => {
                faults.add(self.number, column, format!("{text} {error}"));
                None
            }
        }
    }

    /// A whole number of days within a range.
    pub fn days(&self, column: &str, least: u32, most: u32, faults: &mut Faults) -> Option<u32> {
        let text = self.text(column)?;
        match u32::from_str(text) {
            Ok(days) if (least..=most).contains(&days) => Some(days),
            _ => {
                let message = format!("{text} is no whole number of days from {least} to {most}");
                faults.add(self.number, column, message);
                None
            }
        }
    }

    /// A flag: `1` or `0`, `true` or `false`, `yes` or `no`, `ya` or `tidak`.
    pub fn flag(&self, column: &str, faults: &mut Faults) -> Option<bool> {
        let text = self.text(column)?;
        match text.to_lowercase().as_str() {
            "1" | "true" | "yes" | "ya" => Some(true),
            "0" | "false" | "no" | "tidak" => Some(false),
            _ => {
                faults.add(self.number, column, format!("{text} is neither yes nor no"));
                None
            }
        }
    }
}
