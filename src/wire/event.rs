//! Events: what a shop tells its hub, written in the transaction of the change itself.

use chrono::{NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::{AdjustmentReason, BaseUnit, Quantity, Sku};

/// The hash that the first event of an epoch 1 chain follows.
pub const GENESIS: Hash = Hash([0; 32]);

/// Kinds whose latest event stands in place of the earlier ones; order matters to them and to no other kind.
pub const SETTING_KINDS: [&str; 3] = ["product.defined", "policy.set", "history.imported"];

/// A SHA-256 link of the chain; in JSON 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// From 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// From 32 bytes as stored.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl std::fmt::Display for Hash {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, out)
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not 64 hexadecimal digits"))
    }
}

/// One event as it travels and as it is stored on both sides.
///
/// `payload` is the text that was written when the change happened. It is hashed and kept as it is and parsed only to
/// be applied, so that no difference between two serialisers can ever break the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Place within the epoch, from 1, without a gap.
    pub seq: i64,
    /// The event's own identity, which a new epoch does not change; its effect is applied once.
    pub event_id: uuid::Uuid,
    /// What happened: the name of a [`Fact`].
    pub kind: String,
    /// Version of the payload's form.
    pub version: u32,
    /// When, by the shop's clock, which may be wrong: RFC 3339, UTC, milliseconds. Text, because it is hashed.
    pub at_utc: String,
    /// The shop's offset from UTC then, in minutes.
    pub utc_offset_minutes: i32,
    /// The trading day it belongs to.
    pub business_date: NaiveDate,
    /// A [`Fact`]'s content as JSON text.
    pub payload: String,
}

impl Event {
    /// The event's link in the chain: SHA-256 over the previous link and every field, each preceded by its length.
    #[must_use]
    pub fn hash(&self, device: uuid::Uuid, epoch: i64, previous: Hash) -> Hash {
        let mut digest = Sha256::new();
        digest.update(previous.0);
        let mut field = |bytes: &[u8]| {
            digest.update((bytes.len() as u64).to_le_bytes());
            digest.update(bytes);
        };
        field(device.as_bytes());
        field(&epoch.to_le_bytes());
        field(&self.seq.to_le_bytes());
        field(self.event_id.as_bytes());
        field(self.kind.as_bytes());
        field(&self.version.to_le_bytes());
        field(self.at_utc.as_bytes());
        field(&self.utc_offset_minutes.to_le_bytes());
        field(self.business_date.to_string().as_bytes());
        field(self.payload.as_bytes());
        Hash(digest.finalize().into())
    }
}

/// How moments are written in events and databases.
#[must_use]
pub fn moment_text(moment: chrono::DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A change of stock in one lot. A lot is known across shop and hub by what matters for planning: its date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotMove {
    /// The product.
    pub sku: Sku,
    /// Best before; absent for goods without a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
    /// Base units, negative for goods that left.
    pub quantity: Quantity,
}

/// What a shop tells of a product: all that planning needs, and no price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductFacts {
    /// The product's code.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// What quantities count.
    pub base_unit: BaseUnit,
    /// The unit it is spoken of in (`kg`, `bungkus`).
    pub unit: String,
    /// Base units in that unit.
    pub unit_factor: i64,
    /// The unit it is ordered in (`dus`), or the same as `unit`.
    pub pack_name: String,
    /// Base units in a pack.
    pub pack_size: Quantity,
    /// Least quantity a supplier sends, base units.
    pub minimum_order: Quantity,
    /// Days from delivery to the last day it can be sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelf_life_days: Option<u32>,
    /// Belongs to somebody else until sold; not in suggestions.
    pub consignment: bool,
    /// Still sold.
    pub active: bool,
}

/// One product's sales on one past day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// The product.
    pub sku: Sku,
    /// The day.
    pub date: NaiveDate,
    /// Base units sold that day in all; replaces what was imported for it before.
    pub quantity: Quantity,
}

/// One line of a saved plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestionRow {
    /// The product.
    pub sku: Sku,
    /// Base units suggested.
    pub quantity: Quantity,
    /// The inventory position it was computed from.
    pub position: Quantity,
}

/// One line of a received delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedRow {
    /// The product.
    pub sku: Sku,
    /// Base units that came, the damaged ones among them.
    pub received: Quantity,
    /// Of those, unusable.
    #[serde(default)]
    pub damaged: Quantity,
}

/// What a shop says of goods of one product and date that its distributor took back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedBackRow {
    /// The product.
    pub sku: Sku,
    /// Best before, as the distributor told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
    /// Base units that really left, 0 for none.
    pub quantity: Quantity,
}

