//! Excel files, of which nothing is unpacked before it is known to be bearable.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use calamine::{Cell, Data, Range, Reader as _, Xlsx};
use zip::ZipArchive;

use crate::error::{Error, Result};

/// The most cells that are kept: two hundred thousand rows of ten columns, some 150 MB of memory.
const MOST_CELLS: u64 = 2_000_000;

/// The most bytes that all texts of a sheet may have together.
const MOST_TEXT: usize = 64 * 1024 * 1024;

/// The most bytes that a file's parts may unpack to. [`MOST_CELLS`] in plain XML take some 100 MB.
const MOST_UNPACKED: u64 = 256 * 1024 * 1024;

/// The most bytes that a part other than a sheet may unpack to: these are kept in memory whole.
const MOST_IN_A_PART: u64 = 64 * 1024 * 1024;

/// Where a file keeps the texts that its cells share.
const SHARED_TEXTS: &str = "xl/sharedStrings.xml";

/// The shortest XML of a shared text, `<si/>`.
const SHORTEST_TEXT: u64 = 5;

/// The cells of the first sheet.
///
/// # Errors
/// [`Error::Invalid`] naming the file for what is no Excel file or asks for more memory than a small machine has, and
/// [`Error::Io`].
pub(super) fn open(path: &Path) -> Result<Range<Data>> {
    let unreadable = |error: String| {
        let message = format!("is no readable Excel file: {error}");
        Error::invalid(path.display().to_string(), message)
    };
    let doing = || format!("reading {}", path.display());
    let file = File::open(path).map_err(Error::io(doing()))?;
    check(BufReader::new(&file)).map_err(unreadable)?;
    let mut book =
        Xlsx::new(BufReader::new(&file)).map_err(|error| unreadable(error.to_string()))?;
    let Some(name) = book.sheet_names().first().cloned() else {
        return Err(unreadable("it has no sheet".to_owned()));
    };
    cells(&mut book, &name).map_err(unreadable)
}

/// Unpacks every part into nothing, to see how large they are: what the directory of a file says of it may be a lie.
fn check<R: Read + Seek>(file: R) -> Result<(), String> {
    let mut parts = ZipArchive::new(file).map_err(|error| error.to_string())?;
    let mut left = MOST_UNPACKED;
    for index in 0..parts.len() {
        let mut part = parts.by_index(index).map_err(|error| error.to_string())?;
        let name = part
            .name()
            .map_err(|error| error.to_string())?
            .to_lowercase();
        let most = match name.starts_with("xl/worksheets/") {
            true => left,
            false => left.min(MOST_IN_A_PART),
        };
        let mut head = Vec::new();
        let begun = (&mut part).take(HEAD).read_to_end(&mut head);
        let begun = begun.map_err(|error| error.to_string())? as u64;
        let rest = std::io::copy(
            &mut part.take((most + 1).saturating_sub(begun)),
            &mut std::io::sink(),
        );
        let size = begun + rest.map_err(|error| error.to_string())?;
        if size > most {
            return Err("it unpacks to more than can be read: save it as CSV".to_owned());
        }
        left -= size;
        if name == SHARED_TEXTS.to_lowercase() && claimed(&head) > size / SHORTEST_TEXT {
            return Err("it claims more texts than it has".to_owned());
        }
    }
    Ok(())
}

/// How much of a part's beginning is looked at: its first element and what that claims.
const HEAD: u64 = 4096;

/// The largest of the numbers of texts that the beginning of a list of texts claims; the reader makes room for so many.
fn claimed(head: &[u8]) -> u64 {
    let head = String::from_utf8_lossy(head).to_lowercase();
    let numbers = head.split("count").skip(1).map(|after| {
        let digits = after.trim_start_matches(['=', '"', '\'', ' ', '\t', '\r', '\n']);
        let end = digits.find(|sign: char| !sign.is_ascii_digit());
        let digits = digits.get(..end.unwrap_or(digits.len())).unwrap_or("");
        // More digits than a number has are more texts than there can be.
        if digits.is_empty() {
            0
        } else {
            digits.parse().unwrap_or(u64::MAX)
        }
    });
    numbers.max().unwrap_or(0)
}

/// The cells of a sheet. A sheet is kept with all that lies between its first cell and its last, so that one stray cell
/// in its farthest corner would take more memory than there is: that is found before the memory is asked for.
fn cells<R: Read + Seek>(book: &mut Xlsx<R>, name: &str) -> Result<Range<Data>, String> {
    let told = |error: calamine::XlsxError| error.to_string();
    let mut reader = book.worksheet_cells_reader(name).map_err(told)?;
    let (mut cells, mut first, mut last) = (Vec::new(), (u32::MAX, u32::MAX), (0, 0));
    let mut text = 0_usize;
    while let Some(cell) = reader.next_cell().map_err(told)? {
        let (row, column) = cell.get_position();
        let value = Data::from(cell.get_value().clone());
        match &value {
            Data::Empty => continue,
            Data::String(content) => text = text.saturating_add(content.len()),
            _ => {}
        }
        first = (row.min(first.0), column.min(first.1));
        last = (row.max(last.0), column.max(last.1));
        let area = (u64::from(last.0 - first.0) + 1) * (u64::from(last.1 - first.1) + 1);
        if area > MOST_CELLS {
            return Err(format!(
                "its cells lie too far apart, or are more than {MOST_CELLS}: row {}, column {}; save it as CSV",
                u64::from(row) + 1,
                u64::from(column) + 1
            ));
        }
        // A place may be named again and again.
        if cells.len() as u64 >= MOST_CELLS || text > MOST_TEXT {
            return Err("it holds more than can be read: save it as CSV".to_owned());
        }
        cells.push(Cell::new((row, column), value));
    }
    Ok(Range::from_sparse(cells))
}
