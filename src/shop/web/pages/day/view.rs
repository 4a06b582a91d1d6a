//! A day's figures in words, for the page and for the text that is shared.

use chrono::{DateTime, Utc};

use super::super::people::actor;
use super::super::{Pages, money};
use super::texts::DayTexts;
use crate::model::{Money, PaymentMethod};
use crate::shop::access::Role;
use crate::shop::drawer::{Day, Reason};
use crate::shop::store::drawer::{ClosingRow, EntryRow};
use crate::shop::whatsapp;
use crate::web::Language;
use crate::web::layout::{date, figure, moment};

use super::super::visitor::Visitor;

/// A label and its figure.
pub(super) type Row = (String, String);

/// A day as its page shows it.
pub(super) struct DayView {
    pub date: String,
    pub path: String,
    pub state: Option<Count>,
    pub opened: Option<String>,
    pub moved_since: bool,
    pub expected: String,
    pub figures: Vec<Row>,
    pub methods: Vec<Row>,
    pub details: Vec<Row>,
    pub drawer: Vec<Row>,
    pub moves: Vec<Move>,
    pub counts: Vec<Count>,
    pub share: String,
}

/// Money put in or taken out.
pub(super) struct Move {
    pub what: String,
    pub amount: String,
    pub about: String,
}

/// A count of the drawer.
pub(super) struct Count {
    pub at: String,
    pub counted: String,
    pub expected: String,
    pub difference: String,
    pub class: &'static str,
    pub note: String,
    pub pieces: Vec<Row>,
}

/// How a count differs from the book, in words, and the class that colours it.
pub(super) fn difference(
    counted: Option<Money>,
    expected: Money,
    language: Language,
) -> (String, &'static str) {
    let texts = DayTexts::of(language);
    let Some(counted) = counted else {
        return (texts.not_counted.to_owned(), "along");
    };
    let by = counted - expected;
    match by.0 {
        0 => (texts.exact.to_owned(), "good"),
        1.. => (format!("{} {}", texts.over, money(by, language)), "along"),
        _ => (format!("{} {}", texts.short, money(-by, language)), "due"),
    }
}

/// What a reason is called.
pub(super) fn reason(reason: Reason, texts: &DayTexts) -> &'static str {
    match reason {
        Reason::Goods => texts.goods,
        Reason::OwnUse => texts.own_use,
        Reason::Deposit => texts.deposit,
        Reason::OtherOut => texts.other_out,
        Reason::Capital => texts.capital,
        Reason::OtherIn => texts.other_in,
    }
}

fn method(method: PaymentMethod, texts: &DayTexts) -> &'static str {
    match method {
        PaymentMethod::Cash => texts.cash,
        PaymentMethod::Qris => texts.qris,
        PaymentMethod::Transfer => texts.transfer,
        PaymentMethod::Debt => texts.debt,
    }
}

impl DayView {
    pub(super) fn of(pages: &Pages, visitor: &Visitor, day: &Day) -> Self {
        let language = visitor.language;
        let texts = DayTexts::of(language);
        let amount = |amount: Money| money(amount, language);
        let row = |label: &str, value: String| (label.to_owned(), value);
        let mut figures = vec![row(texts.turnover, amount(day.turnover))];
        if visitor.person.role == Role::Owner {
            figures.push(row(texts.profit, amount(day.profit())));
        }
        figures.push(row(texts.receipts, count(day.receipts, language)));
        figures.push(row(texts.average, amount(day.average)));
        let methods: Vec<Row> = day
            .by_method
            .iter()
            .map(|(paid, sum)| row(method(*paid, texts), amount(*sum)))
            .collect();
        let book = &day.book;
        let details = details(day, language);
        let mut drawer = vec![
            row(texts.float, amount(book.float)),
            row(texts.cash_sales, amount(book.cash_sales)),
            row(texts.cash_debts, amount(book.cash_debts)),
            row(texts.put_in, amount(book.put_in)),
            row(texts.taken_out, amount(-book.taken_out)),
            row(texts.cash_back, amount(-book.cash_back)),
        ];
        if book.credits_out != Money::ZERO {
            drawer.push(row(texts.credits_out, amount(-book.credits_out)));
        }
        drawer.push(row(texts.in_drawer, amount(book.expected())));
        let local = |text: &str| pages.local_moment(text, language);
        let counts: Vec<Count> = day
            .closings
            .iter()
            .map(|closing| count_view(closing, local(&closing.at_utc), language))
            .collect();
        let date = date(day.date, language);
        Self {
            share: whatsapp::link("", &shared(&date, visitor, day, &methods, &details)),
            path: format!("/hari/{}", day.date),
            state: day.closing().map(|closing| Count {
                pieces: pieces(day, language),
                ..count_view(closing, local(&closing.at_utc), language)
            }),
            opened: day.opened.as_ref().map(|entry| {
                let (at, by) = (local(&entry.at_utc), actor(&entry.by, language));
                format!("{} {at} {} {by}", texts.opened, texts.by)
            }),
            moved_since: day.moved_since_closing(),
            expected: amount(book.expected()),
            moves: day
                .moves
                .iter()
                .map(|entry| move_view(entry, local(&entry.at_utc), language))
                .collect(),
            date,
            figures,
            methods,
            details,
            drawer,
            counts,
        }
    }
}

