//! The shop's SQL: functions on a transaction, one file per noun. Nothing here decides; use cases do.

pub mod audit;
pub mod carts;
pub mod check;
pub mod check_accounts;
pub mod check_returns;
pub mod consignment;
pub mod copies;
pub mod counts;
pub mod customers;
pub mod daily;
pub mod days;
pub mod debts;
pub mod deliveries;
pub mod distributors;
pub mod drawer;
pub mod events;
pub mod exports;
pub mod glance;
pub mod goods;
pub mod info;
pub mod ledger;
pub mod missed;
pub mod notes;
pub mod offsite;
pub mod people;
pub mod plans;
pub mod print_jobs;
pub mod products;
pub mod purchases;
mod read;
pub mod receipts;
pub mod recovered;
pub mod reports;
pub mod requests;
pub mod returns;
pub mod sales;
pub mod search;
pub mod settings;
pub mod shelf;
pub mod shopping;
pub mod status;
pub mod stock;
pub mod sync_state;
pub mod taken_back;
pub mod tiers;
pub mod tokens;

use crate::store::Schema;

/// The shop's database file in the data folder.
pub const FILE: &str = "shop.db";

/// The shop's schema. `application_id` reads "KKsh".
pub static SCHEMA: Schema = Schema {
    application_id: 0x4b4b_7368,
    migrations: &[
        (
            "0001_shop",
            include_str!("../../../schema/shop/0001_shop.sql"),
        ),
        (
            "0002_plan_budget",
            include_str!("../../../schema/shop/0002_plan_budget.sql"),
        ),
        (
            "0003_copies",
            include_str!("../../../schema/shop/0003_copies.sql"),
        ),
        (
            "0004_offsite",
            include_str!("../../../schema/shop/0004_offsite.sql"),
        ),
        (
            "0005_till",
            include_str!("../../../schema/shop/0005_till.sql"),
        ),
        (
            "0006_returns",
            include_str!("../../../schema/shop/0006_returns.sql"),
        ),
        (
            "0007_drawer",
            include_str!("../../../schema/shop/0007_drawer.sql"),
        ),
        (
            "0008_goods",
            include_str!("../../../schema/shop/0008_goods.sql"),
        ),
        (
            "0009_stockroom",
            include_str!("../../../schema/shop/0009_stockroom.sql"),
        ),
        (
            "0010_printing",
            include_str!("../../../schema/shop/0010_printing.sql"),
        ),
        (
            "0011_shopping",
            include_str!("../../../schema/shop/0011_shopping.sql"),
        ),
        (
            "0012_large_shops",
            include_str!("../../../schema/shop/0012_large_shops.sql"),
        ),
        (
            "0013_asked_for",
            include_str!("../../../schema/shop/0013_asked_for.sql"),
        ),
        (
            "0014_credit",
            include_str!("../../../schema/shop/0014_credit.sql"),
        ),
        (
            "0015_distributors",
            include_str!("../../../schema/shop/0015_distributors.sql"),
        ),
        (
            "0016_taken_back",
            include_str!("../../../schema/shop/0016_taken_back.sql"),
        ),
    ],
};
