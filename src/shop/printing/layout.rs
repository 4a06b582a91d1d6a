//! How a slip of paper is laid out: lines of so many columns, the same for printer, screen and picture.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::words::Words;
use crate::model::{Money, PaymentMethod};
use crate::web::Language;
use crate::web::layout::{figure, moment};

/// How wide the paper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// 58 mm: 384 dots, 32 columns.
    #[default]
    Narrow,
    /// 80 mm: 576 dots, 48 columns.
    Wide,
}

impl Paper {
    /// Columns of the printer's usual letters, 12 dots each.
    #[must_use]
    pub fn columns(self) -> usize {
        match self {
            Self::Narrow => 32,
            Self::Wide => 48,
        }
    }

    /// Its width in millimetres, as rolls are sold.
    #[must_use]
    pub fn millimetres(self) -> u8 {
        match self {
            Self::Narrow => 58,
            Self::Wide => 80,
        }
    }
}

/// How the letters of a line look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As they are.
    Plain,
    /// Thicker.
    Bold,
    /// Thicker and twice as high; as wide as the others.
    Tall,
}

/// A line of a slip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// At most as many characters as the paper has columns; blanks at its end are left out.
    pub text: String,
    /// How its letters look.
    pub style: Style,
}

/// What a receipt says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// Whose receipt it is.
    pub shop: String,
    /// Where the shop is, or ''.
    pub address: String,
    /// The shop's telephone, or ''.
    pub phone: String,
    /// What it ends with; '' for thanks.
    pub footer: String,
    /// The receipt's number.
    pub number: i64,
    /// When it was sold, by the shop's wall.
    pub sold_at: NaiveDateTime,
    /// Who sold, or ''.
    pub sold_by: String,
    /// What was sold.
    pub lines: Vec<SlipLine>,
    /// Taken off the whole.
    pub discount: Money,
    /// Added by rounding to coins, or taken off if negative.
    pub rounding: Money,
    /// To pay.
    pub total: Money,
    /// How it was paid; the amounts make the total.
    pub parts: Vec<(PaymentMethod, Money)>,
    /// What went back.
    pub change: Money,
    /// What of it went back for goods that came back.
    pub returned: Money,
    /// Who bought, or ''.
    pub customer: String,
    /// The customer's telephone, or ''.
    pub customer_phone: String,
    /// What the customer owes by now.
    pub owes: Money,
    /// What was noted, or ''.
    pub note: String,
    /// Why it was taken back, if it was.
    pub voided: Option<String>,
}

/// A line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipLine {
    /// What was sold.
    pub name: String,
    /// How many of the unit, as a plain decimal figure.
    pub quantity: String,
    /// The unit.
    pub unit: String,
    /// Price of one.
    pub unit_price: Money,
    /// Taken off the line.
    pub discount: Money,
    /// To pay for the line.
    pub total: Money,
    /// What was noted with it, or ''.
    pub note: String,
}

/// An amount without its currency, as receipts are short of room.
pub(super) fn amount(money: Money, language: Language) -> String {
    figure(&money.0.to_string(), language)
}

/// An amount with its currency.
pub(super) fn rupiah(money: Money, language: Language) -> String {
    let sign = if money < Money::ZERO { "-" } else { "" };
    let digits = money.0.unsigned_abs().to_string();
    format!("{sign}Rp{}", figure(&digits, language))
}

/// What a way to pay is called.
pub(super) fn method(method: PaymentMethod, words: &Words) -> &'static str {
    match method {
        PaymentMethod::Cash => words.cash,
        PaymentMethod::Qris => words.qris,
        PaymentMethod::Transfer => words.transfer,
        PaymentMethod::Debt => words.debt,
    }
}

/// The lines of a receipt.
#[must_use]
pub fn receipt(slip: &Slip, paper: Paper, copy: bool, language: Language) -> Vec<Line> {
    let words = Words::of(language);
    let mut page = Page::new(paper);
    if copy {
        page.centred(words.copy, Style::Bold);
    }
    if let Some(reason) = &slip.voided {
        page.centred(words.voided, Style::Tall);
        page.centred(reason, Style::Plain);
    }
    page.centred(&slip.shop, Style::Tall);
    page.centred(&slip.address, Style::Plain);
    page.centred(&slip.phone, Style::Plain);
    page.rule();
    page.left(&format!("{} {}", words.number, slip.number));
    page.left(&moment(slip.sold_at, language));
    page.told(words.sold_by, &slip.sold_by);
    page.rule();
    for line in &slip.lines {
        sold(&mut page, line, words, language);
    }
    page.rule();
    sums(&mut page, slip, words, language);
    if !slip.customer.is_empty() || !slip.note.is_empty() {
        page.rule();
        page.told(words.customer, &slip.customer);
        if !slip.customer.is_empty() && slip.owes > Money::ZERO {
            page.pair(words.owes, &rupiah(slip.owes, language), Style::Plain);
        }
        page.told(words.note, &slip.note);
    }
    page.rule();
    let footer = if slip.footer.is_empty() {
        words.thanks
    } else {
        &slip.footer
    };
    page.centred(footer, Style::Plain);
    page.lines
}

