//! A chart as text: curves in braille dots, columns in blocks, bands shaded.

use super::axis::{Axis, Tick, drawable, rough};
use super::canvas::Canvas;
use super::{Band, Chart, Line, Scale, Stroke, cut};

const MOST_COLUMNS: usize = 500;
const MOST_ROWS: usize = 200;

/// With fewer columns the numbers beside the axis would leave no room for the plot.
const COLUMNS_FOR_TICKS: usize = 24;

/// Dots drawn and left out by turns in a broken line.
const DASH: (usize, usize) = (4, 3);

pub(super) fn chart(chart: &Chart, columns: usize, rows: usize) -> String {
    let columns = columns.clamp(1, MOST_COLUMNS);
    let rows = rows.clamp(1, MOST_ROWS);
    let (x, y) = axes(chart);
    let y = y.ending_on_ticks((rows / 3).clamp(1, 8));
    let ticks = if columns < COLUMNS_FOR_TICKS {
        Vec::new()
    } else {
        y.ticks((rows / 3).clamp(1, 8))
    };
    let longest = ticks.iter().map(|tick| tick.label.chars().count()).max();
    let margin = longest.unwrap_or(0).min(columns / 2);
    // One column for the axis itself.
    let width = columns.saturating_sub(margin + 1).max(1);
    let mut plot = Plot {
        canvas: Canvas::new(width, rows),
        x,
        y,
    };
    for band in &chart.bands {
        plot.band(band);
    }
    // A character holds one sign: the columns are figures, the shade around them only a guess.
    plot.columns(&chart.columns);
    for line in &chart.lines {
        plot.line(line);
    }
    for (line, letter) in chart.lines.iter().zip(letters()) {
        let last = line.points.iter().rev();
        if let Some(end) = last.copied().find_map(|point| plot.place(point)) {
            plot.canvas.sign(end, letter);
        }
    }
    for (mark, number) in chart.marks.iter().zip(numbers()) {
        if let Some(place) = plot.place((mark.x, mark.y)) {
            plot.canvas.sign(place, number);
        }
    }

    let mut lines = Vec::new();
    lines.extend(heading(&chart.title, columns));
    lines.extend(heading(&chart.y_axis, columns));
    for (row, drawn) in plot.canvas.rows().into_iter().enumerate() {
        let tick = ticks.iter().find(|tick| row_of(tick, rows) == row);
        let label = cut(tick.map_or("", |tick| &tick.label), margin);
        let axis = if tick.is_some() { '┤' } else { '│' };
        lines.push(format!("{label:>margin$}{axis}{drawn}"));
    }
    if columns >= COLUMNS_FOR_TICKS {
        lines.extend(below(&plot.x, margin, width));
    }
    lines.extend(heading(&chart.x_axis, columns).map(|name| {
        let room = columns.saturating_sub(name.chars().count());
        format!("{}{name}", " ".repeat(room / 2))
    }));
    lines.extend(legend(chart).iter().map(|entry| cut(entry, columns)));
    let mut text = String::new();
    for line in lines {
        let line: String = line.chars().take(columns).collect();
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The axes that hold everything that can be drawn. Both coordinates of a point must be drawable for it to count.
pub(super) fn axes(chart: &Chart) -> (Axis, Axis) {
    let seen = |(x, y): &(f64, f64)| drawable(*x, Scale::Linear) && drawable(*y, chart.y_scale);
    let columns = chart.columns.iter().copied();
    let lines = chart
        .lines
        .iter()
        .flat_map(|line| line.points.iter().copied());
    let bands = chart.bands.iter().flat_map(|band| {
        let points = band.points.iter();
        points.flat_map(|&(x, low, high)| [(x, low), (x, high)])
    });
    let marks = chart.marks.iter().map(|mark| (mark.x, mark.y));
    let points: Vec<(f64, f64)> = columns
        .chain(lines)
        .chain(bands)
        .chain(marks)
        .filter(seen)
        .collect();
    let x = Axis::over(points.iter().map(|point| point.0), Scale::Linear);
    let y = Axis::over(points.iter().map(|point| point.1), chart.y_scale);
    let y = if chart.columns.iter().any(seen) {
        y.with_zero()
    } else {
        y.with_near_zero()
    };
    let sign = chart.decimal_sign;
    (x.written_with(sign), y.written_with(sign))
}

struct Plot {
    canvas: Canvas,
    x: Axis,
    y: Axis,
}

impl Plot {
    /// The dot of a point, counted from the top left.
    fn place(&self, (x, y): (f64, f64)) -> Option<(usize, usize)> {
        let (across, down) = self.canvas.dots();
        let (x, y) = (self.x.share(x)?, self.y.share(y)?);
        Some((scaled(x, across - 1), scaled(1.0 - y, down - 1)))
    }

    fn columns(&mut self, columns: &[(f64, f64)]) {
        let (across, down) = self.canvas.dots();
        let (width, eighths) = (across / 2, 2 * down);
        let mut heights = vec![None; width];
        for &(x, y) in columns {
            if let (Some(x), Some(y)) = (self.x.share(x), self.y.share(y)) {
                let height: &mut Option<f64> = &mut heights[scaled(x, width - 1)];
                // Where several share a character, the one that stands out.
                let ground = self.y.ground();
                if height.is_none_or(|tallest| (y - ground).abs() > (tallest - ground).abs()) {
                    *height = Some(y);
                }
            }
        }
        let ground = scaled(self.y.ground(), eighths);
        for (column, height) in heights.into_iter().enumerate() {
            if let Some(height) = height {
                let end = scaled(height, eighths);
                self.canvas.bar(column, ground.min(end), ground.max(end));
            }
        }
    }

    fn band(&mut self, band: &Band) {
        let (across, down) = self.canvas.dots();
        let (width, height) = (across / 2, down / 4);
        let places: Vec<(f64, f64, f64)> = band
            .points
            .iter()
            .filter_map(|&(x, low, high)| {
                Some((self.x.share(x)?, self.y.share(low)?, self.y.share(high)?))
            })
            .collect();
        let pairs = places.windows(2).map(|pair| (pair[0], pair[1]));
        let alone = places.first().map(|&place| (place, place));
        for (from, to) in alone.into_iter().chain(pairs) {
            let (first, last) = (scaled(from.0, width - 1), scaled(to.0, width - 1));
            for column in first.min(last)..=first.max(last) {
                let along = column.abs_diff(first) as f64 / first.abs_diff(last).max(1) as f64;
                let between = |one: f64, other: f64| one + (other - one) * along;
                let (low, high) = (between(from.1, to.1), between(from.2, to.2));
                let (top, bottom) = (low.max(high), low.min(high));
                for row in scaled(1.0 - top, height - 1)..=scaled(1.0 - bottom, height - 1) {
                    self.canvas.shade(column, row, '░');
                }
            }
        }
    }

    fn line(&mut self, line: &Line) {
        let broken = line.stroke == Stroke::Dashed;
        let on = |travelled: usize| !broken || travelled % (DASH.0 + DASH.1) < DASH.0;
        let mut before: Option<(usize, usize)> = None;
        let mut travelled = 0;
        for &point in &line.points {
            let place = self.place(point);
            if let Some(to) = place {
                let from = before.unwrap_or(to);
                if line.stroke == Stroke::Step {
                    let corner = (to.0, from.1);
                    self.canvas.stroke(from, corner, &mut travelled, on);
                    self.canvas.stroke(corner, to, &mut travelled, on);
                } else {
                    self.canvas.stroke(from, to, &mut travelled, on);
                }
            }
            before = place;
        }
    }
}

/// A share of `most`, to the nearest whole one.
fn scaled(share: f64, most: usize) -> usize {
    (share.clamp(0.0, 1.0) * most as f64).round() as usize
}

fn row_of(tick: &Tick, rows: usize) -> usize {
    scaled(1.0 - tick.share, 4 * rows - 1) / 4
}

fn heading(text: &str, columns: usize) -> Option<String> {
    (!text.is_empty()).then(|| cut(text, columns))
}

/// The horizontal axis and the numbers under it.
fn below(x: &Axis, margin: usize, width: usize) -> [String; 2] {
    let ticks = x.ticks_side_by_side(10, width);
    let mut rule = vec!['─'; width];
    let mut numbers = vec![' '; margin + 1 + width];
    let mut free = 0;
    for tick in ticks {
        let column = scaled(tick.share, width - 1);
        rule[column] = '┬';
        let length = tick.label.chars().count();
        let centred = (margin + 1 + column).saturating_sub(length / 2);
        let start = centred.min(numbers.len().saturating_sub(length));
        if start < free || start + length > numbers.len() {
            continue;
        }
        for (place, sign) in tick.label.chars().enumerate() {
            numbers[start + place] = sign;
        }
        free = start + length + 1;
    }
    let rule: String = rule.into_iter().collect();
    [
        format!("{}└{rule}", " ".repeat(margin)),
        numbers.into_iter().collect(),
    ]
}

fn legend(chart: &Chart) -> Vec<String> {
    let lines = chart.lines.iter().zip(letters()).map(|(line, letter)| {
        let sample = match line.stroke {
            Stroke::Solid => "⠒⠒⠒",
            Stroke::Dashed => "⠒⠂⠒",
            Stroke::Step => "⠤⠔⠒",
        };
        format!("{letter} {sample} {}", line.name)
    });
    let bands = chart
        .bands
        .iter()
        .map(|band| format!("  ░░░ {}", band.name));
    let marks = chart
        .marks
        .iter()
        .zip(numbers())
        .filter_map(|(mark, number)| {
            let seen = drawable(mark.x, Scale::Linear) && drawable(mark.y, chart.y_scale);
            let written = |value| rough(value, chart.decimal_sign);
            let (x, y) = (written(mark.x), written(mark.y));
            seen.then(|| format!("{number} {} ({x}; {y})", mark.label))
        });
    lines.chain(bands).chain(marks).collect()
}

fn letters() -> impl Iterator<Item = char> {
    ('a'..='z').chain(std::iter::repeat('*'))
}

fn numbers() -> impl Iterator<Item = char> {
    ('1'..='9').chain(std::iter::repeat('+'))
}
