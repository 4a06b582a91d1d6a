//! Texts as parts of links.

/// A text as one part of a link, such as a folder of its path or a value of its query: what is no letter, digit or one of
/// `-_.~` in its bytes (RFC 3986, section 2).
#[must_use]
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
