//! Where other systems want to be called when something happens.

use chrono::{DateTime, Utc};

use super::{HubTx, Row};
use crate::error::{Error, Result};

/// A subscription of another system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its identity.
    pub id: String,
    /// Where calls go.
    pub url: String,
    /// What they are signed with. It has to be known here to sign, so it is no hash.
    pub secret: String,
    /// Which kinds of events: `order.shipped`, `order.*`, `*`.
    pub kinds: Vec<String>,
    /// The customer whose orders it is told of; absent for the distributor's own systems.
    pub customer_id: Option<String>,
    /// Still called.
    pub active: bool,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

impl Webhook {
    /// Whether it wants events of this kind.
    #[must_use]
    pub fn wants(&self, kind: &str) -> bool {
        self.kinds
            .iter()
            .any(|pattern| match pattern.strip_suffix('*') {
                Some(beginning) => kind.starts_with(beginning),
                None => pattern == kind,
            })
    }
}

const COLUMNS: &str = "id, url, secret, kinds, customer_id, active, created_at_utc";

fn from_row(row: &Row) -> Result<Webhook> {
    Ok(Webhook {
        id: row.text("id")?,
        url: row.text("url")?,
        secret: row.text("secret")?,
        kinds: row
            .text("kinds")?
            .split_whitespace()
            .map(ToOwned::to_owned)
            .collect(),
        customer_id: row.text_opt("customer_id")?,
        active: row.flag("active")?,
        created_at: row.moment("created_at_utc")?,
    })
}

/// All of them, oldest first, those switched off too.
pub fn list(tx: &mut dyn HubTx) -> Result<Vec<Webhook>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM webhooks WHERE tenant_id = tenant() ORDER BY created_at_utc, id"
        ),
        &[],
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// The one with this identity.
pub fn find(tx: &mut dyn HubTx, id: &str) -> Result<Option<Webhook>> {
    tx.query_row(
        &format!("SELECT {COLUMNS} FROM webhooks WHERE tenant_id = tenant() AND id = $1"),
        &[id.into()],
    )?
    .map(|row| from_row(&row))
    .transpose()
}

/// The one with this identity, or [`Error::NotFound`].
pub fn get(tx: &mut dyn HubTx, id: &str) -> Result<Webhook> {
    find(tx, id)?.ok_or_else(|| Error::NotFound(format!("there is no webhook {id}")))
}

/// The one through which a customer is told, if it is switched on.
pub fn of_customer(tx: &mut dyn HubTx, customer_id: &str) -> Result<Option<Webhook>> {
    tx.query_row(
        &format!(
            "SELECT {COLUMNS} FROM webhooks
             WHERE tenant_id = tenant() AND customer_id = $1 AND active = 1 ORDER BY created_at_utc DESC, id DESC LIMIT 1"
        ),
        &[customer_id.into()],
    )?
    .map(|row| from_row(&row))
    .transpose()
}

/// Writes one, in place of what was known of it; its secret stays as it was first.
pub fn put(tx: &mut dyn HubTx, webhook: &Webhook) -> Result<()> {
    tx.execute(
        "INSERT INTO webhooks (tenant_id, id, url, secret, kinds, customer_id, active, created_at_utc)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tenant_id, id) DO UPDATE SET
             url = excluded.url, kinds = excluded.kinds, active = excluded.active",
        &[
            (&webhook.id).into(),
            (&webhook.url).into(),
            (&webhook.secret).into(),
            webhook.kinds.join(" ").into(),
            webhook.customer_id.clone().into(),
            webhook.active.into(),
            webhook.created_at.into(),
        ],
    )?;
    Ok(())
}
