//! Trading days: which business date a moment at the till belongs to.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

/// The last trading day that a shop opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TradingDay {
    /// Its business date.
    pub date: NaiveDate,
    /// Not closed yet.
    pub open: bool,
    /// How many days in a row, this one among them, were opened since the clock leapt further ahead than a shop stays
    /// closed; 0 for a clock that is trusted. See [`MAX_CLOSED_DAYS`].
    pub suspect_days: u32,
}

/// What happens to the trading day when something is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayDecision {
    /// It belongs to the day that is open (or was the last one).
    Keep(NaiveDate),
    /// A new day begins; an open one is closed by it.
    Open {
        /// The new business date.
        date: NaiveDate,
        /// As [`TradingDay::suspect_days`].
        suspect_days: u32,
    },
}

/// A shop whose clock is this many days ahead of its last trading day was closed for very long, or has a wrong clock.
/// The day is opened all the same, but it and the days after it may be followed by an earlier one once the clock is
/// right again.
pub const MAX_CLOSED_DAYS: i64 = 60;

/// A clock that has shown one day after the other for this many days since it leapt was right: the shop was closed.
pub const TRUSTED_AFTER_DAYS: u32 = 14;

/// Until this hour of the next morning an open day goes on: a stall that sells past midnight is still on the same day.
pub const ROLLOVER_HOUR: u32 = 4;

/// Which business date something recorded at `local_now` belongs to.
///
/// `founded` is the date on which the shop was set up: no business date lies before it. A clock that runs behind
/// (1970 after a flat battery) changes nothing: the last day goes on, so that the order of business dates never
/// depends on a clock that goes backward.
#[must_use]
pub fn business_day(
    last: Option<TradingDay>,
    founded: NaiveDate,
    local_now: NaiveDateTime,
) -> DayDecision {
    let today = local_now.date();
    let Some(last) = last else {
        return DayDecision::Open {
            date: today.max(founded),
            suspect_days: u32::from(leaps(founded, today)),
        };
    };
    if today < last.date {
        if last.suspect_days > 0 && today >= founded {
            return DayDecision::Open {
                date: today,
                suspect_days: 0,
            };
        }
        return DayDecision::Keep(last.date);
    }
    if today == last.date {
        return DayDecision::Keep(last.date);
    }
    let rollover = NaiveTime::from_hms_opt(ROLLOVER_HOUR, 0, 0).unwrap_or(NaiveTime::MIN);
    let next_morning = last
        .date
        .checked_add_days(Days::new(1))
        .map(|date| date.and_time(rollover));
    if last.open && next_morning.is_some_and(|end| local_now < end) {
        return DayDecision::Keep(last.date);
    }
    DayDecision::Open {
        date: today,
        suspect_days: suspect_days(last, today),
    }
}

fn suspect_days(last: TradingDay, today: NaiveDate) -> u32 {
    if leaps(last.date, today) {
        return 1;
    }
    match last.suspect_days {
        0 | TRUSTED_AFTER_DAYS.. => 0,
        days => days + 1,
    }
}

fn leaps(from: NaiveDate, to: NaiveDate) -> bool {
    to.signed_duration_since(from).num_days() > MAX_CLOSED_DAYS
}
