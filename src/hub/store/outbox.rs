//! Messages to people and to other systems: queued in the transaction of what they tell of, sent afterwards.
//!
//! A message is about one thing, its `topic_key`, and there is never a second one about it. Whoever sends takes it for a
//! while (a lease), and says how it ended; a lease that ran out means that nobody knows.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{HubTx, Row, Value, conditions};
use crate::error::{Error, Result};

pub use super::announcements::{announce, call};

/// By what a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// SMTP.
    Email,
    /// A link that a person taps.
    WhatsApp,
    /// A signed call to another system.
    Webhook,
}

impl Channel {
    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::WhatsApp => "whatsapp",
            Self::Webhook => "webhook",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Email, Self::WhatsApp, Self::Webhook]
            .into_iter()
            .find(|channel| channel.as_str() == text)
    }
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageState {
    /// To be sent when its time comes.
    Waiting,
    /// Somebody is sending it.
    Sending,
    /// A person is to send it.
    ByHand,
    /// The other side has taken it.
    Sent,
    /// Given up until a person says otherwise.
    Stuck,
    /// Not to be sent any more.
    Dropped,
}

impl MessageState {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Sending,
        Self::ByHand,
        Self::Sent,
        Self::Stuck,
        Self::Dropped,
    ];

    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::ByHand => "by_hand",
            Self::Sent => "sent",
            Self::Stuck => "stuck",
            Self::Dropped => "dropped",
        }
    }

    /// The reverse of [`MessageState::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A message to be queued.
#[derive(Debug, Clone)]
pub struct NewMessage<'m> {
    /// By what it goes.
    pub channel: Channel,
    /// An e-mail address, a telephone number, or a webhook's identity.
    pub recipient: &'m str,
    /// What it is about: there is one message about it, ever.
    pub topic_key: &'m str,
    /// Messages of one subject reach a recipient in their order.
    pub subject: &'m str,
    /// What it tells of, such as `order.shipped`.
    pub kind: &'m str,
    /// For a webhook the very body of the call.
    pub payload: &'m str,
    /// The order that it is about, if any.
    pub order_id: Option<&'m str>,
}

/// A message in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its identity.
    pub id: String,
    /// By what it goes.
    pub channel: Channel,
    /// An e-mail address, a telephone number, or a webhook's identity.
    pub recipient: String,
    /// What it is about.
    pub topic_key: String,
    /// What it tells of.
    pub kind: String,
    /// What is sent.
    pub payload: String,
    /// The order that it is about, if any.
    pub order_id: Option<String>,
    /// How far it has come.
    pub state: MessageState,
    /// How often it was tried.
    pub attempts: i64,
    /// Of these, how often nobody knows how it ended.
    pub unsure: i64,
    /// When it is to be tried next.
    pub next_at: DateTime<Utc>,
    /// What went wrong last; empty for nothing.
    pub last_error: String,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When the other side took it.
    pub sent_at: Option<DateTime<Utc>>,
}

/// One attempt at a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// From 1.
    pub number: i64,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// `sent`, `failed` or `unsure`.
    pub outcome: String,
    /// What the other side said.
    pub detail: String,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The other side has it.
    Sent(String),
    /// It has it not; to be tried again then, or never by itself.
    Failed {
        /// What was said.
        why: String,
        /// When to try again.
        again_at: Option<DateTime<Utc>>,
    },
    /// Nobody knows; to be tried again then, or never by itself.
    Unsure {
        /// What is known.
        why: String,
        /// When to try again.
        again_at: Option<DateTime<Utc>>,
    },
}

const COLUMNS: &str = "id, channel, recipient, topic_key, kind, payload, order_id, state, attempts, unsure, next_at_utc, \
     last_error, created_at_utc, sent_at_utc";

/// Queues a message to `to` unless there has been one about `topic_key`; whether there had not. Its subject is what stands
/// before the first `/` of the key.
pub fn enqueue(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    channel: Channel,
    to: &str,
    topic_key: &str,
    payload: &str,
) -> Result<bool> {
    let subject = topic_key.split('/').next().unwrap_or(topic_key);
    let message = NewMessage {
        channel,
        recipient: to,
        topic_key,
        subject,
        kind: subject,
        payload,
        order_id: None,
    };
    put(tx, now, &message)
}

