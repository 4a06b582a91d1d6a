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

/// The link that opens WhatsApp with `message` to be sent: to the customer where the telephone is known, else to
/// whomever the shopkeeper chooses.
#[must_use]
pub fn whatsapp(phone: &str, message: &str) -> String {
    let number = international(phone).unwrap_or_default();
    format!("https://wa.me/{number}?text={}", encoded(message))
}

/// `0812-3456-789` as WhatsApp wants it: `628123456789`.
fn international(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let number = match digits.strip_prefix('0') {
        Some(rest) => format!("62{rest}"),
        None => digits,
    };
    (9..=15).contains(&number.len()).then_some(number)
}

/// A text as part of a link: what is neither a letter nor a digit in its bytes.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
