//! One copy of a shop, by its file and by what it acknowledged. Holds at any moment, whatever is under way.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::chain;
use super::replay::{Day, Days, Lots, Replay, Told};
use crate::simulation::log::{Check, hold};
use crate::simulation::party::{Copy, number};

/// What other copies wrote and this one took over from the hub.
pub fn recovered(connection: &Connection) -> Vec<Told> {
    let mut statement = connection
        .prepare_cached(
            "SELECT event_id, kind, version, business_date, payload FROM recovered_events WHERE state = 'applied'
             ORDER BY epoch, seq",
        )
        .unwrap();
    statement
        .query_map([], |row| {
            Ok(Told {
                event_id: row.get(0)?,
                kind: row.get(1)?,
                version: row.get(2)?,
                business_date: row.get(3)?,
                payload: row.get(4)?,
            })
        })
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

pub fn told(row: &chain::Row) -> Told {
    Told {
        event_id: row.event_id.clone(),
        kind: row.kind.clone(),
        version: row.version,
        business_date: row.business_date.clone(),
        payload: row.payload.clone(),
    }
}

pub fn device(connection: &Connection) -> String {
    connection
        .query_row("SELECT device_id FROM shop", [], |row| row.get(0))
        .unwrap()
}

/// All that one copy must hold.
pub fn audit(copy: &Copy) -> Check {
    let connection = copy.reader();
    let whose = format!("copy {}", copy.id);
    let events = chain::rows(connection, "?1 = ''", "");
    chain::verify(&whose, &device(connection), &events)?;
    head_is_the_log_end(&whose, connection, &events)?;
    let mut replay = Replay::default();
    for row in &events {
        replay.tell(&told(row));
    }
    let own: BTreeSet<String> = replay.sales.clone();
    for event in recovered(connection) {
        replay.tell(&event);
    }
    let replay = replay.settled();
    receipts_have_no_gap(&whose, connection)?;
    sales_are_there(&whose, copy, connection, &own)?;
    stock_adds_up(&whose, copy, connection, &replay)?;
    chain::verify_audit(&whose, connection)
}

fn head_is_the_log_end(whose: &str, connection: &Connection, events: &[chain::Row]) -> Check {
    let (epoch, seq, hash, acked): (i64, i64, Vec<u8>, i64) = connection
        .query_row(
            "SELECT epoch, head_seq, head_hash, acked_seq FROM sync_state",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .unwrap();
    let last = events.iter().rfind(|row| row.epoch == epoch);
    let ends = last.map_or(seq == 0, |row| (row.seq, &row.hash) == (seq, &hash));
    hold!(
        2,
        ends,
        "{whose}: the head says epoch {epoch} seq {seq}, the log ends elsewhere"
    );
    hold!(4, acked <= seq, "{whose}: {acked} is acknowledged of {seq}");
    let newest = events.last().map_or(1, |row| row.epoch);
    hold!(
        2,
        newest <= epoch,
        "{whose}: the log has epoch {newest} while {epoch} is written"
    );
    Ok(())
}

fn receipts_have_no_gap(whose: &str, connection: &Connection) -> Check {
    let gaps = number(
        connection,
        "SELECT count(*) FROM (
             SELECT count(*) AS given, min(s.number) AS first, max(s.number) AS last, r.first_number AS begun
             FROM sales s JOIN receipt_series r ON r.first_number =
                 (SELECT max(first_number) FROM receipt_series WHERE first_number <= s.number)
             GROUP BY r.first_number)
         WHERE first <> begun OR last - first + 1 <> given",
        [],
    );
    hold!(6, gaps == 0, "{whose}: receipt numbers have a gap");
    Ok(())
}

fn sales_are_there(
    whose: &str,
    copy: &Copy,
    connection: &Connection,
    in_log: &BTreeSet<String>,
) -> Check {
    let mut statement = connection
        .prepare_cached(
            "SELECT s.id, s.number, s.total, s.business_date, v.reason, s.lines_total, s.rounding - s.discount,
                    (SELECT sum(l.total) FROM sale_lines l WHERE l.sale_id = s.id)
             FROM sales s LEFT JOIN voids v ON v.sale_id = s.id",
        )
        .unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut found: BTreeMap<String, (i64, i64, String, Option<String>)> = BTreeMap::new();
    while let Some(row) = rows.next().unwrap() {
        let (lines_total, rounding, by_lines): (i64, i64, i64) = (
            row.get(5).unwrap(),
            row.get(6).unwrap(),
            row.get(7).unwrap(),
        );
        let (id, total): (String, i64) = (row.get(0).unwrap(), row.get(2).unwrap());
        let adds_up = lines_total == by_lines && total == lines_total + rounding;
        hold!(6, adds_up, "{whose}: sale {id} does not add up");
        let rest = (
            row.get(1).unwrap(),
            total,
            row.get(3).unwrap(),
            row.get(4).unwrap(),
        );
        found.insert(id, rest);
    }
    for (id, sold) in &copy.book.sales {
        let Some((number, total, date, voided)) = found.get(id) else {
            let what = format!("{whose}: sale {id} was paid and is not there");
            return crate::simulation::log::violation(1, what);
        };
        let as_told = (*number, *total, date) == (sold.number, sold.total, &sold.business_date);
        hold!(1, as_told, "{whose}: sale {id} is not as it was told");
        hold!(
            1,
            in_log.contains(id),
            "{whose}: sale {id} is not in the log"
        );
        hold!(
            14,
            sold.voided.is_none() || *voided == sold.voided,
            "{whose}: the void of {id} is gone"
        );
    }
    let more = found.keys().find(|id| !copy.book.sales.contains_key(*id));
    hold!(
        1,
        more.is_none(),
        "{whose}: sale {more:?} is there and was never told"
    );
    Ok(())
}

fn stock_adds_up(whose: &str, copy: &Copy, connection: &Connection, replay: &Replay) -> Check {
    let ledger = lots(
        connection,
        "SELECT p.sku, coalesce(l.expires, ''), sum(m.quantity) FROM stock_movements m
         JOIN products p ON p.id = m.product_id LEFT JOIN lots l ON l.id = m.lot_id GROUP BY 1, 2",
    );
    let on_hand = lots(
        connection,
        "SELECT p.sku, coalesce(l.expires, ''), sum(s.on_hand) FROM lot_stock s
         JOIN products p ON p.id = s.product_id LEFT JOIN lots l ON l.id = s.lot_id GROUP BY 1, 2",
    );
    hold!(
        6,
        ledger == on_hand,
        "{whose}: the ledger says {ledger:?}, on hand {on_hand:?}"
    );
    hold!(
        6,
        replay.lots == ledger,
        "{whose}: the log replays to {:?}, the ledger says {ledger:?}",
        replay.lots
    );
    let days = days(connection);
    hold!(
        6,
        replay.days == days,
        "{whose}: the log's days are {}",
        differ(&replay.days, &days)
    );
    // What was acknowledged here, and what others did.
    let mut others = Replay::default();
    for event in recovered(connection) {
        others.tell(&event);
    }
    let mut expected = copy.book.stock.clone();
    for ((sku, _), quantity) in &others.lots {
        *expected.entry(sku.clone()).or_default() += quantity;
    }
    expected.retain(|_, quantity| *quantity != 0);
    let mut stock: BTreeMap<String, i64> = BTreeMap::new();
    for ((sku, _), quantity) in &ledger {
        *stock.entry(sku.clone()).or_default() += quantity;
    }
    stock.retain(|_, quantity| *quantity != 0);
    hold!(
        6,
        stock == expected,
        "{whose}: stock is {stock:?}, told was {expected:?}"
    );
    let missed: i64 = copy.book.missed.values().sum();
    let recorded = number(connection, "SELECT sum(quantity) FROM missed_demand", []);
    hold!(
        6,
        recorded >= missed,
        "{whose}: {missed} were missed, recorded are {recorded}"
    );
    Ok(())
}

pub fn lots(connection: &Connection, sql: &str) -> Lots {
    let mut statement = connection.prepare_cached(sql).unwrap();
    let rows = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)));
    let mut lots: Lots = rows.unwrap().collect::<Result<_, _>>().unwrap();
    lots.retain(|_, quantity| *quantity != 0);
    lots
}

/// The shop's daily flows as they are kept.
pub fn days(connection: &Connection) -> Days {
    let mut statement = connection
        .prepare_cached(
            "SELECT p.sku, f.business_date, f.sold, f.missed, f.net, f.inflow FROM daily_flows f
             JOIN products p ON p.id = f.product_id",
        )
        .unwrap();
    let rows = statement.query_map([], |row| {
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

/// The first difference of two maps, for a person to read.
pub fn differ<K: Ord + std::fmt::Debug, V: PartialEq + std::fmt::Debug>(
    one: &BTreeMap<K, V>,
    other: &BTreeMap<K, V>,
) -> String {
    let keys: BTreeSet<&K> = one.keys().chain(other.keys()).collect();
    keys.into_iter()
        .find(|key| one.get(key) != other.get(key))
        .map_or_else(
            || "the same".to_owned(),
            |key| {
                format!(
                    "{key:?}: {:?} here, {:?} there",
                    one.get(key),
                    other.get(key)
                )
            },
        )
}
