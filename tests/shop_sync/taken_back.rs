//! Demand that was recorded by mistake and taken back, as the hub and another copy of the shop know it.

use kulakan::shop::Shop;
use serde_json::json;

use super::recovered::opened;
use super::{Pair, copy_of, from, number};
use crate::harness::program::{done, run_on};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_is_no_demand_anywhere() {
    let pair = Pair::new().await;
    let missed =
        |id: &str, quantity: i64| from(json!({ "id": id, "sku": "MIE", "quantity": quantity }));
    pair.shop.miss_demand(missed("m1", 3)).await.unwrap();
    pair.shop.exchange().await.unwrap();
    let (backup, _) = copy_of(&Shop::file(&pair.folder.path));
    pair.shop.miss_demand(missed("m2", 5)).await.unwrap();
    for id in ["m1", "m2", "m1"] {
        let asked = pair.shop.take_back_asked(id, "owner").await.unwrap();
        assert!(asked.taken_back);
    }
    pair.shop.miss_demand(missed("m3", 4)).await.unwrap();
    pair.shop.exchange().await.unwrap();
    assert_eq!(pair.hub.number("SELECT sum(missed) FROM shop_daily"), 4);
    let aside = "SELECT count(*) FROM events WHERE state = 'quarantined'";
    assert_eq!(pair.hub.number(aside), 0);

    let (folder, copy) = opened(backup.path()).await;
    copy.exchange().await.unwrap();
    let file = Shop::file(&folder.path);
    assert_eq!(number(&file, "SELECT sum(missed) FROM daily_flows"), 4);
    for folder in [&folder.path, &pair.folder.path] {
        done(&run_on(folder, &["shop", "doctor"]));
    }
}
