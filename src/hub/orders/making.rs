//! What is being made to order: the worklist of whoever makes it.

use super::super::Hub;
use crate::error::Result;
use crate::hub::store::order_board::{self, OpenLine};
use crate::hub::store::orders::{LineKind, OrderPhase};
use crate::hub::store::{self};
use crate::model::Quantity;

impl Hub {
    /// The lines of confirmed orders that are still to be made, what must be there first (as the customer wants it, or
    /// else as it was promised), then by age; of the 5,000 oldest open lines.
    ///
    /// # Errors
    /// What the database said.
    pub async fn to_make(&self) -> Result<Vec<OpenLine>> {
        let mut open = store::read(self.store(), |tx| {
            order_board::open_lines(tx, super::board::MOST_LINES)
        })
        .await?;
        open.retain(|open| {
            open.line.kind == LineKind::Made
                && open.line.backordered > Quantity::ZERO
                && open.phase != OrderPhase::Received
        });
        open.sort_by_key(|open| {
            let due = open.wanted_on.or(open.line.promised_on);
            (due.is_none(), due, open.placed_at)
        });
        Ok(open)
    }
}
