//! All tests, in one program that links once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// The tests of the hub are compiled once for each database.
#![allow(clippy::duplicate_mod)]

use harness::backend::Backend;

/// Where hubs are kept in tests that do not say otherwise.
const BACKEND: Backend = Backend::Sqlite;

mod astray;
mod backtest;
mod backup;
mod browser;
mod cash_budget;
mod chart;
mod cli;
mod crash;
mod day;
mod demo_data;
mod demo_story;
mod doctor;
mod goods;
mod harness;
mod held_back;
mod history;
mod hub_api;
mod hub_busy;
mod hub_costs;
mod hub_exports;
mod hub_morning;
mod hub_nightly;
mod hub_openapi;
mod hub_orders;
mod hub_packing;
mod hub_pages;
mod hub_people;
mod hub_planning;
mod hub_production;
mod hub_supply;
mod hub_sync;
mod hub_ubl;
mod hub_zones;
mod kasbon;
mod large_shops;
mod levels;
mod new_product;
mod offsite;
mod on_postgres;
mod packaging;
mod page_access;
mod page_security;
mod pages;
mod people;
mod plan;
mod printing;
mod quality;
mod sales_pages;
mod scenarios;
mod schedule;
mod schema_dialects;
mod shipping;
mod shop_api;
mod shop_door;
mod shop_nightly;
mod shop_sync;
mod shopping;
mod simulate;
mod simulation;
mod stockroom;
mod store;
mod store_plans;
mod study;
mod teeth;
mod tenants;
mod tidy;
mod till;
mod trading_day;
mod typed;
mod whole_day;
mod wire;
