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

/// What of a ledger is open on `today`, when debts are due after `due_days`.
///
/// A sale that was taken back is out of it altogether, so that what was paid counts towards the others; every other
/// credit clears the oldest debt first.
#[must_use]
pub fn open(ledger: &[LedgerRow], today: NaiveDate, due_days: i64) -> Open {
    let mut debts: Vec<(&LedgerRow, Money)> = ledger
        .iter()
        .filter(|entry| entry.amount > Money::ZERO)
        .map(|entry| (entry, entry.amount))
        .collect();
    let mut credit = Money::ZERO;
    for entry in ledger.iter().filter(|entry| entry.amount < Money::ZERO) {
        let mut left = -entry.amount;
        let own = |(debt, _): &&mut (&LedgerRow, Money)| {
            entry.kind == "void" && debt.kind == "sale" && debt.reference == entry.reference
        };
        if let Some((_, owed)) = debts.iter_mut().find(own) {
            let cleared = left.min(*owed);
            *owed = *owed - cleared;
            left = left - cleared;
        }
        credit += left;
    }
    let mut open = Open {
        balance: ledger.iter().map(|entry| entry.amount).sum(),
        ..Open::default()
    };
    // Business dates may go back once a clock was set right; what is older by its date is cleared first.
    debts.sort_by_key(|(debt, _)| (debt.business_date, debt.seq));
    for (debt, mut owed) in debts {
        let cleared = credit.min(owed);
        credit = credit - cleared;
        owed = owed - cleared;
        if owed == Money::ZERO {
            continue;
        }
        let days = today.signed_duration_since(debt.business_date).num_days();
        open.ageing.add(days, owed);
        open.oldest = open.oldest.or(Some(debt.business_date));
        if days > due_days {
            open.overdue += owed;
        }
    }
    open
}
