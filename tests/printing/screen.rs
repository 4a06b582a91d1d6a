//! The pages in a real browser, on a telephone and on a desk.

use serde_json::json;

use super::{Counter, FakePrinter};
use crate::browser::Browser;

const QRIS: &str = "00020101021126690017ID.CO.EXAMPLE.WWW011893600999000000001702150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID10200000000010303UMI5204541153033605802ID5913WARUNG CONTOH6007BANDUNG6105401116304BA76";

/// Nothing went wrong on the pages but what was typed wrong on purpose.
async fn no_errors(browser: &Browser) {
    let errors = browser.errors().await;
    let refused = |error: &String| error.contains("status of 422");
    assert!(errors.iter().all(refused), "{errors:?}");
}

async fn counter() -> Counter {
    let counter = Counter::open().await;
    let long = "Mi goreng rasa ayam bawang ukuran jumbo dengan nama yang panjang sekali <script>";
    let product = json!({ "sku": "PANJANG", "name": long, "price": 123_500, "cost": 100_000 });
    assert_eq!(counter.api.post("/products", &product).await.0, 201);
    counter
        .sell(&json!({
            "id": "s1",
            "lines": [
                { "sku": "PANJANG", "quantity": 12 },
                { "sku": "BERAS", "quantity": "1.5", "discount": 500 },
            ],
            "payment": { "method": "cash", "tendered": 2_000_000 },
        }))
        .await;
    counter
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_printer_is_set_up_and_a_receipt_printed_by_hand() {
    let counter = counter().await;
    let printer = FakePrinter::new();
    let browser = Browser::start(360, 740).await;
    let url = |path: &str| format!("{}{path}", counter.daemon.url());
    browser.goto(&url("/struk/s1")).await;
    browser.screenshot("receipt-360").await;
    assert!(!browser.overflows().await);
    browser.click("a[href='/pengaturan/struk']").await;
    browser.screenshot("print-settings-360").await;
    assert!(!browser.overflows().await);
    browser.click("input[value='network']").await;
    browser
        .fill("#host", &printer.address().ip().to_string())
        .await;
    browser.fill("#port", "0").await;
    browser.fill("#address", "Jl. Melati 3\nBandung").await;
    browser.click("form.stacked button").await;
    browser.find("p.error").await;
    browser.screenshot("print-settings-wrong-360").await;
    assert!(!browser.overflows().await);
    browser
        .fill("#port", &printer.address().port().to_string())
        .await;
    browser.click("form.stacked button").await;
    assert_eq!(browser.text("p[role='status']").await, "Sudah disimpan.");
    browser.click("form[action$='/tes'] button").await;
    assert!(printer.text().await.contains("TES CETAK"));

    browser.goto(&url("/struk/s1")).await;
    let shown = browser.text("pre.slip").await;
    assert!(
        shown.contains("Bandung") && shown.contains("sekali <script>"),
        "{shown}"
    );
    browser.click("form[action$='/cetak'] button").await;
    assert!(printer.text().await.contains("Jl. Melati 3"));
    drop(printer);
    browser.goto(&url("/struk/s1")).await;
    browser.click("form[action$='/cetak'] button").await;
    counter.until("/cetak", "Printer mati").await;
    browser.goto(&url("/cetak")).await;
    browser.screenshot("print-queue-360").await;
    assert!(!browser.overflows().await);
    browser.click("form[action='/cetak/buang'] button").await;
    assert!(
        browser
            .text("main")
            .await
            .contains("Tidak ada yang menunggu")
    );
    no_errors(&browser).await;
    browser.close().await;
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_code_is_pasted_confirmed_and_held_out() {
    let counter = counter().await;
    let browser = Browser::start(360, 740).await;
    let url = |path: &str| format!("{}{path}", counter.daemon.url());
    browser.goto(&url("/pengaturan/qris")).await;
    browser.screenshot("qris-settings-360").await;
    browser.fill("#code", "0002010102").await;
    browser.click("form.stacked button").await;
    assert_eq!(
        browser.text("p.error").await,
        "Teksnya tidak lengkap. Salin lagi seluruhnya."
    );
    browser.fill("#code", QRIS).await;
    browser.click("form.stacked button").await;
    let shown = browser.text("section.card").await;
    assert!(
        shown.contains("WARUNG CONTOH") && shown.contains("BANDUNG"),
        "{shown}"
    );
    browser.screenshot("qris-confirm-360").await;
    assert!(!browser.overflows().await);
    browser.click("input[name='shown']").await;
    browser.click("section.card button").await;
    browser.find("span.tag.good").await;
    browser.screenshot("qris-kept-360").await;
    browser.goto(&url("/qris/s1")).await;
    let shown = browser.text("main").await;
    assert!(shown.contains("Rp1.502.500"), "{shown}");
    browser.screenshot("qris-held-out-360").await;
    assert!(!browser.overflows().await);
    no_errors(&browser).await;
    browser.close().await;
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_fit_a_desk_and_wide_paper_a_telephone() {
    let counter = counter().await;
    counter
        .set_up(&[("kind", "file"), ("file", "struk.bin"), ("paper", "80")])
        .await;
    let url = |path: &str| format!("{}{path}", counter.daemon.url());
    let browser = Browser::start(1280, 800).await;
    for (path, name) in [
        ("/struk/s1", "receipt-80-1280"),
        ("/pengaturan/struk", "print-settings-1280"),
        ("/pengaturan/qris", "qris-settings-1280"),
        ("/cetak", "print-queue-empty-1280"),
    ] {
        browser.goto(&url(path)).await;
        browser.screenshot(name).await;
        assert!(!browser.overflows().await, "{path}");
    }
    browser.close().await;
    let browser = Browser::start(360, 740).await;
    browser.goto(&url("/struk/s1")).await;
    browser.screenshot("receipt-80-360").await;
    assert!(!browser.overflows().await);
    no_errors(&browser).await;
    browser.close().await;
    counter.daemon.stop().await;
}
