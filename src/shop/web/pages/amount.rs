//! Amounts of money as people type them.

use crate::model::Money;

/// Whole rupiah as somebody typed them: `50000`, `50.000`, `Rp 50.000` or, in English, `50,000`. Nothing for what is no
/// such amount; a mark that does not stand between thousands is a slip, and no guess is made at it.
pub(super) fn parse(text: &str) -> Option<Money> {
    let text = text.trim();
    let text = text
        .strip_prefix("Rp")
        .or_else(|| text.strip_prefix("rp"))
        .unwrap_or(text)
        .trim();
    let mut groups = text.split(['.', ',', ' ']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = rest.iter().all(|group| group.len() == 3 && digits(group));
    let begins = !first.is_empty() && digits(first) && (rest.is_empty() || first.len() <= 3);
    if !grouped || !begins {
        return None;
    }
    let amount = format!("{first}{}", rest.concat()).parse().ok()?;
    (amount <= Money::LIMIT.0).then_some(Money(amount))
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
