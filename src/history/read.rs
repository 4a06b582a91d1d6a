//! Sales histories out of CSV files.

use std::path::Path;

use chrono::NaiveDate;
use csv::ByteRecord;

use super::gather::{Cells, Gatherer};
use super::parts::{self, Rows, Unread};
use super::{History, lines};
use crate::columns::{Columns, CsvFile, Layout, Shape};
use crate::error::{Error, Faults, Result};

pub(super) const DATE: usize = 0;
pub(super) const SKU: usize = 1;
pub(super) const QUANTITY: usize = 2;
pub(super) const SHOP: usize = 3;
const SHAPE: Shape = Shape {
    columns: &["date", "sku", "quantity", "shop"],
    needed: 3,
};

/// Rows between two tellings of progress.
const PROGRESS_ROWS: u64 = 5_000;

/// How history files are read.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Which columns of the files are `date`, `sku`, `quantity` and `shop`.
    pub columns: Columns,
    /// Dates after this one are faults, as a year mistyped is; by default those after 2099.
    pub latest: Option<NaiveDate>,
    /// Threads that read; 0 counts as 1. The history is the same for any number of them.
    pub threads: usize,
}

/// Told the bytes read so far, of all files together; from any thread.
pub type Progress<'p> = &'p (dyn Fn(u64) + Sync);

/// Reads sales histories, `date,sku,quantity` and optionally `shop`, and adds them up to one.
///
/// CSV with commas or semicolons, a header, UTF-8, dates as ISO 8601, whole base units of at most
/// [`crate::model::Quantity::LIMIT`]. A return is a negative quantity; a day that had more returned than sold counts as
/// 0. Rows of one day are added up.
///
/// # Errors
/// [`Error::Invalid`] with the file, line and fault of up to 20 rows, and nothing read; [`Error::Io`] when a file cannot
/// be read.
pub fn read(
    paths: &[impl AsRef<Path>],
    options: &ReadOptions,
    progress: Progress<'_>,
) -> Result<History> {
    let mut whole: Option<Gatherer> = None;
    let mut faults = Faults::default();
    let mut bytes = 0;
    for path in paths {
        let path = path.as_ref();
        let mut table = Table::open(path)?;
        match table.layout(options) {
            Ok(layout) => {
                let told = |so_far| progress(bytes + so_far);
                for part in table.gather(path, &layout, options, &mut faults, &told)? {
                    match &mut whole {
                        Some(whole) => whole.absorb(part),
                        None => whole = Some(part),
                    }
                }
            }
            Err(wrong) => {
                for message in wrong {
                    faults.add(table.at(table.line), message);
                }
            }
        }
        bytes += table.file.size;
        progress(bytes);
    }
    faults.into_result()?;
    whole
        .unwrap_or_else(|| Gatherer::new(options.latest))
        .into_history()
}

/// A file as the `csv` crate reads it.
struct Table {
    name: String,
    doing: String,
    file: CsvFile,
    record: ByteRecord,
    /// The line of the record, the header being in line 1.
    line: u64,
}

impl Table {
    fn open(path: &Path) -> Result<Self> {
        let doing = format!("reading {}", path.display());
        let file = CsvFile::open(path)?;
        let name = path.file_name().unwrap_or(path.as_os_str());
        Ok(Self {
            name: name.to_string_lossy().into_owned(),
            doing,
            file,
            record: ByteRecord::new(),
            line: 1,
        })
    }

    fn at(&self, line: u64) -> String {
        format!("{} line {line}", self.name)
    }

    /// Reads the next record; `false` at the end.
    fn advance(&mut self) -> Result<bool> {
        let more = self
            .file
            .reader
            .read_byte_record(&mut self.record)
            .map_err(|error| Error::Io {
                doing: self.doing.clone(),
                source: error.into(),
            })?;
        // The place that the reader gives a record is before the blank lines that it skips. Every record ends with
        // its line, so where it ends says where it begins; only in a quote that is never closed it does not.
        let end = self.file.reader.position().line().saturating_sub(1);
        let breaks = self.record.as_slice().iter().filter(|byte| **byte == b'\n');
        let before = self.record.position().map_or(0, csv::Position::line);
        self.line = before.max(end.saturating_sub(breaks.count() as u64));
        Ok(more)
    }

