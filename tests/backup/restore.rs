//! `kulakan shop restore`.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::Value;

use super::{names, number};
use crate::harness::lived_in::{by_hand, copy, database, running, sell};
use crate::harness::program::{done, json, refused, run_on};
use crate::harness::running::Client;

const SERIES: i64 = 1_000_000_000;

fn restore(folder: &Path, file: &Path) -> Value {
    json(&run_on(
        folder,
        &["shop", "restore", file.to_str().unwrap(), "--json"],
    ))
}

fn in_order(folder: &Path) {
    let report = run_on(folder, &["shop", "doctor"]);
    assert_eq!(
        report.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&report.stdout)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_shop_sells_on_under_numbers_that_the_replaced_one_never_gave() {
    let (folder, daemon, client) = running().await;
    let backup = folder.path.join("monday.db");
    let file = backup.to_str().unwrap();
    done(&run_on(&folder.path, &["shop", "backup", file]));
    let sold = number(&backup, "SELECT count(*) FROM sales");
    for number in 0..4 {
        sell(&client, &format!("lost-{number}"), "MIE", 1).await;
    }
    let told = refused(&run_on(&folder.path, &["shop", "restore", file]), 1);
    assert!(told.contains("is running"), "{told}");
    daemon.stop().await;
    let restored = restore(&folder.path, &backup);
    assert_eq!(restored["restored"]["sales"], sold);
    assert_eq!(restored["replaced"]["sales"], sold + 4);
    assert_eq!(restored["replaced"]["last_sale"]["number"], sold + 4);
    let kept = Path::new(restored["kept_as"].as_str().unwrap());
    assert!(kept.starts_with(folder.path.join("backups")));
    assert_eq!(number(kept, "SELECT count(*) FROM sales"), sold + 4);
    in_order(&folder.path);
    let status = json(&run_on(&folder.path, &["shop", "status", "--json"]));
    let incidents = status["incidents"].as_array().unwrap();
    assert_eq!(
        incidents.len(),
        1,
        "one thing happened, and is told once: {incidents:?}"
    );
    assert_eq!(incidents[0]["detail"]["why"], "restored");
    let daemon = folder.run().await;
    let token = folder.open().await.create_token("again").await.unwrap();
    let client = Client::new(&daemon, &token);
    let receipt = sell(&client, "after", "MIE", 1).await;
    let next = receipt["number"].as_i64().unwrap();
    assert_eq!(restored["receipts_from"], next);
    assert!(next > SERIES, "{next}");
    assert_eq!(sell(&client, "after-2", "MIE", 1).await["number"], next + 1);
    daemon.stop().await;
    in_order(&folder.path);
    by_hand(
        &database(&folder.path),
        &format!(
            "UPDATE sales SET number = {} WHERE number = {}",
            next + 5,
            next + 1
        ),
    );
    let output = run_on(&folder.path, &["shop", "doctor"]);
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("receipts"),
        "a gap in the new series is one"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_device_s_shop_comes_back_in_an_empty_folder() {
    let from = copy().await;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new/place");
    let restored = restore(&data, &database(from.path()));
    assert!(
        restored["replaced"].is_null() && restored["kept_as"].is_null(),
        "{restored}"
    );
    in_order(&data);
    let text = done(&run_on(&data, &["shop", "status"]));
    assert!(text.contains("Warung Contoh"), "{text}");
    assert!(restored["receipts_from"].as_i64().unwrap() > SERIES);
}

/// A backup of a program of the first schema.
fn first_schema(folder: &Path) -> PathBuf {
    let file = folder.join("old.db");
    let connection = Connection::open(&file).unwrap();
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/shop/0001_shop.sql");
    connection
        .execute_batch(&std::fs::read_to_string(schema).unwrap())
        .unwrap();
    connection
        .execute_batch(
            "INSERT INTO shop (id, device_id, name, timezone, currency, created_at_utc, founded_on)
             VALUES (1, '0196f8a0-0000-7000-8000-000000000000', 'Warung Lama', 'Asia/Jakarta', 'IDR',
                     '2026-01-01T00:00:00.000Z', '2026-01-01');
             INSERT INTO sync_state (id, epoch, head_seq, head_hash, acked_seq) VALUES (1, 1, 0, zeroblob(32), 0);
             PRAGMA application_id = 0x4b4b7368; PRAGMA user_version = 1;",
        )
        .unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_backup_is_brought_up_to_date_on_its_way_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let old = first_schema(folder.path());
    let before = std::fs::read(&old).unwrap();
    let data = folder.path().join("data");
    let restored = restore(&data, &old);
    assert_eq!(restored["restored"]["shop"], "Warung Lama");
    assert_eq!(
        restored["receipts_from"], 1,
        "nothing was sold, so no number can come twice"
    );
    assert!(number(&database(&data), "PRAGMA user_version") > 1);
    in_order(&data);
    assert!(
        std::fs::read(&old).unwrap() == before,
        "the backup was changed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_sound_backup_is_refused_in_one_line_and_nothing_changes() {
    let folder = copy().await;
    let whole = std::fs::read(database(folder.path())).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let file = elsewhere.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file
    };
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2 / 4096 * 4096;
    damaged[middle..middle + 64].fill(0xee);
    let newer = put("newer.db", &whole);
    Connection::open(&newer)
        .unwrap()
        .pragma_update(None, "user_version", 999)
        .unwrap();
    let foreign = elsewhere.path().join("foreign.db");
    Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE t (x)")
        .unwrap();
    let orphaned = put("orphaned.db", &whole);
    by_hand(&orphaned, "DELETE FROM sales WHERE number = 2");
    let empty_shop = first_schema(elsewhere.path());
    Connection::open(&empty_shop)
        .unwrap()
        .execute_batch("DELETE FROM shop")
        .unwrap();
    let hub = elsewhere.path().join("hubfolder");
    done(&run_on(&hub, &["hub", "init", "--name", "D"]));
    let before = (names(folder.path()), names(elsewhere.path()));
    for (file, why) in [
        (put("damaged.db", &damaged), "is damaged"),
        (put("cut.db", &whole[..whole.len() - 8192]), ""),
        (
            put("text.db", b"these are the accounts of another program"),
            "",
        ),
        (put("empty.db", b""), "no shop"),
        (newer, "newer"),
        (foreign, "another kind"),
        (hub.join("hub.db"), "another kind"),
        (orphaned, "does not hold together"),
        (empty_shop, "holds no shop"),
        (elsewhere.path().join("nothing.db"), "is no file"),
        (elsewhere.path().to_owned(), "is no file"),
    ] {
        let told = refused(
            &run_on(folder.path(), &["shop", "restore", file.to_str().unwrap()]),
            1,
        );
        assert!(
            told.contains(why) && told.contains(file.to_str().unwrap()),
            "{told}"
        );
        assert!(
            std::fs::read(database(folder.path())).unwrap() == whole,
            "{told}"
        );
        assert_eq!(names(folder.path()), before.0, "{told}");
    }
    let empty = elsewhere.path().join("not-made");
    refused(
        &run_on(
            &empty,
            &["shop", "restore", elsewhere.path().to_str().unwrap()],
        ),
        1,
    );
    assert!(!empty.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_cannot_be_read_is_replaced_and_kept_all_the_same() {
    let folder = copy().await;
    let backup = folder.path().join("good.db");
    std::fs::copy(database(folder.path()), &backup).unwrap();
    std::fs::write(database(folder.path()), vec![0xee; 40_000]).unwrap();
    let restored = restore(folder.path(), &backup);
    assert!(restored["replaced"].is_null());
    let kept = std::fs::read(restored["kept_as"].as_str().unwrap()).unwrap();
    assert!(kept == vec![0xee; 40_000]);
    in_order(folder.path());
    let text = done(&run_on(
        folder.path(),
        &["shop", "restore", backup.to_str().unwrap()],
    ));
    assert!(
        text.contains("Next receipt") && text.contains("Kept as"),
        "{text}"
    );
}
