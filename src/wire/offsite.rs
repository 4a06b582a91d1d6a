//! Off-site backups: what a shop and its hub say about copies that only the shop can read.
//!
//! The hub keeps *parts*, byte strings named by their SHA-256, and *sets* that name parts. Both are sealed on the
//! device, so that the hub sees sizes, counts and times and nothing else. The parts of a set are a beginning of a
//! *chain*: one whole copy and the changes of the nights since, in order. Tonight's set is the chain so far with a few
//! parts more, which is why a night costs what changed in it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::Hash;

/// `GET`: the sets that the hub holds. `POST`: a [`Commit`].
pub const BACKUPS_PATH: &str = "/sync/v1/backups";
/// `GET ?id=`: the parts of a set, as [`SetReply`].
pub const BACKUP_SET_PATH: &str = "/sync/v1/backups/set";
/// `POST ?hash=` with the bytes of a part: kept once, however often it is sent. `GET ?hash=`: the bytes.
pub const BACKUP_PARTS_PATH: &str = "/sync/v1/backups/parts";
/// `POST` of [`Asked`]: which parts the hub lacks, as [`Missing`].
pub const BACKUP_MISSING_PATH: &str = "/sync/v1/backups/missing";
/// `POST` of [`GrantRequest`], no token: a one-time code for leave to read a shop's sets.
pub const BACKUP_GRANTS_PATH: &str = "/sync/v1/backups/grants";
/// `POST`, empty object: everything that the hub holds of the shop's copies is deleted.
pub const BACKUP_FORGET_PATH: &str = "/sync/v1/backups/forget";

/// The most bytes in a part.
pub const MAX_PART_BYTES: usize = 256 * 1024;
/// The most parts that one question or one commit may name.
pub const MAX_NAMED_PARTS: usize = 16_384;
/// The most that a body naming parts takes.
pub const MAX_NAMES_BYTES: usize = 2 * 1024 * 1024;

/// Some parts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asked {
    /// At most [`MAX_NAMED_PARTS`].
    pub parts: Vec<Hash>,
}

/// Of the parts asked about, those that the hub does not hold, in the order of the question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Missing {
    /// To be sent.
    pub missing: Vec<Hash>,
}

/// Makes a set out of parts that the hub holds: wholly, or not at all. The same again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// The set, named by the shop.
    pub id: Uuid,
    /// The chain that it is the end of.
    pub chain: Uuid,
    /// Parts that the chain has before this set; 0 begins it.
    pub follows: u32,
    /// What this set adds to the chain, in order; nothing when nothing changed.
    pub parts: Vec<Hash>,
    /// The part with the key, which the passphrase opens.
    pub key: Hash,
    /// The part that tells what the set is, which the key opens.
    pub manifest: Hash,
}

/// A set in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSet {
    /// Its name.
    pub id: Uuid,
    /// The device that sent it.
    pub device: Uuid,
    /// When the hub had all of it, RFC 3339, by the hub's clock.
    pub received_at: String,
    /// Parts in it.
    pub parts: u32,
    /// What reading all of it takes.
    pub bytes: u64,
}

/// What the hub holds for a shop.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetsReply {
    /// The shop's name at the hub.
    pub shop: String,
    /// The latest first.
    pub sets: Vec<StoredSet>,
}

/// Where a set is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetReply {
    /// As in the list.
    #[serde(flatten)]
    pub set: StoredSet,
    /// The part with the key.
    pub key: Hash,
    /// The part that tells what the set is.
    pub manifest: Hash,
    /// The beginning of the chain that the set is.
    pub chain: Vec<Hash>,
}

/// A new device asks for leave to read what a shop's earlier one has sent.
///
/// It makes the token itself and keeps it before it asks, so that a lost answer loses nothing: the same code and token
/// again are the same leave. Nothing changes for the devices of the shop.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GrantRequest {
    /// The one-time code from `kulakan hub shop code`.
    pub code: String,
    /// What this device will present; the hub keeps only its hash.
    pub token: String,
}

/// Leave to read, and to do nothing else.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GrantReply {
    /// The shop's name at the hub.
    pub shop: String,
    /// Until when, RFC 3339.
    pub until: String,
}

/// Why a commit was not taken: in a problem body as `code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommitRejection {
    /// Parts are not there: ask which, and send them.
    MissingParts,
    /// The chain does not end where the set follows: another copy of the shop has gone on with it, or the hub was
    /// restored. A new chain can be begun at any time.
    OtherChain,
}
