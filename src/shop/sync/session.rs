//! One session with the hub: head, events, notes.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use uuid::Uuid;

use super::decide::{Own, Step, can_enter, decide, protocol_problem};
use super::{Failure, Shop, notes, recover};
use crate::error::{Error, Result};
use crate::shop::store::{audit, copies, events, recovered, sync_state};
use crate::shop::transport::{Body, Call, NoReply, Reply, Transport};
use crate::wire::event::{Hash, moment_text};
use crate::wire::exchange::{
    EpochReply, EpochRequest, Head, HeadReply, NotesPage, Push, PushReply, RejectionBody,
};
use crate::wire::{
    EPOCHS_PATH, EVENTS_PATH, HEAD_PATH, MAX_BATCH_BYTES, MAX_BATCH_EVENTS, MAX_DECOMPRESSED_BYTES,
    NOTES_PATH,
};

/// A session that has not agreed after so many heads is given up, to be tried later.
const ROUNDS: usize = 8;

/// Epochs that are asked for one after the other, until one is new to this log too.
const EPOCHS_IN_A_ROW: usize = 64;

/// Pages of notes in one session; what is left comes with the next.
const PAGES: usize = 1000;

/// On a day's sales it saves a tenth of what the default level sends; a push takes a small machine some milliseconds.
const COMPRESSION_LEVEL: i32 = 9;

/// What was moved in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Exchanged {
    /// Events that the hub took.
    pub pushed: i64,
    /// Notes that came, those set aside among them.
    pub notes: usize,
    /// Events of this shop that only the hub had.
    pub recovered: usize,
}

pub(super) struct Session<'s, T> {
    pub shop: &'s Shop,
    pub transport: &'s T,
    pub hub_url: String,
    pub token: String,
    pub instance: Option<Uuid>,
}

/// How a call ended that brought no answer to go on with.
pub(super) enum Trouble {
    /// The hub's log and this one do not fit there.
    Rejected(RejectionBody),
    /// The body was more than the hub takes.
    TooLarge(Failure),
    /// It took too long.
    Timeout(Failure),
    /// Anything else.
    Failed(Failure),
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Rejected(body) => Self::hub(format!("the hub refused: {}", body.detail)),
            Trouble::TooLarge(failure) | Trouble::Timeout(failure) | Trouble::Failed(failure) => {
                failure
            }
        }
    }
}

/// How pushing went.
enum Pushing {
    /// The hub has everything.
    Done,
    /// The two logs turned out not to fit: begin again with the hub's head.
    Again,
}

/// Some events, ready to be sent.
struct Batch {
    count: usize,
    packed: Vec<u8>,
}

