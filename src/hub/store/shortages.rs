//! Lots of which more left than was ever booked in: other systems are told when that comes about.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::HubTx;
use super::announcements::announce;
use super::warehouse::{MoveReason, StockMove};
use crate::error::Result;
use crate::model::{Quantity, Sku};

/// What moves that are posted together do to lots: only where they leave a lot in the end counts.
#[derive(Default)]
pub(super) struct LotChanges(BTreeMap<(Sku, String, Option<NaiveDate>), Change>);

struct Change {
    before: Quantity,
    after: Quantity,
    /// The position of the last move in the product's ledger.
    seq: i64,
    reason: MoveReason,
    reference: String,
}

impl LotChanges {
    /// Notes a move at its position in the product's ledger, and what the lot has `after` it.
    pub fn note(&mut self, moved: &StockMove, seq: i64, after: Quantity) {
        let key = (moved.sku.clone(), moved.lot.clone(), moved.expires);
        let before = self
            .0
            .get(&key)
            .map_or(after - moved.quantity, |change| change.before);
        let change = Change {
            before,
            after,
            seq,
            reason: moved.reason,
            reference: moved.reference.clone(),
        };
        self.0.insert(key, change);
    }

    /// Announces every lot that went from nothing or more to below nothing.
    pub fn tell(self, tx: &mut dyn HubTx, now: DateTime<Utc>) -> Result<()> {
        for ((sku, lot, expires), change) in self.0 {
            if change.before < Quantity::ZERO || change.after >= Quantity::ZERO {
                continue;
            }
            let data = serde_json::json!({
                "sku": sku, "lot": lot, "expires": expires, "quantity": change.after.0,
                "reason": change.reason, "reference": change.reference,
            });
            let key = format!("{sku}/{}", change.seq);
            announce(tx, now, "stock.negative", &key, &data)?;
        }
        Ok(())
    }
}
