//! Shelves counted: what differs from the book, at the position of the ledger where it was counted.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use super::{
    Recorded, Stamp, check_count, check_lot, check_note, check_sku, digest, moves_of, record,
    repeated,
};
use crate::error::{Faults, Result};
use crate::hub::Hub;
use crate::hub::production::materials::stocked;
use crate::hub::reach::check_date;
use crate::hub::store::stock_documents::{Detail, DetailLine, Document, DocumentKind};
use crate::hub::store::warehouse::{self, MoveReason, StockLot};
use crate::hub::store::{self, HubTx, stock_ledger};
use crate::model::{Quantity, Sku};

/// Shelves counted.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CountRequest {
    /// Its identity; with it the same request again is the same count.
    pub id: Option<Uuid>,
    /// In words; may be empty.
    pub note: String,
    /// What was counted, a product once.
    pub lines: Vec<CountLine>,
}

/// A product counted.
#[derive(Debug, Clone, Serialize)]
pub struct CountLine {
    /// The product.
    pub sku: Sku,
    /// The last position of the product's ledger when it was counted: what moved later is no variance. The last one now
    /// if absent.
    pub at_seq: Option<i64>,
    /// What was found.
    pub counted: Counted,
}

/// What was found of a product, base units.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// All of it together. A variance goes to lots that are below 0 first, then first expired first out; a surplus is
    /// goods without a date.
    Whole(Quantity),
    /// These lots; what is not named stays as it was.
    Lots(Vec<LotCounted>),
    /// These lots and nothing else.
    OnlyLots(Vec<LotCounted>),
}

/// A lot counted.
#[derive(Debug, Clone, Serialize)]
pub struct LotCounted {
    /// The supplier's lot code; empty where it has none.
    pub lot: String,
    /// Best before; absent for goods without a date.
    pub expires: Option<NaiveDate>,
    /// Base units, at least 0.
    pub quantity: Quantity,
}

impl Hub {
    /// Records a count and sets the book right by its variances. From its first count on a product is kept count of.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] names the line and field that cannot be, [`crate::error::Error::Conflict`] when the identity has other
    /// content.
    pub async fn count_stock(&self, actor: &str, request: CountRequest) -> Result<Recorded> {
        let request_hash = digest(DocumentKind::Count, &request)?;
        let stamp = self.stamp(actor);
        let id = request.id.unwrap_or_else(Uuid::now_v7).to_string();
        store::write(self.store(), move |tx| {
            if let Some(before) = repeated(tx, &id, &request_hash)? {
                return Ok(Recorded::Repeated(before));
            }
            check(tx, &request, &stamp)?;
            counted(tx, &stamp, &id, &request, &request_hash).map(Recorded::New)
        })
        .await
    }

    pub(super) fn stamp(&self, actor: &str) -> Stamp {
        Stamp {
            now: self.now(),
            today: self.today(),
            actor: actor.to_owned(),
        }
    }
}

fn check(tx: &mut dyn HubTx, request: &CountRequest, stamp: &Stamp) -> Result<()> {
    let products = stocked(tx)?;
    let mut faults = Faults::default();
    check_note(&request.note, &mut faults);
    check_count(request.lines.len(), &mut faults);
    let mut seen = BTreeSet::new();
    for (index, line) in request.lines.iter().enumerate() {
        let field = |name: &str| format!("lines[{index}].{name}");
        check_sku(&products, &line.sku, &field("sku"), &mut faults);
        if !seen.insert(&line.sku) {
            faults.add(field("sku"), format!("{} is there twice", line.sku));
        }
        let last = warehouse::head(tx, &line.sku)?;
        if line.at_seq.is_some_and(|seq| seq < 0 || seq > last) {
            faults.add(
                field("at_seq"),
                format!("the ledger of {} goes from 0 to {last}", line.sku),
            );
        }
        let bounded = |quantity: Quantity, name: &str, faults: &mut Faults| {
            if quantity < Quantity::ZERO || quantity > Quantity::LIMIT {
                faults.add(
                    field(name),
                    format!("must be from 0 to {}", Quantity::LIMIT),
                );
            }
        };
        match &line.counted {
            Counted::Whole(quantity) => bounded(*quantity, "counted", &mut faults),
            Counted::Lots(lots) | Counted::OnlyLots(lots) => {
                let mut named = BTreeSet::new();
                for (place, lot) in lots.iter().enumerate() {
                    let name = |field: &str| format!("lots[{place}].{field}");
                    bounded(lot.quantity, &name("counted"), &mut faults);
                    check_lot(&lot.lot, &field(&name("lot")), &mut faults);
                    let expires = field(&name("expires"));
                    check_date(lot.expires, stamp.today, &expires, &mut faults);
                    if !named.insert((&lot.lot, lot.expires)) {
                        faults.add(field(&name("lot")), "the same lot is there twice");
                    }
                }
            }
        }
    }
    faults.into_result()
}

