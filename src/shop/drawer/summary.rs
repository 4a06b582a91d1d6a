//! A business date in figures.

use chrono::NaiveDate;
use rusqlite::Connection;

use super::close::Pieces;
use super::{current_date, no_day};
use crate::error::Result;
use crate::model::{Money, PaymentMethod};
use crate::shop::Shop;
use crate::shop::store::drawer::{self as rows, ByMethod, ClosingRow, EntryRow, Sums};

/// What should be in the drawer, and why. All amounts are positive rupiah but `cash_sales`, which is what sales of the
/// date brought in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Book {
    /// What it was opened with.
    pub float: Money,
    /// Cash for sales.
    pub cash_sales: Money,
    /// Cash for debts.
    pub cash_debts: Money,
    /// Put in by hand.
    pub put_in: Money,
    /// Taken out by hand.
    pub taken_out: Money,
    /// Cash given back for what was taken back.
    pub cash_back: Money,
    /// Cash paid out of what customers had paid ahead.
    pub credits_out: Money,
}

impl Book {
    /// What is in the drawer by all that.
    #[must_use]
    pub fn expected(&self) -> Money {
        self.float + self.cash_sales + self.cash_debts + self.put_in
            - self.taken_out
            - self.cash_back
            - self.credits_out
    }

    pub(super) fn load(connection: &Connection, date: NaiveDate) -> Result<Self> {
        let entries = rows::entries(connection, date)?;
        let book = Self::of(
            &entries,
            &rows::paid(connection, date)?,
            &rows::debts_paid(connection, date)?,
            &given_back(connection, date)?,
        );
        book.with_credits(connection, date)
    }

    fn with_credits(self, connection: &Connection, date: NaiveDate) -> Result<Self> {
        let out = rows::credits_paid_out(connection, date)?;
        Ok(Self {
            credits_out: amount(&out, PaymentMethod::Cash),
            ..self
        })
    }

    fn of(entries: &[EntryRow], paid: &ByMethod, debts: &ByMethod, back: &ByMethod) -> Self {
        let sum = |kind: &str| {
            let of_kind = entries.iter().filter(|entry| entry.kind == kind);
            of_kind.map(|entry| entry.amount).sum()
        };
        Self {
            float: float(entries).map_or(Money::ZERO, |entry| entry.amount),
            cash_sales: amount(paid, PaymentMethod::Cash),
            cash_debts: amount(debts, PaymentMethod::Cash),
            put_in: sum("in"),
            taken_out: sum("out"),
            cash_back: amount(back, PaymentMethod::Cash),
            credits_out: Money::ZERO,
        }
    }
}

/// What went back to customers for voids and returns, by way of payment.
fn given_back(connection: &Connection, date: NaiveDate) -> Result<ByMethod> {
    let mut back = rows::paid_back(connection, date)?;
    back.extend(rows::returned_by_method(connection, date)?);
    Ok(back)
}

/// The float that holds: the last.
fn float(entries: &[EntryRow]) -> Option<&EntryRow> {
    entries.iter().rev().find(|entry| entry.kind == "float")
}

fn amount(sums: &ByMethod, method: PaymentMethod) -> Money {
    let of_method = sums.iter().filter(|(paid, _)| *paid == method);
    of_method.map(|(_, amount)| *amount).sum()
}

/// A business date in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The date.
    pub date: NaiveDate,
    /// It is the one that is recorded on now.
    pub is_current: bool,
    /// Something was sold on it, whatever became of that.
    pub sold_any: bool,
    /// Sales of the date that were not taken back on it.
    pub receipts: i64,
    /// What such a sale came to on average, rupiah, half up.
    pub average: Money,
    /// What all sales of the date came to.
    pub gross: Money,
    /// Sales taken back on the date, whenever they were made.
    pub voids: i64,
    /// What those came to.
    pub voided: Money,
    /// Returns on the date, whenever the goods were sold.
    pub returns: i64,
    /// What those came to.
    pub returned: Money,
    /// Turnover: `gross` less `voided` and `returned`.
    pub turnover: Money,
    /// Cost of the goods in it. For the owner only.
    pub cost: Money,
    /// What rounding added to sales that were not voided, or took off if negative.
    pub rounding: Money,
    /// Discounts of sales that were not voided, on lines and on whole sales.
    pub discounts: Money,
    /// The turnover by way of payment; for `debt` what was lent.
    pub by_method: Vec<(PaymentMethod, Money)>,
    /// Debts that were paid, by way of payment.
    pub debts_paid: Vec<(PaymentMethod, Money)>,
    /// Debts given up.
    pub written_off: Money,
    /// What should be in the drawer.
    pub book: Book,
    /// The float and who counted it, if the drawer was opened.
    pub opened: Option<EntryRow>,
    /// Every float that was told, and money put in and taken out by hand, as it was.
    pub moves: Vec<EntryRow>,
    /// Every closing, the last being the one that holds.
    pub closings: Vec<ClosingRow>,
    /// Sales recorded after the last closing.
    pub receipts_after_closing: i64,
}

impl Day {
    /// Profit: turnover less the cost of its goods. For the owner only.
    #[must_use]
    pub fn profit(&self) -> Money {
        self.turnover - self.cost
    }

    /// Whether another float takes the owner's word: something was sold or counted already.
    #[must_use]
    pub fn float_needs_owner(&self) -> bool {
        self.sold_any || !self.closings.is_empty()
    }

