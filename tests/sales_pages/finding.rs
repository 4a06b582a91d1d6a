//! Finding a receipt, and everything that happened to it.

use serde_json::json;

use crate::harness::counter::{Counter, OWNERS_PIN};

#[tokio::test(flavor = "multi_thread")]
async fn receipts_are_listed_by_day_and_found_by_number_or_amount() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    counter.product("MIE", "Mi goreng", 3_500, 3_000).await;
    let cash = || json!({ "method": "cash" });
    let lines = |quantity: i64| json!([{ "sku": "MIE", "quantity": quantity }]);
    counter.sell("monday", lines(2), cash()).await;
    counter.at("2026-11-24T02:40:00Z");
    counter.sell("tuesday-1", lines(1), cash()).await;
    counter.sell("tuesday-2", lines(5), cash()).await;
    let owner = counter.owner().await;

    let shown = owner.get("/penjualan").await.expect(200);
    assert!(shown.contains("Selasa, 24 Nov 2026"), "{shown}");
    assert!(shown.contains("09.40"), "{shown}");
    assert!(shown.contains("/penjualan/tuesday-1") && shown.contains("/penjualan/tuesday-2"));
    assert!(!shown.contains("/penjualan/monday"), "{shown}");
    assert!(shown.contains("hari=2026-11-23"), "{shown}");

    let monday = owner.get("/penjualan?hari=2026-11-23").await.expect(200);
    assert!(monday.contains("/penjualan/monday"), "{monday}");
    assert!(!monday.contains("/penjualan/tuesday"), "{monday}");

    for (asked, found) in [
        ("1", "monday"),
        ("%233", "tuesday-2"),
        ("17.500", "tuesday-2"),
        ("Rp+7.000", "monday"),
    ] {
        let page = owner
            .get(&format!("/penjualan?q={asked}"))
            .await
            .expect(200);
        let links = page.matches("class=\"receipt\"").count();
        assert!(
            page.contains(&format!("/penjualan/{found}")),
            "{asked}: {page}"
        );
        assert_eq!(links, 1, "{asked}: {page}");
    }
    let none = owner.get("/penjualan?q=999").await.expect(200);
    assert!(none.contains("Tidak ada struk"), "{none}");
    let words = owner.get("/penjualan?q=mi+goreng").await.expect(200);
    assert!(words.contains("Ketik angka saja"), "{words}");
    let gone = owner.get("/penjualan/no-such").await.expect(404);
    assert!(gone.contains("Struk itu tidak ada."), "{gone}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_with_many_receipts_is_turned_page_by_page() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    counter.product("MIE", "Mi goreng", 3_500, 3_000).await;
    for number in 1..=103 {
        let lines = json!([{ "sku": "MIE", "quantity": 1 }]);
        counter
            .sell(&format!("s{number}"), lines, json!({ "method": "cash" }))
            .await;
    }
    let owner = counter.owner().await;
    let first = owner.get("/penjualan").await.expect(200);
    assert_eq!(first.matches("class=\"receipt\"").count(), 100);
    assert!(first.contains("sebelum=4"), "{first}");
    let second = owner
        .get("/penjualan?hari=2026-11-23&sebelum=4")
        .await
        .expect(200);
    assert_eq!(second.matches("class=\"receipt\"").count(), 3);
    assert!(!second.contains("sebelum="), "{second}");
}
