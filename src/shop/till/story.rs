//! Receipts of the past: finding one, and everything that happened to it.

use chrono::NaiveDate;

use super::no_sale;
use super::receipt::Sale;
use super::refund::Standing;
use super::returned_units::ReturnUnits;
use crate::error::Result;
use crate::model::{Money, PaymentMethod, Quantity};
use crate::shop::Shop;
use crate::shop::store::days;
use crate::shop::store::receipts::{self, ReceiptRow};
use crate::shop::store::returns as rows;
use crate::shop::store::sales;

/// A receipt in a list.
pub type Summary = ReceiptRow;

/// Which receipts to list.
#[derive(Debug, Clone, Default)]
pub struct SummaryQuery {
    /// The trading day; by default the current one.
    pub date: Option<NaiveDate>,
    /// Only those with a number below this.
    pub before: Option<i64>,
    /// A receipt's number or amount, of any day.
    pub figure: Option<i64>,
}

/// A list of receipts.
#[derive(Debug, Clone)]
pub struct Summaries {
    /// The day that they are of, where no figure was asked for.
    pub date: NaiveDate,
    /// The newest first.
    pub receipts: Vec<Summary>,
    /// There are more of this day, with lower numbers.
    pub more: bool,
    /// The nearest days before and after that have receipts.
    pub beside: (Option<NaiveDate>, Option<NaiveDate>),
}

/// A sale and everything that happened to it. It tells no cost.
#[derive(Debug, Clone)]
pub struct Story {
    /// The receipt, how it was voided if it was, and what came back of it.
    pub sale: Sale,
    /// As a list shows it.
    pub summary: Summary,
    /// Who voided it.
    pub voided_by: String,
    /// Its lines, in order.
    pub lines: Vec<StoryLine>,
    /// Taken off the sale as a whole.
    pub discount: Money,
    /// The note on it.
    pub note: String,
    /// How it was paid, part by part.
    pub payments: Vec<(PaymentMethod, Money)>,
    /// Whose account it was put on, and what they owe now in all.
    pub debtor: Option<(String, Money)>,
    /// What it put on that account and is still owed.
    pub open: Money,
    /// How what was paid by QRIS or transfer went back when it was voided: `cash` or `transfer`; '' for the way it came.
    pub void_refund: String,
}

/// A line of a receipt and what of it is still with the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryLine {
    /// Its place on the receipt, from 1.
    pub line_no: i64,
    /// In which units it can come back.
    pub units: ReturnUnits,
    /// Base units that did not come back.
    pub left: Quantity,
    /// The note on it.
    pub note: String,
}

/// Receipts on one page.
const ROWS: i64 = 100;

impl Shop {
    /// Receipts of a trading day, or those with a number or an amount.
    ///
    /// # Errors
    /// What the database said.
    pub async fn receipts(&self, query: SummaryQuery) -> Result<Summaries> {
        let (now, info) = (self.now(), self.info.clone());
        self.db
            .read(move |connection| {
                let date = match query.date {
                    Some(date) => date,
                    None => days::current(connection, &info, &now)?.date,
                };
                let mut receipts = match query.figure {
                    Some(figure) => receipts::with_figure(connection, figure, ROWS + 1)?,
                    None => {
                        let before = query.before.unwrap_or(i64::MAX);
                        receipts::of_day(connection, date, before, ROWS + 1)?
                    }
                };
                let more = receipts.len() > ROWS as usize;
                receipts.truncate(ROWS as usize);
                Ok(Summaries {
                    date,
                    receipts,
                    more,
                    beside: receipts::days_beside(connection, date)?,
                })
            })
            .await
    }

    /// A sale with everything that happened to it.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`].
    pub async fn story(&self, id: &str) -> Result<Story> {
        let id = id.to_owned();
        self.db
            .read(move |connection| {
                let row = sales::by_id(connection, &id)?.ok_or_else(|| no_sale(&id))?;
                let summary = receipts::by_id(connection, &id)?.ok_or_else(|| no_sale(&id))?;
                let mut lines = Vec::new();
                for line in sales::lines(connection, &id)? {
                    lines.push(StoryLine {
                        line_no: line.line_no,
                        units: ReturnUnits::of(connection, &line)?,
                        left: line.quantity - rows::came_back(connection, &id, line.line_no)?,
                        note: line.note,
                    });
                }
                let standing = Standing::load(connection, &id)?;
                let (voided_by, void_refund) = sales::void_of(connection, &id)?
                    .map(|void| (void.by, void.refund))
                    .unwrap_or_default();
                Ok(Story {
                    voided_by,
                    void_refund,
                    open: standing.open,
                    debtor: standing
                        .debtor
                        .map(|debtor| (debtor.customer_id, debtor.owed)),
                    summary,
                    lines,
                    discount: row.discount,
                    note: row.note.clone(),
                    sale: Sale::load(connection, row)?,
                    payments: sales::payments(connection, &id)?
                        .into_iter()
                        .map(|part| (part.method, part.amount))
                        .collect(),
                })
            })
            .await
    }
}
