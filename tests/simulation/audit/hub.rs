//! The hub, by its file: its logs, and what they add up to.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::chain;
use super::replay::{Day, Days, Lots, Replay, is_readable};
use super::shop::{differ, told};
use crate::simulation::log::{Check, hold};
use crate::simulation::party::{Copy, number, reader};
use crate::simulation::world::World;

/// All that the hub must hold for one of its shops at any moment.
pub fn audit(world: &World, tenant: usize, hub: &Connection) -> Check {
    let shop_id = world.tenants[tenant].shop_id.as_str();
    let whose = format!("the hub, shop {tenant}");
    let rows = chain::rows(hub, "shop_id = ?1", shop_id);
    let device: Option<String> = hub
        .query_row("SELECT id FROM devices WHERE shop_id = ?1", [shop_id], |row| row.get(0))
        .ok();
    if let Some(device) = &device {
        chain::verify(&whose, device, &rows)?;
        head_is_the_log_end(&whose, hub, device, &rows)?;
    }
    states_are_right(&whose, hub, shop_id)?;
    let mut replay = Replay::default();
    for row in &rows {
        replay.tell(&told(row));
    }
    let replay = replay.settled();
    let stock = lots(hub, shop_id);
    hold!(
        6,
        replay.lots == stock,
        "{whose}: its log replays to other stock: {}",
        differ(&replay.lots, &stock)
    );
    let days = days(hub, shop_id);
    hold!(6, replay.days == days, "{whose}: its log's days: {}", differ(&replay.days, &days));
    for copy in world.copies.iter().filter(|copy| copy.tenant == tenant) {
        acknowledged_is_there(copy, hub, &rows)?;
        one_log_or_a_fork(world, copy, &rows)?;
    }
    Ok(())
}

fn head_is_the_log_end(whose: &str, hub: &Connection, device: &str, rows: &[chain::Row]) -> Check {
    let (epoch, seq, hash): (i64, i64, Vec<u8>) = hub
        .query_row(
            "SELECT epoch, head_seq, head_hash FROM devices WHERE id = ?1",
            [device],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .unwrap();
    let last = rows.iter().rfind(|row| row.epoch == epoch);
    let ends = last.map_or(seq == 0, |row| (row.seq, &row.hash) == (seq, &hash));
    hold!(2, ends, "{whose}: the head says epoch {epoch} seq {seq}, the log ends elsewhere");
    Ok(())
}

/// Each event has its effect once; what cannot be read is set aside, and nothing else is.
fn states_are_right(whose: &str, hub: &Connection, shop_id: &str) -> Check {
    let mut statement = hub
        .prepare_cached(
            "SELECT event_id, kind, version, business_date, payload, state FROM events WHERE shop_id = ?1",
        )
        .unwrap();
    let mut rows = statement.query([shop_id]).unwrap();
    let mut applied: BTreeSet<String> = BTreeSet::new();
    let mut readable: BTreeSet<String> = BTreeSet::new();
    while let Some(row) = rows.next().unwrap() {
        let told = super::replay::Told {
            event_id: row.get(0).unwrap(),
            kind: row.get(1).unwrap(),
            version: row.get(2).unwrap(),
            business_date: row.get(3).unwrap(),
            payload: row.get(4).unwrap(),
        };
        let state: String = row.get(5).unwrap();
        let can = is_readable(&told);
        hold!(
            10,
            can == (state != "quarantined"),
            "{whose}: a {} of version {} is {state}",
            told.kind,
            told.version
        );
        if can {
            readable.insert(told.event_id.clone());
        }
        if state == "applied" {
            hold!(5, applied.insert(told.event_id.clone()), "{whose}: an event is applied twice");
        }
    }
    hold!(5, readable == applied, "{whose}: an event is held and has had no effect");
    Ok(())
}

pub fn lots(hub: &Connection, shop_id: &str) -> Lots {
    let mut statement = hub
        .prepare_cached("SELECT sku, expires, quantity FROM shop_lots WHERE shop_id = ?1")
        .unwrap();
    let rows = statement.query_map([shop_id], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)));
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

pub fn days(hub: &Connection, shop_id: &str) -> Days {
    let mut statement = hub
        .prepare_cached(
            "SELECT sku, business_date, sold, missed, net, inflow FROM shop_daily WHERE shop_id = ?1",
        )
        .unwrap();
    let rows = statement.query_map([shop_id], |row| {
        let day = Day {
            sold: row.get(2)?,
            missed: row.get(3)?,
            net: row.get(4)?,
            inflow: row.get(5)?,
        };
        Ok(((row.get(0)?, row.get(1)?), day))
    });
    let mut days: Days = rows.unwrap().collect::<Result<_, _>>().unwrap();
    days.retain(|_, day| *day != Day::default());
    days
}

/// What a shop takes for acknowledged by this life of the hub is on the hub's disk.
fn acknowledged_is_there(copy: &Copy, hub: &Connection, rows: &[chain::Row]) -> Check {
    let connection = copy.reader();
    let known: String = hub.query_row("SELECT incarnation FROM hub", [], |row| row.get(0)).unwrap();
    let (epoch, acked, incarnation): (i64, i64, Option<String>) = connection
        .query_row("SELECT epoch, acked_seq, incarnation FROM sync_state", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    if incarnation.as_deref() != Some(known.as_str()) {
        return Ok(());
    }
    let held = rows.iter().filter(|row| row.epoch == epoch).map(|row| row.seq).max();
    hold!(
        4,
        held.unwrap_or(0) >= acked,
        "copy {}: {acked} of epoch {epoch} is acknowledged and the hub holds {held:?}",
        copy.id
    );
    Ok(())
}

/// Of a shop with one device that never went back, the hub holds exactly the beginning of its log. Where there are
/// more copies, the two logs of an epoch are the same up to a point from which on both go their own way.
fn one_log_or_a_fork(world: &World, copy: &Copy, held: &[chain::Row]) -> Check {
    let own: BTreeMap<(i64, i64), chain::Row> = chain::rows(copy.reader(), "?1 = ''", "")
        .into_iter()
        .map(|row| ((row.epoch, row.seq), row))
        .collect();
    let split = world.tenants[copy.tenant].split || world.hub_restored;
    let mut forked: BTreeSet<i64> = BTreeSet::new();
    for row in held {
        let at = (row.epoch, row.seq);
        let same = own.get(&at).is_some_and(|mine| mine == row);
        hold!(3, same || split, "copy {}: the hub holds another {at:?} of its only log", copy.id);
        if !same {
            forked.insert(row.epoch);
        }
        let rejoined = same && forked.contains(&row.epoch);
        hold!(3, !rejoined, "copy {}: after a fork the hub has its {at:?} again", copy.id);
    }
    Ok(())
}

/// Identities of the events that the hub holds of a shop.
pub fn event_ids(hub: &Connection, shop_id: &str) -> BTreeSet<String> {
    let mut statement = hub
        .prepare_cached("SELECT event_id FROM events WHERE shop_id = ?1")
        .unwrap();
    let rows = statement.query_map([shop_id], |row| row.get(0));
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

pub fn open(world: &World) -> Connection {
    reader(&world.network.hub_database())
}

/// How many of the hub's events are set aside.
pub fn quarantined(hub: &Connection) -> i64 {
    number(hub, "SELECT count(*) FROM events WHERE state = 'quarantined'", [])
}
