//! The whole way: sales, a night's backup sent by the daemon, the device dies, its shop comes back on another.

use kulakan::clock::ManualClock;
use rusqlite::Connection;

use super::{Case, PASSPHRASE, new_folder, number, open_hub, passphrase, restore, sales_of, sell};
use super::{NEVER, until};
use crate::harness::running::{Client, ShopFolder, moment};

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_device_s_shop_comes_back_on_a_new_one_and_syncs_on() {
    let case = Case::without_consent("0 0 2 * * *").await;
    let daemon = case.folder.run().await;
    sell(&case.shop, "monday", 30).await;
    case.shop.offsite_on(passphrase(), false).await.unwrap();
    sent_by_itself(&case, "2026-11-23").await;
    case.set("2026-11-24T02:00:00Z");
    sell(&case.shop, "tuesday", 30).await;
    sent_by_itself(&case, "2026-11-24").await;
    let at_backup = sales_of(&case.folder.path);
    // Sold and synced after the backup: the hub's copy of the log has these.
    case.set("2026-11-25T02:00:00Z");
    sell(&case.shop, "wednesday", 5).await;
    case.shop.exchange().await.unwrap();
    daemon.stop().await;
    let code = case.code().await;

    let new = new_folder();
    let restored = restore(new.path(), &case, &code, PASSPHRASE, false)
        .await
        .unwrap();
    assert_eq!(restored.restored.sales, 60);
    assert_eq!(sales_of(new.path()), at_backup);
    // Another series of numbers: what the dead device sold on Wednesday has the next ones of the old.
    assert!(restored.receipts_from > 1_000_000, "{restored:?}");

    let clock = ManualClock::at(moment("2026-11-25T03:00:00Z"));
    let folder = ShopFolder::at(new.path().to_owned(), clock, NEVER);
    let shop = folder.open().await;
    sell(&shop, "after", 10).await;
    shop.exchange().await.unwrap();
    shop.exchange().await.unwrap();
    let status = shop.sync_status().await.unwrap();
    assert_eq!((status.backlog, status.quarantined), (0, 0));
    // 75 sales, each once: 60 restored, 5 that only the hub had, 10 since.
    let hub = open_hub(&case.hub);
    let applied = "SELECT count(*) FROM events WHERE kind = 'sale.recorded' AND state = 'applied'";
    assert_eq!(number(&hub, applied), 75);
    agree(&hub, &Connection::open(new.path().join("shop.db")).unwrap());

    // The first night of the new device goes on with what the hub has.
    shop.back_up(None).await.unwrap();
    let sent = shop.send_offsite().await.unwrap();
    assert!(!sent.whole && sent.bytes < 50_000, "{sent:?}");
}

/// The night after `date`, 02:00 in Jakarta: the daemon takes its backup, and within the next minutes sends it.
async fn sent_by_itself(case: &Case, date: &str) {
    let before = case.shop.backups().await.unwrap().count;
    let earlier = case.shop.offsite_status().await.unwrap().last_set;
    case.set(&format!("{date}T19:00:00Z"));
    until("the night's backup is taken", || async {
        case.shop.backups().await.unwrap().count > before
    })
    .await;
    case.set(&format!("{date}T19:02:00Z"));
    until("the night's backup is sent", || async {
        case.shop.offsite_status().await.unwrap().last_set != earlier
    })
    .await;
}

/// The hub's stock of the shop is the shop's.
#[track_caller]
fn agree(hub: &Connection, shop: &Connection) {
    let read = |connection: &Connection, sql: &str| -> Vec<(String, i64)> {
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.unwrap().map(|row| row.unwrap()).collect()
    };
    let at_hub = "SELECT sku, sum(quantity) FROM shop_lots GROUP BY sku ORDER BY sku";
    let at_shop = "SELECT p.sku, sum(m.quantity) FROM stock_movements m JOIN products p ON p.id = m.product_id
                   GROUP BY p.sku ORDER BY p.sku";
    let stock = read(hub, at_hub);
    assert!(!stock.is_empty());
    assert_eq!(stock, read(shop, at_shop));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_device_keeps_its_place_when_a_new_one_reads_its_backups() {
    let case = Case::start().await;
    sell(&case.shop, "monday", 3).await;
    case.night("2026-11-23T19:00:00Z").await;
    case.shop.exchange().await.unwrap();
    let stock_before = number(&case.hub_file(), "SELECT sum(quantity) FROM shop_lots");
    let code = case.code().await;
    let new = new_folder();
    restore(new.path(), &case, &code, PASSPHRASE, false)
        .await
        .unwrap();
    let hub = case.hub_file();
    assert_eq!(number(&hub, "SELECT sum(revoked) FROM devices"), 0);
    let stock = number(&hub, "SELECT sum(quantity) FROM shop_lots");
    assert_eq!(stock, stock_before);
    sell(&case.shop, "tuesday", 1).await;
    case.shop.exchange().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_without_consent_and_nothing_more_after_it_ends() {
    let case = Case::without_consent("0 0 2 * * *").await;
    let sent = |case: &Case| number(&case.hub_file(), "SELECT count(*) FROM backup_parts");
    let refused = case.shop.send_offsite().await.unwrap_err().to_string();
    assert!(refused.contains("kulakan shop offsite on"), "{refused}");
    let daemon = case.folder.run().await;
    case.set("2026-11-23T19:00:00Z");
    let client = Client::new(&daemon, &case.token);
    client
        .until("/plans/latest", |plan| plan["plan_date"] == "2026-11-24")
        .await;
    daemon.stop().await;
    assert_eq!(sent(&case), 0);
    case.shop.offsite_on(passphrase(), false).await.unwrap();
    case.shop.send_offsite().await.unwrap();
    let there = sent(&case);
    assert!(there > 0);
    case.shop.offsite_off(false).await.unwrap();
    assert!(case.shop.send_offsite().await.is_err());
    assert_eq!(sent(&case), there);
    // What is there stays, unless the owner wants it gone.
    case.shop.offsite_off(true).await.unwrap();
    assert_eq!(sent(&case), 0);
    assert_eq!(
        number(&case.hub_file(), "SELECT count(*) FROM backup_sets"),
        0
    );
}
