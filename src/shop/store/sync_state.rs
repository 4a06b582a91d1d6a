//! What is known of the hub: one row.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::store::WriteTx;
use crate::wire::event::{Hash, moment_text};

/// Where the log ends, how far the hub has it, and how the last exchanges went.
#[derive(Debug, Clone)]
pub struct SyncState {
    /// The epoch being written.
    pub epoch: i64,
    /// The last seq of it, 0 for none.
    pub head_seq: i64,
    /// The last seq that the hub is known to hold; a hint, because the hub may have been restored since.
    pub acked_seq: i64,
    /// Up to here, in the order of the hub's copy of the log, every event is known here: (epoch, seq).
    pub merged: (i64, i64),
    /// Where the hub is.
    pub hub_url: Option<String>,
    /// What the hub calls itself.
    pub hub_name: Option<String>,
    /// What the hub calls this shop; present once paired.
    pub hub_shop_id: Option<String>,
    /// This device's secret at the hub.
    pub token: Option<String>,
    /// The life of the hub that was last agreed with.
    pub incarnation: Option<Uuid>,
    /// Where the next page of notes begins.
    pub cursor: String,
    /// Of an epoch that was asked for and not yet entered.
    pub epoch_nonce: Option<Uuid>,
    /// Exchanges that failed in a row.
    pub failures: u32,
    /// Not to be tried again before.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When an exchange last went through.
    pub last_success_at: Option<DateTime<Utc>>,
    /// Why the last one did not.
    pub last_error: Option<String>,
    /// This clock minus the hub's, in seconds, when they last spoke.
    pub skew_seconds: i64,
    /// Days from one delivery of the hub to the next, where it has set them.
    pub review_days: Option<u32>,
    /// Days from the decision to the goods, where the hub has set them.
    pub lead_time_days: Option<u32>,
    /// What the shop's distributors call themselves, where there are several.
    pub distributors: Vec<String>,
}

impl SyncState {
    /// The hub and the secret, once the shop is paired.
    #[must_use]
    pub fn pairing(&self) -> Option<(&str, &str)> {
        self.hub_shop_id.as_ref()?;
        Some((self.hub_url.as_deref()?, self.token.as_deref()?))
    }

    /// Events that the hub is not known to hold.
    #[must_use]
    pub fn backlog(&self) -> i64 {
        (self.head_seq - self.acked_seq).max(0)
    }
}

/// Reads the row.
pub fn load(connection: &Connection) -> Result<SyncState> {
    let (mut state, incarnation, nonce, distributors) = connection
        .prepare_cached(
            "SELECT epoch, head_seq, acked_seq, hub_url, hub_name, hub_shop_id, token, incarnation, cursor, epoch_nonce,
                    failures, next_attempt_at_utc, last_success_at_utc, last_error, skew_seconds, review_days,
                    lead_time_days, merged_epoch, merged_seq, distributors
             FROM sync_state WHERE id = 1",
        )?
        .query_row([], |row| {
            let state = SyncState {
                epoch: row.get(0)?,
                head_seq: row.get(1)?,
                acked_seq: row.get(2)?,
                hub_url: row.get(3)?,
                hub_name: row.get(4)?,
                hub_shop_id: row.get(5)?,
                token: row.get(6)?,
                incarnation: None,
                cursor: row.get(8)?,
                epoch_nonce: None,
                failures: row.get(10)?,
                next_attempt_at: row.get(11)?,
                last_success_at: row.get(12)?,
                last_error: row.get(13)?,
                skew_seconds: row.get(14)?,
                review_days: row.get(15)?,
                lead_time_days: row.get(16)?,
                merged: (row.get(17)?, row.get(18)?),
                distributors: Vec::new(),
            };
            let distributors: String = row.get(19)?;
            let (incarnation, nonce): (Option<String>, Option<String>) = (row.get(7)?, row.get(9)?);
            Ok((state, incarnation, nonce, distributors))
        })?;
    state.incarnation = uuid("incarnation", incarnation)?;
    state.epoch_nonce = uuid("epoch_nonce", nonce)?;
    if !distributors.is_empty() {
        state.distributors = serde_json::from_str(&distributors)
            .map_err(|error| Error::Corrupt(format!("sync_state.distributors: {error}")))?;
    }
    Ok(state)
}

fn uuid(column: &str, text: Option<String>) -> Result<Option<Uuid>> {
    text.map(|text| {
        Uuid::parse_str(&text)
            .map_err(|_| Error::Corrupt(format!("sync_state.{column} is no UUID: {text}")))
    })
    .transpose()
}

/// Keeps which hub is going to be asked and with which secret, before it is asked.
pub fn prepare_pairing(tx: &WriteTx<'_>, hub_url: &str, token: &str) -> Result<()> {
    tx.execute(
        "UPDATE sync_state SET hub_url = ?1, token = ?2 WHERE id = 1",
        params![hub_url, token],
    )?;
    Ok(())
}

