//! Goods that came back at one copy of a shop's database, as the other copy and the hub know them.

use kulakan::shop::Shop;
use kulakan::shop::outcome::Outcome;
use kulakan::shop::till::{ReturnRequest, Returned};
use serde_json::{Value, json};

use super::recovered::{agreed, opened};
use super::{Pair, copy_of, from, number, on_hand, sell};
use crate::harness::program::{done, run_on};

async fn give_back(shop: &Shop, sale: &str, id: &str, line: Value) -> Outcome<Returned> {
    let request = json!({ "id": id, "lines": [line], "reason": "salah", "refund": "cash" });
    let request: ReturnRequest = from(request);
    shop.return_goods(sale, request, "owner").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_reaches_the_hub_and_every_copy_once() {
    let pair = Pair::new().await;
    let many = json!({
        "id": "many", "lines": [{ "sku": "MIE", "quantity": 6 }], "payment": { "method": "cash" },
    });
    pair.shop.sell(from(many)).await.unwrap();
    sell(&pair.shop, "other").await;
    pair.shop.exchange().await.unwrap();
    let (backup, _) = copy_of(&Shop::file(&pair.folder.path));
    let (folder, clone) = opened(backup.path()).await;
    // Good and spoiled at one copy, good at the other, and a sale that one copy voided and the other got back in part.
    let good = json!({ "line": 1, "quantity": 2 });
    let spoiled = json!({ "line": 1, "quantity": 1, "spoiled": true });
    let first = give_back(&pair.shop, "many", "r1", good.clone()).await;
    assert!(matches!(first, Outcome::Recorded(_)), "{first:?}");
    give_back(&pair.shop, "many", "r2", spoiled).await;
    give_back(&clone, "many", "r3", json!({ "line": 1, "quantity": 1 })).await;
    give_back(&clone, "other", "r4", json!({ "line": 1, "quantity": 1 })).await;
    pair.shop.void_sale("other", "salah").await.unwrap();
    for shop in [&pair.shop, &clone, &pair.shop, &clone] {
        shop.exchange().await.unwrap();
    }
    // 1000 - 6 - 1, then 2 and 1 and the whole of the other sale twice: both copies say that it came back.
    let stock = agreed((&pair.hub, &pair.shop_id), &clone, "MIE").await;
    assert_eq!(stock, 1000 - 7 + 2 + 1 + 1 + 1);
    assert_eq!(stock, on_hand(&pair.shop, "MIE").await);
    for folder in [&folder.path, &pair.folder.path] {
        let report = done(&run_on(folder, &["shop", "doctor"]));
        assert!(!report.contains("FAULT"), "{report}");
        let file = Shop::file(folder);
        let back = "SELECT sum(quantity) FROM return_lines l JOIN returns r ON r.id = l.return_id
                    WHERE r.sale_id = 'many'";
        assert_eq!(number(&file, back), 4);
    }
    // What came back at either copy leaves two to come back at this one.
    let again = give_back(&clone, "many", "r1", good.clone()).await;
    assert!(matches!(again, Outcome::Conflict(_)), "{again:?}");
    let last = give_back(&clone, "many", "r5", good).await;
    assert!(matches!(last, Outcome::Recorded(_)), "{last:?}");
    let voided = clone.void_sale("many", "salah").await.unwrap();
    assert!(matches!(voided, Outcome::Conflict(_)), "{voided:?}");
    pair.daemon.stop().await;
}
