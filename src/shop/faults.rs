//! Checks of the texts that people send.

pub(super) use crate::error::Faults;

/// A text without blanks around it, of 1 to `longest` characters and no control character among them.
pub(super) fn text(text: &str, longest: usize) -> Result<String, String> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err("is empty".to_owned());
    }
    optional_text(trimmed, longest)
}

/// As [`text`], but may be empty.
pub(super) fn optional_text(text: &str, longest: usize) -> Result<String, String> {
    let trimmed = text.trim();
    if trimmed.chars().count() > longest {
        return Err(format!("is longer than {longest} characters"));
    }
    if trimmed.chars().any(char::is_control) {
        return Err("holds a control character".to_owned());
    }
    Ok(trimmed.to_owned())
}
