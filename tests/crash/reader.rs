//! An auditor that reads the file with plain SQL and shares no code with the program: what was answered is there once,
//! what was not answered is there wholly or not at all, and everything that is kept twice agrees.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use super::answers::Answers;
use super::chain;

/// Columns of a query that agree with those of another, by name of what they say.
const AGREEMENTS: [(&str, &str, &str); 6] = [
    (
        "on hand by lot",
        "SELECT product_id, lot_id, on_hand FROM lot_stock WHERE on_hand <> 0",
        "SELECT product_id, coalesce(lot_id, 0), sum(quantity) FROM stock_movements GROUP BY 1, 2
         HAVING sum(quantity) <> 0",
    ),
    (
        "daily flows",
        "SELECT product_id, business_date, sold || ' ' || missed || ' ' || net || ' ' || moved FROM daily_flows
         WHERE sold <> 0 OR missed <> 0 OR moved <> 0",
        "WITH flows AS (
            SELECT l.product_id AS product, s.business_date AS day, l.quantity AS sold, 0 AS missed, 0 AS net, 0 AS moved
            FROM sale_lines l JOIN sales s ON s.id = l.sale_id
            WHERE NOT EXISTS (SELECT 1 FROM voids v WHERE v.sale_id = s.id)
            UNION ALL SELECT product_id, business_date, 0, quantity, 0, 0 FROM missed_demand
            UNION ALL SELECT product_id, business_date, 0, 0, quantity, 1 FROM stock_movements)
         SELECT product, day, sum(sold) || ' ' || sum(missed) || ' ' || sum(net) || ' ' || max(moved)
         FROM flows GROUP BY 1, 2",
    ),
    (
        "the ledger and the event log, by product and date of the goods",
        "SELECT p.sku, coalesce(l.expires, ''), sum(m.quantity)
         FROM stock_movements m JOIN products p ON p.id = m.product_id LEFT JOIN lots l ON l.id = m.lot_id
         GROUP BY 1, 2 HAVING sum(m.quantity) <> 0",
        "SELECT j.value ->> '$.sku', coalesce(j.value ->> '$.expires', ''), sum(j.value ->> '$.quantity')
         FROM (SELECT DISTINCT event_id, payload FROM events) e, json_each(e.payload, '$.moves') j
         GROUP BY 1, 2 HAVING sum(j.value ->> '$.quantity') <> 0",
    ),
    (
        "demand by day and the event log",
        "SELECT p.sku, f.business_date, f.sold FROM daily_flows f JOIN products p ON p.id = f.product_id
         WHERE f.sold <> 0",
        "SELECT j.value ->> '$.sku', coalesce(e.payload ->> '$.sale_date', e.business_date),
                -sum(j.value ->> '$.quantity')
         FROM (SELECT DISTINCT event_id, kind, business_date, payload FROM events) e, json_each(e.payload, '$.moves') j
         WHERE e.kind IN ('sale.recorded', 'sale.voided') GROUP BY 1, 2 HAVING sum(j.value ->> '$.quantity') <> 0",
    ),
    (
        "what each sale's lines say and what left the ledger for it",
        "SELECT sale_id, product_id, -sum(quantity) FROM sale_lines GROUP BY 1, 2",
        "SELECT reference, product_id, sum(quantity) FROM stock_movements WHERE kind = 'sale' GROUP BY 1, 2",
    ),
    (
        "what was taken back and what came back to the ledger",
        "SELECT l.sale_id, l.product_id, sum(l.quantity) FROM sale_lines l JOIN voids v USING (sale_id) GROUP BY 1, 2",
        "SELECT reference, product_id, sum(quantity) FROM stock_movements WHERE kind = 'void' GROUP BY 1, 2",
    ),
];