impl<T: Transport> Session<'_, T> {
    /// Everything that there is to exchange, both ways.
    pub async fn run(&self) -> Result<Exchanged, Failure> {
        let mut done = Exchanged::default();
        let pushed = self.push(&mut done).await;
        let known_cursor = match &pushed {
            Err(Failure::Hub {
                retry_after: None, ..
            }) => None,
            // No answer, no room, or a hub that asked to be left alone for a while.
            Err(_) => return pushed.map(|_| done),
            // A hub that does not tell may have notes.
            Ok(hub) => Some(hub.cursor.clone()).filter(|cursor| !cursor.is_empty()),
        };
        // Trouble with the log must not keep a delivery note from the shop.
        let pulled = self.pull(known_cursor, &mut done).await;
        let hub = pushed?;
        pulled?;
        let head = (hub.head.epoch, hub.head.seq);
        self.recover(head, &mut done).await?;
        Ok(done)
    }

    /// Sends what the hub has not; what the hub said last of its end of the log.
    async fn push(&self, done: &mut Exchanged) -> Result<HeadReply, Failure> {
        for _ in 0..ROUNDS {
            let hub: HeadReply = self.call(HEAD_PATH, None, None).await?;
            if let Some(problem) = protocol_problem(hub.protocol, hub.oldest_protocol) {
                return Err(Failure::hub(problem));
            }
            self.note_what_the_hub_tells(&hub).await?;
            let (epoch, at) = (hub.head.epoch, hub.head.seq);
            let (own, own_hash) = self
                .shop
                .db
                .read(move |connection| {
                    let state = sync_state::load(connection)?;
                    let own = Own {
                        epoch: state.epoch,
                        head_seq: state.head_seq,
                        acked_seq: state.acked_seq,
                        incarnation: state.incarnation,
                    };
                    Ok((own, events::hash_at(connection, epoch, at)?))
                })
                .await?;
            match decide(own, &hub, own_hash) {
                Step::PushAfter(seq) => {
                    let known = (own.acked_seq, own.incarnation);
                    if own.is_of_another_life(&hub) {
                        self.begin_with_restored(&own, &hub).await?;
                    } else if known != (seq, Some(hub.incarnation)) {
                        self.agree(epoch, seq, hub.incarnation).await?;
                    }
                    if let Pushing::Done = self.push_after(&hub, seq, done).await? {
                        return Ok(hub);
                    }
                }
                Step::NothingToSend => return Ok(hub),
                Step::NewEpoch { keep_up_to } => {
                    self.change_epoch(&own, &hub, keep_up_to).await?;
                }
            }
        }
        Err(Failure::hub(
            "this shop and the hub could not agree on where the log ends".to_owned(),
        ))
    }

    async fn push_after(
        &self,
        hub: &HeadReply,
        mut after: i64,
        done: &mut Exchanged,
    ) -> Result<Pushing, Failure> {
        let epoch = hub.head.epoch;
        let mut limit = MAX_BATCH_EVENTS;
        loop {
            let batch = self
                .shop
                .db
                .read(move |connection| batch(connection, epoch, after, limit));
            let Some(batch) = batch.await? else {
                return Ok(Pushing::Done);
            };
            let body = Some(Body::Zstd(batch.packed));
            let reply: PushReply = match self.call(EVENTS_PATH, None, body).await {
                Ok(reply) => reply,
                Err(Trouble::TooLarge(_) | Trouble::Timeout(_)) if batch.count > 1 => {
                    limit = batch.count / 2;
                    continue;
                }
                Err(Trouble::Rejected(RejectionBody { code: Some(_), .. })) => {
                    return Ok(Pushing::Again);
                }
                Err(trouble) => return Err(trouble.into()),
            };
            let acked = reply.ack_seq;
            let own_hash = self
                .shop
                .db
                .read(move |connection| events::hash_at(connection, epoch, acked))
                .await?;
            if own_hash != Some(reply.ack_hash) || reply.incarnation != hub.incarnation {
                return Ok(Pushing::Again);
            }
            if acked <= after {
                return Err(Failure::hub(format!(
                    "the hub took none of the events after {after}"
                )));
            }
            self.agree(epoch, acked, reply.incarnation).await?;
            done.pushed += acked - after;
            after = acked;
            limit = (limit * 2).min(MAX_BATCH_EVENTS);
        }
    }

    async fn agree(&self, epoch: i64, seq: i64, incarnation: Uuid) -> Result<()> {
        let kept = self
            .shop
            .db
            .write(move |tx| sync_state::agree(tx, epoch, seq, incarnation));
        unless_full(kept.await)
    }

    /// The hub was restored from a copy that ends at `hub.head`, which is a part of this log: what follows is sent again,
    /// and so is what this copy had learnt from the lost life of the hub.
    async fn begin_with_restored(&self, own: &Own, hub: &HeadReply) -> Result<()> {
        let (now, head, incarnation) = (self.shop.now(), hub.head, hub.incarnation);
        let again = (own.acked_seq - head.seq).max(0);
        self.shop
            .db
            .write(move |tx| {
                sync_state::agree(tx, head.epoch, head.seq, incarnation)?;
                sync_state::forget_beyond(tx, (head.epoch, head.seq))?;
                recovered::forget_places(tx, (head.epoch, head.seq))?;
                let given_back = recover::give_back(tx, &now)?;
                let figures = json!({ "events": again, "given_back": given_back });
                copies::note(tx, &now, "hub_restored", &figures)
            })
            .await
    }

    async fn note(&self, kind: &'static str, figures: serde_json::Value) -> Result<()> {
        let now = self.shop.now();
        let noted = self
            .shop
            .db
            .write(move |tx| copies::note_sum(tx, &now, kind, &figures));
        unless_full(noted.await)
    }

    /// Gets a new epoch and moves there what the hub may not have. Where the hub's head has moved meanwhile, nothing.
    async fn change_epoch(
        &self,
        own: &Own,
        hub: &HeadReply,
        keep_up_to: (i64, i64),
    ) -> Result<(), Failure> {
        let (own_epoch, incarnation) = (own.epoch, hub.incarnation);
        let other_life = own.is_of_another_life(hub);
        let mut seen = hub.head;
        for attempt in 0..EPOCHS_IN_A_ROW {
            // A nonce from before a lost answer is used again, so that the answer is the same.
            let nonce = self
                .shop
                .db
                .write(move |tx| {
                    let kept = sync_state::load(tx)?.epoch_nonce.filter(|_| attempt == 0);
                    let nonce = kept.unwrap_or_else(Uuid::now_v7);
                    sync_state::set_epoch_nonce(tx, Some(nonce))?;
                    Ok(nonce)
                })
                .await?;
            let request = EpochRequest { seen, nonce };
            let granted: Head = match self.call(EPOCHS_PATH, None, Some(encoded(&request)?)).await {
                Ok(EpochReply { head }) => head,
                Err(Trouble::Rejected(RejectionBody { code: Some(_), .. })) => return Ok(()),
                Err(trouble) => return Err(trouble.into()),
            };
            if can_enter(own_epoch, &granted) {
                let now = self.shop.now();
                self.shop
                    .db
                    .write(move |tx| {
                        let state = sync_state::load(tx)?;
                        if state.epoch != own_epoch || state.epoch_nonce != Some(nonce) {
                            return Ok(());
                        }
                        sync_state::enter_epoch(
                            tx,
                            granted.epoch,
                            granted.hash,
                            incarnation,
                            keep_up_to,
                        )?;
                        let mut count = events::move_after(tx, keep_up_to)?;
                        if other_life {
                            recovered::forget_places(tx, keep_up_to)?;
                            count += recover::give_back(tx, &now)?;
                        }
                        let figures = json!({ "epoch": granted.epoch, "events": count });
                        copies::note(tx, &now, "epoch_entered", &figures)?;
                        let (subject, detail) =
                            (granted.epoch.to_string(), format!("{count} events moved"));
                        audit::record(tx, &now, "sync", "epoch.entered", &subject, &detail)
                    })
                    .await?;
                return Ok(());
            }
            seen = granted;
        }
        Err(Failure::hub(
            "the hub granted no epoch that is new to this shop".to_owned(),
        ))
    }

    /// Takes in the notes that there are; `newest` is the cursor of a shop that has them all, where the hub has told it.
    async fn pull(&self, newest: Option<String>, done: &mut Exchanged) -> Result<(), Failure> {
        for _ in 0..PAGES {
            let cursor = self.shop.db.read(sync_state::load).await?.cursor;
            if newest.as_ref().is_some_and(|newest| *newest == cursor) {
                break;
            }
            let query = (!cursor.is_empty()).then(|| ("cursor", cursor.clone()));
            let page: NotesPage = self.call(NOTES_PATH, query, None).await?;
            let (more, moved_on) = (page.more, page.cursor != cursor);
            if moved_on || !page.notes.is_empty() {
                let now = self.shop.now();
                let count = page.notes.len();
                self.shop
                    .db
                    .write(move |tx| notes::take_page(tx, &now, &page))
                    .await?;
                done.notes += count;
            }
            if !more || !moved_on {
                break;
            }
        }
        Ok(())
    }

    async fn note_what_the_hub_tells(&self, hub: &HeadReply) -> Result<()> {
        if let Some(at) = &hub.another_copy_at {
            self.note("another_copy", json!({ "at": at })).await?;
        }
        let known = self.shop.db.read(sync_state::load).await?;
        if known.distributors != hub.distributors {
            let names = hub.distributors.clone();
            let kept = self
                .shop
                .db
                .write(move |tx| sync_state::set_distributors(tx, &names));
            unless_full(kept.await)?;
        }
        let Ok(hub_now) = DateTime::parse_from_rfc3339(&hub.server_time) else {
            return Ok(());
        };
        let skew = self
            .shop
            .clock
            .now()
            .signed_duration_since(hub_now.with_timezone(&Utc))
            .num_seconds();
        let known = known.skew_seconds;
        // A second more or less is the line's; writing it down each time would only wear the disk.
        if (skew - known).abs() <= 1 {
            return Ok(());
        }
        let kept = self.shop.db.write(move |tx| sync_state::set_skew(tx, skew));
        unless_full(kept.await)
    }

    /// One call with this device's token.
    pub(super) async fn call<R: DeserializeOwned>(
        &self,
        path: &'static str,
        query: Option<(&'static str, String)>,
        body: Option<Body>,
    ) -> Result<R, Trouble> {
        let call = Call {
            path,
            query,
            token: Some(self.token.clone()),
            clock: moment_text(self.shop.clock.now()),
            instance: self.instance,
            body,
        };
        understood(
            &self.hub_url,
            path,
            self.transport.call(&self.hub_url, call).await,
        )
    }
}

