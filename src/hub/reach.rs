//! How far from today a date can lie that anybody means. What lies farther is a slip of the pen: nothing is planned for
//! it, and it is not kept.

use chrono::{Days, NaiveDate};

use super::Hub;
use crate::error::{Error, Faults, Result};

/// Forty years: no goods keep longer, and no shop has older books.
const FARTHEST: Days = Days::new(14_610);

/// What is said of a date that is out of reach.
pub(super) fn beyond(today: NaiveDate, date: NaiveDate) -> Option<String> {
    let least = today.checked_sub_days(FARTHEST).unwrap_or(NaiveDate::MIN);
    let most = today.checked_add_days(FARTHEST).unwrap_or(NaiveDate::MAX);
    (date < least || date > most).then(|| format!("must be from {least} to {most}"))
}

/// What is said of a date before the first that can be, or out of reach of it.
pub(super) fn not_from(first: NaiveDate, date: NaiveDate) -> Option<String> {
    if date < first {
        return Some(format!("is before {first}"));
    }
    beyond(first, date)
}

/// Whether anybody can mean this date.
pub(super) fn is_in_reach(date: NaiveDate, today: NaiveDate) -> bool {
    beyond(today, date).is_none()
}

/// Faults a date that is out of reach.
pub(super) fn check_date(
    date: Option<NaiveDate>,
    today: NaiveDate,
    field: &str,
    faults: &mut Faults,
) {
    if let Some(message) = date.and_then(|date| beyond(today, date)) {
        faults.add(field, message);
    }
}

/// # Errors
/// [`Error::Invalid`] for a date that is out of reach.
pub(super) fn in_reach(field: &'static str, date: NaiveDate, today: NaiveDate) -> Result<()> {
    beyond(today, date).map_or(Ok(()), |message| Err(Error::invalid(field, message)))
}

impl Hub {
    /// # Errors
    /// [`Error::Invalid`] for a date that is out of reach of today.
    pub(super) fn may_plan_for(&self, date: NaiveDate) -> Result<()> {
        in_reach("date", date, self.today())
    }
}
