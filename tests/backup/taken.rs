//! `kulakan shop backup`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rusqlite::Connection;

use super::{names, number};
use crate::harness::lived_in::{copy, running, sell};
use crate::harness::program::{done, json, refused, run_on};

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_sales_is_whole_and_holds_every_sale_answered_before() {
    let (folder, daemon, client) = running().await;
    let (answered, stop) = (
        Arc::new(AtomicU64::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let selling = tokio::spawn({
        let (answered, stop, client) = (answered.clone(), stop.clone(), client.clone());
        async move {
            while !stop.load(Ordering::SeqCst) {
                let number = answered.load(Ordering::SeqCst);
                sell(&client, &format!("ramai-{number}"), "MIE", 1).await;
                answered.store(number + 1, Ordering::SeqCst);
            }
        }
    });
    let elsewhere = tempfile::tempdir().unwrap();
    for round in 0..5 {
        let (path, target) = (
            folder.path.clone(),
            elsewhere.path().join(format!("{round}.db")),
        );
        let before = answered.load(Ordering::SeqCst);
        let output = tokio::task::spawn_blocking({
            let target = target.clone();
            move || {
                run_on(
                    &path,
                    &["shop", "backup", target.to_str().unwrap(), "--json"],
                )
            }
        });
        let taken = json(&output.await.unwrap());
        assert_eq!(taken["file"], target.to_str().unwrap());
        let copy = Connection::open(&target).unwrap();
        let mut statement = copy.prepare("SELECT id FROM sales").unwrap();
        let ids: BTreeSet<String> = statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for number in 0..before {
            assert!(
                ids.contains(&format!("ramai-{number}")),
                "{number} of {before}"
            );
        }
        let whole: String = copy
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        let mode: String = copy
            .query_row("PRAGMA journal_mode", [], |row| row.get(0))
            .unwrap();
        assert_eq!((whole.as_str(), mode.as_str()), ("ok", "delete"));
        let head = "SELECT max(seq) - (SELECT head_seq FROM sync_state) FROM events";
        assert_eq!(
            number(&target, head),
            0,
            "sale and event are in it together"
        );
        assert_eq!(
            taken["seq"],
            number(&target, "SELECT head_seq FROM sync_state")
        );
    }
    stop.store(true, Ordering::SeqCst);
    selling.await.unwrap();
    assert_eq!(
        names(elsewhere.path()).len(),
        5,
        "nothing beside the copies"
    );
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_goes_where_it_is_told_and_never_over_another_file() {
    let folder = copy().await;
    let told = done(&run_on(folder.path(), &["shop", "backup"]));
    let kept = names(&folder.path().join("backups"));
    let made = kept
        .iter()
        .find(|name| name.starts_with("shop-2") && name.ends_with("Z.db"))
        .unwrap();
    assert!(told.contains(made.as_str()), "{told}");
    let elsewhere = tempfile::tempdir().unwrap();
    let stick = elsewhere.path().to_str().unwrap();
    done(&run_on(folder.path(), &["shop", "backup", stick]));
    assert_eq!(names(elsewhere.path()).len(), 1, "named by its time");
    let file = elsewhere.path().join("x.db");
    std::fs::write(&file, "somebody else's").unwrap();
    for there in [file.clone(), folder.path().join("shop.db")] {
        let told = refused(
            &run_on(folder.path(), &["shop", "backup", there.to_str().unwrap()]),
            1,
        );
        assert!(told.contains("exists already"), "{told}");
    }
    assert_eq!(std::fs::read(&file).unwrap(), b"somebody else's");
    let nowhere = file.join("inside");
    refused(
        &run_on(
            folder.path(),
            &["shop", "backup", nowhere.to_str().unwrap()],
        ),
        1,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_damaged_database_is_refused_and_leaves_nothing() {
    let folder = copy().await;
    let file = folder.path().join("shop.db");
    let root = number(
        &file,
        "SELECT rootpage FROM sqlite_schema WHERE name = 'audit'",
    ) as usize;
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[(root - 1) * 4096 + 8..][..64].fill(0xee);
    std::fs::write(&file, bytes).unwrap();
    let target = folder.path().join("copy.db");
    let told = refused(
        &run_on(folder.path(), &["shop", "backup", target.to_str().unwrap()]),
        1,
    );
    assert!(told.contains("shop.db: is damaged"), "{told}");
    assert!(
        !names(folder.path())
            .iter()
            .any(|name| name.starts_with("copy"))
    );
}
