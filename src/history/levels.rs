//! Order-up-to levels of every series of a history.

use chrono::NaiveDate;

use super::{History, Series};
use crate::plan::{LevelLine, Planner, Policy};

impl History {
    /// The day after the last row: when the whole history is known.
    #[must_use]
    pub fn next_day(&self) -> NaiveDate {
        self.last.succ_opt().unwrap_or(self.last)
    }

    /// The level of each series on the morning of `date`, in the order of the series, from the days before it.
    ///
    /// The series are shared out among `threads` (at least 1); the levels are the same for any number of them.
    #[must_use]
    pub fn levels(&self, date: NaiveDate, policy: &Policy, threads: usize) -> Vec<LevelLine> {
        let planner = Planner::new(date, policy);
        let level = &|series: &Series| planner.level(&series.before(date), series.shelf_life_days);
        let share = self.series.len().div_ceil(threads.max(1)).max(1);
        std::thread::scope(|scope| {
            let workers: Vec<_> = self
                .series
                .chunks(share)
                .map(|part| scope.spawn(move || part.iter().map(level).collect::<Vec<_>>()))
                .collect();
            workers
                .into_iter()
                .flat_map(|worker| match worker.join() {
                    Ok(levels) => levels,
                    // Nothing in a worker panics; if it did, hiding it would lose series.
                    Err(panic) => std::panic::resume_unwind(panic),
                })
                .collect()
        })
    }
}
