//! Customers: who orders, and how they are told.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::super::Hub;
use super::super::messages::email::is_address;
use super::Orderer;
use crate::error::{Error, Faults, Result};
use crate::hub::store::customers::{self as rows, Customer, NoticeChannel};
use crate::hub::store::{self, HubTx, audit, shops};
use crate::web::Language;

/// The most customers in one answer.
pub const MOST_CUSTOMERS: i64 = 100;

/// A customer as somebody tells of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct NewCustomer {
    /// The name.
    pub name: String,
    /// As people write it: `0812-3456-789`; empty for none.
    pub phone: String,
    /// Empty for none.
    pub email: String,
    /// Empty where nobody has said.
    pub address: String,
    /// `id` or `en`; Indonesian where empty.
    pub language: String,
    /// `email`, `whatsapp`, `webhook` or `none`; by what there is where empty: e-mail, else WhatsApp, else not at all.
    pub channel: String,
}

/// A telephone number in digits alone with the country's code, as links take it: `0812-3456-789` is `628123456789`. Nothing
/// for what is no number (ITU-T E.164).
#[must_use]
pub fn international(phone: &str) -> Option<String> {
    let abroad = phone.trim().strip_prefix('+');
    let digits: String = abroad
        .unwrap_or(phone)
        .chars()
        .filter(|sign| !matches!(sign, ' ' | '-' | '.' | '(' | ')'))
        .collect();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let full = match (abroad, digits.strip_prefix("00"), digits.strip_prefix('0')) {
        (None, Some(rest), _) => rest.to_owned(),
        (None, None, Some(rest)) => format!("62{rest}"),
        (None, None, None) if digits.starts_with('8') => format!("62{digits}"),
        (Some(_), _, _) | (None, None, None) => digits,
    };
    ((9..=15).contains(&full.len()) && !full.starts_with('0')).then_some(full)
}

/// What is said of a customer, checked and in the form in which it is kept.
fn checked(new: &NewCustomer) -> Result<NewCustomer> {
    let mut faults = Faults::default();
    let text = |value: &str, most: usize| {
        let value = value.trim();
        let fits = value.chars().count() <= most
            && !value
                .chars()
                .any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r'));
        if fits {
            Ok(value.to_owned())
        } else {
            Err(format!("must have at most {most} characters"))
        }
    };
    let name = faults.note("customer.name", text(&new.name, 100));
    if name.as_deref() == Some("") {
        faults.add("customer.name", "is empty");
    }
    let address = faults.note("customer.address", text(&new.address, 300));
    let phone = match new.phone.trim() {
        "" => Some(String::new()),
        phone => faults.note(
            "customer.phone",
            international(phone).ok_or_else(|| format!("{phone} is no telephone number")),
        ),
    };
    let email = match new.email.trim() {
        "" => Some(String::new()),
        email if is_address(email) => Some(email.to_owned()),
        email => {
            faults.add("customer.email", format!("{email} is no e-mail address"));
            None
        }
    };
    let language = match new.language.trim() {
        "" => Language::default().tag().to_owned(),
        tag if Language::from_tag(tag).is_some() => tag.to_owned(),
        tag => {
            faults.add("customer.language", format!("{tag} is neither id nor en"));
            String::new()
        }
    };
    let (has_mail, has_phone) = (
        email.as_ref().is_some_and(|email| !email.is_empty()),
        phone.as_ref().is_some_and(|phone| !phone.is_empty()),
    );
    let channel = match new.channel.trim() {
        "" if has_mail => NoticeChannel::Email,
        "" if has_phone => NoticeChannel::WhatsApp,
        "" => NoticeChannel::None,
        named => match NoticeChannel::parse(named) {
            Some(NoticeChannel::Email) if !has_mail => {
                faults.add("customer.email", "is needed to tell the customer by e-mail");
                NoticeChannel::None
            }
            Some(NoticeChannel::WhatsApp) if !has_phone => {
                faults.add(
                    "customer.phone",
                    "is needed to tell the customer by WhatsApp",
                );
                NoticeChannel::None
            }
            Some(channel) => channel,
            None => {
                let known = NoticeChannel::ALL.map(NoticeChannel::as_str).join(", ");
                faults.add("customer.channel", format!("{named} is none of {known}"));
                NoticeChannel::None
            }
        },
    };
    faults.into_result()?;
    Ok(NewCustomer {
        name: name.unwrap_or_default(),
        phone: phone.unwrap_or_default(),
        email: email.unwrap_or_default(),
        address: address.unwrap_or_default(),
        language,
        channel: channel.as_str().to_owned(),
    })
}

