//! Goods that come back from shops, and what becomes of them at the warehouse.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::unload::MOST_LINES;
use crate::error::{Error, FieldError, Result};
use crate::hub::Hub;
use crate::hub::reach::beyond;
use crate::hub::store::returns::{
    self as rows, Fate, GoodsReturn, ReturnLine, ReturnReason, ReturnState,
};
use crate::hub::store::shipments::Shipment;
use crate::hub::store::warehouse::{self, MoveReason, StockMove};
use crate::hub::store::{self, HubTx, audit, catalogue, notes, shops, trips};
use crate::model::{Quantity, Sku};
use crate::wire::note::{Announcement, TakenBackRow};

/// The numbers of papers of returns.
const RETURN_NUMBERS: &str = "RT";

/// The most returns in one answer.
pub const MOST_RETURNS: i64 = 200;

/// Goods of one product that come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewReturnLine {
    /// The product.
    pub sku: Sku,
    /// Base units.
    pub quantity: Quantity,
    /// Why.
    pub reason: ReturnReason,
    /// Best before, where it is on the goods.
    pub expires: Option<NaiveDate>,
}

/// A return to be recorded.
#[derive(Debug, Clone)]
pub struct NewReturn {
    /// Its identity; with it the same request again is the same return.
    pub id: Option<Uuid>,
    /// From where.
    pub shop_id: String,
    /// The goods.
    pub lines: Vec<NewReturnLine>,
}

/// What became of a request to record a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Returned {
    /// It was recorded.
    Created(GoodsReturn),
    /// It had been recorded before, and is now as it is here.
    Repeated(GoodsReturn),
}

impl Hub {
    /// Records goods that were taken along from a shop.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a shop, [`Error::Invalid`] for lines that cannot be, [`Error::Conflict`] when
    /// the identity has other content.
    pub async fn record_return(&self, actor: &str, new: NewReturn) -> Result<Returned> {
        let (actor, now, today) = (actor.to_owned(), self.now(), self.today());
        let id = new.id.unwrap_or_else(Uuid::now_v7).to_string();
        store::write(self.store(), move |tx| {
            shops::get(tx, &new.shop_id)?;
            let origin = (new.shop_id.as_str(), None);
            put_new(tx, &actor, now, today, origin, &id, &new.lines)
        })
        .await
    }

    /// The latest returns first, at most [`MOST_RETURNS`]; in one state where asked for.
    ///
    /// # Errors
    /// What the database said.
    pub async fn returns(&self, state: Option<ReturnState>) -> Result<Vec<GoodsReturn>> {
        store::read(self.store(), move |tx| rows::list(tx, state, MOST_RETURNS)).await
    }

