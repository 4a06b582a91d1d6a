//! A shop of an earlier program, with debts and returns in it, is opened by this one.

use kulakan::shop::store::SCHEMA;
use kulakan::store::{Database, Options};
use rusqlite::Connection;

/// A database as the program before this migration left it, with rows.
fn earlier(path: &std::path::Path) -> i64 {
    let connection = Connection::open(path).unwrap();
    let before = SCHEMA
        .migrations
        .iter()
        .take_while(|(name, _)| *name != "0015_credit");
    let mut version = 0;
    for (name, sql) in before {
        connection
            .execute_batch(sql)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        version += 1;
    }
    connection
        .execute_batch(
            "INSERT INTO trading_days (business_date, opening, opened_at_utc) VALUES ('2026-11-23', 1, '2026-11-23T02:00:00Z');
             INSERT INTO customers (id, name, created_at_utc) VALUES ('tini', 'Tini', '2026-11-23T02:00:00Z');
             INSERT INTO sales (id, number, content_hash, business_date, sold_at_utc, utc_offset_minutes, lines_total,
                                rounding, total, payment_method, change, customer_id)
             VALUES ('s1', 1, x'00', '2026-11-23', '2026-11-23T02:00:00Z', 420, 9000, 0, 9000, 'debt', 0, 'tini'),
                    ('s2', 2, x'00', '2026-11-23', '2026-11-23T02:01:00Z', 420, 5000, 0, 5000, 'cash', 0, NULL);
             INSERT INTO customer_ledger (customer_id, kind, amount, method, reference, note, by_whom, business_date, at_utc)
             VALUES ('tini', 'sale', 9000, '', 's1', '', 'owner', '2026-11-23', '2026-11-23T02:00:00Z'),
                    ('tini', 'payment', -4000, 'cash', 'p1', 'di warung', 'Siti', '2026-11-23', '2026-11-23T03:00:00Z'),
                    ('tini', 'return', -3000, '', 'r1', 'rusak', 'owner', '2026-11-23', '2026-11-23T04:00:00Z');
             INSERT INTO returns (id, sale_id, content_hash, reason, method, amount, by_whom, business_date, returned_at_utc)
             VALUES ('r1', 's1', x'01', 'rusak', 'debt', 3000, 'owner', '2026-11-23', '2026-11-23T04:00:00Z'),
                    ('r2', 's2', x'02', 'rusak', 'cash', 1000, 'owner', '2026-11-23', '2026-11-23T05:00:00Z');",
        )
        .unwrap();
    connection
        .pragma_update(None, "application_id", SCHEMA.application_id)
        .unwrap();
    connection
        .pragma_update(None, "user_version", version)
        .unwrap();
    version
}

#[test]
fn debts_and_returns_of_an_earlier_program_are_kept_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let version = earlier(&path);
    drop(Database::open(&path, &SCHEMA, Options::default()).unwrap());

    let connection = Connection::open(&path).unwrap();
    let one = |sql: &str| -> String {
        connection
            .query_row(sql, [], |row| row.get(0))
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    };
    let now: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert!(now > version);
    assert_eq!(
        one(
            "SELECT group_concat(seq || ' ' || kind || ' ' || amount || ' ' || method || ' ' || reference || ' ' || note
                                 || ' ' || by_whom || ' ' || business_date || ' ' || at_utc, '; ')
             FROM (SELECT * FROM customer_ledger ORDER BY seq)"
        ),
        "1 sale 9000  s1  owner 2026-11-23 2026-11-23T02:00:00Z; \
         2 payment -4000 cash p1 di warung Siti 2026-11-23 2026-11-23T03:00:00Z; \
         3 return -3000  r1 rusak owner 2026-11-23 2026-11-23T04:00:00Z"
    );
    assert_eq!(
        one("SELECT group_concat(id || ' ' || off_debt || ' ' || given_up, '; ') FROM returns"),
        "r1 3000 0; r2 0 0"
    );
    assert_eq!(
        one(
            "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_master
             WHERE tbl_name = 'customer_ledger' AND type IN ('index', 'trigger') ORDER BY name)"
        ),
        "customer_ledger_by_customer customer_ledger_by_date customer_ledger_is_final customer_ledger_is_kept \
         customer_ledger_once"
    );
    // The new kind is taken, in the order of the old ones; what was written stays as it is.
    connection
        .execute_batch(
            "INSERT INTO customer_ledger (customer_id, kind, amount, method, reference, by_whom, business_date, at_utc)
             VALUES ('tini', 'paid_out', 500, 'cash', 'k1', 'owner', '2026-11-23', '2026-11-23T06:00:00Z')",
        )
        .unwrap();
    assert_eq!(one("SELECT max(seq) || '' FROM customer_ledger"), "4");
    for refused in [
        "UPDATE customer_ledger SET amount = 1",
        "DELETE FROM customer_ledger",
        "UPDATE returns SET amount = 1",
        "INSERT INTO customer_ledger (customer_id, kind, amount, reference, by_whom, business_date, at_utc)
         VALUES ('tini', 'gift', 1, 'g1', 'owner', '2026-11-23', '')",
        "INSERT INTO customer_ledger (customer_id, kind, amount, reference, by_whom, business_date, at_utc)
         VALUES ('tini', 'sale', 1, 's1', 'owner', '2026-11-23', '')",
    ] {
        assert!(connection.execute_batch(refused).is_err(), "{refused}");
    }
    assert_eq!(one("PRAGMA integrity_check"), "ok");
}
