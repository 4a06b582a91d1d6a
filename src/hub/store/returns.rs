//! Goods that came back from shops: expired, damaged, unsold, or not what was meant.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{HubTx, Row, conditions};
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};
use crate::wire::event::HandedBackRow;

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$each])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As stored and sent.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The reverse of `as_str`.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|each| each.as_str() == text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.pad(self.as_str())
            }
        }
    };
}

words! {
    /// How far a return has come.
    ReturnState {
        /// Taken along from the shop.
        Collected = "collected",
        /// At the warehouse, and what becomes of it decided.
        TakenIn = "taken_in",
        /// It did not happen.
        Cancelled = "cancelled",
    }
}

words! {
    /// Why goods come back.
    ReturnReason {
        /// Past their date.
        Expired = "expired",
        /// Of no use any more.
        Damaged = "damaged",
        /// Good, but nobody buys them there.
        Unsold = "unsold",
        /// Not what was meant to be there.
        Wrong = "wrong",
    }
}

words! {
    /// Whether the shop says the same of a return.
    ShopWord {
        /// It has said nothing yet.
        Waiting = "waiting",
        /// It says the same.
        Agrees = "agrees",
        /// It says otherwise.
        Differs = "differs",
    }
}

words! {
    /// What becomes of returned goods at the warehouse.
    Fate {
        /// Back on the shelf, under their date: what is past it is kept apart as expired.
        Stock = "stock",
        /// Thrown away.
        WrittenOff = "written_off",
    }
}

/// Goods that came back from a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodsReturn {
    /// Its identity.
    pub id: String,
    /// From where.
    pub shop_id: String,
    /// The paper's number, such as `RT-2026-000007`.
    pub number: String,
    /// The shipment with which the vehicle came, if any.
    pub shipment_id: Option<String>,
    /// How far it has come.
    pub state: ReturnState,
    /// The day on which the goods left the shop.
    pub collected_on: NaiveDate,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: String,
    /// When it was taken in or cancelled.
    pub closed_at: Option<DateTime<Utc>>,
    /// By whom.
    pub closed_by: Option<String>,
    /// What was said of it.
    pub remark: Option<String>,
    /// What was recorded, as a digest.
    pub request_hash: Vec<u8>,
    /// When the shop said what was taken along.
    pub shop_told_at: Option<DateTime<Utc>>,
    /// The goods.
    pub lines: Vec<ReturnLine>,
}

impl GoodsReturn {
    /// What the shop says of it.
    #[must_use]
    pub fn shop_word(&self) -> ShopWord {
        let same = |line: &ReturnLine| line.shop_quantity == Some(line.quantity);
        match self.shop_told_at {
            None => ShopWord::Waiting,
            Some(_) if self.lines.iter().all(same) => ShopWord::Agrees,
            Some(_) => ShopWord::Differs,
        }
    }
}

/// Goods of one product in a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnLine {
    /// The product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// Best before, where it is on the goods.
    pub expires: Option<NaiveDate>,
    /// Base units.
    pub quantity: Quantity,
    /// Why.
    pub reason: ReturnReason,
    /// What became of it at the warehouse; absent until it is there.
    pub fate: Option<Fate>,
    /// Base units that left by the shop's word; absent until it has said.
    pub shop_quantity: Option<Quantity>,
}

const COLUMNS: &str = "id, shop_id, number, shipment_id, state, collected_on, created_at_utc, created_by, \
     closed_at_utc, closed_by, remark, request_hash, shop_told_at_utc";

/// The return with this identity.
pub fn find(tx: &mut dyn HubTx, id: &str) -> Result<Option<GoodsReturn>> {
    tx.query_row(
        &format!("SELECT {COLUMNS} FROM goods_returns WHERE tenant_id = tenant() AND id = $1"),
        &[id.into()],
    )?
    .map(|row| with_lines(tx, &row))
    .transpose()
}

/// The return with this identity, or [`Error::NotFound`].
pub fn get(tx: &mut dyn HubTx, id: &str) -> Result<GoodsReturn> {
    find(tx, id)?.ok_or_else(|| Error::NotFound(format!("there is no return {id}")))
}

/// The latest returns first; in one state where asked for.
pub fn list(
    tx: &mut dyn HubTx,
    state: Option<ReturnState>,
    limit: i64,
) -> Result<Vec<GoodsReturn>> {
    let (asked, mut params) = conditions([("state =", state.map(|state| state.as_str().into()))]);
    params.push(limit.into());
    let sql = format!(
        "SELECT {COLUMNS} FROM goods_returns WHERE tenant_id = tenant(){asked}
         ORDER BY created_at_utc DESC, id DESC LIMIT ${}",
        params.len()
    );
    let rows = tx.query(&sql, &params)?;
    rows.iter().map(|row| with_lines(tx, row)).collect()
}

