//! The stock ledger and its projections.
//!
//! Goods leave first expired, first out. What the book does not have leaves all the same, from no lot: a sale is never
//! refused because a receipt was not entered yet. When the receipt comes, it first makes good what was owed that way.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, params};

use super::daily::{self, Flow};
use super::days::Moment;
use crate::error::Result;
use crate::model::{MovementKind, Quantity, Sku};
use crate::store::WriteTx;
use crate::wire::event::LotMove;

/// What one change does to one product.
#[derive(Debug, Clone)]
pub struct Posting<'p> {
    /// The product's row.
    pub product_id: i64,
    /// The product's code, for the event.
    pub sku: &'p Sku,
    /// Why.
    pub kind: MovementKind,
    /// A closer reason for adjustments.
    pub reason: &'p str,
    /// The sale, receipt, count, adjustment or delivery behind it.
    pub reference: &'p str,
    /// The trading day.
    pub business_date: NaiveDate,
    /// When.
    pub now: &'p Moment,
}

/// A balance of one lot. Lot `None` holds goods of unknown date; it alone may be below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// The lot.
    pub lot_id: Option<i64>,
    /// Its date.
    pub expires: Option<NaiveDate>,
    /// Base units on hand.
    pub quantity: Quantity,
}

/// A lot as it comes in.
#[derive(Debug, Clone, Copy)]
pub struct NewLot<'l> {
    /// Best before, if known.
    pub expires: Option<NaiveDate>,
    /// Where it came from.
    pub origin: &'l str,
    /// Cost per main unit, if told.
    pub cost: Option<i64>,
}

