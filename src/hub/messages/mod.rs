//! Messages on their way: what is queued with a change is sent afterwards, again and again until the other side has it.
//!
//! **At least once.** A message is queued in the transaction of what it tells of, and is marked as sent only after the
//! other side has taken it. **Once about each thing.** The queue holds one message about a topic, ever. Between the two a
//! crash leaves one doubt: the other side may have taken a message that is not marked. Then it is sent again under the
//! same identity (`Kulakan-Delivery` of a call, `Message-ID` of an e-mail), by which the receiver can drop the copy. For
//! e-mail, where some receivers do not, the doubt is bounded: after [`MOST_DOUBTS`] attempts of unknown end a
//! person decides.

pub mod email;
mod guard;
mod subscriptions;
mod webhook;

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Hub;
use super::store::outbox::{
    self as rows, Attempt, Channel, Message, MessageFilter, MessageState, Outcome,
};
use super::store::{self, audit, webhooks};
use crate::error::{Error, Result};

pub use subscriptions::{KINDS, Made, NewWebhook};
pub(super) use subscriptions::{announce_change, announce_each};
pub use webhook::signature;

/// How long the queue is left alone when nobody pokes it: other processes queue messages too.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// How often stock that has become free is shared out to waiting orders, besides when something is done about them.
const SHARE_OUT_EVERY: chrono::Duration = chrono::Duration::minutes(1);

/// How long one process may take over an attempt before another takes it over.
const LEASE: chrono::Duration = chrono::Duration::minutes(2);

/// Attempts at once.
const AT_ONCE: i64 = 16;

/// Attempts after which a message waits for a person: with the waits between them, about two days.
pub const MOST_ATTEMPTS: i64 = 16;

/// Attempts at an e-mail whose end nobody knows, after which a person decides.
pub const MOST_DOUBTS: i64 = 2;

/// The first wait after a failure; each further one is twice as long.
const FIRST_WAIT_SECONDS: i64 = 30;

/// The longest wait.
const LONGEST_WAIT_SECONDS: i64 = 6 * 3600;

/// What was sent is kept for so long.
const KEPT: chrono::Duration = chrono::Duration::days(180);

/// The most messages in one answer.
pub const MOST_MESSAGES: i64 = 200;

/// What the other side said.
enum Answer {
    Yes(String),
    No(Retry, String),
    Unknown(String),
}

enum Retry {
    Later,
    Never,
}

/// When a message is tried again after its attempt of this number failed; never after [`MOST_ATTEMPTS`].
#[must_use]
pub fn again_at(now: DateTime<Utc>, attempt: i64) -> Option<DateTime<Utc>> {
    if attempt >= MOST_ATTEMPTS {
        return None;
    }
    let doublings = u32::try_from(attempt.saturating_sub(1))
        .unwrap_or_default()
        .min(20);
    let wait = (FIRST_WAIT_SECONDS << doublings).min(LONGEST_WAIT_SECONDS);
    now.checked_add_signed(chrono::Duration::seconds(wait))
}

/// What sends.
#[derive(Clone)]
struct Senders {
    mailer: Option<email::Mailer>,
    caller: webhook::Caller,
}

