//! A table as a file to download.

use axum::response::Response;

use crate::error::{Error, Result};
use crate::table::{FileKind, Table};

/// The kind of file that a path such as `barang.csv` asks for, and the name before it.
///
/// # Errors
/// [`Error::NotFound`] for an ending that no table is written as.
pub fn asked(file: &str) -> Result<(&str, FileKind)> {
    file.rsplit_once('.')
        .and_then(|(name, ending)| Some((name, FileKind::of_ending(ending)?)))
        .ok_or_else(|| Error::NotFound(format!("there is no file {file:?}: ask for .csv or .xlsx")))
}

/// The table as a file that the browser saves.
///
/// # Errors
/// As [`Table::file`].
pub fn download(table: &Table, kind: FileKind) -> Result<Response> {
    attachment(&table.name, kind, table.file(kind)?)
}

/// A file that the browser saves under this name.
///
/// # Errors
/// [`Error::Internal`] for a name that no header takes.
pub fn attachment(name: &str, kind: FileKind, file: Vec<u8>) -> Result<Response> {
    crate::web::attachment(name, kind.ending(), kind.media_type(), file)
}
