//! Several distributors in one hub: whose rows are whose.

mod migration;
mod statements;
