//! A chart as SVG, and the parts that bars share with it.

use std::fmt::Write;

use super::axis::{Axis, Tick};
use super::terminal::axes;
use super::{Band, Chart, Line, Stroke, cut};

/// How a drawing is laid out, in its own units; its height depends on the legend too.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sheet {
    /// Of everything.
    pub(super) width: f64,
    /// Of the plot alone.
    plot_height: f64,
    /// Over the plot.
    top: f64,
    /// Its title and its style sheet are in it, not on the page around it.
    alone: bool,
}

impl Sheet {
    /// For a file of its own.
    pub(super) const FILE: Self = Self {
        width: 760.0,
        plot_height: 320.0,
        top: 56.0,
        alone: true,
    };

    /// For a page that a telephone shows, under a heading of the page's.
    pub(super) const PAGE: Self = Self {
        width: 380.0,
        plot_height: 170.0,
        top: 28.0,
        alone: false,
    };
}

const RIGHT: f64 = 24.0;
/// From the foot of the plot to the legend: numbers, name of the axis.
const AXIS_ROOM: f64 = 52.0;
const LEGEND_ROW: f64 = 20.0;
/// A character of the 12 unit sans-serif text is about this wide; rather too much than too little.
pub(super) const CHARACTER: f64 = 6.8;

/// Told apart by colour-blind readers, and at least 3 to 1 against white and near black alike.
const PALETTE: [&str; 6] = [
    "#0072b2", "#d55e00", "#009e73", "#b8629b", "#a87900", "#808080",
];

const STYLE: &str = "<style>.kulakan-chart{color:var(--chart-ink,#1a1a1a);background:var(--chart-ground,#fff)}\
    @media(prefers-color-scheme:dark){.kulakan-chart{color:var(--chart-ink,#e8e8e8);\
    background:var(--chart-ground,#161616)}}</style>";

/// The colour of a series by its place.
pub(super) fn colour(place: usize) -> &'static str {
    PALETTE[place % PALETTE.len()]
}

/// What the legend says of a series.
pub(super) struct Entry<'c> {
    pub(super) name: &'c str,
    pub(super) sample: Sample,
    pub(super) colour: &'static str,
}

/// How a series looks in the legend.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sample {
    Stroke,
    Dashes,
    Shade,
    Block,
}

/// The area inside the axes, and the text that is being written.
pub(super) struct Drawing {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) text: String,
    pub(super) sheet: Sheet,
}

impl Drawing {
    /// With room at the left for the numbers of the vertical axis.
    pub(super) fn beside(ticks: &[Tick], sheet: Sheet) -> Self {
        let longest = ticks.iter().map(|tick| tick.label.chars().count()).max();
        let margin = if sheet.alone { 46.0 } else { 16.0 };
        let left = (margin + CHARACTER * longest.unwrap_or(1) as f64).min(sheet.width / 2.0);
        let right = if sheet.alone { RIGHT } else { 8.0 };
        Self {
            left,
            top: sheet.top,
            width: sheet.width - left - right,
            height: sheet.plot_height,
            text: String::new(),
            sheet,
        }
    }

    /// The horizontal place of a share of the width.
    pub(super) fn across(&self, share: f64) -> f64 {
        self.left + share * self.width
    }

    /// The vertical place of a share of the height.
    pub(super) fn up(&self, share: f64) -> f64 {
        self.top + (1.0 - share) * self.height
    }

    /// Lines across the plot with their numbers at the left.
    pub(super) fn grid(&mut self, ticks: &[Tick]) {
        let (left, right) = (self.left, self.across(1.0));
        for tick in ticks {
            let y = self.up(tick.share);
            let _ = write!(
                self.text,
                r#"<line x1="{left:.1}" y1="{y:.1}" x2="{right:.1}" y2="{y:.1}" stroke="currentColor" stroke-opacity="0.15"/>"#
            );
            self.words(left - 6.0, y + 4.0, "end", &tick.label, "");
        }
    }

    /// The name of the vertical axis, over its numbers.
    pub(super) fn name_upright(&mut self, name: &str) {
        let y = self.top - 12.0;
        self.words(8.0, y, "start", &cut(name, 100), "");
    }

