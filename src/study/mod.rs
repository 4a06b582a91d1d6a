//! The two published studies that this program grew from, run through [`plan`](crate::plan), and the same calculations
//! for figures of one's own.
//!
//! - [`bakery`]: a perishable product through supplier, bakery and salesmen.
//! - [`vmi`]: two retailers whose distributor manages their stock.
//!
//! Every figure that a study prints is calculated again. Where print and calculation differ, an [`Erratum`] says so; such
//! comparisons are part of a report on the study's own figures only.

pub mod bakery;
mod input;
pub mod vmi;

pub use input::InputError;

use serde::Serialize;

/// A printed figure that does not follow from the study's own equations and data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Erratum {
    /// Which figure.
    pub figure: String,
    /// What the study prints.
    pub printed: String,
    /// What follows.
    pub recomputed: String,
    /// What may have happened, or what it means.
    pub why: &'static str,
}
