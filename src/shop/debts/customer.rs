//! Who a customer is, and on which terms they may owe.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{DUE_DAYS_LIMIT, no_customer};
use crate::error::{Error, Result};
use crate::model::Money;
use crate::shop::Shop;
use crate::shop::access::{Person, Role};
use crate::shop::faults::{Faults, optional_text, text};
use crate::shop::outcome::Outcome;
use crate::shop::store::audit;
use crate::shop::store::days::Moment;
use crate::shop::store::debts::{self as rows, CustomerRow};
use crate::shop::whatsapp;
use crate::store::WriteTx;

/// A customer to add, or as they are to be from now on.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerRequest {
    /// Chosen before it is sent, so that sending again is the same customer: 1 to 64 characters.
    pub id: String,
    /// Their name, 1 to 100 characters.
    pub name: String,
    /// Their telephone number, `08...` or with a country's code.
    #[serde(default)]
    pub phone: String,
    /// In your own words, at most 200 characters.
    #[serde(default)]
    pub note: String,
    /// Rupiah they may owe at most; nothing for no limit. The owner says.
    #[serde(default)]
    pub limit: Option<i64>,
    /// Days until a debt is due; nothing for the shop's usual. The owner says.
    #[serde(default)]
    pub due_days: Option<i64>,
}

impl CustomerRequest {
    /// The customer as they are to be written; wrong fields are noted in `faults`.
    pub(in crate::shop) fn check(&self, faults: &mut Faults) -> CustomerRow {
        let id = faults.note("id", text(&self.id, 64));
        let name = faults.note("name", text(&self.name, 100));
        let phone = faults.note("phone", check_phone(&self.phone));
        let note = faults.note("note", optional_text(&self.note, 200));
        if let Some(limit) = self.limit
            && !(0..=Money::LIMIT.0).contains(&limit)
        {
            faults.add("limit", format!("must be 0 to {}", Money::LIMIT.0));
        }
        if let Some(days) = self.due_days
            && !(0..=DUE_DAYS_LIMIT).contains(&days)
        {
            faults.add("due_days", format!("must be 0 to {DUE_DAYS_LIMIT}"));
        }
        CustomerRow {
            id: id.unwrap_or_default(),
            name: name.unwrap_or_default(),
            phone: phone.unwrap_or_default(),
            note: note.unwrap_or_default(),
            limit: self.limit.map(Money),
            due_days: self.due_days,
            retired: false,
        }
    }
}

fn check_phone(phone: &str) -> Result<String, String> {
    let phone = optional_text(phone, 30)?;
    if !phone.is_empty() && whatsapp::international(&phone).is_none() {
        return Err("is no telephone number".to_owned());
    }
    Ok(phone)
}

impl Shop {
    /// Adds a customer. The same request again changes nothing. How much and how long they may owe, only the owner says:
    /// of anybody else that is not looked at.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] names each wrong field.
    pub async fn add_customer(
        &self,
        request: &CustomerRequest,
        by: &Person,
    ) -> Result<Outcome<String>> {
        let row = on_terms(check(request)?, None, by);
        let by = by.name.clone();
        self.record(move |tx, now| {
            if let Some(known) = rows::customer(tx, &row.id)? {
                // Whether they still buy here, no request says.
                let wanted = CustomerRow {
                    retired: known.retired,
                    ..row.clone()
                };
                return Ok(if known == wanted {
                    Outcome::Already(row.id)
                } else {
                    Outcome::Conflict(format!("there is another customer {:?}", row.id))
                });
            }
            create(tx, now, &row, &by)?;
            Ok(Outcome::Recorded(row.id))
        })
        .await
    }

    /// Writes what is known of a customer from now on, the terms as [`Shop::add_customer`] says.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] names each wrong field; [`crate::error::Error::NotFound`] for an unknown one.
    pub async fn change_customer(&self, request: &CustomerRequest, by: &Person) -> Result<()> {
        let (row, by) = (check(request)?, by.clone());
        self.record(move |tx, now| {
            let known = rows::customer(tx, &row.id)?.ok_or_else(|| no_customer(&row.id))?;
            let row = CustomerRow {
                retired: known.retired,
                ..on_terms(row, Some(&known), &by)
            };
            change(tx, now, &known, &row, &by.name)?;
            Ok(())
        })
        .await
    }

