//! What a calendar date says about demand: its weekday, where it stands to payday, and where to Lebaran.
//!
//! Lebaran is the feast that ends Ramadan, on 1 Syawal, which the government announces on the eve from the sighting of
//! the moon. No formula gives the announced date for certain, so that the dates are a table, which a shop may replace.

use chrono::{Datelike, Days, NaiveDate};

/// Whether the date of a feast is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// Announced by the Ministry of Religious Affairs of Indonesia.
    Announced,
    /// From the calendar that the ministry has calculated; the announcement may be a day off.
    Expected,
}

use Certainty::{Announced, Expected};

/// 1 Syawal in Indonesia, as (year, month, day), 1436 to 1451 Hijri.
pub const SYAWAL_FIRST: [(i32, u32, u32, Certainty); 16] = [
    (2015, 7, 17, Announced),
    (2016, 7, 6, Announced),
    (2017, 6, 25, Announced),
    (2018, 6, 15, Announced),
    (2019, 6, 5, Announced),
    (2020, 5, 24, Announced),
    (2021, 5, 13, Announced),
    (2022, 5, 2, Announced),
    (2023, 4, 22, Announced),
    (2024, 4, 10, Announced),
    (2025, 3, 31, Announced),
    (2026, 3, 21, Announced),
    (2027, 3, 10, Expected),
    (2028, 2, 27, Expected),
    (2029, 2, 15, Expected),
    (2030, 2, 4, Expected),
];

/// The dates of [`SYAWAL_FIRST`].
#[must_use]
pub fn lebaran_dates() -> Vec<NaiveDate> {
    SYAWAL_FIRST
        .iter()
        .filter_map(|&(year, month, day, _)| NaiveDate::from_ymd_opt(year, month, day))
        .collect()
}

/// Sections of the month between one payday and the next. Wages come from the 25th on and are spent in the first days
/// of the month.
pub const PAYDAY_SECTIONS: usize = 4;

/// Days of each section in an average month.
pub const PAYDAY_SECTION_DAYS: [f64; PAYDAY_SECTIONS] = [6.4, 5.0, 9.0, 10.0];

/// Sections of the season around Lebaran, [`NOT_LEBARAN`] included.
pub const LEBARAN_SECTIONS: usize = LEBARAN_SEASON.len() + 1;

/// The section of a day that is not in the season.
pub const NOT_LEBARAN: usize = 0;

/// The season, in days from 1 Syawal: the fasting month, the last shopping before the feast, the two days of the feast,
/// and the week of visits. Section 1 is the first of them.
pub const LEBARAN_SEASON: [(i64, i64); 6] =
    [(-30, -15), (-14, -8), (-7, -4), (-3, -1), (0, 1), (2, 7)];

/// The last section before the feast.
pub const LAST_BEFORE_LEBARAN: usize = 4;

/// Where a date stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// Days since Monday, 0 to 6.
    pub weekday: u8,
    /// 0: the 25th to the end of the month; 1: the 1st to the 5th; 2: the 6th to the 14th; 3: the 15th to the 24th.
    pub payday: u8,
    /// [`NOT_LEBARAN`], or 1 and more for the sections of [`LEBARAN_SEASON`].
    pub lebaran: u8,
}

impl Position {
    /// Of `date`, with the given dates of 1 Syawal; where two seasons meet the earlier date in the list decides.
    #[must_use]
    pub fn of(date: NaiveDate, lebaran: &[NaiveDate]) -> Self {
        let section = lebaran.iter().find_map(|feast| {
            let days = date.signed_duration_since(*feast).num_days();
            let within = |&(first, last): &(i64, i64)| (first..=last).contains(&days);
            LEBARAN_SEASON.iter().position(within)
        });
        Self {
            weekday: date.weekday().num_days_from_monday() as u8,
            payday: match date.day() {
                25.. => 0,
                1..=5 => 1,
                6..=14 => 2,
                _ => 3,
            },
            lebaran: section.map_or(NOT_LEBARAN, |section| section + 1) as u8,
        }
    }
}

/// The positions of consecutive days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    first: NaiveDate,
    positions: Vec<Position>,
}

impl Calendar {
    /// Of `days` days from `first` on, with the given dates of 1 Syawal in any order.
    #[must_use]
    pub fn new(first: NaiveDate, days: usize, lebaran: &[NaiveDate]) -> Self {
        let mut feasts = lebaran.to_vec();
        feasts.sort_unstable();
        feasts.dedup();
        let positions = (0..days)
            .map_while(|offset| first.checked_add_days(Days::new(offset as u64)))
            .map(|date| Position::of(date, &feasts))
            .collect();
        Self { first, positions }
    }

    /// The positions from `date` on; none where the calendar does not have it.
    #[must_use]
    pub fn from(&self, date: NaiveDate) -> &[Position] {
        usize::try_from(date.signed_duration_since(self.first).num_days())
            .ok()
            .and_then(|offset| self.positions.get(offset..))
            .unwrap_or_default()
    }
}
