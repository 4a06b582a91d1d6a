//! The backups of the night, and which of them stay.

use std::cell::Cell;

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Asia::Jakarta;
use kulakan::store::backup::{Backups, staying};
use serde_json::Value;

use super::ending;
use crate::harness::lived_in::{night, running, sell, until};
use crate::harness::program::{done, json, run_on};
use crate::harness::running::{Client, ShopFolder, moment};

fn taken(folder: &ShopFolder) -> Vec<String> {
    ending(&folder.path.join("backups"), ".db")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_night_has_one_backup_and_a_missed_one_is_made_good() {
    let (folder, daemon, client) = running().await;
    let before = taken(&folder).len();
    let nights = ["2026-11-25T19:00:00Z", "2026-11-26T19:00:00Z"];
    night(&folder, &client, nights[0]).await;
    folder.set("2026-11-25T23:00:00Z");
    night(&folder, &client, nights[1]).await;
    assert_eq!(taken(&folder).len(), before + 2, "{:?}", taken(&folder));
    daemon.stop().await;
    // Off over two nights.
    folder.set("2026-11-29T03:00:00Z");
    let status = json(&run_on(&folder.path, &["shop", "status", "--json"]));
    assert_eq!(status["backups"]["count"], before + 2);
    let daemon = folder.run().await;
    let client = Client::new(&daemon, &client_token(&folder).await);
    let at = moment("2026-11-29T03:00:00Z").timestamp();
    let figure = "kulakan_shop_backup_last_timestamp_seconds";
    until(&client, &format!("{figure} {at}")).await;
    assert_eq!(taken(&folder).len(), before + 3, "{:?}", taken(&folder));
    daemon.stop().await;
    // The program itself would hold it against the machine's clock, which the nights here are not by.
    let told = folder
        .open()
        .await
        .status()
        .await
        .unwrap()
        .backups
        .to_string();
    assert!(
        told.starts_with("2026-11-29 03:00 UTC, 0 hours ago"),
        "{told}"
    );
}

async fn client_token(folder: &ShopFolder) -> String {
    folder.open().await.create_token("again").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_fails_is_told_and_tried_again_and_the_shop_sells_on() {
    let (folder, daemon, client) = running().await;
    let backups = folder.path.join("backups");
    std::fs::remove_dir_all(&backups).unwrap();
    std::fs::write(&backups, "in the way").unwrap();
    folder.set("2026-11-25T19:00:00Z");
    until(&client, "kulakan_shop_backup_failed 1").await;
    sell(&client, "malam", "MIE", 1).await;
    let status = json(&run_on(&folder.path, &["shop", "status", "--json"]));
    let warning = status["backups"]["warning"].as_str().unwrap();
    assert!(
        warning.contains("failed") && warning.contains("backups"),
        "{warning}"
    );
    assert!(done(&run_on(&folder.path, &["shop", "status"])).contains("LOOK AT THIS"));
    std::fs::remove_file(&backups).unwrap();
    let later = "2026-11-25T20:00:00Z";
    night(&folder, &client, later).await;
    until(&client, "kulakan_shop_backup_failed 0").await;
    daemon.stop().await;
}

#[test]
fn an_old_backup_and_none_at_all_are_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let backups = Backups::of(folder.path(), "shop");
    let since = moment("2026-01-01T00:00:00Z");
    let warned = |now: DateTime<Utc>| backups.status(since, now, None).warning;
    assert_eq!(warned(since + Duration::days(1)), None);
    assert!(
        warned(since + Duration::days(3))
            .unwrap()
            .contains("no backup")
    );
    let at = moment("2026-03-01T19:00:00Z");
    std::fs::create_dir_all(backups.folder()).unwrap();
    std::fs::write(backups.file(at), "x").unwrap();
    assert_eq!(warned(at + Duration::days(2)), None);
    assert!(
        warned(at + Duration::hours(49))
            .unwrap()
            .contains("2026-03-01")
    );
    // One from a night on which the clock had leapt to another year does not hide that.
    std::fs::write(backups.file(moment("2038-01-01T00:00:00Z")), "x").unwrap();
    assert!(
        warned(at + Duration::hours(49))
            .unwrap()
            .contains("2026-03-01")
    );
    let value: Value = serde_json::to_value(backups.status(since, at, None)).unwrap();
    assert_eq!(
        (&value["count"], &value["age_hours"]),
        (&Value::from(2), &Value::from(0))
    );
}

#[test]
fn seven_days_four_weeks_and_twelve_months_stay() {
    let newest = moment("2026-11-25T19:00:00Z");
    let moments: Vec<DateTime<Utc>> = (0..800).map(|days| newest - Duration::days(days)).collect();
    let stays = staying(&moments, newest, Jakarta);
    let kept: Vec<String> = moments
        .iter()
        .zip(stays)
        .filter(|(_, stays)| *stays)
        .map(|(moment, _)| moment.with_timezone(&Jakarta).date_naive().to_string())
        .collect();
    let days = ["26", "25", "24", "23", "22", "21", "20"].map(|day| format!("2026-11-{day}"));
    // Sundays: the last of each week; the two weeks of the seven days are among the four.
    let weeks = ["2026-11-15", "2026-11-08"];
    let months = [
        "2026-10-31",
        "2026-09-30",
        "2026-08-31",
        "2026-07-31",
        "2026-06-30",
        "2026-05-31",
        "2026-04-30",
        "2026-03-31",
        "2026-02-28",
        "2026-01-31",
        "2025-12-31",
    ];
    let expected: Vec<String> = days
        .into_iter()
        .chain(weeks.map(str::to_owned))
        .chain(months.map(str::to_owned))
        .collect();
    assert_eq!(kept, expected);
}

#[test]
fn rotation_removes_what_nothing_stands_for_and_no_file_of_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let backups = Backups::of(folder.path(), "shop");
    std::fs::create_dir_all(backups.folder()).unwrap();
    let newest = moment("2026-11-25T19:00:00Z");
    for days in 0..60 {
        std::fs::write(backups.file(newest - Duration::days(days)), "x").unwrap();
    }
    // From a night on which the clock stood in 1970: it was just taken, so it stays.
    let just_taken = backups.file(moment("1970-01-01T00:00:07Z"));
    std::fs::write(&just_taken, "x").unwrap();
    let others = [
        "shop-replaced-2020-01-01T000000Z.db",
        "shop-mine.db",
        "hub-2020-01-01T000000Z.db",
        "note.txt",
    ];
    for other in others {
        std::fs::write(backups.folder().join(other), "x").unwrap();
    }
    let gone = backups.rotate(newest, Jakarta, &just_taken).unwrap();
    assert_eq!(backups.list().len(), 61 - gone);
    assert_eq!(
        backups.list().len(),
        7 + 2 + 2 + 1,
        "days, weeks, October and September, 1970"
    );
    assert!(just_taken.exists() && backups.file(newest).exists());
    assert!(
        others
            .iter()
            .all(|other| backups.folder().join(other).exists())
    );
}

