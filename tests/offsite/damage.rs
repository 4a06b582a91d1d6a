//! What is damaged, missing or mistyped on the way back.

use kulakan::shop::offsite::folder::Folder;
use rusqlite::params;

use super::{Case, PASSPHRASE, new_folder, number, restore, sales_of, sell};

/// Two nights of a shop, at the hub.
async fn two_nights() -> Case {
    let case = Case::start().await;
    sell(&case.shop, "monday", 12).await;
    case.night("2026-11-23T19:00:00Z").await;
    sell(&case.shop, "tuesday", 12).await;
    case.night("2026-11-24T19:00:00Z").await;
    case
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_passphrase_says_so_and_costs_nothing() {
    let case = two_nights().await;
    let (code, new) = (case.code().await, new_folder());
    for wrong in ["", "tempe mendoan jam lima sore"] {
        let refused = restore(new.path(), &case, &code, wrong, false).await;
        let told = refused.unwrap_err().to_string();
        assert!(told.contains("the passphrase does not open"), "{told}");
        assert!(!new.path().join("shop.db").exists());
    }
    // The same code, the same folder, the right one.
    let restored = restore(new.path(), &case, &code, PASSPHRASE, false).await;
    assert_eq!(restored.unwrap().restored.sales, 24);
    assert!(!new.path().join("backups/from-hub").exists());
    // Elsewhere the code is used up.
    let again = restore(new_folder().path(), &case, &code, PASSPHRASE, false).await;
    let told = again.unwrap_err().to_string();
    assert!(told.contains("ask the distributor for a new one"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_part_that_is_damaged_or_gone_is_named_and_leaves_everything_as_it_was() {
    let case = two_nights().await;
    let hub = case.hub_file();
    let parts: Vec<(Vec<u8>, Vec<u8>)> = {
        let sql = "SELECT hash, content FROM backup_parts WHERE hash IN (
                       SELECT hash FROM backup_chains UNION SELECT key_hash FROM backup_sets
                       UNION SELECT manifest_hash FROM backup_sets
                       WHERE received_at_utc = (SELECT max(received_at_utc) FROM backup_sets))";
        let mut statement = hub.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.unwrap().map(|row| row.unwrap()).collect()
    };
    let newest = "SELECT manifest_hash FROM backup_sets ORDER BY received_at_utc DESC LIMIT 1";
    let newest: Vec<u8> = hub.query_row(newest, [], |row| row.get(0)).unwrap();
    let (code, new) = (case.code().await, new_folder());
    let mut broken = 0;
    for (hash, content) in &parts {
        let named: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let is_needed = *hash == newest || is_shared(&hub, hash);
        let mut flipped = content.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 0x10;
        let change = "UPDATE backup_parts SET content = ?1 WHERE hash = ?2";
        hub.execute(change, params![flipped, hash]).unwrap();
        // What was read before must not stand in for what is damaged.
        let _ = std::fs::remove_dir_all(new.path().join("backups/from-hub/parts"));
        let damaged = restore(new.path(), &case, &code, PASSPHRASE, false).await;
        let told = damaged.unwrap_err().to_string();
        assert!(
            told.contains(&named) && told.contains("is damaged"),
            "{told}"
        );
        assert!(is_needed && !new.path().join("shop.db").exists());
        hub.execute(change, params![content, hash]).unwrap();
        broken += 1;
    }
    assert!(broken >= 4, "{broken}");
    let (hash, content) = &parts[0];
    hub.execute("PRAGMA foreign_keys = OFF", []).unwrap();
    hub.execute(
        "UPDATE backup_parts SET hash = x'00' WHERE hash = ?1",
        [hash],
    )
    .unwrap();
    let _ = std::fs::remove_dir_all(new.path().join("backups/from-hub/parts"));
    let gone = restore(new.path(), &case, &code, PASSPHRASE, false).await;
    let told = gone.unwrap_err().to_string();
    assert!(told.contains("is gone"), "{told}");
    let back = "UPDATE backup_parts SET hash = ?1 WHERE content = ?2";
    hub.execute(back, params![hash, content]).unwrap();
    restore(new.path(), &case, &code, PASSPHRASE, false)
        .await
        .unwrap();
    assert_eq!(sales_of(new.path()).len(), 24);
}

fn is_shared(hub: &rusqlite::Connection, hash: &[u8]) -> bool {
    let sql =
        "SELECT count(*) FROM backup_chains c, backup_sets s WHERE c.hash = ?1 OR s.key_hash = ?1";
    let count: i64 = hub.query_row(sql, [hash], |row| row.get(0)).unwrap();
    count > 0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_gives_parts_of_another_night_is_found_out() {
    let case = two_nights().await;
    let hub = case.hub_file();
    // Two parts of the chain change places: every part is whole, and each opens with the key.
    hub.execute_batch(
        "UPDATE backup_chains SET position = 0 WHERE position = 1;
         UPDATE backup_chains SET position = 1 WHERE position = 2;
         UPDATE backup_chains SET position = 2 WHERE position = 0;",
    )
    .unwrap();
    let (code, new) = (case.code().await, new_folder());
    let found = restore(new.path(), &case, &code, PASSPHRASE, false).await;
    let told = found.unwrap_err().to_string();
    assert!(told.contains("backup"), "{told}");
    assert!(!new.path().join("shop.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_before_the_line_broke_is_not_read_again() {
    let case = two_nights().await;
    let hub = case.hub_file();
    let (code, new) = (case.code().await, new_folder());
    let last = "(SELECT hash FROM backup_chains ORDER BY position DESC LIMIT 1)";
    let content: Vec<u8> = hub
        .query_row(
            &format!("SELECT content FROM backup_parts WHERE hash = {last}"),
            [],
            |row| row.get(0),
        )
        .unwrap();
    let change = format!("UPDATE backup_parts SET content = ?1 WHERE hash = {last}");
    hub.execute(&change, [&content[1..]]).unwrap();
    assert!(
        restore(new.path(), &case, &code, PASSPHRASE, false)
            .await
            .is_err()
    );
    hub.execute(&change, [&content]).unwrap();
    // All others are here: the hub's may be as they like now.
    hub.execute(
        &format!("UPDATE backup_parts SET content = x'00' WHERE hash <> {last}"),
        [],
    )
    .unwrap();
    let restored = restore(new.path(), &case, &code, PASSPHRASE, false).await;
    assert_eq!(restored.unwrap().restored.sales, 24);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_with_a_shop_is_left_alone_unless_it_is_to_be_replaced() {
    let case = two_nights().await;
    let code = case.code().await;
    let other = crate::harness::running::ShopFolder::found(
        "2026-11-23T02:00:00Z",
        "Asia/Jakarta",
        super::NEVER,
    )
    .await
    .0;
    let refused = restore(&other.path, &case, &code, PASSPHRASE, false).await;
    let told = refused.unwrap_err().to_string();
    assert!(told.contains("holds a shop already"), "{told}");
    assert!(sales_of(&other.path).is_empty());
    let restored = restore(&other.path, &case, &code, PASSPHRASE, true)
        .await
        .unwrap();
    assert!(restored.kept_as.unwrap().exists());
    assert_eq!(sales_of(&other.path).len(), 24);
    assert!(Folder::of(&other.path).current().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_shop_is_not_replaced() {
    let case = two_nights().await;
    let code = case.code().await;
    let daemon = case.folder.run().await;
    let refused = restore(&case.folder.path, &case, &code, PASSPHRASE, true).await;
    let told = refused.unwrap_err().to_string();
    assert!(told.contains("is running: stop it first"), "{told}");
    daemon.stop().await;
    assert_eq!(sales_of(&case.folder.path).len(), 24);
    assert_eq!(
        number(&case.hub_file(), "SELECT count(*) FROM backup_sets"),
        2
    );
}
