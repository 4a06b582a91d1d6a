//! Files that a browser saves.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::error::{Error, Result};

/// A file that the browser saves under `name` with this ending. What is no letter, digit or hyphen of ASCII in the name
/// becomes a hyphen.
///
/// # Errors
/// [`Error::Internal`] for a name that no header takes.
pub fn attachment(
    name: &str,
    ending: &str,
    media_type: &'static str,
    file: Vec<u8>,
) -> Result<Response> {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
    let stem: String = name
        .chars()
        .map(|sign| if plain(sign) { sign } else { '-' })
        .collect();
    let disposition = format!("attachment; filename=\"{stem}.{ending}\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition)
                .map_err(|error| Error::Internal(format!("the file {disposition}: {error}")))?,
        ),
    ];
    Ok((headers, file).into_response())
}
