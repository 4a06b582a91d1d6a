//! Putting a database in another's place, cut off at each step.

use std::path::{Path, PathBuf};

use kulakan::store::backup::{replace_database, settle};
use rusqlite::Connection;
use tempfile::TempDir;

use super::{ending, names, number};
use crate::harness::lived_in::{copy, database};
use crate::harness::program::{done, run_on};

/// A folder with a database that says "old", one that says "new", and the name to keep the old one by.
struct Place {
    folder: TempDir,
    current: PathBuf,
    candidate: PathBuf,
    kept: PathBuf,
}

fn write(file: &Path, word: &str) {
    let connection = Connection::open(file).unwrap();
    connection
        .execute_batch(&format!(
            "CREATE TABLE t (word TEXT); INSERT INTO t VALUES ('{word}')"
        ))
        .unwrap();
}

fn word(file: &Path) -> String {
    let connection = Connection::open(file).unwrap();
    connection
        .query_row(
            "SELECT word FROM t ORDER BY rowid DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .unwrap()
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let in_folder = |name: &str| folder.path().join(name);
    let (current, candidate) = (in_folder("shop.db"), in_folder("shop.db.restoring"));
    write(&current, "old");
    write(&candidate, "new");
    Place {
        kept: in_folder("backups/kept.db"),
        current,
        candidate,
        folder,
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}

#[test]
fn the_new_one_is_in_place_and_the_old_one_kept() {
    let place = place();
    assert!(replace_database(&place.current, &place.candidate, &place.kept).unwrap());
    assert_eq!(
        (word(&place.current), word(&place.kept)),
        ("new".to_owned(), "old".to_owned())
    );
    assert_eq!(names(place.folder.path()), ["backups", "shop.db"]);
    assert_eq!(names(&place.folder.path().join("backups")), ["kept.db"]);
}

#[test]
fn what_a_crash_left_in_the_log_is_kept_with_the_old_one_and_not_mixed_into_the_new() {
    let place = place();
    // As a crash leaves it: the last write is in the log alone. A copy of both files, while they are open.
    let live = place.folder.path().join("live.db");
    let connection = Connection::open(&live).unwrap();
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .unwrap();
    connection
        .execute_batch("CREATE TABLE t (word TEXT); INSERT INTO t VALUES ('in the log')")
        .unwrap();
    std::fs::copy(&live, &place.current).unwrap();
    std::fs::copy(beside(&live, "-wal"), beside(&place.current, "-wal")).unwrap();
    drop(connection);
    assert!(replace_database(&place.current, &place.candidate, &place.kept).unwrap());
    assert_eq!(
        (word(&place.current), word(&place.kept)),
        ("new".to_owned(), "in the log".to_owned())
    );
}

#[test]
fn a_log_whose_database_is_damaged_is_kept_beside_it() {
    let place = place();
    std::fs::write(&place.current, vec![0xee; 8192]).unwrap();
    std::fs::write(beside(&place.current, "-wal"), "the log").unwrap();
    assert!(replace_database(&place.current, &place.candidate, &place.kept).unwrap());
    assert_eq!(word(&place.current), "new");
    assert_eq!(std::fs::read(&place.kept).unwrap(), vec![0xee; 8192]);
    assert_eq!(
        std::fs::read(beside(&place.kept, "-wal")).unwrap(),
        b"the log"
    );
}

#[test]
fn one_whose_schema_is_damaged_under_a_whole_header_is_replaced_and_kept_as_it_is() {
    let place = place();
    let mut bytes = std::fs::read(&place.current).unwrap();
    let page = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    bytes[100..page].fill(0xee);
    std::fs::write(&place.current, &bytes).unwrap();
    std::fs::write(beside(&place.current, "-wal"), "the log").unwrap();
    assert!(replace_database(&place.current, &place.candidate, &place.kept).unwrap());
    assert_eq!(word(&place.current), "new");
    assert_eq!(std::fs::read(&place.kept).unwrap(), bytes);
    assert_eq!(
        std::fs::read(beside(&place.kept, "-wal")).unwrap(),
        b"the log"
    );
}

#[test]
fn a_log_without_its_database_does_not_become_the_new_one_s() {
    let place = place();
    let live = place.folder.path().join("live.db");
    let connection = Connection::open(&live).unwrap();
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .unwrap();
    connection
        .execute_batch("CREATE TABLE t (word TEXT); INSERT INTO t VALUES ('stray')")
        .unwrap();
    std::fs::copy(beside(&live, "-wal"), beside(&place.current, "-wal")).unwrap();
    drop(connection);
    std::fs::remove_file(&place.current).unwrap();
    assert!(!replace_database(&place.current, &place.candidate, &place.kept).unwrap());
    assert_eq!(word(&place.current), "new");
    assert!(!place.kept.exists());
}

#[test]
fn one_that_somebody_has_open_is_not_replaced() {
    let place = place();
    let holder = Connection::open(&place.current).unwrap();
    holder.pragma_update(None, "journal_mode", "WAL").unwrap();
    holder
        .query_row("SELECT count(*) FROM t", [], |_| Ok(()))
        .unwrap();
    let told = replace_database(&place.current, &place.candidate, &place.kept)
        .unwrap_err()
        .to_string();
    assert!(told.contains("in use"), "{told}");
    drop(holder);
    assert_eq!(
        (word(&place.current), word(&place.candidate)),
        ("old".to_owned(), "new".to_owned())
    );
    assert!(!place.kept.exists());
}

#[test]
fn cut_off_before_the_swap_the_old_one_is_in_place_and_no_copy_of_it_counts_as_kept() {
    let place = place();
    let part = beside(&place.kept, ".part");
    std::fs::create_dir_all(part.parent().unwrap()).unwrap();
    std::fs::hard_link(&place.current, &part).unwrap();
    assert_eq!(word(&place.current), "old");
    assert!(!settle(&place.current, &place.kept).unwrap());
    assert!(!part.exists() && !place.kept.exists());
    assert_eq!(word(&place.current), "old");
}

#[test]
fn cut_off_after_the_swap_the_new_one_is_in_place_and_the_old_one_gets_its_name() {
    let place = place();
    let part = beside(&place.kept, ".part");
    std::fs::create_dir_all(part.parent().unwrap()).unwrap();
    std::fs::hard_link(&place.current, &part).unwrap();
    std::fs::rename(&place.candidate, &place.current).unwrap();
    assert!(settle(&place.current, &place.kept).unwrap());
    assert_eq!(
        (word(&place.current), word(&place.kept)),
        ("new".to_owned(), "old".to_owned())
    );
    assert!(
        settle(&place.current, &place.kept).unwrap(),
        "and is left at that"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_whose_restore_was_cut_off_works_and_the_next_backup_clears_up() {
    let folder = copy().await;
    let file = database(folder.path());
    let backups = folder.path().join("backups");
    std::fs::create_dir(&backups).unwrap();
    // Half of the backup was copied in; a copy of another night was cut off; the old one has its second name.
    std::fs::write(folder.path().join("shop.db.restoring"), vec![7; 9000]).unwrap();
    std::fs::write(backups.join("shop-2026-11-25T190000Z.db.part"), "half").unwrap();
    std::fs::hard_link(
        &file,
        backups.join("shop-replaced-2026-11-25T190000Z.db.part"),
    )
    .unwrap();
    // And of an earlier restore that was cut off after its swap, the replaced one.
    std::fs::write(
        backups.join("shop-replaced-2026-11-20T190000Z.db.part"),
        "an earlier one",
    )
    .unwrap();
    done(&run_on(folder.path(), &["shop", "doctor"]));
    done(&run_on(folder.path(), &["shop", "backup"]));
    let kept = names(&backups);
    assert_eq!(ending(&backups, ".part"), [""; 0]);
    assert!(
        kept.contains(&"shop-replaced-2026-11-20T190000Z.db".to_owned()),
        "{kept:?}"
    );
    assert!(
        !kept.contains(&"shop-replaced-2026-11-25T190000Z.db".to_owned()),
        "{kept:?}"
    );
    let sales = number(&file, "SELECT count(*) FROM sales");
    let newest = kept.iter().find(|name| name.starts_with("shop-2")).unwrap();
    done(&run_on(
        folder.path(),
        &["shop", "restore", backups.join(newest).to_str().unwrap()],
    ));
    assert_eq!(number(&file, "SELECT count(*) FROM sales"), sales);
    assert!(!names(folder.path()).contains(&"shop.db.restoring".to_owned()));
}
