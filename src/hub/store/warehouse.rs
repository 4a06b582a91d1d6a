//! The distributor's own stock: a ledger of moves that is only ever added to, its sum by lot, and what is reserved.
//!
//! Whatever changes stock does so by [`post`]. Goods that are to leave are chosen by [`take`], first expired first out;
//! what is promised and has not left is said by [`reserve`] and taken back by [`release`].

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::shortages::LotChanges;
use super::{HubTx, Row};
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};

/// Why stock moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveReason {
    /// Goods in from a supplier; or, negative, such a receipt taken back.
    Receipt,
    /// What a count found different from the book.
    Count,
    /// Changed by hand.
    Adjustment,
    /// Left with a shipment to a shop.
    Dispatch,
    /// Came back because the shipment was called off.
    Undispatch,
    /// Came back from a shop.
    Return,
    /// Raw material used.
    ProductionOut,
    /// Made here.
    ProductionIn,
    /// Left for a customer directly.
    Delivery,
}

impl MoveReason {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Receipt,
        Self::Count,
        Self::Adjustment,
        Self::Dispatch,
        Self::Undispatch,
        Self::Return,
        Self::ProductionOut,
        Self::ProductionIn,
        Self::Delivery,
    ];

    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Count => "count",
            Self::Adjustment => "adjustment",
            Self::Dispatch => "dispatch",
            Self::Undispatch => "undispatch",
            Self::Return => "return",
            Self::ProductionOut => "production_out",
            Self::ProductionIn => "production_in",
            Self::Delivery => "delivery",
        }
    }

    /// The reverse of [`MoveReason::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

impl fmt::Display for MoveReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// A move of stock that is to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockMove {
    /// The product.
    pub sku: Sku,
    /// The supplier's lot code; empty where it has none.
    pub lot: String,
    /// Best before, the last good day; absent for goods without a date.
    pub expires: Option<NaiveDate>,
    /// Base units, negative for what leaves.
    pub quantity: Quantity,
    /// Why.
    pub reason: MoveReason,
    /// What it belongs to: the identity of a stock document, a shipment, an order.
    pub reference: String,
}

/// What there is of a product with one date and one lot code; never 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockLot {
    /// The product.
    pub sku: Sku,
    /// The supplier's lot code; empty where it has none.
    pub lot: String,
    /// Best before, the last good day; absent for goods without a date.
    pub expires: Option<NaiveDate>,
    /// Base units. Negative where more left than was ever booked in, until a count mends it.
    pub quantity: Quantity,
}

impl StockLot {
    /// Whether its last good day is over.
    #[must_use]
    pub fn is_expired(&self, today: NaiveDate) -> bool {
        self.expires.is_some_and(|expires| expires < today)
    }
}

/// What there is of a product, in base units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Availability {
    /// The sum of the ledger, what is past its date among it. May be negative.
    pub on_hand: Quantity,
    /// Of that, past its date.
    pub expired: Quantity,
    /// Promised to shipments and orders, and not yet out of the house.
    pub reserved: Quantity,
    /// In confirmed and sent orders to suppliers, and not yet received.
    pub on_order: Quantity,
}

impl Availability {
    /// What can still be promised from stock: on hand, neither expired nor reserved; at least 0.
    #[must_use]
    pub fn available(&self) -> Quantity {
        self.balance().max(Quantity::ZERO)
    }

    /// The same without the floor: below 0, more is promised than there is.
    #[must_use]
    pub fn balance(&self) -> Quantity {
        self.on_hand - self.expired - self.reserved
    }
}

/// Something promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// The product.
    pub sku: Sku,
    /// What it is for, such as `shipment` or `order`.
    pub kind: String,
    /// Which one.
    pub subject: String,
    /// Base units.
    pub quantity: Quantity,
}

/// The longest lot code, in characters.
pub const LONGEST_LOT_CODE: usize = 40;

