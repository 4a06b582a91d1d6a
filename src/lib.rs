//! kulakan: an offline-first till and replenishment for small shops, with vendor-managed inventory for their
//! distributor.
//!
//! Where things are:
//!
//! - [`model`]: the vocabulary, plain values.
//! - [`plan`]: the mathematics of replenishment, pure functions.
//! - [`history`]: sales histories out of files, for planning without a shop.
//! - [`backtest`]: what a way of planning would have done with sales that really happened.
//! - [`shop`]: the shop's use cases, its SQL and its pages.
//! - [`hub`]: the distributor's side: intake of what shops tell, their stock, shipments.
//! - [`study`]: the published case studies, and own figures in their form.
//! - [`simulate`](mod@simulate): traditional ordering, VMI and this planner day by day on the same demand.
//! - [`wire`]: all that shop and hub share about sync.
//! - [`store`]: plumbing around SQLite that knows no domain.
//! - [`web`]: plumbing of the pages and calls that knows no domain.
//! - [`columns`]: which column of a file is which.
//! - [`table`]: tables as CSV and Excel files.
//! - [`config`]: settings and where they came from.
//! - [`chart`]: charts as SVG and as terminal text.
//! - [`demo`]: the demonstration, an invented catalogue and generated sales.
//! - [`clock`], [`error`]: time and faults.

pub mod backtest;
pub mod chart;
pub mod clock;
pub mod columns;
pub mod config;
pub mod demo;
pub mod error;
pub mod history;
pub mod hub;
pub mod model;
pub mod plan;
pub mod shop;
pub mod simulate;
pub mod store;
pub mod study;
pub mod table;
pub mod web;
pub mod wire;
