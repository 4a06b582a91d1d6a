//! The tests of the hub once more, each with its hub in a database of its own on a real PostgreSQL server; and what only
//! a server's database can do.

mod encrypted;
mod moving;
mod nights;
mod offsite;
mod processes;
mod walls;

use crate::harness::backend::Backend;

/// Where the hubs of the modules below are kept.
const BACKEND: Backend = Backend::Postgres;

#[path = "../hub_api/mod.rs"]
mod hub_api;
#[path = "../hub_costs.rs"]
mod hub_costs;
#[path = "../hub_exports.rs"]
mod hub_exports;
#[path = "../hub_morning.rs"]
mod hub_morning;
#[path = "../hub_nightly.rs"]
mod hub_nightly;
#[path = "../hub_orders/mod.rs"]
mod hub_orders;
#[path = "../hub_planning.rs"]
mod hub_planning;
#[path = "../hub_production/mod.rs"]
mod hub_production;
#[path = "../hub_supply/mod.rs"]
mod hub_supply;
#[path = "../hub_sync/mod.rs"]
mod hub_sync;
#[path = "../hub_ubl.rs"]
mod hub_ubl;
#[path = "../hub_zones.rs"]
mod hub_zones;
#[path = "../scenarios/mod.rs"]
mod scenarios;
#[path = "../shipping/mod.rs"]
mod shipping;
#[path = "../shop_sync/mod.rs"]
mod shop_sync;