fn details(day: &Day, language: Language) -> Vec<Row> {
    let texts = DayTexts::of(language);
    let amount = |amount: Money| money(amount, language);
    let with_count = |number: i64, sum: Money| {
        if number == 0 {
            return amount(Money::ZERO);
        }
        format!("{} ({})", amount(sum), count(number, language))
    };
    let lent = day
        .by_method
        .iter()
        .filter(|(paid, _)| *paid == PaymentMethod::Debt);
    let paid: Money = day.debts_paid.iter().map(|(_, sum)| *sum).sum();
    let ways: Vec<String> = day
        .debts_paid
        .iter()
        .map(|(paid, sum)| format!("{} {}", method(*paid, texts), amount(*sum)))
        .collect();
    let ways = if ways.is_empty() {
        String::new()
    } else {
        format!(" ({})", ways.join(", "))
    };
    let mut rows = vec![
        // What the sales would have come to without them, so that the lines down to the turnover add up to it.
        (
            texts.gross,
            amount(day.gross + day.discounts - day.rounding),
        ),
        (texts.discounts, amount(-day.discounts)),
        (texts.rounding, amount(day.rounding)),
        (texts.voids, with_count(day.voids, -day.voided)),
        (texts.returns, with_count(day.returns, -day.returned)),
        (texts.turnover, amount(day.turnover)),
        (
            texts.debts_given,
            amount(lent.map(|(_, sum)| *sum).sum::<Money>()),
        ),
        (texts.debts_paid, format!("{}{ways}", amount(paid))),
    ];
    if day.written_off != Money::ZERO {
        rows.push((texts.written_off, amount(day.written_off)));
    }
    rows.into_iter()
        .map(|(label, value)| (label.to_owned(), value))
        .collect()
}

fn count(number: i64, language: Language) -> String {
    figure(&number.to_string(), language)
}

fn count_view(closing: &ClosingRow, at: String, language: Language) -> Count {
    let (difference, class) = difference(closing.counted, closing.expected, language);
    Count {
        at: format!(
            "{at} {} {}",
            DayTexts::of(language).by,
            actor(&closing.by, language)
        ),
        counted: closing
            .counted
            .map(|counted| money(counted, language))
            .unwrap_or_default(),
        expected: money(closing.expected, language),
        difference,
        class,
        note: closing.note.clone(),
        pieces: Vec::new(),
    }
}

fn pieces(day: &Day, language: Language) -> Vec<Row> {
    let pieces = day.pieces();
    let rows = pieces.each().map(|(value, number)| {
        let sum = money(Money(value.saturating_mul(number)), language);
        let label = format!("{} × {number}", money(Money(value), language));
        (label, sum)
    });
    rows.collect()
}

fn move_view(entry: &EntryRow, at: String, language: Language) -> Move {
    let texts = DayTexts::of(language);
    let sign = if entry.kind == "out" {
        -entry.amount
    } else {
        entry.amount
    };
    let by = actor(&entry.by, language);
    let about = [&*entry.note, &at, &by];
    let about: Vec<&str> = about.into_iter().filter(|part| !part.is_empty()).collect();
    let known = match entry.kind.as_str() {
        "float" => Some(texts.float),
        _ => Reason::parse(&entry.reason).map(|known| reason(known, texts)),
    };
    Move {
        what: known.unwrap_or(entry.reason.as_str()).to_owned(),
        amount: money(sign, language),
        about: about.join(" · "),
    }
}

/// The day as a message: nothing that is the owner's alone, because whoever is at the till sends it.
fn shared(date: &str, visitor: &Visitor, day: &Day, methods: &[Row], details: &[Row]) -> String {
    let language = visitor.language;
    let texts = DayTexts::of(language);
    let mut lines = vec![
        date.to_owned(),
        format!("{}: {}", texts.turnover, money(day.turnover, language)),
        format!("{}: {}", texts.receipts, count(day.receipts, language)),
    ];
    let both = methods.iter().chain(details);
    lines.extend(both.map(|(label, value)| format!("{label}: {value}")));
    let expected = money(day.book.expected(), language);
    lines.push(format!("{}: {expected}", texts.in_drawer));
    if let Some(closing) = day.closing() {
        if let Some(counted) = closing.counted {
            lines.push(format!("{}: {}", texts.counted, money(counted, language)));
        }
        let (difference, _) = difference(closing.counted, closing.expected, language);
        lines.push(format!("{}: {difference}", texts.difference));
    }
    lines.join("\n")
}

impl Pages {
    /// A stored moment as the shop's wall clock shows it; '' for what is none.
    pub(in super::super) fn local_moment(&self, text: &str, language: Language) -> String {
        let zone = self.shop.info().timezone;
        text.parse::<DateTime<Utc>>()
            .map(|utc| moment(utc.with_timezone(&zone).naive_local(), language))
            .unwrap_or_default()
    }
}
