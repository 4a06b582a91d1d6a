//! Reads the hub's schema and its SQL: no table forgets whose rows it holds, and no statement whose it asks for.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::tidy::files;

/// Tables of the installation, which belong to no distributor, and why.
const INSTALLATION: &[(&str, &str)] = &[
    ("hub", "who the installation is: one row"),
    ("tenants", "who the distributors are"),
    (
        "credentials",
        "whose a secret is, asked before the distributor is known",
    ),
    (
        "shop_links",
        "which shops of two distributors are one: read from either side, each of which sees its own",
    ),
];

/// Files in which a transaction goes over to another distributor, and why.
const OVER: &[(&str, &str)] = &[
    ("src/hub/store/mod.rs", "where it is done, and set back"),
    (
        "src/hub/links/mod.rs",
        "both sides of a link are changed at once",
    ),
    (
        "src/hub/links/audience.rs",
        "what a shop tells is for all of its distributors",
    ),
    (
        "src/hub/notes.rs",
        "a shop pulls the notes of all of its distributors",
    ),
    (
        "src/hub/store/device_list.rs",
        "whether a linked shop's device is let in where it is entered",
    ),
];

/// Files whose statements look at every distributor's rows, and why.
const ACROSS: &[(&str, &str)] = &[(
    "src/hub/store/check.rs",
    "the doctor's, who checks the whole database and is reached from the command line only",
)];

/// Joins that reach a table of shops by another way than the shop, and what makes them quick.
const NOT_BY_SHOP: &[(&str, &str)] = &[
    (
        "JOIN shop_plan_lines l ON l.tenant_id = p.tenant_id AND l.sku = p.sku",
        "the index by product",
    ),
    (
        "JOIN route_stops t ON t.tenant_id = r.tenant_id AND t.route_id = r.id",
        "the index by route",
    ),
];

fn schema() -> Connection {
    let database = Connection::open_in_memory().unwrap();
    for (file, sql) in files("schema/hub/sqlite", "sql") {
        database
            .execute_batch(&sql)
            .unwrap_or_else(|fault| panic!("{file}: {fault}"));
    }
    database
}

fn texts(database: &Connection, sql: &str, of: &str) -> Vec<String> {
    let mut query = database.prepare(sql).unwrap();
    let rows = query.query_map([of], |row| row.get(0)).unwrap();
    rows.map(|row| row.unwrap()).collect()
}

fn tables(database: &Connection) -> Vec<String> {
    let all = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND ?1 = ''";
    texts(database, all, "")
}

#[test]
fn every_table_says_first_whose_its_rows_are_and_so_does_every_key() {
    let database = schema();
    for table in tables(&database) {
        let columns = texts(
            &database,
            "SELECT name FROM pragma_table_info(?1) ORDER BY cid",
            &table,
        );
        if INSTALLATION.iter().any(|(name, _)| *name == table) {
            assert!(
                !columns.iter().any(|column| column == "tenant_id"),
                "{table}"
            );
            continue;
        }
        assert_eq!(columns[0], "tenant_id", "the first column of {table}");
        let key = "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk";
        let key = texts(&database, key, &table);
        assert_eq!(
            key.first().map(String::as_str),
            Some("tenant_id"),
            "the key of {table}"
        );
        if columns.iter().any(|column| column == "shop_id") {
            assert_eq!(
                key.get(1).map(String::as_str),
                Some("shop_id"),
                "the key of {table}"
            );
        }
        for index in texts(
            &database,
            "SELECT name FROM pragma_index_list(?1) ORDER BY seq",
            &table,
        ) {
            let columns = "SELECT name FROM pragma_index_info(?1) ORDER BY seqno";
            let first = texts(&database, columns, &index).into_iter().next();
            assert_eq!(
                first.as_deref(),
                Some("tenant_id"),
                "index {index} of {table}"
            );
        }
    }
}

/// The texts between quotation marks of a file of Rust that hold a statement.
fn statements(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut text: Option<String> = None;
    let mut signs = source.chars().peekable();
    let mut comment = false;
    while let Some(sign) = signs.next() {
        match (&mut text, sign) {
            (None, '\n') => comment = false,
            (None, '/') if signs.peek() == Some(&'/') => comment = true,
            (None, '\'') if !comment && signs.peek() == Some(&'"') => {
                signs.next();
            }
            (None, '"') if !comment => text = Some(String::new()),
            (Some(_), '\\') => {
                signs.next();
            }
            (Some(_), '"') => found.extend(text.take()),
            (Some(inside), other) => inside.push(other),
            (None, _) => {}
        }
    }
    let verbs = ["SELECT", "INSERT", "UPDATE", "DELETE"];
    found.retain(|text| text.split_whitespace().any(|word| verbs.contains(&word)));
    found
}

/// How often a statement reads or changes one of `tables`, not counting what it inserts into.
fn mentions(statement: &str, tables: &BTreeSet<String>) -> (usize, usize) {
    let words: Vec<&str> = statement
        .split(|sign: char| !(sign.is_alphanumeric() || sign == '_'))
        .filter(|word| !word.is_empty())
        .collect();
    let (mut looked_at, mut inserted) = (0, 0);
    for pair in words.windows(2) {
        if !tables.contains(pair[1]) {
            continue;
        }
        match pair[0] {
            "FROM" | "JOIN" | "UPDATE" => looked_at += 1,
            "INTO" => inserted += 1,
            _ => {}
        }
    }
    (looked_at, inserted)
}

