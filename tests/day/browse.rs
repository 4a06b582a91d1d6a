//! A day in a real browser, on a telephone and on a desk.

use serde_json::json;

use super::desk::Desk;
use crate::browser::Browser;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_by_hand() {
    let desk = Desk::open().await;
    let url = desk.daemon.url();
    let browser = Browser::start(360, 740).await;
    browser.goto(&format!("{url}/hari")).await;
    browser.screenshot("shop-day-empty-360").await;
    assert!(!browser.overflows().await);
    browser.fill("#float", "150.000").await;
    browser.click("form[action='/hari/buka'] button").await;
    browser.find("a[href$='/tutup']").await;
    browser.click("#uang summary").await;
    browser.click("input[value='goods']").await;
    browser.fill("#amount", "35000").await;
    browser.screenshot("shop-day-cash-360").await;
    browser.click("form[action='/hari/uang'] button").await;
    let shown = browser.text("main").await;
    assert!(shown.contains("-Rp35.000"), "{shown}");
    let cash = json!({ "method": "cash" });
    desk.sell("s1", &[("MIE", 4), ("GULA", 2)], cash).await;
    let debt = json!({ "method": "debt", "customer_id": "Bu Sri" });
    desk.sell("s2", &[("MIE", 10)], debt).await;
    browser.goto(&format!("{url}/hari")).await;
    browser.click("a[href$='/tutup']").await;
    browser.fill("#n100000", "1").await;
    browser.fill("#n50000", "1").await;
    browser.fill("#n5000", "2").await;
    let total = browser.find("#counted").await;
    assert_eq!(total.prop("value").await.unwrap().unwrap(), "160.000");
    browser.screenshot("shop-day-count-360").await;
    assert!(!browser.overflows().await);
    browser.click("button[value='check']").await;
    let shown = browser.text("main").await;
    assert!(shown.contains("Kurang Rp5.500"), "{shown}");
    browser.screenshot("shop-day-check-360").await;
    browser.click("button[value='count']").await;
    browser.fill("#n500", "11").await;
    browser.click("button[value='check']").await;
    browser.find(".tag.good").await;
    browser.click("button[value='save']").await;
    browser.find(".figures").await;
    let shown = browser.text("main").await;
    assert!(
        shown.contains("Sudah ditutup") && shown.contains("Pas"),
        "{shown}"
    );
    browser.screenshot("shop-day-closed-360").await;
    browser.goto(&format!("{url}/hari/daftar")).await;
    assert!(!browser.overflows().await);
    browser.screenshot("shop-days-360").await;
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;

    let browser = Browser::start(1280, 900).await;
    for (path, name) in [
        ("/hari", "shop-day-1280"),
        ("/hari/2026-11-22/tutup", "shop-day-count-1280"),
    ] {
        browser.goto(&format!("{url}{path}")).await;
        assert!(!browser.overflows().await, "{path}");
        browser.screenshot(name).await;
    }
    // The other language is complete, and amounts may be typed as it writes them.
    browser.click(".tools a").await;
    assert!(browser.text("h1").await.contains("Close the day"));
    browser.fill("#n100000", "2").await;
    let total = browser.find("#counted").await;
    assert_eq!(total.prop("value").await.unwrap().unwrap(), "200,000");
    browser.click("button[value='check']").await;
    assert!(browser.text("main").await.contains("Over by Rp34,500"));
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
}
