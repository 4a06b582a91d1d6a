//! Counting the drawer and closing the day.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::summary::Book;
use super::{current_date, no_day};
use crate::error::{Error, Result};
use crate::model::Money;
use crate::shop::Shop;
use crate::shop::faults::{Faults, optional_text, text};
use crate::shop::store::audit;
use crate::shop::store::days::{self, Moment};
use crate::shop::store::drawer::{self as rows, ClosingRow};
use crate::store::WriteTx;

/// Notes and coins: how many of which value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pieces(BTreeMap<i64, i64>);

/// The most notes or coins of one value that somebody counts.
const PIECES_LIMIT: i64 = 1_000_000;

impl Pieces {
    /// Rupiah notes and coins in circulation, the largest first.
    pub const VALUES: [i64; 10] = [
        100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100,
    ];

    /// Notes that somebody counted; none of those that nobody did.
    ///
    /// # Errors
    /// What is wrong with `number`.
    pub fn add(&mut self, value: i64, number: i64) -> Result<(), String> {
        if !(0..=PIECES_LIMIT).contains(&number) {
            return Err(format!("must be 0 to {PIECES_LIMIT}"));
        }
        if number > 0 {
            self.0.insert(value, number);
        }
        Ok(())
    }

    /// Whether nobody counted any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What they come to.
    #[must_use]
    pub fn sum(&self) -> Money {
        self.0
            .iter()
            .map(|(value, number)| Money(value.saturating_mul(*number)))
            .sum()
    }

    /// Value and number, the largest value first.
    pub fn each(&self) -> impl Iterator<Item = (i64, i64)> {
        self.0.iter().rev().map(|(value, number)| (*value, *number))
    }

    fn written(&self) -> Result<String> {
        if self.is_empty() {
            return Ok(String::new());
        }
        serde_json::to_string(&self.0)
            .map_err(|error| Error::Internal(format!("writing counted notes: {error}")))
    }

    /// As they were written; nothing of what cannot be read, because the sum stands beside it.
    pub(super) fn read(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap_or_default())
    }
}

/// A count that closes a day.
#[derive(Debug, Clone)]
pub struct Closing {
    /// Made when its form was shown: 1 to 64 characters.
    pub id: String,
    /// The business date.
    pub date: NaiveDate,
    /// What is in the drawer, rupiah; nothing for a past day that nobody counted.
    pub counted: Option<Money>,
    /// The notes and coins of it, where they were told; they come to `counted`.
    pub pieces: Pieces,
    /// In somebody's own words, at most 500 characters.
    pub note: String,
    /// What the book said when the difference was shown: another figure by now closes nothing.
    pub expected: Money,
}

/// What closing came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// It is closed.
    Now,
    /// The same count closed it before.
    Already,
    /// The date was closed before: nothing was closed without the owner's word.
    NeedsOwner,
    /// Something went through the drawer since the difference was shown: the book says this by now. Nothing was closed.
    Moved(Money),
}

impl Shop {
    /// Closes a business date with a count of the drawer. A date that was closed before is closed again by the owner's
    /// word, which `approved` says; the later count holds.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a count or note that cannot be, [`Error::NotFound`] for a date that was no trading day,
    /// [`Error::Conflict`] when the id stands for another count.
    pub async fn close_day(&self, request: Closing, by: &str, approved: bool) -> Result<Closed> {
        let mut faults = Faults::default();
        let id = faults.note("id", text(&request.id, 64)).unwrap_or_default();
        let note = faults.note("note", optional_text(&request.note, 500));
        if request
            .counted
            .is_some_and(|counted| !(Money::ZERO..=Money::LIMIT).contains(&counted))
        {
            faults.add("counted", format!("must be 0 to {}", Money::LIMIT.0));
        }
        if !request.pieces.is_empty() && request.counted != Some(request.pieces.sum()) {
            faults.add("counted", "is not what the notes and coins come to");
        }
        faults.into_result()?;
        let request = Closing {
            id,
            note: note.unwrap_or_default(),
            ..request
        };
        let by = by.to_owned();
        self.record(move |tx, now| close(tx, now, &request, by, approved))
            .await
    }
}

fn close(
    tx: &WriteTx<'_>,
    now: &Moment,
    request: &Closing,
    by: String,
    approved: bool,
) -> Result<Closed> {
    let pieces = request.pieces.written()?;
    if let Some(earlier) = rows::closing_by_id(tx, &request.id)? {
        let same = earlier.business_date == request.date
            && earlier.counted == request.counted
            && earlier.pieces == pieces
            && earlier.note == request.note;
        return if same {
            Ok(Closed::Already)
        } else {
            let message = format!("the count {} is recorded with other content", request.id);
            Err(Error::Conflict(message))
        };
    }
    if !approved && !rows::closings(tx, request.date)?.is_empty() {
        return Ok(Closed::NeedsOwner);
    }
    let current = current_date(tx, now)?;
    if request.date == current {
        days::enter(tx, now)?;
        if request.counted.is_none() {
            return Err(Error::invalid("counted", "is missing"));
        }
    } else if !rows::is_trading_day(tx, request.date)? {
        return Err(no_day(request.date));
    }
    let book = Book::load(tx, request.date)?;
    if book.expected() != request.expected {
        return Ok(Closed::Moved(book.expected()));
    }
    let row = ClosingRow {
        id: request.id.clone(),
        business_date: request.date,
        expected: book.expected(),
        counted: request.counted,
        pieces,
        receipts: rows::sold(tx, request.date)?.count,
        note: request.note.clone(),
        by,
        at_utc: now.text(),
    };
    rows::insert_closing(tx, &row)?;
    rows::end_day(tx, request.date, now)?;
    let counted = row.counted.map_or_else(
        || "not counted".to_owned(),
        |counted| {
            let difference = (counted - row.expected).0;
            format!("counted {}, difference {difference}", counted.0)
        },
    );
    let detail = format!("expected {}, {counted}", row.expected.0);
    let date = request.date.to_string();
    audit::record(tx, now, &row.by, "day.closed", &date, &detail)?;
    Ok(Closed::Now)
}
