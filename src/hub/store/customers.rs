//! Who orders: shops of this hub, and anybody else.

use chrono::{DateTime, Utc};

use super::{HubTx, Row, occurring};
use crate::error::{Error, Result};

/// How a customer is told how far an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeChannel {
    /// By e-mail.
    Email,
    /// By a link that a person taps.
    WhatsApp,
    /// By a call of the customer's own system.
    Webhook,
    /// Not at all: the customer looks at the tracking page.
    None,
}

impl NoticeChannel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Email, Self::WhatsApp, Self::Webhook, Self::None];

    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::WhatsApp => "whatsapp",
            Self::Webhook => "webhook",
            Self::None => "none",
        }
    }

    /// The reverse of [`NoticeChannel::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.as_str() == text)
    }
}

/// Somebody who orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Its identity.
    pub id: String,
    /// The name.
    pub name: String,
    /// International, digits alone; empty for none.
    pub phone: String,
    /// Empty for none.
    pub email: String,
    /// Where deliveries go; empty where nobody has said.
    pub address: String,
    /// `id` or `en`: in which language the customer is told.
    pub language: String,
    /// How the customer is told.
    pub channel: NoticeChannel,
    /// The shop of this hub that the customer is.
    pub shop_id: Option<String>,
    /// Why nothing leaves for the customer at present; empty for nothing.
    pub hold: String,
    /// Still ordering.
    pub active: bool,
    /// When added.
    pub created_at: DateTime<Utc>,
    /// Counts changes, so that an edit of an older state is noticed.
    pub version: i64,
}

const COLUMNS: &str = "id, name, phone, email, address, language, channel, of_shop, hold, active, created_at_utc, version";

fn from_row(row: &Row) -> Result<Customer> {
    let id = row.text("id")?;
    Ok(Customer {
        name: row.text("name")?,
        phone: row.text("phone")?,
        email: row.text("email")?,
        address: row.text("address")?,
        language: row.text("language")?,
        channel: NoticeChannel::parse(&row.text("channel")?)
            .ok_or_else(|| Error::Corrupt(format!("customer {id} is told by no known channel")))?,
        shop_id: row.text_opt("of_shop")?,
        hold: row.text("hold")?,
        active: row.flag("active")?,
        created_at: row.moment("created_at_utc")?,
        version: row.integer("version")?,
        id,
    })
}

/// The customer with this identity.
pub fn find(tx: &mut dyn HubTx, id: &str) -> Result<Option<Customer>> {
    tx.query_row(
        &format!("SELECT {COLUMNS} FROM customers WHERE tenant_id = tenant() AND id = $1"),
        &[id.into()],
    )?
    .map(|row| from_row(&row))
    .transpose()
}

/// The customer with this identity, or [`Error::NotFound`].
pub fn get(tx: &mut dyn HubTx, id: &str) -> Result<Customer> {
    find(tx, id)?.ok_or_else(|| Error::NotFound(format!("there is no customer {id}")))
}

/// The customer that a shop is.
pub fn by_shop(tx: &mut dyn HubTx, shop_id: &str) -> Result<Option<Customer>> {
    tx.query_row(
        &format!("SELECT {COLUMNS} FROM customers WHERE tenant_id = tenant() AND of_shop = $1"),
        &[shop_id.into()],
    )?
    .map(|row| from_row(&row))
    .transpose()
}

/// Customers with this name, letter by letter, oldest first.
pub fn by_name(tx: &mut dyn HubTx, name: &str) -> Result<Vec<Customer>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM customers WHERE tenant_id = tenant() AND name = $1 ORDER BY created_at_utc, id"
        ),
        &[name.into()],
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// Customers in whose name, number or e-mail address `part` occurs, by name, at most `limit`; all where it is empty.
pub fn search(tx: &mut dyn HubTx, part: &str, limit: i64) -> Result<Vec<Customer>> {
    let pattern = occurring(&part.to_lowercase());
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM customers
             WHERE tenant_id = tenant() AND active = 1
               AND (lower(name) LIKE $1 ESCAPE '\\' OR phone LIKE $1 ESCAPE '\\' OR lower(email) LIKE $1 ESCAPE '\\')
             ORDER BY name, id LIMIT $2"
        ),
        &[pattern.into(), limit.into()],
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// Writes a customer, in place of what was known.
pub fn put(tx: &mut dyn HubTx, customer: &Customer) -> Result<()> {
    tx.execute(
        "INSERT INTO customers (tenant_id, id, name, phone, email, address, language, channel, of_shop, hold, active,
             created_at_utc, version)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (tenant_id, id) DO UPDATE SET
             name = excluded.name, phone = excluded.phone, email = excluded.email, address = excluded.address,
             language = excluded.language, channel = excluded.channel, hold = excluded.hold,
             active = excluded.active, version = excluded.version",
        &[
            (&customer.id).into(),
            (&customer.name).into(),
            (&customer.phone).into(),
            (&customer.email).into(),
            (&customer.address).into(),
            (&customer.language).into(),
            customer.channel.as_str().into(),
            customer.shop_id.clone().into(),
            (&customer.hold).into(),
            customer.active.into(),
            customer.created_at.into(),
            customer.version.into(),
        ],
    )?;
    Ok(())
}