/// Adds moves to the ledger, in order; a move of 0 is left out. The distributor's other systems are told of every lot
/// that the moves together bring from nothing or more to below nothing.
///
/// # Errors
/// [`Error::Invalid`] for a move beyond [`Quantity::LIMIT`] or a lot code that cannot be.
pub fn post(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    actor: &str,
    moves: &[StockMove],
) -> Result<()> {
    for moved in moves {
        check(moved)?;
    }
    let mut changes = LotChanges::default();
    for moved in moves {
        if moved.quantity == Quantity::ZERO {
            continue;
        }
        let seq = head(tx, &moved.sku)? + 1;
        tx.execute(
            "INSERT INTO stock_heads (tenant_id, sku, seq) VALUES (tenant(), $1, $2)
             ON CONFLICT (tenant_id, sku) DO UPDATE SET seq = excluded.seq",
            &[(&moved.sku).into(), seq.into()],
        )?;
        tx.execute(
            "INSERT INTO stock_moves (tenant_id, sku, seq, lot, expires, quantity, reason, reference, at_utc, actor)
             VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                (&moved.sku).into(),
                seq.into(),
                (&moved.lot).into(),
                date_text(moved.expires).into(),
                moved.quantity.into(),
                moved.reason.as_str().into(),
                (&moved.reference).into(),
                now.into(),
                actor.into(),
            ],
        )?;
        let lot = [
            (&moved.sku).into(),
            (&moved.lot).into(),
            date_text(moved.expires).into(),
        ];
        let [sku, code, expires] = lot.clone();
        let after = tx
            .query_row(
                "INSERT INTO stock_lots (tenant_id, sku, lot, expires, quantity) VALUES (tenant(), $1, $2, $3, $4)
                 ON CONFLICT (tenant_id, sku, lot, expires)
                     DO UPDATE SET quantity = stock_lots.quantity + excluded.quantity
                 RETURNING quantity",
                &[sku, code, expires, moved.quantity.into()],
            )?
            .ok_or_else(|| Error::Internal("a lot was not written".to_owned()))?
            .quantity("quantity")?;
        changes.note(moved, seq, after);
        tx.execute(
            "DELETE FROM stock_lots
             WHERE tenant_id = tenant() AND sku = $1 AND lot = $2 AND expires = $3 AND quantity = 0",
            &lot,
        )?;
    }
    changes.tell(tx, now)
}

fn check(moved: &StockMove) -> Result<()> {
    if moved.quantity > Quantity::LIMIT || moved.quantity < -Quantity::LIMIT {
        let message = format!(
            "{} of {} is beyond {} base units",
            moved.quantity,
            moved.sku,
            Quantity::LIMIT
        );
        return Err(Error::invalid("quantity", message));
    }
    if moved.lot.chars().count() > LONGEST_LOT_CODE || moved.lot.chars().any(char::is_control) {
        let message = format!(
            "must have at most {LONGEST_LOT_CODE} characters, none of them a control character"
        );
        return Err(Error::invalid("lot", message));
    }
    Ok(())
}

/// The last position of a product's ledger; 0 where it is not kept count of.
pub fn head(tx: &mut dyn HubTx, sku: &Sku) -> Result<i64> {
    tx.query_row(
        "SELECT seq FROM stock_heads WHERE tenant_id = tenant() AND sku = $1",
        &[sku.into()],
    )?
    .map_or(Ok(0), |row| row.integer("seq"))
}

/// The last position of every ledger, by product.
pub fn heads(tx: &mut dyn HubTx) -> Result<BTreeMap<Sku, i64>> {
    tx.query(
        "SELECT sku, seq FROM stock_heads WHERE tenant_id = tenant() ORDER BY sku",
        &[],
    )?
    .iter()
    .map(|row| Ok((row.sku("sku")?, row.integer("seq")?)))
    .collect()
}

/// From now on the product is kept count of, be there nothing of it.
pub fn keep_count(tx: &mut dyn HubTx, sku: &Sku) -> Result<()> {
    tx.execute(
        "INSERT INTO stock_heads (tenant_id, sku, seq) VALUES (tenant(), $1, 0)
         ON CONFLICT (tenant_id, sku) DO NOTHING",
        &[sku.into()],
    )?;
    Ok(())
}

