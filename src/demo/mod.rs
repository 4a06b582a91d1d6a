//! The demonstration: an invented catalogue and generated sales that stand in for a real small shop, and the whole loop
//! driven through both sides' HTTP APIs.
//!
//! - [`catalogue`]: about 120 goods that a warung commonly sells, with plain generic names.
//! - [`sales`]: sales tickets drawn from the catalogue's averages, the same for the same seed.
//!
//! Nothing here was measured: no price is that of a real brand and no sale ever took place.

pub mod catalogue;
mod client;
mod month;
pub mod sales;
mod story;

pub use story::{Options, run};
