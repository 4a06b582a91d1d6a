//! All tests, in one program that links once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod backtest;
mod browser;
mod cash_budget;
mod chart;
mod cli;
mod demo_data;
mod demo_story;
mod harness;
mod held_back;
mod history;
mod hub_api;
mod hub_planning;
mod hub_sync;
mod levels;
mod new_product;
mod offsite;
mod packaging;
mod page_access;
mod pages;
mod plan;
mod scenarios;
mod schedule;
mod schema_dialects;
mod shop_api;
mod shop_door;
mod shop_nightly;
mod shop_sync;
mod simulate;
mod store;
mod store_plans;
mod study;
mod tidy;
mod trading_day;
