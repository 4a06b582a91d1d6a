//! When to plan: pure rules, from the cron expression, the zone and the clock's moment to a local date.
//!
//! A firing of the schedule on local date D is the order to plan *for* D, from history strictly before D. Everything is
//! keyed by that date and not by the firing, so that each local date gets one plan however the wall clock behaves:
//!
//! - a wall time that daylight saving skips fires at the first instant after the gap; one that comes twice fires the
//!   first time;
//! - several firings on one date are one;
//! - after nights that were missed because the machine was off, only the latest is made good: a suggestion for a day
//!   that is over helps nobody;
//! - a clock that goes backward plans nothing for a date at or before the last planned one;
//! - a clock that leapt ahead and is set right again must not keep the true dates unplanned for years: the dates before
//!   the leap go on where they stopped. See [`crate::model::day::MAX_CLOSED_DAYS`].

use std::str::FromStr;

use chrono::{
    DateTime, Days, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike,
    Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::model::day::MAX_CLOSED_DAYS;

/// A cron expression in a time zone.
#[derive(Debug, Clone)]
pub struct Schedule {
    cron: cron::Schedule,
    zone: Tz,
}

/// What the schedule remembers of the dates it has planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// The date planned last.
    pub last: NaiveDate,
    /// The last date before the clock leapt ahead by more than a shop stays closed, if it did.
    pub before_leap: Option<NaiveDate>,
}

impl Schedule {
    /// Reads a cron expression of six or seven fields: second, minute, hour, day of month, month, day of week
    /// (1 = Sunday) and, if wanted, year.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the setting `schedule`.
    pub fn parse(expression: &str, zone: Tz) -> Result<Self> {
        let cron = cron::Schedule::from_str(expression).map_err(|_| {
            Error::invalid(
                "schedule",
                format!(
                    "{expression:?} is no cron expression; it has the fields second, minute, hour, day, month and \
                     weekday, such as \"0 0 2 * * *\" for two at night"
                ),
            )
        })?;
        Ok(Self { cron, zone })
    }

    /// The latest local date for which the schedule has fired, at or before `now` and not before `founded`, the moment
    /// when the shop was set up.
    #[must_use]
    pub fn due_date(&self, now: DateTime<Utc>, founded: DateTime<Utc>) -> Option<NaiveDate> {
        let today = self.local(now).date();
        let midnight = today.and_time(NaiveTime::MIN);
        let founded_local = self.local(founded);
        let from = midnight.max(founded_local);
        if let Some(firing) = self.next_at_or_after(from)
            && firing.date() == today
            && self.instant(firing) <= now
        {
            return Some(today);
        }
        let mut before = midnight;
        loop {
            let firing = self.last_before(before)?;
            if firing < founded_local {
                return None;
            }
            if self.exists(firing.date()) {
                return Some(firing.date());
            }
            before = firing.date().and_time(NaiveTime::MIN);
        }
    }

    /// The first instant after `now` at which the schedule fires.
    #[must_use]
    pub fn next_fire(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = Utc.from_utc_datetime(&self.local(now));
        self.cron
            .after(&local)
            .map(|firing| self.instant(firing.naive_utc()))
            .find(|instant| *instant > now)
    }

    fn local(&self, moment: DateTime<Utc>) -> NaiveDateTime {
        moment.with_timezone(&self.zone).naive_local()
    }

    // The expression is evaluated on plain wall times, as if they were UTC: so no firing is lost in a gap.
    fn next_at_or_after(&self, wall: NaiveDateTime) -> Option<NaiveDateTime> {
        let just_before = Utc.from_utc_datetime(&(wall - Duration::nanoseconds(1)));
        Some(self.cron.after(&just_before).next()?.naive_utc())
    }

    fn last_before(&self, wall: NaiveDateTime) -> Option<NaiveDateTime> {
        let wall = Utc.from_utc_datetime(&wall);
        Some(self.cron.after(&wall).next_back()?.naive_utc())
    }

    /// The instant at which the wall shows `wall` for the first time, or the first one after the gap that skips it.
    fn instant(&self, wall: NaiveDateTime) -> DateTime<Utc> {
        // Gaps end on a whole minute, and no zone has ever skipped more than a day.
        let minute = wall.with_second(0).unwrap_or(wall);
        let candidates = (1..=24 * 60).map(|minutes| minute + Duration::minutes(minutes));
        for candidate in std::iter::once(wall).chain(candidates) {
            match self.zone.from_local_datetime(&candidate) {
                LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => {
                    return moment.to_utc();
                }
                LocalResult::None => {}
            }
        }
        Utc.from_utc_datetime(&wall)
    }

    /// Whether the zone has this date at all: Samoa had no 30 December 2011.
    fn exists(&self, date: NaiveDate) -> bool {
        let noon = date.and_time(NaiveTime::MIN) + Duration::hours(12);
        !matches!(self.zone.from_local_datetime(&noon), LocalResult::None)
    }
}

/// Whether to plan for `due` now, and if so what to remember once that plan is kept.
///
/// `founded_on` is the local date on which the shop was set up.
#[must_use]
pub fn to_plan(due: NaiveDate, founded_on: NaiveDate, planned: Option<Planned>) -> Option<Planned> {
    let leaps = |from: NaiveDate| due.signed_duration_since(from).num_days() > MAX_CLOSED_DAYS;
    let Some(planned) = planned else {
        let eve = founded_on
            .checked_sub_days(Days::new(1))
            .unwrap_or(founded_on);
        return (due >= founded_on).then_some(Planned {
            last: due,
            before_leap: leaps(founded_on).then_some(eve),
        });
    };
    if due > planned.last {
        let leapt = leaps(planned.last).then_some(planned.last);
        return Some(Planned {
            last: due,
            before_leap: planned.before_leap.or(leapt),
        });
    }
    let set_right = due < planned.last && planned.before_leap.is_some_and(|before| due > before);
    set_right.then_some(Planned {
        last: due,
        before_leap: None,
    })
}
