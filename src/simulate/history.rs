//! What each shop has seen of its demand, day by day: the data that forecasts are made from.

use chrono::{Days, NaiveDate};

use crate::model::Quantity;
use crate::plan::DayFlow;
use crate::plan::demand::MAX_HISTORY_DAYS;

/// Sales of every pair (shop times products plus product) on the last days.
#[derive(Debug)]
pub struct History {
    first_date: NaiveDate,
    /// Units sold, or [`CENSORED`]; the most recent day last.
    pairs: Vec<Vec<u32>>,
    /// The day after the last that was recorded.
    next_day: u32,
}

/// Nothing was there to sell that day.
const CENSORED: u32 = u32::MAX;

impl History {
    /// Empty; day 0 is `first_date`.
    #[must_use]
    pub fn new(first_date: NaiveDate, pairs: usize) -> Self {
        Self {
            first_date,
            pairs: vec![Vec::new(); pairs],
            next_day: 0,
        }
    }

    /// Notes one day of a pair: what was sold, `None` when the shelf was empty from morning to evening.
    pub fn record(&mut self, pair: usize, sold: Option<i64>) {
        let days = &mut self.pairs[pair];
        // What is too old to be read is dropped now and then, not every day.
        if days.len() >= 2 * MAX_HISTORY_DAYS as usize {
            days.drain(..MAX_HISTORY_DAYS as usize);
        }
        days.push(sold.map_or(CENSORED, |sold| {
            u32::try_from(sold)
                .unwrap_or(CENSORED - 1)
                .min(CENSORED - 1)
        }));
    }

    /// Ends the day: every pair has been recorded.
    pub fn end_day(&mut self) {
        self.next_day += 1;
    }

    /// Date of the morning after the last recorded day.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.date(self.next_day)
    }

    /// The date of a day.
    #[must_use]
    pub fn date(&self, day: u32) -> NaiveDate {
        // The first date is a real one and the days are some thousands: this is within the calendar.
        self.first_date
            .checked_add_days(Days::new(u64::from(day)))
            .unwrap_or(NaiveDate::MAX)
    }

    /// The rows that [`crate::plan::daily_series`] reads the same days from, appended to `flows`: a day on which something
    /// was there has goods coming in, one on which nothing was there opens with nothing and gets nothing.
    pub fn flows(&self, pair: usize, flows: &mut Vec<DayFlow>) {
        let days = &self.pairs[pair];
        let kept = days.len().min(MAX_HISTORY_DAYS as usize);
        let mut date = self.date(self.next_day - kept as u32);
        for &sold in &days[days.len() - kept..] {
            let there = sold != CENSORED;
            let units = Quantity(if there { i64::from(sold) } else { 0 });
            flows.push(DayFlow {
                sold: units,
                inflow: Quantity(i64::from(there)),
                moved: true,
                ..DayFlow::on(date)
            });
            date = date.succ_opt().unwrap_or(date);
        }
    }
}
