//! Kasbon: who owes what, since when, and how it is paid.
//!
//! Sales put debts into the ledger, see [`crate::shop::till`]; here they are read, paid, and given up. Nothing of it
//! leaves the shop: no use case here writes an event.

pub mod ageing;
mod customer;
pub(in crate::shop) mod names;
mod payment;

use std::collections::HashMap;

use chrono::NaiveDate;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Shop;
use super::outcome::{Page, page_size};
use super::store::days::{self, Moment};
use super::store::debts::{self as rows, CustomerRow, LedgerRow};
use super::store::{audit, info, settings};
use crate::error::{Error, Result};
use crate::model::Money;

pub use ageing::{Ageing, Open};
pub use customer::CustomerRequest;
pub(in crate::shop) use customer::{change, create};
pub(in crate::shop) use payment::Change;
pub use payment::{DebtPayment, DebtPaymentRequest, PaidBy};

/// The shop's setting for how many days a debt may stand where the customer has no figure of their own.
pub const DUE_DAYS: &str = "debt_due_days";

/// What [`DUE_DAYS`] is where nobody set it.
pub const USUAL_DUE_DAYS: i64 = 30;

/// The longest that a debt may be allowed to stand.
pub const DUE_DAYS_LIMIT: i64 = 3650;

/// Which customers to list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CustomerQuery {
    /// Part of the name.
    #[serde(default)]
    pub q: String,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries on the page: 1 to 200, by default 50.
    pub limit: Option<u32>,
}

/// A customer and what they owe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Who.
    pub row: CustomerRow,
    /// What is open.
    pub open: Open,
    /// Days until a debt of theirs is due.
    pub due_days: i64,
}

/// A customer with everything that made their debt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who, and what is open.
    pub customer: Customer,
    /// Every entry with what was owed after it, as they came.
    pub statement: Vec<(LedgerRow, Money)>,
}

/// All debts of a shop.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct DebtsSummary {
    /// All that is owed, rupiah, without what some have paid ahead.
    #[schema(value_type = i64)]
    pub total: Money,
    /// How many owe something.
    pub customers: i64,
    /// What should have been paid by now.
    #[schema(value_type = i64)]
    pub overdue: Money,
    /// How many owe some of that.
    pub overdue_customers: i64,
    /// The date of the oldest open debt.
    #[schema(value_type = Option<String>, format = Date)]
    pub oldest: Option<NaiveDate>,
    /// All of it by age.
    pub ageing: Ageing,
}

impl DebtsSummary {
    /// Of these customers.
    #[must_use]
    pub fn of(customers: &[Customer]) -> Self {
        let owing = customers
            .iter()
            .filter(|customer| customer.open.balance > Money::ZERO);
        owing.fold(Self::default(), |sum, customer| Self {
            total: sum.total + customer.open.balance,
            customers: sum.customers + 1,
            overdue: sum.overdue + customer.open.overdue,
            overdue_customers: sum.overdue_customers
                + i64::from(customer.open.overdue > Money::ZERO),
            oldest: [sum.oldest, customer.open.oldest]
                .into_iter()
                .flatten()
                .min(),
            ageing: sum.ageing.and(&customer.open.ageing),
        })
    }
}

impl Shop {
    /// Every customer who buys here, with what they owe, by name.
    ///
    /// # Errors
    /// What the database said.
    pub async fn customers(&self) -> Result<Vec<Customer>> {
        let now = self.now();
        self.db
            .read(move |connection| load_all(connection, &now, false))
            .await
    }

    /// Customers who buy here no longer, by name.
    ///
    /// # Errors
    /// What the database said.
    pub async fn retired_customers(&self) -> Result<Vec<Customer>> {
        let now = self.now();
        self.db
            .read(move |connection| load_all(connection, &now, true))
            .await
    }

