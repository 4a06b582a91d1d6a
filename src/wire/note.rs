//! Notes: what a hub tells its shops. Immutable and numbered per shop; a shop pulls them in order.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::{BaseUnit, Money, Quantity, Sku};

/// One note as it travels and as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Place in the shop's own sequence, from 1, without a gap.
    pub position: i64,
    /// The note's own identity; its effect is applied once.
    pub note_id: uuid::Uuid,
    /// What it is about: the name of an [`Announcement`].
    pub kind: String,
    /// Version of the payload's form.
    pub version: u32,
    /// An [`Announcement`]'s content as JSON text.
    pub payload: String,
}

/// A product as the distributor offers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueEntry {
    /// The product's code, the same at the shop.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// What quantities count.
    pub base_unit: BaseUnit,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that unit.
    pub unit_factor: i64,
    /// The unit it is delivered in.
    pub pack_name: String,
    /// Base units in a pack.
    pub pack_size: Quantity,
    /// Least quantity delivered, base units.
    pub minimum_order: Quantity,
    /// Days from delivery to the last day it can be sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelf_life_days: Option<u32>,
    /// What the distributor asks of the shop, per `unit`. The hub's own price, not the shop's.
    pub price: Money,
    /// Codes on the goods, of the unit and of the pack.
    #[serde(default)]
    pub barcode: Option<String>,
    /// Still offered.
    pub active: bool,
}

/// One line of a delivery note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRow {
    /// The product.
    pub sku: Sku,
    /// Its name, for a shop that does not have it yet.
    pub name: String,
    /// Base units.
    pub quantity: Quantity,
    /// Best before of what is sent, where the distributor knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
    /// The supplier's code of the lot; empty where there is none. Shops that know nothing of lots read past it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lot: String,
}

/// Goods of one product and date that were taken back from a shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBackRow {
    /// The product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// Base units.
    pub quantity: Quantity,
    /// Best before, where it is on the goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
    /// Why: `expired`, `damaged`, `unsold` or `wrong`.
    pub reason: String,
}

/// What a note says, in version 1 of each kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload")]
pub enum Announcement {
    /// A product is offered, or offered differently.
    #[serde(rename = "catalogue.product")]
    CatalogueProduct(CatalogueEntry),
    /// How often and how fast the distributor delivers to this shop.
    #[serde(rename = "policy.delivery")]
    DeliveryPolicy {
        /// Days from one delivery to the next; absent where the hub leaves it to the shop.
        review_days: Option<u32>,
        /// Days from the decision to the goods; absent where the hub leaves it to the shop.
        lead_time_days: Option<u32>,
    },
    /// A shipment is confirmed: the goods are on order.
    #[serde(rename = "delivery.announced")]
    DeliveryAnnounced {
        /// The hub's shipment.
        shipment_id: String,
        /// When the goods are expected.
        expected_on: NaiveDate,
        /// What comes.
        lines: Vec<DeliveryRow>,
    },
    /// It has left: the goods are in transit. The lines are final.
    #[serde(rename = "delivery.dispatched")]
    DeliveryDispatched {
        /// The hub's shipment.
        shipment_id: String,
        /// When the goods are expected.
        expected_on: NaiveDate,
        /// What comes.
        lines: Vec<DeliveryRow>,
    },
    /// It will not come.
    #[serde(rename = "delivery.cancelled")]
    DeliveryCancelled {
        /// The hub's shipment.
        shipment_id: String,
        /// Why, in the distributor's words.
        reason: String,
    },
    /// The distributor took goods back from the shop. What its own stock makes of that, the shop decides.
    #[serde(rename = "return.collected")]
    ReturnCollected {
        /// The hub's return.
        return_id: String,
        /// The paper's number.
        number: String,
        /// The day on which the goods left the shop.
        collected_on: NaiveDate,
        /// The shipment with which the vehicle came, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shipment_id: Option<String>,
        /// The goods.
        lines: Vec<TakenBackRow>,
    },
    /// That did not happen.
    #[serde(rename = "return.cancelled")]
    ReturnCancelled {
        /// The hub's return.
        return_id: String,
    },
}

impl Announcement {
    /// The kind and the payload as they are stored.
    ///
    /// # Errors
    /// Only when serialisation itself fails, which no value of these types does.
    pub fn encode(&self) -> serde_json::Result<(String, String)> {
        super::event::tagged_parts(self)
    }

    /// What it is about: of two notes on one topic the later one holds, and the earlier one need not be kept.
    #[must_use]
    pub fn topic(&self) -> String {
        match self {
            Self::CatalogueProduct(entry) => format!("product/{}", entry.sku),
            Self::DeliveryPolicy { .. } => "policy".to_owned(),
            Self::DeliveryAnnounced { shipment_id, .. }
            | Self::DeliveryDispatched { shipment_id, .. }
            | Self::DeliveryCancelled { shipment_id, .. } => format!("delivery/{shipment_id}"),
            Self::ReturnCollected { return_id, .. } | Self::ReturnCancelled { return_id } => {
                format!("return/{return_id}")
            }
        }
    }

    /// The reverse of [`Announcement::encode`], for version 1.
    ///
    /// # Errors
    /// When the kind or version is unknown to this program or the payload does not fit.
    pub fn decode(kind: &str, version: u32, payload: &str) -> Result<Self, String> {
        super::event::from_tagged_parts(kind, version, payload)
    }
}