/// Keeps what the hub answered: from now on the shop is paired.
pub fn complete_pairing(tx: &WriteTx<'_>, hub_name: &str, hub_shop_id: &str) -> Result<()> {
    tx.execute(
        "UPDATE sync_state SET hub_name = ?1, hub_shop_id = ?2, failures = 0, next_attempt_at_utc = NULL,
                last_error = NULL
         WHERE id = 1",
        params![hub_name, hub_shop_id],
    )?;
    Ok(())
}

/// Keeps the life of the hub that is agreed with, and how far it holds `epoch`. Nothing when another process has
/// entered another epoch meanwhile.
pub fn agree(tx: &WriteTx<'_>, epoch: i64, acked_seq: i64, incarnation: Uuid) -> Result<()> {
    tx.prepare_cached(
        "UPDATE sync_state SET acked_seq = ?2, incarnation = ?3,
                merged_seq = CASE WHEN merged_epoch = ?1 THEN max(merged_seq, ?2) ELSE merged_seq END
         WHERE id = 1 AND epoch = ?1 AND head_seq >= ?2",
    )?
    .execute(params![epoch, acked_seq, incarnation.to_string()])?;
    Ok(())
}

/// Keeps the nonce of an epoch that is going to be asked for.
pub fn set_epoch_nonce(tx: &WriteTx<'_>, nonce: Option<Uuid>) -> Result<()> {
    tx.execute(
        "UPDATE sync_state SET epoch_nonce = ?1 WHERE id = 1",
        [nonce.map(|nonce| nonce.to_string())],
    )?;
    Ok(())
}

/// Enters an empty epoch whose first event follows `base`. Of the hub's copy no more than up to `known_to` is taken for
/// known from now on.
pub fn enter_epoch(
    tx: &WriteTx<'_>,
    epoch: i64,
    base: Hash,
    incarnation: Uuid,
    known_to: (i64, i64),
) -> Result<()> {
    let merged = load(tx)?.merged.min(known_to);
    tx.execute(
        "UPDATE sync_state SET epoch = ?1, head_seq = 0, head_hash = ?2, acked_seq = 0, incarnation = ?3,
                epoch_nonce = NULL, merged_epoch = ?4, merged_seq = ?5
         WHERE id = 1",
        params![epoch, base.0, incarnation.to_string(), merged.0, merged.1],
    )?;
    Ok(())
}

/// Takes no more than up to `point` of the hub's copy for known: what came after it was told by a lost life of the hub.
pub fn forget_beyond(tx: &WriteTx<'_>, point: (i64, i64)) -> Result<()> {
    let state = load(tx)?;
    set_merged(tx, state.epoch, state.merged.min(point))
}

/// Keeps up to where the hub's copy is known here. Nothing when another process has entered another epoch meanwhile.
pub fn set_merged(tx: &WriteTx<'_>, own_epoch: i64, merged: (i64, i64)) -> Result<()> {
    tx.execute(
        "UPDATE sync_state SET merged_epoch = ?2, merged_seq = ?3 WHERE id = 1 AND epoch = ?1",
        params![own_epoch, merged.0, merged.1],
    )?;
    Ok(())
}

/// Keeps where the next page of notes begins.
pub fn set_cursor(tx: &WriteTx<'_>, cursor: &str) -> Result<()> {
    tx.execute("UPDATE sync_state SET cursor = ?1 WHERE id = 1", [cursor])?;
    Ok(())
}

/// Keeps what the shop's distributors call themselves, none of them where there is one.
pub fn set_distributors(tx: &WriteTx<'_>, names: &[String]) -> Result<()> {
    let text = match names {
        [] => String::new(),
        names => serde_json::to_string(names)
            .map_err(|error| Error::Internal(format!("encoding names: {error}")))?,
    };
    tx.execute(
        "UPDATE sync_state SET distributors = ?1 WHERE id = 1",
        [text],
    )?;
    Ok(())
}

/// Keeps how far apart the two clocks are.
pub fn set_skew(tx: &WriteTx<'_>, skew_seconds: i64) -> Result<()> {
    tx.execute(
        "UPDATE sync_state SET skew_seconds = ?1 WHERE id = 1",
        [skew_seconds],
    )?;
    Ok(())
}

/// An exchange went through.
pub fn succeeded(tx: &WriteTx<'_>, at: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "UPDATE sync_state SET failures = 0, next_attempt_at_utc = NULL, last_error = NULL, last_success_at_utc = ?1
         WHERE id = 1",
        [moment_text(at)],
    )?;
    Ok(())
}

/// An exchange failed.
pub fn failed(tx: &WriteTx<'_>, error: &str, next_attempt_at: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "UPDATE sync_state SET failures = failures + 1, next_attempt_at_utc = ?1, last_error = ?2 WHERE id = 1",
        params![moment_text(next_attempt_at), error],
    )?;
    Ok(())
}

/// Keeps how the hub delivers.
pub fn set_delivery_policy(
    tx: &WriteTx<'_>,
    review_days: Option<u32>,
    lead_time_days: Option<u32>,
) -> Result<()> {
    tx.execute(
        "UPDATE sync_state SET review_days = ?1, lead_time_days = ?2 WHERE id = 1",
        params![review_days, lead_time_days],
    )?;
    Ok(())
}
