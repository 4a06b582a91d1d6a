//! What to buy, how the day goes, and the reports: every figure is held against a sum of its own.

mod arrivals;
mod counter;
mod first_page;
mod forecasts;
mod list;
mod page;
mod sums;
mod tables;
