//! Paying a debt, giving it up, and bringing an old one in.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::no_customer;
use crate::error::{Error, Result};
use crate::model::Money;
use crate::shop::Shop;
use crate::shop::faults::{Faults, optional_text, text};
use crate::shop::outcome::Outcome;
use crate::shop::store::audit;
use crate::shop::store::customers::{self, Charge};
use crate::shop::store::days::{self, Moment};
use crate::shop::store::debts as rows;
use crate::store::WriteTx;

/// The kind of entry that pays out what was paid ahead.
const PAID_OUT: &str = "paid_out";

/// How a debt is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PaidBy {
    /// Notes and coins, into the drawer.
    Cash,
    /// Bank transfer.
    Transfer,
    /// The national QR standard.
    Qris,
}

impl PaidBy {
    /// Every way, as a page lists them.
    pub const ALL: [Self; 3] = [Self::Cash, Self::Transfer, Self::Qris];

    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Transfer => "transfer",
            Self::Qris => "qris",
        }
    }

    /// The reverse of [`PaidBy::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == text)
    }
}

/// A payment of a debt.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DebtPaymentRequest {
    /// Chosen before it is sent, so that sending again is the same payment: 1 to 64 characters.
    pub id: String,
    /// Rupiah, at least 1 and at most what is owed.
    pub amount: i64,
    /// `cash`, `transfer` or `qris`.
    pub method: PaidBy,
    /// In your own words, at most 200 characters.
    #[serde(default)]
    pub note: String,
}

/// What a payment is answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DebtPayment {
    /// Its identity.
    pub id: String,
    /// Who paid.
    pub customer_id: String,
    /// Rupiah.
    #[schema(value_type = i64)]
    pub amount: Money,
    /// How.
    pub method: PaidBy,
    /// The trading day it belongs to.
    #[schema(value_type = String, format = Date)]
    pub business_date: NaiveDate,
}

impl Shop {
    /// Records that a customer paid some of what they owe. Cash goes into the drawer of the day.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an `amount` that is nothing or more than is owed; [`Error::NotFound`] for an unknown
    /// customer. Nothing is recorded then.
    pub async fn pay_debt(
        &self,
        customer_id: &str,
        request: DebtPaymentRequest,
        by: &str,
    ) -> Result<Outcome<DebtPayment>> {
        let mut faults = Faults::default();
        let id = faults.note("id", text(&request.id, 64));
        let note = faults.note("note", optional_text(&request.note, 200));
        check_amount(&mut faults, request.amount);
        faults.into_result()?;
        let change = Change {
            customer_id: customer_id.to_owned(),
            kind: "payment",
            amount: -Money(request.amount),
            method: request.method.as_str(),
            reference: id.unwrap_or_default(),
            note: note.unwrap_or_default(),
            by: by.to_owned(),
            action: "debt.paid",
        };
        let payment = |date| DebtPayment {
            id: change.reference.clone(),
            customer_id: change.customer_id.clone(),
            amount: Money(request.amount),
            method: request.method,
            business_date: date,
        };
        let sample = payment(NaiveDate::MIN);
        let outcome = self.record(move |tx, now| change.record(tx, now)).await?;
        let of = |business_date| DebtPayment {
            business_date,
            ..sample.clone()
        };
        Ok(match outcome {
            Outcome::Recorded(date) => Outcome::Recorded(of(date)),
            Outcome::Already(date) => Outcome::Already(of(date)),
            Outcome::Conflict(why) => Outcome::Conflict(why),
        })
    }

    /// Pays out some of what a customer has paid ahead: for goods on credit that were paid and came back. Cash leaves the
    /// drawer of the day.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an `amount` that is nothing or more than was paid ahead, and for a `method` by which no
    /// money can be sent; [`Error::NotFound`] for an unknown customer. Nothing is recorded then.
    pub async fn pay_out_credit(
        &self,
        customer_id: &str,
        request: DebtPaymentRequest,
        by: &str,
    ) -> Result<Outcome<NaiveDate>> {
        let mut faults = Faults::default();
        let id = faults.note("id", text(&request.id, 64));
        let note = faults.note("note", optional_text(&request.note, 200));
        check_amount(&mut faults, request.amount);
        if request.method == PaidBy::Qris {
            faults.add("method", "must be cash or transfer");
        }
        faults.into_result()?;
        let change = Change {
            customer_id: customer_id.to_owned(),
            kind: PAID_OUT,
            amount: Money(request.amount),
            method: request.method.as_str(),
            reference: id.unwrap_or_default(),
            note: note.unwrap_or_default(),
            by: by.to_owned(),
            action: "debt.credit_paid_out",
        };
        self.record(move |tx, now| change.record(tx, now)).await
    }

