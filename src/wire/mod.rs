//! All that a shop and a hub share about sync: version, paths, limits, events, notes and the bodies of the exchanges.
//!
//! What a shop shares is what replenishment needs: product, quantity, business date, stock, suggestion, receipt.
//! Prices, margins, customers and debts have no place in any type of this module.

pub mod code;
pub mod event;
pub mod exchange;
pub mod note;
pub mod offsite;
pub mod packing;
pub mod replay;
pub mod sound;

/// The version of the protocol that this program speaks, sent with every request as [`VERSION_HEADER`].
pub const PROTOCOL: u32 = 1;

/// The request header that carries [`PROTOCOL`].
pub const VERSION_HEADER: &str = "kulakan-protocol";

/// The request header in which a shop tells what its clock shows, RFC 3339. Optional; the hub notes how far off it is.
pub const CLOCK_HEADER: &str = "kulakan-clock";

/// The request header in which a shop tells which copy of its database speaks, a UUID. Optional; by it the hub notices
/// that two copies of a shop are in use.
pub const INSTANCE_HEADER: &str = "kulakan-instance";

/// The oldest version that this program still understands.
pub const OLDEST_PROTOCOL: u32 = 1;

/// Where a shop redeems its one-time code: `POST`, no token.
pub const PAIR_PATH: &str = "/sync/v1/pair";
/// Where a session starts: `GET` of the hub's head for this device.
pub const HEAD_PATH: &str = "/sync/v1/head";
/// Where events are pushed: `POST`, a zstd-compressed [`exchange::Push`].
pub const EVENTS_PATH: &str = "/sync/v1/events";
/// Where a new epoch is asked for: `POST`.
pub const EPOCHS_PATH: &str = "/sync/v1/epochs";
/// Where notes are pulled: `GET ?cursor=`.
pub const NOTES_PATH: &str = "/sync/v1/notes";

/// Where a restored or cloned shop reads what the hub holds of its own log: `GET ?after=EPOCH.SEQ`.
pub const LOG_PATH: &str = "/sync/v1/log";

/// The most events in one push.
pub const MAX_BATCH_EVENTS: usize = 500;
/// The most compressed bytes in one push; a single larger event travels alone.
pub const MAX_BATCH_BYTES: usize = 256 * 1024;
/// The most a push may decompress to, and so the largest single event with its envelope.
pub const MAX_DECOMPRESSED_BYTES: usize = 8 * 1024 * 1024;
/// The most notes in one page.
pub const MAX_PAGE_NOTES: usize = 200;
