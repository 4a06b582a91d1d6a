//! Goods bought elsewhere than from the hub, or left by somebody to be sold: a list that is kept as it is typed, and
//! taken in once.
//!
//! What was paid becomes the product's cost where the line says so, and it does by default: the last price. An average
//! over what is on hand would follow the book's errors (stock below zero, goods never entered), and a shop sets its
//! prices, and the plan its budget, by what the next carton costs.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::receive::LINES_LIMIT;
use super::take_in::save;
use crate::error::{Error, Result};
use crate::shop::Shop;
use crate::shop::consignment;
use crate::shop::figure::Figure;
use crate::shop::outcome::Outcome;
use crate::shop::store::products;
use crate::shop::store::purchases::{
    self as rows, DraftRow, PurchaseLineRow, PurchaseRow, SourceRow,
};
use crate::store::WriteTx;
use crate::web::Language;

/// The most entries of the history at once.
const HISTORY: i64 = 50;

/// What somebody is taking in, as it was typed: nothing of it is checked before it is saved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PurchaseContent {
    /// Who it comes from.
    pub supplier: String,
    /// The consignor's identity, where the goods stay theirs until sold.
    pub consignor: Option<String>,
    /// `drawer`, `other` or `unpaid`.
    pub paid_how: String,
    /// Anything else.
    pub note: String,
    /// The scan that was put in last, so that one that is sent again is not put in again.
    pub scan: String,
    /// What came.
    pub lines: Vec<PurchaseEntry>,
    /// Its figures are written as English writes them, `1,250.5`.
    pub english: bool,
}

impl PurchaseContent {
    /// How many of its unit a line holds, as far as that can be read.
    #[must_use]
    pub fn figure(&self, line: &PurchaseEntry) -> Figure {
        let language = match self.english {
            true => Language::English,
            false => Language::Indonesian,
        };
        Figure::typed(&line.quantity, language)
    }
}

/// A line as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PurchaseEntry {
    /// The product's code.
    pub sku: String,
    /// The unit.
    pub unit: String,
    /// How many of the unit.
    pub quantity: String,
    /// What was paid, or nothing: for one of the unit, or for the line.
    pub price: String,
    /// `price` is for the whole line.
    pub for_all: bool,
    /// Best before, ISO 8601, or nothing.
    pub expires: String,
    /// The price does not become the product's cost.
    pub keeps_cost: bool,
}

/// A list under way.
#[derive(Debug, Clone)]
pub struct PurchaseDraft {
    /// Its identity, and that of the receipt it becomes.
    pub id: String,
    /// Neither saved nor dropped.
    pub open: bool,
    /// Saved: the receipt is there.
    pub saved: bool,
    /// What it holds.
    pub content: PurchaseContent,
    /// How often it was changed; a change names the version it was made on.
    pub version: i64,
    /// Who began it.
    pub opened_by: String,
    /// When it was changed last, RFC 3339.
    pub changed_at: String,
}

/// Goods that were taken in.
#[derive(Debug, Clone)]
pub struct Purchase {
    /// The receipt.
    pub head: PurchaseRow,
    /// What came.
    pub lines: Vec<PurchaseLineRow>,
}

impl PurchaseDraft {
    fn read(row: DraftRow) -> Result<Self> {
        let content = serde_json::from_str(&row.content)
            .map_err(|error| Error::Corrupt(format!("purchase_drafts {:?}: {error}", row.id)))?;
        Ok(Self {
            open: row.state == "open",
            saved: row.state == "saved",
            id: row.id,
            content,
            version: row.version,
            opened_by: row.opened_by,
            changed_at: row.changed_at,
        })
    }
}

impl Shop {
    /// Begins a list of goods to take in; `consignor` for goods that stay theirs until sold. Whoever has an untouched
    /// one is given that.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a consignor that there is not.
    pub async fn open_purchase(&self, by: &str, consignor: Option<String>) -> Result<String> {
        let by = by.to_owned();
        self.record(move |tx, now| {
            let supplier = match &consignor {
                Some(id) => consignment::consignor(tx, id)?.name,
                None => String::new(),
            };
            let content = PurchaseContent {
                supplier,
                consignor,
                paid_how: "other".to_owned(),
                ..PurchaseContent::default()
            };
            let content = written(&content)?;
            let untouched = rows::open_drafts(tx)?
                .into_iter()
                .find(|draft| draft.opened_by == by && draft.content == content);
            if let Some(draft) = untouched {
                return Ok(draft.id);
            }
            let id = Uuid::now_v7().to_string();
            rows::open_draft(tx, &id, &content, &by, now)?;
            Ok(id)
        })
        .await
    }

