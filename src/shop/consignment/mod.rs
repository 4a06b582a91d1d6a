//! Titip jual: goods that somebody leaves to be sold, stay theirs until then, and are paid for when they have sold.
//!
//! What is to be paid is not what the till sold but what is gone: opening + left - returned - counted. What was stolen
//! or broken in the shop is the shop's loss; what expired is the consignor's, who takes it back.

mod settle;

use rusqlite::Connection;
use uuid::Uuid;

use super::Shop;
use super::faults::{Faults, optional_text, text};
use super::outcome::Outcome;
use super::products::save;
use super::store::consignment::{self as rows, ConsignorRow, SettlementLine, StandingRow};
use super::store::days::Moment;
use super::store::info::ShopInfo;
use super::store::purchases::{self, PurchaseRow};
use super::store::{audit, ledger, products};
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};
use crate::store::WriteTx;

pub use settle::{SettlementLineRequest, SettlementRequest};

/// The most entries of a consignor's history.
const HISTORY: i64 = 50;

/// A consignor, how their goods stand, and what was done with them before.
#[derive(Debug, Clone)]
pub struct Account {
    /// Who.
    pub consignor: ConsignorRow,
    /// Their goods.
    pub goods: Vec<StandingRow>,
    /// The ledger's last movement of any of these; a settlement is made against it.
    pub at_seq: i64,
    /// What was left and settled, the newest first.
    pub history: Vec<PurchaseRow>,
}

/// A settlement as it was made.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// What it came to and what was paid.
    pub head: PurchaseRow,
    /// The goods.
    pub lines: Vec<SettlementLine>,
}

impl StandingRow {
    /// What is there by the book; a book below zero means that nothing is.
    #[must_use]
    pub fn remaining(&self) -> Quantity {
        self.on_hand.max(Quantity::ZERO)
    }

    /// What is gone if so much is still there.
    #[must_use]
    pub fn sold(&self, returned_now: Quantity, remaining: Quantity) -> Quantity {
        self.opening + self.came - self.returned - returned_now - remaining
    }
}

impl Shop {
    /// Everybody who leaves goods to be sold, by name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn consignors(&self) -> Result<Vec<ConsignorRow>> {
        self.db.read(rows::list).await
    }

    /// Adds somebody who leaves goods; gives their identity. Whoever is there already under that name is given.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name or telephone that cannot be.
    pub async fn add_consignor(&self, name: &str, phone: &str, by: &str) -> Result<String> {
        let mut faults = Faults::default();
        let name = faults.note("name", text(name, 80));
        let phone = faults.note("phone", optional_text(phone, 30));
        faults.into_result()?;
        let (name, phone) = (name.unwrap_or_default(), phone.unwrap_or_default());
        let by = by.to_owned();
        self.record(move |tx, now| {
            if let Some(known) = rows::named(tx, &name)? {
                return Ok(known);
            }
            let id = Uuid::now_v7().to_string();
            rows::insert(tx, &id, &name, &phone, now)?;
            audit::record(tx, now, &by, "consignor.created", &id, &name)?;
            Ok(id)
        })
        .await
    }

    /// A consignor and how their goods stand.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn consignment(&self, id: &str) -> Result<Account> {
        let id = id.to_owned();
        self.db
            .read(move |connection| {
                let goods = rows::standing(connection, &id)?;
                Ok(Account {
                    consignor: consignor(connection, &id)?,
                    at_seq: goods.iter().map(|row| row.last_seq).max().unwrap_or(0),
                    history: purchases::with_consignor(connection, &id, HISTORY)?,
                    goods,
                })
            })
            .await
    }

    /// Settles with a consignor: what went back and what is still there are set in the book, what is gone is theirs to be
    /// paid, in one transaction. The same settlement again is answered from what was recorded.
    ///
    /// # Errors
    /// [`Error::Invalid`] names each wrong field, [`Error::NotFound`] for an unknown consignor, [`Error::Conflict`] when
    /// their goods have moved since `at_seq`; nothing is recorded then.
    pub async fn settle_consignment(
        &self,
        consignor: &str,
        request: SettlementRequest,
        by: &str,
    ) -> Result<Outcome<Settlement>> {
        let (consignor, by) = (consignor.to_owned(), by.to_owned());
        self.record(move |tx, now| settle::settle(tx, now, &consignor, &request, &by))
            .await
    }

    /// A settlement.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn settlement(&self, id: &str) -> Result<Settlement> {
        let id = id.to_owned();
        self.db
            .read(move |connection| settlement(connection, &id))
            .await
    }
}

pub(super) fn consignor(connection: &Connection, id: &str) -> Result<ConsignorRow> {
    rows::by_id(connection, id)?
        .ok_or_else(|| Error::NotFound(format!("nobody leaves goods as {id}")))
}

fn settlement(connection: &Connection, id: &str) -> Result<Settlement> {
    let head = purchases::by_id(connection, id)?
        .filter(|head| head.kind == "settled")
        .ok_or_else(|| Error::NotFound(format!("there is no settlement {id}")))?;
    let lines = rows::lines(connection, id)?;
    Ok(Settlement { head, lines })
}

/// Makes products a consignor's own, before goods of theirs come in. A product that nobody left before becomes one of
/// consignment if the shop has none of it itself.
///
/// # Errors
/// [`Error::Invalid`] names a line whose product is the shop's own, or another consignor's.
pub(super) fn leave(
    tx: &WriteTx<'_>,
    now: &Moment,
    info: &ShopInfo,
    who: &str,
    goods: &[(i64, Sku)],
    by: &str,
) -> Result<()> {
    let mut faults = Faults::default();
    for (index, (product_id, sku)) in goods.iter().enumerate() {
        let field = format!("lines[{index}].sku");
        match rows::owner(tx, *product_id)? {
            Some((id, _)) if id == who => continue,
            Some((_, name)) => {
                faults.add(field, format!("{sku} is left by {name}"));
                continue;
            }
            None => {}
        }
        let on_hand = ledger::on_hand(tx, *product_id)?;
        let Some(old) = products::by_sku(tx, sku.as_str())? else {
            continue;
        };
        if !old.definition.consignment {
            if on_hand > Quantity::ZERO {
                let message = format!(
                    "the shop has {sku} of its own; goods of others need a code of their own"
                );
                faults.add(field, message);
                continue;
            }
            let mut new = old.definition.clone();
            new.consignment = true;
            save(tx, info, now, by, Some(&old), &new)?;
        }
        let opening = on_hand.max(Quantity::ZERO);
        rows::settle_from(tx, *product_id, who, opening, ledger::last_seq(tx)?)?;
    }
    faults.into_result()
}
