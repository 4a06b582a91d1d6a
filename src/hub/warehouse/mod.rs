//! The distributor's own stock: goods in, shelves counted, changes by hand, and taking such a document back.
//!
//! Each document is recorded once under its identity: the same again changes nothing, other content under it is refused.

mod adjust;
mod count;
mod import;
mod listing;
mod undo;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Hub;
use super::production::materials::stocked;
use super::reach::check_date;
use super::store::catalogue::Product;
use super::store::stock_documents::{
    self as documents, Detail, DetailLine, Document, DocumentKind,
};
use super::store::warehouse::{self, LONGEST_LOT_CODE, MoveReason, StockMove};
use super::store::{self, HubTx, audit};
use crate::error::{Error, Faults, Result};
use crate::model::{Quantity, Sku};

pub use adjust::AdjustmentRequest;
pub use count::{CountLine, CountRequest, Counted, LotCounted};
pub(super) use import::{COLUMNS, import};
pub use listing::{EXPIRING_DAYS, ProductStock, StockList, StockRow};
pub use undo::Undone;
pub(super) use undo::{missing, turned_round};

/// The most lines in one document.
pub const MOST_LINES: usize = 5_000;

/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 200;

/// Goods in, outside an order to a supplier.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ReceiptRequest {
    /// Its identity; with it the same request again is the same receipt.
    pub id: Option<Uuid>,
    /// From whom, or why, in words.
    pub note: String,
    /// What came.
    pub lines: Vec<ReceiptLine>,
}

/// What came of a product with one date and one lot code.
#[derive(Debug, Clone, Serialize)]
pub struct ReceiptLine {
    /// The product.
    pub sku: Sku,
    /// Base units, above 0.
    pub quantity: Quantity,
    /// The supplier's lot code; empty where it has none.
    pub lot: String,
    /// Best before; absent for goods without a date.
    pub expires: Option<NaiveDate>,
}

/// What became of a request to record a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// It was recorded.
    New(Document),
    /// It had been recorded before by the same request, and is now as it is here.
    Repeated(Document),
}

impl Recorded {
    /// The document, recorded now or before.
    #[must_use]
    pub fn document(self) -> Document {
        match self {
            Self::New(document) | Self::Repeated(document) => document,
        }
    }
}

impl Hub {
    /// Books goods in.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the line and field that cannot be, [`Error::Conflict`] when the identity has other
    /// content.
    pub async fn receive_stock(&self, actor: &str, request: ReceiptRequest) -> Result<Recorded> {
        let (today, now) = (self.today(), self.now());
        let request_hash = digest(DocumentKind::Receipt, &request)?;
        let actor = actor.to_owned();
        let id = request.id.unwrap_or_else(Uuid::now_v7).to_string();
        store::write(self.store(), move |tx| {
            if let Some(before) = repeated(tx, &id, &request_hash)? {
                return Ok(Recorded::Repeated(before));
            }
            let products = stocked(tx)?;
            let mut faults = Faults::default();
            check_note(&request.note, &mut faults);
            check_count(request.lines.len(), &mut faults);
            for (index, line) in request.lines.iter().enumerate() {
                let field = |name: &str| format!("lines[{index}].{name}");
                check_sku(&products, &line.sku, &field("sku"), &mut faults);
                check_positive(line.quantity, &field("quantity"), &mut faults);
                check_lot(&line.lot, &field("lot"), &mut faults);
                check_date(line.expires, today, &field("expires"), &mut faults);
                if line.expires.is_some_and(|expires| expires < today) {
                    faults.add(
                        field("expires"),
                        format!("is before {today}: what is past its date is not taken in"),
                    );
                }
            }
            faults.into_result()?;
            let lines = request.lines.iter().map(|line| DetailLine {
                sku: line.sku.clone(),
                lot: line.lot.clone(),
                expires: line.expires,
                quantity: line.quantity,
                counted: None,
                at_seq: None,
                whole: false,
            });
            let detail = Detail {
                reason: None,
                lines: lines.collect(),
            };
            let moves = moves_of(&detail.lines, MoveReason::Receipt, &id);
            let document = Document {
                id: id.clone(),
                kind: DocumentKind::Receipt,
                at: now,
                actor: actor.clone(),
                note: request.note.trim().to_owned(),
                detail,
                request_hash: request_hash.clone(),
                undone: None,
            };
            record(tx, document, &moves).map(Recorded::New)
        })
        .await
    }

