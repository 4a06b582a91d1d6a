//! Collecting what is wrong with an input, so that all of it is told at once.

use crate::error::{Error, FieldError, Result};

/// The most faults that are told of one input; whoever gets these has something else wrong.
const TOLD: usize = 20;

/// Faults found so far.
#[derive(Debug, Default)]
pub(super) struct Faults {
    found: Vec<FieldError>,
    further: u64,
}

impl Faults {
    /// Adds a fault of a field.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        if self.found.len() < TOLD {
            self.found.push(FieldError {
                field: field.into(),
                message: message.into(),
            });
        } else {
            self.further += 1;
        }
    }

    /// The value of a check, or its fault under the name of the field.
    pub fn note<T>(&mut self, field: impl Into<String>, checked: Result<T, String>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err(message) => {
                self.add(field, message);
                None
            }
        }
    }

    /// Whether nothing was found.
    pub fn none(&self) -> bool {
        self.found.is_empty()
    }

    /// [`Error::Invalid`] with all of them, if any.
    pub fn into_result(mut self) -> Result<()> {
        if self.found.is_empty() {
            return Ok(());
        }
        if self.further > 0 {
            self.found.push(FieldError {
                field: "further".to_owned(),
                message: format!("{} more faults", self.further),
            });
        }
        Err(Error::Invalid(self.found))
    }
}

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
