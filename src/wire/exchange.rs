//! The bodies of the exchanges between a shop and its hub, and what each answer means.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::{Event, Hash};
use super::note::Note;

/// A shop redeems its one-time code.
///
/// The shop makes its token itself and keeps it before it asks, so that a lost answer loses nothing: the same code,
/// device and token again are the same pairing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PairRequest {
    /// The one-time code from `kulakan hub shop add`.
    pub code: String,
    /// The shop's device.
    pub device: Uuid,
    /// The shop's name, for the distributor to recognise.
    pub name: String,
    /// IANA time zone of the shop.
    pub timezone: String,
    /// The secret that this device will present from now on; the hub keeps only its hash.
    pub token: String,
}

/// Paired.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PairReply {
    /// The shop's identity at the hub.
    pub shop_id: String,
    /// The hub's name.
    pub hub_name: String,
    /// Which life of the hub this is; a restored hub has another.
    pub incarnation: Uuid,
    /// The epoch in which the device's chain starts.
    pub epoch: i64,
    /// The code was a further distributor's, who calls itself this: the device stays with the one it had, which is what all
    /// else here says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub further: Option<String>,
}

/// Where the hub's copy of a device's log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The current epoch.
    pub epoch: i64,
    /// The last seq that the hub holds of it, 0 for none.
    pub seq: i64,
    /// The hash there; for seq 0 the hash that the epoch's first event follows.
    pub hash: Hash,
}

/// The start of a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HeadReply {
    /// The head.
    #[serde(flatten)]
    pub head: Head,
    /// Which life of the hub this is.
    pub incarnation: Uuid,
    /// The hub's clock, RFC 3339. For noticing skew, never for ordering.
    pub server_time: String,
    /// The newest protocol that the hub speaks.
    pub protocol: u32,
    /// The oldest protocol that the hub still understands.
    pub oldest_protocol: u32,
    /// The cursor of a shop that has every note: where it is the shop's own, there is nothing to pull.
    #[serde(default)]
    pub cursor: String,
    /// Another copy of this shop's database is in use: when that was last noticed, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub another_copy_at: Option<String>,
    /// What the shop's distributors call themselves, the one it was paired with first; empty where there is no further one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub distributors: Vec<String>,
}

/// A run of events.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Push {
    /// The epoch that they belong to.
    pub epoch: i64,
    /// The seq of the first.
    pub from_seq: i64,
    /// The hash that the first follows.
    pub prev_hash: Hash,
    /// The events, seq rising by one.
    pub events: Vec<Event>,
}

/// Everything up to here is on the hub's disk.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PushReply {
    /// The last seq held.
    pub ack_seq: i64,
    /// The hash there. The shop advances only when it is its own.
    pub ack_hash: Hash,
    /// Which life of the hub this is.
    pub incarnation: Uuid,
    /// The hub's clock, RFC 3339.
    pub server_time: String,
}

/// A restored or cloned shop asks for a new epoch.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EpochRequest {
    /// The head as the shop was told it; granted only while it still is that (compare and set).
    pub seen: Head,
    /// Made once per attempt: the same nonce again gets the same answer.
    pub nonce: Uuid,
}

/// The new epoch, whose first event follows `head.hash`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EpochReply {
    /// The new, empty epoch.
    pub head: Head,
}

/// Why a push was not taken: in a problem body as `code`, with `head`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejection {
    /// The events begin after the head: send from the head.
    Gap,
    /// The events contradict what the hub holds: another device has written this chain.
    Fork,
    /// The epoch is over: another device was granted the next.
    StaleEpoch,
}

/// What of a problem body matters to sync.
#[derive(Debug, Clone, Deserialize)]
pub struct RejectionBody {
    /// Why.
    #[serde(default)]
    pub code: Option<Rejection>,
    /// The hub's head, to go on from.
    #[serde(default)]
    pub head: Option<Head>,
    /// In words.
    #[serde(default)]
    pub detail: String,
}

/// A page of notes. It and its cursor are applied in one transaction of the shop.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NotesPage {
    /// In order.
    pub notes: Vec<Note>,
    /// To be sent for the next page; opaque to the shop.
    pub cursor: String,
    /// There is another page now.
    pub more: bool,
    /// Which life of the hub this is.
    pub incarnation: Uuid,
    /// The cursor was so old, or so empty, that some notes after it are gone: what comes is the latest of each topic, and
    /// positions have gaps.
    #[serde(default)]
    pub snapshot: bool,
    /// The cursor was of another life of the hub: what comes begins at the beginning, and what an earlier life told and
    /// this one does not tell again holds no more.
    #[serde(default)]
    pub anew: bool,
    /// Whose notes these are, where they are a further distributor's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Uuid>,
}

/// An event that the hub holds of the shop's own log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedEvent {
    /// The epoch in which it was pushed.
    pub epoch: i64,
    /// The event.
    #[serde(flatten)]
    pub event: Event,
}

/// A page of the shop's own log as the hub holds it, in the order of epoch and seq.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LogPage {
    /// The events after the point that was asked for.
    pub events: Vec<LoggedEvent>,
    /// There is another page now.
    pub more: bool,
    /// Which life of the hub this is.
    pub incarnation: Uuid,
}
