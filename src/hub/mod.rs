//! The hub: the distributor's side.

pub mod store;
