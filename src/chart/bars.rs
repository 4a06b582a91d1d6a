//! Stacked bars, standing in SVG and lying in the terminal.

use std::fmt::Write;

use super::axis::{Axis, rough};
use super::svg::{CHARACTER, Drawing, Entry, Sample, Sheet, colour};
use super::{BarGroup, Bars, LARGEST, Scale, cut};

const MOST_COLUMNS: usize = 500;

/// More bars than these have no room on a page for a figure each, nor for every label.
const FEW_BARS: usize = 7;

/// What the segments of a bar are made of in the terminal, by the place of their name in the legend.
const FILLS: [char; 6] = ['█', '▒', '░', '▓', '#', '='];

/// The names of the segments in the order in which they first come.
fn names(bars: &Bars) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in bars.groups.iter().flat_map(|group| &group.segments) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

/// The segments that can be drawn: (place of the name, height at the foot, height at the top).
fn stacked(group: &BarGroup, names: &[&str]) -> Vec<(usize, f64, f64)> {
    let mut foot = 0.0;
    group
        .segments
        .iter()
        .filter(|(_, height)| *height > 0.0 && *height <= LARGEST)
        .map(|(name, height)| {
            let place = names.iter().position(|known| known == name).unwrap_or(0);
            let from = foot;
            foot = (foot + height).min(LARGEST);
            (place, from, foot)
        })
        .collect()
}

fn total(group: &BarGroup) -> f64 {
    let heights = group.segments.iter().map(|segment| segment.1);
    let sum: f64 = heights
        .filter(|height| *height > 0.0 && *height <= LARGEST)
        .sum();
    sum.min(LARGEST)
}

fn error(group: &BarGroup) -> Option<f64> {
    group
        .error
        .filter(|half| half.is_finite() && *half >= 0.0 && *half <= LARGEST)
}

/// From zero to the top of the highest bar with its error.
fn axis(bars: &Bars) -> Axis {
    let tops = bars
        .groups
        .iter()
        .map(|group| (total(group) + error(group).unwrap_or(0.0)).min(LARGEST));
    Axis::over(tops.chain([0.0]), Scale::Linear)
        .with_zero()
        .written_with(bars.decimal_sign)
}

pub(super) fn svg(bars: &Bars, sheet: Sheet) -> String {
    let wanted = if sheet == Sheet::PAGE { 4 } else { 6 };
    let axis = axis(bars).ending_on_ticks(wanted);
    let ticks = axis.ticks(wanted);
    let mut drawing = Drawing::beside(&ticks, sheet);
    drawing.grid(&ticks);
    drawing.name_upright(&bars.y_axis);
    let names = names(bars);
    let room = drawing.width / bars.groups.len().max(1) as f64;
    let width = (room * 0.6).min(90.0);
    let longest = bars.groups.iter().map(|group| group.label.chars().count());
    let label_room = CHARACTER * (longest.max().unwrap_or(1) as f64 + 1.5);
    let step = (label_room / room).ceil().max(1.0) as usize;
    let height_at = |drawing: &Drawing, value: f64| drawing.up(axis.share(value).unwrap_or(0.0));
    for (place, group) in bars.groups.iter().enumerate() {
        let middle = drawing.left + room * (place as f64 + 0.5);
        let left = middle - width / 2.0;
        for (name, from, to) in stacked(group, &names) {
            let (foot, top) = (height_at(&drawing, from), height_at(&drawing, to));
            let (height, fill) = (foot - top, colour(name));
            let _ = write!(
                drawing.text,
                r#"<rect x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" fill="{fill}"/>"#
            );
        }
        let whole = total(group);
        let mut highest = height_at(&drawing, whole);
        if let Some(half) = error(group) {
            let low = height_at(&drawing, (whole - half).max(0.0));
            let high = height_at(&drawing, whole + half);
            highest = high;
            let (from, to) = (middle - 5.0, middle + 5.0);
            let _ = write!(
                drawing.text,
                r#"<path d="M{from:.1},{low:.1} L{to:.1},{low:.1} M{from:.1},{high:.1} L{to:.1},{high:.1} M{middle:.1},{low:.1} L{middle:.1},{high:.1}" stroke="currentColor" stroke-width="1.5" fill="none"/>"#
            );
        }
        let crowded = sheet == Sheet::PAGE && bars.groups.len() > FEW_BARS;
        if !crowded {
            drawing.words(
                middle,
                highest - 5.0,
                "middle",
                &rough(whole, bars.decimal_sign),
                "",
            );
        }
        let foot = drawing.up(0.0);
        if crowded {
            if place % step == 0 {
                let half = CHARACTER * group.label.chars().count() as f64 / 2.0;
                let middle = middle.min(sheet.width - half);
                drawing.words(middle, foot + 16.0, "middle", &group.label, "");
            }
            continue;
        }
        let lines = two_lines(&group.label, (room / CHARACTER).max(1.0) as usize);
        for (line, down) in lines.iter().zip([16.0, 29.0]) {
            drawing.words(middle, foot + down, "middle", line, "");
        }
    }
    let (left, right, foot) = (drawing.left, drawing.across(1.0), drawing.up(0.0));
    let _ = write!(
        drawing.text,
        r#"<line x1="{left:.1}" y1="{foot:.1}" x2="{right:.1}" y2="{foot:.1}" stroke="currentColor"/>"#
    );
    let entries: Vec<Entry> = names
        .iter()
        .enumerate()
        .map(|(place, name)| Entry {
            name,
            sample: Sample::Block,
            colour: colour(place),
        })
        .collect();
    drawing.finish(&bars.title, &entries)
}

