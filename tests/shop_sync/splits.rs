//! Databases that were restored or copied: every sale of every branch reaches the hub, once.

use kulakan::clock::ManualClock;

use super::{NEVER, NOW, Pair, copy_of, on_hand, put_hub_back, sell};
use crate::harness::backend::Backend;
use crate::harness::running::{ShopFolder, moment};
use kulakan::shop::Shop;

async fn opened(path: &std::path::Path) -> (ShopFolder, Shop) {
    let folder = ShopFolder::at(path.to_owned(), ManualClock::at(moment(NOW)), NEVER);
    let shop = folder.open().await;
    (folder, shop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_shop_goes_on_in_a_new_epoch_and_loses_nothing() {
    let pair = Pair::new().await;
    for number in 0..5 {
        sell(&pair.shop, &format!("before-{number}")).await;
    }
    pair.shop.exchange().await.unwrap();
    // Sold but not sent when the backup is made, and sent by the original afterwards.
    sell(&pair.shop, "in-both").await;
    let (backup, _) = copy_of(&Shop::file(&pair.folder.path));
    for number in 0..7 {
        sell(&pair.shop, &format!("lost-{number}")).await;
    }
    pair.shop.exchange().await.unwrap();
    assert_eq!(pair.sales_at_hub(), 13);

    let (_folder, restored) = opened(backup.path()).await;
    for number in 0..3 {
        sell(&restored, &format!("after-{number}")).await;
    }
    restored.exchange().await.unwrap();
    let status = restored.sync_status().await.unwrap();
    assert_eq!((status.epoch, status.backlog), (2, 0));
    assert_eq!(pair.sales_at_hub(), 16);
    sell(&restored, "later").await;
    restored.exchange().await.unwrap();
    assert_eq!(restored.sync_status().await.unwrap().epoch, 2);
    assert_eq!(pair.sales_at_hub(), 17);
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_copies_of_a_shop_take_turns_and_every_sale_counts_once() {
    let pair = Pair::new().await;
    sell(&pair.shop, "common").await;
    pair.shop.exchange().await.unwrap();
    let (copy, _) = copy_of(&Shop::file(&pair.folder.path));
    let (_folder, clone) = opened(copy.path()).await;
    for round in 0..3 {
        sell(&pair.shop, &format!("original-{round}")).await;
        sell(&clone, &format!("clone-{round}")).await;
        pair.shop.exchange().await.unwrap();
        clone.exchange().await.unwrap();
    }
    assert_eq!(pair.sales_at_hub(), 7);
    for shop in [&pair.shop, &clone] {
        shop.exchange().await.unwrap();
        assert_eq!(shop.sync_status().await.unwrap().backlog, 0);
    }
    assert_eq!(pair.sales_at_hub(), 7);
    assert_eq!(pair.stock_at_hub("MIE").await, 993);
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_hub_gets_again_what_it_lost() {
    if super::super::BACKEND == Backend::Postgres {
        // A server's database is put back by the server's own tools.
        return;
    }
    let pair = Pair::new().await;
    sell(&pair.shop, "kept").await;
    pair.shop.exchange().await.unwrap();
    let hub_file = pair.hub.folder.path().join("hub.db");
    let (_backup, backup) = copy_of(&hub_file);
    sell(&pair.shop, "forgotten").await;
    pair.shop.exchange().await.unwrap();

    let address = pair.daemon.address;
    pair.daemon.stop().await;
    put_hub_back(&pair.hub, &backup);
    let daemon = pair.hub.run(Some(address)).await;

    sell(&pair.shop, "new").await;
    pair.shop.exchange().await.unwrap();
    let status = pair.shop.sync_status().await.unwrap();
    assert_eq!((status.epoch, status.backlog), (1, 0));
    let hub = pair.hub.open().await;
    let positions = hub.positions(&pair.shop_id).await.unwrap();
    assert_eq!(
        positions[0].stock.on_hand.0,
        on_hand(&pair.shop, "MIE").await
    );
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_from_before_the_last_epoch_is_led_past_it() {
    if super::super::BACKEND == Backend::Postgres {
        // A server's database is put back by the server's own tools.
        return;
    }
    let pair = Pair::new().await;
    pair.shop.exchange().await.unwrap();
    let hub_file = pair.hub.folder.path().join("hub.db");
    let (_early, early) = copy_of(&hub_file);
    // The shop is restored, and so enters epoch 2; then the hub is, and knows only epoch 1.
    let (copy, _) = copy_of(&Shop::file(&pair.folder.path));
    sell(&pair.shop, "original").await;
    pair.shop.exchange().await.unwrap();
    let (_folder, restored) = opened(copy.path()).await;
    sell(&restored, "restored").await;
    restored.exchange().await.unwrap();
    assert_eq!(restored.sync_status().await.unwrap().epoch, 2);

    let address = pair.daemon.address;
    pair.daemon.stop().await;
    put_hub_back(&pair.hub, &early);
    let daemon = pair.hub.run(Some(address)).await;

    sell(&restored, "later").await;
    restored.exchange().await.unwrap();
    let status = restored.sync_status().await.unwrap();
    assert_eq!((status.epoch, status.backlog), (3, 0));
    // What was moved twice is there once.
    let doubled = super::number(
        &Shop::file(copy.path()),
        "SELECT count(*) - count(DISTINCT event_id) FROM events WHERE epoch = 3",
    );
    // Both of its own sales, and the one that it had learnt from the hub.
    assert_eq!((doubled, status.head_seq), (0, 3));
    let hub = pair.hub.open().await;
    let positions = hub.positions(&pair.shop_id).await.unwrap();
    assert_eq!(
        positions[0].stock.on_hand.0,
        on_hand(&restored, "MIE").await
    );
    daemon.stop().await;
}
