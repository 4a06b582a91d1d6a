//! The demonstration: an invented catalogue and generated sales that stand in for a real small shop.
//!
//! - [`catalogue`]: about 120 goods that a warung commonly sells, with plain generic names.
//! - [`sales`]: sales tickets drawn from the catalogue's averages, the same for the same seed.
//!
//! Nothing here was measured: no price is that of a real brand and no sale ever took place.

pub mod catalogue;
pub mod sales;
