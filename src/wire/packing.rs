//! Undoing the compression of what came over the line, within bounds.

use std::io::Read;

/// No honest text is so many times as large as its compressed form: events and notes come to 30 and seldom to 100.
pub const MAX_RATIO: usize = 500;

/// A text up to this size may have any ratio: it harms nobody, and a short one may be all blanks.
const HARMLESS: usize = 1024 * 1024;

/// A frame asking for a larger window than 2 to this power is refused before the memory for it is taken: no text is larger.
const WINDOW_LOG: u32 = 23;

/// Why a frame was not unpacked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError {
    /// It is larger than what is taken here.
    #[error("it is larger than {0} bytes")]
    TooLarge(usize),
    /// It is larger than [`MAX_RATIO`] times its compressed form.
    #[error("it is more than {MAX_RATIO} times as large as its compressed form")]
    Bomb,
    /// It is no zstd frame, or a damaged one.
    #[error("not a zstd frame that fits: {0}")]
    Unreadable(String),
}

/// The text of a zstd frame, of at most `most` bytes. What comes out is counted as it comes, whatever the frame says of
/// itself, and no more of it is made than is allowed.
///
/// # Errors
/// [`UnpackError`] says what is wrong with the frame.
pub fn unpack(packed: &[u8], most: usize) -> Result<Vec<u8>, UnpackError> {
    let unreadable = |error: std::io::Error| UnpackError::Unreadable(error.to_string());
    let by_ratio = HARMLESS.saturating_add(packed.len().saturating_mul(MAX_RATIO));
    let bound = most.min(by_ratio);
    let mut decoder = zstd::stream::read::Decoder::with_buffer(packed).map_err(unreadable)?;
    decoder.window_log_max(WINDOW_LOG).map_err(unreadable)?;
    let mut text = Vec::new();
    decoder
        .take(bound as u64 + 1)
        .read_to_end(&mut text)
        .map_err(unreadable)?;
    if text.len() <= bound {
        Ok(text)
    } else if bound == most {
        Err(UnpackError::TooLarge(most))
    } else {
        Err(UnpackError::Bomb)
    }
}
