//! How old a debt is: payments clear what was owed first.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::Money;
use crate::shop::store::debts::LedgerRow;

/// What is owed, by how long it has been.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Ageing {
    /// For up to 7 days, rupiah.
    #[schema(value_type = i64)]
    pub to_7_days: Money,
    /// For 8 to 30 days.
    #[schema(value_type = i64)]
    pub to_30_days: Money,
    /// For 31 to 60 days.
    #[schema(value_type = i64)]
    pub to_60_days: Money,
    /// For more than 60 days.
    #[schema(value_type = i64)]
    pub older: Money,
}

impl Ageing {
    fn add(&mut self, days: i64, amount: Money) {
        *match days {
            ..=7 => &mut self.to_7_days,
            8..=30 => &mut self.to_30_days,
            31..=60 => &mut self.to_60_days,
            _ => &mut self.older,
        } += amount;
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        Self {
            to_7_days: self.to_7_days + other.to_7_days,
            to_30_days: self.to_30_days + other.to_30_days,
            to_60_days: self.to_60_days + other.to_60_days,
            older: self.older + other.older,
        }
    }
}

/// What of a customer's debts is still open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Open {
    /// All of it; negative when they have paid ahead.
    pub balance: Money,
    /// By age.
    pub ageing: Ageing,
    /// The date of the oldest that is open.
    pub oldest: Option<NaiveDate>,
    /// What should have been paid by now.
    pub overdue: Money,
}

/// What became of the debt that one sale made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Still owed.
    pub open: Money,
    /// Paid.
    pub paid: Money,
}

/// What became of the debt that a sale made.
#[must_use]
pub fn standing(ledger: &[LedgerRow], sale_id: &str) -> Standing {
    let debts = cleared(ledger);
    let of_sale = debts
        .iter()
        .find(|debt| debt.entry.kind == "sale" && debt.entry.reference == sale_id);
    of_sale.map_or_else(Standing::default, |debt| Standing {
        open: debt.open,
        paid: debt.paid,
    })
}

/// What of a ledger is open on `today`, when debts are due after `due_days`.
#[must_use]
pub fn open(ledger: &[LedgerRow], today: NaiveDate, due_days: i64) -> Open {
    let mut open = Open {
        balance: ledger.iter().map(|entry| entry.amount).sum(),
        ..Open::default()
    };
    for debt in cleared(ledger) {
        if debt.open == Money::ZERO {
            continue;
        }
        let date = debt.entry.business_date;
        let days = today.signed_duration_since(date).num_days();
        open.ageing.add(days, debt.open);
        open.oldest = open.oldest.or(Some(date));
        if days > due_days {
            open.overdue += debt.open;
        }
    }
    open
}

/// A debt of a ledger, less what was taken back of its own sale.
struct Debt<'l> {
    entry: &'l LedgerRow,
    open: Money,
    paid: Money,
}

/// Every debt of a ledger and what clears it, the oldest first.
///
/// A sale that was taken back is out of it altogether, so that what was paid counts towards the others; every other
/// credit clears the oldest debt first. What was paid out again clears nothing.
fn cleared(ledger: &[LedgerRow]) -> Vec<Debt<'_>> {
    let of_kind = |kind: &'static str| ledger.iter().filter(move |entry| entry.kind == kind);
    let owing = |entry: &&LedgerRow| entry.amount > Money::ZERO && entry.kind != "paid_out";
    let mut debts: Vec<Debt<'_>> = ledger
        .iter()
        .filter(owing)
        .map(|entry| Debt {
            entry,
            open: entry.amount,
            paid: Money::ZERO,
        })
        .collect();
    // Whether it was given up, and how much, in the order in which it came.
    let mut credits: Vec<(bool, Money)> = Vec::new();
    for entry in ledger.iter().filter(|entry| entry.amount < Money::ZERO) {
        let mut left = -entry.amount;
        let own = |debt: &&mut Debt<'_>| {
            debt.entry.kind == "sale" && Some(&debt.entry.reference) == entry.taken_back.as_ref()
        };
        if let Some(debt) = debts.iter_mut().find(own) {
            let off = left.min(debt.open);
            debt.open = debt.open - off;
            left = left - off;
        }
        credits.push((entry.kind == "write_off", left));
    }
    let mut paid_out: Money = of_kind("paid_out").map(|entry| entry.amount).sum();
    // Money went back of what was paid, and of that what came last.
    for given_up in [false, true] {
        let of_it = credits.iter_mut().rev().filter(|(off, _)| *off == given_up);
        for (_, credit) in of_it {
            let off = paid_out.min(*credit);
            paid_out = paid_out - off;
            *credit = *credit - off;
        }
    }
    // Business dates may go back once a clock was set right; what is older by its date is cleared first.
    debts.sort_by_key(|debt| (debt.entry.business_date, debt.entry.seq));
    let mut owed = debts.iter_mut().filter(|debt| debt.open > Money::ZERO);
    let mut next = owed.next();
    for (given_up, mut credit) in credits {
        while credit > Money::ZERO
            && let Some(debt) = &mut next
        {
            let off = credit.min(debt.open);
            credit = credit - off;
            debt.open = debt.open - off;
            if !given_up {
                debt.paid += off;
            }
            if debt.open == Money::ZERO {
                next = owed.next();
            }
        }
    }
    debts
}
