//! What both sides hold once nothing is under way any more.

use std::collections::BTreeMap;

use kulakan::shop::stock::StockQuery;
use rusqlite::{Connection, params};
use serde_json::Value;

use super::shop::differ;
use super::{hub, shop};
use crate::simulation::log::{Check, hold};
use crate::simulation::party::{Copy, number};
use crate::simulation::till::must;
use crate::simulation::world::World;

/// A copy against the hub.
pub async fn audit(world: &World, copy: &Copy, at_hub: &Connection) -> Check {
    let connection = copy.reader();
    let shop_id = world.tenants[copy.tenant].shop_id.as_str();
    nothing_is_missing_at_the_hub(copy, connection, at_hub, shop_id)?;
    notes_came_once(copy, connection, at_hub, shop_id)?;
    let (mine, theirs) = (shop::days(connection), hub::days(at_hub, shop_id));
    hold!(7, mine == theirs, "copy {}: days: {}", copy.id, differ(&mine, &theirs));
    same_positions(world, copy, shop_id).await?;
    same_plan(world, copy, shop_id).await
}

fn nothing_is_missing_at_the_hub(
    copy: &Copy,
    connection: &Connection,
    at_hub: &Connection,
    shop_id: &str,
) -> Check {
    let held = hub::event_ids(at_hub, shop_id);
    let mut statement = connection
        .prepare_cached("SELECT event_id, kind FROM events UNION SELECT event_id, kind FROM recovered_events")
        .unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    let own: BTreeMap<String, String> = rows.unwrap().collect::<Result<_, _>>().unwrap();
    let missing: Vec<&String> = own
        .iter()
        .filter(|(id, _)| !held.contains(*id))
        .map(|(_, kind)| kind)
        .collect();
    hold!(15, missing.is_empty(), "copy {}: the hub never got {missing:?}", copy.id);
    let lacking = held.iter().filter(|id| !own.contains_key(*id)).count();
    hold!(7, lacking == 0, "copy {}: {lacking} events are at the hub and not here", copy.id);
    Ok(())
}

/// Every note that the hub has for the shop is there, with its content; none is there twice.
fn notes_came_once(
    copy: &Copy,
    connection: &Connection,
    at_hub: &Connection,
    shop_id: &str,
) -> Check {
    let notes = |connection: &Connection, sql: &str, parameter: &str| -> BTreeMap<String, String> {
        let mut statement = connection.prepare_cached(sql).unwrap();
        let rows = statement.query_map([parameter], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    };
    let told = notes(
        at_hub,
        "SELECT note_id, kind || payload FROM notes WHERE shop_id = ?1",
        shop_id,
    );
    let heard = notes(connection, "SELECT note_id, kind || payload FROM notes WHERE ?1 = ''", "");
    let skipped = told.iter().find(|(id, text)| heard.get(*id) != Some(*text));
    hold!(9, skipped.is_none(), "copy {}: a note was skipped: {:?}", copy.id, skipped.unwrap().1);
    let aside = number(
        connection,
        "SELECT count(*) FROM notes WHERE (state = 'quarantined') <> (kind = 'weather.told')",
        [],
    );
    hold!(10, aside == 0, "copy {}: {aside} notes are in the wrong state", copy.id);
    same_offers(copy, connection, at_hub, shop_id)
}

/// What the latest note on each product said is what the shop takes for the offer.
fn same_offers(
    copy: &Copy,
    connection: &Connection,
    at_hub: &Connection,
    shop_id: &str,
) -> Check {
    let mut statement = at_hub
        .prepare_cached(
            "SELECT payload FROM notes WHERE shop_id = ?1 AND kind = 'catalogue.product' ORDER BY position",
        )
        .unwrap();
    let mut told: BTreeMap<String, Value> = BTreeMap::new();
    let mut rows = statement.query([shop_id]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let payload: Value = serde_json::from_str(&row.get::<_, String>(0).unwrap()).unwrap();
        told.insert(payload["sku"].as_str().unwrap().to_owned(), payload);
    }
    for (sku, payload) in told {
        let kept: Option<String> = connection
            .query_row("SELECT payload FROM hub_catalogue WHERE sku = ?1", [&sku], |row| row.get(0))
            .ok();
        let kept: Option<Value> = kept.and_then(|text| serde_json::from_str(&text).ok());
        hold!(9, kept.as_ref() == Some(&payload), "copy {}: the offer of {sku} is {kept:?}", copy.id);
    }
    let theirs: (Option<i64>, Option<i64>) = at_hub
        .query_row(
            "SELECT review_days, lead_time_days FROM shops WHERE id = ?1",
            params![shop_id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    let mine = connection
        .query_row("SELECT review_days, lead_time_days FROM sync_state", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    hold!(9, mine == theirs, "copy {}: delivered every {mine:?}, told {theirs:?}", copy.id);
    Ok(())
}

type Figures = BTreeMap<String, (i64, i64, i64, BTreeMap<String, i64>)>;

async fn same_positions(world: &World, copy: &Copy, shop_id: &str) -> Check {
    let stock = must("stock", copy.shop().stock(StockQuery::default()).await)?;
    let mine: Figures = stock
        .items
        .into_iter()
        .map(|row| {
            let mut lots = BTreeMap::new();
            for lot in &row.lots {
                let date = lot.expires.map(|date| date.to_string()).unwrap_or_default();
                *lots.entry(date).or_default() += lot.quantity.0;
            }
            lots.retain(|_, quantity| *quantity != 0);
            let figures = (row.on_hand.0, row.on_order.0, row.in_transit.0, lots);
            (row.sku.to_string(), figures)
        })
        .collect();
    let positions = must("positions", world.network.hub().positions(shop_id).await)?;
    let theirs: Figures = positions
        .into_iter()
        .map(|row| {
            let lots = row
                .lots
                .iter()
                .map(|lot| {
                    let date = lot.expires.map(|date| date.to_string()).unwrap_or_default();
                    (date, lot.quantity.0)
                })
                .collect();
            let stock = row.stock;
            let figures = (stock.on_hand.0, stock.on_order.0, stock.in_transit.0, lots);
            (row.sku.to_string(), figures)
        })
        .collect();
    hold!(7, mine == theirs, "copy {}: positions: {}", copy.id, differ(&mine, &theirs));
    Ok(())
}

async fn same_plan(world: &World, copy: &Copy, shop_id: &str) -> Check {
    let date = world.tomorrow();
    let plan = must("a plan", copy.shop().plan_now(Some(date)).await)?;
    let mine: BTreeMap<String, Value> = plan
        .lines
        .iter()
        .map(|line| (line.line.sku.to_string(), serde_json::to_value(&line.line).unwrap()))
        .collect();
    let lines = must("the hub's plan", world.network.hub().plan_shop(shop_id, date).await)?;
    let theirs: BTreeMap<String, Value> = lines
        .iter()
        .map(|line| (line.sku.to_string(), serde_json::to_value(line).unwrap()))
        .collect();
    hold!(7, mine == theirs, "copy {}: plans: {}", copy.id, differ(&mine, &theirs));
    Ok(())
}