/// The balances of a product in the order in which they leave: dated lots by date, then the rest.
pub fn balances(connection: &Connection, product_id: i64) -> Result<Vec<Balance>> {
    let mut statement = connection.prepare_cached(
        "SELECT s.lot_id, l.expires, s.on_hand FROM lot_stock s LEFT JOIN lots l ON l.id = s.lot_id
         WHERE s.product_id = ?1 AND s.on_hand <> 0
         ORDER BY l.expires IS NULL, l.expires, s.lot_id = 0, s.lot_id",
    )?;
    let rows = statement.query_map([product_id], |row| {
        let lot: i64 = row.get(0)?;
        Ok(Balance {
            lot_id: (lot != 0).then_some(lot),
            expires: row.get(1)?,
            quantity: Quantity(row.get(2)?),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// The sum of the ledger, from its projection.
pub fn on_hand(connection: &Connection, product_id: i64) -> Result<Quantity> {
    Ok(connection
        .prepare_cached("SELECT coalesce(sum(on_hand), 0) FROM lot_stock WHERE product_id = ?1")?
        .query_row([product_id], |row| row.get(0).map(Quantity))?)
}

/// The seq of the ledger's last movement.
pub fn last_seq(connection: &Connection) -> Result<i64> {
    Ok(connection
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM stock_movements")?
        .query_row([], |row| row.get(0))?)
}

/// The sum of the ledger for a product up to and including movement `seq`.
pub fn on_hand_at(connection: &Connection, product_id: i64, seq: i64) -> Result<Quantity> {
    Ok(connection
        .prepare_cached(
            "SELECT coalesce(sum(quantity), 0) FROM stock_movements WHERE product_id = ?1 AND seq <= ?2",
        )?
        .query_row([product_id, seq], |row| row.get(0).map(Quantity))?)
}

/// What counts have changed of a product after movement `seq`.
pub fn counted_since(connection: &Connection, product_id: i64, seq: i64) -> Result<Quantity> {
    Ok(connection
        .prepare_cached(
            "SELECT coalesce(sum(quantity), 0) FROM stock_movements
             WHERE product_id = ?1 AND seq > ?2 AND kind = 'count'",
        )?
        .query_row([product_id, seq], |row| row.get(0).map(Quantity))?)
}

/// Whether the ledger has a movement of the product.
pub fn has_moved(connection: &Connection, product_id: i64) -> Result<bool> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM stock_movements WHERE product_id = ?1)")?
        .query_row([product_id], |row| row.get(0))?)
}

/// Takes `quantity` (positive) out, first expired first out; what the lots do not hold leaves from no lot.
pub fn take(tx: &WriteTx<'_>, posting: &Posting<'_>, quantity: Quantity) -> Result<Vec<LotMove>> {
    let mut left = quantity;
    let mut parts = Vec::new();
    for balance in balances(tx, posting.product_id)? {
        if left <= Quantity::ZERO {
            break;
        }
        let part = left.min(balance.quantity);
        if part > Quantity::ZERO {
            parts.push((balance.lot_id, balance.expires, -part));
            left = left - part;
        }
    }
    if left > Quantity::ZERO {
        match parts.iter_mut().find(|(lot, _, _)| lot.is_none()) {
            Some((_, _, part)) => *part = *part - left,
            None => parts.push((None, None, -left)),
        }
    }
    write(tx, posting, &parts)
}

/// Takes `quantity` (positive) out of goods of one date, which must be there, or of those without a date, which may
/// go below nothing.
pub fn take_dated(
    tx: &WriteTx<'_>,
    posting: &Posting<'_>,
    expires: Option<NaiveDate>,
    quantity: Quantity,
) -> Result<Vec<LotMove>> {
    let mut left = quantity;
    let mut parts = Vec::new();
    for balance in balances(tx, posting.product_id)? {
        let part = left.min(balance.quantity);
        if balance.expires == expires && part > Quantity::ZERO {
            parts.push((balance.lot_id, expires, -part));
            left = left - part;
        }
    }
    if left > Quantity::ZERO {
        parts.push((None, None, -left));
    }
    write(tx, posting, &parts)
}

/// Brings `quantity` (positive) in as a new lot, after making good what left without a lot.
pub fn bring_in(
    tx: &WriteTx<'_>,
    posting: &Posting<'_>,
    quantity: Quantity,
    lot: &NewLot<'_>,
) -> Result<Vec<LotMove>> {
    let owed = unlotted(tx, posting.product_id)?.min(Quantity::ZERO);
    let repaid = quantity.min(-owed);
    let rest = quantity - repaid;
    let mut parts = Vec::new();
    if repaid > Quantity::ZERO {
        parts.push((None, None, repaid));
    }
    if rest > Quantity::ZERO {
        parts.push((Some(insert_lot(tx, posting, lot)?), lot.expires, rest));
    }
    write(tx, posting, &parts)
}

/// Brings the whole of `quantity` (positive) in as a new lot, whatever is owed: it was counted under its date.
pub fn open_lot(
    tx: &WriteTx<'_>,
    posting: &Posting<'_>,
    quantity: Quantity,
    lot: &NewLot<'_>,
) -> Result<Vec<LotMove>> {
    let id = insert_lot(tx, posting, lot)?;
    write(tx, posting, &[(Some(id), lot.expires, quantity)])
}

fn insert_lot(tx: &WriteTx<'_>, posting: &Posting<'_>, lot: &NewLot<'_>) -> Result<i64> {
    tx.prepare_cached(
        "INSERT INTO lots (product_id, expires, received_on, origin, cost) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        posting.product_id,
        lot.expires,
        posting.business_date,
        lot.origin,
        lot.cost
    ])?;
    Ok(tx.last_insert_rowid())
}

/// Adds `quantity` of unknown date: found in a count, or a correction upward.
pub fn add_undated(
    tx: &WriteTx<'_>,
    posting: &Posting<'_>,
    quantity: Quantity,
) -> Result<Vec<LotMove>> {
    write(tx, posting, &[(None, None, quantity)])
}

/// Posts a movement of a lot that another copy of this database has made already, so that the lots of one date add up
/// to the same here: in the lot of that date that came last, or a new one. It may go below nothing.
pub fn post_as_told(
    tx: &WriteTx<'_>,
    posting: &Posting<'_>,
    expires: Option<NaiveDate>,
    quantity: Quantity,
) -> Result<()> {
    let lot_id = match expires {
        None => None,
        Some(expires) => {
            let known = tx
                .prepare_cached("SELECT max(id) FROM lots WHERE product_id = ?1 AND expires = ?2")?
                .query_row(params![posting.product_id, expires], |row| row.get(0))?;
            Some(match known {
                Some(id) => id,
                None => insert_lot(
                    tx,
                    posting,
                    &NewLot {
                        expires: Some(expires),
                        origin: posting.reference,
                        cost: None,
                    },
                )?,
            })
        }
    };
    write(tx, posting, &[(lot_id, expires, quantity)])?;
    Ok(())
}

/// Reverses every movement that `reference` caused by `kind`, lot by lot, under this posting.
pub fn reverse(
    tx: &WriteTx<'_>,
    posting: &Posting<'_>,
    kind: MovementKind,
) -> Result<Vec<LotMove>> {
    let mut statement = tx.prepare_cached(
        "SELECT m.lot_id, l.expires, -sum(m.quantity)
         FROM stock_movements m LEFT JOIN lots l ON l.id = m.lot_id
         WHERE m.reference = ?1 AND m.product_id = ?2 AND m.kind = ?3
         GROUP BY m.lot_id, l.expires HAVING sum(m.quantity) <> 0 ORDER BY m.lot_id",
    )?;
    let parts: Vec<(Option<i64>, Option<NaiveDate>, Quantity)> = statement
        .query_map(
            params![posting.reference, posting.product_id, kind.as_str()],
            |row| Ok((row.get(0)?, row.get(1)?, Quantity(row.get(2)?))),
        )?
        .collect::<Result<_, _>>()?;
    write(tx, posting, &parts)
}

/// Posts what somebody else has worked out lot by lot.
pub fn post_lots(tx: &WriteTx<'_>, posting: &Posting<'_>, parts: &[Part]) -> Result<Vec<LotMove>> {
    write(tx, posting, parts)
}

fn unlotted(connection: &Connection, product_id: i64) -> Result<Quantity> {
    Ok(connection
        .prepare_cached("SELECT on_hand FROM lot_stock WHERE product_id = ?1 AND lot_id = 0")?
        .query_row([product_id], |row| row.get(0).map(Quantity))
        .optional()?
        .unwrap_or_default())
}

/// A lot, its date, and what moves.
pub type Part = (Option<i64>, Option<NaiveDate>, Quantity);

/// Writes the movements, both projections and the day's flow.
fn write(tx: &WriteTx<'_>, posting: &Posting<'_>, parts: &[Part]) -> Result<Vec<LotMove>> {
    let mut moves: Vec<LotMove> = Vec::with_capacity(parts.len());
    let mut net = Quantity::ZERO;
    for &(lot_id, expires, quantity) in parts {
        if quantity == Quantity::ZERO {
            continue;
        }
        tx.prepare_cached(
            "INSERT INTO stock_movements (product_id, lot_id, quantity, kind, reason, reference, business_date, at_utc)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            posting.product_id,
            lot_id,
            quantity.0,
            posting.kind.as_str(),
            posting.reason,
            posting.reference,
            posting.business_date,
            posting.now.text(),
        ])?;
        tx.prepare_cached(
            "INSERT INTO lot_stock (product_id, lot_id, on_hand) VALUES (?1, ?2, ?3)
             ON CONFLICT (product_id, lot_id) DO UPDATE SET on_hand = on_hand + excluded.on_hand",
        )?
        .execute(params![posting.product_id, lot_id.unwrap_or(0), quantity.0])?;
        net += quantity;
        match moves.iter_mut().find(|earlier| earlier.expires == expires) {
            Some(earlier) => earlier.quantity += quantity,
            None => moves.push(LotMove {
                sku: posting.sku.clone(),
                expires,
                quantity,
            }),
        }
    }
    if moves.is_empty() {
        return Ok(moves);
    }
    let comes_in = !matches!(posting.kind, MovementKind::Sale | MovementKind::Void);
    let inflow = if comes_in {
        net.max(Quantity::ZERO)
    } else {
        Quantity::ZERO
    };
    let sold = if posting.kind == MovementKind::Sale {
        -net
    } else {
        Quantity::ZERO
    };
    let flow = Flow {
        sold,
        missed: Quantity::ZERO,
        net: Some(net),
        inflow,
    };
    daily::add(tx, posting.product_id, posting.business_date, flow)?;
    Ok(moves)
}