/// A label of at most `most` characters a line, broken between words where one line does not hold it; what two lines do
/// not hold is cut off.
fn two_lines(label: &str, most: usize) -> Vec<String> {
    if label.chars().count() <= most {
        return vec![cut(label, most)];
    }
    let mut first = String::new();
    let mut rest = label.trim_start();
    while let Some((word, after)) = rest.split_once(' ') {
        let between = usize::from(!first.is_empty());
        if first.chars().count() + between + word.chars().count() > most {
            break;
        }
        if between > 0 {
            first.push(' ');
        }
        first.push_str(word);
        rest = after;
    }
    if first.is_empty() {
        return vec![cut(label, most)];
    }
    vec![cut(&first, most), cut(rest, most)]
}

pub(super) fn terminal(bars: &Bars, columns: usize) -> String {
    let columns = columns.clamp(1, MOST_COLUMNS);
    let names = names(bars);
    let axis = axis(bars);
    let totals: Vec<String> = bars
        .groups
        .iter()
        .map(|group| {
            let written = |value| rough(value, bars.decimal_sign);
            let whole = written(total(group));
            error(group).map_or(whole.clone(), |half| format!("{whole} ± {}", written(half)))
        })
        .collect();
    let length = |text: &str| text.chars().count();
    let label_width = bars.groups.iter().map(|group| length(&group.label)).max();
    let label_width = label_width.unwrap_or(0).min(columns / 3);
    let total_width = totals.iter().map(|text| length(text)).max().unwrap_or(0);
    let width = columns.saturating_sub(label_width + total_width + 3).max(1);
    let mut lines = vec![cut(&bars.title, columns), cut(&bars.y_axis, columns)];
    lines.retain(|line| !line.is_empty());
    for (group, total) in bars.groups.iter().zip(&totals) {
        let mut bar = String::new();
        let mut drawn = 0;
        for (name, _, to) in stacked(group, &names) {
            let end = (axis.share(to).unwrap_or(0.0) * width as f64).round() as usize;
            let signs = end.saturating_sub(drawn);
            bar.extend(std::iter::repeat_n(FILLS[name % FILLS.len()], signs));
            drawn = end.max(drawn);
        }
        let label = cut(&group.label, label_width);
        lines.push(format!("{label:>label_width$} │{bar} {total}"));
    }
    for (place, name) in names.iter().enumerate() {
        let fill = FILLS[place % FILLS.len()];
        lines.push(format!("{fill}{fill} {name}"));
    }
    let cut_lines = lines.iter().map(|line| cut(line, columns));
    cut_lines
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}
