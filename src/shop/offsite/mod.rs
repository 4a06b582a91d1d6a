//! Off-site backups.

pub mod key;
pub mod pack;