    /// Customers whose name holds `q`, in the order of their identities.
    ///
    /// # Errors
    /// What the database said.
    pub async fn list_customers(&self, query: CustomerQuery) -> Result<Page<Customer>> {
        let size = page_size(query.limit);
        let text = query.q.trim().to_lowercase();
        let mut customers = self.customers().await?;
        customers.retain(|customer| {
            let row = &customer.row;
            let follows = query.cursor.as_ref().is_none_or(|last| row.id > *last);
            follows && row.name.to_lowercase().contains(&text)
        });
        customers.sort_by(|left, right| left.row.id.cmp(&right.row.id));
        Ok(Page::cut(customers, size, |customer| {
            customer.row.id.clone()
        }))
    }

    /// What the shop is owed altogether.
    ///
    /// # Errors
    /// What the database said.
    pub async fn debts_summary(&self) -> Result<DebtsSummary> {
        Ok(DebtsSummary::of(&self.customers().await?))
    }

    /// A customer with their statement.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn customer(&self, id: &str) -> Result<Account> {
        let (id, now) = (id.to_owned(), self.now());
        self.db
            .read(move |connection| load(connection, &id, &now))
            .await
    }

    /// How many days a debt may stand where the customer has no figure of their own.
    ///
    /// # Errors
    /// [`Error::Corrupt`] for a setting that no program of ours wrote.
    pub async fn debt_due_days(&self) -> Result<i64> {
        self.db.read(usual_due_days).await
    }

    /// Has debts be due after `days` from now on.
    ///
    /// # Errors
    /// [`Error::Invalid`] for days that cannot be.
    pub async fn set_debt_due_days(&self, days: i64, by: &str) -> Result<()> {
        if !(0..=DUE_DAYS_LIMIT).contains(&days) {
            let message = format!("must be 0 to {DUE_DAYS_LIMIT}");
            return Err(Error::invalid("due_days", message));
        }
        let by = by.to_owned();
        self.record(move |tx, now| {
            settings::set(tx, DUE_DAYS, &days.to_string())?;
            audit::record(tx, now, &by, "setting.changed", DUE_DAYS, &days.to_string())
        })
        .await
    }
}

fn usual_due_days(connection: &Connection) -> Result<i64> {
    let Some(text) = settings::get(connection, DUE_DAYS)? else {
        return Ok(USUAL_DUE_DAYS);
    };
    text.parse()
        .map_err(|_| Error::Corrupt(format!("settings.{DUE_DAYS} is {text:?}, not days")))
}

fn today(connection: &Connection, now: &Moment) -> Result<NaiveDate> {
    let info = info::load(connection)?;
    Ok(days::current(connection, &info, now)?.date)
}

fn customer_of(row: CustomerRow, ledger: &[LedgerRow], today: NaiveDate, usual: i64) -> Customer {
    let due_days = row.due_days.unwrap_or(usual);
    Customer {
        open: ageing::open(ledger, today, due_days),
        row,
        due_days,
    }
}

fn load_all(connection: &Connection, now: &Moment, retired: bool) -> Result<Vec<Customer>> {
    let (today, usual) = (today(connection, now)?, usual_due_days(connection)?);
    let mut ledgers = HashMap::new();
    rows::each_ledger(connection, |id, ledger| {
        ledgers.insert(id.to_owned(), ledger);
    })?;
    let customers = rows::customers(connection, retired)?
        .into_iter()
        .map(|row| {
            let ledger = ledgers.remove(&row.id).unwrap_or_default();
            customer_of(row, &ledger, today, usual)
        });
    Ok(customers.collect())
}

fn load(connection: &Connection, id: &str, now: &Moment) -> Result<Account> {
    let row = rows::customer(connection, id)?.ok_or_else(|| no_customer(id))?;
    let ledger = rows::ledger(connection, id)?;
    let (today, usual) = (today(connection, now)?, usual_due_days(connection)?);
    let customer = customer_of(row, &ledger, today, usual);
    let mut owed = Money::ZERO;
    let statement = ledger
        .into_iter()
        .map(|entry| {
            owed += entry.amount;
            (entry, owed)
        })
        .collect();
    Ok(Account {
        customer,
        statement,
    })
}

fn no_customer(id: &str) -> Error {
    Error::NotFound(format!("there is no customer {id:?}"))
}
