//! What `/stock` answers.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::hub::store::stock_documents::{Document, DocumentKind};
use crate::hub::store::stock_ledger::PostedMove;
use crate::hub::store::warehouse::{Availability, MoveReason, Reservation, StockLot};
use crate::hub::warehouse::{ProductStock, StockRow};
use crate::model::{AdjustmentReason, Quantity};

/// What there is of a product. Quantities are base units.
#[derive(Debug, Serialize, ToSchema)]
pub struct StockBody {
    /// The product.
    sku: String,
    /// Its name.
    name: String,
    /// It is kept count of; otherwise nobody has told what there is, and the figures below are absent.
    counted: bool,
    /// The sum of the ledger.
    on_hand: Option<i64>,
    /// Of that, past its date.
    expired: Option<i64>,
    /// Promised and not yet out of the house.
    reserved: Option<i64>,
    /// What can still be promised: on hand, neither expired nor reserved, at least 0.
    available: Option<i64>,
    /// In orders to suppliers, and not yet received.
    on_order: Option<i64>,
    /// Not past its date, but within 14 days.
    expiring: i64,
    /// When the next of it expires.
    next_expiry: Option<NaiveDate>,
    /// What the shops are forecast to ask for a day.
    forecast_per_day: f64,
    /// Days that what is available will last.
    days_of_cover: Option<f64>,
    /// What the good part of it cost, rupiah.
    value: Option<i64>,
    /// A lot is below 0: more left than was booked in. A count mends it.
    below_zero: bool,
}

impl From<StockRow> for StockBody {
    fn from(row: StockRow) -> Self {
        let there = row.availability;
        let figure = |of: fn(Availability) -> Quantity| there.map(|there| of(there).0);
        Self {
            counted: there.is_some(),
            on_hand: figure(|there| there.on_hand),
            expired: figure(|there| there.expired),
            reserved: figure(|there| there.reserved),
            available: figure(|there| there.available()),
            on_order: figure(|there| there.on_order),
            expiring: row.expiring.0,
            next_expiry: row.next_expiry,
            forecast_per_day: row.per_day,
            days_of_cover: row.days_of_cover,
            value: row.value.map(|value| value.0),
            below_zero: row.below_zero,
            sku: row.sku.to_string(),
            name: row.name,
        }
    }
}

/// A product's stock in full.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductStockBody {
    /// At a glance.
    #[serde(flatten)]
    stock: StockBody,
    /// The last position of its ledger: a count tells it as `at_seq`.
    last_seq: i64,
    /// By lot: what expires first, first.
    lots: Vec<LotBody>,
    /// What is promised.
    reservations: Vec<ReservationBody>,
    /// The latest moves, newest first, at most 200.
    moves: Vec<MoveBody>,
}

/// What there is with one date and one lot code.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotBody {
    /// The supplier's lot code; empty where it has none.
    lot: String,
    /// Best before; absent for goods without a date.
    expires: Option<NaiveDate>,
    /// Base units.
    quantity: i64,
}

impl From<StockLot> for LotBody {
    fn from(lot: StockLot) -> Self {
        Self {
            lot: lot.lot,
            expires: lot.expires,
            quantity: lot.quantity.0,
        }
    }
}

/// Something promised.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReservationBody {
    /// What for, such as `shipment` or `order`.
    kind: String,
    /// Which one.
    id: String,
    /// Base units.
    quantity: i64,
}

impl From<Reservation> for ReservationBody {
    fn from(reservation: Reservation) -> Self {
        Self {
            kind: reservation.kind,
            id: reservation.subject,
            quantity: reservation.quantity.0,
        }
    }
}

/// A move of the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoveBody {
    /// Its position in the product's ledger.
    seq: i64,
    /// When it was posted.
    at: DateTime<Utc>,
    /// By whom.
    actor: String,
    /// `receipt`, `count`, `adjustment`, `dispatch`, `undispatch`, `return`, `production_out`, `production_in` or
    /// `delivery`.
    #[schema(value_type = String)]
    reason: MoveReason,
    /// What it belongs to.
    reference: String,
    /// The supplier's lot code.
    lot: String,
    /// Best before.
    expires: Option<NaiveDate>,
    /// Base units, negative for what left.
    quantity: i64,
}

impl From<PostedMove> for MoveBody {
    fn from(posted: PostedMove) -> Self {
        Self {
            seq: posted.seq,
            at: posted.at,
            actor: posted.actor,
            reason: posted.moved.reason,
            reference: posted.moved.reference,
            lot: posted.moved.lot,
            expires: posted.moved.expires,
            quantity: posted.moved.quantity.0,
        }
    }
}

impl From<ProductStock> for ProductStockBody {
    fn from(stock: ProductStock) -> Self {
        Self {
            stock: stock.row.into(),
            last_seq: stock.last_seq,
            lots: stock.lots.into_iter().map(Into::into).collect(),
            reservations: stock.reservations.into_iter().map(Into::into).collect(),
            moves: stock.moves.into_iter().map(Into::into).collect(),
        }
    }
}

/// A receipt, count or adjustment.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentBody {
    /// Its identity; its moves refer to it.
    id: String,
    /// `receipt`, `count` or `adjustment`.
    #[schema(value_type = String)]
    kind: DocumentKind,
    /// When it was recorded.
    at: DateTime<Utc>,
    /// By whom.
    actor: String,
    /// In words.
    note: String,
    /// Why, of an adjustment.
    #[schema(value_type = Option<String>)]
    reason: Option<AdjustmentReason>,
    /// When it was taken back.
    undone_at: Option<DateTime<Utc>>,
    /// What it says, base units.
    lines: Vec<DocumentLineBody>,
}

/// What a document changed of a lot.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentLineBody {
    /// The product.
    sku: String,
    /// The supplier's lot code.
    lot: String,
    /// Best before.
    expires: Option<NaiveDate>,
    /// The change of stock; of a count the variance.
    quantity: i64,
    /// What was counted.
    counted: Option<i64>,
    /// Where in the product's ledger it was counted.
    at_seq: Option<i64>,
}

impl From<Document> for DocumentBody {
    fn from(document: Document) -> Self {
        Self {
            id: document.id,
            kind: document.kind,
            at: document.at,
            actor: document.actor,
            note: document.note,
            reason: document.detail.reason,
            undone_at: document.undone.map(|(at, _)| at),
            lines: document
                .detail
                .lines
                .into_iter()
                .map(|line| DocumentLineBody {
                    sku: line.sku.to_string(),
                    lot: line.lot,
                    expires: line.expires,
                    quantity: line.quantity.0,
                    counted: line.counted.map(|counted| counted.0),
                    at_seq: line.at_seq,
                })
                .collect(),
        }
    }
}