    /// Gives up `amount` of what a customer owes: it will not be paid. Moves no money.
    ///
    /// # Errors
    /// As [`Shop::pay_debt`]; the `note` says why and must not be empty.
    pub async fn write_off_debt(
        &self,
        customer_id: &str,
        id: &str,
        amount: i64,
        note: &str,
        by: &str,
    ) -> Result<Outcome<NaiveDate>> {
        let mut faults = Faults::default();
        let id = faults.note("id", text(id, 64));
        let note = faults.note("note", text(note, 200));
        check_amount(&mut faults, amount);
        faults.into_result()?;
        let change = Change {
            customer_id: customer_id.to_owned(),
            kind: "write_off",
            amount: -Money(amount),
            method: "",
            reference: id.unwrap_or_default(),
            note: note.unwrap_or_default(),
            by: by.to_owned(),
            action: "debt.written_off",
        };
        self.record(move |tx, now| change.record(tx, now)).await
    }

    /// Brings in a debt from before, such as from a paper book.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an `amount` or `note` that cannot be; [`Error::NotFound`] for an unknown customer.
    pub async fn open_debt(
        &self,
        customer_id: &str,
        id: &str,
        amount: i64,
        note: &str,
        by: &str,
    ) -> Result<Outcome<NaiveDate>> {
        let mut faults = Faults::default();
        let id = faults.note("id", text(id, 64));
        let note = faults.note("note", optional_text(note, 200));
        check_amount(&mut faults, amount);
        faults.into_result()?;
        let change = Change {
            customer_id: customer_id.to_owned(),
            kind: "opening",
            amount: Money(amount),
            method: "",
            reference: id.unwrap_or_default(),
            note: note.unwrap_or_default(),
            by: by.to_owned(),
            action: "debt.opened",
        };
        self.record(move |tx, now| change.record(tx, now)).await
    }
}

fn check_amount(faults: &mut Faults, amount: i64) {
    if !(1..=Money::LIMIT.0).contains(&amount) {
        faults.add("amount", format!("must be 1 to {}", Money::LIMIT.0));
    }
}

/// An entry of a customer's ledger that was checked.
pub(in crate::shop) struct Change {
    pub customer_id: String,
    pub kind: &'static str,
    pub amount: Money,
    pub method: &'static str,
    pub reference: String,
    pub note: String,
    pub by: String,
    pub action: &'static str,
}

impl Change {
    /// Writes it, once, with the audit entry; gives the trading day it is on.
    pub(in crate::shop) fn record(
        &self,
        tx: &WriteTx<'_>,
        now: &Moment,
    ) -> Result<Outcome<NaiveDate>> {
        if let Some(earlier) = rows::entry(tx, self.kind, &self.reference)? {
            let same = earlier.customer_id == self.customer_id
                && earlier.amount == self.amount
                && earlier.method == self.method
                && earlier.note == self.note;
            return Ok(if same {
                Outcome::Already(earlier.business_date)
            } else {
                Outcome::Conflict(format!("{} is recorded with other content", self.reference))
            });
        }
        if rows::customer(tx, &self.customer_id)?.is_none() {
            return Err(no_customer(&self.customer_id));
        }
        let owed = rows::balance(tx, &self.customer_id)?;
        if self.amount < Money::ZERO && -self.amount > owed {
            let message = format!("is more than the {} that are owed", owed.max(Money::ZERO).0);
            return Err(Error::invalid("amount", message));
        }
        if self.kind == PAID_OUT && owed + self.amount > Money::ZERO {
            let message = format!(
                "is more than the {} that were paid ahead",
                -owed.min(Money::ZERO).0
            );
            return Err(Error::invalid("amount", message));
        }
        if owed + self.amount > Money::LIMIT {
            let message = format!("makes the debt more than {}", Money::LIMIT.0);
            return Err(Error::invalid("amount", message));
        }
        let date = days::enter(tx, now)?.date;
        let charge = Charge {
            customer_id: &self.customer_id,
            kind: self.kind,
            amount: self.amount,
            method: self.method,
            reference: &self.reference,
            note: &self.note,
            by: &self.by,
            business_date: date,
        };
        customers::charge(tx, now, &charge)?;
        let amount = self.amount.0.abs();
        let left = (owed + self.amount).0;
        let detail = format!("{amount} {}, owes {left} {}", self.method, self.note);
        let (by, id) = (&self.by, &self.customer_id);
        audit::record(tx, now, by, self.action, id, detail.trim())?;
        Ok(Outcome::Recorded(date))
    }
}
