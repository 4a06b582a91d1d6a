//! Debts in a real browser, on a telephone and on a desk.

use serde_json::json;

use crate::browser::Browser;
use crate::day::desk::Desk;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_debt_is_paid_by_hand() {
    let desk = Desk::open().await;
    let url = desk.daemon.url();
    let browser = Browser::start(360, 740).await;
    browser.goto(&format!("{url}/kasbon")).await;
    browser.screenshot("shop-debts-empty-360").await;
    browser.click("a[href='/pelanggan/baru']").await;
    let long = "Ibu Sri Rahayu Kusumaningtyas binti Abdurrahman (warung sebelah masjid)";
    browser.fill("#name", long).await;
    browser.fill("#phone", "0812-3456-7890").await;
    browser.screenshot("shop-customer-new-360").await;
    browser.click("main form button").await;
    browser.find("a[href$='/ubah']").await;
    let address = browser.client.current_url().await.unwrap();
    let id = address.path().rsplit('/').next().unwrap().to_owned();
    let debt = |customer: &str| json!({ "method": "debt", "customer_id": customer });
    desk.sell("s1", &[("GULA", 20), ("MIE", 3)], debt(&id))
        .await;
    desk.sell("s2", &[("MIE", 5)], debt("Pak Budi")).await;
    desk.folder.set("2026-12-24T03:00:00Z");
    desk.sell("s3", &[("MIE", 5)], debt(&id)).await;

    browser.goto(&format!("{url}/kasbon")).await;
    assert!(!browser.overflows().await);
    browser.screenshot("shop-debts-360").await;
    browser.click("ul.rows a").await;
    browser.find("#bayar").await;
    assert!(!browser.overflows().await);
    browser.screenshot("shop-debt-360").await;
    browser.fill("#amount", "999.999.999").await;
    browser.click("#bayar button").await;
    browser.find("#pay-error").await;
    browser.screenshot("shop-debt-wrong-360").await;
    // The browser notes the refused form; that is the only thing it has to note.
    let refused = |error: &String| error.contains("422");
    assert!(browser.errors().await.iter().all(refused));
    browser.fill("#amount", "100.000").await;
    browser.click("input[value='transfer']").await;
    browser.click("#bayar button").await;
    let shown = browser.text("main").await;
    assert!(
        shown.contains("Bayar Transfer") && shown.contains("-Rp100.000"),
        "{shown}"
    );
    browser.click("#tagih summary").await;
    let link = browser
        .find("#tagih a")
        .await
        .attr("href")
        .await
        .unwrap()
        .unwrap();
    assert!(
        link.starts_with("https://wa.me/6281234567890?text=Halo%20Ibu%20Sri"),
        "{link}"
    );
    browser.screenshot("shop-debt-remind-360").await;
    browser.click("button[name='all']").await;
    browser.find(".tag.good").await;
    assert_eq!(desk.api.get(&format!("/customers/{id}")).await.1["owed"], 0);
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;

    let browser = Browser::start(1280, 900).await;
    for (path, name) in [
        ("/kasbon".to_owned(), "shop-debts-1280"),
        (format!("/kasbon/{id}"), "shop-debt-1280"),
        ("/pengaturan/kasbon".to_owned(), "shop-debt-rules-1280"),
    ] {
        browser.goto(&format!("{url}{path}")).await;
        assert!(!browser.overflows().await, "{path}");
        browser.screenshot(name).await;
    }
    browser.click(".tools a").await;
    assert_eq!(browser.text("h1").await, "Rules for debts");
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
}