/// What a reply means.
pub(super) fn understood<R: DeserializeOwned>(
    hub_url: &str,
    path: &str,
    reply: Result<Reply, NoReply>,
) -> Result<R, Trouble> {
    let reply = match reply {
        Ok(reply) => reply,
        Err(NoReply::Timeout) => {
            return Err(Trouble::Timeout(Failure::NoReply(format!(
                "{hub_url} did not answer in time"
            ))));
        }
        Err(NoReply::Unreachable(why)) => {
            return Err(Trouble::Failed(Failure::NoReply(format!(
                "{hub_url} cannot be reached: {why}"
            ))));
        }
    };
    if (200..300).contains(&reply.status) {
        return serde_json::from_slice(&reply.body).map_err(|error| {
            Trouble::Failed(Failure::hub(format!(
                "{hub_url}{path} is no kulakan hub, or speaks otherwise: {error}"
            )))
        });
    }
    let body: Option<RejectionBody> = serde_json::from_slice(&reply.body).ok();
    let detail = body
        .as_ref()
        .map(|body| body.detail.clone())
        .filter(|detail| !detail.is_empty())
        .unwrap_or_else(|| format!("{hub_url} answered with status {}", reply.status));
    let failure = Failure::Hub {
        text: detail,
        retry_after: reply
            .retry_after
            .filter(|_| matches!(reply.status, 429 | 503)),
    };
    Err(match (reply.status, body) {
        (409, Some(body)) => Trouble::Rejected(body),
        (413, _) => Trouble::TooLarge(failure),
        _ => Trouble::Failed(failure),
    })
}

