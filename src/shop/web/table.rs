//! A table as a file to download.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::error::{Error, Result};
use crate::shop::table::{FileKind, Table};

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
    let plain = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
    let stem: String = name
        .chars()
        .map(|sign| if plain(sign) { sign } else { '-' })
        .collect();
    let disposition = format!("attachment; filename=\"{stem}.{}\"", kind.ending());
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(kind.media_type()),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition)
                .map_err(|error| Error::Internal(format!("the file {disposition}: {error}")))?,
        ),
    ];
    Ok((headers, file).into_response())
}
