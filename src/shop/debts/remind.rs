//! Telephone numbers, and the link that opens a message to one.

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
pub fn reminder_link(phone: &str, text: &str) -> String {
    let number = international(phone).unwrap_or_default();
    format!("https://wa.me/{number}?text={}", encoded(text))
}

/// A text as one part of a link.
#[must_use]
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