/// What a session keeps of itself is a hint or a remark. A disk with no room for it must not stop sales from reaching the
/// hub.
pub(super) fn unless_full(kept: Result<()>) -> Result<()> {
    match kept {
        Err(Error::DiskFull) => {
            tracing::warn!("the disk is full: how far the hub has come is not kept");
            Ok(())
        }
        kept => kept,
    }
}

pub(super) fn encoded(value: &impl Serialize) -> Result<Body> {
    serde_json::to_string(value)
        .map(Body::Json)
        .map_err(|error| Error::Internal(format!("encoding a call: {error}")))
}

/// At most `limit` events after `after`, compressed to fit a push; one that is larger than that goes alone.
fn batch(
    connection: &rusqlite::Connection,
    epoch: i64,
    after: i64,
    limit: usize,
) -> Result<Option<Batch>> {
    let mut found = events::run_after(connection, epoch, after, limit, MAX_DECOMPRESSED_BYTES / 2)?;
    let prev_hash: Option<Hash> = events::hash_at(connection, epoch, after)?;
    let (Some(first), Some(prev_hash)) = (found.first(), prev_hash) else {
        return Ok(None);
    };
    let from_seq = first.seq;
    loop {
        let push = Push {
            epoch,
            from_seq,
            prev_hash,
            events: found,
        };
        let text = serde_json::to_vec(&push)
            .map_err(|error| Error::Internal(format!("encoding a push: {error}")))?;
        let packed = zstd::bulk::compress(&text, COMPRESSION_LEVEL)
            .map_err(|error| Error::Internal(format!("compressing a push: {error}")))?;
        found = push.events;
        let fits = packed.len() <= MAX_BATCH_BYTES && text.len() <= MAX_DECOMPRESSED_BYTES;
        if fits || found.len() <= 1 {
            return Ok(Some(Batch {
                count: found.len(),
                packed,
            }));
        }
        found.truncate(found.len() / 2);
    }
}
