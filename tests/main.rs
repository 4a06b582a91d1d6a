//! tests
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod demo_data;

mod plan;
mod schedule;
