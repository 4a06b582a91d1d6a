//! A hub moves from its file to a server: killed in the middle, resumed, compared, refused where it must be.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::hub::{Hub, NewHub};
use rusqlite::Connection;
use tempfile::TempDir;

use super::hub_sync::start_of_time;
use crate::harness::postgres::shared;
use crate::harness::program::{command, done, json, refused, run_on};

/// Rows that are in the largest table.
const DAYS: i64 = 150_000;

/// A hub in a file that has grown.
async fn grown() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("hub");
    let config = Config::for_folder(&data).unwrap();
    let new = NewHub {
        name: "Distributor Makmur".to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        pin: None,
    };
    let hub = Hub::create(config, new, ManualClock::at(start_of_time()))
        .await
        .unwrap();
    for index in 0..20 {
        hub.add_shop(&format!("Warung {index}")).await.unwrap();
    }
    drop(hub);
    let file = open(&data);
    file.execute_batch(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {DAYS} - 1)
         INSERT INTO shop_daily (tenant_id, shop_id, sku, business_date, sold, imported, missed, net, inflow, moved)
         SELECT 'first', (SELECT id FROM shops ORDER BY id LIMIT 1 OFFSET i % 20), 'SKU' || (i / 20 % 100),
             date('2010-01-01', '+' || (i / 2000) || ' days'), i % 7, 0, 0, -(i % 7), 0, 1 FROM n"
    ))
    .unwrap();
    (folder, data)
}

fn open(data: &Path) -> Connection {
    Connection::open(data.join("hub.db")).unwrap()
}

fn number(file: &Connection, sql: &str) -> i64 {
    file.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// An empty database, as its owner may use it and as the server's own administrator sees it.
fn database(folder: &Path) -> (String, String) {
    let url = shared().database_for(folder);
    let (_, name) = url.rsplit_once('/').unwrap();
    let watched = shared().server.url_of("kulakan", name);
    (url, watched)
}

fn asked(url: &str, sql: &str) -> Result<String, String> {
    shared().server.psql_on(url, sql)
}

#[tokio::test]
async fn a_move_that_is_killed_goes_on_and_nothing_is_lost_or_doubled() {
    let (folder, data) = grown().await;
    let (url, watched) = database(folder.path());
    let mut first = command(&["hub", "migrate-to", &url, "--data"])
        .arg(&data)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    let brought = "SELECT coalesce(sum(moved), 0) FROM kulakan_move";
    // Until it is well under way; before it has begun there is no such table.
    while asked(&watched, brought).map_or(0, |rows| rows.parse::<i64>().unwrap()) < 10_000 {
        assert!(
            started.elapsed() < Duration::from_mins(3),
            "it never begins"
        );
        assert_eq!(
            first.try_wait().unwrap(),
            None,
            "it was over before it was killed"
        );
    }
    first.kill().unwrap();
    first.wait().unwrap();

    let told = refused(
        &command(&["hub", "status", "--database", &url])
            .output()
            .unwrap(),
        1,
    );
    assert!(told.contains("migrate-to"), "{told}");
    done(&run_on(&data, &["hub", "status"]));

    // What happens in the file meanwhile comes along too.
    let changed =
        "UPDATE shop_daily SET missed = 3 WHERE sku = 'SKU0' AND business_date = '2010-01-01'";
    let changed = open(&data).execute(changed, []).unwrap();
    assert_eq!(changed, 20);

    let moved = json(&run_on(&data, &["hub", "migrate-to", &url, "--json"]));
    assert!(moved["found_there"].as_i64().unwrap() >= 10_000, "{moved}");
    let sums = "SELECT count(*) * 1000000007 + sum(sold) * 31 + sum(missed) * 17 + sum(net) FROM shop_daily";
    let right = number(&open(&data), sums).to_string();
    assert_eq!(asked(&watched, sums).as_deref(), Ok(right.as_str()));
    let rows = "SELECT count(*) FROM shop_daily";
    assert_eq!(asked(&watched, rows).unwrap(), DAYS.to_string());
    let gone = asked(&watched, "SELECT to_regclass('kulakan_move') IS NULL");
    assert_eq!(gone.as_deref(), Ok("t"));

    let status = json(
        &command(&["hub", "status", "--json", "--database", &url])
            .output()
            .unwrap(),
    );
    assert_eq!(status["shops"].as_array().unwrap().len(), 20, "{status}");
    let again = done(&run_on(&data, &["hub", "migrate-to", &url]));
    assert!(again.contains("before"), "{again}");

    let told = refused(&run_on(&data, &["hub", "status"]), 1);
    assert!(
        told.contains("moved to") && told.contains("--take-back"),
        "{told}"
    );
    let life = "SELECT incarnation FROM hub";
    let before: String = open(&data).query_row(life, [], |row| row.get(0)).unwrap();
    assert_eq!(asked(&watched, life).unwrap(), before);
    done(&run_on(&data, &["hub", "migrate-to", "--take-back"]));
    done(&run_on(&data, &["hub", "status"]));
    let after: String = open(&data).query_row(life, [], |row| row.get(0)).unwrap();
    assert_ne!(after, before, "the shops would not notice");
    let told = refused(&run_on(&data, &["hub", "migrate-to", &url]), 1);
    assert!(told.contains("holds the hub"), "{told}");
    let told = refused(&run_on(&data, &["hub", "migrate-to", "--take-back"]), 1);
    assert!(told.contains("not moved"), "{told}");
}

#[tokio::test]
async fn a_database_of_something_else_and_a_hub_that_runs_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("hub");
    done(&run_on(&data, &["hub", "init", "--name", "Makmur"]));
    let (url, watched) = database(folder.path());
    asked(
        &watched,
        "CREATE TABLE customers (id int); INSERT INTO customers VALUES (1)",
    )
    .unwrap();
    let told = refused(&run_on(&data, &["hub", "migrate-to", &url]), 1);
    assert!(told.contains("not a hub's"), "{told}");
    let tables = "SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(asked(&watched, tables).as_deref(), Ok("customers"));
    done(&run_on(&data, &["hub", "status"]));

    let config = Config::for_folder(&data).unwrap();
    let listener = kulakan::web::serve::listen("127.0.0.1:0".parse().unwrap())
        .await
        .unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    let clock = ManualClock::at(start_of_time());
    let running = tokio::spawn(kulakan::hub::run(config, listener, clock, stop.clone()));
    // The lock is the first thing that a hub takes.
    while !data.join("hub.lock").exists() {
        tokio::task::yield_now().await;
    }
    let (other, _) = database(folder.path());
    let told = refused(&run_on(&data, &["hub", "migrate-to", &other]), 1);
    assert!(told.contains("stop it first"), "{told}");
    stop.cancel();
    running.await.unwrap().unwrap();

    for wrong in ["mysql://u@h/n", "postgres://:geheim@/"] {
        let told = refused(&run_on(&data, &["hub", "migrate-to", wrong]), 1);
        assert!(
            told.contains("database:") && !told.contains("geheim"),
            "{told}"
        );
    }
}
