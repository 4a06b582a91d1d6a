//! The weekdays of deliveries, as pages name and offer them.

use crate::hub::delivery_days::{DeliveryDays, WEEK};
use crate::web::Language;

/// The weekdays in a language, Monday first.
fn labels(language: Language) -> [&'static str; 7] {
    match language {
        Language::Indonesian => [
            "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu",
        ],
        Language::English => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    }
}

/// The weekdays as a form shows them: value, label, chosen.
pub(super) fn choices(
    chosen: DeliveryDays,
    language: Language,
) -> Vec<(&'static str, &'static str, bool)> {
    WEEK.into_iter()
        .zip(labels(language))
        .map(|((day, value), label)| (value, label, !chosen.is_any_day() && chosen.has(day)))
        .collect()
}

/// The weekdays that a form sent, by the value of each; none means any day.
pub(super) fn chosen(is_sent: impl Fn(&str) -> bool) -> DeliveryDays {
    let sent = WEEK.into_iter().filter(|(_, value)| is_sent(value));
    sent.map(|(day, _)| day).collect()
}

/// Weekdays as people write them; nothing where none is named.
pub(super) fn spelt(days: DeliveryDays, language: Language) -> String {
    let named = choices(days, language).into_iter();
    let labels = named.filter_map(|(_, label, is_chosen)| is_chosen.then_some(label));
    labels.collect::<Vec<_>>().join(", ")
}