/// What happened, in version 1 of each kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload")]
pub enum Fact {
    /// A product was added or changed.
    #[serde(rename = "product.defined")]
    ProductDefined(ProductFacts),
    /// The planning policy of the shop was set; the content is `plan::Policy` as JSON.
    #[serde(rename = "policy.set")]
    PolicySet(serde_json::Value),
    /// A sale: demand and movements are the same lines.
    #[serde(rename = "sale.recorded")]
    SaleRecorded {
        /// The sale.
        sale_id: String,
        /// What left, lot by lot.
        moves: Vec<LotMove>,
    },
    /// A sale taken back: its demand is taken from the sale's date, its goods come back today.
    #[serde(rename = "sale.voided")]
    SaleVoided {
        /// The sale.
        sale_id: String,
        /// The business date of the sale.
        sale_date: NaiveDate,
        /// What came back, lot by lot.
        moves: Vec<LotMove>,
    },
    /// Some of a sale came back: its demand is taken from the sale's date, its goods come back today. What of them
    /// cannot be sold again leaves as waste, in an event of its own.
    #[serde(rename = "sale.returned")]
    SaleReturned {
        /// The return.
        return_id: String,
        /// The sale.
        sale_id: String,
        /// The business date of the sale.
        sale_date: NaiveDate,
        /// What came back, lot by lot.
        moves: Vec<LotMove>,
    },
    /// Goods bought elsewhere came in.
    #[serde(rename = "stock.received")]
    StockReceived {
        /// What came in.
        moves: Vec<LotMove>,
    },
    /// Stock was counted; the moves are counted - ledger at the seq of the count.
    #[serde(rename = "stock.counted")]
    StockCounted {
        /// The differences.
        moves: Vec<LotMove>,
    },
    /// Stock was changed by hand.
    #[serde(rename = "stock.adjusted")]
    StockAdjusted {
        /// Why.
        reason: AdjustmentReason,
        /// The changes.
        moves: Vec<LotMove>,
    },
    /// Customers asked for what was not there.
    #[serde(rename = "demand.missed")]
    DemandMissed {
        /// The product.
        sku: Sku,
        /// Base units asked for; negative for what was told by mistake and is taken back.
        quantity: Quantity,
    },
    /// Sales history was imported.
    #[serde(rename = "history.imported")]
    HistoryImported {
        /// The days.
        rows: Vec<HistoryRow>,
    },
    /// A plan was saved for the business date of the event.
    #[serde(rename = "plan.saved")]
    PlanSaved {
        /// The plan.
        plan_id: String,
        /// Only products with a suggestion.
        lines: Vec<SuggestionRow>,
    },
    /// An announced delivery arrived.
    #[serde(rename = "delivery.received")]
    DeliveryReceived {
        /// The hub's shipment.
        shipment_id: String,
        /// What came of each product.
        lines: Vec<ReceivedRow>,
        /// What was taken into stock, lot by lot.
        moves: Vec<LotMove>,
    },
    /// The shop has said what its distributor took back.
    #[serde(rename = "return.confirmed")]
    ReturnConfirmed {
        /// The hub's return.
        return_id: String,
        /// What left, for each line of the hub's note.
        lines: Vec<HandedBackRow>,
        /// What left stock, lot by lot.
        moves: Vec<LotMove>,
    },
}

impl Fact {
    /// The kind and the payload as they are stored: the payload's text is made here, once.
    ///
    /// # Errors
    /// Only when serialisation itself fails, which no value of these types does.
    pub fn encode(&self) -> serde_json::Result<(String, String)> {
        tagged_parts(self)
    }

    /// The reverse of [`Fact::encode`], for version 1.
    ///
    /// # Errors
    /// When the kind or version is unknown to this program or the payload does not fit; the event is then set aside,
    /// not lost.
    pub fn decode(kind: &str, version: u32, payload: &str) -> Result<Self, String> {
        from_tagged_parts(kind, version, payload)
    }
}

/// Splits an enum tagged with `kind` and `payload` into the two texts.
pub(super) fn tagged_parts(value: &impl Serialize) -> serde_json::Result<(String, String)> {
    #[derive(Deserialize)]
    struct Parts {
        kind: String,
        payload: Box<serde_json::value::RawValue>,
    }
    let text = serde_json::to_string(value)?;
    let parts: Parts = serde_json::from_str(&text)?;
    Ok((parts.kind, parts.payload.get().to_owned()))
}

/// The reverse of [`tagged_parts`]. The payload is checked to be JSON of its own first, so that no text can reach
/// outside its place.
pub(super) fn from_tagged_parts<T: serde::de::DeserializeOwned>(
    kind: &str,
    version: u32,
    payload: &str,
) -> Result<T, String> {
    if version != 1 {
        return Err(format!(
            "version {version} of {kind} is unknown to this program"
        ));
    }
    let payload: serde_json::Value =
        serde_json::from_str(payload).map_err(|error| error.to_string())?;
    serde_json::from_value(serde_json::json!({ "kind": kind, "payload": payload }))
        .map_err(|error| error.to_string())
}
