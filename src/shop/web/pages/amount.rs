//! Amounts of money as people type them.

use crate::model::Money;

/// Whole rupiah as somebody typed them, within what is accepted from outside.
pub(super) fn parse(text: &str) -> Option<Money> {
    Money::typed(text).filter(|amount| *amount <= Money::LIMIT)
}

/// The same where nothing typed is nothing wanted.
pub(super) fn optional(text: &str) -> Option<Option<Money>> {
    if text.trim().is_empty() {
        return Some(None);
    }
    parse(text).map(Some)
}

/// A field of a form: what was typed, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub(super) struct Field {
    /// What stands in it.
    pub value: String,
    /// What is wrong, in words; '' for nothing.
    pub error: &'static str,
}

impl Field {
    /// A field that holds `value`.
    pub(super) fn of(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            error: "",
        }
    }

    /// Whether nothing is wrong with it.
    pub(super) fn is_right(&self) -> bool {
        self.error.is_empty()
    }
}