fn new_row(now: DateTime<Utc>, told: NewCustomer, shop_id: Option<String>) -> Customer {
    Customer {
        id: Uuid::now_v7().to_string(),
        name: told.name,
        phone: told.phone,
        email: told.email,
        address: told.address,
        language: told.language,
        channel: NoticeChannel::parse(&told.channel).unwrap_or(NoticeChannel::None),
        shop_id,
        hold: String::new(),
        active: true,
        created_at: now,
        version: 1,
    }
}

/// The customer that an order is from, made where there is none yet.
pub(super) fn orderer(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    actor: &str,
    orderer: &Orderer,
) -> Result<Customer> {
    let customer = match orderer {
        Orderer::Customer(id) => return rows::get(tx, id),
        Orderer::Shop(shop_id) => {
            let shop = shops::get(tx, shop_id)?;
            if let Some(known) = rows::by_shop(tx, shop_id)? {
                return Ok(known);
            }
            let told = NewCustomer {
                name: shop.name,
                language: Language::default().tag().to_owned(),
                ..NewCustomer::default()
            };
            new_row(now, told, Some(shop.id))
        }
        Orderer::New(told) => {
            let told = checked(told)?;
            let same = |known: &Customer| {
                known.active
                    && known.shop_id.is_none()
                    && known.phone == told.phone
                    && known.email.eq_ignore_ascii_case(&told.email)
            };
            if let Some(known) = rows::by_name(tx, &told.name)?.into_iter().find(same) {
                return Ok(known);
            }
            new_row(now, told, None)
        }
    };
    rows::put(tx, &customer)?;
    audit::record(
        tx,
        now,
        actor,
        "customer.added",
        &customer.id,
        &customer.name,
    )?;
    Ok(customer)
}

impl Hub {
    /// Customers in whose name, number or address `part` occurs, by name, at most [`MOST_CUSTOMERS`].
    ///
    /// # Errors
    /// What the database said.
    pub async fn customers(&self, part: &str) -> Result<Vec<Customer>> {
        let part = part.trim().to_owned();
        store::read(self.store(), move |tx| {
            rows::search(tx, &part, MOST_CUSTOMERS)
        })
        .await
    }

    /// A customer.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn customer(&self, id: &str) -> Result<Customer> {
        let id = id.to_owned();
        store::read(self.store(), move |tx| rows::get(tx, &id)).await
    }

    /// Changes what is known of a customer, and why nothing leaves for it at present (`hold`, empty for nothing).
    /// `version` is the one that the change was made from.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] for what cannot be, [`Error::Conflict`] when somebody else has
    /// changed it since.
    pub async fn change_customer(
        &self,
        actor: &str,
        id: &str,
        version: i64,
        told: NewCustomer,
        hold: &str,
    ) -> Result<Customer> {
        let told = checked(&told)?;
        let hold = hold.trim().to_owned();
        if hold.chars().count() > 200 || hold.chars().any(char::is_control) {
            return Err(Error::invalid("hold", "must have at most 200 characters"));
        }
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let before = rows::get(tx, &id)?;
            let mut customer = Customer {
                name: told.name.clone(),
                phone: told.phone.clone(),
                email: told.email.clone(),
                address: told.address.clone(),
                language: told.language.clone(),
                channel: NoticeChannel::parse(&told.channel).unwrap_or(NoticeChannel::None),
                hold: hold.clone(),
                ..before.clone()
            };
            if customer == before {
                return Ok(before);
            }
            if before.version != version {
                return Err(Error::Conflict(format!(
                    "somebody has changed {} in the meantime; look again and repeat your change",
                    before.name
                )));
            }
            customer.version += 1;
            rows::put(tx, &customer)?;
            let detail = serde_json::json!({
                "name": customer.name, "channel": customer.channel.as_str(), "hold": customer.hold,
            });
            audit::record(
                tx,
                now,
                &actor,
                "customer.changed",
                &id,
                &detail.to_string(),
            )?;
            Ok(customer)
        })
        .await
    }
}

impl Hub {
    /// Whom somebody means by a name alone: the shop of that name, or else the one customer of it. With anything else told,
    /// or where nobody is called that, it is somebody new.
    ///
    /// # Errors
    /// What the database said.
    pub async fn orderer_named(&self, told: NewCustomer) -> Result<Orderer> {
        if !told.phone.is_empty() || !told.email.is_empty() {
            return Ok(Orderer::New(told));
        }
        store::read(self.store(), move |tx| {
            let name = told.name.trim();
            if let Some(shop) = shops::by_name(tx, name)? {
                return Ok(Orderer::Shop(shop.id));
            }
            let mut known = rows::by_name(tx, name)?.into_iter();
            Ok(match (known.next(), known.next()) {
                (Some(only), None) => Orderer::Customer(only.id),
                _ => Orderer::New(told.clone()),
            })
        })
        .await
    }
}
