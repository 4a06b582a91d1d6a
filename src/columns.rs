//! How a CSV file is written, which of its columns is which, and which rows count: for every reader of files that people
//! bring.

use std::fs::File;
use std::io::{BufRead, BufReader, Chain, Read};
use std::path::Path;
use std::str::FromStr;

use crate::error::{self, Error};

/// No header line is longer.
const HEADER_BYTES: usize = 64 * 1024;

/// Columns of a file under names of its own: `date=tanggal,sku=item` reads our `date` from its `tanggal`.
///
/// Where any is given, columns that are neither named here nor known are left out; where none is, they are refused,
/// because a misspelt name would otherwise be silently without effect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns(Vec<(String, String)>);

/// Only rows whose column `column` holds exactly `value`: `store=292`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The file's own name of the column.
    pub column: String,
    /// What it must hold.
    pub value: String,
}

impl Columns {
    /// From pairs of our name and the file's.
    #[must_use]
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The file's name of one of our columns, where it was given.
    #[must_use]
    pub fn theirs(&self, ours: &str) -> Option<&str> {
        let pair = self.0.iter().find(|(name, _)| name == ours);
        pair.map(|(_, theirs)| theirs.as_str())
    }
}

impl FromStr for Columns {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let pairs = text.split(',').map(pair).collect::<Result<Vec<_>, _>>()?;
        for (index, (ours, _)) in pairs.iter().enumerate() {
            if pairs.iter().take(index).any(|(other, _)| other == ours) {
                return Err(format!("{ours} is given twice"));
            }
        }
        Ok(Self(pairs))
    }
}

impl FromStr for Filter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (column, value) = pair(text)?;
        Ok(Self { column, value })
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((left, right)) if !left.trim().is_empty() && !right.trim().is_empty() => {
            Ok((left.trim().to_lowercase(), right.trim().to_owned()))
        }
        _ => Err(format!("{text:?} is not of the form name=value")),
    }
}

/// The columns that a kind of file has.
#[derive(Debug)]
pub struct Shape {
    /// Every column, those that are needed first.
    pub columns: &'static [&'static str],
    /// How many of them are needed.
    pub needed: usize,
}

/// Where each column of a [`Shape`] is in one file, and what its rows must hold.
#[derive(Debug)]
pub struct Layout {
    places: Vec<Option<usize>>,
    filters: Vec<(usize, String)>,
    /// Columns of the file.
    pub width: usize,
}

impl Layout {
    /// From a file's header; otherwise what is wrong with the header or with the options.
    pub fn new<'h>(
        shape: &Shape,
        header: impl Iterator<Item = &'h str>,
        columns: &Columns,
        filters: &[Filter],
    ) -> Result<Self, Vec<String>> {
        let header: Vec<String> = header.map(|name| name.trim().to_lowercase()).collect();
        let mut wrong = Vec::new();
        for (index, name) in header.iter().enumerate() {
            if !name.is_empty() && header.iter().take(index).any(|other| other == name) {
                wrong.push(format!("the column {name:?} is there twice"));
            }
        }
        let place = |name: &str| {
            let name = name.to_lowercase();
            header.iter().position(|column| *column == name)
        };
        for (ours, theirs) in &columns.0 {
            if !shape.columns.contains(&ours.as_str()) {
                wrong.push(format!(
                    "{ours:?} is none of the columns {}",
                    shape.columns.join(",")
                ));
            } else if place(theirs).is_none() {
                wrong.push(format!("the file has no column {theirs:?}"));
            }
        }
        let places: Vec<Option<usize>> = shape
            .columns
            .iter()
            .map(|ours| {
                let renamed = columns.0.iter().find(|(name, _)| name == ours);
                place(renamed.map_or(ours, |(_, theirs)| theirs))
            })
            .collect();
        for (ours, found) in shape.columns.iter().zip(&places).take(shape.needed) {
            if found.is_none() {
                wrong.push(format!("the column {ours:?} is missing"));
            }
        }
        let mut kept = Vec::new();
        for filter in filters {
            match place(&filter.column) {
                Some(place) => kept.push((place, filter.value.clone())),
                None => wrong.push(format!("the file has no column {:?}", filter.column)),
            }
        }
        if columns.0.is_empty() {
            for (index, name) in header.iter().enumerate() {
                // Spreadsheets leave columns without a name at the end.
                let used = name.is_empty()
                    || places.contains(&Some(index))
                    || kept.iter().any(|(at, _)| *at == index);
                if !used {
                    wrong.push(format!(
                        "the column {name:?} is unknown; known are {}",
                        shape.columns.join(",")
                    ));
                }
            }
        }
        if wrong.is_empty() {
            Ok(Self {
                places,
                filters: kept,
                width: header.len(),
            })
        } else {
            Err(wrong)
        }
    }

    /// Where a column of the shape is in the file.
    pub fn place(&self, column: usize) -> Option<usize> {
        self.places.get(column).copied().flatten()
    }

    /// Whether a row passes the filters.
    pub fn wants<'r>(&self, cell: impl Fn(usize) -> Option<&'r str>) -> bool {
        self.filters
            .iter()
            .all(|(place, value)| cell(*place).is_some_and(|cell| cell.trim() == value))
    }
}

/// A CSV file, opened however it was saved: with commas or semicolons, with or without a byte order mark.
pub struct CsvFile {
    /// Its records, the header being the first; every record ends with a line feed, the last one too.
    pub reader: csv::Reader<Chain<BufReader<File>, &'static [u8]>>,
    /// What stands between two cells.
    pub delimiter: u8,
    /// Bytes of the file; 0 of what is no file.
    pub size: u64,
    /// Bytes of the byte order mark.
    pub mark: u64,
}

impl CsvFile {
    /// Opens it; of commas and semicolons the header's more frequent one divides.
    ///
    /// # Errors
    /// [`Error::Io`] naming the file when it cannot be read.
    pub fn open(path: &Path) -> error::Result<Self> {
        let reading = || Error::io(format!("reading {}", path.display()));
        let file = File::open(path).map_err(reading())?;
        let size = file.metadata().map_err(reading())?.len();
        let mut input = BufReader::with_capacity(HEADER_BYTES, file);
        let start = input.fill_buf().map_err(reading())?;
        let mark: &[u8] = b"\xef\xbb\xbf";
        let mark = if start.starts_with(mark) {
            mark.len()
        } else {
            0
        };
        let header = start.split(|byte| *byte == b'\n').next().unwrap_or(start);
        let count = |wanted: u8| header.split(|byte| *byte == wanted).count();
        let delimiter = if count(b';') > count(b',') {
            b';'
        } else {
            b','
        };
        input.consume(mark);
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            // The carriage return before it is cut off with the other blanks.
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(input.chain(&b"\n"[..]));
        Ok(Self {
            reader,
            delimiter,
            size,
            mark: mark as u64,
        })
    }
}
