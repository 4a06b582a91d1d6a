//! Taking a document back, as long as reality allows it.

use crate::error::Result;
use crate::hub::Hub;
use crate::hub::store::stock_documents::{self as documents, Document, DocumentKind};
use crate::hub::store::warehouse::{self, StockMove};
use crate::hub::store::{self, HubTx, audit, stock_ledger};
use crate::model::Quantity;

/// What became of taking a document back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undone {
    /// Its moves were turned round.
    Done(Document),
    /// It had been taken back before.
    Repeated(Document),
    /// It cannot be.
    Refused {
        /// The document as it is.
        document: Document,
        /// Why, in words.
        why: String,
    },
}

impl Hub {
    /// Takes a receipt or an adjustment back: the ledger gets the same moves the other way round. What has left since
    /// cannot be taken back, and a count is set right by another count.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`] without the document.
    pub async fn undo_stock_document(&self, actor: &str, id: &str) -> Result<Undone> {
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let mut document = documents::get(tx, &id)?;
            if document.undone.is_some() {
                return Ok(Undone::Repeated(document));
            }
            if document.kind == DocumentKind::Count {
                let why = "a count is not taken back: count again".to_owned();
                return Ok(Undone::Refused { document, why });
            }
            let moves = turned_round(tx, &id)?;
            if let Some(why) = missing(tx, &moves)? {
                return Ok(Undone::Refused { document, why });
            }
            warehouse::post(tx, now, &actor, &moves)?;
            documents::set_undone(tx, &id, now, &actor)?;
            let action = format!("stock.{}.undone", document.kind);
            audit::record(tx, now, &actor, &action, &id, "")?;
            document.undone = Some((now, actor.clone()));
            Ok(Undone::Done(document))
        })
        .await
    }
}

/// The moves of something, the other way round.
pub(in super::super) fn turned_round(
    tx: &mut dyn HubTx,
    reference: &str,
) -> Result<Vec<StockMove>> {
    let moves = stock_ledger::moves_of(tx, reference)?;
    Ok(moves
        .into_iter()
        .map(|posted| StockMove {
            quantity: -posted.moved.quantity,
            ..posted.moved
        })
        .collect())
}

/// Which of the goods that are to leave again are not there any more, in words.
pub(in super::super) fn missing(tx: &mut dyn HubTx, moves: &[StockMove]) -> Result<Option<String>> {
    for moved in moves.iter().filter(|moved| moved.quantity < Quantity::ZERO) {
        let there = warehouse::lots(tx, &moved.sku)?
            .into_iter()
            .find(|lot| lot.lot == moved.lot && lot.expires == moved.expires)
            .map_or(Quantity::ZERO, |lot| lot.quantity);
        if there < -moved.quantity {
            return Ok(Some(format!(
                "of the {} of {} that came only {} are still there",
                -moved.quantity,
                moved.sku,
                there.max(Quantity::ZERO)
            )));
        }
    }
    Ok(None)
}
