//! Order-up-to levels without a shop: the same figures as a plan's, and what the command prints of them.

// That figures agree to the last bit is what is claimed.
#![allow(clippy::float_cmp)]

mod command;
mod figures;
