//! Reading rows out of CSV and Excel files.

use std::path::{Path, PathBuf};

use calamine::{Data, DataType, Range};
use csv::StringRecord;
use tokio::sync::mpsc;

use super::{ImportOptions, Progress, sheet};
use crate::columns::{CsvFile, Layout, Shape};
use crate::error::{Error, Result};
use crate::shop::faults::Faults;
use crate::table::begins_a_formula;

/// Rows between two tellings of progress.
const PROGRESS_ROWS: u64 = 5_000;

/// One row as it is handed on.
pub(super) struct Row<'r> {
    /// Its line in the file, the header being line 1.
    pub line: u64,
    record: &'r StringRecord,
    layout: &'r Layout,
    /// Cells may begin with a mark that keeps a spreadsheet from taking them for formulas.
    marked: bool,
}

impl<'r> Row<'r> {
    /// The cell of a column of the shape, without blanks around it; absent where the file does not have the column or
    /// the cell is empty.
    pub fn cell(&self, column: usize) -> Option<&'r str> {
        let cell = self.record.get(self.layout.place(column)?)?.trim();
        let cell = if self.marked { unmarked(cell) } else { cell };
        (!cell.is_empty()).then_some(cell)
    }
}

/// A cell of a CSV file without the apostrophe that our exports put before what a spreadsheet would reckon.
fn unmarked(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if begins_a_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

/// The names of a file's columns; none of an empty file.
pub(super) fn header(path: &Path) -> Result<Vec<String>> {
    let mut record = StringRecord::new();
    match open(path)?.next(&mut record) {
        Next::Row(_) => Ok(record.iter().map(|name| name.trim().to_owned()).collect()),
        Next::End => Ok(Vec::new()),
        Next::Fault(line, message) => Err(Error::invalid(format!("line {line}"), message)),
        Next::Failed(error) => Err(error),
    }
}

/// What is wrong with a file, row by row.
pub(super) struct FileFaults {
    name: String,
    faults: Faults,
}

impl FileFaults {
    pub fn new(path: &Path) -> Self {
        let name = path.file_name().unwrap_or(path.as_os_str());
        Self {
            name: name.to_string_lossy().into_owned(),
            faults: Faults::default(),
        }
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A fault in a line.
    pub fn add(&mut self, line: u64, message: impl Into<String>) {
        self.faults
            .add(format!("{} line {line}", self.name), message);
    }

    pub fn none(&self) -> bool {
        self.faults.none()
    }

    pub fn into_result(self) -> Result<()> {
        self.faults.into_result()
    }
}

/// How many rows a file had.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counted {
    /// Rows handed on.
    pub rows: u64,
    /// Rows that the filters left out.
    pub filtered_out: u64,
}

/// Runs `work`, which reads a file, on a thread where waiting for the disk holds up nothing, and passes its progress on.
pub(super) async fn in_background<T, W>(progress: Progress<'_>, work: W) -> Result<T>
where
    T: Send + 'static,
    W: FnOnce(&mut dyn FnMut(u64)) -> Result<T> + Send + 'static,
{
    let (tell, mut told) = mpsc::unbounded_channel();
    let working = tokio::task::spawn_blocking(move || {
        work(&mut |rows| {
            // Nobody listening any more is no reason to stop.
            let _ = tell.send(rows);
        })
    });
    while let Some(rows) = told.recv().await {
        progress(rows);
    }
    working
        .await
        .map_err(|error| Error::Internal(format!("reading a file: {error}")))?
}

/// Hands every row of the file at `path` that the filters want to `on_row`. Rows that cannot be read are noted in
/// `faults`.
pub(super) fn read(
    path: &Path,
    shape: &Shape,
    options: &ImportOptions,
    faults: &mut FileFaults,
    progress: &mut dyn FnMut(u64),
    on_row: &mut dyn FnMut(&Row<'_>, &mut FileFaults),
) -> Result<Counted> {
    let mut records = open(path)?;
    let mut record = StringRecord::new();
    let header_line = match records.next(&mut record) {
        Next::Row(line) => line,
        Next::End => {
            faults.add(1, "the file is empty; its first line must name the columns");
            return Ok(Counted::default());
        }
        Next::Fault(line, message) => {
            faults.add(line, message);
            return Ok(Counted::default());
        }
        Next::Failed(error) => return Err(error),
    };
    let layout = match Layout::new(shape, record.iter(), &options.columns, &options.filters) {
        Ok(layout) => layout,
        Err(wrong) => {
            for message in wrong {
                faults.add(header_line, message);
            }
            return Ok(Counted::default());
        }
    };
    let mut counted = Counted::default();
    loop {
        let line = match records.next(&mut record) {
            Next::Row(line) => line,
            Next::End => break,
            Next::Fault(line, message) => {
                faults.add(line, message);
                continue;
            }
            Next::Failed(error) => return Err(error),
        };
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() != layout.width {
            let message = format!(
                "has {} columns, the header has {}",
                record.len(),
                layout.width
            );
            faults.add(line, message);
            continue;
        }
        if !layout.wants(|place| record.get(place)) {
            counted.filtered_out += 1;
            continue;
        }
        counted.rows += 1;
        if counted.rows.is_multiple_of(PROGRESS_ROWS) {
            progress(counted.rows);
        }
        let row = Row {
            line,
            record: &record,
            layout: &layout,
            marked: matches!(records, Records::Csv { .. }),
        };
        on_row(&row, faults);
    }
    progress(counted.rows);
    if counted.rows == 0 && faults.none() {
        let message = if counted.filtered_out > 0 {
            "no row passes the filters"
        } else {
            "no row follows the header"
        };
        faults.add(header_line, message);
    }
    Ok(counted)
}

/// The next row of a file.
enum Next {
    /// It is in the record; its line.
    Row(u64),
    /// There is none.
    End,
    /// There is one in this line, and it cannot be read.
    Fault(u64, String),
    /// The file itself cannot be read on.
    Failed(Error),
}

enum Records {
    Csv {
        file: Box<CsvFile>,
        path: PathBuf,
    },
    Sheet {
        range: Box<Range<Data>>,
        next: usize,
    },
}

fn open(path: &Path) -> Result<Records> {
    let extension = path
        .extension()
        .map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("csv" | "txt") => Ok(Records::Csv {
            file: Box::new(CsvFile::open(path)?),
            path: path.to_owned(),
        }),
        Some("xlsx") => Ok(Records::Sheet {
            range: Box::new(sheet::open(path)?),
            next: 0,
        }),
        _ => Err(Error::invalid(
            path.display().to_string(),
            "is neither a .csv nor an .xlsx file",
        )),
    }
}

impl Records {
    fn next(&mut self, record: &mut StringRecord) -> Next {
        match self {
            Self::Csv { file, path } => {
                let reader = &mut file.reader;
                let read = reader.read_record(record);
                // The place that the reader gives a record is before the blank lines that it skips. Every record
                // ends with its line (see `open_csv`), so where it ends says where it begins; only in a quote that
                // is never closed it does not.
                let end = reader.position().line().saturating_sub(1);
                let before = record.position().map_or(0, csv::Position::line);
                match read {
                    Ok(true) => Next::Row(before.max(end.saturating_sub(breaks(record)))),
                    Ok(false) => Next::End,
                    Err(error) => match error.kind() {
                        csv::ErrorKind::Utf8 { .. } => {
                            Next::Fault(end, "is not UTF-8 text".to_owned())
                        }
                        csv::ErrorKind::Io(fault) => Next::Failed(Error::Io {
                            doing: format!("reading {}", path.display()),
                            source: std::io::Error::new(fault.kind(), fault.to_string()),
                        }),
                        _ => Next::Failed(Error::Internal(format!("reading CSV: {error}"))),
                    },
                }
            }
            Self::Sheet { range, next } => {
                if *next >= range.height() {
                    return Next::End;
                }
                let first_row = range.start().map_or(0, |(row, _)| row);
                let line = u64::from(first_row) + *next as u64 + 1;
                record.clear();
                for column in 0..range.width() {
                    let cell = range.get((*next, column)).unwrap_or(&Data::Empty);
                    record.push_field(&cell_text(cell));
                }
                *next += 1;
                Next::Row(line)
            }
        }
    }
}

/// Line breaks inside the cells of a record.
fn breaks(record: &StringRecord) -> u64 {
    let bytes = record.as_slice().bytes();
    bytes.filter(|byte| *byte == b'\n').count() as u64
}

/// A cell as it would stand in a CSV file.
fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        // Excel keeps every number as a binary fraction; the shortest decimal is what was typed.
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Bool(is) => if *is { "1" } else { "0" }.to_owned(),
        Data::DateTime(_) => cell
            .as_date()
            .map(|date| date.to_string())
            .unwrap_or_default(),
        Data::Error(error) => format!("{error:?}"),
    }
}