fn fault(statement: &str, tables: &BTreeSet<String>) -> Option<&'static str> {
    let (looked_at, inserted) = mentions(statement, tables);
    if looked_at + inserted == 0 {
        return None;
    }
    if !statement.contains("tenant()") {
        return Some("does not say tenant()");
    }
    if statement.matches("tenant_id = ").count() < looked_at {
        return Some("does not say tenant_id = for each table");
    }
    let writes_tenant = ["VALUES (tenant()", "SELECT tenant()"]
        .iter()
        .any(|start| statement.contains(start));
    (inserted > 0 && !(writes_tenant && statement.contains("(tenant_id,")))
        .then_some("does not insert tenant()")
}

#[test]
fn every_statement_on_rows_of_distributors_says_whose() {
    let database = schema();
    let of_tenants: BTreeSet<String> = tables(&database)
        .into_iter()
        .filter(|table| INSTALLATION.iter().all(|(name, _)| name != table))
        .collect();
    let mut faults = Vec::new();
    let mut read = 0;
    for (file, source) in files("src/hub", "rs") {
        if ACROSS.iter().any(|(name, _)| *name == file) {
            continue;
        }
        for statement in statements(&source) {
            read += 1;
            if let Some(fault) = fault(&statement, &of_tenants) {
                faults.push(format!("{file}: {fault}: {statement}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(read > 60, "only {read} statements were found");
}

/// The joins of a statement with tables whose keys begin with a shop that do not say which shop: each row of the one side
/// would be looked for in all rows of the other.
fn joins_without_shop(statement: &str, of_shops: &BTreeSet<String>) -> Vec<String> {
    let words: Vec<&str> = statement.split_whitespace().collect();
    let joins = words.split(|word| *word == "JOIN").skip(1);
    let mut found = Vec::new();
    for words in joins {
        let ends = [
            "WHERE", "GROUP", "ORDER", "LEFT", "CROSS", "UNION", "HAVING",
        ];
        let join = words.iter().take_while(|word| !ends.contains(word));
        let join: Vec<&str> = join.copied().collect();
        let table = join.first().copied().unwrap_or_default();
        let text = format!("JOIN {}", join.join(" "));
        let known = NOT_BY_SHOP.iter().any(|(known, _)| *known == text);
        // What a join does not say its statement may, of the same rows.
        let said_later = join.get(1).is_some_and(|alias| {
            !join.contains(&"ON") && statement.contains(&format!("{alias}.shop_id = "))
        });
        let says = text.contains("shop_id") || said_later || known;
        if of_shops.contains(table) && !says {
            found.push(text);
        }
    }
    found
}

#[test]
fn every_join_of_rows_of_shops_says_which_shop() {
    let database = schema();
    let mut of_shops: BTreeSet<String> = tables(&database).into_iter().collect();
    of_shops.retain(|table| {
        let key = "SELECT name FROM pragma_table_info(?1) WHERE pk = 2";
        texts(&database, key, table) == ["shop_id"]
    });
    assert!(of_shops.contains("shipment_lines"), "{of_shops:?}");
    let mut faults = Vec::new();
    for (file, source) in files("src/hub", "rs") {
        for statement in statements(&source) {
            let joins = joins_without_shop(&statement, &of_shops);
            faults.extend(joins.into_iter().map(|join| format!("{file}: {join}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let slow =
        "SELECT 1 FROM shipments s JOIN shipment_lines l ON l.shipment_id = s.id WHERE s.id = $1";
    assert_eq!(
        joins_without_shop(slow, &of_shops),
        ["JOIN shipment_lines l ON l.shipment_id = s.id"]
    );
}

#[test]
fn a_transaction_goes_over_to_another_distributor_for_links_only_and_asks_only_for_its_own() {
    let mut found: Vec<String> = Vec::new();
    for (file, source) in files("src/hub", "rs") {
        if source.contains("as_tenant(") && !OVER.iter().any(|(name, _)| *name == file) {
            found.push(format!("{file} goes over to another distributor"));
        }
        if source.contains(".switch(") && file != "src/hub/store/mod.rs" {
            found.push(format!("{file} does not set back whose transaction it is"));
        }
        if ACROSS.iter().any(|(name, _)| *name == file) {
            continue;
        }
        for statement in statements(&source) {
            let of_links = ["FROM shop_links", "INTO shop_links", "UPDATE shop_links"];
            if of_links.iter().any(|start| statement.contains(start))
                && !(statement.contains("tenant()") || statement.contains("WHERE {condition}"))
            {
                found.push(format!("{file} asks for links of anybody: {statement}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_statement_that_forgets_whose_is_found() {
    let tables: BTreeSet<String> = ["shops", "notes"].map(str::to_owned).into();
    let source = "// \"SELECT 1 FROM notes\"\nlet x = '\"'; tx.query(\"SELECT id FROM shops s\\\n JOIN notes n\")";
    let found = statements(source);
    assert_eq!(found.len(), 1, "{found:?}");
    let amiss = |sql: &str| fault(sql, &tables).is_some();
    assert!(amiss(&found[0]));
    assert!(amiss(
        "SELECT id FROM shops s JOIN notes n ON n.shop_id = s.id WHERE s.tenant_id = tenant()"
    ));
    assert!(!amiss("SELECT id FROM shops WHERE tenant_id = tenant()"));
    assert!(amiss("INSERT INTO shops (id) VALUES ($1)"));
    assert!(amiss(
        "INSERT INTO shops (tenant_id, id) VALUES ($1, tenant())"
    ));
    assert!(!amiss(
        "INSERT INTO shops (tenant_id, id) VALUES (tenant(), $1)"
    ));
    assert!(!amiss("SELECT incarnation FROM hub"));
}
