//! Goods that the distributor took back: the hub says so, the shop says what really left its shelves.

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::Shop;
use super::faults::Faults;
use super::outcome::Outcome;
use super::store::days::{self, Moment};
use super::store::ledger::{self, Posting};
use super::store::taken_back::{self as rows, TakenBack};
use super::store::{audit, events, products};
use crate::error::{Error, Result};
use crate::model::{AdjustmentReason, MovementKind, Quantity};
use crate::store::WriteTx;
use crate::wire::event::{Fact, HandedBackRow, LotMove};

/// The most in one list.
const LIST_LIMIT: i64 = 200;

/// What really left.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakenBackAnswer {
    /// The lines of which the shop says otherwise; of the others it is as the distributor says.
    #[serde(default)]
    pub lines: Vec<TakenBackAnswerLine>,
}

/// What really left of a line.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakenBackAnswerLine {
    /// Its place, from 1.
    pub line: i64,
    /// Base units, 0 for none.
    pub quantity: i64,
}

impl Shop {
    /// What the distributor took back: what waits for an answer first, then the newest; at most 200.
    ///
    /// # Errors
    /// What the database says.
    pub async fn taken_back(&self) -> Result<Vec<TakenBack>> {
        self.db
            .read(|connection| rows::list(connection, LIST_LIMIT))
            .await
    }

    /// Goods that the distributor took back.
    ///
    /// # Errors
    /// [`Error::NotFound`] without them.
    pub async fn taken_back_of(&self, id: &str) -> Result<TakenBack> {
        let id = id.to_owned();
        self.db
            .read(move |connection| found(rows::by_id(connection, &id)?, &id))
            .await
    }

    /// Confirms what left, takes it out of stock and tells the hub. The same again changes nothing; another answer to
    /// the same return is a conflict. Goods leave from those of the date that the distributor told, as far as they are
    /// there, and otherwise first expired first out.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the wrong line, [`Error::NotFound`] without such a return, [`Error::Refused`] for one that
    /// the distributor has withdrawn.
    pub async fn confirm_taken_back(
        &self,
        by: &str,
        id: &str,
        answer: TakenBackAnswer,
    ) -> Result<Outcome<TakenBack>> {
        let (by, id) = (by.to_owned(), id.to_owned());
        self.record(move |tx, now| {
            let told = found(rows::by_id(tx, &id)?, &id)?;
            let left = checked(&told, &answer)?;
            let hash = digest(&left);
            match told.state.as_str() {
                "confirmed" if rows::answer_hash(tx, &id)? == Some(hash) => {
                    return Ok(Outcome::Already(told));
                }
                "confirmed" => {
                    return Ok(Outcome::Conflict(format!(
                        "return {} was confirmed with other quantities; correct the stock by a count",
                        told.number
                    )));
                }
                "cancelled" => {
                    return Err(Error::Refused(format!(
                        "the distributor has withdrawn return {}",
                        told.number
                    )));
                }
                _ => {}
            }
            take_out(tx, now, &by, &told, &left)?;
            rows::confirm(tx, &id, &hash, now)?;
            Ok(Outcome::Recorded(found(rows::by_id(tx, &id)?, &id)?))
        })
        .await
    }
}

fn found(known: Option<TakenBack>, id: &str) -> Result<TakenBack> {
    known.ok_or_else(|| Error::NotFound(format!("there is no return {id}")))
}

/// What left of each line, by its place.
fn checked(told: &TakenBack, answer: &TakenBackAnswer) -> Result<BTreeMap<i64, Quantity>> {
    let mut left: BTreeMap<i64, Quantity> = told
        .lines
        .iter()
        .map(|line| (line.line, line.quantity))
        .collect();
    let mut faults = Faults::default();
    for (index, said) in answer.lines.iter().enumerate() {
        if !(0..=Quantity::LIMIT.0).contains(&said.quantity) {
            faults.add(
                format!("lines[{index}].quantity"),
                format!("must be from 0 to {}", Quantity::LIMIT),
            );
        }
        match left.get_mut(&said.line) {
            Some(quantity) => *quantity = Quantity(said.quantity),
            None => faults.add(
                format!("lines[{index}].line"),
                format!("the return has no line {}", said.line),
            ),
        }
    }
    faults.into_result()?;
    Ok(left)
}

fn digest(left: &BTreeMap<i64, Quantity>) -> [u8; 32] {
    let mut digest = Sha256::new();
    for (line, quantity) in left {
        digest.update(format!("{line} {quantity}\n"));
    }
    digest.finalize().into()
}

/// Takes the goods out of stock and tells the hub.
fn take_out(
    tx: &WriteTx<'_>,
    now: &Moment,
    by: &str,
    told: &TakenBack,
    left: &BTreeMap<i64, Quantity>,
) -> Result<()> {
    let date = days::enter(tx, now)?.date;
    let mut moves: Vec<LotMove> = Vec::new();
    let mut lines = Vec::with_capacity(told.lines.len());
    for line in &told.lines {
        let quantity = left.get(&line.line).copied().unwrap_or_default();
        rows::confirm_line(tx, &told.id, line.line, quantity)?;
        lines.push(HandedBackRow {
            sku: line.sku.clone(),
            expires: line.expires,
            quantity,
        });
        // What the shop keeps no book of does not leave it.
        let Some(product) = products::by_sku(tx, line.sku.as_str())? else {
            continue;
        };
        if quantity == Quantity::ZERO {
            continue;
        }
        let posting = Posting {
            product_id: product.id,
            sku: &line.sku,
            kind: MovementKind::Adjustment,
            reason: AdjustmentReason::Return.as_str(),
            reference: &told.id,
            business_date: date,
            now,
        };
        let dated: Quantity = ledger::balances(tx, product.id)?
            .into_iter()
            .filter(|balance| balance.expires == line.expires && balance.quantity > Quantity::ZERO)
            .map(|balance| balance.quantity)
            .sum();
        let of_date = dated.min(quantity);
        if line.expires.is_some() && of_date > Quantity::ZERO {
            moves.extend(ledger::take_dated(tx, &posting, line.expires, of_date)?);
        }
        let rest = match line.expires {
            Some(_) => quantity - of_date,
            None => quantity,
        };
        if rest > Quantity::ZERO {
            moves.extend(ledger::take(tx, &posting, rest)?);
        }
    }
    let fact = Fact::ReturnConfirmed {
        return_id: told.id.clone(),
        lines,
        moves,
    };
    events::append(tx, now, date, &fact)?;
    let detail = serde_json::to_string(&fact)
        .map_err(|error| Error::Internal(format!("describing a return: {error}")))?;
    audit::record(tx, now, by, "return.confirmed", &told.id, &detail)
}
