//! The pages about people and receipts as they look, and that each can be used on a telephone.

use reqwest::Method;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::harness::counter::{Counter, OWNERS_PIN};

/// A shop with receipts of every kind, one of them with a long name.
async fn lived_in() -> Counter {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let long = "Mi goreng rasa ayam bawang ukuran jumbo dengan nama yang panjang sekali";
    counter.product("MIE", long, 3_500, 3_000).await;
    counter.product("TEH", "Teh celup", 7_500, 6_300).await;
    let lines =
        json!([{ "sku": "MIE", "quantity": 2 }, { "sku": "TEH", "quantity": 3, "discount": 500 }]);
    let debt = json!({ "method": "debt", "customer_id": "ibu-sri-rahayu-ningsih" });
    let cash = json!({ "method": "cash", "tendered": 50_000 });
    counter.sell("s1", lines.clone(), debt).await;
    counter.sell("s2", lines.clone(), cash.clone()).await;
    counter.sell("s3", lines, cash).await;
    counter
        .shop
        .add_cashier("Siti Nurhaliza binti Abdullah", "2468")
        .await
        .unwrap();
    let body: Value = json!({ "reason": "Salah ketik" });
    counter
        .api(Method::POST, "/sales/s3/void", Some(&body))
        .await;
    counter
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_is_taken_back_by_hand_on_a_telephone() {
    let counter = lived_in().await;
    for (width, height, dark) in [(360, 740, false), (1280, 800, true)] {
        let browser = Browser::start(width, height).await;
        if dark {
            let features = json!([{ "name": "prefers-color-scheme", "value": "dark" }]);
            let media = json!({ "features": features });
            browser.devtools("Emulation.setEmulatedMedia", media).await;
        }
        browser.goto(&format!("{}/masuk", counter.url)).await;
        browser.fill("#pin", OWNERS_PIN).await;
        browser.click("main button").await;
        browser.find("nav").await;
        for (path, name) in [
            ("/penjualan", "sales"),
            ("/penjualan/s1", "sale"),
            ("/penjualan/s3", "sale-voided"),
            ("/penjualan/s2/batal", "void"),
            ("/penjualan/s2/retur", "return"),
            ("/penjualan?q=999", "sales-none"),
            ("/penjualan?hari=2026-11-01", "sales-empty"),
            ("/orang", "people"),
            ("/pengaturan", "settings"),
            ("/catatan", "audit"),
        ] {
            browser.goto(&format!("{}{path}", counter.url)).await;
            assert!(!browser.overflows().await, "{path} at {width}");
            browser.screenshot(&format!("people-{name}-{width}")).await;
        }
        if width == 360 {
            browser.goto(&format!("{}/penjualan/s1", counter.url)).await;
            browser.click("a[href$='/retur']").await;
            browser.fill("input[name='jumlah.2']", "2").await;
            for tick in ["input[name='rusak.2']", "input[name=alasan]"] {
                let click = format!("document.querySelector(\"{tick}\").click()");
                browser.script(&click).await;
            }
            browser.screenshot("people-return-filled-360").await;
            browser
                .script("document.querySelector('main form button').click()")
                .await;
            let told = browser.text("[role=status]").await;
            assert!(told.contains("Utang dikurangi"), "{told}");
            browser.screenshot("people-return-done-360").await;
        }
        assert_eq!(browser.errors().await, Vec::<String>::new());
        browser.close().await;
    }
}
