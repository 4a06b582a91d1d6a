//! What several tests start: servers, programs and the data they need.

pub mod backend;
pub mod counter;
pub mod lived_in;
pub mod older;
pub mod picture;
pub mod postgres;
pub mod program;
pub mod running;
pub mod shop;
pub mod world;
pub mod xlsx;
