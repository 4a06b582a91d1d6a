//! A file read in parts by several threads.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::gather::Gatherer;
use super::lines::{Lines, Odd};
use super::read::Progress;
use crate::columns::Layout;

/// Bytes that a thread reads at once.
const BLOCK: usize = 256 * 1024;

/// A line this long is left to the `csv` crate.
const LONGEST_LINE: usize = BLOCK / 2;

/// Where the rows of a file are and how they are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'r> {
    pub path: &'r Path,
    pub delimiter: u8,
    pub layout: &'r Layout,
    /// The first byte after the header.
    pub begin: u64,
    /// The size of the file.
    pub end: u64,
}

/// Why a part was not read.
pub(super) enum Unread {
    /// It has a line that cannot be read apart from the others.
    Odd,
    Failed(std::io::Error),
}

impl From<Odd> for Unread {
    fn from(Odd: Odd) -> Self {
        Self::Odd
    }
}

impl From<std::io::Error> for Unread {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error)
    }
}

/// Reads all rows, one part of the file for each of the gatherers, and gives what each part told.
pub(super) fn read(
    rows: Rows<'_>,
    gatherers: &mut [Gatherer],
    progress: Progress<'_>,
) -> Result<Vec<Lines>, Unread> {
    let parts = gatherers.len() as u64;
    let cut = |part: u64| rows.begin + (rows.end - rows.begin) * part / parts;
    let read_so_far = AtomicU64::new(rows.begin);
    let told = |bytes: u64| {
        progress(read_so_far.fetch_add(bytes, Ordering::Relaxed) + bytes);
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..parts)
            .zip(gatherers)
            .map(|(part, gatherer)| {
                let told = &told;
                scope.spawn(move || read_part(rows, cut(part), cut(part + 1), gatherer, told))
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| match worker.join() {
                Ok(lines) => lines,
                // Nothing in a worker panics; if it did, hiding it would lose rows.
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    })
}

/// Reads the lines that begin at `begin` or later and before `end`.
fn read_part(
    rows: Rows<'_>,
    begin: u64,
    end: u64,
    gatherer: &mut Gatherer,
    told: &dyn Fn(u64),
) -> Result<Lines, Unread> {
    let mut lines = Lines::new(rows.delimiter, rows.layout);
    // The line that is under way at `begin` belongs to the part before; one that begins just there does not.
    let mut inside_a_line = begin > rows.begin;
    let mut at = begin - u64::from(inside_a_line);
    let mut file = File::open(rows.path)?;
    file.seek(SeekFrom::Start(at))?;
    let mut block = vec![0; BLOCK];
    // Bytes at the front of the block that are the beginning of a line.
    let mut kept = 0;
    loop {
        let length = read_some(&mut file, &mut block[kept..])?;
        let filled = kept + length;
        at += length as u64;
        told(length as u64);
        if length == 0 {
            if filled > 0 && !inside_a_line {
                block[filled] = b'\n';
                lines.take(&block[..=filled], gatherer)?;
            }
            return Ok(lines);
        }
        let block_begin = at - filled as u64;
        let break_from = |place: usize| {
            let found = block[place..filled].iter().position(|byte| *byte == b'\n');
            found.map(|further| place + further + 1)
        };
        let mut first = 0;
        if inside_a_line {
            match break_from(0) {
                Some(after) if block_begin + after as u64 >= end => return Ok(lines),
                Some(after) => first = after,
                None => continue,
            }
            inside_a_line = false;
        }
        let last_break = match at >= end {
            true => break_from((end - 1).saturating_sub(block_begin) as usize),
            false => None,
        };
        if let Some(after) = last_break {
            lines.take(&block[first..after], gatherer)?;
            return Ok(lines);
        }
        let whole = block[first..filled].iter().rposition(|byte| *byte == b'\n');
        let whole = whole.map_or(first, |place| first + place + 1);
        lines.take(&block[first..whole], gatherer)?;
        kept = filled - whole;
        if kept > LONGEST_LINE {
            return Err(Unread::Odd);
        }
        block.copy_within(whole..filled, 0);
    }
}

fn read_some(file: &mut File, into: &mut [u8]) -> std::io::Result<usize> {
    loop {
        match file.read(into) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}
