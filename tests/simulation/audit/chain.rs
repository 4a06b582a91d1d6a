//! The event log and the audit log as hash chains, read and hashed here by what the design says of them.

use rusqlite::{Connection, params};

use crate::crash::chain::{audit_faults, digest, uuid};
use crate::simulation::log::{Check, hold};

/// An event as a row of either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub epoch: i64,
    pub seq: i64,
    pub event_id: String,
    pub kind: String,
    pub version: i64,
    pub at_utc: String,
    pub offset: i64,
    pub business_date: String,
    pub payload: String,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

const COLUMNS: &str = "epoch, seq, event_id, kind, version, at_utc, utc_offset_minutes, business_date, payload, \
     prev_hash, hash";

/// The rows of `events`, in order, narrowed by `condition`.
pub fn rows(connection: &Connection, condition: &str, parameter: &str) -> Vec<Row> {
    let sql = format!("SELECT {COLUMNS} FROM events WHERE {condition} ORDER BY epoch, seq");
    let mut statement = connection.prepare_cached(&sql).unwrap();
    statement
        .query_map([parameter], |row| {
            Ok(Row {
                epoch: row.get(0)?,
                seq: row.get(1)?,
                event_id: row.get(2)?,
                kind: row.get(3)?,
                version: row.get(4)?,
                at_utc: row.get(5)?,
                offset: row.get(6)?,
                business_date: row.get(7)?,
                payload: row.get(8)?,
                prev_hash: row.get(9)?,
                hash: row.get(10)?,
            })
        })
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

fn uuid_bytes(text: &str) -> Vec<u8> {
    uuid(text).expect("a UUID")
}

/// The link of an event that follows `previous`.
pub fn link(device: &str, row: &Row, previous: &[u8]) -> Vec<u8> {
    digest(
        previous,
        &[
            &uuid_bytes(device),
            &row.epoch.to_le_bytes(),
            &row.seq.to_le_bytes(),
            &uuid_bytes(&row.event_id),
            row.kind.as_bytes(),
            &(row.version as u32).to_le_bytes(),
            row.at_utc.as_bytes(),
            &(row.offset as i32).to_le_bytes(),
            row.business_date.as_bytes(),
            row.payload.as_bytes(),
        ],
    )
}

/// Each epoch's seqs run from 1 without a gap, and every link holds. The first of epoch 1 follows 32 zero bytes; the
/// first of a later one follows whatever head it was granted after.
pub fn verify(whose: &str, device: &str, rows: &[Row]) -> Check {
    let mut before: Option<&Row> = None;
    for row in rows {
        let at = (row.epoch, row.seq);
        match before.filter(|before| before.epoch == row.epoch) {
            Some(before) => {
                hold!(
                    2,
                    row.seq == before.seq + 1,
                    "{whose}: {at:?} follows {}",
                    before.seq
                );
                hold!(
                    2,
                    row.prev_hash == before.hash,
                    "{whose}: the chain breaks at {at:?}"
                );
            }
            None => {
                hold!(
                    2,
                    row.seq == 1,
                    "{whose}: epoch {} begins at {}",
                    row.epoch,
                    row.seq
                );
                let genesis = row.prev_hash.iter().all(|byte| *byte == 0);
                hold!(
                    2,
                    row.epoch > 1 || genesis,
                    "{whose}: epoch 1 does not begin at nothing"
                );
            }
        }
        hold!(
            2,
            row.hash == link(device, row, &row.prev_hash),
            "{whose}: the hash of {at:?} is another"
        );
        before = Some(row);
    }
    Ok(())
}

/// The audit log: seqs from 1 without a gap, every link in place.
pub fn verify_audit(whose: &str, connection: &Connection) -> Check {
    let faults = audit_faults(connection).unwrap();
    hold!(14, faults.is_empty(), "{whose}: {faults:?}");
    Ok(())
}

/// Writes an event at the end of a shop's log as another program would.
pub fn append_event(shop: &Connection, event_id: &str, kind: &str, version: i64, payload: &str) {
    let device: String = shop
        .query_row("SELECT device_id FROM shop", [], |row| row.get(0))
        .unwrap();
    let (epoch, seq, previous): (i64, i64, Vec<u8>) = shop
        .query_row(
            "SELECT epoch, head_seq, head_hash FROM sync_state",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .unwrap();
    let mut row = Row {
        epoch,
        seq: seq + 1,
        event_id: event_id.to_owned(),
        kind: kind.to_owned(),
        version,
        at_utc: "2026-11-23T02:00:00.000Z".to_owned(),
        offset: 420,
        business_date: "2026-11-23".to_owned(),
        payload: payload.to_owned(),
        prev_hash: previous.clone(),
        hash: Vec::new(),
    };
    row.hash = link(&device, &row, &previous);
    let tx = shop.unchecked_transaction().unwrap();
    tx.execute(
        &format!(
            "INSERT INTO events ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        ),
        params![
            row.epoch,
            row.seq,
            row.event_id,
            row.kind,
            row.version,
            row.at_utc,
            row.offset,
            row.business_date,
            row.payload,
            row.prev_hash,
            row.hash
        ],
    )
    .unwrap();
    tx.execute(
        "UPDATE sync_state SET head_seq = ?1, head_hash = ?2",
        params![row.seq, row.hash],
    )
    .unwrap();
    tx.commit().unwrap();
}
