//! Orders of shops and of end customers: from the entry to the customer's door.
//!
//! What is ordered is kept apart by stock: *backlog* is set aside and has not left, a *backorder* is not there yet and has
//! a promised date. Of every line, in base units and always,
//! `reserved + shipped + backordered + cancelled = ordered`.
//!
//! | kind of line | steps |
//! |---|---|
//! | from stock | received, confirmed, ready, shipped, delivered |
//! | made to order | received, confirmed, in production (its stages), ready, shipped, delivered |
//! | sent by a supplier | received, confirmed, shipped, delivered |
//!
//! Anything open may be cancelled. Each step may be asked for again and changes nothing then; one that the order does not
//! allow is refused with the reason.

pub mod board;
mod entry;
pub mod fill;
pub(super) mod import;
mod making;
pub mod notices;
mod parcels;
pub mod people;
pub mod phases;
mod rules;
mod steps;
pub mod with_shipment;

use chrono::{DateTime, NaiveDate, Utc};

use super::Hub;
use super::store::catalogue::{self, Product};
use super::store::customers::Customer;
use super::store::order_parcels::{self, Parcel, PhaseStep};
use super::store::orders::{self as rows, Order, OrderFilter};
use super::store::outbox::{self, Message, MessageFilter};
use super::store::{self, customers};
use crate::error::{Error, Result};
use crate::wire::event::Hash;

pub use entry::{Made, NewLine, NewOrder, Orderer};
pub use steps::{Action, Amount, Step};

/// The most orders in one answer.
pub const MOST_ORDERS: i64 = 100;

/// The most lines of an order.
pub const MOST_LINES: usize = 500;

/// An order with all that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderView {
    /// The order.
    pub order: Order,
    /// Who ordered.
    pub customer: Customer,
    /// What left, or is about to.
    pub parcels: Vec<Parcel>,
    /// The phases that it came through.
    pub phases: Vec<PhaseStep>,
    /// What was told of it, newest first.
    pub messages: Vec<Message>,
}

impl Hub {
    /// Orders with their customers, newest first, at most [`MOST_ORDERS`].
    ///
    /// # Errors
    /// What the database said.
    pub async fn orders(&self, filter: OrderFilter) -> Result<Vec<(Order, Customer)>> {
        store::read(self.store(), move |tx| {
            rows::list(tx, &filter, MOST_ORDERS)?
                .into_iter()
                .map(|order| {
                    let customer = customers::get(tx, &order.customer_id)?;
                    Ok((order, customer))
                })
                .collect()
        })
        .await
    }

    /// What can be ordered, by code.
    ///
    /// # Errors
    /// What the database said.
    pub async fn orderable(&self) -> Result<Vec<Product>> {
        store::read(self.store(), |tx| {
            let mut products = catalogue::products(tx)?;
            products.retain(|product| product.entry.active);
            Ok(products)
        })
        .await
    }

    /// An order with all that belongs to it.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn order(&self, id: &str) -> Result<OrderView> {
        let id = id.to_owned();
        store::read(self.store(), move |tx| {
            let order = rows::get(tx, &id)?;
            let messages = MessageFilter {
                order_id: Some(id.clone()),
                ..MessageFilter::default()
            };
            Ok(OrderView {
                customer: customers::get(tx, &order.customer_id)?,
                parcels: order_parcels::of_order(tx, &id)?,
                phases: order_parcels::phases(tx, &id)?,
                messages: outbox::list(tx, &messages, MOST_ORDERS)?,
                order,
            })
        })
        .await
    }

    /// The order that a public link shows, to whoever has the link.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a link that is none.
    pub async fn tracked(&self, secret: &str) -> Result<OrderView> {
        let hash = link_hash(secret);
        let found = store::read(self.store(), move |tx| rows::by_link(tx, &hash.0)).await?;
        match found {
            Some(order) => self.order(&order.id).await,
            None => Err(Error::NotFound("there is no such order".to_owned())),
        }
    }

    /// Gives what is free in the warehouse to orders that wait for it; how many orders got something. Called by the hub
    /// itself from time to time, whatever else does it.
    ///
    /// # Errors
    /// What the database said.
    pub async fn fill_backorders(&self, actor: &str) -> Result<usize> {
        let (actor, now, today) = (actor.to_owned(), self.now(), self.today());
        let waits = store::read(self.store(), |tx| {
            Ok(!store::order_board::waiting(tx, None)?.is_empty())
        })
        .await?;
        if !waits {
            return Ok(0);
        }
        let filled = store::write(self.store(), move |tx| {
            fill::fill(tx, now, today, &actor, None)
        })
        .await?;
        if !filled.is_empty() {
            self.poke_messages();
        }
        Ok(filled.len())
    }

    /// The day at this hub on which a moment falls.
    #[must_use]
    pub fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.identity.timezone).date_naive()
    }
}

/// By what a public link is found. It carries 256 random bits, so a plain digest cannot be guessed back.
fn link_hash(secret: &str) -> Hash {
    use sha2::{Digest, Sha256};
    Hash(Sha256::digest(secret.as_bytes()).into())
}
