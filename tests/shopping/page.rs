//! The pages in a real browser, on a telephone and on a desk.

use super::counter::Counter;
use crate::browser::Browser;

/// Brings something to the middle of the window, as a thumb does, and taps it: at its foot lies the menu.
async fn tap(browser: &Browser, css: &str) {
    browser.find(css).await;
    let script = format!(
        "document.querySelector({}).scrollIntoView({{ block: 'center' }})",
        serde_json::Value::from(css)
    );
    browser.script(&script).await;
    browser.click(css).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_morning_and_the_market_on_a_telephone() {
    let counter = Counter::with_history().await;
    counter.shop.plan_and_save(None).await.unwrap();
    let base = counter.daemon.url();
    let browser = Browser::start(360, 740).await;
    browser.goto(&format!("{base}/saran")).await;
    let before = browser.text("#daftar").await;
    assert!(before.contains("Kopi sachet <b>mantap</b>"), "{before}");

    // Why: the pictures come when they are asked for.
    tap(&browser, "#BERAS details[data-why] summary").await;
    browser.find("#BERAS .picture svg").await;
    let why = browser.text("#BERAS details[data-why]").await;
    assert!(why.contains("Ramalan:"), "{why}");
    browser.screenshot("suggestion-why-360").await;
    assert!(!browser.overflows().await);

    // Money, one pack more, one line less; each without leaving the page.
    browser.fill("#anggaran", "400.000").await;
    tap(&browser, "form[action='/saran/anggaran'] button").await;
    browser.find("button[name='tanpa']").await;
    let cut = browser.text("#daftar").await;
    assert!(cut.contains("Tidak masuk anggaran"), "{cut}");
    tap(&browser, "#KOPI details:not([data-why]) summary").await;
    browser.screenshot("suggestion-change-360").await;
    tap(&browser, "#KOPI .amount button[value='0']").await;
    browser.find("li#KOPI button[value='']").await;
    assert!(
        browser
            .text("#daftar")
            .await
            .contains("Dihapus dari daftar")
    );
    browser.screenshot("suggestion-removed-360").await;
    tap(&browser, "li#KOPI button[value='']").await;
    browser.find("#KOPI .tag.due").await;
    tap(&browser, "button[name='tanpa']").await;
    browser.find("#anggaran[value='']").await;

    // In the market: one tap a line.
    tap(&browser, "a.button[href^='/saran/belanja']").await;
    browser.find("#ketuk-KOPI[aria-pressed='false']").await;
    tap(&browser, "#ketuk-KOPI").await;
    browser.find("#ketuk-KOPI[aria-pressed='true']").await;
    assert!(
        browser
            .text("#daftar")
            .await
            .contains("Sudah dibeli 1 dari")
    );
    assert!(!browser.overflows().await);
    browser.screenshot("basket-360").await;
    // Home again: what was bought is on the list to take in, and going back and forth makes no other.
    tap(&browser, "a[href^='/barang-masuk?barang=']").await;
    browser.find("input[name='barang']").await;
    assert!(browser.text("main").await.contains("Kopi sachet"));
    assert!(!browser.overflows().await);
    browser.screenshot("bring-in-360").await;
    tap(&browser, "main form button").await;
    browser.find("#quantity-0").await;
    browser.client.back().await.unwrap();
    browser.find("input[name='barang']").await;
    tap(&browser, "main form button").await;
    browser.find("#quantity-0").await;
    assert!(!browser.overflows().await);
    browser.screenshot("brought-in-360").await;
    browser.goto(&format!("{base}/barang-masuk")).await;
    let lists = "return document.querySelectorAll(\"a[href^='/barang-masuk/daftar/']\").length";
    assert_eq!(browser.script(lists).await, 1);
    browser.goto(&format!("{base}/saran/belanja")).await;
    tap(&browser, "#ketuk-KOPI").await;
    browser.find("#ketuk-KOPI[aria-pressed='false']").await;
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
    counter.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_parts_of_a_report_stand_in_one_row() {
    let counter = Counter::with_history().await;
    let base = counter.daemon.url();
    // Where each row of tabs begins and whether every tab holds its words.
    let tidy = "return [...document.querySelectorAll('.tabs')].every((row) => {
        const tabs = [...row.children];
        return tabs.length === 4 && tabs.every((tab) =>
            tab.offsetTop === tabs[0].offsetTop && tab.offsetHeight >= 44 && tab.scrollWidth <= tab.clientWidth);
    })";
    for width in [360, 1280] {
        let browser = Browser::start(width, 740).await;
        for language in ["id", "en"] {
            browser
                .goto(&format!("{base}/bahasa/{language}?next=/laporan/ramalan"))
                .await;
            assert_eq!(browser.script(tidy).await, true, "{language} {width}");
            assert!(!browser.overflows().await);
            let name = format!("report-tabs-{language}-{width}");
            browser.screenshot(&name).await;
        }
        browser.close().await;
    }
    counter.stop().await;
}
