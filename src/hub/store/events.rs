//! The shops' logs as they came, and which events have had their effect.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Kind::{Bytes, Integer, Text};
use super::devices::Device;
use super::{HubTx, Row, Value};
use crate::error::{Error, Result};
use crate::wire::event::{Event, Hash};

/// What became of a stored event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It has had its effect.
    Applied,
    /// The same event came before, in an earlier epoch; it has had its effect then.
    Duplicate,
    /// It cannot be applied by this program; kept for a later one.
    Quarantined,
}

impl State {
    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Duplicate => "duplicate",
            Self::Quarantined => "quarantined",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Applied, Self::Duplicate, Self::Quarantined]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// An event with its place and its fate.
#[derive(Debug, Clone)]
pub struct StoredEvent {
    /// The shop.
    pub shop_id: String,
    /// The device that wrote it.
    pub device_id: Uuid,
    /// In which epoch.
    pub epoch: i64,
    /// The event as it came.
    pub event: Event,
    /// The link before it.
    pub prev_hash: Hash,
    /// Its own link.
    pub hash: Hash,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// What became of it.
    pub state: State,
    /// Why it is in quarantine, or a remark on how it was applied.
    pub error: Option<String>,
}

const COLUMNS: &str = "shop_id, device_id, epoch, seq, event_id, kind, version, at_utc, utc_offset_minutes, \
     business_date, payload, hash, prev_hash, received_at_utc, state, error";

fn from_row(row: &Row) -> Result<StoredEvent> {
    let out_of_range =
        |column: &str| Error::Corrupt(format!("column {column} of an event is out of range"));
    let state = row.text("state")?;
    Ok(StoredEvent {
        shop_id: row.text("shop_id")?,
        device_id: row.uuid("device_id")?,
        epoch: row.integer("epoch")?,
        event: Event {
            seq: row.integer("seq")?,
            event_id: row.uuid("event_id")?,
            kind: row.text("kind")?,
            version: u32::try_from(row.integer("version")?).map_err(|_| out_of_range("version"))?,
            at_utc: row.text("at_utc")?,
            utc_offset_minutes: i32::try_from(row.integer("utc_offset_minutes")?)
                .map_err(|_| out_of_range("utc_offset_minutes"))?,
            business_date: row.date("business_date")?,
            payload: row.text("payload")?,
        },
        prev_hash: row.hash("prev_hash")?,
        hash: row.hash("hash")?,
        received_at: row.moment("received_at_utc")?,
        state: State::parse(&state)
            .ok_or_else(|| Error::Corrupt(format!("an event has the state {state}")))?,
        error: row.text_opt("error")?,
    })
}

/// Appends events to their devices' logs.
pub fn insert(tx: &mut dyn HubTx, events: &[StoredEvent]) -> Result<()> {
    let rows: Vec<Vec<Value>> = events
        .iter()
        .map(|stored| {
            let event = &stored.event;
            vec![
                (&stored.shop_id).into(),
                stored.device_id.into(),
                stored.epoch.into(),
                event.seq.into(),
                event.event_id.into(),
                (&event.kind).into(),
                event.version.into(),
                (&event.at_utc).into(),
                event.utc_offset_minutes.into(),
                event.business_date.into(),
                (&event.payload).into(),
                stored.hash.into(),
                stored.prev_hash.into(),
                stored.received_at.into(),
                stored.state.as_str().into(),
                stored.error.clone().into(),
            ]
        })
        .collect();
    tx.insert_rows(
        "INSERT INTO events (tenant_id, shop_id, device_id, epoch, seq, event_id, kind, version, at_utc,
             utc_offset_minutes, business_date, payload, hash, prev_hash, received_at_utc, state, error)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        &[
            Text, Text, Integer, Integer, Text, Text, Integer, Text, Integer, Text, Text, Bytes, Bytes,
            Text, Text, Text,
        ],
        &rows,
    )?;
    Ok(())
}

/// `(seq, prev_hash, hash)` of a device's events with `from <= seq <= to` in an epoch, rising.
pub fn links(
    tx: &mut dyn HubTx,
    device: &Device,
    epoch: i64,
    from: i64,
    to: i64,
) -> Result<Vec<(i64, Hash, Hash)>> {
    tx.query(
        "SELECT seq, prev_hash, hash FROM events
         WHERE tenant_id = tenant() AND shop_id = $1 AND device_id = $2 AND epoch = $3 AND seq >= $4 AND seq <= $5
         ORDER BY seq",
        &[
            (&device.shop_id).into(),
            device.id.into(),
            epoch.into(),
            from.into(),
            to.into(),
        ],
    )?
    .iter()
    .map(|row| {
        Ok((
            row.integer("seq")?,
            row.hash("prev_hash")?,
            row.hash("hash")?,
        ))
    })
    .collect()
}