    /// A document of the warehouse.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn stock_document(&self, id: &str) -> Result<Document> {
        let id = id.to_owned();
        store::read(self.store(), move |tx| documents::get(tx, &id)).await
    }

    /// The latest documents of the warehouse, newest first, at most 200; of one kind where asked for.
    ///
    /// # Errors
    /// What the database said.
    pub async fn stock_documents(&self, kind: Option<DocumentKind>) -> Result<Vec<Document>> {
        store::read(self.store(), move |tx| documents::list(tx, kind, 200)).await
    }
}

/// What makes two requests the same.
fn digest(kind: DocumentKind, request: &impl Serialize) -> Result<Vec<u8>> {
    let content = serde_json::to_vec(&(kind, request))
        .map_err(|error| Error::Internal(format!("writing a request: {error}")))?;
    Ok(Sha256::digest(content).to_vec())
}

/// The document that an earlier request with the same identity and content made.
fn repeated(tx: &mut dyn HubTx, id: &str, request_hash: &[u8]) -> Result<Option<Document>> {
    match documents::find(tx, id)? {
        Some(before) if before.request_hash == request_hash => Ok(Some(before)),
        Some(before) => Err(Error::Conflict(format!(
            "the {} {id} was recorded with other content",
            before.kind
        ))),
        None => Ok(None),
    }
}

/// Writes a document, its moves and its entry in the audit log.
fn record(tx: &mut dyn HubTx, document: Document, moves: &[StockMove]) -> Result<Document> {
    documents::insert(tx, &document)?;
    warehouse::post(tx, document.at, &document.actor, moves)?;
    let detail = serde_json::json!({ "note": document.note, "detail": document.detail });
    audit::record(
        tx,
        document.at,
        &document.actor,
        &format!("stock.{}", document.kind),
        &document.id,
        &detail.to_string(),
    )?;
    Ok(document)
}

fn moves_of(lines: &[DetailLine], reason: MoveReason, reference: &str) -> Vec<StockMove> {
    lines
        .iter()
        .map(|line| StockMove {
            sku: line.sku.clone(),
            lot: line.lot.clone(),
            expires: line.expires,
            quantity: line.quantity,
            reason,
            reference: reference.to_owned(),
        })
        .collect()
}

fn check_note(note: &str, faults: &mut Faults) {
    if note.trim().chars().count() > LONGEST_NOTE || note.chars().any(char::is_control) {
        faults.add(
            "note",
            format!(
                "must have at most {LONGEST_NOTE} characters, none of them a control character"
            ),
        );
    }
}

fn check_count(lines: usize, faults: &mut Faults) {
    if lines == 0 {
        faults.add("lines", "there are none");
    } else if lines > MOST_LINES {
        faults.add("lines", format!("there are more than {MOST_LINES}"));
    }
}

fn check_sku(products: &BTreeMap<Sku, Product>, sku: &Sku, field: &str, faults: &mut Faults) {
    if !products.contains_key(sku) {
        faults.add(
            field,
            format!("{sku} is neither in the catalogue nor a raw material"),
        );
    }
}

pub(super) fn check_positive(quantity: Quantity, field: &str, faults: &mut Faults) {
    if quantity <= Quantity::ZERO {
        faults.add(field, "must be above 0");
    } else if quantity > Quantity::LIMIT {
        faults.add(field, format!("must be at most {}", Quantity::LIMIT));
    }
}

pub(super) fn check_lot(lot: &str, field: &str, faults: &mut Faults) {
    if lot.chars().count() > LONGEST_LOT_CODE || lot.chars().any(char::is_control) {
        faults.add(
            field,
            format!(
                "must have at most {LONGEST_LOT_CODE} characters, none of them a control character"
            ),
        );
    }
}

/// When something was recorded and by whom; what every document needs.
#[derive(Debug, Clone)]
struct Stamp {
    now: DateTime<Utc>,
    today: NaiveDate,
    actor: String,
}