    /// A text; `anchor` is the end of it that the place belongs to, `more` further attributes.
    pub(super) fn words(&mut self, x: f64, y: f64, anchor: &str, words: &str, more: &str) {
        let _ = write!(
            self.text,
            r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}"{more}>{}</text>"#,
            escaped(words)
        );
    }

    /// The finished element: heading, what was drawn, legend.
    pub(super) fn finish(mut self, title: &str, entries: &[Entry]) -> String {
        let mut row = self.top + self.height + AXIS_ROOM;
        let mut x = self.left;
        for entry in entries {
            let name = cut(entry.name, 70);
            let length = 34.0 + CHARACTER * (name.chars().count() as f64 + 2.0);
            if x > self.left && x + length > self.sheet.width {
                x = self.left;
                row += LEGEND_ROW;
            }
            self.sample(x, row, entry);
            self.words(x + 32.0, row, "start", &name, "");
            x += length;
        }
        let height = if entries.is_empty() {
            row - 4.0
        } else {
            row + 14.0
        };
        let (width, body) = (self.sheet.width, self.text);
        let head = if self.sheet.alone {
            let shown = escaped(&cut(title, 96));
            format!(r#"{STYLE}<text x="8" y="22" font-size="15" font-weight="600">{shown}</text>"#)
        } else {
            String::new()
        };
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" class="kulakan-chart" viewBox="0 0 {width} {height}" role="img" fill="currentColor" font-family="system-ui, sans-serif" font-size="12"><title>{}</title>{head}{body}</svg>"#,
            escaped(title),
        )
    }

    fn sample(&mut self, x: f64, row: f64, entry: &Entry) {
        let colour = entry.colour;
        let (end, middle) = (x + 26.0, row - 4.0);
        let _ = match entry.sample {
            Sample::Stroke | Sample::Dashes => {
                let dashes = dashes(entry.sample == Sample::Dashes);
                write!(
                    self.text,
                    r#"<line x1="{x:.1}" y1="{middle:.1}" x2="{end:.1}" y2="{middle:.1}" stroke="{colour}" stroke-width="2"{dashes}/>"#
                )
            }
            Sample::Shade | Sample::Block => {
                let opacity = if entry.sample == Sample::Shade {
                    SHADE
                } else {
                    "1"
                };
                let top = row - 10.0;
                write!(
                    self.text,
                    r#"<rect x="{x:.1}" y="{top:.1}" width="26" height="11" fill="{colour}" fill-opacity="{opacity}"/>"#
                )
            }
        };
    }
}

/// Opacity of a band.
const SHADE: &str = "0.22";

fn dashes(broken: bool) -> &'static str {
    if broken {
        r#" stroke-dasharray="6 4""#
    } else {
        ""
    }
}

/// For the inside of an element or an attribute; what XML has no place for becomes a space.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => safe.push(' '),
            sign if sign.is_control() => safe.push(' '),
            sign => safe.push(sign),
        }
    }
    safe
}

pub(super) fn chart(chart: &Chart, sheet: Sheet) -> String {
    let (x, y) = axes(chart);
    let wanted = if sheet.alone { 6 } else { 4 };
    let y = y.ending_on_ticks(wanted);
    let ticks = y.ticks(wanted);
    let mut plot = Plot {
        drawing: Drawing::beside(&ticks, sheet),
        x,
        y,
    };
    plot.drawing.grid(&ticks);
    plot.drawing.name_upright(&chart.y_axis);
    plot.foot(&chart.x_axis);
    plot.columns(&chart.columns);
    for (place, band) in chart.bands.iter().enumerate() {
        plot.band(band, colour(place));
    }
    for (place, line) in chart.lines.iter().enumerate() {
        plot.line(line, colour(place));
    }
    plot.marks(chart);
    let lines = chart.lines.iter().enumerate().map(|(place, line)| Entry {
        name: &line.name,
        sample: if line.stroke == Stroke::Dashed {
            Sample::Dashes
        } else {
            Sample::Stroke
        },
        colour: colour(place),
    });
    let bands = chart.bands.iter().enumerate().map(|(place, band)| Entry {
        name: &band.name,
        sample: Sample::Shade,
        colour: colour(place),
    });
    let entries: Vec<Entry> = lines.chain(bands).collect();
    plot.drawing.finish(&chart.title, &entries)
}

struct Plot {
    drawing: Drawing,
    x: Axis,
    y: Axis,
}

impl Plot {
    fn place(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let (x, y) = (self.x.share(x)?, self.y.share(y)?);
        Some((self.drawing.across(x), self.drawing.up(y)))
    }

    /// The horizontal axis, its numbers and its name.
    fn foot(&mut self, name: &str) {
        let drawing = &mut self.drawing;
        let (left, right, foot) = (drawing.left, drawing.across(1.0), drawing.up(0.0));
        let _ = write!(
            drawing.text,
            r#"<line x1="{left:.1}" y1="{foot:.1}" x2="{right:.1}" y2="{foot:.1}" stroke="currentColor"/>"#
        );
        let room = (drawing.width / CHARACTER) as usize;
        for tick in self.x.ticks_side_by_side(10, room) {
            let x = drawing.across(tick.share);
            let end = foot + 5.0;
            let _ = write!(
                drawing.text,
                r#"<line x1="{x:.1}" y1="{foot:.1}" x2="{x:.1}" y2="{end:.1}" stroke="currentColor"/>"#
            );
            let half = CHARACTER * tick.label.chars().count() as f64 / 2.0;
            let x = x.min(drawing.sheet.width - half);
            drawing.words(x, foot + 18.0, "middle", &tick.label, "");
        }
        let middle = drawing.across(0.5);
        drawing.words(middle, foot + 36.0, "middle", &cut(name, 80), "");
    }

