//! Databases as older programs left them.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

/// Makes the shop's database in `folder` one of `migrations` migrations, with all that such a one can hold of its rows.
pub fn shop(folder: &Path, migrations: usize) {
    rebuild(&folder.join("shop.db"), "schema/shop", migrations, "");
}

/// The same for a hub's database.
pub fn hub(folder: &Path, migrations: usize) {
    // Before there were several distributors, the hub's own row said who the one was.
    let first = "INSERT OR REPLACE INTO main.hub
         SELECT h.id, t.name, h.incarnation, h.created_at_utc, t.timezone, t.pin_hash
         FROM newer.hub h JOIN newer.tenants t ON t.id = 'first'";
    let first = if migrations < 4 { first } else { "" };
    rebuild(
        &folder.join("hub.db"),
        "schema/hub/sqlite",
        migrations,
        first,
    );
}

/// Makes `new` a database of the first `migrations` scripts of `schema`; `besides` writes rows that are elsewhere now.
fn rebuild(new: &Path, schema: &str, migrations: usize, besides: &str) {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join(schema);
    let mut scripts: Vec<PathBuf> = fs::read_dir(scripts)
        .expect("the schema")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    scripts.sort();
    let old = new.with_file_name("older.db");
    let database = Connection::open(new).expect("the database");
    let pragma = |name: &str| -> i64 {
        let value = database.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0));
        value.expect("a number")
    };
    let (application, version) = (pragma("application_id"), pragma("user_version"));
    assert_eq!(usize::try_from(version), Ok(scripts.len()));
    assert!(migrations < scripts.len());
    drop(database);
    let database = Connection::open(&old).expect("an older database");
    for script in &scripts[..migrations] {
        let script = fs::read_to_string(script).expect("a migration");
        database.execute_batch(&script).expect("it is made");
    }
    let path = new.to_str().expect("a path");
    database
        .execute_batch(&format!(
            "PRAGMA foreign_keys = OFF; PRAGMA application_id = {application};
             PRAGMA user_version = {migrations}; ATTACH '{path}' AS newer"
        ))
        .expect("both databases");
    let names = |sql: &str| -> Vec<String> {
        let mut statement = database.prepare(sql).expect("a query");
        let rows = statement.query_map([], |row| row.get(0)).expect("names");
        rows.map(|name| name.expect("a name")).collect()
    };
    let tables =
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    for table in names(tables) {
        let columns = names(&format!(
            "SELECT name FROM pragma_table_info('{table}', 'main')
             INTERSECT SELECT name FROM pragma_table_info('{table}', 'newer')"
        ))
        .join(", ");
        if table == "hub" && !besides.is_empty() {
            continue;
        }
        database
            .execute_batch(&format!(
                "INSERT OR REPLACE INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}"
            ))
            .unwrap_or_else(|error| panic!("{table}: {error}"));
    }
    database
        .execute_batch(besides)
        .expect("what is elsewhere now");
    database
        .execute_batch("DETACH newer; PRAGMA journal_mode = WAL")
        .expect("it stands alone");
    drop(database);
    fs::rename(&old, new).expect("it takes the place of the other");
}
