//! What keeps distributors apart on a server when a statement does not, and what is never shown of its address.

use super::BACKEND;
use super::hub_sync::Daemon;
use crate::harness::postgres::shared;
use crate::harness::program::{command, done, refused};

/// The address of the database that a hub's folder names.
fn address(daemon: &Daemon) -> String {
    let settings = std::fs::read_to_string(daemon.folder.path().join("config.toml")).unwrap();
    let (_, rest) = settings.split_once("database = \"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn rows_of_another_distributor_are_neither_seen_nor_written() {
    let daemon = Daemon::start().await;
    daemon.hub.add_shop("Warung Bu Sri").await.unwrap();
    let url = address(&daemon);
    let ask = |tenant: &str, sql: &str| {
        let sql = format!("SET kulakan.tenant = '{tenant}'; {sql}");
        shared().server.psql_on(&url, &sql)
    };
    let shops = "SELECT count(*) FROM shops";
    assert_eq!(ask("first", shops).as_deref(), Ok("1"));
    assert_eq!(ask("other", shops).as_deref(), Ok("0"));
    assert_eq!(shared().server.psql_on(&url, shops).as_deref(), Ok("0"));
    assert_eq!(
        ask("other", "UPDATE shops SET name = 'x'; SELECT 1").as_deref(),
        Ok("1")
    );
    assert_eq!(
        ask("first", "SELECT name FROM shops").as_deref(),
        Ok("Warung Bu Sri")
    );
    let foreign = "INSERT INTO settings (tenant_id, key, value) VALUES ('first', 'x', 'y')";
    let refusal = ask("other", foreign).unwrap_err();
    assert!(refusal.contains("row-level security"), "{refusal}");
    assert_eq!(
        ask("first", &format!("{foreign}; SELECT 1")).as_deref(),
        Ok("1")
    );
}

#[tokio::test]
async fn no_table_of_distributors_is_without_the_wall() {
    let daemon = Daemon::start().await;
    let url = address(&daemon);
    let open =
        "SELECT coalesce(string_agg(c.relname, ',' ORDER BY c.relname), 'none') FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
            AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
                SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))";
    assert_eq!(shared().server.psql_on(&url, open).as_deref(), Ok("none"));
    let walled = "SELECT count(*) FROM pg_policy WHERE polname = 'kulakan_tenant'";
    let walled: i64 = shared()
        .server
        .psql_on(&url, walled)
        .unwrap()
        .parse()
        .unwrap();
    assert!(walled > 20, "{walled}");
    let free = "SELECT string_agg(tablename, ',' ORDER BY tablename COLLATE \"C\") FROM pg_tables
        WHERE schemaname = 'public' AND NOT rowsecurity";
    let free = shared().server.psql_on(&url, free).unwrap();
    for table in free.split(',') {
        let columns = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_name = ";
        let columns = shared()
            .server
            .psql_on(&url, &format!("{columns}'{table}'"));
        assert_eq!(columns.as_deref(), Ok("0"), "{table}");
    }
}

#[test]
fn texts_sort_as_in_a_file_whatever_language_the_database_was_made_with() {
    let server = &shared().server;
    let create = "CREATE DATABASE of_some_language OWNER hub TEMPLATE template0 LOCALE 'C.UTF-8'";
    server.psql(create).unwrap();
    let url = server.url_of("hub", "of_some_language");
    let folder = tempfile::tempdir().unwrap();
    let hub = |arguments: &[&str]| {
        let mut command = command(&["hub", "--database", &url]);
        command.args(arguments).arg("--data").arg(folder.path());
        done(&command.output().unwrap())
    };
    hub(&["init", "--name", "Distributor Makmur"]);
    for name in ["warung a", "Warung B", "Wärung"] {
        hub(&["shop", "add", "--name", name]);
    }
    let otherwise = "SELECT count(*) FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'";
    assert_eq!(server.psql_on(&url, otherwise).as_deref(), Ok("0"));
    let sorted =
        "SET kulakan.tenant = 'first'; SELECT string_agg(name, ',' ORDER BY name) FROM shops";
    let sorted = server.psql_on(&url, sorted);
    assert_eq!(sorted.as_deref(), Ok("Warung B,Wärung,warung a"));
}

#[test]
fn a_password_is_never_shown() {
    assert_eq!(BACKEND, super::Backend::Postgres);
    let address = "postgres://hub:geheim@127.0.0.1:1/makmur?password=geheim";
    for arguments in [
        &["hub", "status", "--database", address][..],
        &["hub", "backup", "--database", address],
        &["hub", "restore", "x.db", "--database", address],
    ] {
        let told = refused(&command(arguments).output().unwrap(), 1);
        assert!(
            told.contains("127.0.0.1") && !told.contains("geheim"),
            "{told}"
        );
    }
    let shown = command(&["config", "print"])
        .env("KULAKAN_DATABASE", address)
        .output()
        .unwrap();
    let shown = done(&shown);
    assert!(
        shown.contains("postgres://hub@127.0.0.1:1/makmur"),
        "{shown}"
    );
    assert!(!shown.contains("geheim"), "{shown}");
}

#[tokio::test]
async fn what_is_done_to_files_says_how_a_server_is_backed_up() {
    let daemon = Daemon::start().await;
    let folder = daemon.folder.path().display().to_string();
    for arguments in [
        &["hub", "backup", "--data", &folder][..],
        &["hub", "restore", "some.db", "--data", &folder],
        &["hub", "doctor", "--repair", "--data", &folder],
    ] {
        let told = refused(&command(arguments).output().unwrap(), 1);
        assert!(told.contains("is kept on the server"), "{told}");
    }
    let found = command(&["hub", "doctor", "--data", &folder])
        .output()
        .unwrap();
    assert!(done(&found).contains("were read from postgres://"));
    let left = std::fs::read_dir(daemon.folder.path()).unwrap();
    let names: Vec<String> = left
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(
        !names.iter().any(|name| name.starts_with("doctor-")),
        "{names:?}"
    );
}
