//! `kulakan shop doctor`.

use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;

use super::{detail, examine, failed, repair};
use crate::harness::lived_in::{by_hand, copy, database, running, sell};
use crate::harness::program::{refused, run_on};

const CHECKS: [&str; 9] = [
    "integrity",
    "foreign_keys",
    "stock",
    "flows",
    "replay",
    "chain",
    "receipts",
    "accounts",
    "audit",
];

fn names(report: &Value) -> Vec<&str> {
    let checks = report["checks"].as_array().unwrap().iter();
    checks
        .map(|check| check["name"].as_str().unwrap())
        .collect()
}

/// Every file of a folder with its content.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect();
    found.sort();
    found
}

fn number(file: &Path, sql: &str) -> i64 {
    let connection = Connection::open(file).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_lived_is_in_order_and_looking_at_it_changes_nothing() {
    let folder = copy().await;
    let before = files(folder.path());
    let report = examine("shop", folder.path());
    assert_eq!(
        (&report["ok"], names(&report)),
        (&Value::Bool(true), CHECKS.to_vec()),
        "{report}"
    );
    assert!(report["backup"].is_null() && report["repaired"] == Value::Array(Vec::new()));
    assert!(files(folder.path()) == before, "the folder was changed");
    let report = repair("shop", folder.path());
    assert!(
        report["backup"].is_null(),
        "nothing to repair, nothing to back up"
    );
    assert!(files(folder.path()) == before, "the folder was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_shop_is_examined_while_it_sells() {
    let (folder, daemon, client) = running().await;
    let selling = async {
        for number in 0..30 {
            sell(&client, &format!("ramai-{number}"), "MIE", 1).await;
        }
    };
    let path = folder.path.clone();
    let looking = tokio::task::spawn_blocking(move || {
        (0..4).map(|_| examine("shop", &path)).collect::<Vec<_>>()
    });
    let ((), reports) = tokio::join!(selling, looking);
    for report in reports.unwrap() {
        assert_eq!(failed(&report), [""; 0], "{report}");
    }
    daemon.stop().await;
}

/// What is done to the file, what fails then, and what the first failing check must name.
const DAMAGES: &[(&str, &[&str], &str)] = &[
    (
        "UPDATE lot_stock SET on_hand = on_hand + 1 WHERE lot_id = 1",
        &["stock"],
        "MIE lot 1",
    ),
    (
        "DELETE FROM lot_stock WHERE lot_id = 2",
        &["stock"],
        "ROTI lot 2",
    ),
    (
        "INSERT INTO lot_stock VALUES (1, 99, 5)",
        &["stock"],
        "MIE lot 99",
    ),
    (
        "UPDATE daily_flows SET sold = sold + 1 WHERE product_id = 1 AND business_date = '2026-11-23'",
        &["flows"],
        "MIE on 2026-11-23",
    ),
    (
        "UPDATE daily_flows SET inflow = 1 WHERE product_id = 2 AND business_date = '2026-11-24'",
        &["flows"],
        "ROTI on 2026-11-24",
    ),
    (
        "UPDATE daily_flows SET missed = 0 WHERE product_id = 2",
        &["flows"],
        "missed 3",
    ),
    (
        "UPDATE daily_flows SET imported = 13 WHERE business_date = '2026-11-20'",
        &["flows"],
        "imported 12",
    ),
    (
        "DELETE FROM daily_flows WHERE business_date = '2026-11-25'",
        &["flows"],
        "2026-11-25",
    ),
    (
        "UPDATE stock_movements SET quantity = quantity - 1 WHERE seq = 3",
        &["stock", "flows", "replay"],
        "MIE lot 1",
    ),
    (
        "DELETE FROM stock_movements WHERE seq = 4",
        &["stock", "flows", "replay"],
        "MIE lot 1",
    ),
    (
        "UPDATE stock_movements SET lot_id = 2 WHERE seq = 3",
        &["stock", "replay"],
        "MIE",
    ),
    (
        "UPDATE stock_movements SET business_date = '2026-11-24' WHERE seq = 3",
        &["flows", "replay"],
        "MIE on 2026-11-23",
    ),
    (
        "UPDATE lots SET expires = '2027-05-02' WHERE id = 1",
        &["replay"],
        "2027-05-0",
    ),
    (
        "UPDATE missed_demand SET quantity = 4",
        &["flows", "replay"],
        "missed 4",
    ),
    (
        "DELETE FROM voids WHERE sale_id = 'senin-1'",
        &["flows", "replay"],
        "MIE on 2026-11-23",
    ),
    (
        "UPDATE events SET payload = replace(payload, '-3', '-4') WHERE kind = 'sale.recorded' AND seq = (SELECT min(seq) FROM events WHERE kind = 'sale.recorded')",
        &["replay", "chain"],
        "MIE",
    ),
    (
        "UPDATE events SET at_utc = '2026-11-23T02:00:00.001Z' WHERE seq = 2",
        &["chain"],
        "event 2 of epoch 1 is not as it was written",
    ),
    (
        "UPDATE events SET kind = 'sale.imagined' WHERE kind = 'demand.missed'",
        &["replay", "chain"],
        "sale.imagined",
    ),
    (
        "UPDATE events SET business_date = 'soon' WHERE seq = 2",
        &["replay", "chain"],
        "event 2",
    ),
    (
        "DELETE FROM events WHERE seq = 2",
        &["chain"],
        "goes from 1 to 3",
    ),
    (
        "DELETE FROM events WHERE kind = 'demand.missed'",
        &["replay", "chain"],
        "ROTI on 2026-11-24",
    ),
    (
        "DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)",
        &["replay", "chain"],
        "MIE",
    ),
    (
        "UPDATE events SET prev_hash = zeroblob(32) WHERE seq = 5",
        &["chain"],
        "event 5 of epoch 1 does not follow",
    ),
    (
        "UPDATE sync_state SET head_hash = zeroblob(32)",
        &["chain"],
        "last hash",
    ),
    (
        "UPDATE sync_state SET acked_seq = head_seq + 1",
        &["chain"],
        "is said to hold",
    ),
    (
        "UPDATE sync_state SET head_seq = head_seq + 1",
        &["chain"],
        "is said to end",
    ),
    (
        "UPDATE shop SET device_id = '0196f8a0-0000-7000-8000-000000000000'",
        &["chain"],
        "not as it was written",
    ),
    (
        "UPDATE sales SET number = 900 WHERE number = 4",
        &["receipts"],
        "receipt 5 and none before it",
    ),
    (
        "UPDATE sales SET total = total + 1 WHERE number = 2",
        &["receipts"],
        "receipt 2",
    ),
    (
        "UPDATE sales SET lines_total = lines_total + 1, total = total + 1, change = change - 1 WHERE number = 3",
        &["receipts"],
        "the lines of receipt 3",
    ),
    (
        "UPDATE sales SET change = 0 WHERE number = 3",
        &["receipts"],
        "receipt 3 leaves",
    ),
    (
        "UPDATE sale_lines SET total = total - 500 WHERE sale_id = 'senin-3'",
        &["receipts"],
        "receipt 4",
    ),
    (
        "UPDATE voids SET amount = 1 WHERE sale_id = 'senin-1'",
        &["receipts"],
        "taken back for Rp1",
    ),
    (
        "INSERT INTO customers (id, name, created_at_utc) VALUES ('tini', 'Tini', '');
         INSERT INTO customer_ledger (customer_id, kind, amount, reference, by_whom, business_date, at_utc)
         VALUES ('tini', 'sale', 1000, 'senin-3', '', '2026-11-23', '')",
        &["accounts"],
        "the sale senin-3 moves an account by Rp0, the account says Rp1",
    ),
    (
        "INSERT INTO customers (id, name, created_at_utc) VALUES ('tini', 'Tini', '');
         INSERT INTO customer_ledger (customer_id, kind, amount, reference, by_whom, business_date, at_utc)
         VALUES ('tini', 'return', -1000, 'r1', '', '2026-11-23', '')",
        &["accounts"],
        "entry 1 of the accounts is of nothing",
    ),
    (
        "UPDATE audit SET actor = 'nobody' WHERE seq = 3",
        &["audit"],
        "entry 3",
    ),
    ("DELETE FROM audit WHERE seq = 2", &["audit"], "entry 3"),
    (
        "UPDATE product_units SET product_id = 77 WHERE product_id = 2",
        &["foreign_keys"],
        "products",
    ),
    (
        "DELETE FROM sales WHERE number = 4",
        &["foreign_keys", "receipts"],
        "sale_lines",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_check_fails_on_what_it_is_for() {
    let whole = copy().await;
    for (sql, checks, named) in DAMAGES {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(database(whole.path()), database(folder.path())).unwrap();
        by_hand(&database(folder.path()), sql);
        let report = examine("shop", folder.path());
        assert_eq!(failed(&report), *checks, "{sql}: {report}");
        let told = detail(&report, checks[0]);
        assert!(told.contains(named), "{sql}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_and_flows_are_rebuilt_after_a_backup_and_told_line_by_line() {
    let folder = copy().await;
    let file = database(folder.path());
    let before = number(&file, "SELECT sum(on_hand) FROM lot_stock");
    by_hand(
        &file,
        "UPDATE lot_stock SET on_hand = 1000 WHERE lot_id = 1; DELETE FROM daily_flows WHERE product_id = 2;
         UPDATE daily_flows SET imported = 99 WHERE business_date = '2026-11-20';",
    );
    let told = refused_report(folder.path());
    assert!(told.contains("shop doctor --repair"), "{told}");
    let report = repair("shop", folder.path());
    assert_eq!(failed(&report), [""; 0], "{report}");
    let lines: Vec<&str> = report["repaired"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line.as_str().unwrap())
        .collect();
    assert!(
        lines
            .iter()
            .any(|line| line.contains("MIE lot 1: on hand was 1000, is ")),
        "{lines:?}"
    );
    assert!(
        lines
            .iter()
            .any(|line| line.contains("MIE on 2026-11-20") && line.contains("imported 12")),
        "{lines:?}"
    );
    assert_eq!(
        lines.len(),
        4,
        "two days of bread, one of noodles, one lot: {lines:?}"
    );
    assert_eq!(number(&file, "SELECT sum(on_hand) FROM lot_stock"), before);
    let backup = Path::new(report["backup"].as_str().unwrap());
    let called = backup.file_name().unwrap().to_str().unwrap();
    assert!(called.starts_with("shop-before-repair-"), "{called}");
    assert_eq!(
        number(backup, "SELECT on_hand FROM lot_stock WHERE lot_id = 1"),
        1000,
        "as it was"
    );
    assert_eq!(
        number(
            &file,
            "SELECT count(*) FROM audit WHERE action = 'shop.repaired'"
        ),
        1
    );
}

fn refused_report(folder: &Path) -> String {
    let output = run_on(folder, &["shop", "doctor"]);
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn history_whose_events_are_in_doubt_stays_as_it_is_stored() {
    let folder = copy().await;
    let file = database(folder.path());
    by_hand(
        &file,
        "UPDATE events SET payload = replace(payload, '12', '1200') WHERE kind = 'history.imported';
         UPDATE lot_stock SET on_hand = 1000 WHERE lot_id = 1;",
    );
    assert_eq!(
        failed(&examine("shop", folder.path())),
        ["stock", "flows", "chain"]
    );
    let report = repair("shop", folder.path());
    assert_eq!(failed(&report), ["flows", "chain"], "{report}");
    assert_eq!(
        number(
            &file,
            "SELECT imported FROM daily_flows WHERE business_date = '2026-11-20'"
        ),
        12
    );
}

/// Overwrites `count` bytes at `place` of a file.
fn overwrite(file: &Path, place: usize, count: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    for byte in &mut bytes[place..place + count] {
        *byte ^= 0xa5;
    }
    std::fs::write(file, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_gets_a_verdict_and_advice_and_no_repair() {
    let folder = copy().await;
    let file = database(folder.path());
    let whole = std::fs::read(&file).unwrap();
    let kept = folder.path().join("backups");
    std::fs::create_dir(&kept).unwrap();
    std::fs::write(kept.join("shop-2026-11-25T190000Z.db"), &whole).unwrap();
    let page = |table: &str| {
        let sql = format!("SELECT rootpage FROM sqlite_schema WHERE name = '{table}'");
        (number(&file, &sql) as usize - 1) * 4096
    };
    for place in [
        page("events"),
        page("sales"),
        page("stock_movements"),
        page("audit"),
        0,
        100,
    ] {
        std::fs::write(&file, &whole).unwrap();
        overwrite(&file, place, 16);
        let before = std::fs::read(&file).unwrap();
        let report = examine("shop", folder.path());
        assert!(failed(&report).contains(&"integrity"), "{place}: {report}");
        assert_eq!(names(&report), CHECKS);
        by_hand_is_refused(folder.path());
        assert!(
            std::fs::read(&file).unwrap() == before,
            "the file was changed"
        );
    }
    std::fs::write(&file, "").unwrap();
    assert!(!examine("shop", folder.path())["ok"].as_bool().unwrap());
    std::fs::remove_file(&file).unwrap();
    let told = refused(&run_on(folder.path(), &["shop", "doctor"]), 1);
    assert!(told.contains("no shop"), "{told}");
}

fn by_hand_is_refused(folder: &Path) {
    let told = refused(&run_on(folder, &["shop", "doctor", "--repair"]), 1);
    let advice = "kulakan shop restore";
    assert!(
        told.contains(advice) && told.contains("shop-2026-11-25T190000Z.db"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_database_is_not_judged() {
    let folder = copy().await;
    let file = database(folder.path());
    Connection::open(&file)
        .unwrap()
        .pragma_update(None, "user_version", 999)
        .unwrap();
    let report = examine("shop", folder.path());
    assert!(detail(&report, "integrity").contains("newer"), "{report}");
}
