//! kulakan: an offline-first till and replenishment for small shops, with vendor-managed inventory for their
//! distributor.
//!
//! Where things are:
//!
//! - [`model`]: the vocabulary, plain values.
//! - [`plan`]: the mathematics of replenishment, pure functions.
//! - [`wire`]: all that shop and hub share about sync.
//! - [`store`]: plumbing around SQLite that knows no domain.
//! - [`clock`], [`error`]: time and faults.

pub mod clock;
pub mod error;
pub mod model;
pub mod plan;
pub mod store;
pub mod wire;
