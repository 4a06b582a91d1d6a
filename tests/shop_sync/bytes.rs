//! Events cross the line as they were written: what is hashed is their text, not what it means.

use kulakan::shop::Shop;
use kulakan::wire::event::{Event, Hash};
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{Pair, sell};

/// As no version of this program writes it, and as JSON allows it.
const PAYLOAD: &str = "{ \"quantity\": 2,\n  \"sku\": \"\\u004dIE\" }";

/// Appends an event to a shop's log as another version of the program might have.
fn append(database: &std::path::Path, payload: &str) {
    let connection = Connection::open(database).unwrap();
    let (device, epoch, seq, hash): (String, i64, i64, [u8; 32]) = connection
        .query_row(
            "SELECT device_id, epoch, head_seq, head_hash FROM shop, sync_state",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .unwrap();
    let event = Event {
        seq: seq + 1,
        event_id: Uuid::now_v7(),
        kind: "demand.missed".to_owned(),
        version: 1,
        at_utc: "2026-11-23T02:00:00.000Z".to_owned(),
        utc_offset_minutes: 420,
        business_date: chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
        payload: payload.to_owned(),
    };
    let link = event.hash(Uuid::parse_str(&device).unwrap(), epoch, Hash(hash));
    connection
        .execute(
            "INSERT INTO events (epoch, seq, event_id, kind, version, at_utc, utc_offset_minutes, business_date,
                                 payload, prev_hash, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                epoch,
                event.seq,
                event.event_id.to_string(),
                event.kind,
                event.version,
                event.at_utc,
                event.utc_offset_minutes,
                event.business_date,
                event.payload,
                hash,
                link.0,
            ],
        )
        .unwrap();
    connection
        .execute(
            "UPDATE sync_state SET head_seq = ?1, head_hash = ?2",
            params![event.seq, link.0],
        )
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_version_wrote_reaches_the_hub_to_the_byte() {
    let pair = Pair::new().await;
    append(&Shop::file(&pair.folder.path), PAYLOAD);
    sell(&pair.shop, "after-it").await;
    pair.shop.exchange().await.unwrap();
    let status = pair.shop.sync_status().await.unwrap();
    assert_eq!((status.epoch, status.backlog), (1, 0));
    let hub = Connection::open(pair.hub.folder.path().join("hub.db")).unwrap();
    let held: (String, String) = hub
        .query_row(
            "SELECT payload, state FROM events WHERE kind = 'demand.missed'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(held, (PAYLOAD.to_owned(), "applied".to_owned()));
    pair.daemon.stop().await;
}
