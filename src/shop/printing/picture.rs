//! A slip as a picture, dot by dot much as the printer would set it.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma};

use super::bytes::plain;
use super::layout::{Line, Paper, Style};
use crate::error::{Error, Result};

/// The letters from the blank to `~`, twelve side by side, nine rows high, five dots and one of space wide.
const LETTERS: &str = include_str!("letters.txt");

/// Letters side by side in [`LETTERS`].
const ABREAST: usize = 12;

/// Columns and rows of a letter's dots, without the space around it.
const LETTER: (usize, usize) = (5, 9);

/// What a letter takes, in half its dots: the 12 by 24 of the printer's usual font.
const CELL: (usize, usize) = (12, 24);

/// Half dots above a letter.
const ABOVE: usize = 3;

/// White all around, in half dots.
const MARGIN: usize = 24;

/// Points for each half dot: two are sharp on a telephone.
const FINE: usize = 2;

/// Beyond so many lines one has to do: the picture of the longest sale then stays below 30 MB while it is drawn.
const FINE_LINES: usize = 300;

/// The picture in PNG.
///
/// # Errors
/// [`Error::Internal`] when it cannot be encoded.
pub fn png(lines: &[Line], paper: Paper) -> Result<Vec<u8>> {
    let scale = if lines.len() > FINE_LINES { 1 } else { FINE };
    let rows: usize = lines.iter().map(height).sum();
    let size = |halves: usize| ((halves + 2 * MARGIN) * scale) as u32;
    let (width, height) = (size(paper.columns() * CELL.0), size(rows));
    let mut drawing = Drawing {
        picture: GrayImage::from_pixel(width, height, Luma([255])),
        letters: LETTERS.lines().map(str::as_bytes).collect(),
        scale,
    };
    let mut top = MARGIN;
    for line in lines {
        for (column, sign) in plain(&line.text).bytes().enumerate() {
            drawing.letter(sign, MARGIN + column * CELL.0, top, line.style);
        }
        top += self::height(line);
    }
    let mut out = Cursor::new(Vec::new());
    drawing
        .picture
        .write_to(&mut out, ImageFormat::Png)
        .map_err(|error| Error::Internal(format!("drawing a receipt: {error}")))?;
    Ok(out.into_inner())
}

/// How high a line is, in half dots.
fn height(line: &Line) -> usize {
    match line.style {
        Style::Plain | Style::Bold => CELL.1,
        Style::Tall => 2 * CELL.1,
    }
}

struct Drawing {
    picture: GrayImage,
    letters: Vec<&'static [u8]>,
    scale: usize,
}

impl Drawing {
    fn letter(&mut self, sign: u8, left: usize, top: usize, style: Style) {
        let index = usize::from(sign.saturating_sub(b' '));
        let (row, column) = (index / ABREAST * LETTER.1, index % ABREAST * (LETTER.0 + 1));
        let tall = if style == Style::Tall { 2 } else { 1 };
        let thick = if style == Style::Plain { 2 } else { 3 };
        for y in 0..LETTER.1 {
            for x in 0..LETTER.0 {
                let dot = self
                    .letters
                    .get(row + y)
                    .and_then(|row| row.get(column + x));
                if dot == Some(&b'#') {
                    let place = (left + 1 + 2 * x, top + (ABOVE + 2 * y) * tall);
                    self.dot(place, (thick, 2 * tall));
                }
            }
        }
    }

    /// Blackens a rectangle; place and size in half dots.
    fn dot(&mut self, place: (usize, usize), size: (usize, usize)) {
        for y in place.1 * self.scale..(place.1 + size.1) * self.scale {
            for x in place.0 * self.scale..(place.0 + size.0) * self.scale {
                if let Some(point) = self.picture.get_pixel_mut_checked(x as u32, y as u32) {
                    *point = Luma([0]);
                }
            }
        }
    }
}