    /// Where the columns are, from the header; otherwise what is wrong with it.
    fn layout(&mut self, options: &ReadOptions) -> Result<Layout, Vec<String>> {
        match self.advance() {
            Ok(true) => {}
            Ok(false) => {
                self.line = 1;
                return Err(vec![
                    "the file is empty; its first line must name the columns".to_owned(),
                ]);
            }
            Err(error) => return Err(vec![error.to_string()]),
        }
        let names: Vec<_> = self.record.iter().map(String::from_utf8_lossy).collect();
        Layout::new(
            &SHAPE,
            names.iter().map(AsRef::as_ref),
            &options.columns,
            &[],
        )
    }

    /// Gathers all rows after the header.
    fn gather(
        &mut self,
        path: &Path,
        layout: &Layout,
        options: &ReadOptions,
        faults: &mut Faults,
        progress: Progress<'_>,
    ) -> Result<Vec<Gatherer>> {
        let header = self.line;
        let gathered = match self.gather_in_parts(path, layout, options, faults, progress)? {
            Some(gathered) => gathered,
            None => self.gather_in_turn(layout, options, faults, progress)?,
        };
        if faults.none() && gathered.iter().all(Gatherer::is_empty) {
            faults.add(self.at(header), "no row follows the header");
        }
        Ok(gathered)
    }

    /// By several threads; nothing where the rows have to be read in their turn.
    fn gather_in_parts(
        &mut self,
        path: &Path,
        layout: &Layout,
        options: &ReadOptions,
        faults: &mut Faults,
        progress: Progress<'_>,
    ) -> Result<Option<Vec<Gatherer>>> {
        let after_header = self.file.reader.position();
        let rows = Rows {
            path,
            delimiter: self.file.delimiter,
            layout,
            begin: self.file.mark + after_header.byte(),
            end: self.file.size,
        };
        if rows.begin >= rows.end {
            return Ok(None);
        }
        let parts = options.threads.max(1);
        let mut gatherers: Vec<_> = (0..parts).map(|_| Gatherer::new(options.latest)).collect();
        let told = match parts::read(rows, &mut gatherers, progress) {
            Ok(told) => told,
            Err(Unread::Odd) => return Ok(None),
            Err(Unread::Failed(error)) => return Err(Error::io(&self.doing)(error)),
        };
        let mut line = after_header.line();
        for part in told {
            for (further, message) in part.faults.first {
                faults.add(self.at(line + further), message);
            }
            faults.add_further(part.faults.further);
            line += part.lines;
        }
        Ok(Some(gatherers))
    }

    /// By the `csv` crate, one after the other.
    fn gather_in_turn(
        &mut self,
        layout: &Layout,
        options: &ReadOptions,
        faults: &mut Faults,
        progress: Progress<'_>,
    ) -> Result<Vec<Gatherer>> {
        let mut gatherer = Gatherer::new(options.latest);
        let mut rows = 0_u64;
        while self.advance()? {
            if self.record.iter().all(|cell| cell.trim_ascii().is_empty()) {
                continue;
            }
            rows += 1;
            if rows.is_multiple_of(PROGRESS_ROWS) {
                progress(self.file.reader.position().byte());
            }
            let taken = if self.record.len() == layout.width {
                let cell = |column: usize| {
                    let place = layout.place(column);
                    let cell = place.and_then(|place| self.record.get(place));
                    cell.unwrap_or_default().trim_ascii()
                };
                gatherer.take(Cells {
                    date: cell(DATE),
                    sku: cell(SKU),
                    quantity: cell(QUANTITY),
                    shop: cell(SHOP),
                })
            } else {
                Err(lines::wrong_width(self.record.len(), layout.width))
            };
            if let Err(message) = taken {
                faults.add(self.at(self.line), message);
            }
        }
        Ok(vec![gatherer])
    }
}