    /// A return.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn goods_return(&self, id: &str) -> Result<GoodsReturn> {
        let id = id.to_owned();
        store::read(self.store(), move |tx| rows::get(tx, &id)).await
    }

    /// Takes returned goods in at the warehouse: back to stock under their date, or written off. Of lines that `fates`
    /// does not name (by their place, from 0), what is expired or damaged is written off and the rest goes to stock. The
    /// same again changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] for a line that there is not, [`Error::Refused`] when it was
    /// cancelled, [`Error::Conflict`] when it was taken in otherwise.
    pub async fn take_in_return(
        &self,
        actor: &str,
        id: &str,
        fates: BTreeMap<usize, Fate>,
    ) -> Result<GoodsReturn> {
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let mut goods = rows::get(tx, &id)?;
            if let Some(place) = fates.keys().find(|place| **place >= goods.lines.len()) {
                return Err(Error::invalid(
                    format!("lines[{place}]"),
                    "is no line of the return",
                ));
            }
            let decided: Vec<Fate> = goods
                .lines
                .iter()
                .enumerate()
                .map(|(place, line)| fates.get(&place).copied().unwrap_or(usual(line.reason)))
                .collect();
            match goods.state {
                ReturnState::Collected => {}
                ReturnState::TakenIn => {
                    let same = goods
                        .lines
                        .iter()
                        .zip(&decided)
                        .all(|(line, fate)| line.fate == Some(*fate));
                    if same {
                        return Ok(goods);
                    }
                    return Err(Error::Conflict(format!(
                        "return {} was taken in otherwise; correct the stock by an adjustment",
                        goods.number
                    )));
                }
                ReturnState::Cancelled => {
                    return Err(Error::Refused(format!(
                        "return {} was cancelled",
                        goods.number
                    )));
                }
            }
            for (line, fate) in goods.lines.iter_mut().zip(&decided) {
                line.fate = Some(*fate);
                if warehouse::head(tx, &line.sku)? == 0 {
                    continue;
                }
                let moved = |quantity, reason| StockMove {
                    sku: line.sku.clone(),
                    lot: String::new(),
                    expires: line.expires,
                    quantity,
                    reason,
                    reference: id.clone(),
                };
                let mut moves = vec![moved(line.quantity, MoveReason::Return)];
                if *fate == Fate::WrittenOff {
                    moves.push(moved(-line.quantity, MoveReason::Adjustment));
                }
                warehouse::post(tx, now, &actor, &moves)?;
            }
            close(tx, &mut goods, ReturnState::TakenIn, &actor, now)?;
            Ok(goods)
        })
        .await
    }

    /// Calls off a return whose goods are not taken in yet.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Refused`] when its goods are taken in or the shop has confirmed them.
    pub async fn cancel_return(&self, actor: &str, id: &str) -> Result<GoodsReturn> {
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let mut goods = rows::get(tx, &id)?;
            match goods.state {
                ReturnState::Cancelled => return Ok(goods),
                ReturnState::TakenIn => {
                    return Err(Error::Refused(format!(
                        "the goods of return {} are taken in; correct the stock by an adjustment",
                        goods.number
                    )));
                }
                ReturnState::Collected => {}
            }
            let left = |line: &ReturnLine| line.shop_quantity.is_some_and(|it| it > Quantity::ZERO);
            if goods.lines.iter().any(left) {
                return Err(Error::Refused(format!(
                    "the shop has confirmed that goods of return {} left; take them in",
                    goods.number
                )));
            }
            close(tx, &mut goods, ReturnState::Cancelled, &actor, now)?;
            let announcement = Announcement::ReturnCancelled {
                return_id: goods.id.clone(),
            };
            notes::append(tx, &goods.shop_id, &announcement, now)?;
            Ok(goods)
        })
        .await
    }
}

/// Tells the shop, whose own stock it is that the goods left.
fn tell(tx: &mut dyn HubTx, goods: &GoodsReturn, now: DateTime<Utc>) -> Result<()> {
    let lines = goods.lines.iter().map(|line| TakenBackRow {
        sku: line.sku.clone(),
        name: line.name.clone(),
        quantity: line.quantity,
        expires: line.expires,
        reason: line.reason.to_string(),
    });
    let announcement = Announcement::ReturnCollected {
        return_id: goods.id.clone(),
        number: goods.number.clone(),
        collected_on: goods.collected_on,
        shipment_id: goods.shipment_id.clone(),
        lines: lines.collect(),
    };
    notes::append(tx, &goods.shop_id, &announcement, now)?;
    Ok(())
}

fn usual(reason: ReturnReason) -> Fate {
    match reason {
        ReturnReason::Expired | ReturnReason::Damaged => Fate::WrittenOff,
        ReturnReason::Unsold | ReturnReason::Wrong => Fate::Stock,
    }
}

fn close(
    tx: &mut dyn HubTx,
    goods: &mut GoodsReturn,
    state: ReturnState,
    actor: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    goods.state = state;
    goods.closed_at = Some(now);
    goods.closed_by = Some(actor.to_owned());
    rows::put(tx, goods)?;
    let action = format!("return.{state}");
    audit::record(tx, now, actor, &action, &goods.id, &detail(goods))
}

fn detail(goods: &GoodsReturn) -> String {
    let lines: Vec<_> = goods
        .lines
        .iter()
        .map(|line| {
            serde_json::json!({
                "sku": line.sku, "quantity": line.quantity.0, "reason": line.reason, "fate": line.fate,
            })
        })
        .collect();
    serde_json::json!({ "shop": goods.shop_id, "number": goods.number, "lines": lines }).to_string()
}

