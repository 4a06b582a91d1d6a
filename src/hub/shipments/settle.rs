//! What did not come as it was sent, and how it is settled.

use super::{Hand, stock};
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::hub::store::differences::{self, Difference, DifferenceKind, Settlement};
use crate::hub::store::warehouse::MoveReason;
use crate::hub::store::{self, audit};

/// The most differences in one answer.
pub const MOST_DIFFERENCES: i64 = 200;

impl Hub {
    /// Differences, the open ones oldest first, or those that were settled, the latest first; of one shipment where asked
    /// for.
    ///
    /// # Errors
    /// What the database said.
    pub async fn differences(
        &self,
        open: bool,
        shipment_id: Option<String>,
    ) -> Result<Vec<Difference>> {
        store::read(self.store(), move |tx| {
            differences::list(tx, open, shipment_id.as_deref(), MOST_DIFFERENCES)
        })
        .await
    }

    /// Settles a difference. Goods that are back in the warehouse return to the lots that they left; goods that came
    /// beyond the note leave the books. The same settlement again changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] for a settlement that does not fit it or a remark that is too
    /// long, [`Error::Conflict`] when it was settled otherwise.
    pub async fn settle_difference(
        &self,
        actor: &str,
        id: &str,
        settlement: Settlement,
        remark: &str,
    ) -> Result<Difference> {
        let remark = remark.trim().to_owned();
        if remark.chars().count() > 200 || remark.chars().any(char::is_control) {
            return Err(Error::invalid("remark", "must have at most 200 characters"));
        }
        let (actor, id, now, today) = (actor.to_owned(), id.to_owned(), self.now(), self.today());
        store::write(self.store(), move |tx| {
            let difference = differences::get(tx, &id)?;
            if let Some(before) = difference.settlement {
                if before == settlement {
                    return Ok(difference);
                }
                return Err(Error::Conflict(format!(
                    "the difference was settled as {before} already"
                )));
            }
            if !settlement.settles(difference.kind) {
                let kind = difference.kind.as_str();
                let message = format!("{settlement} settles nothing that is {kind}");
                return Err(Error::invalid("settlement", message));
            }
            let hand = Hand {
                shop_id: &difference.shop_id,
                shipment_id: &difference.shipment_id,
                actor: &actor,
                now,
                today,
            };
            match (difference.kind, settlement) {
                (DifferenceKind::Missing, Settlement::Stock) => {
                    let (sku, quantity) = (&difference.sku, difference.quantity);
                    stock::come_back(tx, hand, MoveReason::Return, sku, quantity)?;
                }
                (DifferenceKind::Surplus, Settlement::Charge | Settlement::Lost) => {
                    stock::leave(tx, hand, &difference.sku, difference.quantity)?;
                }
                _ => {}
            }
            differences::settle(tx, &id, settlement, &actor, &remark, now)?;
            let detail = serde_json::json!({
                "shipment": difference.shipment_id, "sku": difference.sku, "quantity": difference.quantity.0,
                "kind": difference.kind, "settlement": settlement, "remark": remark,
            });
            audit::record(
                tx,
                now,
                &actor,
                "difference.settled",
                &id,
                &detail.to_string(),
            )?;
            differences::get(tx, &id)
        })
        .await
    }
}