    /// Has a customer buy here no longer: they are offered nowhere, and what they bought and paid stays. One who does so
    /// already stays so.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`] for one who owes something or paid ahead.
    pub async fn retire_customer(&self, id: &str, by: &str) -> Result<()> {
        let (id, by) = (id.to_owned(), by.to_owned());
        self.record(move |tx, now| {
            let known = rows::customer(tx, &id)?.ok_or_else(|| no_customer(&id))?;
            if known.retired {
                return Ok(());
            }
            let owed = rows::balance(tx, &id)?;
            if owed != Money::ZERO {
                let what = if owed > Money::ZERO {
                    "still owes"
                } else {
                    "paid ahead"
                };
                let message = format!("{} {what} {}", known.name, owed.0.unsigned_abs());
                return Err(Error::Refused(message));
            }
            rows::set_retired(tx, &id, Some(now))?;
            audit::record(tx, now, &by, "customer.retired", &id, &known.name)
        })
        .await
    }

    /// Has a retired customer buy here again; one who does already stays so.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn bring_back_customer(&self, id: &str, by: &str) -> Result<()> {
        let (id, by) = (id.to_owned(), by.to_owned());
        self.record(move |tx, now| {
            let known = rows::customer(tx, &id)?.ok_or_else(|| no_customer(&id))?;
            if !known.retired {
                return Ok(());
            }
            bring_back(tx, now, &known, &by)
        })
        .await
    }
}

fn bring_back(tx: &WriteTx<'_>, now: &Moment, known: &CustomerRow, by: &str) -> Result<()> {
    rows::set_retired(tx, &known.id, None)?;
    audit::record(tx, now, by, "customer.brought_back", &known.id, &known.name)
}

fn check(request: &CustomerRequest) -> Result<CustomerRow> {
    let mut faults = Faults::default();
    let row = request.check(&mut faults);
    faults.into_result()?;
    Ok(row)
}

/// The customer with the terms that `by` may give them.
fn on_terms(row: CustomerRow, known: Option<&CustomerRow>, by: &Person) -> CustomerRow {
    if by.role == Role::Owner {
        return row;
    }
    CustomerRow {
        limit: known.and_then(|known| known.limit),
        due_days: known.and_then(|known| known.due_days),
        ..row
    }
}

/// Writes a new customer and the audit entry.
pub(in crate::shop) fn create(
    tx: &WriteTx<'_>,
    now: &Moment,
    row: &CustomerRow,
    by: &str,
) -> Result<()> {
    rows::insert_customer(tx, row, now)?;
    audit::record(tx, now, by, "customer.added", &row.id, &row.name)
}

/// Writes a known customer and the audit entry, if anything is different; says whether it was. One who is retired and is
/// not to be any more is brought back.
pub(in crate::shop) fn change(
    tx: &WriteTx<'_>,
    now: &Moment,
    known: &CustomerRow,
    row: &CustomerRow,
    by: &str,
) -> Result<bool> {
    if known == row {
        return Ok(false);
    }
    if known.retired && !row.retired {
        bring_back(tx, now, known, by)?;
    }
    let same_otherwise = CustomerRow {
        retired: known.retired,
        ..row.clone()
    };
    if *known == same_otherwise {
        return Ok(true);
    }
    rows::update_customer(tx, row)?;
    let terms = |row: &CustomerRow| {
        let figure = |value: Option<i64>| value.map_or("-".to_owned(), |value| value.to_string());
        let limit = figure(row.limit.map(|limit| limit.0));
        format!(
            "{}, {}, limit {limit}, due after {}",
            row.name,
            row.phone,
            figure(row.due_days)
        )
    };
    let detail = format!("was {}; is {}", terms(known), terms(row));
    audit::record(tx, now, by, "customer.changed", &row.id, &detail)?;
    Ok(true)
}
