//! Receipts, counts and adjustments of the warehouse, as people made them.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{HubTx, Row, conditions};
use crate::error::{Error, Result};
use crate::model::{AdjustmentReason, Quantity, Sku};

/// What kind of document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Goods in, outside an order to a supplier.
    Receipt,
    /// Shelves counted.
    Count,
    /// Changed by hand.
    Adjustment,
}

impl DocumentKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Receipt, Self::Count, Self::Adjustment];

    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Count => "count",
            Self::Adjustment => "adjustment",
        }
    }

    /// The reverse of [`DocumentKind::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// A document of the warehouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its identity; its moves refer to it.
    pub id: String,
    /// What kind it is.
    pub kind: DocumentKind,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: String,
    /// In words; may be empty.
    pub note: String,
    /// What it says.
    pub detail: Detail,
    /// What was asked for, as a digest: the same identity with other content is another document.
    pub request_hash: Vec<u8>,
    /// When and by whom it was taken back.
    pub undone: Option<(DateTime<Utc>, String)>,
}

/// What a document says and what came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// Why, of an adjustment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<AdjustmentReason>,
    /// Product by product, lot by lot.
    pub lines: Vec<DetailLine>,
}

/// What became of one lot, or of a product counted as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetailLine {
    /// The product.
    pub sku: Sku,
    /// The supplier's lot code; empty where it has none.
    pub lot: String,
    /// Best before; absent for goods without a date.
    pub expires: Option<NaiveDate>,
    /// The change of stock, base units. Of a count the variance: counted less book.
    pub quantity: Quantity,
    /// What was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<Quantity>,
    /// Where in the product's ledger it was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_seq: Option<i64>,
    /// All lots of the product were counted together.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
}

const COLUMNS: &str =
    "id, kind, at_utc, actor, note, detail_json, request_hash, undone_at_utc, undone_by";

/// The document with this identity.
pub fn find(tx: &mut dyn HubTx, id: &str) -> Result<Option<Document>> {
    tx.query_row(
        &format!("SELECT {COLUMNS} FROM stock_documents WHERE tenant_id = tenant() AND id = $1"),
        &[id.into()],
    )?
    .map(|row| from_row(&row))
    .transpose()
}

/// The document with this identity, or [`Error::NotFound`].
pub fn get(tx: &mut dyn HubTx, id: &str) -> Result<Document> {
    find(tx, id)?.ok_or_else(|| Error::NotFound(format!("there is no stock document {id}")))
}

/// The latest documents, newest first, at most `limit`; of one kind where asked for.
pub fn list(tx: &mut dyn HubTx, kind: Option<DocumentKind>, limit: i64) -> Result<Vec<Document>> {
    let (narrowed, mut params) = conditions([("kind =", kind.map(|kind| kind.as_str().into()))]);
    params.push(limit.into());
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM stock_documents WHERE tenant_id = tenant(){narrowed}
             ORDER BY at_utc DESC, id DESC LIMIT ${}",
            params.len()
        ),
        &params,
    )?
    .iter()
    .map(from_row)
    .collect()
}

fn from_row(row: &Row) -> Result<Document> {
    let id = row.text("id")?;
    let kind = row.text("kind")?;
    let corrupt = |what: &str| Error::Corrupt(format!("the stock document {id} has {what}"));
    Ok(Document {
        kind: DocumentKind::parse(&kind).ok_or_else(|| corrupt("no known kind"))?,
        at: row.moment("at_utc")?,
        actor: row.text("actor")?,
        note: row.text("note")?,
        detail: serde_json::from_str(&row.text("detail_json")?)
            .map_err(|error| corrupt(&format!("no readable detail: {error}")))?,
        request_hash: row.bytes("request_hash")?.to_vec(),
        undone: match (row.moment_opt("undone_at_utc")?, row.text_opt("undone_by")?) {
            (Some(at), by) => Some((at, by.unwrap_or_default())),
            (None, _) => None,
        },
        id,
    })
}

/// Writes a new document.
pub fn insert(tx: &mut dyn HubTx, document: &Document) -> Result<()> {
    let detail = serde_json::to_string(&document.detail)
        .map_err(|error| Error::Internal(format!("writing a stock document: {error}")))?;
    tx.execute(
        "INSERT INTO stock_documents (tenant_id, id, kind, at_utc, actor, note, detail_json, request_hash)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7)",
        &[
            (&document.id).into(),
            document.kind.as_str().into(),
            document.at.into(),
            (&document.actor).into(),
            (&document.note).into(),
            detail.into(),
            document.request_hash.clone().into(),
        ],
    )?;
    Ok(())
}

/// Notes that a document was taken back.
pub fn set_undone(tx: &mut dyn HubTx, id: &str, now: DateTime<Utc>, actor: &str) -> Result<()> {
    tx.execute(
        "UPDATE stock_documents SET undone_at_utc = $1, undone_by = $2 WHERE tenant_id = tenant() AND id = $3",
        &[now.into(), actor.into(), id.into()],
    )?;
    Ok(())
}