/// What there is of a product by lot: what expires first, first; goods without a date last.
pub fn lots(tx: &mut dyn HubTx, sku: &Sku) -> Result<Vec<StockLot>> {
    tx.query(
        "SELECT sku, lot, expires, quantity FROM stock_lots WHERE tenant_id = tenant() AND sku = $1
         ORDER BY CASE WHEN expires = '' THEN 1 ELSE 0 END, expires, lot",
        &[sku.into()],
    )?
    .iter()
    .map(lot_from)
    .collect()
}

/// What there is of every product by lot, products in order of their codes, lots as in [`lots`].
pub fn all_lots(tx: &mut dyn HubTx) -> Result<Vec<StockLot>> {
    tx.query(
        "SELECT sku, lot, expires, quantity FROM stock_lots WHERE tenant_id = tenant()
         ORDER BY sku, CASE WHEN expires = '' THEN 1 ELSE 0 END, expires, lot",
        &[],
    )?
    .iter()
    .map(lot_from)
    .collect()
}

pub(super) fn lot_from(row: &Row) -> Result<StockLot> {
    Ok(StockLot {
        sku: row.sku("sku")?,
        lot: row.text("lot")?,
        expires: row.date_opt("expires")?,
        quantity: row.quantity("quantity")?,
    })
}

/// The moves by which `quantity` of a product leaves: first expired first out, never from a lot past its date on
/// `today`. What no lot has is taken from goods without a date, which become negative: what is loaded is loaded, and
/// the book shows it until a count mends it.
///
/// Nothing is written: the caller says why and for what (the moves come as [`MoveReason::Dispatch`] without a
/// reference) and [`post`]s them in the same transaction.
///
/// # Errors
/// [`Error::Invalid`] for a quantity below 0 or beyond [`Quantity::LIMIT`].
pub fn take(
    tx: &mut dyn HubTx,
    today: NaiveDate,
    sku: &Sku,
    quantity: Quantity,
) -> Result<Vec<StockMove>> {
    if quantity < Quantity::ZERO || quantity > Quantity::LIMIT {
        let message = format!("must be from 0 to {} base units", Quantity::LIMIT);
        return Err(Error::invalid("quantity", message));
    }
    let mut left = quantity;
    let mut moves: Vec<StockMove> = Vec::new();
    let out = |lot: String, expires, quantity: Quantity| StockMove {
        sku: sku.clone(),
        lot,
        expires,
        quantity: -quantity,
        reason: MoveReason::Dispatch,
        reference: String::new(),
    };
    for lot in lots(tx, sku)? {
        let from_here = lot.quantity.min(left);
        if lot.is_expired(today) || from_here <= Quantity::ZERO {
            continue;
        }
        left = left - from_here;
        moves.push(out(lot.lot, lot.expires, from_here));
    }
    if left > Quantity::ZERO {
        match moves
            .iter_mut()
            .find(|moved| moved.lot.is_empty() && moved.expires.is_none())
        {
            Some(undated) => undated.quantity = undated.quantity - left,
            None => moves.push(out(String::new(), None, left)),
        }
    }
    Ok(moves)
}

/// Reserves `quantity` of a product for the `kind` of thing with this identity, in place of what was reserved of the
/// product for it before; 0 reserves nothing.
///
/// # Errors
/// [`Error::Invalid`] for a quantity below 0 or beyond [`Quantity::LIMIT`].
pub fn reserve(
    tx: &mut dyn HubTx,
    sku: &Sku,
    quantity: Quantity,
    kind: &str,
    id: &str,
) -> Result<()> {
    if quantity < Quantity::ZERO || quantity > Quantity::LIMIT {
        let message = format!("must be from 0 to {} base units", Quantity::LIMIT);
        return Err(Error::invalid("quantity", message));
    }
    if quantity == Quantity::ZERO {
        tx.execute(
            "DELETE FROM stock_reservations WHERE tenant_id = tenant() AND sku = $1 AND kind = $2 AND subject = $3",
            &[sku.into(), kind.into(), id.into()],
        )?;
        return Ok(());
    }
    tx.execute(
        "INSERT INTO stock_reservations (tenant_id, sku, kind, subject, quantity) VALUES (tenant(), $1, $2, $3, $4)
         ON CONFLICT (tenant_id, sku, kind, subject) DO UPDATE SET quantity = excluded.quantity",
        &[sku.into(), kind.into(), id.into(), quantity.into()],
    )?;
    Ok(())
}