/// Queues a message unless there has been one about its topic; whether there had not.
pub fn put(tx: &mut dyn HubTx, now: DateTime<Utc>, message: &NewMessage<'_>) -> Result<bool> {
    let state = match message.channel {
        Channel::WhatsApp => MessageState::ByHand,
        Channel::Email | Channel::Webhook => MessageState::Waiting,
    };
    let changed = tx.execute(
        "INSERT INTO outbox (tenant_id, id, channel, recipient, topic_key, subject, kind, payload, order_id, state,
             attempts, unsure, next_at_utc, last_error, created_at_utc)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, '', $10)
         ON CONFLICT (tenant_id, topic_key) DO NOTHING",
        &[
            Uuid::now_v7().into(),
            message.channel.as_str().into(),
            message.recipient.into(),
            message.topic_key.into(),
            message.subject.into(),
            message.kind.into(),
            message.payload.into(),
            message.order_id.map(ToOwned::to_owned).into(),
            state.as_str().into(),
            now.into(),
        ],
    )?;
    Ok(changed > 0)
}

fn from_row(row: &Row) -> Result<Message> {
    let id = row.text("id")?;
    let unknown = |what: &str| Error::Corrupt(format!("message {id} has no known {what}"));
    Ok(Message {
        channel: Channel::parse(&row.text("channel")?).ok_or_else(|| unknown("channel"))?,
        state: MessageState::parse(&row.text("state")?).ok_or_else(|| unknown("state"))?,
        recipient: row.text("recipient")?,
        topic_key: row.text("topic_key")?,
        kind: row.text("kind")?,
        payload: row.text("payload")?,
        order_id: row.text_opt("order_id")?,
        attempts: row.integer("attempts")?,
        unsure: row.integer("unsure")?,
        next_at: row.moment("next_at_utc")?,
        last_error: row.text("last_error")?,
        created_at: row.moment("created_at_utc")?,
        sent_at: row.moment_opt("sent_at_utc")?,
        id,
    })
}

/// The messages of some channels whose time has come, or whose sender's lease has run out, oldest first, at most `limit`.
/// One that an earlier message to the same recipient about the same subject is still before is not among them.
pub fn due(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    channel: Channel,
    limit: i64,
) -> Result<Vec<Message>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM outbox
             WHERE tenant_id = tenant() AND channel = $1
               AND ((state = 'waiting' AND next_at_utc <= $2) OR (state = 'sending' AND lease_until_utc <= $2))
               AND NOT EXISTS (
                   SELECT 1 FROM outbox e
                   WHERE e.tenant_id = tenant() AND e.recipient = outbox.recipient AND e.subject = outbox.subject
                     AND e.state IN ('waiting', 'sending')
                     AND (e.created_at_utc < outbox.created_at_utc
                          OR (e.created_at_utc = outbox.created_at_utc AND e.id < outbox.id)))
             ORDER BY created_at_utc, id LIMIT $3"
        ),
        &[channel.as_str().into(), now.into(), limit.into()],
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// Takes a message that is due for this long; whether nobody was faster. What its attempts were before the taking tells the
/// takers apart.
pub fn take(
    tx: &mut dyn HubTx,
    message: &Message,
    now: DateTime<Utc>,
    lease: Duration,
) -> Result<bool> {
    let until = now.checked_add_signed(lease).unwrap_or(now);
    let changed = tx.execute(
        "UPDATE outbox SET state = 'sending', lease_until_utc = $1, attempts = attempts + 1
         WHERE tenant_id = tenant() AND id = $2 AND attempts = $3
           AND (state = 'waiting' OR (state = 'sending' AND lease_until_utc <= $4))",
        &[
            until.into(),
            (&message.id).into(),
            message.attempts.into(),
            now.into(),
        ],
    )?;
    Ok(changed > 0)
}

/// Notes how the attempt of this number ended; `false` where the message is not being sent by it any more.
pub fn ended(
    tx: &mut dyn HubTx,
    id: &str,
    attempt: i64,
    now: DateTime<Utc>,
    outcome: &Outcome,
) -> Result<bool> {
    let stuck_or_waiting = |again_at: &Option<DateTime<Utc>>| match again_at {
        Some(at) => (MessageState::Waiting, *at),
        None => (MessageState::Stuck, now),
    };
    let (word, detail, (state, next_at), unsure) = match outcome {
        Outcome::Sent(told) => ("sent", told, (MessageState::Sent, now), 0_i64),
        Outcome::Failed { why, again_at } => ("failed", why, stuck_or_waiting(again_at), 0),
        Outcome::Unsure { why, again_at } => ("unsure", why, stuck_or_waiting(again_at), 1),
    };
    let sent_at = (state == MessageState::Sent).then_some(now);
    let error = if sent_at.is_some() { "" } else { detail };
    let changed = tx.execute(
        "UPDATE outbox SET state = $1, next_at_utc = $2, last_error = $3, sent_at_utc = $4, unsure = unsure + $5,
             lease_until_utc = NULL
         WHERE tenant_id = tenant() AND id = $6 AND attempts = $7 AND state = 'sending'",
        &[
            state.as_str().into(),
            next_at.into(),
            error.into(),
            sent_at.into(),
            unsure.into(),
            id.into(),
            attempt.into(),
        ],
    )?;
    if changed == 0 {
        return Ok(false);
    }
    tx.execute(
        "INSERT INTO outbox_attempts (tenant_id, message_id, attempt, at_utc, outcome, detail)
         VALUES (tenant(), $1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id, message_id, attempt) DO UPDATE SET outcome = excluded.outcome, detail = excluded.detail",
        &[
            id.into(),
            attempt.into(),
            now.into(),
            word.into(),
            detail.into(),
        ],
    )?;
    Ok(true)
}