fn sold(page: &mut Page, line: &SlipLine, words: &Words, language: Language) {
    page.left(&line.name);
    let each = format!(
        "  {} {} {} {}",
        figure(&line.quantity, language),
        line.unit,
        words.times,
        amount(line.unit_price, language)
    );
    let before = line.total + line.discount;
    page.pair(&each, &amount(before, language), Style::Plain);
    if line.discount != Money::ZERO {
        let label = format!("  {}", words.discount);
        page.pair(&label, &amount(-line.discount, language), Style::Plain);
    }
    if !line.note.is_empty() {
        page.left(&format!("  ({})", line.note));
    }
}

fn sums(page: &mut Page, slip: &Slip, words: &Words, language: Language) {
    if slip.discount != Money::ZERO || slip.rounding != Money::ZERO {
        let subtotal = slip.lines.iter().map(|line| line.total).sum();
        page.pair(words.subtotal, &amount(subtotal, language), Style::Plain);
    }
    if slip.discount != Money::ZERO {
        page.pair(
            words.discount,
            &amount(-slip.discount, language),
            Style::Plain,
        );
    }
    if slip.rounding != Money::ZERO {
        page.pair(
            words.rounding,
            &amount(slip.rounding, language),
            Style::Plain,
        );
    }
    page.pair(words.total, &rupiah(slip.total, language), Style::Tall);
    for (way, part) in &slip.parts {
        // The customer looks for what was handed over, not for what was left of it.
        let shown = match way {
            PaymentMethod::Cash => *part + slip.change,
            _ => *part,
        };
        page.pair(method(*way, words), &amount(shown, language), Style::Plain);
    }
    if slip.change != Money::ZERO {
        page.pair(words.change, &amount(slip.change, language), Style::Bold);
    }
    if slip.returned != Money::ZERO {
        let returned = amount(-slip.returned, language);
        page.pair(words.returned, &returned, Style::Bold);
    }
}

/// The lines of a page that shows whether printing works.
#[must_use]
pub fn test_page(shop: &str, now: NaiveDateTime, paper: Paper, language: Language) -> Vec<Line> {
    let words = Words::of(language);
    let mut page = Page::new(paper);
    page.centred(words.test, Style::Tall);
    page.centred(shop, Style::Bold);
    page.left(&moment(now, language));
    page.rule();
    page.left(words.test_is_fine);
    page.pair("abc ABC 123", "Rp27.500", Style::Plain);
    page.rule();
    page.lines
}

/// The lines of a text under a heading. A line `left<TAB>right` is set to both edges.
#[must_use]
pub fn text(heading: &str, body: &str, paper: Paper) -> Vec<Line> {
    let mut page = Page::new(paper);
    page.centred(heading, Style::Tall);
    for line in body.lines() {
        match line.split_once('\t') {
            Some((left, right)) => page.pair(left, right, Style::Plain),
            None if line == "-" => page.rule(),
            None => page.left(line),
        }
    }
    page.lines
}

struct Page {
    columns: usize,
    lines: Vec<Line>,
}

impl Page {
    fn new(paper: Paper) -> Self {
        Self {
            columns: paper.columns(),
            lines: Vec::new(),
        }
    }

    fn push(&mut self, text: &str, style: Style) {
        self.lines.push(Line {
            text: text.trim_end().to_owned(),
            style,
        });
    }

    fn rule(&mut self) {
        self.push(&"-".repeat(self.columns), Style::Plain);
    }

    fn left(&mut self, text: &str) {
        for line in wrapped(text, self.columns) {
            self.push(&line, Style::Plain);
        }
    }

    /// Each line of `text` in the middle; nothing for ''.
    fn centred(&mut self, text: &str, style: Style) {
        let columns = self.columns;
        for line in text.lines().flat_map(|line| wrapped(line, columns)) {
            let margin = (columns - line.chars().count()) / 2;
            self.push(&format!("{}{line}", " ".repeat(margin)), style);
        }
    }

    /// `label: value`, where there is a value.
    fn told(&mut self, label: &str, value: &str) {
        if !value.is_empty() {
            self.left(&format!("{label}: {value}"));
        }
    }

    /// One text at the left edge, one at the right, on one line if both fit.
    fn pair(&mut self, left: &str, right: &str, style: Style) {
        let room = self.columns.saturating_sub(right.chars().count());
        let mut lefts = wrapped(left, self.columns);
        let last = lefts.pop().unwrap_or_default();
        for line in lefts {
            self.push(&line, style);
        }
        let taken = last.chars().count();
        if taken < room {
            let gap = " ".repeat(room - taken);
            self.push(&format!("{last}{gap}{right}"), style);
        } else {
            self.push(&last, style);
            self.push(&format!("{}{right}", " ".repeat(room)), style);
        }
    }
}

/// `text` in lines of at most `columns` characters, broken between words where that is possible. Blanks at its beginning
/// stay, and later lines begin below its first letter.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let indent = text.chars().take_while(|sign| *sign == ' ').count();
    let indent = indent.min(columns / 2);
    let mut lines = Vec::new();
    let mut line = " ".repeat(indent);
    let mut length = indent;
    for word in text.split_whitespace() {
        let word: Vec<char> = word.chars().collect();
        let gap = usize::from(length > indent);
        if length + gap + word.len() <= columns {
            if gap > 0 {
                line.push(' ');
            }
            line.extend(&word);
            length += gap + word.len();
            continue;
        }
        if length > indent {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
        }
        let mut pieces = word.chunks(columns - indent).peekable();
        while let Some(piece) = pieces.next() {
            line.extend(piece);
            length = indent + piece.len();
            if pieces.peek().is_some() {
                lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
            }
        }
    }
    if length > indent {
        lines.push(line);
    }
    lines
}
