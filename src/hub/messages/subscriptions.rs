//! Webhooks: which other systems are called, and with what.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::Hub;
use super::guard;
use crate::error::{Error, Faults, Result};
use crate::hub::store::webhooks::{self as rows, Webhook};
use crate::hub::store::{self, HubTx, audit, customers};
use crate::web::session::random_secret;

/// The kinds of events that the hub announces; a subscription may also name `*` or the beginning of kinds, such as `order.*`.
pub const KINDS: &[&str] = &[
    "order.received",
    "order.confirmed",
    "order.in_production",
    "order.ready",
    "order.shipped",
    "order.delivered",
    "order.returned",
    "order.cancelled",
    "order.backordered",
    "shipment.confirmed",
    "shipment.dispatched",
    "shipment.received",
    "shipment.cancelled",
    "supplier_order.confirmed",
    "supplier_order.sent",
    "supplier_order.received",
    "supplier_order.cancelled",
    "production.confirmed",
    "production.started",
    "production.done",
    "production.taken_back",
    "production.cancelled",
    "stock.negative",
];

/// Tells the distributor's own systems of a change by its name in the audit log, where that is a kind of event: `subject`
/// came to it, once.
///
/// # Errors
/// What the database said.
pub(in crate::hub) fn announce_change(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    action: &str,
    subject: &str,
    data: &serde_json::Value,
) -> Result<()> {
    announce_each(tx, now, action, (subject, None), data)
}

/// The same for what can come to a subject more than once: `time` tells one from the other.
///
/// # Errors
/// What the database said.
pub(in crate::hub) fn announce_each(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    action: &str,
    (subject, time): (&str, Option<i64>),
    data: &serde_json::Value,
) -> Result<()> {
    if KINDS.contains(&action) {
        let mut data = data.clone();
        data["id"] = subject.into();
        let key = time.map_or_else(|| subject.to_owned(), |time| format!("{subject}/{time}"));
        store::outbox::announce(tx, now, action, &key, &data)?;
    }
    Ok(())
}

/// More webhooks than a distributor has systems.
const MOST_WEBHOOKS: usize = 50;

/// A subscription to be made.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// Its identity; with it the same request again is the same subscription.
    pub id: Option<Uuid>,
    /// Where calls go.
    pub url: String,
    /// Which kinds of events; all where none is named.
    pub kinds: Vec<String>,
    /// The customer whose orders it is told of; absent for the distributor's own systems.
    pub customer_id: Option<String>,
}

/// What became of a request for a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// It was made; this is the only time that its secret is told.
    Created(Webhook),
    /// It had been made before.
    Repeated(Webhook),
}

impl Hub {
    /// The subscriptions, oldest first.
    ///
    /// # Errors
    /// What the database said.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>> {
        store::read(self.store(), rows::list).await
    }

    /// A subscription.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn webhook(&self, id: &str) -> Result<Webhook> {
        let id = id.to_owned();
        store::read(self.store(), move |tx| rows::get(tx, &id)).await
    }

    /// Makes a subscription with a secret of its own.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address that may not be called or a kind that cannot be, [`Error::NotFound`] without such a
    /// customer, [`Error::Conflict`] when the identity has other content, [`Error::Refused`] beyond 50 of them.
    pub async fn create_webhook(&self, actor: &str, new: NewWebhook) -> Result<Made> {
        let url = guard::checked(&new.url, &self.config.webhook_private_hosts())?;
        let kinds = checked_kinds(&new.kinds)?;
        let webhook = Webhook {
            id: new.id.unwrap_or_else(Uuid::now_v7).to_string(),
            url: url.to_string(),
            secret: format!("whsec_{}", random_secret()?),
            kinds,
            customer_id: new.customer_id,
            active: true,
            created_at: self.now(),
        };
        let (actor, now) = (actor.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            if let Some(before) = rows::find(tx, &webhook.id)? {
                let same = before.url == webhook.url
                    && before.kinds == webhook.kinds
                    && before.customer_id == webhook.customer_id;
                return if same {
                    Ok(Made::Repeated(before))
                } else {
                    let id = &webhook.id;
                    Err(Error::Conflict(format!(
                        "webhook {id} was made with other content"
                    )))
                };
            }
            if let Some(customer) = &webhook.customer_id {
                customers::get(tx, customer)?;
            }
            if rows::list(tx)?.len() >= MOST_WEBHOOKS {
                return Err(Error::Refused(format!(
                    "there are {MOST_WEBHOOKS} webhooks already; switch to one that passes events on"
                )));
            }
            rows::put(tx, &webhook)?;
            let detail = serde_json::json!({ "url": webhook.url, "kinds": webhook.kinds });
            audit::record(
                tx,
                now,
                &actor,
                "webhook.created",
                &webhook.id,
                &detail.to_string(),
            )?;
            Ok(Made::Created(webhook.clone()))
        })
        .await
    }

    /// Switches a subscription on or off. What is queued for one that is off is dropped when its time comes.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn set_webhook_active(&self, actor: &str, id: &str, active: bool) -> Result<Webhook> {
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let mut webhook = rows::get(tx, &id)?;
            if webhook.active != active {
                webhook.active = active;
                rows::put(tx, &webhook)?;
                let action = if active { "webhook.on" } else { "webhook.off" };
                audit::record(tx, now, &actor, action, &id, &webhook.url)?;
            }
            Ok(webhook)
        })
        .await
    }

    /// Calls a subscription with an event `ping`, to see whether it answers.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn ping_webhook(&self, actor: &str, id: &str) -> Result<()> {
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let webhook = rows::get(tx, &id)?;
            let event = Uuid::now_v7().to_string();
            let nothing = serde_json::json!({});
            store::outbox::call(tx, now, &webhook, ("ping", &event, &event), None, &nothing)?;
            audit::record(tx, now, &actor, "webhook.pinged", &id, "")
        })
        .await?;
        self.poke_messages();
        Ok(())
    }
}

fn checked_kinds(kinds: &[String]) -> Result<Vec<String>> {
    if kinds.is_empty() {
        return Ok(vec!["*".to_owned()]);
    }
    let mut faults = Faults::default();
    for (index, kind) in kinds.iter().enumerate() {
        let fits = match kind.strip_suffix('*') {
            Some(beginning) => {
                beginning.is_empty() || KINDS.iter().any(|known| known.starts_with(beginning))
            }
            None => KINDS.contains(&kind.as_str()),
        };
        if !fits {
            faults.add(
                format!("kinds[{index}]"),
                format!("there is no kind of event {kind:?}"),
            );
        }
    }
    faults.into_result()?;
    Ok(kinds.to_vec())
}
