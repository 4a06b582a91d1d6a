//! A cart becomes a sale.

use uuid::Uuid;

use super::content::Content;
use super::view::{Buyer, Cart};
use super::{Standing, no_cart, standing};
use crate::error::{Error, Result};
use crate::model::{Money, SaleId};
use crate::shop::Shop;
use crate::shop::access::Person;
use crate::shop::debts::names::likeness;
use crate::shop::faults::text;
use crate::shop::outcome::Outcome;
use crate::shop::store::carts::{self as rows, CartState};
use crate::shop::store::days::Moment;
use crate::shop::store::{audit, customers, sales};
use crate::shop::till::pay as parts;
use crate::shop::till::receipt::Sale;
use crate::shop::till::request::{PaymentRequest, SaleLineRequest, SaleRequest};
use crate::shop::till::sell;
use crate::store::WriteTx;

/// Change that no customer waits for: whoever pays leaves out a note that is not needed, so that it is a slip of the
/// finger, or a barcode that a slow scanner typed into the field.
const ODD_CHANGE: Money = Money(500_000);

/// People offered where a name may mean several.
const ALIKE: usize = 4;

/// How a cart is paid.
#[derive(Debug, Clone)]
pub struct PayRequest {
    /// The version of the cart that the page showed.
    pub version: i64,
    /// What the page said was to pay, before cash is rounded: prices may have changed meanwhile.
    pub due: Money,
    /// How.
    pub payment: PaymentRequest,
    /// On the account of whoever has this name; somebody new where nobody has one like it.
    pub named: Option<String>,
    /// It is somebody new, whoever else has a name like it.
    pub newcomer: bool,
    /// Somebody looked again at how much was handed over.
    pub sure: bool,
}

/// How paying a cart ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paying {
    /// It is paid, and on the disk.
    Paid(Sale),
    /// It was paid before, perhaps at another page; this is that sale.
    Before(Sale),
    /// It is not what the page showed any more: nothing was paid.
    Stale(Cart),
    /// A line cannot be sold, or there is none: nothing was paid.
    Unready(Cart),
    /// It was dropped: nothing was paid.
    Dropped,
    /// Nobody hands over so much more than is due that this goes back, rupiah: nothing was paid.
    Odd(Money),
    /// Several people may be meant by the name, the likeliest first: nothing was paid.
    Whose(Cart, Vec<Buyer>),
}

impl Shop {
    /// Sells a cart, once: whoever asks again gets the same sale.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a payment that cannot be, [`Error::Refused`] for a debt beyond the customer's limit,
    /// [`Error::NotFound`] without such a cart.
    pub async fn pay_cart(&self, id: &str, pay: PayRequest, person: &Person) -> Result<Paying> {
        let (id, by) = (id.to_owned(), person.name.clone());
        let paid = self
            .record(move |tx, now| settle(tx, now, &id, &pay, &by))
            .await?;
        if let Paying::Paid(sale) = &paid {
            self.print_sold(&sale.receipt);
        }
        Ok(paid)
    }
}

fn settle(tx: &WriteTx<'_>, now: &Moment, id: &str, pay: &PayRequest, by: &str) -> Result<Paying> {
    let Some(mut row) = rows::by_id(tx, id)? else {
        return match sales::by_id(tx, id)? {
            Some(sale) => Ok(Paying::Before(Sale::load(tx, sale)?)),
            None => Err(no_cart(id)),
        };
    };
    let cart = match standing(tx, row.clone())? {
        Standing::Sold(sale) => return Ok(Paying::Before(sale)),
        Standing::Dropped => return Ok(Paying::Dropped),
        Standing::Unpaid(cart) => cart,
    };
    if cart.version != pay.version || cart.due != pay.due {
        return Ok(Paying::Stale(cart));
    }
    if !cart.payable() {
        return Ok(Paying::Unready(cart));
    }
    if !pay.sure {
        let change = parts::pay(tx, &pay.payment, cart.due)?.change;
        if change >= ODD_CHANGE {
            return Ok(Paying::Odd(change));
        }
    }
    let account = match &pay.named {
        Some(name) => match account(tx, now, name, pay.newcomer, by)? {
            Account::Of(id) => Some(id),
            Account::OneOf(known) => return Ok(Paying::Whose(cart, known)),
        },
        None => None,
    };
    let mut request = request(cart, pay, by);
    if account.is_some() {
        request.payment.customer_id = account;
    }
    let sale_id = request.check_form()?;
    match sell::sell(tx, now, &sale_id, &request)? {
        Outcome::Recorded(_) => {}
        Outcome::Already(receipt) => {
            return Err(Error::Internal(format!(
                "the sale {} is recorded and its cart is not",
                receipt.id
            )));
        }
        Outcome::Conflict(message) => return Err(Error::Conflict(message)),
    }
    row.state = CartState::Sold;
    row.content = serde_json::to_string(&Content::default())
        .map_err(|error| Error::Internal(format!("writing a cart: {error}")))?;
    rows::update(tx, now, &row)?;
    recorded(tx, &sale_id)
}

/// Whose account a name means.
enum Account {
    Of(String),
    OneOf(Vec<Buyer>),
}

/// The account of whoever has this name. A name like one in the book opens no account before somebody said that it is
/// another person: a debt that is spread over two accounts is beyond no limit and is never paid in full.
fn account(
    tx: &WriteTx<'_>,
    now: &Moment,
    name: &str,
    newcomer: bool,
    by: &str,
) -> Result<Account> {
    let field = "payment.customer_id";
    let name = text(name, 100).map_err(|message| Error::invalid(field, message))?;
    if !newcomer {
        let same = customers::named(tx, &name)?;
        if let [one] = &same[..] {
            return Ok(Account::Of(one.id.clone()));
        }
        let alike = alike(tx, &name)?;
        if !alike.is_empty() {
            return Ok(Account::OneOf(alike));
        }
    }
    let id = Uuid::now_v7().to_string();
    customers::ensure(tx, now, &id, &name)?;
    audit::record(tx, now, by, "customer.added", &id, &name)?;
    Ok(Account::Of(id))
}

/// Customers whose name is like this one, the likeliest first.
fn alike(tx: &WriteTx<'_>, name: &str) -> Result<Vec<Buyer>> {
    let mut found: Vec<_> = customers::find(tx, "", u32::MAX)?
        .into_iter()
        .filter_map(|row| Some((likeness(name, &row.name)?, row)))
        .collect();
    found.sort_by_key(|(likeness, _)| *likeness);
    found.truncate(ALIKE);
    Ok(found.into_iter().map(|(_, row)| Buyer::from(row)).collect())
}

fn recorded(tx: &WriteTx<'_>, id: &SaleId) -> Result<Paying> {
    let sale = sales::by_id(tx, id.as_str())?
        .ok_or_else(|| Error::Internal(format!("the sale {id} was not recorded")))?;
    Ok(Paying::Paid(Sale::load(tx, sale)?))
}

fn request(cart: Cart, pay: &PayRequest, by: &str) -> SaleRequest {
    SaleRequest {
        id: cart.id,
        lines: cart
            .lines
            .into_iter()
            .map(|line| SaleLineRequest {
                sku: Some(line.sku),
                barcode: None,
                unit: Some(line.unit),
                quantity: line.quantity,
                unit_price: line.own_price.then_some(line.price.0),
                discount: Some(line.discount.0),
                note: Some(line.note),
            })
            .collect(),
        discount: Some(cart.discount.0),
        note: Some(cart.note),
        by: Some(by.to_owned()),
        payment: pay.payment.clone(),
    }
}
