//! Files that a form sends.

use axum::extract::Multipart;

use crate::error::{Error, Result};

/// What a form may send beside its file: names of fields and the marks between them, bytes.
pub(super) const AROUND: usize = 64 * 1024;

/// A file as it was sent.
pub(super) struct Upload {
    /// Its name on the sender's device.
    pub name: String,
    pub content: Vec<u8>,
}

/// The file of a form's field, of at most `limit` bytes.
///
/// # Errors
/// [`Error::Invalid`] of the field when nothing was chosen, or too much was sent.
pub(super) async fn file(mut form: Multipart, field: &str, limit: usize) -> Result<Upload> {
    let too_large = || Error::invalid(field, format!("is larger than {} MB", limit >> 20));
    let unreadable = |error: axum::extract::multipart::MultipartError| {
        if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
            too_large()
        } else {
            Error::invalid(field, "did not arrive whole: send it again")
        }
    };
    while let Some(part) = form.next_field().await.map_err(unreadable)? {
        if part.name() != Some(field) {
            continue;
        }
        let name = part.file_name().unwrap_or_default().to_owned();
        let content = part.bytes().await.map_err(unreadable)?;
        if content.len() > limit {
            return Err(too_large());
        }
        if content.is_empty() {
            break;
        }
        return Ok(Upload {
            name,
            content: content.to_vec(),
        });
    }
    Err(Error::invalid(field, "choose a file first"))
}
