//! Carts: what somebody is being sold right now. A cart lives in the daemon, so that a page may be reloaded, lost or
//! opened twice; its id is that of the sale it becomes, so that it is sold once whoever presses the button.
//!
//! Putting things in and out leaves no audit entry, only what ends a cart does: the sale, or that it was dropped.

mod change;
mod content;
mod measure;
mod settle;
mod view;

use chrono::{Days, Duration};
use rusqlite::Connection;
use uuid::Uuid;

use super::receipt::Sale;
use crate::error::{Error, Result};
use crate::shop::Shop;
use crate::shop::access::Person;
use crate::shop::faults;
use crate::shop::store::carts::{self as rows, CartRow, CartState};
use crate::shop::store::days::Moment;
use crate::shop::store::{audit, customers, products, sales, search, shelf};
use crate::store::WriteTx;
use content::Content;

pub use change::{Change, ChangeRequest, Discount, looks_like_code};
pub use measure::Measure;
pub use settle::{PayRequest, Paying};
pub use view::{Buyer, Cart, CartLine, LineProblem, Offer};

/// Nobody comes back to a cart that stood open at another counter for so long.
const FORGOTTEN_AFTER: Duration = Duration::minutes(30);

/// How long an ended cart is still answered with what became of it, where no sale says so.
const KEPT: Days = Days::new(7);

/// Carts listed as waiting.
const WAITING: u32 = 50;

/// Days of sales that make the best sellers.
const SELLING: Days = Days::new(30);

/// How a cart stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Not paid yet.
    Unpaid(Cart),
    /// Paid, with what became of the sale.
    Sold(Sale),
    /// Nobody wanted it.
    Dropped,
}

/// How a change of a cart ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is made, now or when the same was sent before.
    Done(Cart),
    /// The cart changed since the page showed it: nothing was done.
    Stale(Cart),
    /// No product has the code: nothing was done.
    Unknown(Cart),
    /// The cart is sold or dropped: nothing was done.
    Over(Standing),
}

impl Shop {
    /// The cart open at a till, a new one if there is none.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a till's name that cannot be.
    pub async fn cart_at(&self, till: &str, person: &Person) -> Result<Cart> {
        let till = faults::text(till, 64).map_err(|message| Error::invalid("till", message))?;
        let looked_for = till.clone();
        let found = self
            .db
            .read(move |connection| {
                let row = rows::open_at(connection, &looked_for)?;
                row.map(|row| Cart::load(connection, row)).transpose()
            })
            .await?;
        if let Some(cart) = found {
            return Ok(cart);
        }
        let (now, by) = (self.now(), person.name.clone());
        self.db
            .write(move |tx| {
                let row = match rows::open_at(tx, &till)? {
                    Some(row) => row,
                    None => open(tx, &now, &till, &by)?,
                };
                Cart::load(tx, row)
            })
            .await
    }

