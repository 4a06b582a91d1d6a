//! Kasbon: who owes what, how it is paid, and that it stays in the shop.

mod account;
mod browse;
mod import;
mod ledger;
mod retired;