fn with_lines(tx: &mut dyn HubTx, row: &Row) -> Result<GoodsReturn> {
    let (id, shop_id) = (row.text("id")?, row.text("shop_id")?);
    let corrupt = |what: &str| Error::Corrupt(format!("return {id} has an unknown {what}"));
    let lines = tx
        .query(
            "SELECT sku, name, expires, quantity, reason, fate, shop_quantity FROM goods_return_lines
             WHERE tenant_id = tenant() AND shop_id = $1 AND return_id = $2 ORDER BY line_no",
            &[(&shop_id).into(), (&id).into()],
        )?
        .iter()
        .map(|line| {
            Ok(ReturnLine {
                sku: line.sku("sku")?,
                name: line.text("name")?,
                expires: line.date_opt("expires")?,
                quantity: line.quantity("quantity")?,
                reason: ReturnReason::parse(&line.text("reason")?)
                    .ok_or_else(|| corrupt("reason"))?,
                fate: line
                    .text_opt("fate")?
                    .map(|text| Fate::parse(&text).ok_or_else(|| corrupt("fate")))
                    .transpose()?,
                shop_quantity: line.integer_opt("shop_quantity")?.map(Quantity),
            })
        })
        .collect::<Result<_>>()?;
    let shipment = row.text("shipment_id")?;
    Ok(GoodsReturn {
        number: row.text("number")?,
        shipment_id: (!shipment.is_empty()).then_some(shipment),
        state: ReturnState::parse(&row.text("state")?).ok_or_else(|| corrupt("state"))?,
        collected_on: row.date("collected_on")?,
        created_at: row.moment("created_at_utc")?,
        created_by: row.text("created_by")?,
        closed_at: row.moment_opt("closed_at_utc")?,
        closed_by: row.text_opt("closed_by")?,
        remark: row.text_opt("remark")?,
        request_hash: row.bytes("request_hash")?.to_vec(),
        shop_told_at: row.moment_opt("shop_told_at_utc")?,
        lines,
        id,
        shop_id,
    })
}

/// Writes a return: a new one as a whole, of a known one how far it has come and what became of its lines. What the shop
/// says of it is written by [`told_by_shop`] alone.
pub fn put(tx: &mut dyn HubTx, goods: &GoodsReturn) -> Result<()> {
    tx.execute(
        "INSERT INTO goods_returns (tenant_id, shop_id, id, number, shipment_id, state, collected_on,
             created_at_utc, created_by, closed_at_utc, closed_by, remark, request_hash)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (tenant_id, shop_id, id) DO UPDATE SET
             state = excluded.state, closed_at_utc = excluded.closed_at_utc, closed_by = excluded.closed_by,
             remark = excluded.remark",
        &[
            (&goods.shop_id).into(),
            (&goods.id).into(),
            (&goods.number).into(),
            goods.shipment_id.clone().unwrap_or_default().into(),
            goods.state.as_str().into(),
            goods.collected_on.into(),
            goods.created_at.into(),
            (&goods.created_by).into(),
            goods.closed_at.into(),
            goods.closed_by.clone().into(),
            goods.remark.clone().into(),
            goods.request_hash.clone().into(),
        ],
    )?;
    for (line_no, line) in (1_i64..).zip(&goods.lines) {
        tx.execute(
            "INSERT INTO goods_return_lines (tenant_id, shop_id, return_id, line_no, sku, name, expires, quantity,
                 reason, fate)
             VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (tenant_id, shop_id, return_id, line_no) DO UPDATE SET fate = excluded.fate",
            &[
                (&goods.shop_id).into(),
                (&goods.id).into(),
                line_no.into(),
                (&line.sku).into(),
                (&line.name).into(),
                line.expires.into(),
                line.quantity.into(),
                line.reason.as_str().into(),
                line.fate.map(Fate::as_str).into(),
            ],
        )?;
    }
    Ok(())
}

/// Notes what a shop says of a return of its own; whether there is one that it has not spoken of before.
pub fn told_by_shop(
    tx: &mut dyn HubTx,
    shop_id: &str,
    id: &str,
    told: &[HandedBackRow],
    now: DateTime<Utc>,
) -> Result<bool> {
    let noted = tx.execute(
        "UPDATE goods_returns SET shop_told_at_utc = $1
         WHERE tenant_id = tenant() AND shop_id = $2 AND id = $3 AND shop_told_at_utc IS NULL",
        &[now.into(), shop_id.into(), id.into()],
    )?;
    if noted == 0 {
        return Ok(false);
    }
    let lines = tx.query(
        "SELECT line_no, sku, expires FROM goods_return_lines
         WHERE tenant_id = tenant() AND shop_id = $1 AND return_id = $2 ORDER BY line_no",
        &[shop_id.into(), id.into()],
    )?;
    let mut left: Vec<&HandedBackRow> = told.iter().collect();
    for line in lines {
        let (sku, expires) = (line.sku("sku")?, line.date_opt("expires")?);
        let place = left
            .iter()
            .position(|row| row.sku == sku && row.expires == expires);
        let quantity = place.map_or(Quantity::ZERO, |place| left.remove(place).quantity);
        tx.execute(
            "UPDATE goods_return_lines SET shop_quantity = $1
             WHERE tenant_id = tenant() AND shop_id = $2 AND return_id = $3 AND line_no = $4",
            &[
                quantity.into(),
                shop_id.into(),
                id.into(),
                line.integer("line_no")?.into(),
            ],
        )?;
    }
    Ok(true)
}
