//! Telephone numbers, and the link that opens a message to one.

use crate::web::encoded;

/// A telephone number as links take it, digits alone with the country's code: `0812-3456-789` is `628123456789`.
/// Nothing for what is no number.
#[must_use]
pub fn international(phone: &str) -> Option<String> {
    let phone = phone.trim();
    let abroad = phone.starts_with('+');
    let mut digits = String::new();
    for sign in phone.chars().skip(usize::from(abroad)) {
        match sign {
            '0'..='9' => digits.push(sign),
            ' ' | '-' | '.' | '(' | ')' => {}
            _ => return None,
        }
    }
    let full = if abroad {
        digits
    } else if let Some(rest) = digits.strip_prefix("00") {
        rest.to_owned()
    } else if let Some(rest) = digits.strip_prefix('0') {
        format!("62{rest}")
    } else if digits.starts_with('8') {
        format!("62{digits}")
    } else {
        digits
    };
    // A country's code with a number behind it, as long as numbers may be (ITU-T E.164).
    let fits = (9..=15).contains(&full.len()) && !full.starts_with('0');
    fits.then_some(full)
}

/// A link that opens WhatsApp with `text` ready to be sent, to `phone` where it is a number. Nothing is sent by it.
#[must_use]
pub fn link(phone: &str, text: &str) -> String {
    let number = international(phone).unwrap_or_default();
    format!("https://wa.me/{number}?text={}", encoded(text))
}
