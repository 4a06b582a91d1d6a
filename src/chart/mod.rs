//! Charts as self-contained SVG and as plain terminal text, from the same data. Knows no domain.
//!
//! A chart never fails: a figure that is not finite, or larger than [`LARGEST`], or not above zero on a logarithmic
//! axis, is left out, and a line has a gap there. The SVG reads in light and in dark surroundings with or without its
//! own `style` element, which a page's content security policy may forbid: text and axes are `currentColor`, and the
//! colours of the series (after Okabe and Ito, told apart by colour-blind readers) stand out from white and black
//! alike. A page sets `--chart-ink` and `--chart-ground` to have its own. The terminal text has no colour codes.

mod axis;
mod bars;
mod canvas;
mod svg;
mod terminal;

/// Figures farther from zero than this are left out, so that no span between two of them overflows.
pub const LARGEST: f64 = 1e300;

/// Lines, bands, thin columns and marked points over one pair of axes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// What lies along the horizontal axis, with its unit.
    pub x_axis: String,
    /// What lies along the vertical axis, with its unit.
    pub y_axis: String,
    /// How the vertical axis is divided.
    pub y_scale: Scale,
    /// Thin bars behind the lines, (x, height): a history of daily demand, say.
    pub columns: Vec<(f64, f64)>,
    /// Shaded between two curves.
    pub bands: Vec<Band>,
    /// Curves, drawn over bands and columns.
    pub lines: Vec<Line>,
    /// Single points that matter, drawn last.
    pub marks: Vec<Mark>,
    /// How its figures are written.
    pub decimal_sign: DecimalSign,
}

/// What stands before the decimals of a figure. Thousands are set apart by a space, which no language takes for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DecimalSign {
    /// 2.5, as in English.
    #[default]
    Point,
    /// 2,5, as in Indonesian.
    Comma,
}

impl DecimalSign {
    /// A figure that is written with a point.
    fn of(self, figure: String) -> String {
        match self {
            Self::Point => figure,
            Self::Comma => figure.replace('.', ","),
        }
    }
}

/// How an axis is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// In equal steps.
    #[default]
    Linear,
    /// In equal ratios; what is not above zero is left out.
    Logarithmic,
}

/// A curve through points, in the order given.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// Its name in the legend.
    pub name: String,
    /// (x, y); a point that cannot be drawn leaves a gap.
    pub points: Vec<(f64, f64)>,
    /// How it is drawn.
    pub stroke: Stroke,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stroke {
    /// From point to point.
    #[default]
    Solid,
    /// From point to point, broken.
    Dashed,
    /// At the height of each point until the next one.
    Step,
}

/// The area between a lower and an upper curve.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Band {
    /// Its name in the legend.
    pub name: String,
    /// (x, low, high), in the order of x.
    pub points: Vec<(f64, f64, f64)>,
}

/// One point with a word beside it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mark {
    /// What it is.
    pub label: String,
    /// Where, on the horizontal axis.
    pub x: f64,
    /// Where, on the vertical axis.
    pub y: f64,
}

/// Stacked bars, one for each group, from zero upward.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bars {
    /// What it shows.
    pub title: String,
    /// What the height is, with its unit.
    pub y_axis: String,
    /// One bar each, from left to right.
    pub groups: Vec<BarGroup>,
    /// How its figures are written.
    pub decimal_sign: DecimalSign,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BarGroup {
    /// What is written under it.
    pub label: String,
    /// (name, height) from the bottom up; the same name has the same colour in every group. What is not above zero is
    /// left out.
    pub segments: Vec<(String, f64)>,
    /// Half the width of the interval in which the total lies.
    pub error: Option<f64>,
}

impl Chart {
    /// As one `svg` element that needs nothing else.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::chart(self, svg::Sheet::FILE)
    }

    /// The same for a page: half as wide, so that its words can be read on a telephone, without a style of its own,
    /// which a page forbids, and with its title for readers aloud only.
    #[must_use]
    pub fn picture(&self) -> String {
        svg::chart(self, svg::Sheet::PAGE)
    }

    /// As text at most `columns` characters wide, the plot itself `rows` lines high: above it the title and the name
    /// of the vertical axis, below it the horizontal axis and the legend. Each line ends in the letter that the legend
    /// gives it, each mark is its number. At least one row and column, at most 200 rows and 500 columns.
    #[must_use]
    pub fn terminal(&self, columns: usize, rows: usize) -> String {
        terminal::chart(self, columns, rows)
    }
}

impl Bars {
    /// As one `svg` element that needs nothing else.
    #[must_use]
    pub fn svg(&self) -> String {
        bars::svg(self, svg::Sheet::FILE)
    }

    /// The same for a page, as [`Chart::picture`]; where many bars stand side by side only some have their label.
    #[must_use]
    pub fn picture(&self) -> String {
        bars::svg(self, svg::Sheet::PAGE)
    }

    /// As text at most `columns` characters wide (1 to 500), one line for each group, the bars lying down.
    #[must_use]
    pub fn terminal(&self, columns: usize) -> String {
        bars::terminal(self, columns)
    }
}

/// At most `most` characters of a text on one line, the last one an ellipsis where something is cut off.
fn cut(text: &str, most: usize) -> String {
    let line: String = text
        .chars()
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .collect();
    if line.chars().count() <= most {
        return line;
    }
    let mut kept: String = line.chars().take(most.saturating_sub(1)).collect();
    if most > 0 {
        kept.push('…');
    }
    kept
}