    /// How a cart stands.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn cart(&self, id: &str) -> Result<Standing> {
        let id = id.to_owned();
        self.db
            .read(move |connection| match rows::by_id(connection, &id)? {
                Some(row) => standing(connection, row),
                None => sold(connection, &id)?.ok_or_else(|| no_cart(&id)),
            })
            .await
    }

    /// Changes a cart. The same request again changes nothing more.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the wrong field, [`Error::NotFound`] without such a cart or line.
    pub async fn change_cart(&self, id: &str, request: ChangeRequest) -> Result<Changed> {
        let (id, now) = (id.to_owned(), self.now());
        self.db
            .write(move |tx| change::change(tx, &now, &id, &request))
            .await
    }

    /// Puts a cart aside under a label, or none.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a label that cannot be, [`Error::NotFound`], [`Error::Refused`] for an ended cart.
    pub async fn hold_cart(&self, id: &str, label: &str) -> Result<()> {
        let label =
            faults::optional_text(label, 60).map_err(|message| Error::invalid("label", message))?;
        self.turn(id, move |tx, now, mut row| {
            row.state = CartState::Held;
            row.label = label;
            row.version += 1;
            rows::update(tx, now, &row)
        })
        .await
    }

    /// Takes a cart back to a till. What stands open there is put aside.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`] for an ended cart.
    pub async fn resume_cart(&self, id: &str, till: &str) -> Result<()> {
        let till = faults::text(till, 64).map_err(|message| Error::invalid("till", message))?;
        self.turn(id, move |tx, now, mut row| {
            if let Some(mut other) = rows::open_at(tx, &till)?
                && other.id != row.id
            {
                let empty = Content::read(&other)?.lines.is_empty();
                other.state = if empty {
                    CartState::Dropped
                } else {
                    CartState::Held
                };
                other.version += 1;
                rows::update(tx, now, &other)?;
            }
            row.state = CartState::Open;
            row.till = till;
            row.version += 1;
            rows::update(tx, now, &row)
        })
        .await
    }

    /// Ends a cart that nobody wants.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`] for one that is paid.
    pub async fn drop_cart(&self, id: &str, person: &Person) -> Result<()> {
        let by = person.name.clone();
        self.turn(id, move |tx, now, mut row| {
            row.state = CartState::Dropped;
            let cart = Cart::load(tx, row.clone())?;
            rows::update(tx, now, &row)?;
            if cart.lines.is_empty() {
                return Ok(());
            }
            let detail = format!("{} lines, {}", cart.lines.len(), cart.due.0);
            audit::record(tx, now, &by, "cart.dropped", &cart.id, &detail)
        })
        .await
    }

    async fn turn<F>(&self, id: &str, job: F) -> Result<()>
    where
        F: FnOnce(&WriteTx<'_>, &Moment, CartRow) -> Result<()> + Send + 'static,
    {
        let (id, now) = (id.to_owned(), self.now());
        self.db
            .write(move |tx| {
                let row = rows::by_id(tx, &id)?.ok_or_else(|| no_cart(&id))?;
                match row.state {
                    CartState::Open | CartState::Held => job(tx, &now, row),
                    CartState::Sold => Err(Error::Refused("the cart is paid already".to_owned())),
                    CartState::Dropped => Err(Error::Refused("the cart was dropped".to_owned())),
                }
            })
            .await
    }

    /// Carts that wait to be taken back to a till: those put aside, and forgotten ones of other tills.
    ///
    /// # Errors
    /// What the database says.
    pub async fn waiting_carts(&self, till: &str) -> Result<Vec<Cart>> {
        let till = till.to_owned();
        let untouched_since = self.now().utc - FORGOTTEN_AFTER;
        self.db
            .read(move |connection| {
                let mut carts = Vec::new();
                for row in rows::waiting(connection, &till, untouched_since, WAITING)? {
                    let cart = Cart::load(connection, row)?;
                    if cart.held || !cart.lines.is_empty() {
                        carts.push(cart);
                    }
                }
                Ok(carts)
            })
            .await
    }

    /// Products to put into a cart: those that a text finds, the exact code first, then what begins with it, then what
    /// sells most.
    ///
    /// # Errors
    /// What the database says.
    pub async fn offers(&self, text: &str, limit: usize) -> Result<Vec<Offer>> {
        let text = text.to_owned();
        let since = self.now().local.date() - SELLING;
        self.db
            .read(move |connection| {
                let found = search::offered(connection, &text, since, limit)?;
                found
                    .into_iter()
                    .map(|row| Offer::load(connection, row))
                    .collect()
            })
            .await
    }

    /// What is sold all day: the favourites, and behind them the best sellers of the last 30 days.
    ///
    /// # Errors
    /// What the database says.
    pub async fn favourites(&self, limit: u32) -> Result<Vec<Offer>> {
        let since = self.now().local.date() - SELLING;
        self.db
            .read(move |connection| {
                let mut codes = shelf::favourites(connection, limit)?;
                for sku in shelf::best_sellers(connection, since, limit)? {
                    if codes.len() < limit as usize && !codes.contains(&sku) {
                        codes.push(sku);
                    }
                }
                let mut offers = Vec::with_capacity(codes.len());
                for sku in codes {
                    if let Some(row) = products::by_sku(connection, &sku)? {
                        offers.push(Offer::load(connection, row)?);
                    }
                }
                Ok(offers)
            })
            .await
    }

    /// Customers whose name holds `text`, by name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn buyers(&self, text: &str, limit: u32) -> Result<Vec<Buyer>> {
        let text = text.trim().to_owned();
        self.db
            .read(move |connection| {
                let found = customers::find(connection, &text, limit)?;
                Ok(found.into_iter().map(Buyer::from).collect())
            })
            .await
    }
}

fn open(tx: &WriteTx<'_>, now: &Moment, till: &str, by: &str) -> Result<CartRow> {
    rows::forget(tx, now.utc - KEPT)?;
    let row = CartRow {
        id: Uuid::now_v7().to_string(),
        state: CartState::Open,
        label: String::new(),
        content: serde_json::to_string(&Content::default())
            .map_err(|error| Error::Internal(format!("writing a cart: {error}")))?,
        version: 1,
        till: till.to_owned(),
        opened_by: by.to_owned(),
        changed_at_utc: now.text(),
    };
    rows::insert(tx, &row)?;
    Ok(row)
}

fn standing(connection: &Connection, row: CartRow) -> Result<Standing> {
    if let Some(sold) = sold(connection, &row.id)? {
        return Ok(sold);
    }
    Ok(match row.state {
        CartState::Dropped => Standing::Dropped,
        _ => Standing::Unpaid(Cart::load(connection, row)?),
    })
}

fn sold(connection: &Connection, id: &str) -> Result<Option<Standing>> {
    let sale = sales::by_id(connection, id)?;
    sale.map(|sale| Ok(Standing::Sold(Sale::load(connection, sale)?)))
        .transpose()
}

fn no_cart(id: &str) -> Error {
    Error::NotFound(format!("there is no cart {id:?}"))
}