/// Sets of identities that must be the same, each identity once.
const SAME_ONCE: [(&str, &str, &str); 6] = [
    (
        "sales and their events",
        "SELECT id FROM sales",
        "SELECT payload ->> '$.sale_id' FROM (SELECT DISTINCT event_id, kind, payload FROM events)
         WHERE kind = 'sale.recorded'",
    ),
    (
        "sales and their audit entries",
        "SELECT id FROM sales",
        "SELECT subject FROM audit WHERE action = 'sale.recorded'",
    ),
    (
        "sales and those whose amounts add up over their lines",
        "SELECT id FROM sales",
        "SELECT s.id FROM sales s JOIN sale_lines l ON l.sale_id = s.id GROUP BY s.id
         HAVING sum(l.total) = s.lines_total AND s.lines_total - s.discount + s.rounding = s.total
            AND count(*) = max(l.line_no)",
    ),
    (
        "voids and their events",
        "SELECT sale_id FROM voids",
        "SELECT payload ->> '$.sale_id' FROM (SELECT DISTINCT event_id, kind, payload FROM events)
         WHERE kind = 'sale.voided'",
    ),
    (
        "voids and their audit entries",
        "SELECT sale_id FROM voids",
        "SELECT subject FROM audit WHERE action = 'sale.voided'",
    ),
    (
        "requests that changed stock and their audit entries",
        "SELECT id FROM stock_requests",
        "SELECT subject FROM audit WHERE action IN ('stock.received', 'stock.counted', 'stock.adjusted')",
    ),
];

/// Everything that is wrong with the database of a shop, given what its till has answered.
pub fn faults(database: &Path, answers: &Answers) -> Vec<String> {
    Connection::open(database)
        .and_then(|connection| read(&connection, answers))
        .unwrap_or_else(|error| vec![format!("the file cannot be read: {error}")])
}

/// Whether there is a shop in the database at all. A founding that was cut off may leave less, but nothing damaged:
/// then it is told what is.
pub fn is_founded(database: &Path) -> Result<bool, String> {
    let number = |connection: &Connection, sql| connection.query_row(sql, [], |row| row.get(0));
    let founded = || -> rusqlite::Result<(String, i64)> {
        let connection = Connection::open(database)?;
        let whole = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'shop'";
        Ok(match number(&connection, tables)? {
            0 => (whole, 0),
            _ => (whole, number(&connection, "SELECT count(*) FROM shop")?),
        })
    };
    match founded() {
        Ok((whole, shops)) if whole == "ok" => Ok(shops > 0),
        Ok((damage, _)) => Err(damage),
        Err(error) => Err(error.to_string()),
    }
}

/// The same beside the running program, whose file is left as it is.
pub fn faults_beside(database: &Path, answers: &Answers) -> Vec<String> {
    Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .and_then(|connection| read(&connection, answers))
        .unwrap_or_else(|error| vec![format!("the file cannot be read: {error}")])
}

fn read(connection: &Connection, answers: &Answers) -> rusqlite::Result<Vec<String>> {
    let whole: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if whole != "ok" {
        return Ok(vec![format!("integrity_check: {whole}")]);
    }
    let mut faults = Vec::new();
    let orphans = column(connection, "SELECT \"table\" FROM pragma_foreign_key_check")?;
    faults.extend(
        orphans
            .iter()
            .map(|table| format!("{table}: a row refers to none")),
    );
    for (what, one, other) in AGREEMENTS {
        let (one, other) = (triples(connection, one)?, triples(connection, other)?);
        if one != other {
            faults.push(format!("{what}: {}", difference(&one, &other)));
        }
    }
    for (what, one, other) in SAME_ONCE {
        let (mut one, mut other) = (column(connection, one)?, column(connection, other)?);
        one.sort_unstable();
        other.sort_unstable();
        if one != other {
            let odd = one.iter().find(|id| !other.contains(id));
            let odd = odd.or_else(|| other.iter().find(|id| !one.contains(id)));
            faults.push(format!(
                "{what}: {} and {}, {odd:?}",
                one.len(),
                other.len()
            ));
        }
    }
    faults.extend(number_faults(connection)?);
    faults.extend(chain::event_faults(connection)?);
    faults.extend(chain::audit_faults(connection)?);
    faults.extend(broken_promises(connection, answers)?);
    Ok(faults)
}

/// The program takes a database whose mark (`shop.mark` beside it) is missing or ahead of it for a copy of another one,
/// which a crash is no reason for.
pub fn mark_faults(database: &Path) -> Vec<String> {
    let own = Connection::open(database).and_then(|connection| {
        connection.query_row(
            "SELECT instance, epoch, head_seq FROM shop, sync_state WHERE instance <> ''",
            [],
            |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    (row.get::<_, i64>(1)?, row.get::<_, i64>(2)?),
                ))
            },
        )
    });
    let Ok((instance, head)) = own else {
        return Vec::new();
    };
    let mark = std::fs::read_to_string(database.with_file_name("shop.mark")).unwrap_or_default();
    let told: Value = serde_json::from_str(&mark).unwrap_or_default();
    let at = (told["epoch"].as_i64(), told["seq"].as_i64());
    if told["instance"] == instance.as_str() && at <= (Some(head.0), Some(head.1)) {
        return Vec::new();
    }
    vec![format!(
        "the mark beside the database of {instance} at {head:?} says {mark:?}"
    )]
}

