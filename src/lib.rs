//! kulakan: an offline-first till and replenishment for small shops, with vendor-managed inventory for their
//! distributor.
//!
//! Where things are:
//!
//! - [`model`]: the vocabulary, plain values.
//! - [`plan`]: the mathematics of replenishment, pure functions.

pub mod model;
pub mod plan;
