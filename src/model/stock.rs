//! Stock: why it moves, and what is on its way.

use serde::{Deserialize, Serialize};

use super::Quantity;

/// Why a person changes stock by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentReason {
    /// Broken, spilt, eaten by mice.
    Waste,
    /// Past its date.
    Expired,
    /// Taken for the household.
    OwnUse,
    /// Sent back to the supplier.
    Return,
    /// The book was wrong; may go up or down.
    Correction,
}

impl AdjustmentReason {
    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waste => "waste",
            Self::Expired => "expired",
            Self::OwnUse => "own_use",
            Self::Return => "return",
            Self::Correction => "correction",
        }
    }
}

/// What caused a movement in the stock ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// Sold at the till.
    Sale,
    /// A sale taken back.
    Void,
    /// Goods in, from a delivery or bought elsewhere.
    Receipt,
    /// Difference found by a stock count, or the opening balance.
    Count,
    /// Changed by hand, see [`AdjustmentReason`].
    Adjustment,
}

impl MovementKind {
    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Void => "void",
            Self::Receipt => "receipt",
            Self::Count => "count",
            Self::Adjustment => "adjustment",
        }
    }
}

/// A product's stock and what is promised either way, in base units. `on_hand` may be negative: a sale is never
/// refused because the book says that nothing is left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockPosition {
    /// The sum of the ledger.
    pub on_hand: Quantity,
    /// Of that and of what is to come, past its date or going to be before it can sell.
    pub expiring: Quantity,
    /// Ordered or confirmed, not yet sent.
    pub on_order: Quantity,
    /// Sent, not yet received.
    pub in_transit: Quantity,
    /// Ordered by customers and owed to them.
    pub backordered: Quantity,
}

impl StockPosition {
    /// Inventory position: on hand - expiring + on order + in transit - backordered.
    #[must_use]
    pub fn position(&self) -> Quantity {
        self.on_hand - self.expiring + self.on_order + self.in_transit - self.backordered
    }
}
