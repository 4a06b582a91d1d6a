//! Stock: what is there, what came in, what was counted, changed by hand, or asked for in vain.

mod adjust;
mod asked_for;
mod count;
mod counting;
mod from_list;
mod measure;
mod missed;
mod position;
mod purchase;
mod receive;
mod repeat;
mod shelf;
mod take_in;

use serde::Deserialize;
use utoipa::IntoParams;

use super::Shop;
use super::outcome::{Outcome, Page, page_size};
use super::products::no_product;
use super::store::{days, ledger, stock as rows};
use crate::error::{Error, Result};
use crate::model::Quantity;

pub use adjust::{Adjustment, AdjustmentRequest};
pub use asked_for::{AskedFor, Wish};
pub use count::{Count, CountLine, CountLineRequest, CountRequest};
pub use counting::{Counted, Counting, CountingEntry, CountingLine, Scope};
pub use from_list::{Bought, BoughtLine, LeftOut, Why, expected_expiry};
pub use missed::{MissedDemand, MissedDemandRequest};
pub use position::{Lot, Position, Stock};
pub use purchase::{Purchase, PurchaseContent, PurchaseDraft, PurchaseEntry};
pub use receive::{StockReceipt, StockReceiptLine, StockReceiptLineRequest, StockReceiptRequest};
pub use shelf::{Glance, ProductStock, ShelfQuery, ShelfView};

pub(super) use count::settle;
pub(super) use measure::rupiah;
pub(super) use receive::is_shelf_date;
pub(super) use take_in::pay_out;

/// Which positions to list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StockQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries on the page: 1 to 200; without it, all products at once.
    pub limit: Option<u32>,
}

impl Shop {
    /// The position of one product.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`] for a code that no product has.
    pub async fn stock_of(&self, sku: &str) -> Result<Position> {
        let (sku, info, now) = (sku.to_owned(), self.info.clone(), self.now());
        self.db
            .read(move |connection| {
                let today = days::current(connection, &info, &now)?.date;
                let row =
                    rows::position(connection, today, &sku)?.ok_or_else(|| no_product(&sku))?;
                Position::load(connection, row)
            })
            .await
    }

    /// The positions of all products, in the order of their codes, and the place in the ledger at which they hold.
    ///
    /// # Errors
    /// What the database says.
    pub async fn stock(&self, query: StockQuery) -> Result<Stock> {
        let size = query
            .limit
            .map_or(usize::MAX - 1, |limit| page_size(Some(limit)));
        let (info, now) = (self.info.clone(), self.now());
        self.db
            .read(move |connection| {
                let today = days::current(connection, &info, &now)?.date;
                let positions =
                    rows::positions(connection, today, query.cursor.as_deref(), size + 1)?
                        .into_iter()
                        .map(|row| Position::load(connection, row))
                        .collect::<Result<Vec<_>>>()?;
                let page = Page::cut(positions, size, |position: &Position| {
                    position.sku.to_string()
                });
                Ok(Stock {
                    ledger_seq: ledger::last_seq(connection)?,
                    items: page.items,
                    next_cursor: page.next_cursor,
                })
            })
            .await
    }

    /// Takes goods in that were bought elsewhere, each line as a lot of its own.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] names each wrong field; nothing is recorded then.
    pub async fn receive_stock(
        &self,
        request: StockReceiptRequest,
    ) -> Result<Outcome<StockReceipt>> {
        let id = repeat::check_id(request.id.as_deref())?;
        self.record(move |tx, now| {
            repeat::once(tx, now, "receipt", &id, &request, |reference| {
                receive::receive(tx, now, reference, &request)
            })
        })
        .await
    }

    /// Sets the book to what was counted.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] names each wrong field; nothing is recorded then.
    pub async fn count_stock(&self, request: CountRequest) -> Result<Outcome<Count>> {
        let id = repeat::check_id(request.id.as_deref())?;
        self.record(move |tx, now| {
            repeat::once(tx, now, "count", &id, &request, |reference| {
                count::count(tx, now, reference, &request)
            })
        })
        .await
    }

    /// Takes goods out that were not sold, or corrects the book.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] names each wrong field; nothing is recorded then.
    pub async fn adjust_stock(&self, request: AdjustmentRequest) -> Result<Outcome<Adjustment>> {
        self.adjust_stock_by(request, adjust::BY_API).await
    }

    /// As [`Shop::adjust_stock`], by somebody in particular.
    ///
    /// # Errors
    /// As there.
    pub async fn adjust_stock_by(
        &self,
        request: AdjustmentRequest,
        by: &str,
    ) -> Result<Outcome<Adjustment>> {
        let id = repeat::check_id(request.id.as_deref())?;
        let by = by.to_owned();
        self.record(move |tx, now| {
            repeat::once(tx, now, "adjustment", &id, &request, |reference| {
                adjust::adjust(tx, now, reference, &request, &by)
            })
        })
        .await
    }

    /// As [`Shop::adjust_stock_by`], for somebody who sees the book: more than it has leaves only when she is `sure`.
    ///
    /// # Errors
    /// As there; and [`crate::error::Error::Invalid`] names `sure` where the book would fall below nothing, and nothing
    /// is recorded.
    pub async fn adjust_stock_seen(
        &self,
        request: AdjustmentRequest,
        by: &str,
        sure: bool,
    ) -> Result<Outcome<Adjustment>> {
        let id = repeat::check_id(request.id.as_deref())?;
        let by = by.to_owned();
        self.record(move |tx, now| {
            repeat::once(tx, now, "adjustment", &id, &request, |reference| {
                let done = adjust::adjust(tx, now, reference, &request, &by)?;
                if !sure && done.quantity < Quantity::ZERO && done.on_hand < Quantity::ZERO {
                    // What was posted above is rolled back with the error.
                    return Err(Error::invalid("sure", "more than the book has"));
                }
                Ok(done)
            })
        })
        .await
    }

    /// Records that a customer asked for something and went away without it.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] names each wrong field; nothing is recorded then.
    pub async fn miss_demand(&self, request: MissedDemandRequest) -> Result<Outcome<MissedDemand>> {
        self.miss_demand_by(request, "till").await
    }

    /// As [`Shop::miss_demand`], told by somebody in particular.
    ///
    /// # Errors
    /// As there.
    pub async fn miss_demand_by(
        &self,
        request: MissedDemandRequest,
        by: &str,
    ) -> Result<Outcome<MissedDemand>> {
        let id = repeat::check_id(request.id.as_deref())?;
        let by = by.to_owned();
        self.record(move |tx, now| {
            repeat::once(tx, now, "missed", &id, &request, |reference| {
                missed::miss(tx, now, reference, &request, &by)
            })
        })
        .await
    }
}