impl Hub {
    /// Sends what is queued until stopped. Whatever comes of it, the hub runs on.
    pub(super) async fn send_messages(self, stop: CancellationToken) {
        let senders = match self.senders() {
            Ok(senders) => senders,
            Err(error) => {
                tracing::error!(%error, "messages are queued and not sent");
                return;
            }
        };
        let mut shared_out: Option<DateTime<Utc>> = None;
        let mut swept = None;
        loop {
            let sleep = self.clock.wait(LOOK_EVERY);
            let poked = self.queued.notified();
            let now = self.now();
            let turn = shared_out.is_none_or(|last| (now - last).abs() >= SHARE_OUT_EVERY);
            let sweeps = swept != Some(now.date_naive());
            match self.work_once(&senders, turn, sweeps).await {
                Ok(made) => {
                    shared_out = if turn { Some(now) } else { shared_out };
                    swept = Some(now.date_naive());
                    // There may be more behind what was sent.
                    if made > 0 && !stop.is_cancelled() {
                        continue;
                    }
                }
                Err(error) => tracing::error!(%error, "looking after queued messages failed"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = poked => {}
                () = sleep => {}
            }
        }
    }

    /// One look at every distributor: what is free goes to the orders that wait for it where that has its `turn`, what was
    /// sent long ago is removed where it `sweeps`, and what is due is sent. How many attempts were made.
    async fn work_once(&self, senders: &Senders, turn: bool, sweeps: bool) -> Result<usize> {
        let mut made = 0;
        for hub in self.every_tenant().await? {
            if turn {
                hub.fill_backorders("hub").await?;
            }
            if sweeps {
                let before = self.now() - KEPT;
                store::write(hub.store(), move |tx| rows::prune(tx, before)).await?;
            }
            made += hub.send_due(senders).await?;
        }
        Ok(made)
    }

    /// Lets the sender look at the queue at once.
    pub(super) fn poke_messages(&self) {
        self.queued.notify_one();
    }

    /// Settings of the sender that cannot be, before anything depends on them.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the setting.
    pub(super) fn check_message_settings(&self) -> Result<()> {
        self.senders().map(|_| ())
    }

    fn senders(&self) -> Result<Senders> {
        let mailer = match (self.config.smtp_url(), self.config.smtp_from()) {
            (Some(url), Some(from)) => {
                Some(email::Mailer::new(&url, &from, self.config.public_url())?)
            }
            (Some(_), None) => {
                return Err(Error::invalid("smtp_from", "is missing beside smtp_url"));
            }
            _ => None,
        };
        Ok(Senders {
            mailer,
            caller: webhook::Caller::new(self.config.webhook_private_hosts())?,
        })
    }

    /// Whether e-mail can be sent.
    #[must_use]
    pub fn sends_email(&self) -> bool {
        self.config.smtp_url().is_some() && self.config.smtp_from().is_some()
    }

    /// Everything that is due now, once each; how many attempts were made.
    async fn send_due(&self, senders: &Senders) -> Result<usize> {
        let now = self.now();
        let with_mail = senders.mailer.is_some();
        let due = store::read(self.store(), move |tx| {
            let mut due = rows::due(tx, now, Channel::Webhook, AT_ONCE)?;
            if with_mail {
                due.extend(rows::due(tx, now, Channel::Email, AT_ONCE)?);
            }
            Ok(due)
        })
        .await?;
        let mut sending = JoinSet::new();
        for message in due {
            let (hub, senders) = (self.clone(), senders.clone());
            sending.spawn(async move { hub.attempt(&senders, message).await });
        }
        let mut made = 0;
        while let Some(ended) = sending.join_next().await {
            match ended {
                Ok(Ok(true)) => made += 1,
                Ok(Ok(false)) => {}
                Ok(Err(error)) => tracing::error!(%error, "sending a message failed"),
                Err(error) => tracing::error!(%error, "sending a message ended abnormally"),
            }
        }
        Ok(made)
    }

    /// Takes a message and tries it; whether nobody else was faster.
    async fn attempt(&self, senders: &Senders, message: Message) -> Result<bool> {
        let now = self.now();
        let attempt = message.attempts + 1;
        let taken = message.clone();
        let (took, webhook) = store::write(self.store(), move |tx| {
            if taken.state == MessageState::Sending {
                // The one who had it is gone: nobody knows how far he came.
                let again_at = Some(now).filter(|_| may_doubt_again(&taken));
                let why = "whoever sent it ended in between".to_owned();
                let outcome = Outcome::Unsure { why, again_at };
                rows::ended(tx, &taken.id, taken.attempts, now, &outcome)?;
                return Ok((false, None));
            }
            if !rows::take(tx, &taken, now, LEASE)? {
                return Ok((false, None));
            }
            let webhook = match taken.channel {
                Channel::Webhook => webhooks::find(tx, &taken.recipient)?.filter(|it| it.active),
                Channel::Email | Channel::WhatsApp => None,
            };
            if taken.channel == Channel::Webhook && webhook.is_none() {
                rows::set_state(tx, &taken.id, MessageState::Dropped, now, None)?;
                return Ok((false, None));
            }
            Ok((true, webhook))
        })
        .await?;
        if !took {
            return Ok(true);
        }
        let answer = match (&webhook, &senders.mailer) {
            (Some(webhook), _) => senders.caller.call(webhook, &message, now).await,
            (None, Some(mailer)) => {
                let tenant = self.store.tenant();
                mailer.send(tenant, &self.identity.name, &message).await
            }
            (None, None) => Answer::No(Retry::Later, "nothing is set up to send it".to_owned()),
        };
        let ended_at = self.now();
        let outcome = match answer {
            Answer::Yes(told) => Outcome::Sent(told),
            Answer::No(Retry::Later, why) => Outcome::Failed {
                why,
                again_at: again_at(ended_at, attempt),
            },
            Answer::No(Retry::Never, why) => Outcome::Failed {
                why,
                again_at: None,
            },
            Answer::Unknown(why) => Outcome::Unsure {
                why,
                again_at: again_at(ended_at, attempt).filter(|_| may_doubt_again(&message)),
            },
        };
        let id = message.id;
        store::write(self.store(), move |tx| {
            rows::ended(tx, &id, attempt, ended_at, &outcome)
        })
        .await?;
        Ok(true)
    }

    /// What this process sent when it last ended is nobody's any more: said at the start of the only process on a
    /// database, so that nothing waits for a lease to run out.
    pub(super) async fn take_over_messages(&self) -> Result<()> {
        let now = self.now();
        for hub in self.every_tenant().await? {
            store::write(hub.store(), move |tx| {
                rows::end_leases(tx, now)?;
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    /// Messages, newest first, at most [`MOST_MESSAGES`].
    ///
    /// # Errors
    /// What the database said.
    pub async fn messages(&self, filter: MessageFilter) -> Result<Vec<Message>> {
        store::read(self.store(), move |tx| {
            rows::list(tx, &filter, MOST_MESSAGES)
        })
        .await
    }

    /// A message and the attempts at it.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn message(&self, id: &str) -> Result<(Message, Vec<Attempt>)> {
        let id = id.to_owned();
        store::read(self.store(), move |tx| {
            Ok((rows::get(tx, &id)?, rows::attempts(tx, &id)?))
        })
        .await
    }

    /// Sends a message once more: one that is stuck, or one whose receiver has lost it. It keeps its identity.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Refused`] for one that is on its way anyway.
    pub async fn send_again(&self, actor: &str, id: &str) -> Result<Message> {
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        let message = store::write(self.store(), move |tx| {
            let message = rows::get(tx, &id)?;
            match message.state {
                MessageState::Waiting | MessageState::Sending => {}
                MessageState::Sent if message.channel == Channel::Email => {
                    return Err(Error::Refused(
                        "the customer has this message; it is not sent twice".to_owned(),
                    ));
                }
                MessageState::ByHand => {
                    return Err(Error::Refused("a person sends this message".to_owned()));
                }
                MessageState::Sent | MessageState::Stuck | MessageState::Dropped => {
                    let state = match message.channel {
                        Channel::WhatsApp => MessageState::ByHand,
                        Channel::Email | Channel::Webhook => MessageState::Waiting,
                    };
                    rows::set_state(tx, &id, state, now, None)?;
                    audit::record(tx, now, &actor, "message.again", &id, &message.topic_key)?;
                }
            }
            rows::get(tx, &id)
        })
        .await?;
        self.poke_messages();
        Ok(message)
    }

    /// Notes that a person sent a message, or (`sent` false) that it was not sent after all. The same again changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Refused`] for a message that no person sends.
    pub async fn sent_by_hand(&self, actor: &str, id: &str, sent: bool) -> Result<Message> {
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let message = rows::get(tx, &id)?;
            if message.channel != Channel::WhatsApp {
                return Err(Error::Refused(
                    "the hub sends this message itself".to_owned(),
                ));
            }
            let (state, sent_at, action) = if sent {
                (MessageState::Sent, Some(now), "message.sent")
            } else {
                (MessageState::ByHand, None, "message.not_sent")
            };
            if message.state != state {
                rows::set_state(tx, &id, state, now, sent_at)?;
                audit::record(tx, now, &actor, action, &id, &message.topic_key)?;
            }
            rows::get(tx, &id)
        })
        .await
    }
}

/// Calls carry their identity and are repeated without harm; a letter that may have arrived is repeated once.
fn may_doubt_again(message: &Message) -> bool {
    match message.channel {
        Channel::Webhook => message.attempts < MOST_ATTEMPTS,
        Channel::Email | Channel::WhatsApp => message.unsure + 1 < MOST_DOUBTS,
    }
}
