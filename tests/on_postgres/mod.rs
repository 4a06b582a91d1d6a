//! The tests of the hub once more, each with its hub in a database of its own on a real PostgreSQL server; and what only
//! a server's database can do.

mod moving;
mod processes;
mod walls;

use crate::harness::backend::Backend;

/// Where the hubs of the modules below are kept.
const BACKEND: Backend = Backend::Postgres;

#[path = "../hub_api/mod.rs"]
mod hub_api;
#[path = "../hub_nightly.rs"]
mod hub_nightly;
#[path = "../hub_planning.rs"]
mod hub_planning;
#[path = "../hub_production.rs"]
mod hub_production;
#[path = "../hub_supply/mod.rs"]
mod hub_supply;
#[path = "../hub_sync/mod.rs"]
mod hub_sync;
#[path = "../scenarios/mod.rs"]
mod scenarios;