/// Records the goods that the vehicle of a shipment took along.
pub(super) fn collect(
    tx: &mut dyn HubTx,
    actor: &str,
    now: DateTime<Utc>,
    today: NaiveDate,
    shipment: &Shipment,
    id: Option<&str>,
    lines: &[NewReturnLine],
) -> Result<()> {
    let id = id.map_or_else(|| Uuid::now_v7().to_string(), ToOwned::to_owned);
    let origin = (shipment.shop_id.as_str(), Some(shipment.id.as_str()));
    put_new(tx, actor, now, today, origin, &id, lines)?;
    Ok(())
}

fn put_new(
    tx: &mut dyn HubTx,
    actor: &str,
    now: DateTime<Utc>,
    today: NaiveDate,
    (shop_id, shipment_id): (&str, Option<&str>),
    id: &str,
    lines: &[NewReturnLine],
) -> Result<Returned> {
    let content = serde_json::to_vec(&(shop_id, shipment_id, lines))
        .map_err(|error| Error::Internal(format!("writing a return: {error}")))?;
    let request_hash = Sha256::digest(content).to_vec();
    if let Some(before) = rows::find(tx, id)? {
        if before.request_hash == request_hash {
            return Ok(Returned::Repeated(before));
        }
        return Err(Error::Conflict(format!(
            "return {id} was recorded with other content"
        )));
    }
    let goods = GoodsReturn {
        id: id.to_owned(),
        shop_id: shop_id.to_owned(),
        number: trips::next_number(tx, RETURN_NUMBERS, today.year())?,
        shipment_id: shipment_id.map(ToOwned::to_owned),
        state: ReturnState::Collected,
        collected_on: today,
        created_at: now,
        created_by: actor.to_owned(),
        closed_at: None,
        closed_by: None,
        remark: None,
        request_hash,
        shop_told_at: None,
        lines: checked(tx, lines, today)?,
    };
    rows::put(tx, &goods)?;
    tell(tx, &goods, now)?;
    audit::record(
        tx,
        now,
        actor,
        "return.collected",
        &goods.id,
        &detail(&goods),
    )?;
    Ok(Returned::Created(goods))
}

fn checked(
    tx: &mut dyn HubTx,
    lines: &[NewReturnLine],
    today: NaiveDate,
) -> Result<Vec<ReturnLine>> {
    if lines.is_empty() || lines.len() > MOST_LINES {
        let message = format!("must be from 1 to {MOST_LINES}");
        return Err(Error::invalid("lines", message));
    }
    let products = crate::hub::catalogue::by_sku(catalogue::products(tx)?);
    let mut faults = Vec::new();
    let mut checked = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let mut fault = |field: &str, message: String| {
            faults.push(FieldError {
                field: format!("lines[{index}].{field}"),
                message,
            });
        };
        if !(1..=Quantity::LIMIT.0).contains(&line.quantity.0) {
            fault("quantity", format!("must be from 1 to {}", Quantity::LIMIT));
        }
        if let Some(message) = line.expires.and_then(|expires| beyond(today, expires)) {
            fault("expires", message);
        }
        let Some(product) = products.get(&line.sku) else {
            fault("sku", format!("{} is not in the catalogue", line.sku));
            continue;
        };
        checked.push(ReturnLine {
            sku: line.sku.clone(),
            name: product.entry.name.clone(),
            expires: line.expires,
            quantity: line.quantity,
            reason: line.reason,
            fate: None,
            shop_quantity: None,
        });
    }
    if faults.is_empty() {
        Ok(checked)
    } else {
        Err(Error::Invalid(faults))
    }
}

/// A remark that fits on a page.
pub(super) fn checked_remark(remark: &str) -> Result<()> {
    if remark.chars().count() > 500 || remark.chars().any(|sign| sign.is_control() && sign != '\n')
    {
        return Err(Error::invalid("remark", "must have at most 500 characters"));
    }
    Ok(())
}
