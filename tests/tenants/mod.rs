//! Several distributors in one hub: whose rows are whose, and what of another's can be reached.

mod command;
mod links;
mod links_end;
mod links_law;
mod migration;
pub mod routes;
mod statements;
mod walls;
mod walls_sync;
