//! Receipts of the past on the shop's pages: finding one, taking it back, all of it or some.

mod credit;
mod finding;
mod laws;
mod migration;
mod owed;
mod returns;
mod voids;
