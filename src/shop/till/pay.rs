//! What a sale costs in the end, and in which parts it is paid.

use rusqlite::Connection;

use super::CASH_ROUNDING;
use super::request::PaymentRequest;
use crate::error::{Error, Result};
use crate::model::{Money, PaymentMethod};
use crate::shop::faults::Faults;
use crate::shop::store::sales::PaymentRow;
use crate::shop::store::settings;

/// What is paid and what goes back.
pub(super) struct Paid {
    /// To pay: what was due, with the cash in it rounded.
    pub total: Money,
    /// What goes back to the customer.
    pub change: Money,
    /// The parts, whose sum is the total.
    pub parts: Vec<PaymentRow>,
}

impl Paid {
    /// The way in which most was paid; of equal ones the first.
    pub fn main_method(&self) -> PaymentMethod {
        let mut main = (PaymentMethod::Cash, Money(i64::MIN));
        for part in &self.parts {
            if part.amount > main.1 {
                main = (part.method, part.amount);
            }
        }
        main.0
    }

    /// What goes on the customer's account.
    pub fn debt(&self) -> Money {
        self.amount(PaymentMethod::Debt).unwrap_or(Money::ZERO)
    }

    fn amount(&self, method: PaymentMethod) -> Option<Money> {
        let mut parts = self.parts.iter();
        parts
            .find(|part| part.method == method)
            .map(|part| part.amount)
    }
}

/// How `due` is paid as `payment` asks for.
pub(super) fn pay(connection: &Connection, payment: &PaymentRequest, due: Money) -> Result<Paid> {
    let step = cash_rounding(connection)?;
    let parts = shares(payment, due, step)?;
    let mut paid = Paid {
        total: parts.iter().map(|part| part.amount).sum(),
        change: Money::ZERO,
        parts,
    };
    let Some(tendered) = payment.tendered.map(Money) else {
        return Ok(paid);
    };
    let cash = paid.amount(PaymentMethod::Cash);
    let (owed, of) = match cash {
        Some(cash) if paid.parts.len() > 1 => (cash, "cash part"),
        _ => (paid.total, "total"),
    };
    let message = if tendered > Money::LIMIT {
        format!("must be at most {}", Money::LIMIT.0)
    } else if tendered < owed {
        format!("is less than the {of} of {}", owed.0)
    } else if tendered > owed && cash.is_none() {
        format!(
            "is more than the total of {}: only cash gives change",
            owed.0
        )
    } else {
        paid.change = tendered - owed;
        return Ok(paid);
    };
    Err(Error::invalid("payment.tendered", message))
}

/// The parts with their amounts: the one without gets what the others leave, and cash is rounded to `step`.
fn shares(payment: &PaymentRequest, due: Money, step: i64) -> Result<Vec<PaymentRow>> {
    let asked = payment.parts();
    let rounded = |method, amount: Money| match method {
        PaymentMethod::Cash => amount.rounded_to(step),
        _ => amount,
    };
    if let [only] = asked[..] {
        let amount = rounded(only.method, due);
        if only
            .amount
            .is_some_and(|asked| asked != due.0 && asked != amount.0)
        {
            let message = format!("is not the {} to pay", amount.0);
            return Err(Error::invalid("payment.parts[0].amount", message));
        }
        return Ok(vec![PaymentRow {
            method: only.method,
            amount,
        }]);
    }
    let told: Money = asked.iter().filter_map(|part| part.amount).map(Money).sum();
    let complete = asked.iter().all(|part| part.amount.is_some());
    // Whoever typed the cash as rounded has named an amount that the lines do not come to.
    let cash = asked
        .iter()
        .find(|part| part.method == PaymentMethod::Cash)
        .and_then(|part| part.amount)
        .map(Money);
    let others = told - cash.unwrap_or(Money::ZERO);
    let fits = if complete {
        told == due
            || cash.is_some_and(|cash| cash == (due - others).rounded_to(step) && others < due)
    } else {
        told < due
    };
    if !fits {
        let message = format!("come to {}, to pay are {}", told.0, due.0);
        return Err(Error::invalid("payment.parts", message));
    }
    let mut faults = Faults::default();
    let mut rows = Vec::with_capacity(asked.len());
    for (index, part) in asked.iter().enumerate() {
        let exact = match (part.method, part.amount) {
            (PaymentMethod::Cash, Some(_)) if complete => due - others,
            (_, Some(amount)) => Money(amount),
            (_, None) => due - told,
        };
        let amount = rounded(part.method, exact);
        if amount == Money::ZERO {
            faults.add(
                format!("payment.parts[{index}].amount"),
                format!("{} is less than the smallest coin", exact.0),
            );
        }
        rows.push(PaymentRow {
            method: part.method,
            amount,
        });
    }
    faults.into_result()?;
    Ok(rows)
}

/// What cash totals are rounded to, rupiah.
pub(super) fn cash_rounding(connection: &Connection) -> Result<i64> {
    let value = settings::get(connection, CASH_ROUNDING)?;
    match value.as_deref() {
        None | Some("0") => Ok(0),
        Some("100") => Ok(100),
        Some("500") => Ok(500),
        Some(other) => Err(Error::Corrupt(format!(
            "settings.{CASH_ROUNDING} is {other:?}, not 0, 100 or 500"
        ))),
    }
}
