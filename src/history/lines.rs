//! Lines of a CSV file split into cells without more ado, as most lines allow.
//!
//! A line is taken here where each of its cells is free of quotes, or is a quote, text without a quote, and a quote: then
//! it is a whole record, and the `csv` crate would split it the same way. With anything else in a file, [`Odd`], the
//! file is given to the `csv` crate from its first line.

use super::figures::plain_digits;
use super::gather::{Cells, Gatherer};
use super::read::{DATE, QUANTITY, SHOP, SKU};
use crate::columns::Layout;

/// A line that may not be a whole record.
#[derive(Debug)]
pub(super) struct Odd;

/// What is wrong with the lines of a part of a file; lines are counted from 0 where the part begins.
#[derive(Debug, Default)]
pub(super) struct LineFaults {
    /// Line and fault of the first ones.
    pub first: Vec<(u64, String)>,
    /// Faults besides these.
    pub further: u64,
}

/// No more faults than this are kept of a part of a file.
const KEPT: usize = 20;

impl LineFaults {
    fn add(&mut self, line: u64, message: String) {
        if self.first.len() < KEPT {
            self.first.push((line, message));
        } else {
            self.further += 1;
        }
    }
}

/// Splits lines and hands their cells on.
pub(super) struct Lines {
    delimiter: u8,
    width: usize,
    /// For each column of the file, which of ours it is.
    ours: Vec<Option<usize>>,
    /// Lines so far, blank ones among them.
    pub lines: u64,
    pub faults: LineFaults,
}

impl Lines {
    pub fn new(delimiter: u8, layout: &Layout) -> Self {
        let ours = |place| (DATE..=SHOP).find(|ours| layout.place(*ours) == Some(place));
        Self {
            delimiter,
            width: layout.width,
            ours: (0..layout.width).map(ours).collect(),
            lines: 0,
            faults: LineFaults::default(),
        }
    }

    /// Takes all lines of `text`, each of which ends with its line break.
    pub fn take(&mut self, mut text: &[u8], gatherer: &mut Gatherer) -> Result<(), Odd> {
        while !text.is_empty() {
            let mut likely = gatherer.likely().into_iter();
            let taken = likely.find_map(|place| self.take_row_of(place, text, gatherer));
            text = match taken {
                Some(rest) => rest,
                None => self.take_line(text, gatherer)?,
            };
            self.lines += 1;
        }
        Ok(())
    }

    /// Takes the first line of `text` and gives the rest, where it is a row of the series at `place`, in the month of the
    /// row before and with a quantity of plain digits: almost every line of a sorted file is.
    #[inline]
    fn take_row_of<'t>(
        &self,
        place: u32,
        text: &'t [u8],
        gatherer: &mut Gatherer,
    ) -> Option<&'t [u8]> {
        let (sku, shop) = gatherer.key(place)?;
        let (mut day, mut quantity) = (None, None);
        let mut rest = text;
        for (column, ours) in (1..).zip(&self.ours) {
            match *ours {
                Some(DATE) => {
                    let (date, after) = rest.split_first_chunk()?;
                    day = Some(gatherer.dates.day_in_month(date)?);
                    rest = after;
                }
                Some(QUANTITY) => {
                    let (digits, after) = plain_digits(rest)?;
                    quantity = Some(digits);
                    rest = after;
                }
                Some(SKU) => rest = without(rest, sku)?,
                Some(_) => rest = without(rest, shop)?,
                None => {
                    let stops = |byte: &u8| *byte == self.delimiter || matches!(byte, b'\n' | b'"');
                    rest = &rest[rest.iter().position(stops)?..];
                }
            }
            let end = if column == self.width {
                rest = rest.strip_prefix(b"\r").unwrap_or(rest);
                b'\n'
            } else {
                self.delimiter
            };
            let (found, after) = rest.split_first()?;
            if *found != end {
                return None;
            }
            rest = after;
        }
        gatherer.add_next(place, day?, quantity?);
        Some(rest)
    }

    /// Takes the first line of `text` and gives the rest.
    fn take_line<'t>(&mut self, text: &'t [u8], gatherer: &mut Gatherer) -> Result<&'t [u8], Odd> {
        let mut found: [&[u8]; SHOP + 1] = [&[]; SHOP + 1];
        let mut rest = text;
        let mut columns = 0;
        let mut filled = false;
        loop {
            let (cell, end, after) = self.cell(rest)?;
            filled |= !cell.is_empty();
            if let Some(Some(ours)) = self.ours.get(columns) {
                found[*ours] = cell;
            }
            columns += 1;
            rest = after;
            if end == b'\n' {
                break;
            }
        }
        if !filled {
            return Ok(rest);
        }
        let taken = if columns == self.width {
            gatherer.take(Cells {
                date: found[DATE],
                sku: found[SKU],
                quantity: found[QUANTITY],
                shop: found[SHOP],
            })
        } else {
            Err(wrong_width(columns, self.width))
        };
        if let Err(message) = taken {
            self.faults.add(self.lines, message);
        }
        Ok(rest)
    }

    /// The first cell of `text`, what it ends with (the delimiter, or the end of the line), and the rest.
    fn cell<'t>(&self, text: &'t [u8]) -> Result<(&'t [u8], u8, &'t [u8]), Odd> {
        let stops = |byte: u8| byte == self.delimiter || byte == b'\n' || byte == b'"';
        let (inner, quoted) = match text {
            [b'"', inner @ ..] => {
                let close = inner.iter().position(|byte| matches!(byte, b'"' | b'\n'));
                let close = close.filter(|at| inner[*at] == b'"').ok_or(Odd)?;
                (&inner[..close], close + 2)
            }
            _ => (&text[..0], 0),
        };
        let tail = &text[quoted..];
        let length = tail.iter().position(|byte| stops(*byte)).ok_or(Odd)?;
        let end = tail[length];
        let plain = tail[..length].trim_ascii();
        let cell = match (quoted > 0, plain.is_empty()) {
            _ if end == b'"' => return Err(Odd),
            (false, _) => plain,
            (true, true) => inner.trim_ascii(),
            // Text behind the closing quote.
            (true, false) => return Err(Odd),
        };
        Ok((cell, end, &tail[length + 1..]))
    }
}

/// `text` behind `beginning`. Most are of a few bytes, for which a call of the system's comparison takes longer.
#[inline]
fn without<'t>(text: &'t [u8], beginning: &[u8]) -> Option<&'t [u8]> {
    let (start, rest) = text.split_at_checked(beginning.len())?;
    let mut same = true;
    for (one, other) in start.iter().zip(beginning) {
        same &= one == other;
    }
    same.then_some(rest)
}

/// A row with more or fewer cells than the header.
pub(super) fn wrong_width(cells: usize, columns: usize) -> String {
    format!("has {cells} columns, the header has {columns}")
}
