//! A receipt as a message: plain sentences, because what lines up in columns on paper falls apart in a chat.

use super::layout::{Slip, amount, method, rupiah};
use super::words::Words;
use crate::model::{Money, PaymentMethod};
use crate::web::Language;
use crate::web::layout::{figure, moment};

/// The text of a receipt for a chat; `*bold*` as WhatsApp writes it.
#[must_use]
pub fn message(slip: &Slip, language: Language) -> String {
    let words = Words::of(language);
    let mut out = vec![format!("*{}*", slip.shop)];
    out.extend(slip.address.lines().map(str::to_owned));
    if !slip.phone.is_empty() {
        out.push(slip.phone.clone());
    }
    let sold_at = moment(slip.sold_at, language);
    out.push(format!("{} {} · {sold_at}", words.number, slip.number));
    if let Some(reason) = &slip.voided {
        out.push(format!("*{}*: {reason}", words.voided));
    }
    out.push(String::new());
    for line in &slip.lines {
        out.push(format!(
            "{} {} {} = {}",
            figure(&line.quantity, language),
            line.unit,
            line.name,
            rupiah(line.total, language)
        ));
    }
    out.push(String::new());
    for (label, value) in [
        (words.discount, -slip.discount),
        (words.rounding, slip.rounding),
    ] {
        if value != Money::ZERO {
            out.push(format!("{label}: {}", amount(value, language)));
        }
    }
    out.push(format!(
        "*{}: {}*",
        words.total,
        rupiah(slip.total, language)
    ));
    for (way, part) in &slip.parts {
        let cash = *way == PaymentMethod::Cash;
        let shown = if cash { *part + slip.change } else { *part };
        out.push(format!(
            "{}: {}",
            method(*way, words),
            rupiah(shown, language)
        ));
    }
    if slip.change != Money::ZERO {
        out.push(format!(
            "{}: {}",
            words.change,
            rupiah(slip.change, language)
        ));
    }
    if slip.returned != Money::ZERO {
        out.push(format!(
            "{}: {}",
            words.returned,
            rupiah(slip.returned, language)
        ));
    }
    if !slip.customer.is_empty() {
        out.push(format!("{}: {}", words.customer, slip.customer));
        if slip.owes > Money::ZERO {
            out.push(format!("{}: {}", words.owes, rupiah(slip.owes, language)));
        }
    }
    out.push(String::new());
    if slip.footer.is_empty() {
        out.push(words.thanks.to_owned());
    } else {
        out.push(slip.footer.clone());
    }
    out.join("\n")
}