/// Gives back all that is reserved for the `kind` of thing with this identity.
pub fn release(tx: &mut dyn HubTx, kind: &str, id: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM stock_reservations WHERE tenant_id = tenant() AND kind = $1 AND subject = $2",
        &[kind.into(), id.into()],
    )?;
    Ok(())
}

/// What is reserved of a product, by kind and identity.
pub fn reservations(tx: &mut dyn HubTx, sku: &Sku) -> Result<Vec<Reservation>> {
    tx.query(
        "SELECT sku, kind, subject, quantity FROM stock_reservations WHERE tenant_id = tenant() AND sku = $1
         ORDER BY kind, subject",
        &[sku.into()],
    )?
    .iter()
    .map(|row| {
        Ok(Reservation {
            sku: row.sku("sku")?,
            kind: row.text("kind")?,
            subject: row.text("subject")?,
            quantity: row.quantity("quantity")?,
        })
    })
    .collect()
}

/// What there is of every product that is kept count of. A product that was neither moved nor counted is absent:
/// nobody has told what there is of it, and nothing is withheld for its sake.
pub fn availability(tx: &mut dyn HubTx, today: NaiveDate) -> Result<BTreeMap<Sku, Availability>> {
    let mut found: BTreeMap<Sku, Availability> = tx
        .query(
            "SELECT sku FROM stock_heads WHERE tenant_id = tenant() ORDER BY sku",
            &[],
        )?
        .iter()
        .map(|row| Ok((row.sku("sku")?, Availability::default())))
        .collect::<Result<_>>()?;
    let lots = tx.query(
        "SELECT sku, CAST(sum(quantity) AS BIGINT) AS on_hand,
             CAST(sum(CASE WHEN expires <> '' AND expires < $1 AND quantity > 0 THEN quantity ELSE 0 END) AS BIGINT)
                 AS expired
         FROM stock_lots WHERE tenant_id = tenant() GROUP BY sku ORDER BY sku",
        &[today.into()],
    )?;
    for row in lots {
        let of_product = found.entry(row.sku("sku")?).or_default();
        of_product.on_hand = row.quantity("on_hand")?;
        of_product.expired = row.quantity("expired")?;
    }
    let reserved = tx.query(
        "SELECT sku, CAST(sum(quantity) AS BIGINT) AS reserved FROM stock_reservations
         WHERE tenant_id = tenant() GROUP BY sku ORDER BY sku",
        &[],
    )?;
    for row in reserved {
        if let Some(of_product) = found.get_mut(&row.sku("sku")?) {
            of_product.reserved = row.quantity("reserved")?;
        }
    }
    for (sku, coming) in on_order(tx)? {
        if let Some(of_product) = found.get_mut(&sku) {
            of_product.on_order = coming;
        }
    }
    Ok(found)
}

/// What confirmed and sent orders to suppliers have still to bring, by product, kept count of or not. Damaged goods
/// have come and are no good: they are not waited for.
pub fn on_order(tx: &mut dyn HubTx) -> Result<BTreeMap<Sku, Quantity>> {
    tx.query(
        "SELECT l.sku AS sku,
             CAST(sum(CASE WHEN l.quantity > l.received + l.damaged THEN l.quantity - l.received - l.damaged ELSE 0 END)
                 AS BIGINT) AS coming
         FROM supplier_orders o
         JOIN supplier_order_lines l ON l.tenant_id = o.tenant_id AND l.order_id = o.id
         WHERE o.tenant_id = tenant() AND o.state IN ('confirmed', 'sent', 'part_received')
         GROUP BY l.sku ORDER BY l.sku",
        &[],
    )?
    .iter()
    .map(|row| Ok((row.sku("sku")?, row.quantity("coming")?)))
    .collect()
}

/// A date as stored; the empty text for none.
fn date_text(date: Option<NaiveDate>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}
