//! Every kind of event and note in every version that was ever written: still read, still with the same effect, still
//! with the same hash. The links were computed by another program than this one.

use std::collections::BTreeSet;
use std::path::Path;

use kulakan::hub::store::{self, shops};
use kulakan::hub::store::{devices, projections};
use kulakan::shop::Shop;
use kulakan::wire::event::{Event, Fact, GENESIS, Hash};
use kulakan::wire::exchange::{PairRequest, Push};
use kulakan::wire::note::{Announcement, Note};
use kulakan::wire::{EVENTS_PATH, PROTOCOL, VERSION_HEADER};
use rusqlite::{Connection, OpenFlags};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{data, files, hold, read};
use crate::harness::running::{HubFolder, ShopFolder};
use crate::hub_sync::{Daemon, answer};

#[derive(Deserialize)]
struct Log {
    device: Uuid,
    events: Vec<Example>,
}

#[derive(Deserialize)]
struct Example {
    about: String,
    /// Today's program writes it byte for byte so; otherwise it only has to be read.
    written: bool,
    event: Event,
    hash: Hash,
}

#[derive(Deserialize)]
struct Link {
    device: Uuid,
    epoch: i64,
    prev_hash: Hash,
    event: Event,
    hash: Hash,
}

#[derive(Deserialize)]
struct Notes {
    notes: Vec<NoteExample>,
}

#[derive(Deserialize)]
struct NoteExample {
    about: String,
    written: bool,
    note: Note,
}

fn parse<T: serde::de::DeserializeOwned>(path: &Path) -> (Value, T) {
    let file = read(path);
    let parsed = serde_json::from_value(file.clone());
    (
        file,
        parsed.unwrap_or_else(|error| panic!("{}: {error}", path.display())),
    )
}

/// The kinds that this program knows, from its own words about one that it does not.
fn known_kinds(refusal: &str) -> BTreeSet<String> {
    let (_, expected) = refusal
        .split_once("expected one of ")
        .unwrap_or_else(|| panic!("{refusal}"));
    expected
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Which versions of a kind this program reads, from whether it speaks of the version when it refuses a payload.
fn known_versions(decode: impl Fn(u32) -> String) -> Vec<u32> {
    (0..100)
        .filter(|version| !decode(*version).starts_with("version "))
        .collect()
}

fn names(folder: &str) -> BTreeSet<String> {
    files(folder)
        .iter()
        .map(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap();
            name.strip_suffix(".json").unwrap().to_owned()
        })
        .collect()
}

#[test]
fn every_kind_and_version_that_is_read_has_its_place_in_the_corpus() {
    let events = read_today(|kind, version, payload| {
        Fact::decode(kind, version, payload).expect_err("no event")
    });
    assert!(events.contains("sale.recorded.v1"), "{events:?}");
    assert_eq!(names("corpus/events"), events);
    let notes = read_today(|kind, version, payload| {
        Announcement::decode(kind, version, payload).expect_err("no note")
    });
    assert_eq!(names("corpus/notes"), notes);
}

/// Every kind and version that a decoder reads, by how it refuses others.
fn read_today(refused: impl Fn(&str, u32, &str) -> String) -> BTreeSet<String> {
    known_kinds(&refused("no.such", 1, "{}"))
        .iter()
        .flat_map(|kind| {
            known_versions(|version| refused(kind, version, "no JSON"))
                .into_iter()
                .map(move |version| format!("{kind}.v{version}"))
        })
        .collect()
}