    /// A list under way or done.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn purchase_draft(&self, id: &str) -> Result<PurchaseDraft> {
        let id = id.to_owned();
        self.db.read(move |connection| draft(connection, &id)).await
    }

    /// The lists under way, the one changed last first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn purchase_drafts(&self) -> Result<Vec<PurchaseDraft>> {
        self.db
            .read(|connection| {
                rows::open_drafts(connection)?
                    .into_iter()
                    .map(PurchaseDraft::read)
                    .collect()
            })
            .await
    }

    /// Keeps what was typed into a list that was at `version`; gives the new version.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`] for a list that is done, [`Error::Conflict`] when another page changed it
    /// meanwhile.
    pub async fn keep_purchase(
        &self,
        id: &str,
        version: i64,
        content: PurchaseContent,
    ) -> Result<i64> {
        let id = id.to_owned();
        self.record(move |tx, now| {
            let known = open_draft(tx, &id, version)?;
            if known.content == content {
                return Ok(version);
            }
            let lines = content.lines.len();
            if lines > LINES_LIMIT {
                return Err(Error::invalid(
                    "lines",
                    format!("are more than {LINES_LIMIT}"),
                ));
            }
            rows::change_draft(tx, &id, &written(&content)?, now)?;
            Ok(version + 1)
        })
        .await
    }

    /// Throws a list away. One that is thrown away already stays so.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`] for one that was taken in.
    pub async fn drop_purchase(&self, id: &str) -> Result<()> {
        let id = id.to_owned();
        self.record(move |tx, now| {
            let known = draft(tx, &id)?;
            if known.saved {
                return Err(Error::Refused(
                    "the goods were taken in already; correct the stock by a count".to_owned(),
                ));
            }
            rows::close_draft(tx, &id, "dropped", now)
        })
        .await
    }

    /// Takes in what a list at `version` holds: lots, costs, what was paid, event and audit entry, in one transaction.
    /// A list that was taken in is answered with what came of it.
    ///
    /// # Errors
    /// [`Error::Invalid`] names each wrong field (`lines[0].quantity`), [`Error::Conflict`] when another page changed the
    /// list meanwhile; nothing is recorded then.
    pub async fn save_purchase(
        &self,
        id: &str,
        version: i64,
        by: &str,
    ) -> Result<Outcome<Purchase>> {
        let (id, by, info) = (id.to_owned(), by.to_owned(), self.info.clone());
        self.record(move |tx, now| {
            let known = draft(tx, &id)?;
            if known.saved {
                return purchase(tx, &id).map(Outcome::Already);
            }
            let known = open_draft(tx, &id, version)?;
            save(tx, now, &info, &id, &known.content, &by).map(Outcome::Recorded)
        })
        .await
    }

    /// Goods that were taken in.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn purchase(&self, id: &str) -> Result<Purchase> {
        let id = id.to_owned();
        self.db
            .read(move |connection| purchase(connection, &id))
            .await
    }

    /// What was taken in, the newest first, after the one of identity `before`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn purchases(&self, before: Option<String>) -> Result<Vec<PurchaseRow>> {
        self.db
            .read(move |connection| rows::taken_in(connection, before.as_deref(), HISTORY))
            .await
    }

    /// Whom goods were bought from before.
    ///
    /// # Errors
    /// What the database says.
    pub async fn suppliers(&self) -> Result<Vec<String>> {
        self.db.read(rows::suppliers).await
    }

    /// Where a product was bought last, the latest time of each supplier, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sources(&self, sku: &str) -> Result<Vec<SourceRow>> {
        let sku = sku.to_owned();
        self.db
            .read(
                move |connection| match products::sellable(connection, &sku)? {
                    Some(product) => rows::sources(connection, product.product_id),
                    None => Ok(Vec::new()),
                },
            )
            .await
    }
}

pub(super) fn written(content: &PurchaseContent) -> Result<String> {
    serde_json::to_string(content)
        .map_err(|error| Error::Internal(format!("writing a list of goods: {error}")))
}

fn draft(connection: &Connection, id: &str) -> Result<PurchaseDraft> {
    rows::draft(connection, id)?
        .ok_or_else(|| Error::NotFound(format!("there is no list of goods {id}")))
        .and_then(PurchaseDraft::read)
}

fn open_draft(tx: &WriteTx<'_>, id: &str, version: i64) -> Result<PurchaseDraft> {
    let known = draft(tx, id)?;
    if !known.open {
        return Err(Error::Refused("this list is done already".to_owned()));
    }
    if known.version != version {
        return Err(Error::Conflict(
            "another page has changed this list meanwhile".to_owned(),
        ));
    }
    Ok(known)
}

fn purchase(connection: &Connection, id: &str) -> Result<Purchase> {
    let head = rows::by_id(connection, id)?
        .ok_or_else(|| Error::NotFound(format!("no goods were taken in as {id}")))?;
    let lines = rows::lines(connection, id)?;
    Ok(Purchase { head, lines })
}
