//! The till: sales, and taking them back.

pub mod cart;
mod pay;
mod receipt;
pub(super) mod refund;
mod request;
mod returned_units;
mod returns;
mod sell;
mod story;
mod void;

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Shop;
use super::outcome::{Outcome, Page, page_size};
use super::store::{audit, sales as rows, settings};
use crate::error::{Error, Result};

pub use receipt::{Part, Payment, Receipt, ReceiptLine, Sale, Voided};
pub use request::{PartRequest, PaymentRequest, SaleLineRequest, SaleRequest};
pub use returned_units::ReturnUnits;
pub use returns::{Refund, ReturnLineRequest, ReturnRequest, Returned, ReturnedLine};
pub use story::{Story, StoryLine, Summaries, Summary, SummaryQuery};
pub use void::VoidRequest;

/// The shop's setting for what cash totals are rounded to, rupiah: 0, 100 or 500.
pub const CASH_ROUNDING: &str = "cash_rounding";

/// How a request to record a sale ended.
pub type SaleOutcome = Outcome<Receipt>;

/// Which sales to list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SalesQuery {
    /// First business date.
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<NaiveDate>,
    /// Last business date.
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<NaiveDate>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries on the page: 1 to 200, by default 50.
    pub limit: Option<u32>,
}

impl Shop {
    /// Records a sale: the sale, its lines, what left which lot, the event and the audit entry, in one transaction.
    ///
    /// The same request again is answered from what was recorded, to the byte. Stock that the book does not have
    /// refuses no sale; the line is flagged `oversold`.
    ///
    /// # Errors
    /// [`Error::Invalid`] names each wrong field (`lines[0].sku`); nothing is recorded then.
    pub async fn sell(&self, request: SaleRequest) -> Result<SaleOutcome> {
        let id = request.check_form()?;
        let sold = self
            .record(move |tx, now| sell::sell(tx, now, &id, &request))
            .await?;
        if let Outcome::Recorded(receipt) = &sold {
            self.print_sold(receipt);
        }
        Ok(sold)
    }

    /// Takes a sale back: its goods return to the lots they came from, its money to the customer, once.
    ///
    /// Asked again for the same reason it answers the same; for another reason it is a conflict.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown sale, [`Error::Invalid`] for a reason that is none.
    pub async fn void_sale(&self, id: &str, reason: &str) -> Result<Outcome<Sale>> {
        let request = VoidRequest {
            reason: reason.to_owned(),
            refund: None,
        };
        self.void_sale_by(id, request, "till").await
    }

    /// As [`Shop::void_sale`], done by somebody whom the audit log is to name.
    ///
    /// What the sale put on a customer's account is taken off it; what they had paid of it is then paid ahead. A sale of
    /// which some came back already is a conflict: the rest of it is a return too.
    ///
    /// # Errors
    /// As [`Shop::void_sale`]; [`Error::Invalid`] for a `refund` that moves no money.
    pub async fn void_sale_by(
        &self,
        id: &str,
        request: VoidRequest,
        by: &str,
    ) -> Result<Outcome<Sale>> {
        let (id, by) = (id.to_owned(), by.to_owned());
        let reason = super::faults::text(&request.reason, 200)
            .map_err(|message| Error::invalid("reason", message))?;
        if request.refund == Some(Refund::Debt) {
            return Err(Error::invalid("refund", "must be cash or transfer"));
        }
        let request = VoidRequest { reason, ..request };
        self.record(move |tx, now| void::void(tx, now, &id, &request, &by))
            .await
    }

    /// A sale with what became of it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn sale(&self, id: &str) -> Result<Sale> {
        let id = id.to_owned();
        self.db
            .read(move |connection| {
                let row = rows::by_id(connection, &id)?.ok_or_else(|| no_sale(&id))?;
                Sale::load(connection, row)
            })
            .await
    }

    /// Sales, the newest receipt first.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a cursor that no page gave.
    pub async fn sales(&self, query: SalesQuery) -> Result<Page<Sale>> {
        let size = page_size(query.limit);
        let before = query
            .cursor
            .map(|cursor| cursor.parse::<i64>())
            .transpose()
            .map_err(|_| Error::invalid("cursor", "is not one that a page gave"))?;
        let sales = self
            .db
            .read(move |connection| {
                rows::list(connection, query.from, query.to, before, size + 1)?
                    .into_iter()
                    .map(|row| Sale::load(connection, row))
                    .collect::<Result<Vec<_>>>()
            })
            .await?;
        Ok(Page::cut(sales, size, |sale: &Sale| {
            sale.receipt.number.to_string()
        }))
    }
}

impl Shop {
    /// What cash totals are rounded to, rupiah; 0 for not at all.
    ///
    /// # Errors
    /// [`Error::Corrupt`] for a setting that no program of ours wrote.
    pub async fn cash_rounding(&self) -> Result<i64> {
        self.db.read(pay::cash_rounding).await
    }

    /// Has cash totals rounded to `step` rupiah from now on.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a step that is not 0, 100 or 500.
    pub async fn set_cash_rounding(&self, step: i64) -> Result<()> {
        if ![0, 100, 500].contains(&step) {
            return Err(Error::invalid(CASH_ROUNDING, "must be 0, 100 or 500"));
        }
        self.record(move |tx, now| {
            settings::set(tx, CASH_ROUNDING, &step.to_string())?;
            let detail = step.to_string();
            audit::record(tx, now, "owner", "setting.changed", CASH_ROUNDING, &detail)
        })
        .await
    }
}

/// The setting that lets cashiers sell for less without the owner's PIN.
const CASHIER_DISCOUNTS: &str = "cashier_discounts";

impl Shop {
    /// Whether cashiers may take prices down and give discounts by themselves; the owner's PIN is asked for otherwise.
    ///
    /// # Errors
    /// What the database says.
    pub async fn cashier_discounts(&self) -> Result<bool> {
        let setting = |connection: &_| settings::get(connection, CASHIER_DISCOUNTS);
        Ok(self.db.read(setting).await?.as_deref() == Some("1"))
    }

    /// Has cashiers sell for less by themselves from now on, or not.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set_cashier_discounts(&self, free: bool) -> Result<()> {
        self.record(move |tx, now| {
            let value = if free { "1" } else { "0" };
            settings::set(tx, CASHIER_DISCOUNTS, value)?;
            audit::record(
                tx,
                now,
                "owner",
                "setting.changed",
                CASHIER_DISCOUNTS,
                value,
            )
        })
        .await
    }
}

fn no_sale(id: &str) -> Error {
    Error::NotFound(format!("there is no sale {id:?}"))
}
