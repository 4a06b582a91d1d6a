//! The day at the counter: the drawer is opened with a float, money goes in and out of it, and in the evening it is
//! counted.
//!
//! Everything belongs to the business date on which it was recorded; a sale that is taken back on a later day takes its
//! money out of the later day's figures, so that a closed day never changes. Nobody has to open a drawer to sell. What
//! is sold after closing stays on the date, the closing stays as it is, and the day may be closed once more: the later
//! count holds.

mod close;
mod summary;

use chrono::NaiveDate;

use super::Shop;
use super::faults::{Faults, optional_text, text};
use super::outcome::Outcome;
use super::store::days::{self, Moment};
use super::store::drawer::{self as rows, EntryRow};
use super::store::{audit, info};
use crate::error::{Error, Result};
use crate::model::Money;
use crate::store::WriteTx;

pub use close::{Closed, Closing, Pieces};
pub use summary::{Book, Day, DayLine, Today};

/// Why money goes into the drawer or out of it by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Goods were bought with it.
    Goods,
    /// The owner took it for themselves.
    OwnUse,
    /// It was brought to the bank or to the owner.
    Deposit,
    /// Taken out for something else, which the note says.
    OtherOut,
    /// The owner put more in.
    Capital,
    /// Put in for something else, which the note says.
    OtherIn,
}

impl Reason {
    /// Every reason, as a page lists them.
    pub const ALL: [Self; 6] = [
        Self::Goods,
        Self::OwnUse,
        Self::Deposit,
        Self::OtherOut,
        Self::Capital,
        Self::OtherIn,
    ];

    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Goods => "goods",
            Self::OwnUse => "own_use",
            Self::Deposit => "deposit",
            Self::OtherOut => "other_out",
            Self::Capital => "capital",
            Self::OtherIn => "other_in",
        }
    }

    /// The reverse of [`Reason::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    /// Whether the money goes into the drawer.
    #[must_use]
    pub fn puts_in(self) -> bool {
        matches!(self, Self::Capital | Self::OtherIn)
    }
}

/// Money that goes into the drawer or out of it by hand.
#[derive(Debug, Clone)]
pub struct CashMove {
    /// Made when its form was shown: 1 to 64 characters.
    pub id: String,
    /// Why, and with it in which direction.
    pub reason: Reason,
    /// Rupiah, more than 0.
    pub amount: Money,
    /// In somebody's own words, at most 200 characters; needed where the reason says nothing.
    pub note: String,
}

/// What telling a float came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// It is told, or was before.
    Told(Outcome<NaiveDate>),
    /// Something was sold or counted on the date already: nothing was recorded without the owner's word.
    NeedsOwner,
}

impl Shop {
    /// Opens the drawer of the current business date with `float` rupiah in it. A later float of the same date takes the
    /// earlier one's place: the figure was mistyped. Once something was sold or the drawer was counted, another float
    /// would make up for what is missing, so that it takes the owner's word: `approved`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a `float` that cannot be.
    pub async fn open_drawer(
        &self,
        id: &str,
        float: Money,
        by: &str,
        approved: bool,
    ) -> Result<Opened> {
        let mut faults = Faults::default();
        let id = faults.note("id", text(id, 64)).unwrap_or_default();
        if !(Money::ZERO..=Money::LIMIT).contains(&float) {
            faults.add("float", format!("must be 0 to {}", Money::LIMIT.0));
        }
        faults.into_result()?;
        let entry = Entry {
            id,
            kind: "float",
            amount: float,
            reason: "",
            note: String::new(),
            by: by.to_owned(),
        };
        self.record(move |tx, now| {
            let date = current_date(tx, now)?;
            let known = rows::entry_by_id(tx, &entry.id)?.is_some();
            if !approved && !known && is_under_way(tx, date)? {
                return Ok(Opened::NeedsOwner);
            }
            entry.record(tx, now, "drawer.opened").map(Opened::Told)
        })
        .await
    }

    /// Records money that goes into the drawer or out of it by hand.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an `amount` or a `note` that cannot be; [`Error::Conflict`] when the id stands for
    /// something else.
    pub async fn move_cash(&self, request: CashMove, by: &str) -> Result<Outcome<NaiveDate>> {
        let mut faults = Faults::default();
        let id = faults.note("id", text(&request.id, 64)).unwrap_or_default();
        if !(Money(1)..=Money::LIMIT).contains(&request.amount) {
            faults.add("amount", format!("must be 1 to {}", Money::LIMIT.0));
        }
        let note = match request.reason {
            Reason::OtherOut | Reason::OtherIn => text(&request.note, 200),
            _ => optional_text(&request.note, 200),
        };
        let note = faults.note("note", note).unwrap_or_default();
        faults.into_result()?;
        let puts_in = request.reason.puts_in();
        let entry = Entry {
            id,
            kind: if puts_in { "in" } else { "out" },
            amount: request.amount,
            reason: request.reason.as_str(),
            note,
            by: by.to_owned(),
        };
        let action = if puts_in {
            "drawer.put_in"
        } else {
            "drawer.taken_out"
        };
        self.record(move |tx, now| entry.record(tx, now, action))
            .await
    }
}

/// An entry that was checked.
struct Entry {
    id: String,
    kind: &'static str,
    amount: Money,
    reason: &'static str,
    note: String,
    by: String,
}

impl Entry {
    fn record(self, tx: &WriteTx<'_>, now: &Moment, action: &str) -> Result<Outcome<NaiveDate>> {
        if let Some(earlier) = rows::entry_by_id(tx, &self.id)? {
            let same = earlier.kind == self.kind
                && earlier.amount == self.amount
                && earlier.reason == self.reason
                && earlier.note == self.note;
            return Ok(if same {
                Outcome::Already(earlier.business_date)
            } else {
                Outcome::Conflict(format!(
                    "the entry {} is recorded with other content",
                    self.id
                ))
            });
        }
        let date = days::enter(tx, now)?.date;
        let row = EntryRow {
            id: self.id,
            kind: self.kind.to_owned(),
            amount: self.amount,
            reason: self.reason.to_owned(),
            note: self.note,
            by: self.by,
            business_date: date,
            at_utc: now.text(),
        };
        rows::insert_entry(tx, &row)?;
        let detail = [row.amount.0.to_string(), row.reason, row.note];
        let detail: Vec<String> = detail.into_iter().filter(|part| !part.is_empty()).collect();
        audit::record(
            tx,
            now,
            &row.by,
            action,
            &date.to_string(),
            &detail.join(", "),
        )?;
        Ok(Outcome::Recorded(date))
    }
}

/// Whether something was sold on a date or its drawer was counted.
fn is_under_way(connection: &rusqlite::Connection, date: NaiveDate) -> Result<bool> {
    Ok(rows::sold(connection, date)?.count > 0 || !rows::closings(connection, date)?.is_empty())
}

/// The date that something recorded now would get.
fn current_date(connection: &rusqlite::Connection, now: &Moment) -> Result<NaiveDate> {
    let info = info::load(connection)?;
    Ok(days::current(connection, &info, now)?.date)
}

fn no_day(date: NaiveDate) -> Error {
    Error::NotFound(format!("{date} was no trading day"))
}