/// Receipts are numbered without a gap from where each series begins.
fn number_faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let begins: Vec<i64> = connection
        .prepare("SELECT first_number FROM receipt_series")
        .and_then(|mut begins| begins.query_map([], |row| row.get(0))?.collect())
        .unwrap_or_else(|_| vec![1]);
    let mut statement = connection.prepare("SELECT number FROM sales ORDER BY number")?;
    let numbers = statement.query_map([], |row| row.get::<_, i64>(0))?;
    let (mut faults, mut last) = (Vec::new(), 0);
    for number in numbers {
        let number = number?;
        if number != last + 1 && !begins.contains(&number) {
            faults.push(format!("receipts: {number} follows {last}"));
        }
        last = number;
    }
    Ok(faults)
}

/// What was answered as done and is not there, or not as it was answered.
fn broken_promises(connection: &Connection, answers: &Answers) -> rusqlite::Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut sale = connection.prepare(
        "SELECT json_object('number', number, 'total', total, 'rounding', rounding, 'change', change,
                            'business_date', business_date,
                            'lines', json((SELECT json_group_array(json_object('sku', sku, 'total', total, 'name', name))
                                      FROM (SELECT * FROM sale_lines WHERE sale_id = ?1 ORDER BY line_no))))
         FROM sales WHERE id = ?1",
    )?;
    for (id, receipt) in &answers.sales {
        let found: Vec<String> = sale
            .query_map([id], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let found: Option<Value> = found
            .first()
            .and_then(|text| serde_json::from_str(text).ok());
        match found {
            None => faults.push(format!(
                "the sale {id} was answered as paid and is not there"
            )),
            Some(found) if !agrees(&found, receipt) => {
                faults.push(format!(
                    "the sale {id} was answered {receipt} and is {found}"
                ));
            }
            Some(_) => {}
        }
    }
    let mut void =
        connection.prepare("SELECT count(*) FROM voids WHERE sale_id = ?1 AND reason = ?2")?;
    for (id, reason) in &answers.voids {
        if void.query_row([id, reason], |row| row.get::<_, i64>(0))? != 1 {
            faults.push(format!(
                "the void of {id} was answered as done and is not there"
            ));
        }
    }
    let mut stock = connection
        .prepare("SELECT count(*) FROM stock_requests WHERE id = ?1 AND response = ?2")?;
    for (id, answer) in &answers.stock {
        if stock.query_row([id, answer], |row| row.get::<_, i64>(0))? != 1 {
            faults.push(format!("{id} was answered {answer} and is not there"));
        }
    }
    Ok(faults)
}

/// Whether every member of `found` is in `answered`, which may say more.
fn agrees(found: &Value, answered: &Value) -> bool {
    match (found, answered) {
        (Value::Object(found), Value::Object(answered)) => found
            .iter()
            .all(|(name, value)| answered.get(name).is_some_and(|other| agrees(value, other))),
        (Value::Array(found), Value::Array(answered)) => {
            found.len() == answered.len()
                && found
                    .iter()
                    .zip(answered)
                    .all(|(one, other)| agrees(one, other))
        }
        _ => found == answered,
    }
}

type Triples = BTreeMap<(String, String), String>;

fn triples(connection: &Connection, sql: &str) -> rusqlite::Result<Triples> {
    let mut statement = connection.prepare(sql)?;
    let text = |value: rusqlite::types::Value| match value {
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text,
        other => format!("{other:?}"),
    };
    statement
        .query_map([], |row| {
            Ok(((text(row.get(0)?), text(row.get(1)?)), text(row.get(2)?)))
        })?
        .collect()
}

