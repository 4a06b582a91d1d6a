//! When a shop's next delivery is due: pure functions of dates.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// The weekdays, and how each is written.
pub const WEEK: [(Weekday, &str); 7] = [
    (Weekday::Mon, "mon"),
    (Weekday::Tue, "tue"),
    (Weekday::Wed, "wed"),
    (Weekday::Thu, "thu"),
    (Weekday::Fri, "fri"),
    (Weekday::Sat, "sat"),
    (Weekday::Sun, "sun"),
];

/// The weekdays on which a shop is delivered to; none named means any day. Written `mon,thu`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeliveryDays(u8);

/// A text that names no weekdays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no weekday: write mon, tue, wed, thu, fri, sat or sun, with commas between")]
pub struct NoWeekday(String);

impl FromStr for DeliveryDays {
    type Err = NoWeekday;

    fn from_str(text: &str) -> Result<Self, NoWeekday> {
        let mut days = Self::default();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let place = WEEK
                .iter()
                .position(|(_, name)| part.eq_ignore_ascii_case(name))
                .ok_or_else(|| NoWeekday(part.to_owned()))?;
            days.0 |= 1 << place;
        }
        Ok(days)
    }
}

impl FromIterator<Weekday> for DeliveryDays {
    fn from_iter<T: IntoIterator<Item = Weekday>>(days: T) -> Self {
        let bits = days.into_iter().map(|day| 1 << day.num_days_from_monday());
        Self(bits.fold(0, |all, one: u8| all | one))
    }
}

impl fmt::Display for DeliveryDays {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = WEEK
            .iter()
            .filter(|(day, _)| !self.is_any_day() && self.has(*day));
        let names: Vec<&str> = named.map(|(_, name)| *name).collect();
        out.write_str(&names.join(","))
    }
}

impl DeliveryDays {
    /// Whether no weekday is preferred.
    #[must_use]
    pub fn is_any_day(self) -> bool {
        self.0 == 0
    }

    /// Whether the shop is delivered to on this weekday.
    #[must_use]
    pub fn has(self, day: Weekday) -> bool {
        self.is_any_day() || self.0 & (1 << day.num_days_from_monday()) != 0
    }

    /// The first delivery day on or after `date`.
    #[must_use]
    pub fn on_or_after(self, date: NaiveDate) -> NaiveDate {
        date.iter_days()
            .take(WEEK.len())
            .find(|day| self.has(day.weekday()))
            .unwrap_or(date)
    }
}

/// The day on which the next delivery to a shop is due: `interval_days` after the last one, or at once for a shop that
/// never had any, moved to the shop's next delivery day. A delivery that is overdue by `today` is due on the first
/// delivery day from today on: yesterday cannot be made up for.
#[must_use]
pub fn due_on(
    last: Option<NaiveDate>,
    interval_days: u32,
    days: DeliveryDays,
    today: NaiveDate,
) -> NaiveDate {
    let wanted = last.map_or(today, |last| {
        last.checked_add_days(Days::new(interval_days.into()))
            .unwrap_or(NaiveDate::MAX)
    });
    days.on_or_after(wanted.max(today))
}
