//! Stock changed by hand: what is broken, past its date, used or sent back, and corrections of the book.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use super::{
    Recorded, Stamp, check_lot, check_note, check_sku, digest, moves_of, record, repeated,
};
use crate::error::{Error, Faults, Result};
use crate::hub::Hub;
use crate::hub::production::materials::stocked;
use crate::hub::reach::check_date;
use crate::hub::store::stock_documents::{Detail, DetailLine, Document, DocumentKind};
use crate::hub::store::warehouse::{self, MoveReason, StockLot};
use crate::hub::store::{self, HubTx};
use crate::model::{AdjustmentReason, Quantity, Sku};

/// A change of stock by hand.
#[derive(Debug, Clone, Serialize)]
pub struct AdjustmentRequest {
    /// Its identity; with it the same request again is the same adjustment.
    pub id: Option<Uuid>,
    /// The product.
    pub sku: Sku,
    /// Base units. How many left, above 0; for [`AdjustmentReason::Correction`] the change, negative where the book has
    /// too much.
    pub quantity: Quantity,
    /// Why.
    pub reason: AdjustmentReason,
    /// Of this lot; absent for first expired first out (of what is past its date where that is the reason).
    pub lot: Option<(String, Option<NaiveDate>)>,
    /// More may leave than the book has.
    pub beyond_book: bool,
    /// What happened, in words; may be empty.
    pub note: String,
}

impl Hub {
    /// Changes stock by hand.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the field that cannot be, [`Error::Refused`] where more would leave than the book has,
    /// [`Error::Conflict`] when the identity has other content.
    pub async fn adjust_stock(&self, actor: &str, request: AdjustmentRequest) -> Result<Recorded> {
        let request_hash = digest(DocumentKind::Adjustment, &request)?;
        let stamp = self.stamp(actor);
        let id = request.id.unwrap_or_else(Uuid::now_v7).to_string();
        store::write(self.store(), move |tx| {
            if let Some(before) = repeated(tx, &id, &request_hash)? {
                return Ok(Recorded::Repeated(before));
            }
            check(tx, &request, &stamp)?;
            let lines = changes(tx, &request, &stamp)?;
            let moves = moves_of(&lines, MoveReason::Adjustment, &id);
            let document = Document {
                id: id.clone(),
                kind: DocumentKind::Adjustment,
                at: stamp.now,
                actor: stamp.actor.clone(),
                note: request.note.trim().to_owned(),
                detail: Detail {
                    reason: Some(request.reason),
                    lines,
                },
                request_hash: request_hash.clone(),
                undone: None,
            };
            record(tx, document, &moves).map(Recorded::New)
        })
        .await
    }
}

fn check(tx: &mut dyn HubTx, request: &AdjustmentRequest, stamp: &Stamp) -> Result<()> {
    let products = stocked(tx)?;
    let mut faults = Faults::default();
    check_sku(&products, &request.sku, "sku", &mut faults);
    check_note(&request.note, &mut faults);
    if request.reason == AdjustmentReason::Correction {
        if request.quantity == Quantity::ZERO {
            faults.add("quantity", "must not be 0");
        } else if request.quantity < -Quantity::LIMIT || request.quantity > Quantity::LIMIT {
            faults.add(
                "quantity",
                format!("must be from -{0} to {0}", Quantity::LIMIT),
            );
        }
    } else {
        super::check_positive(request.quantity, "quantity", &mut faults);
    }
    if let Some((lot, expires)) = &request.lot {
        check_lot(lot, "lot", &mut faults);
        check_date(*expires, stamp.today, "expires", &mut faults);
    }
    faults.into_result()
}

fn changes(
    tx: &mut dyn HubTx,
    request: &AdjustmentRequest,
    stamp: &Stamp,
) -> Result<Vec<DetailLine>> {
    let sku = &request.sku;
    let out = match request.reason {
        AdjustmentReason::Correction => -request.quantity,
        _ => request.quantity,
    };
    if out < Quantity::ZERO {
        let (lot, expires) = request.lot.clone().unwrap_or_default();
        return Ok(vec![change(sku, lot, expires, -out)]);
    }
    let lots = warehouse::lots(tx, sku)?;
    let from: Vec<StockLot> = match (&request.lot, request.reason) {
        (Some((code, expires)), _) => lots
            .into_iter()
            .filter(|lot| lot.lot == *code && lot.expires == *expires)
            .collect(),
        (None, AdjustmentReason::Expired) => lots
            .into_iter()
            .filter(|lot| lot.is_expired(stamp.today))
            .collect(),
        (None, AdjustmentReason::Correction) => lots,
        (None, _) => lots
            .into_iter()
            .filter(|lot| !lot.is_expired(stamp.today))
            .collect(),
    };
    let there: Quantity = from
        .iter()
        .map(|lot| lot.quantity.max(Quantity::ZERO))
        .sum();
    if out > there && !request.beyond_book {
        return Err(Error::Refused(format!(
            "the book has {there} of {sku} to take this from, not {out}; count it, or say that it is so all the same"
        )));
    }
    let mut left = out;
    let mut lines = Vec::new();
    for lot in from {
        let gone = lot.quantity.min(left);
        if gone > Quantity::ZERO {
            left = left - gone;
            lines.push(change(sku, lot.lot, lot.expires, -gone));
        }
    }
    if left > Quantity::ZERO {
        let (lot, expires) = request.lot.clone().unwrap_or_default();
        let same = |line: &&mut DetailLine| line.lot == lot && line.expires == expires;
        match lines.iter_mut().find(same) {
            Some(line) => line.quantity = line.quantity - left,
            None => lines.push(change(sku, lot, expires, -left)),
        }
    }
    Ok(lines)
}

fn change(sku: &Sku, lot: String, expires: Option<NaiveDate>, quantity: Quantity) -> DetailLine {
    DetailLine {
        sku: sku.clone(),
        lot,
        expires,
        quantity,
        counted: None,
        at_seq: None,
        whole: false,
    }
}
