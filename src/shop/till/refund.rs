//! What goes back with goods: how much, and how much of it in money.

use rusqlite::Connection;

use crate::error::Result;
use crate::model::{Money, PaymentMethod, Quantity};
use crate::shop::debts::ageing;
use crate::shop::store::returns;
use crate::shop::store::sales::{self, LineRow, SaleRow};
use crate::shop::store::{customers, debts};

/// What goods that come back are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    /// Rupiah.
    pub amount: Money,
    /// With them, all of the sale is back.
    pub last: bool,
}

/// What `back` (line of the sale, base units) is worth when it comes back next.
///
/// A line's goods are worth their share of what was paid for the line, and the lines' worth its share of what was paid
/// for the sale: discount and rounding come back in proportion. Shares are taken of everything that came back so far, so
/// that however a sale comes back in parts, all of it together is what was paid, to the rupiah.
///
/// # Errors
/// What the database said.
pub fn due(connection: &Connection, sale: &SaleRow, back: &[(i64, Quantity)]) -> Result<Worth> {
    let (mut worth, mut last) = (Money::ZERO, true);
    for line in sales::lines(connection, &sale.id)? {
        let now: Quantity = back
            .iter()
            .filter(|(line_no, _)| *line_no == line.line_no)
            .map(|(_, quantity)| *quantity)
            .sum();
        let came_back = returns::came_back(connection, &sale.id, line.line_no)? + now;
        last &= came_back == line.quantity;
        worth += Money::for_quantity(line.total, line.quantity.0, came_back.0);
    }
    let earlier: Money = returns::of_sale(connection, &sale.id)?
        .iter()
        .map(|earlier| earlier.amount)
        .sum();
    let in_all = if last {
        sale.total
    } else {
        Money::for_quantity(sale.total, sale.lines_total.0, worth.0).min(sale.total)
    };
    Ok(Worth {
        amount: (in_all - earlier).max(Money::ZERO),
        last,
    })
}

/// Where what goes back comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Split {
    /// Off what the customer owes.
    pub off_debt: Money,
    /// In money.
    pub money: Money,
    /// Neither: that much of the debt had been given up.
    pub given_up: Money,
}

impl Split {
    /// All of it.
    #[must_use]
    pub fn amount(self) -> Money {
        self.off_debt + self.money + self.given_up
    }
}

/// What a sale was paid with, and what became of the debt that it made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Money that came with the sale or for its debt and has not gone back.
    pub paid: Money,
    /// What it put on an account and is still owed.
    pub open: Money,
    /// That account, if there is one.
    pub debtor: Option<Debtor>,
}

/// Whose account a sale was put on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debtor {
    /// Whose.
    pub customer_id: String,
    /// How much, rupiah.
    pub charged: Money,
    /// What they owe in all; negative for what they paid ahead.
    pub owed: Money,
    /// What they have ever paid for what they bought on credit, less what went back.
    given: Money,
}

impl Standing {
    /// Of a sale as it is now.
    ///
    /// # Errors
    /// What the database said.
    pub fn load(connection: &Connection, sale_id: &str) -> Result<Self> {
        let with_it: Money = sales::payments(connection, sale_id)?
            .iter()
            .filter(|part| part.method != PaymentMethod::Debt)
            .map(|part| part.amount)
            .sum();
        let gone_back: Money = returns::of_sale(connection, sale_id)?
            .iter()
            .map(returns::ReturnRow::money)
            .sum();
        let Some((customer_id, charged)) = returns::charge_of(connection, sale_id)? else {
            return Ok(Self {
                paid: with_it - gone_back,
                open: Money::ZERO,
                debtor: None,
            });
        };
        let debt = ageing::standing(&debts::ledger(connection, &customer_id)?, sale_id);
        let owed = customers::by_id(connection, &customer_id)?
            .map_or(Money::ZERO, |customer| customer.owed);
        Ok(Self {
            paid: (with_it + debt.paid - gone_back).max(Money::ZERO),
            open: debt.open,
            debtor: Some(Debtor {
                given: debts::money_given(connection, &customer_id)?,
                customer_id,
                charged,
                owed,
            }),
        })
    }

    /// What a return of `worth` is made of: off the debt of the sale as far as it is owed (off all that the customer owes
    /// with `off_all`), the rest in money as far as it was paid, in coins of `step` rupiah.
    ///
    /// Nobody gets back more than they paid: what is left was given up before.
    #[must_use]
    pub fn split(&self, worth: Worth, off_all: bool, step: i64) -> Split {
        let owed = self
            .debtor
            .as_ref()
            .map_or(Money::ZERO, |debtor| debtor.owed.max(Money::ZERO));
        let claim = self.claim().min(worth.amount);
        let off_debt = claim.min(if off_all { owed } else { self.open.min(owed) });
        let exact = (claim - off_debt).min(self.paid);
        let money = if worth.last {
            exact
        } else {
            exact.rounded_to(step).min(self.paid)
        };
        Split {
            off_debt,
            money,
            given_up: worth.amount - off_debt - exact,
        }
    }

    /// What taking back all of a sale that came to `total` is made of, where nothing of it came back before.
    #[must_use]
    pub fn undone(&self, total: Money) -> Split {
        let charged = self
            .debtor
            .as_ref()
            .map_or(Money::ZERO, |debtor| debtor.charged);
        let money = total - charged;
        let was_paid = (self.paid - money).max(Money::ZERO);
        let off_debt = (self.claim() - money)
            .min(self.open + was_paid)
            .min(charged);
        let off_debt = off_debt.max(Money::ZERO);
        Split {
            off_debt,
            money,
            given_up: charged - off_debt,
        }
    }

    /// The most that the customer can ask for: what they paid, and what they owe.
    fn claim(&self) -> Money {
        match &self.debtor {
            Some(debtor) => (debtor.given + debtor.owed).max(Money::ZERO),
            None => Money::LIMIT,
        }
    }
}

/// The share of a line's cost that `quantity` of it has.
#[must_use]
pub fn cost(line: &LineRow, quantity: Quantity) -> Money {
    Money::for_quantity(line.cost, line.quantity.0, quantity.0)
}
