//! What customers asked for in vain, told by one tap: goods that are out of stock, goods that the shop does not sell, and
//! taking back what was a slip of the finger.

use chrono::{Days, NaiveDate};
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Error, Result};
use crate::model::{Quantity, SaleId};
use crate::shop::Shop;
use crate::shop::faults::text;
use crate::shop::outcome::Outcome;
use crate::shop::store::daily::{self, Flow};
use crate::shop::store::days::{self, Moment};
use crate::shop::store::info::ShopInfo;
use crate::shop::store::missed::{self as rows, MissedRow, WishRow};
use crate::shop::store::{audit, events};
use crate::store::WriteTx;
use crate::wire::event::Fact;

/// How long words that nothing was found by are shown.
const WISH_DAYS: u64 = 90;

/// The most of them shown.
const WISHES: i64 = 200;

/// Something that a customer asked for and went away without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AskedFor {
    /// The request that told it.
    pub id: String,
    /// The product's name, or the words that nothing was found by.
    pub what: String,
    /// It was a mistake, and is as if nobody had told it.
    pub taken_back: bool,
}

/// Words that nothing was found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The words, as they were told last.
    pub text: String,
    /// How often.
    pub times: i64,
    /// The last trading day.
    pub last: NaiveDate,
}

impl Shop {
    /// Records that a customer asked for something that no product is. It stays in the shop and changes no figure.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an identity that cannot be, and words that are none or more than 100 characters.
    pub async fn wish(&self, id: &str, words: &str, by: &str) -> Result<Outcome<AskedFor>> {
        let id = check_id(id)?;
        let words = text(words, 100).map_err(|message| Error::invalid("text", message))?;
        let by = by.to_owned();
        self.record(move |tx, now| {
            if let Some(known) = rows::wish(tx, &id)? {
                return Ok(if known.text == words {
                    Outcome::Already(known.into())
                } else {
                    Outcome::Conflict(format!("{id:?} was recorded before with other words"))
                });
            }
            let wish = WishRow {
                id,
                text: words,
                by,
                business_date: days::enter(tx, now)?.date,
                taken_back: false,
            };
            rows::insert_wish(tx, &wish, now)?;
            audit::record(tx, now, &wish.by, "demand.wished", &wish.id, &wish.text)?;
            Ok(Outcome::Recorded(wish.into()))
        })
        .await
    }

    /// What was asked for in vain, by the request that told it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn asked_for(&self, id: &str) -> Result<AskedFor> {
        let id = id.to_owned();
        self.db.read(move |connection| find(connection, &id)).await
    }

    /// Takes back what was told by mistake, on the day it was told; taken back already it stays so.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a request that told nothing, [`Error::Refused`] on a later day: plans rest on it then.
    pub async fn take_back_asked(&self, id: &str, by: &str) -> Result<AskedFor> {
        let (id, by, info) = (id.to_owned(), by.to_owned(), self.info.clone());
        self.record(move |tx, now| {
            if let Some(missed) = rows::by_request(tx, &id)? {
                if !missed.taken_back {
                    let today = today(tx, &info, now)?;
                    same_day(missed.business_date, today)?;
                    take_back(tx, now, &missed, &by)?;
                }
            } else if let Some(wish) = rows::wish(tx, &id)?
                && !wish.taken_back
            {
                same_day(wish.business_date, today(tx, &info, now)?)?;
                rows::drop_wish(tx, &id, now)?;
                audit::record(tx, now, &by, "demand.taken_back", &id, &wish.text)?;
            }
            find(tx, &id)
        })
        .await
    }

    /// What was searched for in vain within the last 90 days, the most wanted first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn wishes(&self) -> Result<Vec<Wish>> {
        let (info, now) = (self.info.clone(), self.now());
        self.db
            .read(move |connection| {
                let today = today(connection, &info, &now)?;
                let since = today
                    .checked_sub_days(Days::new(WISH_DAYS))
                    .unwrap_or(today);
                let found = rows::wishes_since(connection, since, WISHES)?.into_iter();
                Ok(found
                    .map(|(text, times, last)| Wish { text, times, last })
                    .collect())
            })
            .await
    }
}

impl From<WishRow> for AskedFor {
    fn from(wish: WishRow) -> Self {
        Self {
            id: wish.id,
            what: wish.text,
            taken_back: wish.taken_back,
        }
    }
}

fn check_id(id: &str) -> Result<String> {
    SaleId::parse(id)
        .map(|id| id.to_string())
        .map_err(|error| Error::invalid("id", error.to_string()))
}

fn today(connection: &Connection, info: &ShopInfo, now: &Moment) -> Result<NaiveDate> {
    Ok(days::current(connection, info, now)?.date)
}

fn same_day(told: NaiveDate, today: NaiveDate) -> Result<()> {
    if told == today {
        return Ok(());
    }
    Err(Error::Refused(format!(
        "it was told on {told}; only what was told today can be taken back"
    )))
}

fn find(connection: &Connection, id: &str) -> Result<AskedFor> {
    if let Some(missed) = rows::by_request(connection, id)? {
        return Ok(AskedFor {
            id: id.to_owned(),
            what: missed.name,
            taken_back: missed.taken_back,
        });
    }
    rows::wish(connection, id)?
        .map(Into::into)
        .ok_or_else(|| Error::NotFound(format!("nothing was asked for by {id:?}")))
}

/// As if nobody had asked: the day's figure, and an event that says so.
fn take_back(tx: &WriteTx<'_>, now: &Moment, missed: &MissedRow, by: &str) -> Result<()> {
    let (product, date) = (missed.product_id, missed.business_date);
    rows::take_back(tx, Some(missed.id), product, missed.quantity, date, now)?;
    let less = -missed.quantity;
    let flow = Flow {
        missed: less,
        ..Flow::default()
    };
    daily::add(tx, product, date, flow)?;
    let fact = Fact::DemandMissed {
        sku: missed.sku.clone(),
        quantity: less,
    };
    events::append(tx, now, date, &fact)?;
    let Quantity(quantity) = missed.quantity;
    let sku = missed.sku.as_str();
    audit::record(tx, now, by, "demand.taken_back", sku, &quantity.to_string())
}
