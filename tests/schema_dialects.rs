//! The hub's schema on real servers: both dialects must give the same tables.

use std::fmt::Write as _;

use rusqlite::Connection;

use crate::harness::postgres::Postgres;
use crate::tidy::files;

/// Table, column, whether it must be there, place in the primary key (0: not in it).
const SQLITE_COLUMNS: &str = "
    SELECT t.name, c.name, c.\"notnull\" OR c.pk > 0, c.pk
    FROM pragma_table_list t JOIN pragma_table_info(t.name) c
    WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
    ORDER BY t.name, c.cid";

const POSTGRES_COLUMNS: &str = "
    SELECT c.table_name, c.column_name, (c.is_nullable = 'NO')::int, COALESCE(k.ordinal_position, 0)
    FROM information_schema.columns c
    LEFT JOIN information_schema.table_constraints p
        ON p.table_schema = c.table_schema AND p.table_name = c.table_name
        AND p.constraint_type = 'PRIMARY KEY'
    LEFT JOIN information_schema.key_column_usage k
        ON k.constraint_schema = p.constraint_schema AND k.constraint_name = p.constraint_name
        AND k.table_name = c.table_name AND k.column_name = c.column_name
    WHERE c.table_schema = 'public'
    ORDER BY c.table_name COLLATE \"C\", c.ordinal_position";

#[test]
fn both_dialects_give_the_same_tables_on_real_servers() {
    let sqlite = files("schema/hub/sqlite", "sql");
    let postgres = files("schema/hub/postgres", "sql");
    assert_eq!(
        sqlite.is_empty(),
        postgres.is_empty(),
        "one dialect of schema/hub has no files"
    );
    let server = Postgres::start().expect("PostgreSQL starts");
    for (file, sql) in &postgres {
        server
            .psql(sql)
            .unwrap_or_else(|fault| panic!("{file}: {fault}"));
    }
    let database = Connection::open_in_memory().expect("SQLite opens");
    for (file, sql) in &sqlite {
        database
            .execute_batch(sql)
            .unwrap_or_else(|fault| panic!("{file}: {fault}"));
    }
    let left = sqlite_columns(&database);
    let right = server
        .psql(POSTGRES_COLUMNS)
        .expect("PostgreSQL describes itself");
    let only = |a: &str, b: &str| {
        let lines = a
            .lines()
            .filter(|line| !b.lines().any(|other| other == *line));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert!(
        left.trim() == right.trim(),
        "table|column|not null|key\nonly in SQLite:\n{}\nonly in PostgreSQL:\n{}\n(or in another order)",
        only(&left, &right),
        only(&right, &left)
    );
}

#[test]
fn the_comparison_sees_names_order_nulls_and_keys() {
    let server = Postgres::start().expect("PostgreSQL starts");
    server
        .psql("CREATE TABLE b (x bigint, y text NOT NULL, z int, PRIMARY KEY (z, x)); CREATE TABLE \"a_A\" (n int)")
        .expect("tables");
    let database = Connection::open_in_memory().expect("SQLite opens");
    database
        .execute_batch("CREATE TABLE b (x INTEGER, y TEXT NOT NULL, z INTEGER, PRIMARY KEY (z, x)); CREATE TABLE a_A (n INTEGER)")
        .expect("tables");
    let expected = "a_A|n|0|0\nb|x|1|2\nb|y|1|0\nb|z|1|1";
    assert_eq!(server.psql(POSTGRES_COLUMNS).as_deref(), Ok(expected));
    assert_eq!(sqlite_columns(&database).trim(), expected);
    assert!(server.psql("SELECT no_such_column").is_err());
}

fn sqlite_columns(database: &Connection) -> String {
    let mut query = database.prepare(SQLITE_COLUMNS).expect("a valid query");
    let mut rows = query.query([]).expect("SQLite describes itself");
    let mut lines = String::new();
    while let Some(row) = rows.next().expect("a row") {
        let (table, column): (String, String) = (row.get(0).unwrap(), row.get(1).unwrap());
        let (not_null, key): (i64, i64) = (row.get(2).unwrap(), row.get(3).unwrap());
        writeln!(lines, "{table}|{column}|{not_null}|{key}").expect("text grows");
    }
    lines
}
