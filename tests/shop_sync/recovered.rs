//! Copies of a shop's database: what each sold comes back to the other, numbers are never shared, and both sides are told.

use kulakan::clock::ManualClock;
use kulakan::shop::Shop;
use kulakan::web::Language;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::{
    NEVER, NOW, Pair, copy_of, from, number, on_hand, product, put_hub_back, receive, sell,
};
use crate::harness::backend::Backend;
use crate::harness::program::{done, run_on};
use crate::harness::running::{HubFolder, ShopFolder, moment};

pub(super) async fn opened(path: &std::path::Path) -> (ShopFolder, Shop) {
    let folder = ShopFolder::at(path.to_owned(), ManualClock::at(moment(NOW)), NEVER);
    let shop = folder.open().await;
    (folder, shop)
}

fn receipt_numbers(shop: &std::path::Path) -> Vec<i64> {
    let database = Connection::open(Shop::file(shop)).unwrap();
    let mut statement = database
        .prepare("SELECT number FROM sales ORDER BY rowid")
        .unwrap();
    let numbers = statement.query_map([], |row| row.get(0)).unwrap();
    numbers.collect::<Result<_, _>>().unwrap()
}

async fn kinds_of_incidents(shop: &Shop) -> Vec<String> {
    let status = shop.status().await.unwrap();
    let told = status.incidents.iter();
    told.map(|told| told.incident.kind.clone()).collect()
}

async fn adjust(shop: &Shop, sku: &str, quantity: i64, reason: &str) {
    let adjustment = json!({ "sku": sku, "quantity": quantity, "reason": reason });
    shop.adjust_stock(from(adjustment)).await.unwrap();
}