fn column(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(sql)?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// The first entry that the two do not share.
fn difference(one: &Triples, other: &Triples) -> String {
    let first = |these: &Triples, those: &Triples| {
        these
            .iter()
            .find(|(key, value)| those.get(key) != Some(value))
            .map(|(key, value)| format!("{key:?} is {value} against {:?}", those.get(key)))
    };
    first(one, other)
        .or_else(|| first(other, one))
        .unwrap_or_default()
}

#[cfg(test)]
mod teeth {
    //! The reader itself: each rule finds the fault that it is there for.

    use std::path::PathBuf;

    use super::{Answers, Connection, faults};
    use crate::crash::program::{Running, folder, found};

    /// A shop with a sale, a void, goods received and a count, and what was answered.
    fn traded() -> (tempfile::TempDir, PathBuf, Answers) {
        let folder = folder();
        let token = found(folder.path());
        let running = Running::start(folder.path());
        let mut till = running.client(&token);
        let mut answers = Answers::default();
        let calls = [
            (
                "/stock/receipts",
                r#"{"id":"r1","lines":[{"sku":"MIE","quantity":10,"expires":"2027-01-05"}]}"#,
            ),
            (
                "/sales",
                r#"{"id":"s1","lines":[{"sku":"MIE","quantity":2},{"sku":"TEH","quantity":1}],"payment":{"method":"cash"}}"#,
            ),
            (
                "/sales",
                r#"{"id":"s2","lines":[{"sku":"TEH","quantity":1}],"payment":{"method":"qris"}}"#,
            ),
            ("/sales/s2/void", r#"{"reason":"salah"}"#),
            (
                "/stock/counts",
                r#"{"id":"c1","lines":[{"sku":"MIE","counted":7}]}"#,
            ),
        ];
        for (path, body) in calls {
            let reply = till.post(path, body).unwrap();
            assert!(matches!(reply.status, 200 | 201), "{}", reply.body);
            answers.add(&reply.body);
        }
        running.kill();
        let database = folder.path().join("shop.db");
        (folder, database, answers)
    }

    #[test]
    fn the_reader_finds_every_kind_of_damage() {
        let (_folder, database, answers) = traded();
        assert_eq!(answers.count(), 5);
        assert_eq!(faults(&database, &answers), Vec::<String>::new());
        let damages = [
            (
                "UPDATE lot_stock SET on_hand = on_hand + 1 WHERE on_hand = 7",
                "on hand by lot",
            ),
            ("UPDATE daily_flows SET sold = sold + 1", "daily flows"),
            ("DELETE FROM daily_flows", "demand by day"),
            (
                "DELETE FROM stock_movements WHERE kind = 'sale'",
                "what left the ledger",
            ),
            (
                "DELETE FROM stock_movements WHERE kind = 'void'",
                "what came back",
            ),
            (
                "UPDATE sales SET number = 9 WHERE id = 's2'",
                "receipts: 9 follows 1",
            ),
            (
                "DELETE FROM sale_lines WHERE sale_id = 's1' AND line_no = 1",
                "add up over",
            ),
            ("DELETE FROM events WHERE seq = 2", "events: seq 3"),
            (
                "UPDATE events SET payload = payload || ' ' WHERE seq = 2",
                "the link at 1/2",
            ),
            (
                "UPDATE events SET kind = 'x.y' WHERE kind = 'sale.recorded'",
                "sales and their events",
            ),
            (
                "UPDATE sync_state SET head_seq = head_seq - 1",
                "events end at",
            ),
            (
                "UPDATE sync_state SET acked_seq = 1000",
                "acknowledged up to 1000",
            ),
            (
                "UPDATE audit SET detail = '' WHERE seq = 2",
                "audit: the link at 2",
            ),
            (
                "DELETE FROM audit WHERE action = 'sale.voided'",
                "voids and their audit entries",
            ),
            (
                "DELETE FROM sales WHERE id = 's1'",
                "s1 was answered as paid and is not there",
            ),
            (
                "UPDATE sales SET total = 1 WHERE id = 's1'",
                "s1 was answered",
            ),
            ("DELETE FROM voids", "the void of s2 was answered"),
            (
                "DELETE FROM stock_requests WHERE id = 'c1'",
                "c1 was answered",
            ),
            (
                "INSERT INTO barcodes VALUES ('1', 99, 'x')",
                "refers to none",
            ),
        ];
        for (damage, told) in damages {
            let copy = database.with_file_name("damaged.db");
            std::fs::copy(&database, &copy).unwrap();
            let connection = Connection::open(&copy).unwrap();
            connection
                .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA recursive_triggers = OFF")
                .unwrap();
            let triggers = "SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_schema WHERE type = 'trigger'";
            let triggers: String = connection
                .query_row(triggers, [], |row| row.get(0))
                .unwrap();
            connection.execute_batch(&triggers).unwrap();
            connection.execute_batch(damage).unwrap();
            drop(connection);
            let found = faults(&copy, &answers);
            assert!(
                found.iter().any(|fault| fault.contains(told)),
                "{damage}: {found:?}"
            );
        }
    }
}