#[test]
fn where_the_disk_is_short_the_oldest_make_room_and_the_newest_stays() {
    let folder = tempfile::tempdir().unwrap();
    let backups = Backups::of(folder.path(), "shop");
    std::fs::create_dir_all(backups.folder()).unwrap();
    let newest = moment("2026-11-25T19:00:00Z");
    let size = 1 << 20;
    for days in 0..5 {
        std::fs::write(
            backups.file(newest - Duration::days(days)),
            vec![0; size as usize],
        )
        .unwrap();
    }
    let disk = Cell::new(5 * size);
    // The room there is: what is left of a disk that the backups and 36 MB share.
    let free = || Some((36 << 20) + disk.get() - backups.list().len() as u64 * size);
    disk.set(2 * size);
    let needed = 3 * size;
    assert_eq!(
        backups.make_room(0, newest, free).unwrap(),
        0,
        "enough as it is"
    );
    assert_eq!(backups.make_room(needed, newest, free).unwrap(), 2);
    assert_eq!(backups.list()[0].at, newest);
    assert_eq!(backups.list().len(), 3, "the three newest");
    let told = backups
        .make_room(1 << 30, newest, free)
        .unwrap_err()
        .to_string();
    assert!(told.contains("needs 1108 MB"), "{told}");
    assert_eq!(backups.list().len(), 3, "what cannot help is not removed");
    assert_eq!(
        backups.make_room(7 * size, newest, || None).unwrap(),
        0,
        "where the system does not tell"
    );
}

#[test]
fn what_a_clock_that_was_wrong_has_dated_holds_no_night_and_goes_first() {
    let now = moment("2026-11-25T19:00:00Z");
    let days = Duration::days;
    let ahead: Vec<_> = (0..9).map(|day| now + days(4000 - day)).collect();
    let past: Vec<_> = (0..9).map(|day| now - days(day)).collect();
    let all = [ahead.clone(), past].concat();
    let stays = staying(&all, now, Jakarta);
    assert!(stays[9..16].iter().all(|stays| *stays), "{stays:?}");
    // By a clock that fell back to 1970 all of them are still to come, and the same ones stay.
    let fallen = staying(&all[9..], moment("1970-01-01T00:00:00Z"), Jakarta);
    assert_eq!(fallen, stays[9..]);

    let folder = tempfile::tempdir().unwrap();
    let backups = Backups::of(folder.path(), "shop");
    std::fs::create_dir_all(backups.folder()).unwrap();
    let size = 1_u64 << 20;
    let real = [backups.file(now), backups.file(now - days(1))];
    for file in real.iter().chain(&[backups.file(ahead[0])]) {
        std::fs::write(file, vec![0; size as usize]).unwrap();
    }
    let free = || Some((36 << 20) - backups.list().len() as u64 * size);
    assert_eq!(backups.make_room(2 * size, now, free).unwrap(), 1);
    assert!(real.iter().all(|file| file.exists()));
    assert_eq!(backups.make_room(3 * size, now, free).unwrap(), 1);
    assert!(real[0].exists() && !real[1].exists());
}
