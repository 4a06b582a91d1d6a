//! Trading days.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Offset, Utc};
use chrono_tz::Tz;
use rusqlite::{Connection, OptionalExtension, params};

use super::info::{self, ShopInfo};
use crate::error::Result;
use crate::model::day::business_day;
use crate::model::{DayDecision, TradingDay};
use crate::store::WriteTx;
use crate::wire::event::moment_text;

/// A moment as the shop's clock and wall show it. The clock may be wrong.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The clock.
    pub utc: DateTime<Utc>,
    /// The wall clock in the shop's time zone.
    pub local: NaiveDateTime,
    /// The zone's offset from UTC then, in minutes.
    pub offset_minutes: i32,
}

impl Moment {
    /// What the wall shows in `timezone` at `utc`.
    #[must_use]
    pub fn new(utc: DateTime<Utc>, timezone: Tz) -> Self {
        let offset: FixedOffset = utc.with_timezone(&timezone).offset().fix();
        Self {
            utc,
            local: utc.naive_utc() + offset,
            offset_minutes: offset.local_minus_utc() / 60,
        }
    }

    /// As stored and sent.
    #[must_use]
    pub fn text(&self) -> String {
        moment_text(self.utc)
    }
}

/// The business date of something recorded now, and whether the clock disagrees with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusinessDate {
    /// The date of the trading day.
    pub date: NaiveDate,
    /// The clock shows an earlier date than the trading day's, or has leapt far ahead.
    pub clock_suspect: bool,
}

/// The trading day opened last.
pub fn last(connection: &Connection) -> Result<Option<TradingDay>> {
    let day = connection
        .prepare_cached(
            "SELECT business_date, closed_at_utc IS NULL, suspect_days FROM trading_days ORDER BY opening DESC LIMIT 1",
        )?
        .query_row([], |row| {
            Ok(TradingDay { date: row.get(0)?, open: row.get(1)?, suspect_days: row.get(2)? })
        })
        .optional()?;
    Ok(day)
}

/// The business date that something recorded now would get, without opening the day.
pub fn current(connection: &Connection, info: &ShopInfo, now: &Moment) -> Result<BusinessDate> {
    let last = last(connection)?;
    Ok(match business_day(last, info.founded_on, now.local) {
        DayDecision::Keep(date) => BusinessDate {
            date,
            clock_suspect: now.local.date() < date || is_suspect(last),
        },
        DayDecision::Open { date, suspect_days } => BusinessDate {
            date,
            clock_suspect: suspect_days > 0 || now.local.date() < date,
        },
    })
}

/// The business date of something recorded now; opens the day if it has not begun.
pub fn enter(tx: &WriteTx<'_>, now: &Moment) -> Result<BusinessDate> {
    let last = last(tx)?;
    let founded_on = match last {
        // The founding date only matters while no day has been opened or the clock was wrong; spare sales the query.
        Some(day) if day.suspect_days == 0 => day.date,
        _ => info::load(tx)?.founded_on,
    };
    let decision = business_day(last, founded_on, now.local);
    let (date, suspect) = match decision {
        DayDecision::Keep(date) => (date, is_suspect(last)),
        DayDecision::Open { date, suspect_days } => {
            open(tx, date, suspect_days, now)?;
            (date, suspect_days > 0)
        }
    };
    Ok(BusinessDate {
        date,
        clock_suspect: suspect || now.local.date() < date,
    })
}

fn is_suspect(day: Option<TradingDay>) -> bool {
    day.is_some_and(|day| day.suspect_days > 0)
}

fn open(tx: &WriteTx<'_>, date: NaiveDate, suspect_days: u32, now: &Moment) -> Result<()> {
    tx.execute(
        "UPDATE trading_days SET closed_at_utc = ?1 WHERE closed_at_utc IS NULL AND business_date <> ?2",
        params![now.text(), date],
    )?;
    // A date can come again after a clock that leapt ahead was set right: then it is reopened as the latest.
    tx.execute(
        "INSERT INTO trading_days (business_date, opening, opened_at_utc, suspect_days)
         VALUES (?1, (SELECT coalesce(max(opening), 0) + 1 FROM trading_days), ?2, ?3)
         ON CONFLICT (business_date) DO UPDATE
         SET opening = excluded.opening, closed_at_utc = NULL, suspect_days = excluded.suspect_days",
        params![date, now.text(), suspect_days],
    )?;
    Ok(())
}
