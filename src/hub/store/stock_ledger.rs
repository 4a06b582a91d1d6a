//! Reading the stock ledger: a product's moves, and what it had at a position.

use chrono::{DateTime, Utc};

use super::warehouse::{MoveReason, StockLot, StockMove, lot_from};
use super::{HubTx, Row};
use crate::error::{Error, Result};
use crate::model::Sku;

/// A move as it stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedMove {
    /// Its position in the product's ledger, from 1 without a gap.
    pub seq: i64,
    /// The move.
    pub moved: StockMove,
    /// When it was posted.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: String,
}

/// What a product had at a position of its ledger, by lot, as [`lots`](super::warehouse::lots) orders them.
pub fn lots_at(tx: &mut dyn HubTx, sku: &Sku, seq: i64) -> Result<Vec<StockLot>> {
    tx.query(
        "SELECT sku, lot, expires, CAST(sum(quantity) AS BIGINT) AS quantity FROM stock_moves
         WHERE tenant_id = tenant() AND sku = $1 AND seq <= $2
         GROUP BY sku, lot, expires HAVING sum(quantity) <> 0
         ORDER BY CASE WHEN expires = '' THEN 1 ELSE 0 END, expires, lot",
        &[sku.into(), seq.into()],
    )?
    .iter()
    .map(lot_from)
    .collect()
}

/// A product's latest moves, newest first, at most `limit`; those before position `before` where it is given.
pub fn moves(
    tx: &mut dyn HubTx,
    sku: &Sku,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<PostedMove>> {
    tx.query(
        "SELECT sku, seq, lot, expires, quantity, reason, reference, at_utc, actor FROM stock_moves
         WHERE tenant_id = tenant() AND sku = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3",
        &[sku.into(), before.unwrap_or(i64::MAX).into(), limit.into()],
    )?
    .iter()
    .map(move_from)
    .collect()
}

/// The moves that belong to something, in the order in which they were posted to each product.
pub fn moves_of(tx: &mut dyn HubTx, reference: &str) -> Result<Vec<PostedMove>> {
    tx.query(
        "SELECT sku, seq, lot, expires, quantity, reason, reference, at_utc, actor FROM stock_moves
         WHERE tenant_id = tenant() AND reference = $1 ORDER BY sku, seq",
        &[reference.into()],
    )?
    .iter()
    .map(move_from)
    .collect()
}

fn move_from(row: &Row) -> Result<PostedMove> {
    let reason = row.text("reason")?;
    Ok(PostedMove {
        seq: row.integer("seq")?,
        moved: StockMove {
            sku: row.sku("sku")?,
            lot: row.text("lot")?,
            expires: row.date_opt("expires")?,
            quantity: row.quantity("quantity")?,
            reason: MoveReason::parse(&reason).ok_or_else(|| {
                Error::Corrupt(format!("the stock ledger holds a move for {reason:?}"))
            })?,
            reference: row.text("reference")?,
        },
        at: row.moment("at_utc")?,
        actor: row.text("actor")?,
    })
}
