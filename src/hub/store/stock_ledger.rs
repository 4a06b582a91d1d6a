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

/// Lots that are not the sum of their moves, and ledgers with a gap, each in words.
pub fn amiss(tx: &mut dyn HubTx) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let lots = tx.query(
        "SELECT sku, lot, expires, CAST(sum(quantity) AS BIGINT) AS quantity, CAST(sum(booked) AS BIGINT) AS booked
         FROM (
             SELECT sku, lot, expires, quantity, 0 AS booked FROM stock_lots WHERE tenant_id = tenant()
             UNION ALL
             SELECT sku, lot, expires, 0 AS quantity, quantity AS booked FROM stock_moves
             WHERE tenant_id = tenant()
         ) AS both_sides
         GROUP BY sku, lot, expires HAVING sum(quantity) <> sum(booked) ORDER BY sku, expires, lot",
        &[],
    )?;
    for row in lots {
        let lot = match row.text("lot")? {
            code if code.is_empty() => String::new(),
            code => format!(" lot {code}"),
        };
        let date = row.date_opt("expires")?.map_or_else(
            || "without a date".to_owned(),
            |date| format!("best before {date}"),
        );
        found.push(format!(
            "{}{lot} {date}: stock is {}, its moves come to {}",
            row.text("sku")?,
            row.integer("quantity")?,
            row.integer("booked")?
        ));
    }
    let heads = tx.query(
        "SELECT h.sku AS sku, h.seq AS seq, count(m.seq) AS moves, coalesce(max(m.seq), 0) AS last
         FROM stock_heads h LEFT JOIN stock_moves m ON m.tenant_id = h.tenant_id AND m.sku = h.sku
         WHERE h.tenant_id = tenant() GROUP BY h.sku, h.seq
         HAVING count(m.seq) <> h.seq OR coalesce(max(m.seq), 0) <> h.seq ORDER BY h.sku",
        &[],
    )?;
    for row in heads {
        found.push(format!(
            "{}: the ledger should have moves 1 to {}, and has {} of them, the last {}",
            row.text("sku")?,
            row.integer("seq")?,
            row.integer("moves")?,
            row.integer("last")?
        ));
    }
    Ok(found)
}

/// How many moves the ledger has.
pub fn count(tx: &mut dyn HubTx) -> Result<i64> {
    tx.query_row(
        "SELECT count(*) AS found FROM stock_moves WHERE tenant_id = tenant()",
        &[],
    )?
    .map_or(Ok(0), |row| row.integer("found"))
}

/// Products with a lot below 0, by code.
pub fn below_zero(tx: &mut dyn HubTx) -> Result<Vec<Sku>> {
    tx.query(
        "SELECT sku FROM stock_lots WHERE tenant_id = tenant() AND quantity < 0 GROUP BY sku ORDER BY sku",
        &[],
    )?
    .iter()
    .map(|row| row.sku("sku"))
    .collect()
}