#[test]
fn every_event_is_read_and_written_as_it_was_and_hashes_stay() {
    let mut identities = BTreeSet::new();
    for path in files("corpus/events") {
        let (_, log): (_, Log) = parse(&path);
        let mut previous = GENESIS;
        for (example, seq) in log.events.iter().zip(1..) {
            let event = &example.event;
            let place = format!("{}: {}", path.display(), example.about);
            assert_eq!(event.seq, seq, "{place}");
            assert!(identities.insert(event.event_id), "{place}");
            let link = event.hash(log.device, 1, previous);
            assert_eq!(link, example.hash, "{place}");
            let fact = Fact::decode(&event.kind, event.version, &event.payload)
                .unwrap_or_else(|error| panic!("{place}: {error}"));
            let (kind, payload) = fact.encode().unwrap();
            assert_eq!(kind, event.kind, "{place}");
            if example.written {
                assert_eq!(payload, event.payload, "{place}");
            }
            let again = Fact::decode(&kind, event.version, &payload).unwrap();
            assert_eq!(again, fact, "{place}");
            previous = link;
        }
    }
    let (_, links): (_, Vec<Link>) = parse(&data("corpus/links.json"));
    for link in links {
        let found = link.event.hash(link.device, link.epoch, link.prev_hash);
        assert_eq!(found, link.hash, "{:?}", link.event);
    }
}

/// What a hub knows of a shop after its log came.
async fn outcome(daemon: &Daemon, shop_id: &str) -> Value {
    let shop_id = shop_id.to_owned();
    store::read(daemon.hub.store(), move |tx| {
        let lots: Vec<Value> = projections::lots(tx, &shop_id)?
            .iter()
            .map(|lot| json!([lot.sku, lot.expires, lot.quantity]))
            .collect();
        let days: Vec<Value> = projections::days(tx, &shop_id, chrono::NaiveDate::MIN)?
            .iter()
            .map(|day| {
                json!({
                    "sku": day.sku, "date": day.date, "sold": day.sold, "imported": day.imported,
                    "missed": day.missed, "net": day.net, "inflow": day.inflow, "moved": day.moved,
                })
            })
            .collect();
        let products = projections::products(tx, &shop_id)?;
        let policy = shops::get(tx, &shop_id)?.policy_json;
        let fates = tx.query(
            "SELECT seq, state, error FROM events WHERE shop_id = $1 ORDER BY epoch, seq",
            &[(&shop_id).into()],
        )?;
        let fates: Vec<Value> = fates
            .iter()
            .map(|row| {
                Ok(json!([
                    row.integer("seq")?,
                    row.text("state")?,
                    row.text_opt("error")?
                ]))
            })
            .collect::<kulakan::error::Result<_>>()?;
        Ok(json!({
            "lots": lots, "days": days, "products": products, "policy": policy, "fates": fates,
        }))
    })
    .await
    .unwrap()
}

async fn pair(daemon: &Daemon, name: &str, device: Uuid) -> (String, String) {
    let (shop_id, code) = daemon.hub.add_shop(name).await.unwrap();
    let token = format!("token-of-{}", device.simple());
    let request = PairRequest {
        code,
        device,
        name: name.to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        token: token.clone(),
    };
    daemon.hub.pair(request).await.unwrap();
    (shop_id, token)
}

#[tokio::test]
async fn every_event_has_the_effect_on_a_hub_that_it_had_when_it_was_recorded() {
    let daemon = Daemon::start().await;
    for path in files("corpus/events") {
        let (file, log): (_, Log) = parse(&path);
        let name = path.file_stem().unwrap().to_str().unwrap();
        let (shop_id, token) = pair(&daemon, name, log.device).await;
        let push = Push {
            epoch: 1,
            from_seq: 1,
            prev_hash: GENESIS,
            events: log
                .events
                .iter()
                .map(|example| example.event.clone())
                .collect(),
        };
        let body = zstd::encode_all(&*serde_json::to_vec(&push).unwrap(), 3).unwrap();
        let request = daemon
            .client
            .post(daemon.url(EVENTS_PATH))
            .header(VERSION_HEADER, PROTOCOL)
            .bearer_auth(token)
            .body(body);
        let (status, body) = answer(request).await;
        assert_eq!(status, 200, "{name}: {body}");
        let last = log.events.last().unwrap();
        assert_eq!(body["ack_hash"], json!(last.hash), "{name}");

        let device = log.device;
        let kept = store::read(daemon.hub.store(), move |tx| {
            let device = devices::find(tx, device)?.unwrap();
            store::events::of_device(tx, &device)
        });
        for (kept, example) in kept.await.unwrap().iter().zip(&log.events) {
            assert_eq!(kept.event, example.event, "{name}: {}", example.about);
            assert_eq!(kept.hash, example.hash, "{name}: {}", example.about);
        }
        hold(&path, file, "outcome", &outcome(&daemon, &shop_id).await);
    }
}