/// A device's events after the point (epoch, seq), in order, at most `limit`.
pub fn log_after(
    tx: &mut dyn HubTx,
    device: &Device,
    (epoch, seq): (i64, i64),
    limit: usize,
) -> Result<Vec<StoredEvent>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM events
             WHERE tenant_id = tenant() AND shop_id = $1 AND device_id = $2 AND (epoch > $3 OR (epoch = $3 AND seq > $4))
             ORDER BY epoch, seq LIMIT $5"
        ),
        &[
            (&device.shop_id).into(),
            device.id.into(),
            epoch.into(),
            seq.into(),
            (limit as i64).into(),
        ],
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// A device's whole log, in its own order.
pub fn of_device(tx: &mut dyn HubTx, device: &Device) -> Result<Vec<StoredEvent>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM events
             WHERE tenant_id = tenant() AND shop_id = $1 AND device_id = $2 ORDER BY epoch, seq"
        ),
        &[(&device.shop_id).into(), device.id.into()],
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// Every event in quarantine whose device is still let in, each device's in its own order. The ledger of a device that
/// was replaced is off the book, and what comes late from it stays so.
pub fn quarantined(tx: &mut dyn HubTx) -> Result<Vec<StoredEvent>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM events
             WHERE tenant_id = tenant() AND state = 'quarantined' AND EXISTS (SELECT 1 FROM devices d
                 WHERE d.tenant_id = tenant() AND d.shop_id = events.shop_id AND d.id = events.device_id
                     AND d.revoked = 0)
             ORDER BY shop_id, device_id, epoch, seq"
        ),
        &[],
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// How many events of a shop are in quarantine.
pub fn quarantined_count(tx: &mut dyn HubTx, shop_id: &str) -> Result<i64> {
    let row = tx.query_row(
        "SELECT count(*) AS found FROM events WHERE tenant_id = tenant() AND shop_id = $1 AND state = 'quarantined'",
        &[shop_id.into()],
    )?;
    row.map_or(Ok(0), |row| row.integer("found"))
}

/// The applied events of one kind of a shop, in the order in which they came; those of a device that was let in last come
/// last. No clock has a say in it.
pub fn applied_of_kind(tx: &mut dyn HubTx, shop_id: &str, kind: &str) -> Result<Vec<StoredEvent>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM events
             WHERE tenant_id = tenant() AND shop_id = $1 AND kind = $2 AND state = 'applied'
             ORDER BY (SELECT d.revoked FROM devices d
                 WHERE d.tenant_id = tenant() AND d.shop_id = events.shop_id AND d.id = events.device_id) DESC, device_id, epoch, seq"
        ),
        &[shop_id.into(), kind.into()],
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// Sets what became of an event.
pub fn set_state(
    tx: &mut dyn HubTx,
    stored: &StoredEvent,
    state: State,
    error: Option<&str>,
) -> Result<()> {
    tx.execute(
        "UPDATE events SET state = $1, error = $2
         WHERE tenant_id = tenant() AND shop_id = $3 AND device_id = $4 AND epoch = $5 AND seq = $6",
        &[
            state.as_str().into(),
            error.into(),
            (&stored.shop_id).into(),
            stored.device_id.into(),
            stored.epoch.into(),
            stored.event.seq.into(),
        ],
    )?;
    Ok(())
}

/// Whether an event of the shop has had its effect.
pub fn has_effect(tx: &mut dyn HubTx, shop_id: &str, event_id: Uuid) -> Result<bool> {
    let row = tx.query_row(
        "SELECT event_id FROM applied_events WHERE tenant_id = tenant() AND shop_id = $1 AND event_id = $2",
        &[shop_id.into(), event_id.into()],
    )?;
    Ok(row.is_some())
}

/// Notes of events of a shop that they have their effect now; those of them that had none before.
pub fn record_effects(
    tx: &mut dyn HubTx,
    shop_id: &str,
    event_ids: impl Iterator<Item = Uuid>,
) -> Result<BTreeSet<Uuid>> {
    let rows: Vec<Vec<Value>> = event_ids
        .map(|event_id| vec![shop_id.into(), event_id.into()])
        .collect();
    tx.insert_rows(
        "INSERT INTO applied_events (tenant_id, shop_id, event_id) VALUES (tenant(), $1, $2)
         ON CONFLICT (tenant_id, shop_id, event_id) DO NOTHING RETURNING event_id",
        &[Text, Text],
        &rows,
    )?
    .iter()
    .map(|row| row.uuid("event_id"))
    .collect()
}
