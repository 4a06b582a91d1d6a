//! Opening and closing the day: every figure on the page is held against sums of its own.

mod browse;
mod closing;
pub mod desk;
mod figures;
mod owners_word;
