//! A grid of characters for the terminal, each of two by four dots.

/// Bits of the Unicode braille patterns (U+2800 on), by row and column of the dot.
const DOTS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// Eighths of a character from the bottom, 0 to 8.
const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A drawing of `width` by `height` characters. Places outside it are ignored.
pub(super) struct Canvas {
    width: usize,
    height: usize,
    back: Vec<char>,
    dots: Vec<u8>,
    front: Vec<Option<char>>,
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize) -> Self {
        let cells = width * height;
        Self {
            width,
            height,
            back: vec![' '; cells],
            dots: vec![0; cells],
            front: vec![None; cells],
        }
    }

    /// How many dots lie side by side and above each other.
    pub(super) fn dots(&self) -> (usize, usize) {
        (2 * self.width, 4 * self.height)
    }

    /// The character behind the dots of a cell, row 0 being the top.
    pub(super) fn shade(&mut self, column: usize, row: usize, sign: char) {
        if column < self.width && row < self.height {
            self.back[row * self.width + column] = sign;
        }
    }

    /// A bar between two heights, in eighths of a row from the bottom.
    pub(super) fn bar(&mut self, column: usize, from: usize, to: usize) {
        for row in 0..self.height {
            let bottom = 8 * (self.height - 1 - row);
            let (low, high) = (from.max(bottom), to.min(bottom + 8));
            // What hangs from above its foot has no block of its own: the character that it covers most of.
            let eighths = match (low == bottom, high == bottom + 8) {
                _ if low >= high => continue,
                (true, _) => high - low,
                (false, _) if high - low >= 4 => 8,
                (false, true) => 0,
                (false, false) => 1,
            };
            if eighths > 0 {
                self.shade(column, row, EIGHTHS[eighths]);
            }
        }
    }

    fn dot(&mut self, x: usize, y: usize) {
        let (column, row) = (x / 2, y / 4);
        if column < self.width && row < self.height {
            self.dots[row * self.width + column] |= DOTS[y % 4][x % 2];
        }
    }

    /// Dots from one to another (y downward), those of them that `on` lets through, which is told how many came before.
    pub(super) fn stroke(
        &mut self,
        from: (usize, usize),
        to: (usize, usize),
        travelled: &mut usize,
        on: impl Fn(usize) -> bool,
    ) {
        let across = to.0 as f64 - from.0 as f64;
        let down = to.1 as f64 - from.1 as f64;
        let steps = across.abs().max(down.abs()).max(1.0);
        for step in 0..=(steps as usize) {
            let part = step as f64 / steps;
            if on(*travelled) {
                let x = (from.0 as f64 + across * part).round() as usize;
                let y = (from.1 as f64 + down * part).round() as usize;
                self.dot(x, y);
            }
            *travelled += usize::from(step > 0);
        }
    }

    /// A sign over everything, at the cell that holds a dot, or the nearest one above or below that has none yet.
    pub(super) fn sign(&mut self, (x, y): (usize, usize), sign: char) {
        let column = (x / 2).min(self.width.saturating_sub(1));
        let row = (y / 4).min(self.height.saturating_sub(1));
        let mut rows: Vec<usize> = (0..self.height).collect();
        rows.sort_by_key(|other| other.abs_diff(row));
        let free = rows
            .into_iter()
            .map(|row| row * self.width + column)
            .find(|cell| self.front[*cell].is_none());
        if let Some(cell) = free {
            self.front[cell] = Some(sign);
        }
    }

    /// One line of text for each row, from the top.
    pub(super) fn rows(&self) -> Vec<String> {
        (0..self.height)
            .map(|row| {
                let cells = row * self.width..(row + 1) * self.width;
                cells.map(|cell| self.seen(cell)).collect()
            })
            .collect()
    }

    fn seen(&self, cell: usize) -> char {
        let dots = self.dots[cell];
        let braille = || char::from_u32(0x2800 + u32::from(dots)).filter(|_| dots > 0);
        self.front[cell].or_else(braille).unwrap_or(self.back[cell])
    }
}
