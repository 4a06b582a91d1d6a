//! The two hash chains, computed from their description and not with the program's code.

use rusqlite::{Connection, Row};
use sha2::{Digest, Sha256};

/// Feeds fields to a digest, each after its length as eight bytes, least significant first.
pub fn digest(previous: &[u8], fields: &[&[u8]]) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(previous);
    for field in fields {
        digest.update((field.len() as u64).to_le_bytes());
        digest.update(field);
    }
    digest.finalize().to_vec()
}

/// A UUID's sixteen bytes.
pub fn uuid(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.chars().filter(|sign| *sign != '-').collect();
    if digits.len() != 32 || !digits.is_ascii() {
        return None;
    }
    (0..16)
        .map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).ok())
        .collect()
}

fn event_link(row: &Row<'_>, device: &[u8], previous: &[u8]) -> rusqlite::Result<Option<Vec<u8>>> {
    let (epoch, seq): (i64, i64) = (row.get(0)?, row.get(1)?);
    let (id, kind, version): (String, String, u32) = (row.get(2)?, row.get(3)?, row.get(4)?);
    let (at, offset, date): (String, i32, String) = (row.get(5)?, row.get(6)?, row.get(7)?);
    let payload: String = row.get(8)?;
    Ok(uuid(&id).map(|id| {
        digest(
            previous,
            &[
                device,
                &epoch.to_le_bytes(),
                &seq.to_le_bytes(),
                &id,
                kind.as_bytes(),
                &version.to_le_bytes(),
                at.as_bytes(),
                &offset.to_le_bytes(),
                date.as_bytes(),
                payload.as_bytes(),
            ],
        )
    }))
}

/// What is wrong with the event log: a gap in the numbers, a link that does not hold, a head that is not its end.
pub fn event_faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let device: String =
        connection.query_row("SELECT device_id FROM shop", [], |row| row.get(0))?;
    let device = uuid(&device).unwrap_or_default();
    let mut faults = Vec::new();
    let mut statement = connection.prepare(
        "SELECT epoch, seq, event_id, kind, version, at_utc, utc_offset_minutes, business_date, payload, prev_hash, hash
         FROM events ORDER BY epoch, seq",
    )?;
    let mut rows = statement.query([])?;
    let (mut epoch, mut seq, mut end) = (0, 0, vec![0; 32]);
    while let Some(row) = rows.next()? {
        let (at, number): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (previous, hash): (Vec<u8>, Vec<u8>) = (row.get(9)?, row.get(10)?);
        if at != epoch {
            // A later epoch begins where the hub granted it, which the shop cannot know again.
            if at != 1 {
                end.clone_from(&previous);
            }
            (epoch, seq) = (at, 0);
        }
        seq += 1;
        if number != seq {
            faults.push(format!(
                "events: seq {number} of epoch {epoch} follows {}",
                seq - 1
            ));
            seq = number;
        }
        if previous != end || event_link(row, &device, &previous)?.as_ref() != Some(&hash) {
            faults.push(format!(
                "events: the link at {epoch}/{number} does not hold"
            ));
        }
        end = hash;
    }
    let head: (i64, i64, Vec<u8>, i64) = connection.query_row(
        "SELECT epoch, head_seq, head_hash, acked_seq FROM sync_state",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    let just_entered = head.0 > epoch && head.1 == 0;
    if !just_entered && (head.0, head.1, &head.2) != (epoch.max(1), seq, &end) {
        faults.push(format!(
            "events end at {epoch}/{seq}, the head is {}/{}",
            head.0, head.1
        ));
    }
    if head.3 > head.1 {
        faults.push(format!(
            "acknowledged up to {}, beyond the head {}",
            head.3, head.1
        ));
    }
    Ok(faults)
}

/// What is wrong with the audit log.
pub fn audit_faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut statement = connection.prepare(
        "SELECT seq, at_utc, actor, action, subject, detail, prev_hash, hash FROM audit ORDER BY seq",
    )?;
    let mut rows = statement.query([])?;
    let (mut end, mut expected) = (vec![0; 32], 1);
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        let texts: Vec<String> = (1..6)
            .map(|column| row.get(column))
            .collect::<Result<_, _>>()?;
        let fields: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
        let (previous, hash): (Vec<u8>, Vec<u8>) = (row.get(6)?, row.get(7)?);
        // The number stands before the fields, without a length.
        let begin = [&previous[..], &seq.to_le_bytes()].concat();
        if seq != expected || previous != end || digest(&begin, &fields) != hash {
            faults.push(format!("audit: the link at {seq} does not hold"));
        }
        (end, expected) = (hash, seq + 1);
    }
    Ok(faults)
}