/// Posts a count whose lines can be.
pub(super) fn counted(
    tx: &mut dyn HubTx,
    stamp: &Stamp,
    id: &str,
    request: &CountRequest,
    request_hash: &[u8],
) -> Result<Document> {
    let mut told = Vec::new();
    let mut posted = Vec::new();
    for line in &request.lines {
        let last = warehouse::head(tx, &line.sku)?;
        let at_seq = line.at_seq.unwrap_or(last);
        warehouse::keep_count(tx, &line.sku)?;
        let book = stock_ledger::lots_at(tx, &line.sku, at_seq)?;
        match &line.counted {
            Counted::Whole(quantity) => {
                let variance = *quantity - book.iter().map(|lot| lot.quantity).sum();
                posted.extend(spread(
                    &line.sku,
                    &warehouse::lots(tx, &line.sku)?,
                    variance,
                ));
                told.push(DetailLine {
                    counted: Some(*quantity),
                    at_seq: Some(at_seq),
                    whole: true,
                    ..change(&line.sku, "", None, variance)
                });
            }
            Counted::Lots(lots) | Counted::OnlyLots(lots) => {
                let only = matches!(line.counted, Counted::OnlyLots(_));
                let found = lot_by_lot(&line.sku, &book, lots, at_seq, only);
                posted.extend(found.iter().cloned());
                told.extend(found);
            }
        }
    }
    let moves = moves_of(&posted, MoveReason::Count, id);
    let document = Document {
        id: id.to_owned(),
        kind: DocumentKind::Count,
        at: stamp.now,
        actor: stamp.actor.clone(),
        note: request.note.trim().to_owned(),
        detail: Detail {
            reason: None,
            lines: told,
        },
        request_hash: request_hash.to_vec(),
        undone: None,
    };
    record(tx, document, &moves)
}

/// What a variance of a product as a whole changes of its lots: those below 0 are set right first, then goods are
/// missing first expired first out, or are there without a date.
fn spread(sku: &Sku, lots: &[StockLot], variance: Quantity) -> Vec<DetailLine> {
    let mut left = variance;
    let mut changes: Vec<DetailLine> = Vec::new();
    for lot in lots.iter().filter(|lot| lot.quantity < Quantity::ZERO) {
        left += lot.quantity;
        changes.push(change(sku, &lot.lot, lot.expires, -lot.quantity));
    }
    for lot in lots.iter().filter(|lot| lot.quantity > Quantity::ZERO) {
        if left >= Quantity::ZERO {
            break;
        }
        let gone = lot.quantity.min(-left);
        left += gone;
        changes.push(change(sku, &lot.lot, lot.expires, -gone));
    }
    if left != Quantity::ZERO {
        let undated = changes
            .iter_mut()
            .find(|line| line.lot.is_empty() && line.expires.is_none());
        match undated {
            Some(line) => line.quantity += left,
            None => changes.push(change(sku, "", None, left)),
        }
    }
    changes
}

fn lot_by_lot(
    sku: &Sku,
    book: &[StockLot],
    counted: &[LotCounted],
    at_seq: i64,
    only: bool,
) -> Vec<DetailLine> {
    let mut lines: Vec<DetailLine> = counted
        .iter()
        .map(|found| {
            let was = book
                .iter()
                .find(|lot| lot.lot == found.lot && lot.expires == found.expires)
                .map_or(Quantity::ZERO, |lot| lot.quantity);
            DetailLine {
                counted: Some(found.quantity),
                at_seq: Some(at_seq),
                ..change(sku, &found.lot, found.expires, found.quantity - was)
            }
        })
        .collect();
    if only {
        let named: BTreeSet<_> = counted.iter().map(|lot| (&lot.lot, lot.expires)).collect();
        let gone = book
            .iter()
            .filter(|lot| !named.contains(&(&lot.lot, lot.expires)));
        lines.extend(gone.map(|lot| DetailLine {
            counted: Some(Quantity::ZERO),
            at_seq: Some(at_seq),
            ..change(sku, &lot.lot, lot.expires, -lot.quantity)
        }));
    }
    lines
}

fn change(sku: &Sku, lot: &str, expires: Option<NaiveDate>, quantity: Quantity) -> DetailLine {
    DetailLine {
        sku: sku.clone(),
        lot: lot.to_owned(),
        expires,
        quantity,
        counted: None,
        at_seq: None,
        whole: false,
    }
}
