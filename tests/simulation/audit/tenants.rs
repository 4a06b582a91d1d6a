//! Each shop's token opens its own rows and nobody else's.

use axum::body::Body;
use axum::http::Request;
use kulakan::wire::{EPOCHS_PATH, EVENTS_PATH, HEAD_PATH, NOTES_PATH, PROTOCOL, VERSION_HEADER};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::{chain, shop};
use crate::simulation::dice::Dice;
use crate::simulation::log::{Check, hold};
use crate::simulation::party::{Copy, number};
use crate::simulation::world::World;

pub async fn audit(world: &World, at_hub: &Connection) -> Check {
    for copy in &world.copies {
        for other in world
            .copies
            .iter()
            .filter(|other| other.tenant != copy.tenant)
        {
            probe(world, copy, other, at_hub).await?;
        }
    }
    let (status, _) = ask(
        world,
        "GET",
        HEAD_PATH,
        "kein-richtiger-schluessel-fuer-diesen-hub",
        None,
    )
    .await;
    hold!(
        13,
        status == 401,
        "a made-up token is answered with {status}"
    );
    world.log.count("tenant probed");
    Ok(())
}

async fn probe(world: &World, copy: &Copy, other: &Copy, at_hub: &Connection) -> Check {
    let (mine, theirs) = (copy.reader(), other.reader());
    let whose = |what: &str| {
        format!(
            "{what} of tenant {} with {}'s token",
            other.tenant, copy.tenant
        )
    };
    let token: Option<String> = mine
        .query_row("SELECT token FROM sync_state", [], |row| row.get(0))
        .unwrap();
    let Some(token) = token else { return Ok(()) };
    let foreign = [
        shop::device(theirs),
        world.tenants[other.tenant].shop_id.clone(),
    ];
    let leaks = |body: &[u8]| {
        let text = String::from_utf8_lossy(body);
        foreign
            .iter()
            .any(|identity| text.contains(identity.as_str()))
    };
    // The other's cursor leads nowhere but through one's own notes.
    let cursor: String = theirs
        .query_row("SELECT cursor FROM sync_state", [], |row| row.get(0))
        .unwrap();
    let path = format!("{NOTES_PATH}?cursor={cursor}");
    let (status, body) = ask(world, "GET", &path, &token, None).await;
    let page: Value = serde_json::from_slice(&body).unwrap_or_default();
    hold!(
        13,
        status == 200 && !leaks(&body),
        "{}: {status}",
        whose("notes")
    );
    for note in page["notes"].as_array().into_iter().flatten() {
        let own = number(
            at_hub,
            "SELECT count(*) FROM notes WHERE note_id = ?1 AND shop_id = ?2",
            [
                note["note_id"].as_str().unwrap_or_default(),
                world.tenants[copy.tenant].shop_id.as_str(),
            ],
        );
        hold!(13, own == 1, "{}", whose("a note"));
    }
    // The other's own next events, at the other's head: the chain is bound to the device.
    let before = number(at_hub, "SELECT count(*) FROM events", []);
    let row = chain::rows(theirs, "?1 = ''", "").into_iter().next_back();
    if let Some(row) = row {
        let hex = |bytes: &[u8]| {
            bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        };
        let push = json!({
            "epoch": row.epoch, "from_seq": row.seq, "prev_hash": hex(&row.prev_hash), "events": [{
                "seq": row.seq, "event_id": row.event_id, "kind": row.kind, "version": row.version,
                "at_utc": row.at_utc, "utc_offset_minutes": row.offset, "business_date": row.business_date,
                "payload": row.payload,
            }],
        });
        let packed = zstd::bulk::compress(push.to_string().as_bytes(), 3).unwrap();
        let (status, body) = ask(world, "POST", EVENTS_PATH, &token, Some(packed)).await;
        hold!(
            13,
            status == 409 && !leaks(&body),
            "{}: {status}",
            whose("a push")
        );
        let seen = json!({ "epoch": row.epoch, "seq": row.seq, "hash": hex(&row.hash) });
        let nonce = world.log.dice(Dice::uuid).to_string();
        let epoch = json!({ "seen": seen, "nonce": nonce })
            .to_string()
            .into_bytes();
        let (status, _) = ask(world, "POST", EPOCHS_PATH, &token, Some(epoch)).await;
        hold!(13, status == 409, "{}: {status}", whose("an epoch"));
    }
    let after = number(at_hub, "SELECT count(*) FROM events", []);
    hold!(13, before == after, "{}", whose("events taken"));
    let path = format!(
        "/api/v1/shops/{}/positions",
        world.tenants[other.tenant].shop_id
    );
    let (status, body) = ask(world, "GET", &path, &token, None).await;
    hold!(
        13,
        status == 401 && !leaks(&body),
        "{}: {status}",
        whose("positions")
    );
    Ok(())
}

async fn ask(
    world: &World,
    method: &str,
    path: &str,
    token: &str,
    body: Option<Vec<u8>>,
) -> (u16, Vec<u8>) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(VERSION_HEADER, PROTOCOL)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Body::from(body.unwrap_or_default()))
        .unwrap();
    let (status, _, body) = world.network.ask(request).await.unwrap();
    (status, body)
}