/// Everything of a product that planning reads, here and at the hub.
pub(super) async fn agreed(pair: (&HubFolder, &str), shop: &Shop, sku: &str) -> i64 {
    let here = shop.stock_of(sku).await.unwrap();
    let hub = pair.0.open().await;
    let positions = hub.positions(pair.1).await.unwrap();
    let there = positions
        .iter()
        .find(|row| row.sku.as_str() == sku)
        .unwrap();
    assert_eq!(here.on_hand, there.stock.on_hand);
    assert_eq!(here.on_order, there.stock.on_order);
    assert_eq!(here.in_transit, there.stock.in_transit);
    here.on_hand.0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_shop_gets_back_what_only_the_hub_had() {
    let pair = Pair::new().await;
    sell(&pair.shop, "before").await;
    pair.shop.exchange().await.unwrap();
    let (backup, _) = copy_of(&Shop::file(&pair.folder.path));
    // All that a shop can do, lost with its device.
    sell(&pair.shop, "lost-1").await;
    pair.shop.void_sale("before", "salah").await.unwrap();
    product(&pair.shop, "KOPI").await;
    receive(&pair.shop, "KOPI", 40).await;
    adjust(&pair.shop, "MIE", 3, "waste").await;
    let count = json!({ "lines": [{ "sku": "MIE", "counted": 990 }] });
    pair.shop.count_stock(from(count)).await.unwrap();
    let missed = json!({ "sku": "KOPI", "quantity": 5 });
    pair.shop.miss_demand(from(missed)).await.unwrap();
    pair.shop.exchange().await.unwrap();

    let (folder, restored) = opened(backup.path()).await;
    let done = restored.exchange().await.unwrap();
    assert_eq!((done.pushed, done.recovered), (0, 7));
    assert_eq!(
        agreed((&pair.hub, &pair.shop_id), &restored, "MIE").await,
        990
    );
    assert_eq!(
        agreed((&pair.hub, &pair.shop_id), &restored, "KOPI").await,
        40
    );
    // It has not asked for an epoch of its own, having nothing to send.
    assert_eq!(restored.sync_status().await.unwrap().epoch, 1);
    let done = restored.exchange().await.unwrap();
    assert_eq!((done.pushed, done.recovered), (0, 0));

    // The sale that was taken back there cannot be taken back again here.
    let again = restored.void_sale("before", "lain").await;
    assert!(format!("{again:?}").contains("Conflict"), "{again:?}");
    sell(&restored, "after").await;
    restored.exchange().await.unwrap();
    assert_eq!(
        agreed((&pair.hub, &pair.shop_id), &restored, "MIE").await,
        989
    );
    assert_eq!(restored.sync_status().await.unwrap().epoch, 2);

    // The demand of the lost days is there too, and the two plans are one.
    let file = Shop::file(&folder.path);
    let sold = "SELECT sum(sold) FROM daily_flows";
    assert_eq!(number(&file, sold), 2);
    assert_eq!(pair.hub.number("SELECT sum(sold) FROM shop_daily"), 2);
    for column in ["missed", "net", "inflow", "moved"] {
        let here = number(&file, &format!("SELECT sum({column}) FROM daily_flows"));
        let there = pair
            .hub
            .number(&format!("SELECT sum({column}) FROM shop_daily"));
        assert_eq!(here, there, "{column}");
    }
    assert_eq!(
        kinds_of_incidents(&restored).await,
        ["epoch_entered", "recovered", "copy", "copy"]
    );
    let told = restored.incidents(Language::Indonesian).await.unwrap();
    assert!(told[1].text.contains("7 catatan"), "{told:?}");
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_live_copies_have_the_same_stock_after_each_turn_and_raise_an_alarm() {
    let pair = Pair::new().await;
    sell(&pair.shop, "common").await;
    pair.shop.exchange().await.unwrap();
    let (copy, _) = copy_of(&Shop::file(&pair.folder.path));
    let (folder, clone) = opened(copy.path()).await;
    clone.exchange().await.unwrap();
    let hub = pair.hub.open().await;
    assert!(
        hub.shops().await.unwrap()[0].alarms.is_empty(),
        "a moved shop is none"
    );
    for round in 0..3 {
        sell(&pair.shop, &format!("original-{round}")).await;
        sell(&clone, &format!("clone-{round}")).await;
        pair.shop.exchange().await.unwrap();
        clone.exchange().await.unwrap();
    }
    pair.shop.exchange().await.unwrap();
    assert_eq!(
        agreed((&pair.hub, &pair.shop_id), &pair.shop, "MIE").await,
        993
    );
    assert_eq!(agreed((&pair.hub, &pair.shop_id), &clone, "MIE").await, 993);

    let alarms = &hub.shops().await.unwrap()[0].alarms;
    assert_eq!(alarms.len(), 1);
    assert_eq!(alarms[0].kind.as_str(), "another_copy");
    let status = hub.status().await.unwrap();
    let text = kulakan::hub::render::status(&status);
    assert!(text.contains("ALARM"), "{text}");
    assert!(
        kinds_of_incidents(&clone)
            .await
            .contains(&"another_copy".to_owned())
    );

    // No receipt number was given out twice.
    let mut numbers = receipt_numbers(&pair.folder.path);
    let of_clone = receipt_numbers(&folder.path);
    assert_eq!(of_clone.len(), 4);
    assert_eq!(of_clone[0], numbers[0], "the sale from before the copy");
    numbers.extend(&of_clone[1..]);
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 7);
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_database_put_in_place_of_the_newer_one_is_noticed_without_the_hub() {
    let (folder, _) = ShopFolder::found(NOW, "Asia/Jakarta", NEVER).await;
    let shop = folder.open().await;
    product(&shop, "MIE").await;
    sell(&shop, "one").await;
    let (_kept, older) = copy_of(&Shop::file(&folder.path));
    sell(&shop, "two").await;
    shop.mark_place().await.unwrap();
    drop(shop);
    assert!(kinds_of_incidents(&folder.open().await).await.is_empty());

    let file = Shop::file(&folder.path);
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
    std::fs::copy(older, &file).unwrap();
    let shop = folder.open().await;
    sell(&shop, "three").await;
    sell(&shop, "four").await;
    let numbers = receipt_numbers(&folder.path);
    assert_eq!(numbers[0], 1);
    assert!(numbers[1] > 1_000_000_000 && numbers[1] % 1_000_000 == 1);
    assert_eq!(numbers[2], numbers[1] + 1);
    let status = shop.status().await.unwrap();
    assert_eq!((status.sales, status.incidents.len()), (3, 1));
    assert!(status.incidents[0].text.contains("older copy"));
    let detail = &status.incidents[0].incident.detail;
    assert_eq!(detail["why"], Value::from("rolled_back"));
    // Noticed once.
    drop(shop);
    assert_eq!(kinds_of_incidents(&folder.open().await).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_word_on_a_product_holds_on_both_sides_whichever_copy_had_it() {
    let pair = Pair::new().await;
    pair.shop.exchange().await.unwrap();
    let (backup, _) = copy_of(&Shop::file(&pair.folder.path));
    let rename = |name: &str| from(json!({ "name": name, "minimum_order": 12 }));
    pair.shop
        .change_product("MIE", rename("Mie lama"))
        .await
        .unwrap();
    product(&pair.shop, "TEH").await;
    pair.shop.exchange().await.unwrap();

    let (_folder, restored) = opened(backup.path()).await;
    restored
        .change_product("MIE", from(json!({ "name": "Mie baru" })))
        .await
        .unwrap();
    restored.exchange().await.unwrap();
    let name = |sku: &str| {
        let sql = format!("SELECT name FROM shop_products WHERE sku = '{sku}'");
        pair.hub.text(&sql)
    };
    assert_eq!(restored.product("MIE").await.unwrap().name, "Mie baru");
    assert_eq!(name("MIE"), "Mie baru");
    assert_eq!(restored.product("TEH").await.unwrap().name, name("TEH"));
    // Prices stay as they are here; the hub never had them.
    let restored_price = serde_json::to_value(restored.product("MIE").await.unwrap()).unwrap();
    assert!(
        restored_price.to_string().contains("3500"),
        "{restored_price}"
    );
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_shop_recovered_it_gives_back_to_a_hub_that_lost_it() {
    if super::super::BACKEND == Backend::Postgres {
        // A server's database is put back by the server's own tools.
        return;
    }
    let pair = Pair::new().await;
    pair.shop.exchange().await.unwrap();
    let hub_file = pair.hub.folder.path().join("hub.db");
    let (_early, early) = copy_of(&hub_file);
    let (copy, _) = copy_of(&Shop::file(&pair.folder.path));
    sell(&pair.shop, "only-at-the-hub").await;
    product(&pair.shop, "TEH").await;
    pair.shop.exchange().await.unwrap();
    let (_folder, restored) = opened(copy.path()).await;
    assert_eq!(restored.exchange().await.unwrap().recovered, 2);

    let address = pair.daemon.address;
    pair.daemon.stop().await;
    put_hub_back(&pair.hub, &early);
    let daemon = pair.hub.run(Some(address)).await;

    restored.exchange().await.unwrap();
    assert_eq!(
        agreed((&pair.hub, &pair.shop_id), &restored, "MIE").await,
        999
    );
    let sales = "SELECT count(*) FROM events WHERE kind = 'sale.recorded' AND state = 'applied'";
    assert_eq!(number(&hub_file, sales), 1);
    let products = number(&hub_file, "SELECT count(*) FROM shop_products");
    assert_eq!((products, on_hand(&restored, "TEH").await), (2, 0));
    assert_eq!(kinds_of_incidents(&restored).await[0], "hub_restored");
    assert_eq!(restored.exchange().await.unwrap().pushed, 0);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_another_copy_had_sent_already_does_not_come_back_over_a_later_one() {
    let pair = Pair::new().await;
    pair.shop.exchange().await.unwrap();
    let rename = |name: &str| from(json!({ "name": name }));
    // In the backup and not sent when it is made; the original sends it, and then says something else.
    pair.shop
        .change_product("MIE", rename("Mie satu"))
        .await
        .unwrap();
    let (backup, _) = copy_of(&Shop::file(&pair.folder.path));
    pair.shop
        .change_product("MIE", rename("Mie dua"))
        .await
        .unwrap();
    pair.shop.exchange().await.unwrap();

    let (_folder, restored) = opened(backup.path()).await;
    sell(&restored, "after").await;
    restored.exchange().await.unwrap();
    let sql = "SELECT name FROM shop_products WHERE sku = 'MIE'";
    assert_eq!(pair.hub.text(sql), "Mie dua");
    assert_eq!(restored.product("MIE").await.unwrap().name, "Mie dua");
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_a_shop_with_recovered_events_well() {
    let pair = Pair::new().await;
    for id in ["one", "two", "three"] {
        sell(&pair.shop, id).await;
    }
    pair.shop.exchange().await.unwrap();
    let (backup, _) = copy_of(&Shop::file(&pair.folder.path));
    let (folder, clone) = opened(backup.path()).await;
    // Taken back by the other copy alone, by both, and one that only the other copy has.
    pair.shop.void_sale("one", "salah").await.unwrap();
    pair.shop.void_sale("two", "salah").await.unwrap();
    clone.void_sale("two", "salah juga").await.unwrap();
    sell(&pair.shop, "four").await;
    pair.shop.void_sale("four", "salah").await.unwrap();
    let history = folder.path.join("history.csv");
    std::fs::write(&history, "date,sku,quantity\n2026-11-01,MIE,5\n").unwrap();
    let import = || kulakan::shop::ImportOptions::default();
    let kind = kulakan::shop::ImportKind::Sales;
    clone
        .import(kind, &history, import(), &mut |_| {})
        .await
        .unwrap();
    std::fs::write(&history, "date,sku,quantity\n2026-11-01,MIE,7\n").unwrap();
    pair.shop
        .import(kind, &history, import(), &mut |_| {})
        .await
        .unwrap();
    for shop in [&pair.shop, &clone, &pair.shop, &clone] {
        shop.exchange().await.unwrap();
    }
    for folder in [&folder.path, &pair.folder.path] {
        let report = done(&run_on(folder, &["shop", "doctor"]));
        assert!(!report.contains("FAULT"), "{report}");
        let imported = "SELECT imported FROM daily_flows WHERE business_date = '2026-11-01'";
        assert_eq!(number(&Shop::file(folder), imported), 5);
    }
    let stock = agreed((&pair.hub, &pair.shop_id), &clone, "MIE").await;
    assert_eq!(stock, on_hand(&pair.shop, "MIE").await);
    pair.daemon.stop().await;
}