#[test]
fn every_note_is_read_and_written_as_it_was() {
    for path in files("corpus/notes") {
        let (_, log): (_, Notes) = parse(&path);
        for example in &log.notes {
            let note = &example.note;
            let place = format!("{}: {}", path.display(), example.about);
            let read = Announcement::decode(&note.kind, note.version, &note.payload)
                .unwrap_or_else(|error| panic!("{place}: {error}"));
            let (kind, payload) = read.encode().unwrap();
            assert_eq!(kind, note.kind, "{place}");
            if example.written {
                assert_eq!(payload, note.payload, "{place}");
            }
            assert_eq!(
                Announcement::decode(&kind, note.version, &payload).unwrap(),
                read,
                "{place}"
            );
        }
    }
}

/// The rows of a query of one column of JSON.
fn rows(database: &Connection, sql: &str) -> Vec<Value> {
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get::<_, String>(0));
    rows.unwrap()
        .map(|text| serde_json::from_str(&text.unwrap()).unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_note_has_the_effect_on_a_shop_that_it_had_when_it_was_recorded() {
    let now = "2026-11-23T02:00:00Z";
    let hub = HubFolder::found(now).await;
    let daemon = hub.run(None).await;
    for path in files("corpus/notes") {
        let (file, log): (_, Notes) = parse(&path);
        let (folder, _) = ShopFolder::found(now, "Asia/Jakarta", "0 0 2 1 1 *").await;
        let shop = folder.open().await;
        let name = path.file_stem().unwrap().to_str().unwrap();
        let distributor = hub.open().await;
        let (shop_id, code) = distributor.add_shop(name).await.unwrap();
        let notes: Vec<Note> = log.notes.into_iter().map(|example| example.note).collect();
        let count = notes.len();
        store::write(distributor.store(), move |tx| {
            for note in &notes {
                tx.execute(
                    "INSERT INTO notes (tenant_id, shop_id, position, note_id, kind, version, payload, created_at_utc)
                     VALUES (tenant(), $1, $2, $3, $4, $5, $6, '2026-11-23T02:00:00.000Z')",
                    &[
                        (&shop_id).into(),
                        note.position.into(),
                        note.note_id.into(),
                        (&note.kind).into(),
                        note.version.into(),
                        (&note.payload).into(),
                    ],
                )?;
            }
            let count = notes.len() as i64;
            let sql = "UPDATE shops SET note_position = $1 WHERE tenant_id = tenant() AND id = $2";
            tx.execute(sql, &[count.into(), (&shop_id).into()])?;
            Ok(())
        })
        .await
        .unwrap();
        shop.pair(&daemon.url(), &code).await.unwrap();
        assert_eq!(shop.exchange().await.unwrap().notes, count, "{name}");
        drop(shop);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let database = Connection::open_with_flags(Shop::file(&folder.path), flags).unwrap();
        let of = |sql: &str| rows(&database, sql);
        let mut outcome = json!({
            "fates": of("SELECT json_array(position, state, error) FROM notes ORDER BY position"),
            "offers": of("SELECT json_array(sku, json(payload)) FROM hub_catalogue ORDER BY sku"),
            "deliveries": of(
                "SELECT json_array(id, state, expected_on, cancel_reason) FROM deliveries ORDER BY id"
            ),
            "lines": of(
                "SELECT json_array(delivery_id, line_no, sku, name, quantity, expires) FROM delivery_lines
                 ORDER BY delivery_id, line_no"
            ),
            "rhythm": of("SELECT json_array(review_days, lead_time_days) FROM sync_state"),
        });
        if name.starts_with("return.") {
            outcome["taken_back"] = json!(of(
                "SELECT json_array(r.id, r.number, r.collected_on, r.state, l.line_no, l.sku, l.name, l.quantity,
                     l.expires, l.reason)
                 FROM taken_back r LEFT JOIN taken_back_lines l ON l.return_id = r.id ORDER BY r.id, l.line_no"
            ));
        }
        hold(&path, file, "outcome", &outcome);
    }
    daemon.stop().await;
}
