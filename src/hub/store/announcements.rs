//! Events for other systems, queued in the transaction of what happened.

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::outbox::{Channel, NewMessage, put};
use super::{HubTx, webhooks};
use crate::error::Result;
use crate::wire::event::moment_text;

/// Tells the distributor's own systems that something happened: every webhook that wants events of this `kind` is called
/// with it, soon and at least once. `key` names what it happened to and, where it can happen more than once, which time
/// (`SHIPMENT`, `SKU/2026-11-22`): the same kind and key again is announced no second time, and events about what stands before
/// the first `/` arrive in their order. How many webhooks are called.
pub fn announce(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    kind: &str,
    key: &str,
    data: &Json,
) -> Result<u64> {
    let mut called = 0;
    let event_id = Uuid::now_v7().to_string();
    for webhook in webhooks::list(tx)? {
        if !webhook.active || webhook.customer_id.is_some() || !webhook.wants(kind) {
            continue;
        }
        if call(tx, now, &webhook, (kind, key, &event_id), None, data)? {
            called += 1;
        }
    }
    Ok(called)
}

/// Queues the call of one webhook with an event (its kind, key and identity); whether it is the first about this.
pub fn call(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    webhook: &webhooks::Webhook,
    (kind, key, event_id): (&str, &str, &str),
    order_id: Option<&str>,
    data: &Json,
) -> Result<bool> {
    let body = json!({
        "id": event_id, "kind": kind, "key": key, "created_at": moment_text(now), "data": data,
    });
    let message = NewMessage {
        channel: Channel::Webhook,
        recipient: &webhook.id,
        topic_key: &format!("{kind}/{key}/{}", webhook.id),
        subject: key.split('/').next().unwrap_or(key),
        kind,
        payload: &body.to_string(),
        order_id,
    };
    put(tx, now, &message)
}
