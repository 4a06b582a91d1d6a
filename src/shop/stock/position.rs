//! Positions as they are answered.

use chrono::NaiveDate;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Result;
use crate::model::{Quantity, Sku};
use crate::shop::store::stock::{self as rows, PositionRow};

/// A product's stock, base units throughout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Position {
    /// The product's code.
    #[schema(value_type = String)]
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The sum of the ledger; below 0 when more was sold than was entered.
    #[schema(value_type = i64)]
    pub on_hand: Quantity,
    /// Of that, past its date.
    #[schema(value_type = i64)]
    pub expiring: Quantity,
    /// Announced by the distributor and not sent yet.
    #[schema(value_type = i64)]
    pub on_order: Quantity,
    /// Sent and not received yet.
    #[schema(value_type = i64)]
    pub in_transit: Quantity,
    /// Owed to customers.
    #[schema(value_type = i64)]
    pub backordered: Quantity,
    /// on_hand - expiring + on_order + in_transit - backordered.
    #[schema(value_type = i64)]
    pub position: Quantity,
    /// What is on hand, lot by lot, in the order in which it leaves: first expired, first out.
    pub lots: Vec<Lot>,
}

/// What is on hand of one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Lot {
    /// Best before; absent for goods without a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub expires: Option<NaiveDate>,
    /// Base units. Only goods that the book does not know the origin of are ever below 0.
    #[schema(value_type = i64)]
    pub quantity: Quantity,
    /// The trading day on which it came in; absent for goods that the book does not know the origin of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub received_on: Option<NaiveDate>,
}

/// A page of positions.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Stock {
    /// The ledger's last movement: give it as `at_seq` with what is counted against these figures.
    pub ledger_seq: i64,
    /// The positions, in the order of the codes.
    pub items: Vec<Position>,
    /// Give it as `cursor` for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl Position {
    pub(super) fn load(connection: &Connection, row: PositionRow) -> Result<Self> {
        let lots = rows::lots(connection, row.product_id)?;
        Ok(Self {
            position: row.position.position(),
            sku: row.sku,
            name: row.name,
            on_hand: row.position.on_hand,
            expiring: row.position.expiring,
            on_order: row.position.on_order,
            in_transit: row.position.in_transit,
            backordered: row.position.backordered,
            lots: lots
                .into_iter()
                .map(|lot| Lot {
                    expires: lot.expires,
                    quantity: lot.quantity,
                    received_on: lot.received_on,
                })
                .collect(),
        })
    }
}