    /// The closing that holds.
    #[must_use]
    pub fn closing(&self) -> Option<&ClosingRow> {
        self.closings.last()
    }

    /// What was counted less what should have been there, of the closing that holds.
    #[must_use]
    pub fn difference(&self) -> Option<Money> {
        let closing = self.closing()?;
        Some(closing.counted? - closing.expected)
    }

    /// Something went through the drawer or the till since the closing that holds.
    #[must_use]
    pub fn moved_since_closing(&self) -> bool {
        self.receipts_after_closing > 0
            || self
                .closing()
                .is_some_and(|closing| closing.expected != self.book.expected())
    }

    /// The notes and coins of the closing that holds.
    #[must_use]
    pub fn pieces(&self) -> Pieces {
        self.closing()
            .map(|closing| Pieces::read(&closing.pieces))
            .unwrap_or_default()
    }

    fn load(connection: &Connection, date: NaiveDate, current: NaiveDate) -> Result<Self> {
        let sold = rows::sold(connection, date)?;
        let back = rows::taken_back(connection, date)?;
        let back_same_day = rows::taken_back_same_day(connection, date)?;
        let returned = rows::returned(connection, date)?;
        let (paid, given_back) = (rows::paid(connection, date)?, given_back(connection, date)?);
        let debts_paid = rows::debts_paid(connection, date)?;
        let entries = rows::entries(connection, date)?;
        let closings = rows::closings(connection, date)?;
        let receipts = sold.count - back_same_day.count;
        let net = |of: fn(&Sums) -> Money| of(&sold) - of(&back);
        let methods = [
            PaymentMethod::Cash,
            PaymentMethod::Qris,
            PaymentMethod::Transfer,
            PaymentMethod::Debt,
        ];
        Ok(Self {
            date,
            is_current: date == current,
            sold_any: sold.count > 0,
            receipts,
            average: average(sold.total - back_same_day.total, receipts),
            gross: sold.total,
            voids: back.count,
            voided: back.total,
            returns: returned.count,
            returned: returned.amount,
            turnover: net(|sums| sums.total) - returned.amount,
            cost: net(|sums| sums.cost) - returned.cost,
            rounding: net(|sums| sums.rounding),
            discounts: net(|sums| sums.discount),
            by_method: methods
                .into_iter()
                .map(|method| (method, amount(&paid, method) - amount(&given_back, method)))
                .collect(),
            written_off: rows::debts_written_off(connection, date)?,
            book: Book::of(&entries, &paid, &debts_paid, &given_back)
                .with_credits(connection, date)?,
            opened: float(&entries).cloned(),
            receipts_after_closing: closings
                .last()
                .map_or(0, |closing| sold.count - closing.receipts),
            debts_paid,
            moves: entries,
            closings,
        })
    }
}

fn average(total: Money, count: i64) -> Money {
    if count <= 0 {
        return Money::ZERO;
    }
    Money::for_quantity(total, count, 1)
}

/// Today at the counter.
#[derive(Debug, Clone)]
pub struct Today {
    /// The current business date in figures.
    pub day: Day,
    /// What the drawer is likely to be opened with: what was counted last.
    pub usual_float: Option<Money>,
    /// Days that were opened and never closed, the oldest first.
    pub unclosed: Vec<NaiveDate>,
}

/// A day in the list of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayLine {
    /// The date.
    pub date: NaiveDate,
    /// What was sold less what was taken back.
    pub turnover: Money,
    /// The drawer was opened.
    pub opened: bool,
    /// The day was closed.
    pub closed: bool,
    /// What the count differed by, where there was one.
    pub difference: Option<Money>,
}

impl Shop {
    /// The current business date, and what is left over from earlier ones.
    ///
    /// # Errors
    /// What the database said.
    pub async fn today(&self) -> Result<Today> {
        let now = self.now();
        self.db
            .read(move |connection| {
                let date = current_date(connection, &now)?;
                Ok(Today {
                    day: Day::load(connection, date, date)?,
                    usual_float: rows::last_counted(connection)?,
                    unclosed: rows::unclosed_before(connection, date)?,
                })
            })
            .await
    }

    /// A business date in figures.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`] for a date that was no trading day.
    pub async fn day(&self, date: NaiveDate) -> Result<Day> {
        let now = self.now();
        self.db
            .read(move |connection| {
                let current = current_date(connection, &now)?;
                if date != current && !rows::is_trading_day(connection, date)? {
                    return Err(no_day(date));
                }
                Day::load(connection, date, current)
            })
            .await
    }

    /// Up to `limit` business dates before `before`, the newest first.
    ///
    /// # Errors
    /// What the database said.
    pub async fn days(&self, before: Option<NaiveDate>, limit: usize) -> Result<Vec<DayLine>> {
        self.db
            .read(move |connection| {
                let dates = rows::days_before(connection, before, limit)?;
                let lines = dates.into_iter().map(|date| line(connection, date));
                lines.collect()
            })
            .await
    }
}

fn line(connection: &Connection, date: NaiveDate) -> Result<DayLine> {
    let closings = rows::closings(connection, date)?;
    let last = closings.last();
    let sold = rows::sold(connection, date)?.total;
    let back = rows::taken_back(connection, date)?.total;
    Ok(DayLine {
        date,
        turnover: sold - back - rows::returned(connection, date)?.amount,
        opened: float(&rows::entries(connection, date)?).is_some(),
        closed: last.is_some(),
        difference: last.and_then(|closing| Some(closing.counted? - closing.expected)),
    })
}