/// Ends every lease: for a process that knows that no other one sends.
pub fn end_leases(tx: &mut dyn HubTx, now: DateTime<Utc>) -> Result<u64> {
    tx.execute(
        "UPDATE outbox SET lease_until_utc = $1 WHERE tenant_id = tenant() AND state = 'sending'",
        &[now.into()],
    )
}

/// The message with this identity, or [`Error::NotFound`].
pub fn get(tx: &mut dyn HubTx, id: &str) -> Result<Message> {
    tx.query_row(
        &format!("SELECT {COLUMNS} FROM outbox WHERE tenant_id = tenant() AND id = $1"),
        &[id.into()],
    )?
    .map(|row| from_row(&row))
    .transpose()?
    .ok_or_else(|| Error::NotFound(format!("there is no message {id}")))
}

/// Puts a message into another state, to be tried from `next_at`; for what a person decides.
pub fn set_state(
    tx: &mut dyn HubTx,
    id: &str,
    state: MessageState,
    next_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
) -> Result<()> {
    tx.execute(
        "UPDATE outbox SET state = $1, next_at_utc = $2, sent_at_utc = $3, lease_until_utc = NULL
         WHERE tenant_id = tenant() AND id = $4",
        &[
            state.as_str().into(),
            next_at.into(),
            sent_at.into(),
            id.into(),
        ],
    )?;
    Ok(())
}

/// Which messages are asked for; what is absent does not narrow.
#[derive(Debug, Clone, Default)]
pub struct MessageFilter {
    /// By this channel.
    pub channel: Option<Channel>,
    /// In this state.
    pub state: Option<MessageState>,
    /// About this order.
    pub order_id: Option<String>,
    /// To this recipient.
    pub recipient: Option<String>,
}

/// Messages, newest first, at most `limit`.
pub fn list(tx: &mut dyn HubTx, filter: &MessageFilter, limit: i64) -> Result<Vec<Message>> {
    let asked: [(&str, Option<Value>); 4] = [
        ("channel =", filter.channel.map(|it| it.as_str().into())),
        ("state =", filter.state.map(|it| it.as_str().into())),
        ("order_id =", filter.order_id.as_ref().map(Into::into)),
        ("recipient =", filter.recipient.as_ref().map(Into::into)),
    ];
    let (conditions, mut params) = conditions(asked);
    params.push(limit.into());
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM outbox WHERE tenant_id = tenant(){conditions}
             ORDER BY created_at_utc DESC, id DESC LIMIT ${}",
            params.len()
        ),
        &params,
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// The attempts at a message, in their order.
pub fn attempts(tx: &mut dyn HubTx, id: &str) -> Result<Vec<Attempt>> {
    tx.query(
        "SELECT attempt, at_utc, outcome, detail FROM outbox_attempts
         WHERE tenant_id = tenant() AND message_id = $1 ORDER BY attempt",
        &[id.into()],
    )?
    .iter()
    .map(|row| {
        Ok(Attempt {
            number: row.integer("attempt")?,
            at: row.moment("at_utc")?,
            outcome: row.text("outcome")?,
            detail: row.text("detail")?,
        })
    })
    .collect()
}

/// Removes what was sent or dropped before `before`; how many messages.
pub fn prune(tx: &mut dyn HubTx, before: DateTime<Utc>) -> Result<u64> {
    tx.execute(
        "DELETE FROM outbox_attempts WHERE tenant_id = tenant() AND message_id IN (
             SELECT id FROM outbox WHERE tenant_id = tenant() AND state IN ('sent', 'dropped') AND created_at_utc < $1)",
        &[before.into()],
    )?;
    tx.execute(
        "DELETE FROM outbox WHERE tenant_id = tenant() AND state IN ('sent', 'dropped') AND created_at_utc < $1",
        &[before.into()],
    )
}