    fn columns(&mut self, columns: &[(f64, f64)]) {
        let places: Vec<(f64, f64)> = columns
            .iter()
            .filter_map(|&point| self.place(point))
            .collect();
        let width = (0.7 * self.drawing.width / places.len().max(1) as f64).clamp(0.5, 14.0);
        let ground = self.drawing.up(self.y.ground());
        for (x, y) in places {
            let x = x - width / 2.0;
            let (top, height) = (y.min(ground), (y - ground).abs());
            let _ = write!(
                self.drawing.text,
                r#"<rect x="{x:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" fill-opacity="0.35"/>"#
            );
        }
    }

    fn band(&mut self, band: &Band, colour: &str) {
        let places: Vec<(f64, f64, f64)> = band
            .points
            .iter()
            .filter_map(|&(x, low, high)| {
                let (at, low) = self.place((x, low))?;
                Some((at, low, self.place((x, high))?.1))
            })
            .collect();
        let forth = places.iter().map(|&(x, _, high)| (x, high));
        let back = places.iter().rev().map(|&(x, low, _)| (x, low));
        let points = joined(forth.chain(back));
        if !points.is_empty() {
            let _ = write!(
                self.drawing.text,
                r#"<polygon points="{points}" fill="{colour}" fill-opacity="{SHADE}"/>"#
            );
        }
    }

    fn line(&mut self, line: &Line, colour: &str) {
        let places: Vec<Option<(f64, f64)>> =
            line.points.iter().map(|&point| self.place(point)).collect();
        let text = &mut self.drawing.text;
        for run in places.split(Option::is_none) {
            let run: Vec<(f64, f64)> = run.iter().flatten().copied().collect();
            match *run.as_slice() {
                [] => {}
                [(x, y)] => {
                    let _ = write!(
                        text,
                        r#"<circle cx="{x:.1}" cy="{y:.1}" r="2.5" fill="{colour}"/>"#
                    );
                }
                _ => {
                    let points = match line.stroke {
                        Stroke::Step => joined(stairs(&run)),
                        Stroke::Solid | Stroke::Dashed => joined(run.iter().copied()),
                    };
                    let dashes = dashes(line.stroke == Stroke::Dashed);
                    let _ = write!(
                        text,
                        r#"<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round"{dashes}/>"#
                    );
                }
            }
        }
    }

    fn marks(&mut self, chart: &Chart) {
        // Where words already stand: left, right, baseline.
        let mut taken: Vec<(f64, f64, f64)> = Vec::new();
        let middle = self.drawing.across(0.5);
        for mark in &chart.marks {
            let Some((x, y)) = self.place((mark.x, mark.y)) else {
                continue;
            };
            let label = cut(&mark.label, 40);
            let length = CHARACTER * label.chars().count() as f64;
            let (anchor, from, to) = if x <= middle {
                ("start", x, x + length)
            } else {
                ("end", x - length, x)
            };
            let free = |baseline: f64| {
                taken.iter().all(|&(left, right, other)| {
                    to < left || right < from || (baseline - other).abs() > 12.0
                })
            };
            let highest = self.drawing.top + 10.0;
            let lowest = self.drawing.up(0.0) - 4.0;
            let baseline = (1..30)
                .flat_map(|step| {
                    [
                        y + 4.0 - 13.0 * f64::from(step),
                        y + 5.0 + 13.0 * f64::from(step),
                    ]
                })
                .find(|&baseline| (highest..=lowest).contains(&baseline) && free(baseline))
                .unwrap_or(highest);
            taken.push((from, to, baseline));
            let _ = write!(
                self.drawing.text,
                r#"<circle cx="{x:.1}" cy="{y:.1}" r="4" fill="none" stroke="currentColor" stroke-width="2"/>"#
            );
            self.drawing.words(x, baseline, anchor, &label, "");
        }
    }
}

fn joined(points: impl Iterator<Item = (f64, f64)>) -> String {
    let points: Vec<String> = points.map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    points.join(" ")
}

/// The corners of a line that keeps the height of each point until the next.
fn stairs(run: &[(f64, f64)]) -> impl Iterator<Item = (f64, f64)> {
    let corners = run
        .windows(2)
        .flat_map(|pair| [pair[0], (pair[1].0, pair[0].1)]);
    corners.chain(run.last().copied())
}
